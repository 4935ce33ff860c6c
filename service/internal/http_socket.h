// SPDX-License-Identifier: Apache-2.0
//
// A connection that a stranger is at the other end of: all that he can take is time up to a deadline and
// bytes up to a budget. httplib's own streams have neither: they wait for each byte anew, and read a line of
// any length into memory.
#ifndef CHIROGRAPH_SERVICE_INTERNAL_HTTP_SOCKET_H_
#define CHIROGRAPH_SERVICE_INTERNAL_HTTP_SOCKET_H_

#include <httplib.h>
#include <openssl/ssl.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "service/tls_files.h"

namespace chirograph {

// What TLS is spoken with; null where `files` has none. InvalidArgument: OpenSSL takes them not.
absl::StatusOr<std::shared_ptr<SSL_CTX>> MakeTlsContext(const TlsFiles& files);

// Not thread-safe, but for shutdown() of its descriptor by others.
class HttpSocket final : public httplib::Stream {
 public:
  using Clock = std::chrono::steady_clock;

  // Owns `fd`, which must not block. `tls` null: none is spoken.
  HttpSocket(int fd, SSL_CTX* tls);
  // Closes, and gives the other end a moment to take what was written last.
  ~HttpSocket() override;
  HttpSocket(const HttpSocket&) = delete;
  HttpSocket& operator=(const HttpSocket&) = delete;

  int fd() const { return fd_; }
  void SetDeadline(Clock::time_point deadline) { deadline_ = deadline; }
  void SetReadBudget(std::size_t bytes) { budget_ = bytes; }

  // False: no TLS by the deadline.
  bool Handshake();
  // Whether there is something to read, or the end, within `timeout`.
  bool WaitReadable(std::chrono::milliseconds timeout);

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  // 0: the other end closed, or the budget is spent. Negative: failed, or the deadline has passed.
  ssize_t read(char* data, std::size_t size) override;
  // All of it, or negative.
  ssize_t write(const char* data, std::size_t size) override;
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  // httplib would refuse a descriptor that select() cannot take, and nothing here selects.
  socket_t socket() const override { return -1; }

 private:
  // False: the deadline has passed.
  bool Await(short events) const;
  ssize_t Fill();
  ssize_t WriteSome(const char* data, std::size_t size);
  // What to do after an SSL_ call that gave `result`: true: call it again.
  bool AwaitTls(int result);
  void Drain();

  const int fd_;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
  Clock::time_point deadline_;
  std::size_t budget_ = 0;
  std::array<char, 4096> buffer_ = {};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_HTTP_SOCKET_H_
