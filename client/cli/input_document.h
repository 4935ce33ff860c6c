// SPDX-License-Identifier: Apache-2.0
//
// Articles as a command gets them: files named on the command line.
#ifndef CHIROGRAPH_CLIENT_CLI_INPUT_DOCUMENT_H_
#define CHIROGRAPH_CLIENT_CLI_INPUT_DOCUMENT_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/cli/host.h"
#include "crypto/source_position.h"

namespace chirograph {

// What is wrong with one input.
struct InputError {
  std::string message;  // names the path, except where there is a position
  std::optional<SourcePosition> position;
};

InputError InputErrorOf(const absl::Status& status);

// "PATH:LINE:COLUMN: message", or the message, with the path before it unless it names it already.
std::string DescribeInput(const std::string& path, const InputError& error);

// The bytes of the document at `path`, "-" being standard input. Errors as ReadFile; a document over
// limits.h is InvalidArgument.
absl::StatusOr<std::string> ReadInputDocument(const std::string& path, Host& host);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_INPUT_DOCUMENT_H_
