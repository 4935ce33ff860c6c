// SPDX-License-Identifier: Apache-2.0
//
// The sequencer on a store that fails: at each batch, in each way, around the borders of tiles.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "tests/faults/sequencer_rig.h"

namespace chirograph::sequencer_faults_test {
namespace {

using testing::Each;
using testing::Eq;
using Reason = std::optional<v1::ErrorReason>;

// A log that grows to `before` entries, and then by submissions of these many articles each.
struct Growth {
  std::string name;
  std::size_t before;
  std::vector<std::size_t> steps;
};

struct Faults {
  CommitFault fault;
  int failing_reopens;
};

class SequencerFaultsTest : public testing::TestWithParam<std::tuple<Growth, Faults>> {
 protected:
  // The next `count` articles.
  std::vector<std::size_t> Next(std::size_t count) {
    std::vector<std::size_t> articles(count);
    std::iota(articles.begin(), articles.end(), next_);
    next_ += count;
    return articles;
  }

  std::size_t next_ = 0;
};

// What the submitters of a batch with this fault are told.
Reason ExpectedReason(const Faults& faults) {
  if (faults.fault == CommitFault::kLost) return v1::ERROR_REASON_STORE_UNAVAILABLE;
  if (faults.failing_reopens > 0) return v1::ERROR_REASON_COMMIT_UNCERTAIN;
  if (faults.fault == CommitFault::kUnknownLost) return v1::ERROR_REASON_STORE_UNAVAILABLE;
  return std::nullopt;
}

// Runs one whole growth with a fault at each of its batches in turn.
TEST_P(SequencerFaultsTest, KeepsEachPromise) {
  const auto& [growth, faults] = GetParam();
  SequencerRig rig;
  if (growth.before > 0) {
    EXPECT_THAT(rig.SubmitBatches(Next(growth.before)), Each(Eq(std::nullopt)));
  }
  rig.AuditWhole(growth.before);
  for (const std::size_t step : growth.steps) {
    const std::size_t batches = step > 1 ? 2 : 1;
    for (std::size_t batch = 0; batch < batches; ++batch) {
      SCOPED_TRACE(fmt::format("{} articles at {} entries, fault in batch {}", step, next_, batch));
      const std::size_t reopens = rig.store().reopens();
      rig.store().FailCommit(rig.store().commits() + batch, faults.fault);
      rig.store().FailReopen(faults.failing_reopens);
      const std::vector<std::size_t> articles = Next(step);
      const std::vector<Reason> reasons = rig.SubmitBatches(articles);
      rig.Audit();
      for (std::size_t i = 0; i < step; ++i) {
        const bool in_faulty_batch = (i > 0) == (batch > 0);
        // What waits behind it waits no longer than for one attempt.
        const bool is_turned_away = batch == 0 && faults.failing_reopens > 0;
        const Reason of_others = is_turned_away ? Reason(v1::ERROR_REASON_STORE_UNAVAILABLE) : std::nullopt;
        EXPECT_EQ(reasons[i], in_faulty_batch ? ExpectedReason(faults) : of_others) << i;
      }
      // Who was not told his index submits again, as the error says.
      EXPECT_THAT(rig.SubmitAll(articles), Each(Eq(std::nullopt)));
      EXPECT_EQ(rig.store().reopens() - reopens, static_cast<std::size_t>(faults.failing_reopens) + 1);
      rig.AuditWhole(next_);
    }
  }
  rig.Restart();
  rig.AuditWhole(next_);
  std::vector<std::size_t> all(next_);
  std::iota(all.begin(), all.end(), 0);
  EXPECT_THAT(rig.SubmitAll(all), Each(Eq(std::nullopt)));
  rig.AuditWhole(next_);
}

std::string CaseName(const testing::TestParamInfo<std::tuple<Growth, Faults>>& test) {
  static const std::map<CommitFault, std::string> kNames = {{CommitFault::kLost, "Lost"},
                                                            {CommitFault::kUnknownPersisted, "Persisted"},
                                                            {CommitFault::kUnknownLost, "UnknownLost"}};
  const auto& [growth, faults] = test.param;
  return fmt::format("{}_{}_{}FailingReopens", growth.name, kNames.at(faults.fault), faults.failing_reopens);
}

INSTANTIATE_TEST_SUITE_P(
    All, SequencerFaultsTest,
    testing::Combine(
        testing::Values(Growth{"FromNothing", 0, {1, 1, 1, 2, 5}},
                        Growth{"OneByOneOverATile", 253, {1, 1, 1, 1, 1}},
                        Growth{"ToTheTilesEnd", 250, {4, 2}}, Growth{"AcrossTheTilesEnd", 251, {9, 3}},
                        Growth{"FromAFullTile", 256, {2, 1}}, Growth{"AcrossTwoTiles", 254, {300, 2}}),
        testing::Values(Faults{CommitFault::kLost, 0}, Faults{CommitFault::kLost, 2},
                        Faults{CommitFault::kUnknownPersisted, 0}, Faults{CommitFault::kUnknownPersisted, 1},
                        Faults{CommitFault::kUnknownPersisted, 3}, Faults{CommitFault::kUnknownLost, 0},
                        Faults{CommitFault::kUnknownLost, 1}, Faults{CommitFault::kUnknownLost, 3})),
    CaseName);

}  // namespace
}  // namespace chirograph::sequencer_faults_test
