// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_INTERNAL_LIST_CHECK_H_
#define CHIROGRAPH_CLIENT_INTERNAL_LIST_CHECK_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "chirograph/v1/listing.pb.h"
#include "client/article_stream.h"
#include "client/internal/listed_article.h"

namespace chirograph::internal {

// What a list must be.
struct ListQuestion {
  std::string came_with;  // "the answer to ListArticles"
  v1::ListOrder order = v1::LIST_ORDER_UNSPECIFIED;
  std::uint64_t limit = 0;  // 0: none
  v1::ArticleView view = v1::ARTICLE_VIEW_UNSPECIFIED;
  std::uint64_t least_tree_size = 0;  // catalog_tree_size is at least this
  // Why an article that was checked is not one of the list; nothing: it is.
  std::function<std::optional<std::string>(const ArchivedArticle&)> why_not;
  // No article_digest comes twice, and all are of one publisher, whom each message names.
  bool versions = false;
};

// One message of a list, of either kind.
struct ListMessage {
  std::vector<v1::ListedArticle> articles;
  std::string checkpoint;
  std::uint64_t catalog_tree_size = 0;
  std::string resume_token;
  std::string publisher_domain;
};

// Checks a list, message by message, however many connections they come over. Not thread-safe.
class ListCheck {
 public:
  // `services` must outlive this.
  ListCheck(const StreamServices& services, ListQuestion question)
      : services_(services), question_(std::move(question)) {}

  // What `message` holds, if all of it is as it must be: receipts, payloads, that it fits the question, is in
  // order, was not there before, and is not one too many. `seen_when_asked` as CheckpointTracker::Observe.
  // Failures: kDoesNotCheck, kAlarm, kCouldNot.
  Answer<ListBatch> Take(ListMessage message, std::uint64_t seen_when_asked);

  // After the call's end without an error: kDoesNotCheck, where messages must have followed.
  std::optional<Failure> End() const;

  // So far.
  const ListEnd& end() const { return end_; }
  // Whether nothing can follow.
  bool is_complete() const {
    return (begun_ && end_.resume_token.empty()) || (question_.limit > 0 && end_.articles >= question_.limit);
  }

 private:
  std::optional<Failure> TakeHeader(const ListMessage& message, std::uint64_t tree_size);
  // Nothing: it is in its place; else why not.
  std::optional<std::string> TakePlace(const ArchivedArticle& article);
  std::optional<std::string> TakePublishedPlace(const ArchivedArticle& article);

  const StreamServices& services_;
  const ListQuestion question_;
  bool begun_ = false;
  ListEnd end_;
  std::optional<std::uint64_t> last_index_;
  // In an order by published time where the articles are there to see it: that of the last one.
  std::optional<absl::Time> last_published_;
  std::set<std::uint64_t> indexes_;  // where the order does not show that one comes twice
  std::set<std::string> versions_;   // their digests
};

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_LIST_CHECK_H_
