// SPDX-License-Identifier: Apache-2.0
//
// Checks a log's entries one after the other, with what is kept beside them. That they are the entries of a
// signed tree is for the caller to check, by their leaf hashes.
#ifndef CHIROGRAPH_PROTO_LOG_CHECK_H_
#define CHIROGRAPH_PROTO_LOG_CHECK_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "chirograph/v1/finding.pb.h"
#include "chirograph/v1/log_entry.pb.h"
#include "crypto/keyring.h"
#include "crypto/sha256.h"
#include "proto/article_check.h"
#include "proto/check_part.h"
#include "proto/key_history.h"

namespace chirograph {

// One entry's bytes, as they are stored or were served. Absent: missing, or not to be read.
struct EntryBytes {
  std::optional<std::string_view> log_entry;
  std::optional<std::string_view> opening;
  std::optional<std::string_view> content;
};

struct CheckedEntry {
  std::uint64_t index = 0;
  std::optional<Digest> leaf_hash;    // absent: the entry is missing
  std::optional<v1::LogEntry> entry;  // absent: missing or malformed
  // Its own, those of `article` too, and that the entry before is dated after it.
  std::vector<v1::Finding> findings;
  std::optional<ArticleCheck> article;  // of an article's entry, where articles are checked
};

struct LogCheckOptions {
  // Check what is kept beside the entries. Without, Openings and Contents are not looked at.
  bool with_articles = true;
  // As LoggedArticle has them; null: without.
  const Keyring* keyring = nullptr;
  absl::Time now;
  bool keyring_decides = false;
  CheckParts left_out;
};

// What the entries before say of those that follow.
struct LogPast {
  std::uint64_t next_index = 0;
  absl::Time last_time = absl::InfinitePast();         // of the last entry that has one
  absl::Time time_before_last = absl::InfinitePast();  // no later than last_time
  std::uint64_t last_time_index = 0;                   // where last_time stands
  KeyHistory keys;
};

// Not thread-safe.
class LogCheck {
 public:
  // Calls `work` with each number below `count`, in any order and on any threads, and returns when all is
  // done.
  using InParallel = std::function<void(std::size_t count, const std::function<void(std::size_t)>& work)>;

  // From the beginning of the log, or behind `past`. The keyring must outlive it.
  explicit LogCheck(LogCheckOptions options, LogPast past = {}) : options_(options), past_(std::move(past)) {}

  // Checks the next entries; an answer each, in order. Articles are checked in parallel.
  std::vector<CheckedEntry> Check(std::span<const EntryBytes> entries, const InParallel& in_parallel);

  // What it has seen so far.
  const LogPast& past() const { return past_; }

 private:
  // What must be seen in order.
  CheckedEntry ReadInOrder(const EntryBytes& bytes);
  void CheckTime(CheckedEntry& checked);

  const LogCheckOptions options_;
  LogPast past_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_PROTO_LOG_CHECK_H_
