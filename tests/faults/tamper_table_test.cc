// SPDX-License-Identifier: Apache-2.0
//
// A store of 2,000 articles, spoilt in one thing at a time: what the operator's check finds, and what each
// part of the check is there for. What a stranger's audit finds is in tamper_audit_test.cc.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/faults/tamper_rig.h"

namespace chirograph::tamper_table_test {
namespace {

struct Row {
  std::size_t spoilings = 0;
  std::size_t inside = 0;
  std::size_t named = 0;
};

class TamperTableTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { rig_ = std::make_unique<TamperRig>(); }
  static void TearDownTestSuite() { rig_.reset(); }

  static CheckOutcome Check(CheckParts left_out = {}) {
    CheckOutcome outcome = rig_->store.Check({.keyring = &rig_->log.keyring(),
                                              .with_outcomes = false,
                                              .threads = 2,
                                              .max_step_entries = 1024,
                                              .max_step_bytes = std::size_t{8} << 20,
                                              .left_out = left_out});
    EXPECT_TRUE(outcome.status.ok()) << outcome.status;
    return outcome;
  }

  static std::unique_ptr<TamperRig> rig_;
};

std::unique_ptr<TamperRig> TamperTableTest::rig_;

TEST_F(TamperTableTest, EverySpoilingInsideTheStoreIsNamed) {
  ASSERT_THAT(Check().Text(), testing::IsEmpty());
  std::map<std::string, Row> table;
  Row all;
  for (std::size_t i = 0; i < rig_->spoilings.size(); i += kTamperStride) {
    const Spoiling& spoiling = rig_->spoilings[i];
    SCOPED_TRACE(fmt::format("spoiling {}, {}", i, spoiling.kind));
    spoiling.apply();
    const CheckOutcome outcome = Check();
    rig_->store.Mend();
    const bool is_named = IsNamed(outcome.findings, spoiling);
    if (spoiling.is_inside) {
      EXPECT_TRUE(is_named) << "expected at " << (spoiling.index ? std::to_string(*spoiling.index) : "-")
                            << "; found:\n"
                            << outcome.Text().substr(0, 2000);
    } else {
      EXPECT_THAT(outcome.Text(), testing::IsEmpty());
    }
    for (Row* const sum : {&table[spoiling.kind], &all}) {
      ++sum->spoilings;
      sum->inside += spoiling.is_inside ? 1 : 0;
      sum->named += is_named ? 1 : 0;
    }
  }
  EXPECT_THAT(Check().Text(), testing::IsEmpty());
  table["all"] = all;
  fmt::print("{:<48} {:>9} {:>9} {:>9}\n", "spoilt", "times", "inside", "named");
  for (const auto& [kind, row] : table) {
    fmt::print("{:<48} {:>9} {:>9} {:>9}\n", kind, row.spoilings, row.inside, row.named);
  }
  EXPECT_GE(rig_->spoilings.size(), kFewestSpoilings);
}

// Without a part, what it is there for is missed, and some of it in all ways.
TEST_F(TamperTableTest, EachPartIsThereForSomething) {
  // With a sanitizer, one of each kind.
  const std::size_t most = kTamperStride == 1 ? rig_->spoilings.size() : 1;
  fmt::print("{:<20} {:>9} {:>9} {:>17}\n", "the check without", "spoilings", "not named",
             "nothing is found");
  for (std::size_t number = 0; number < kPartNames.size(); ++number) {
    const auto part = static_cast<CheckPart>(number);
    if (part == CheckPart::kReceipts) continue;  // an audit's
    std::map<std::string, std::size_t> of_kind;
    std::size_t tried = 0;
    std::size_t missed = 0;
    std::size_t silent = 0;
    for (const Spoiling& spoiling : rig_->spoilings) {
      if (spoiling.part != part || !spoiling.is_inside || of_kind[spoiling.kind]++ >= most) continue;
      SCOPED_TRACE(fmt::format("without {}, {}", kPartNames.at(number), spoiling.kind));
      spoiling.apply();
      const CheckOutcome outcome = Check({part});
      rig_->store.Mend();
      ++tried;
      EXPECT_FALSE(IsNamed(outcome.findings, spoiling)) << outcome.Text().substr(0, 2000);
      missed += IsNamed(outcome.findings, spoiling) ? 0 : 1;
      silent += outcome.findings.empty() ? 1 : 0;
    }
    fmt::print("{:<20} {:>9} {:>9} {:>17}\n", kPartNames.at(number), tried, missed, silent);
    EXPECT_GT(tried, 0u) << "nothing is spoilt for " << kPartNames.at(number);
    EXPECT_GT(silent, 0u) << "another part finds all that is found by: " << kPartNames.at(number);
  }
}

}  // namespace
}  // namespace chirograph::tamper_table_test
