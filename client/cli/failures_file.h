// SPDX-License-Identifier: Apache-2.0
//
// The file of what was not archived (docs/json-output.md), to be tried again.
#ifndef CHIROGRAPH_CLIENT_CLI_FAILURES_FILE_H_
#define CHIROGRAPH_CLIENT_CLI_FAILURES_FILE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/cli/host.h"

namespace chirograph {

// One line of it.
struct NotArchived {
  std::string path;     // as it was given or found; any bytes
  std::string why;      // WhyNotArchived
  std::string message;  // likewise
};

// The line, without a line feed.
std::string FormatNotArchived(const NotArchived& failure);

// The lines of the file at `path`. Errors as ReadFile; InvalidArgument with a SourcePosition: the first line
// that is not one, or ends in the middle.
absl::StatusOr<std::vector<NotArchived>> ReadFailuresFile(const std::string& path);

// Writes such a file while files are sent. It is replaced as a whole, every few seconds and at the end: a
// crash leaves it as it was then. Until the end it also has what was to be tried again and has not been, so
// that nothing that stood there is lost. Not thread-safe.
class FailuresFile {
 public:
  // `retried` are the lines of the file that is tried again, if one is. `host` must outlive this.
  FailuresFile(std::string path, std::vector<NotArchived> retried, const Host& host);

  // Writes it for the first time, so that a path that cannot be written is known before anything is sent.
  // Errors as WriteFileAtomically.
  absl::Status Begin();
  // The file at `path` was dealt with: it is archived, or not, and then Add is called too.
  void Settle(const std::string& path);
  void Add(const NotArchived& failure);
  // Writes it if it is time. An error shows again at the end.
  void WriteNowAndThen();
  // Writes it for the last time. Errors as WriteFileAtomically.
  absl::Status Finish();

  const std::string& path() const { return path_; }
  std::size_t size() const { return failures_; }

 private:
  absl::Status Write(bool with_rest);

  const std::string path_;
  const Host& host_;
  std::vector<NotArchived> rest_;  // sorted by path; dealt with where `why` is empty
  std::string lines_;
  std::size_t failures_ = 0;
  bool is_file_ = true;  // or there is none; else a pipe or the like, which cannot be replaced
  bool changed_ = false;
  absl::Time next_write_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_FAILURES_FILE_H_
