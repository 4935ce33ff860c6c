// SPDX-License-Identifier: Apache-2.0
#include "service/internal/http_connection.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/service/http_call.h"

namespace chirograph::http_connection_test {
namespace {

using std::chrono::milliseconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

class HttpConnectionTest : public ::testing::Test {
 protected:
  // All that comes back on one connection on which `sent` is sent, until it is closed.
  std::string Converse(const std::string& sent, bool then_close = true) {
    int fds[2] = {-1, -1};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    EXPECT_EQ(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
    HttpConnections connections(
        [this](std::string_view path) {
          paths_.emplace_back(path);
          if (path == "/throw") throw std::runtime_error("a secret thing");
          return answer_;
        },
        limits_);
    std::thread server([&, fd = fds[0]] {
      HttpSocket socket(fd, nullptr);
      connections.Serve(socket, [this] { return pressed_.load(); });
    });
    std::thread sender([&] {
      send(fds[1], sent.data(), sent.size(), MSG_NOSIGNAL);
      if (then_close) shutdown(fds[1], SHUT_WR);
    });
    std::string all;
    std::string chunk(65536, '\0');
    for (ssize_t n = 0; (n = recv(fds[1], chunk.data(), chunk.size(), 0)) > 0;) {
      all.append(chunk, 0, static_cast<std::size_t>(n));
    }
    sender.join();
    server.join();
    close(fds[1]);
    return all;
  }
  HttpResult Ask(const std::string& head, const std::string& method = "GET") {
    return ParseHttp(Converse(head + "\r\n"), method == "HEAD");
  }

  HttpLimits limits_;
  HttpAnswer answer_{.cache_control = "no-cache", .body = std::string(1000, 'x')};
  std::atomic<bool> pressed_ = false;
  std::vector<std::string> paths_;
};

TEST_F(HttpConnectionTest, AnswersWithAllThatTheAnswerSays) {
  answer_ = {.status = 404, .content_type = "text/x", .cache_control = "ccc", .body = "b\0d"};
  const HttpResult result = Ask("GET /p?q=/r HTTP/1.1\r\n");
  EXPECT_EQ(result.status, 404);
  EXPECT_THAT(result.headers, Contains(Pair("Content-Type", "text/x")));
  EXPECT_THAT(result.headers, Contains(Pair("Cache-Control", "ccc")));
  EXPECT_THAT(result.headers, Contains(Pair("X-Content-Type-Options", "nosniff")));
  EXPECT_EQ(result.body, answer_.body);
  EXPECT_THAT(paths_, ElementsAre("/p"));
}

TEST_F(HttpConnectionTest, APathIsNotDecoded) {
  Ask("GET /%74ile HTTP/1.1\r\n");
  EXPECT_THAT(paths_, ElementsAre("/%74ile"));
}

TEST_F(HttpConnectionTest, HeadIsGetWithoutTheBody) {
  const std::string bytes = Converse("HEAD /p HTTP/1.1\r\n\r\n");
  const HttpResult result = ParseHttp(bytes, true);
  EXPECT_EQ(result.status, 200);
  EXPECT_THAT(result.headers, Contains(Pair("Content-Length", "1000")));
  EXPECT_EQ(result.rest, "");
}

TEST_F(HttpConnectionTest, AnswersOneRequestAfterAnother) {
  const std::string bytes =
      Converse("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\nHEAD /3 HTTP/1.1\r\n\r\n");
  const HttpResult first = ParseHttp(bytes);
  EXPECT_EQ(first.status, 200);
  const HttpResult second = ParseHttp(first.rest);
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(ParseHttp(second.rest, true).status, 200);
  EXPECT_THAT(paths_, ElementsAre("/1", "/2", "/3"));
}

TEST_F(HttpConnectionTest, EveryOtherMethodIsRefused) {
  for (const std::string method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"}) {
    const HttpResult result = Ask(method + " /p HTTP/1.1\r\nContent-Length: 0\r\n");
    EXPECT_EQ(result.status, 405) << method;
    EXPECT_THAT(result.headers, Contains(Pair("Allow", "GET, HEAD")));
    EXPECT_THAT(result.headers, Contains(Pair("Connection", "close")));
    EXPECT_EQ(result.body, "Everything here is only read: GET or HEAD.\n");
  }
  EXPECT_EQ(Ask("FROB /p HTTP/1.1\r\n").status, 400);
  EXPECT_EQ(Ask("PRI * HTTP/2.0\r\n").status, 400);
  EXPECT_TRUE(paths_.empty());
}

// Or one could put words into another's mouth, behind a proxy.
TEST_F(HttpConnectionTest, WhatFollowsABodyIsNoRequest) {
  for (const std::string head : {"Content-Length: 28", "Transfer-Encoding: chunked", "content-length: 28"}) {
    for (const std::string method : {"GET", "POST", "HEAD"}) {
      const std::string bytes =
          Converse(method + " /1 HTTP/1.1\r\n" + head + "\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n", false);
      const HttpResult result = ParseHttp(bytes, method == "HEAD");
      EXPECT_EQ(result.status, method == "POST" ? 405 : 400);
      EXPECT_EQ(result.rest, "");
    }
  }
  EXPECT_TRUE(paths_.empty());
}

TEST_F(HttpConnectionTest, WhatIsNotUnderstoodIsTheLastThing) {
  for (const std::string request :
       {"GARBAGE\r\n\r\n", "GET\r\n\r\n", "\r\n\r\n", "GET /p HTTP/1.1 x y\r\n\r\n"}) {
    const HttpResult result = ParseHttp(Converse(request + "GET /next HTTP/1.1\r\n\r\n", false));
    EXPECT_EQ(result.status, 400) << request;
    EXPECT_EQ(result.body, "This is no request that is understood here.\n");
    EXPECT_EQ(result.rest, "");
  }
  EXPECT_TRUE(paths_.empty());
}

// --- Compression ---

TEST_F(HttpConnectionTest, CompressesWhatIsWorthItForWhoAsks) {
  answer_.compressible = true;
  HttpResult result = Ask("GET /p HTTP/1.1\r\nAccept-Encoding: br\r\nAccept-Encoding: gzip\r\n");
  EXPECT_THAT(result.headers, Contains(Pair("Content-Encoding", "gzip")));
  EXPECT_THAT(result.headers, Contains(Pair("Vary", "Accept-Encoding")));
  EXPECT_LT(result.body.size(), 100u);
  EXPECT_EQ(result.body.substr(0, 2), "\x1f\x8b");
  for (const std::string accept :
       {"", "Accept-Encoding: br\r\n", "Accept-Encoding: gzip;q=0\r\n", "Chirograph-Gzip: 1\r\n"}) {
    result = Ask("GET /p HTTP/1.1\r\n" + accept);
    EXPECT_THAT(result.headers, Not(Contains(Pair("Content-Encoding", testing::_)))) << accept;
    EXPECT_THAT(result.headers, Contains(Pair("Vary", "Accept-Encoding")));
    EXPECT_EQ(result.body, answer_.body);
  }
}

// Text, too, which httplib would compress by itself.
TEST_F(HttpConnectionTest, CompressesNothingElse) {
  for (const std::string encoding : {"gzip", "br", "gzip, br", "*"}) {
    const HttpResult result = Ask("GET /p HTTP/1.1\r\nAccept-Encoding: " + encoding + "\r\n");
    EXPECT_EQ(result.body, answer_.body);
    EXPECT_THAT(result.headers, Not(Contains(Pair("Content-Encoding", testing::_))));
    EXPECT_THAT(result.headers, Not(Contains(Pair("Vary", testing::_))));
  }
}

// --- What a stranger may try ---

TEST_F(HttpConnectionTest, RangesAreNotServed) {
  std::string many = "Range: bytes=0-";
  while (many.size() < 8000) many += ",0-";
  for (const std::string& range : {std::string("Range: bytes=1-2"), many}) {
    const HttpResult result = Ask("GET /p HTTP/1.1\r\n" + range + "\r\n");
    EXPECT_EQ(result.status, 200);
    EXPECT_EQ(result.body, answer_.body);
  }
  EXPECT_EQ(Ask("GET /p HTTP/1.1\r\nRange: bytes=" + std::string(8000, '1') + "\r\n").status, 416);
}

TEST_F(HttpConnectionTest, ALongPathIsRefusedAndNotKept) {
  EXPECT_EQ(Ask("GET /" + std::string(8000, 'a') + " HTTP/1.1\r\n").status, 200);
  EXPECT_EQ(Ask("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\n").status, 414);
  // No line's end in all that is read of it.
  const HttpResult result = ParseHttp(Converse("GET /" + std::string(1 << 20, 'a'), false));
  EXPECT_THAT(result.status, testing::AnyOf(0, 400, 414));
  EXPECT_EQ(paths_.size(), 1u);
}

TEST_F(HttpConnectionTest, ManyHeadersAreRefused) {
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += "X-Header: value\r\n";
  const std::string bytes = Converse("GET /p HTTP/1.1\r\n" + many + "\r\n");
  EXPECT_EQ(ParseHttp(bytes).status, 400);
  EXPECT_TRUE(paths_.empty());
}

TEST_F(HttpConnectionTest, WhatIsThrownStaysInside) {
  const HttpResult result = Ask("GET /throw HTTP/1.1\r\n");
  EXPECT_EQ(result.status, 500);
  EXPECT_EQ(result.body, "The archive's server failed.\n");
  for (const auto& [name, value] : result.headers) EXPECT_THAT(value, Not(HasSubstr("secret"))) << name;
}

TEST_F(HttpConnectionTest, WhoAsksNothingIsNotKept) {
  limits_.idle_time = milliseconds(50);
  EXPECT_EQ(Converse("", false), "");
  EXPECT_EQ(ParseHttp(Converse("GET /p HTTP/1.1\r\n\r\n", false)).status, 200);
}

TEST_F(HttpConnectionTest, WhoAsksSlowlyIsNotKept) {
  limits_.read_time = milliseconds(50);
  Converse("GET /p HT", false);
  EXPECT_TRUE(paths_.empty());
}

TEST_F(HttpConnectionTest, WhoAsksTooOftenConnectsAgain) {
  limits_.max_requests = 2;
  const std::string request = "GET /p HTTP/1.1\r\n\r\n";
  const HttpResult first = ParseHttp(Converse(request + request + request, false));
  const HttpResult second = ParseHttp(first.rest);
  EXPECT_THAT(second.headers, Contains(Pair("Connection", "close")));
  EXPECT_EQ(second.rest, "");
  EXPECT_EQ(paths_.size(), 2u);
}

TEST_F(HttpConnectionTest, WhereOthersWaitOneAnswerIsAll) {
  pressed_ = true;
  const std::string request = "GET /p HTTP/1.1\r\n\r\n";
  const HttpResult first = ParseHttp(Converse(request + request, false));
  EXPECT_THAT(first.headers, Contains(Pair("Connection", "close")));
  EXPECT_EQ(first.rest, "");
  EXPECT_EQ(Converse("", false), "");
}

}  // namespace
}  // namespace chirograph::http_connection_test
