// SPDX-License-Identifier: Apache-2.0
//
// What of a recorded verdict can be judged without any key (docs/secured-field.md). Pure; thread-safe.
#ifndef CHIROGRAPH_PROTO_RECORDED_VERDICT_H_
#define CHIROGRAPH_PROTO_RECORDED_VERDICT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "chirograph/v1/article.pb.h"
#include "chirograph/v1/log_entry.pb.h"
#include "crypto/verdict.h"

namespace chirograph {

// What is at hand; null where it is not. The canonical form is `article`'s.
struct SignedRecord {
  std::uint64_t index = 0;
  const v1::ArticleRecord* record = nullptr;
  const v1::Opening* opening = nullptr;
  const v1::Article* article = nullptr;
  const std::string* canonical_form = nullptr;
};

// The publisher that `article` names, in normal form; empty where it names none.
std::string PublisherOf(const v1::Article& article);

// Whether a key verified the signature, whatever it is worth: VALID, KEY_REVOKED, KEY_OUT_OF_PERIOD.
bool IsByAKey(Verdict verdict);

// "recorded as VALID (SIGNATURE_VERIFIED)".
std::string DescribeRecordedVerdict(const v1::ArticleRecord& record);

// Why the verdict and reason of `known.record`, which must be there, cannot be true beside each other, the
// record's index and what else is at hand; nothing where they may be.
std::optional<std::string> FindVerdictContradiction(const SignedRecord& known);

}  // namespace chirograph

#endif  // CHIROGRAPH_PROTO_RECORDED_VERDICT_H_
