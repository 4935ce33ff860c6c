// SPDX-License-Identifier: Apache-2.0
//
// The process's own streams, each put aside for the time of a test.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>  // setenv, posix_openpt
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>

#include "client/cli/host.h"
#include "tests/client/cli_fake_host.h"

namespace chirograph::cli_host_test {
namespace {

using testing::HasSubstr;

// Puts `replacement` (which it closes) in the place of a stream as long as this lives.
class Redirected {
 public:
  Redirected(int descriptor, int replacement)
      : descriptor_(descriptor), kept_(fcntl(descriptor, F_DUPFD_CLOEXEC, 10)) {
    fflush(nullptr);
    EXPECT_GE(replacement, 0);
    EXPECT_EQ(dup2(replacement, descriptor), descriptor);
    close(replacement);
  }
  ~Redirected() {
    fflush(nullptr);
    dup2(kept_, descriptor_);
    close(kept_);
  }
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;

 private:
  const int descriptor_;
  const int kept_;
};

class CliHostTest : public testing::Test {
 protected:
  CliHostTest() : before_(std::signal(SIGPIPE, SIG_DFL)), host_(MakeProcessHost()) {}
  ~CliHostTest() override { std::signal(SIGPIPE, before_); }

  // A descriptor to read `bytes` from.
  int InputOf(std::string_view bytes) {
    WriteBytes(folder_ / "input", bytes);
    return open((folder_ / "input").c_str(), O_RDONLY | O_CLOEXEC);
  }

  void (*const before_)(int);
  const TemporaryFolder folder_;
  const std::unique_ptr<Host> host_;
};

TEST_F(CliHostTest, WritesMoreThanAPipeHoldsToTheStreamThatWasNamed) {
  const std::string bytes(500'000, 'x');
  for (const Stream stream : {Stream::kOutput, Stream::kError}) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    std::string read_bytes;
    std::thread reader([&] {
      std::array<char, 4096> buffer;
      for (ssize_t count = 0; (count = read(ends[0], buffer.data(), buffer.size())) > 0;) {
        read_bytes.append(buffer.data(), static_cast<std::size_t>(count));
      }
    });
    absl::Status status;
    {
      const Redirected to(stream == Stream::kOutput ? STDOUT_FILENO : STDERR_FILENO, ends[1]);
      status = host_->Write(stream, bytes);
    }
    reader.join();
    close(ends[0]);
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(read_bytes.size(), bytes.size());
  }
}

TEST_F(CliHostTest, AReaderWhoWentAwayIsAnErrorAndNotTheEndOfTheProcess) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  close(ends[0]);
  absl::Status status;
  {
    const Redirected to(STDOUT_FILENO, ends[1]);
    status = host_->Write(Stream::kOutput, "text");
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
}

TEST_F(CliHostTest, AFullDiskIsAnErrorInTheSystemsWords) {
  absl::Status status;
  {
    const Redirected to(STDOUT_FILENO, open("/dev/full", O_WRONLY | O_CLOEXEC));
    status = host_->Write(Stream::kOutput, "text");
  }
  EXPECT_EQ(status, absl::UnavailableError("No space left on device"));
}

TEST_F(CliHostTest, ReadsInputToItsEnd) {
  const std::string bytes = std::string("a\0b\r\n", 5) + std::string(200'000, 'x');
  const Redirected from(STDIN_FILENO, InputOf(bytes));
  EXPECT_EQ(*host_->ReadAllInput(bytes.size()), bytes);
  EXPECT_EQ(*host_->ReadAllInput(bytes.size()), "") << "it is at its end";
}

TEST_F(CliHostTest, InputOverTheLimitIsRefused) {
  const Redirected from(STDIN_FILENO, InputOf("123456"));
  const absl::Status status = host_->ReadAllInput(5).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("over 5 bytes"));
}

TEST_F(CliHostTest, InputThatCannotBeReadIsAnErrorInTheSystemsWords) {
  const Redirected from(STDIN_FILENO, open(folder_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  EXPECT_EQ(host_->ReadAllInput(5).status(),
            absl::UnavailableError("standard input cannot be read: Is a directory"));
  EXPECT_EQ(host_->ReadInputLine(), std::nullopt);
}

TEST_F(CliHostTest, ReadsLinesAndLeavesTheRest) {
  const Redirected from(STDIN_FILENO, InputOf("yes\n\nlast"));
  EXPECT_EQ(host_->ReadInputLine(), "yes");
  EXPECT_EQ(host_->ReadInputLine(), "");
  EXPECT_EQ(host_->ReadInputLine(), "last") << "without a line feed";
  EXPECT_EQ(host_->ReadInputLine(), std::nullopt);
  const Redirected again(STDIN_FILENO, InputOf("yes\nthe document"));
  EXPECT_EQ(host_->ReadInputLine(), "yes");
  EXPECT_EQ(*host_->ReadAllInput(100), "the document");
}

TEST_F(CliHostTest, AnEmptyVariableIsNone) {
  const std::string name = "CHIROGRAPH_TEST_VARIABLE";
  unsetenv(name.c_str());
  EXPECT_EQ(host_->Variable(name), std::nullopt);
  EXPECT_FALSE(host_->IsSet(name));
  setenv(name.c_str(), "", 1);
  EXPECT_EQ(host_->Variable(name), std::nullopt);
  EXPECT_TRUE(host_->IsSet(name));
  setenv(name.c_str(), "a value", 1);
  EXPECT_EQ(host_->Variable(name), "a value");
  unsetenv(name.c_str());
}

TEST_F(CliHostTest, APipeIsNoTerminalAndHasEightyColumns) {
  const Redirected to(STDERR_FILENO, open("/dev/null", O_WRONLY | O_CLOEXEC));
  EXPECT_FALSE(host_->IsTerminal(Stream::kError));
  EXPECT_EQ(host_->TerminalColumns(), 80);
}

TEST_F(CliHostTest, KnowsATerminalAndItsWidth) {
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0)
    GTEST_SKIP() << "no pseudo-terminals here";
  char name[64];
  ASSERT_EQ(ptsname_r(terminal, name, sizeof(name)), 0);
  {
    const Redirected to(STDERR_FILENO, open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
    EXPECT_TRUE(host_->IsTerminal(Stream::kError));
    EXPECT_EQ(host_->TerminalColumns(), 80) << "it does not know its width yet";
    winsize size = {};
    size.ws_col = 123;
    EXPECT_EQ(ioctl(STDERR_FILENO, TIOCSWINSZ, &size), 0);
    EXPECT_EQ(host_->TerminalColumns(), 123);
  }
  close(terminal);
}

}  // namespace
}  // namespace chirograph::cli_host_test
