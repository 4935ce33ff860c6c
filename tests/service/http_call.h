// SPDX-License-Identifier: Apache-2.0
//
// HTTP in the tests' own words: bytes that are sent, and what comes back.
#ifndef CHIROGRAPH_TESTS_SERVICE_HTTP_CALL_H_
#define CHIROGRAPH_TESTS_SERVICE_HTTP_CALL_H_

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <map>
#include <string>

namespace chirograph {

// The first answer in `bytes`; status 0: there is none that is whole.
struct HttpResult {
  int status = 0;
  std::map<std::string, std::string> headers;
  std::string body;
  std::string rest;
};

inline HttpResult ParseHttp(const std::string& bytes, bool head = false) {
  HttpResult result;
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string::npos || bytes.size() < 12 || bytes.substr(0, 9) != "HTTP/1.1 ") return result;
  for (std::size_t line = bytes.find("\r\n") + 2; line < end + 2; line = bytes.find("\r\n", line) + 2) {
    const std::string text = bytes.substr(line, bytes.find("\r\n", line) - line);
    const std::size_t colon = text.find(": ");
    EXPECT_NE(colon, std::string::npos) << text;
    EXPECT_TRUE(result.headers.emplace(text.substr(0, colon), text.substr(colon + 2)).second) << text;
  }
  const std::size_t length = head ? 0 : std::stoul(result.headers.at("Content-Length"));
  if (bytes.size() < end + 4 + length) return result;
  result.body = bytes.substr(end + 4, length);
  result.rest = bytes.substr(end + 4 + length);
  result.status = std::stoi(bytes.substr(9, 3));
  return result;
}

// A connection to 127.0.0.1.
class RawConnection {
 public:
  explicit RawConnection(const std::string& address) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to = {};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
    connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  }
  ~RawConnection() { close(fd_); }
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  bool connected() const { return connected_; }
  int fd() const { return fd_; }
  bool Send(const std::string& bytes) const {
    return send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
  }
  // What comes until the other end closes, or for `patience` nothing.
  std::string ReadToEnd(int patience_ms = 20'000) const {
    std::string all;
    while (ReadSome(all, patience_ms)) {
    }
    return all;
  }
  // One answer, whole; more may follow it in `rest`.
  HttpResult ReadAnswer() const {
    std::string all;
    while (ParseHttp(all).status == 0 && ReadSome(all, 20'000)) {
    }
    return ParseHttp(all);
  }

 private:
  bool ReadSome(std::string& all, int patience_ms) const {
    pollfd polled{fd_, POLLIN, 0};
    if (poll(&polled, 1, patience_ms) <= 0) return false;
    std::array<char, 65536> chunk = {};
    const ssize_t count = recv(fd_, chunk.data(), chunk.size(), 0);
    if (count > 0) all.append(chunk.data(), static_cast<std::size_t>(count));
    return count > 0;
  }

  const int fd_;
  bool connected_ = false;
};

// One request on a connection of its own. `headers`: whole lines.
inline HttpResult HttpCall(const std::string& address, const std::string& path,
                           const std::string& headers = "", const std::string& method = "GET") {
  const RawConnection connection(address);
  EXPECT_TRUE(connection.Send(method + " " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" +
                              headers + "\r\n"));
  return ParseHttp(connection.ReadToEnd(), method == "HEAD");
}

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_SERVICE_HTTP_CALL_H_
