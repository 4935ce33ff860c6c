// SPDX-License-Identifier: Apache-2.0
#include "service/internal/http_socket.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <memory>
#include <string>
#include <thread>

#include "tests/service/status_matchers.h"
#include "tests/service/temp_folder.h"
#include "tests/service/tls_certificate.h"

namespace chirograph::http_socket_test {
namespace {

using std::chrono::milliseconds;

class HttpSocketTest : public ::testing::Test {
 protected:
  HttpSocketTest() {
    int fds[2] = {-1, -1};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    EXPECT_EQ(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
    peer_ = fds[1];
    socket_ = std::make_unique<HttpSocket>(fds[0], nullptr);
    socket_->SetReadBudget(1 << 20);
    In(milliseconds(20'000));
  }
  ~HttpSocketTest() override { ClosePeer(); }

  void In(milliseconds time) { socket_->SetDeadline(HttpSocket::Clock::now() + time); }
  void Send(const std::string& bytes) {
    EXPECT_EQ(send(peer_, bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  }
  void ClosePeer() {
    if (peer_ >= 0) close(peer_);
    peer_ = -1;
  }
  std::string Read(std::size_t size) {
    std::string bytes(size, '\0');
    const ssize_t count = socket_->read(bytes.data(), size);
    return count < 0 ? "failed" : bytes.substr(0, static_cast<std::size_t>(count));
  }

  int peer_ = -1;
  std::unique_ptr<HttpSocket> socket_;
};

TEST_F(HttpSocketTest, ReadsWhatIsThereAndThenTheEnd) {
  Send("abcdef");
  EXPECT_EQ(Read(2), "ab");
  EXPECT_TRUE(socket_->WaitReadable(milliseconds(0)));
  EXPECT_EQ(Read(100), "cdef");
  EXPECT_FALSE(socket_->WaitReadable(milliseconds(0)));
  ClosePeer();
  EXPECT_TRUE(socket_->WaitReadable(milliseconds(0)));
  EXPECT_EQ(Read(1), "");
}

TEST_F(HttpSocketTest, ReadsNoMoreThanItsBudget) {
  socket_->SetReadBudget(5);
  Send("0123456789");
  EXPECT_EQ(Read(100), "01234");
  EXPECT_EQ(Read(100), "");
  socket_->SetReadBudget(2);
  EXPECT_EQ(Read(100), "56");
}

TEST_F(HttpSocketTest, AReadEndsAtTheDeadline) {
  In(milliseconds(30));
  EXPECT_EQ(Read(1), "failed");
  // Even if there is something now.
  Send("late");
  EXPECT_EQ(Read(1), "failed");
}

// Each byte comes in time for a timeout of its own; all of them together do not.
TEST_F(HttpSocketTest, ASlowSenderHasOneDeadlineForAll) {
  In(milliseconds(300));
  std::thread sender([fd = peer_] {
    for (int i = 0; i < 1000 && send(fd, "x", 1, MSG_NOSIGNAL) == 1; ++i) {
      std::this_thread::sleep_for(milliseconds(10));
    }
  });
  std::size_t count = 0;
  while (Read(1) == "x") ++count;
  EXPECT_LT(count, 100u);
  socket_.reset();
  sender.join();
}

TEST_F(HttpSocketTest, AWriteToWhoDoesNotReadEndsAtTheDeadline) {
  In(milliseconds(50));
  const std::string large(std::size_t{16} << 20, 'x');
  EXPECT_LT(socket_->write(large.data(), large.size()), 0);
}

TEST_F(HttpSocketTest, WritesAllThatIsRead) {
  const std::string large(std::size_t{4} << 20, 'x');
  auto reader = std::async(std::launch::async, [this] {
    std::string all(65536, '\0');
    std::size_t count = 0;
    for (ssize_t n = 0; (n = recv(peer_, all.data(), all.size(), 0)) > 0;)
      count += static_cast<std::size_t>(n);
    return count;
  });
  EXPECT_EQ(socket_->write(large.data(), large.size()), static_cast<ssize_t>(large.size()));
  socket_.reset();
  EXPECT_EQ(reader.get(), large.size());
}

TEST_F(HttpSocketTest, AWriteToWhoIsGoneFailsWithoutASignal) {
  ClosePeer();
  EXPECT_LT(socket_->write("x", 1), 0);
}

// --- TLS ---

TEST(TlsContextTest, NoFilesAreNoTls) { EXPECT_EQ(*MakeTlsContext({}), nullptr); }

TEST(TlsContextTest, FilesThatAreNoneAreRefused) {
  EXPECT_THAT(MakeTlsContext({"no certificate", "no key"}),
              StatusIs(absl::StatusCode::kInvalidArgument, "TLS"));
}

TEST_F(HttpSocketTest, WhoSpeaksNoTlsGetsNoHandshake) {
  const TempFolder folder;
  const TlsCertificate made = MakeTlsCertificate(folder.path(), "server");
  std::ifstream key(made.key_path);
  const auto context = MakeTlsContext(
      {made.certificate_pem, {std::istreambuf_iterator<char>(key), std::istreambuf_iterator<char>()}});
  ASSERT_THAT(context, IsOk());
  int fds[2] = {-1, -1};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), 0);
  HttpSocket socket(fds[0], context->get());
  socket.SetDeadline(HttpSocket::Clock::now() + milliseconds(50));
  EXPECT_FALSE(socket.Handshake());  // silence
  socket.SetDeadline(HttpSocket::Clock::now() + milliseconds(20'000));
  EXPECT_EQ(send(fds[1], "GET / HTTP/1.1\r\n\r\n", 18, 0), 18);
  EXPECT_FALSE(socket.Handshake());
  close(fds[1]);
}

}  // namespace
}  // namespace chirograph::http_socket_test
