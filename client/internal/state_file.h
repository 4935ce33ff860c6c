// SPDX-License-Identifier: Apache-2.0
//
// Reading what the client keeps in its state: docs/client-state.md. Pure but for ReadIfThere; all may be
// called from any thread.
#ifndef CHIROGRAPH_CLIENT_INTERNAL_STATE_FILE_H_
#define CHIROGRAPH_CLIENT_INTERNAL_STATE_FILE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chirograph::internal {

// What stands in the file, or nothing where there is none. Errors as ReadFile's, but for NotFound.
absl::StatusOr<std::optional<std::string>> ReadIfThere(const std::string& path, std::size_t max_bytes);

// The text of a file that is one line, without its line feed; nothing where it is not one line, or is empty.
std::optional<std::string> OneLine(std::string_view contents);

// DataLoss: the file `path` is damaged, in what way, and what its owner can do.
absl::Status Damaged(const std::string& path, std::string_view what, std::string_view what_to_do);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_STATE_FILE_H_
