// SPDX-License-Identifier: Apache-2.0
//
// How an archived article is named, and what comes back for it.
#ifndef CHIROGRAPH_CLIENT_ARCHIVED_ARTICLE_H_
#define CHIROGRAPH_CLIENT_ARCHIVED_ARTICLE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "chirograph/v1/article.pb.h"
#include "chirograph/v1/receipt.pb.h"
#include "client/answer.h"
#include "client/receipt_report.h"
#include "crypto/sha256.h"
#include "crypto/verdict.h"

namespace chirograph {

struct ArticleDigestRef {
  Digest digest;
};
struct SourceDigestRef {
  Digest digest;
};
// The newest version of the article at a URL, of those submissions that count.
struct UrlRef {
  // Opening.url, byte for byte.
  std::string url;
  // Whose; case does not matter, empty is "names no publisher". Absent: the only publisher with such an
  // article.
  std::optional<std::string> publisher_domain;
  // Submissions up to and at this ingest time count, to the microsecond. Absent: all.
  std::optional<absl::Time> as_of;
  // Submissions with one of these verdicts at ingest count. Empty: all.
  std::vector<Verdict> verdicts;
};
// A number is a 0-based index.
using ArticleRef = std::variant<std::uint64_t, ArticleDigestRef, SourceDigestRef, UrlRef>;

struct ArchivedArticle {
  v1::Receipt receipt;
  ReceiptReport report;
  // Unset for the record view. For the source view made here, from the source.
  std::optional<v1::Article> article;
  // For the source view; for the content view where there is one.
  std::optional<std::string> source_document;
  // For the content view: the stored Content's exact bytes.
  std::optional<std::string> content;
  // For a UrlRef: the answer is of the first so many entries of the log. Otherwise 0.
  std::uint64_t catalog_tree_size = 0;
  // For a UrlRef, where the verdict at ingest is VALID: where a newer text that was not VALID came first. The
  // server's word: get that index to see it.
  std::optional<std::uint64_t> newer_not_valid_index;
};

// An entry of the log that is none of an article, or not asked for as one.
struct ProvenEntry {
  std::uint64_t index = 0;
  std::string log_entry;                // LogEntry, byte for byte
  std::vector<Digest> inclusion_proof;  // in the tree that was asked about
};

// The publishers that a server names where several have articles of one URL.
struct AmbiguousPublishers {
  std::vector<std::string> domains;  // the server's word; an empty one is "names no publisher"
  bool more = false;                 // there are others
};

// Nothing: `failure` is another one.
std::optional<AmbiguousPublishers> AmbiguousPublishersOf(const Failure& failure);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_ARCHIVED_ARTICLE_H_
