// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_PROTO_FINDING_H_
#define CHIROGRAPH_PROTO_FINDING_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "chirograph/v1/finding.pb.h"

namespace chirograph {

// A finding of the entry at `index`.
v1::Finding MakeFinding(v1::FindingCode code, std::uint64_t index, std::string_view expected,
                        std::string_view found);

// One that is of no entry, but of `subject`: a part of the store or the log, named as docs/check.md does.
v1::Finding MakeFindingOf(std::string_view subject, v1::FindingCode code, std::string_view expected,
                          std::string_view found);

// "ENTRY_MISMATCH": as --json and every screen spell it.
std::string FindingCodeName(v1::FindingCode code);

// What `code` means, for a person who does not know the log's parts: one sentence without a full stop.
std::string_view FindingCodeText(v1::FindingCode code);

// "#41 CONTENT_MISMATCH: the stored article is not the one that was archived (expected ..., found ...)".
std::string DescribeFinding(const v1::Finding& finding);

}  // namespace chirograph

#endif  // CHIROGRAPH_PROTO_FINDING_H_
