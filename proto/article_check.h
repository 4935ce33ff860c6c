// SPDX-License-Identifier: Apache-2.0
//
// Whether what is kept beside an article's entry is what was logged: Opening, Content, source document,
// secured field, signature and verdict, each against the one before (docs/merkle-log.md). The operator's
// check and a stranger's audit do the same here.
#ifndef CHIROGRAPH_PROTO_ARTICLE_CHECK_H_
#define CHIROGRAPH_PROTO_ARTICLE_CHECK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "chirograph/v1/finding.pb.h"
#include "chirograph/v1/log_entry.pb.h"
#include "crypto/keyring.h"
#include "crypto/verdict.h"
#include "proto/check_part.h"
#include "proto/key_history.h"

namespace chirograph {

// One article's entry and what is kept beside it. All that is pointed to must outlive the call.
struct LoggedArticle {
  std::uint64_t index = 0;
  const v1::ArticleRecord* record = nullptr;  // never null
  std::optional<std::string_view> opening;    // absent: missing
  std::optional<std::string_view> content;    // absent: missing
  const KeyHistory* keys = nullptr;           // never null; has all KeyEvents below `index`
  // Judges the signature as well, at `now`, with envelope keys where it has them. Null: none.
  const Keyring* keyring = nullptr;
  absl::Time now;
  // The keyring alone says which keys are a publisher's, where it has any of his: an auditor's own. Otherwise
  // the log's KeyEvents say so too.
  bool keyring_decides = false;
  CheckParts left_out;
};

// How the publisher's signature fared.
enum class SignatureStanding {
  kNone,         // none is recorded as verified
  kVerified,     // it was verified here, with the key of the log's KeyEvent
  kNotVerified,  // it does not verify, or there is nothing to verify it with: see the findings
};

struct ArticleCheck {
  std::vector<v1::Finding> findings;  // empty: all is as it must be
  std::string publisher_domain;       // as the Opening has it; empty where it has none, or is missing
  std::string url;                    // likewise
  SignatureStanding signature = SignatureStanding::kNone;
  bool key_in_keyring = false;  // the key that verified it is the publisher's in LoggedArticle.keyring too
  // By LoggedArticle.keyring, at its `now`. Absent: without a keyring or an article.
  std::optional<Verdict> verdict_now;
  std::optional<VerdictReason> reason_now;
  // What the record and the Opening name, where it is there and hashes to what they say.
  std::optional<v1::Opening> opening;
  std::optional<v1::Content> content;
};

// Pure; thread-safe while nobody adds to `keys`.
ArticleCheck CheckArticle(const LoggedArticle& article);

}  // namespace chirograph

#endif  // CHIROGRAPH_PROTO_ARTICLE_CHECK_H_
