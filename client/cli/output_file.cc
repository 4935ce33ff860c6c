// SPDX-License-Identifier: Apache-2.0
#include "client/cli/output_file.h"

#include <filesystem>
#include <system_error>

#include "absl/status/statusor.h"
#include "crypto/file.h"
#include "fmt/format.h"

namespace chirograph {

absl::Status WriteOutputFile(const std::string& path, std::string_view contents, bool force) {
  std::error_code error;
  const std::filesystem::file_status there = std::filesystem::status(path, error);
  // Nothing is lost of what is no file; and to read a pipe would be to wait for its writer.
  const bool is_other = std::filesystem::exists(there) && !std::filesystem::is_regular_file(there);
  if (force || is_other) return WriteFileAtomically(path, contents, FileAccess::kPublic);
  const absl::Status status = WriteNewFile(path, contents, FileAccess::kPublic);
  if (!absl::IsAlreadyExists(status)) return status;
  const absl::StatusOr<std::string> present = ReadFile(path, contents.size());
  if (present.ok() && *present == contents) return absl::OkStatus();
  return absl::AlreadyExistsError(fmt::format(
      "{}: there is another file of this name, which was left as it is; --force replaces it", path));
}

}  // namespace chirograph
