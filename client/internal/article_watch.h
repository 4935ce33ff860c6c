// SPDX-License-Identifier: Apache-2.0
//
// WatchArticles: every step checked, and gone on with from where it was over any number of connections.
#ifndef CHIROGRAPH_CLIENT_INTERNAL_ARTICLE_WATCH_H_
#define CHIROGRAPH_CLIENT_INTERNAL_ARTICLE_WATCH_H_

#include <cstdint>
#include <optional>

#include "chirograph/v1/listing.pb.h"
#include "client/article_stream.h"
#include "client/internal/listed_article.h"

namespace chirograph::internal {

// As ArchiveClient::Watch. Thread-safe.
Answer<WatchEnd> WatchArticles(const StreamServices& services, const v1::WatchArticlesRequest& request,
                               const WatchCallbacks& callbacks);

// Checks a watch, message by message, however many connections they come over. Not thread-safe.
class WatchCheck {
 public:
  // From `trusted` on, where there is such a checkpoint. `services` must outlive this.
  WatchCheck(const StreamServices& services, const v1::WatchArticlesRequest& request,
             std::optional<TrustedCheckpoint> trusted);

  // What to ask for now: the rest of the watch.
  const v1::WatchArticlesRequest& request() const { return request_; }

  // What `message` holds, if all of it is as it must be: a checkpoint that is proved to extend the one
  // before, receipts, payloads, that all fit the filter and are in order, within the range that the message
  // is of, which begins where the one before ended. Failures: kDoesNotCheck; kAlarm; kCouldNot.
  Answer<WatchBatch> Take(v1::WatchArticlesResponse message);

  // Whether all up to filter.end_index was looked at.
  bool is_complete() const {
    return begun_ && request_.filter().has_end_index() && end_.next_index >= request_.filter().end_index();
  }
  // So far.
  const WatchEnd& end() const { return end_; }

 private:
  Answer<TrackedCheckpoint> TakeCheckpoint(const v1::WatchArticlesResponse& message);
  std::optional<Failure> CheckRange(const v1::WatchArticlesResponse& message, std::uint64_t tree_size) const;

  const StreamServices& services_;
  v1::WatchArticlesRequest request_;
  std::optional<TrustedCheckpoint> previous_;
  bool begun_ = false;
  WatchEnd end_;
};

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_ARTICLE_WATCH_H_
