// SPDX-License-Identifier: Apache-2.0
//
// The file that -o names.
#ifndef CHIROGRAPH_CLIENT_CLI_OUTPUT_FILE_H_
#define CHIROGRAPH_CLIENT_CLI_OUTPUT_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace chirograph {

// Writes `contents` to `path`. A file that is there is replaced with `force` alone: else it is well where it
// holds the same bytes, and AlreadyExists, which names --force, where it holds others. A pipe or a device is
// written into. Other errors as WriteFileAtomically.
absl::Status WriteOutputFile(const std::string& path, std::string_view contents, bool force);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_OUTPUT_FILE_H_
