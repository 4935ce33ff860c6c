// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_HOST_H_
#define CHIROGRAPH_CLIENT_CLI_HOST_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace chirograph {

enum class Stream { kInput, kOutput, kError };

// Ends what WatchInterrupts began when it goes.
class InterruptWatch {
 public:
  virtual ~InterruptWatch() = default;
};

// The process around a command: its three streams, environment and clock. A seam, so that tests run
// commands within their own process. Implementations are thread-safe but for the two reads.
class Host {
 public:
  virtual ~Host() = default;

  virtual bool IsTerminal(Stream stream) const = 0;
  // Columns of the terminal that errors go to; 80 where that cannot be told.
  virtual int TerminalColumns() const = 0;

  // Writes all of `bytes`. Cancelled: nobody reads any more (EPIPE). Unavailable: the disk is full or the
  // like, with the system's words.
  virtual absl::Status Write(Stream stream, std::string_view bytes) = 0;

  // Standard input to its end. InvalidArgument: over `max_bytes`; Unavailable: it cannot be read.
  virtual absl::StatusOr<std::string> ReadAllInput(std::size_t max_bytes) = 0;
  // One line of standard input without its line feed; nothing at its end.
  virtual std::optional<std::string> ReadInputLine() = 0;

  // An environment variable; nothing where it is not set or empty.
  virtual std::optional<std::string> Variable(const std::string& name) const = 0;
  // Whether it is set, be it empty.
  virtual bool IsSet(const std::string& name) const = 0;

  virtual absl::Time Now() const = 0;

  // As long as the result lives, the first interrupt (Ctrl-C) calls `on_interrupt`, from a thread of its own,
  // instead of ending the process; the second ends it as ever. Null: there is nothing to watch.
  virtual std::unique_ptr<InterruptWatch> WatchInterrupts(std::function<void()> on_interrupt) = 0;
};

// This process. Ignores SIGPIPE from here on.
std::unique_ptr<Host> MakeProcessHost();

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_HOST_H_
