// SPDX-License-Identifier: Apache-2.0
#include "client/cli/interrupts.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <thread>
#include <utility>

namespace chirograph {
namespace {

// What a signal handler can reach.
std::atomic<int> g_pipe = -1;
std::atomic<bool> g_interrupted = false;

constexpr char kInterrupted = 'i';
constexpr char kEnd = 'e';

void OnSignal(int signal) {
  if (g_interrupted.exchange(true)) {
    // Whoever asks twice does not want to wait. Delivered once this returns.
    struct sigaction standard = {};
    standard.sa_handler = SIG_DFL;
    sigaction(signal, &standard, nullptr);
    raise(signal);
    return;
  }
  const int error = errno;
  // There is nobody to tell where it fails; the second one still ends it.
  [[maybe_unused]] const ssize_t written = write(g_pipe, &kInterrupted, 1);
  errno = error;
}

class ProcessInterruptWatch final : public InterruptWatch {
 public:
  ProcessInterruptWatch(std::array<int, 2> pipe, std::function<void()> on_interrupt)
      : pipe_(pipe), on_interrupt_(std::move(on_interrupt)), thread_([this] { Watch(); }) {
    g_interrupted = false;
    g_pipe = pipe_[1];
    struct sigaction action = {};
    action.sa_handler = OnSignal;
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, &before_);
  }
  ~ProcessInterruptWatch() override {
    sigaction(SIGINT, &before_, nullptr);
    [[maybe_unused]] const ssize_t written = write(pipe_[1], &kEnd, 1);
    thread_.join();
    g_pipe = -1;
    close(pipe_[0]);
    close(pipe_[1]);
  }
  ProcessInterruptWatch(const ProcessInterruptWatch&) = delete;
  ProcessInterruptWatch& operator=(const ProcessInterruptWatch&) = delete;

 private:
  void Watch() {
    char what = 0;
    while (true) {
      const ssize_t count = read(pipe_[0], &what, 1);
      if (count < 0 && errno == EINTR) continue;
      if (count != 1 || what == kEnd) return;
      on_interrupt_();
    }
  }

  const std::array<int, 2> pipe_;
  const std::function<void()> on_interrupt_;
  struct sigaction before_ = {};
  std::thread thread_;
};

}  // namespace

std::unique_ptr<InterruptWatch> WatchProcessInterrupts(std::function<void()> on_interrupt) {
  struct sigaction before = {};
  if (sigaction(SIGINT, nullptr, &before) != 0 || before.sa_handler == SIG_IGN) return nullptr;
  std::array<int, 2> pipe = {};
  if (pipe2(pipe.data(), O_CLOEXEC) != 0) return nullptr;
  return std::make_unique<ProcessInterruptWatch>(pipe, std::move(on_interrupt));
}

}  // namespace chirograph
