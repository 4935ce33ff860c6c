// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_RECENT_COMMITS_H_
#define CHIROGRAPH_SERVICE_INTERNAL_RECENT_COMMITS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "service/log_store.h"

namespace chirograph {

// Batches that were committed, in order, until who follows the log has them: what is here need not be read
// from the store, what is not here is there. Bounded: while it is full, new ones are not kept. Not
// thread-safe.
class RecentCommits {
 public:
  using Batches = std::vector<std::shared_ptr<const LogBatch>>;

  explicit RecentCommits(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // Not null.
  void Add(std::shared_ptr<const LogBatch> batch) {
    const std::size_t bytes = BytesOf(*batch);
    if (bytes > max_bytes_ - bytes_) return;
    bytes_ += bytes;
    batches_.push_back(std::move(batch));
  }

  // Forgets what has no entry at `index` or after it. What is left.
  Batches From(std::uint64_t index) {
    while (!batches_.empty() && batches_.front()->first_index + batches_.front()->entries.size() <= index) {
      bytes_ -= BytesOf(*batches_.front());
      batches_.pop_front();
    }
    return {batches_.begin(), batches_.end()};
  }

 private:
  static std::size_t BytesOf(const LogBatch& batch) {
    std::size_t bytes = 0;
    for (const NewEntry& entry : batch.entries) {
      bytes += sizeof(entry) + entry.log_entry.size() + entry.opening.size() + entry.content.size();
    }
    return bytes;
  }

  const std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::deque<std::shared_ptr<const LogBatch>> batches_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_RECENT_COMMITS_H_
