// SPDX-License-Identifier: Apache-2.0
#include "service/internal/recent_commits.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace chirograph::recent_commits_test {
namespace {

// Entries from `first` on, whose contents have `content_bytes` each.
std::shared_ptr<const LogBatch> ABatch(std::uint64_t first, std::size_t entries, std::size_t content_bytes) {
  auto batch = std::make_shared<LogBatch>();
  batch->first_index = first;
  batch->entries.resize(entries);
  for (NewEntry& entry : batch->entries) entry.content.assign(content_bytes, 'c');
  return batch;
}

std::vector<std::uint64_t> FirstsOf(const RecentCommits::Batches& batches) {
  std::vector<std::uint64_t> firsts;
  for (const auto& batch : batches) firsts.push_back(batch->first_index);
  return firsts;
}

TEST(RecentCommitsTest, KeepsWhatIsStillNeeded) {
  RecentCommits recent(1 << 20);
  for (const std::uint64_t first : {5, 7, 9}) recent.Add(ABatch(first, 2, 10));
  EXPECT_EQ(FirstsOf(recent.From(0)), (std::vector<std::uint64_t>{5, 7, 9}));
  EXPECT_EQ(FirstsOf(recent.From(6)), (std::vector<std::uint64_t>{5, 7, 9}));
  EXPECT_EQ(FirstsOf(recent.From(7)), (std::vector<std::uint64_t>{7, 9}));
  EXPECT_EQ(FirstsOf(recent.From(11)), (std::vector<std::uint64_t>{}));
}

TEST(RecentCommitsTest, WhileItIsFullNewOnesAreNotKept) {
  RecentCommits recent(10'000);
  recent.Add(ABatch(0, 1, 20'000));
  recent.Add(ABatch(1, 1, 6'000));
  recent.Add(ABatch(2, 1, 6'000));
  recent.Add(ABatch(3, 1, 1'000));
  EXPECT_EQ(FirstsOf(recent.From(0)), (std::vector<std::uint64_t>{1, 3}));
  recent.From(2);
  recent.Add(ABatch(4, 1, 6'000));
  EXPECT_EQ(FirstsOf(recent.From(2)), (std::vector<std::uint64_t>{3, 4}));
}

}  // namespace
}  // namespace chirograph::recent_commits_test
