// SPDX-License-Identifier: Apache-2.0
//
// A receipt as a file: a C2SP .tlog-proof whose `extra` line carries the log entry and the Opening
// (docs/merkle-log.md).
#ifndef CHIROGRAPH_CLIENT_RECEIPT_FILE_H_
#define CHIROGRAPH_CLIENT_RECEIPT_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "chirograph/v1/receipt.pb.h"

namespace chirograph {

// The file's text. InvalidArgument: a hash of the proof is not 32 bytes, or log entry, opening or checkpoint
// are empty.
absl::StatusOr<std::string> FormatReceiptFile(const v1::Receipt& receipt);

// The receipt in such a file. Nothing in it is verified by having been parsed: that is CheckReceipt's.
// InvalidArgument, with a SourcePosition where a line is to blame: not a .tlog-proof; no extra line, or one
// that another program wrote; over limits.h.
absl::StatusOr<v1::Receipt> ParseReceiptFile(std::string_view file);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_RECEIPT_FILE_H_
