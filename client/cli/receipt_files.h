// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_RECEIPT_FILES_H_
#define CHIROGRAPH_CLIENT_CLI_RECEIPT_FILES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/audit.h"

namespace chirograph {

// Every .tlog-proof file in the folder `dir` and those below it, by path; one that cannot be read, or is no
// receipt of an article (InvalidArgument), with the reason in place of its receipt. The message of an error
// names the file or folder. NotFound: no such folder. InvalidArgument: it is none. PermissionDenied: it, or
// one below it, cannot be read.
absl::StatusOr<std::vector<AuditReceipt>> ReadReceiptFiles(const std::string& dir);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_RECEIPT_FILES_H_
