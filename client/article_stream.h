// SPDX-License-Identifier: Apache-2.0
//
// Lists and watches: articles that come many to a message. Each was checked in full, and so was that it is
// one of those that were asked for, in its place. That nothing was left out cannot be checked.
#ifndef CHIROGRAPH_CLIENT_ARTICLE_STREAM_H_
#define CHIROGRAPH_CLIENT_ARTICLE_STREAM_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "client/answer.h"
#include "client/archived_article.h"

namespace chirograph {

// What a callback wants next.
enum class StreamNext { kMore, kStop };

// One message of a list.
struct ListBatch {
  std::vector<ArchivedArticle> articles;  // in order; may be empty
  // The list is of the first so many entries of the log; the same in every batch.
  std::uint64_t catalog_tree_size = 0;
  // Goes on behind the last of these articles, at any later time, with the same question. Empty: the list has
  // ended.
  std::string resume_token;
  // For versions: whose they are.
  std::string publisher_domain;
};

// How a list ended, if nothing went wrong.
struct ListEnd {
  std::uint64_t articles = 0;
  std::uint64_t catalog_tree_size = 0;
  // As in the last batch. Not empty where the limit was reached or the callback had enough.
  std::string resume_token;
  std::string publisher_domain;
};

// Called for each batch, on the thread that asked. kStop ends the call; the batch counts as taken.
using OnListBatch = std::function<StreamNext(ListBatch batch)>;

// One message of a watch.
struct WatchBatch {
  std::vector<ArchivedArticle> articles;  // by index, ascending; may be empty
  // All below this 0-based position has been looked at: a watch that is begun again starts here.
  std::uint64_t next_index = 0;
  // Of the checkpoint that came with it and was proved to extend the one before.
  std::uint64_t tree_size = 0;
};

// What to do with a watch; called on the thread that asked. Only on_batch must be set.
struct WatchCallbacks {
  std::function<StreamNext(WatchBatch batch)> on_batch;
  // The connection is lost, for the reason in `why`; it is tried again after `wait`, from where it was.
  std::function<void(const Failure& why, absl::Duration wait)> on_lost;
  // Asked a few times a second, also while nothing comes: true ends the watch.
  std::function<bool()> should_stop;
  // How long to go on trying where no message comes. A message starts it anew.
  absl::Duration retry_for = absl::InfiniteDuration();
};

// How a watch ended, if nothing went wrong: at filter.end_index, or because a callback said so.
struct WatchEnd {
  std::uint64_t articles = 0;
  std::uint64_t next_index = 0;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_ARTICLE_STREAM_H_
