// SPDX-License-Identifier: Apache-2.0
#include "client/cli/host.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/time/clock.h"
#include "client/cli/interrupts.h"
#include "fmt/format.h"

namespace chirograph {
namespace {

int DescriptorOf(Stream stream) {
  switch (stream) {
    case Stream::kInput:
      return STDIN_FILENO;
    case Stream::kOutput:
      return STDOUT_FILENO;
    case Stream::kError:
      return STDERR_FILENO;
  }
  return STDERR_FILENO;
}

class ProcessHost final : public Host {
 public:
  // A write to a pipe that nobody reads must come back as EPIPE.
  ProcessHost() { std::signal(SIGPIPE, SIG_IGN); }

  bool IsTerminal(Stream stream) const override { return isatty(DescriptorOf(stream)) == 1; }

  int TerminalColumns() const override {
    winsize size = {};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
    return size.ws_col;
  }

  absl::Status Write(Stream stream, std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t written = write(DescriptorOf(stream), bytes.data(), bytes.size());
      if (written >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(written));
      } else if (errno == EPIPE) {
        return absl::CancelledError("nobody reads the output any more");
      } else if (errno != EINTR) {
        return absl::UnavailableError(std::strerror(errno));
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> ReadAllInput(std::size_t max_bytes) override {
    std::string all;
    std::array<char, std::size_t{64} * 1024> buffer;
    while (true) {
      const ssize_t count = read(STDIN_FILENO, buffer.data(), buffer.size());
      if (count == 0) return all;
      if (count < 0) {
        if (errno == EINTR) continue;
        return absl::UnavailableError(fmt::format("standard input cannot be read: {}", std::strerror(errno)));
      }
      all.append(buffer.data(), static_cast<std::size_t>(count));
      if (all.size() > max_bytes) {
        return absl::InvalidArgumentError(
            fmt::format("standard input has over {} bytes, which is the most that is taken", max_bytes));
      }
    }
  }

  std::optional<std::string> ReadInputLine() override {
    std::string line;
    char next = 0;
    while (true) {
      const ssize_t count = read(STDIN_FILENO, &next, 1);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return line.empty() ? std::nullopt : std::optional<std::string>(line);
      if (next == '\n') return line;
      line.push_back(next);
    }
  }

  std::optional<std::string> Variable(const std::string& name) const override {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
  }

  bool IsSet(const std::string& name) const override { return std::getenv(name.c_str()) != nullptr; }

  absl::Time Now() const override { return absl::Now(); }

  std::unique_ptr<InterruptWatch> WatchInterrupts(std::function<void()> on_interrupt) override {
    return WatchProcessInterrupts(std::move(on_interrupt));
  }
};

}  // namespace

std::unique_ptr<Host> MakeProcessHost() { return std::make_unique<ProcessHost>(); }

}  // namespace chirograph
