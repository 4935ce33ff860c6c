// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_CONSOLE_H_
#define CHIROGRAPH_CLIENT_CLI_CONSOLE_H_

#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "client/cli/exit_code.h"
#include "client/cli/host.h"
#include "crypto/mutex.h"
#include "nlohmann/json_fwd.hpp"

namespace chirograph {

enum class Paint { kGood, kBad, kDoubtful, kFaint };

// Where commands write. Answers go to standard output, errors and progress to standard error. Lines are
// whole: written from several threads they never mix. A reader that goes away (EPIPE) ends the output
// without a word; any other failure to write is reported by Finish. Thread-safe.
class Console {
 public:
  // `host` must outlive the console.
  explicit Console(Host& host);

  // Whether answers are JSON lines instead of text for people.
  bool json() const { return json_; }
  // Before any output.
  void set_json(bool json) { json_ = json; }

  // Standard output, byte for byte.
  void Write(std::string_view bytes);
  // The same, but where a terminal shows it, what is unsafe there is spelled out: for documents and notes.
  void WriteText(std::string_view text);
  // Standard output: `line`, in which untrusted parts are already escaped, and a line feed.
  void Line(std::string_view line);
  // Standard output: `value` on one line. Text in it that is not UTF-8 has U+FFFD for it.
  void Json(const nlohmann::ordered_json& value);

  // Standard error: "chirograph: " and `message`, which is escaped here.
  void Error(std::string_view message);
  // The same with the message of `status`.
  void Error(const absl::Status& status) { Error(std::string(status.message())); }
  // Standard error: `line` as it stands, for what helps after an error or before a question.
  void Hint(std::string_view line);
  // The same without a line feed.
  void Prompt(std::string_view question);

  // `text` in colour where standard output is a terminal and NO_COLOR is not set.
  std::string Painted(Paint paint, std::string_view text) const;

  // Whether ShowProgress shows anything: standard error is a terminal, and not a dumb one.
  bool shows_progress() const { return shows_progress_; }
  // Puts `line` (no wider than the terminal) at the bottom of the terminal, in place of the one before.
  void ShowProgress(std::string_view line);
  // Takes it away.
  void EndProgress();

  // Whether somebody may still read standard output: false once a write to it failed.
  bool is_open() ABSL_LOCKS_EXCLUDED(mutex_);

  // `code`, or kCouldNot where that is worse and output could not be written, after saying so.
  ExitCode Finish(ExitCode code);

 private:
  void Emit(Stream stream, std::string_view bytes) ABSL_LOCKS_EXCLUDED(mutex_);
  void EraseProgress() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DrawProgress() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Host& host_;
  bool json_ = false;
  const bool is_terminal_;
  const bool colour_;
  const bool shows_progress_;
  Mutex mutex_;
  std::string progress_ ABSL_GUARDED_BY(mutex_);
  absl::Status output_status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_CONSOLE_H_
