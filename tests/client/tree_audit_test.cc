// SPDX-License-Identifier: Apache-2.0
#include "client/internal/tree_audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "crypto/merkle.h"
#include "tests/client/test_log.h"

namespace chirograph::internal::tree_audit_test {
namespace {

using ::testing::IsEmpty;

class TreeAuditTest : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  explicit TreeAuditTest(std::uint64_t size = 0) {
    for (std::uint64_t i = 0; i < (size == 0 ? GetParam() : size); ++i) {
      log_.AddEntry({"entry " + std::to_string(i), "", ""});
    }
  }
  Checkpoint TheCheckpoint() const {
    return {std::string(kTestOrigin), log_.tree_size(), log_.RootHash(log_.tree_size()), {}};
  }
  ProofQueries Queries() {
    return {[this](std::uint64_t first, std::uint64_t second) -> Answer<std::vector<Digest>> {
              ++questions_;
              return ProveConsistency(first, second, log_).value();
            },
            [this](std::uint64_t index, std::uint64_t size) -> Answer<std::vector<Digest>> {
              ++questions_;
              return ProveInclusion(index, size, log_).value();
            }};
  }
  Digest Leaf(std::uint64_t index) const { return LeafHash(log_.entry(index).log_entry); }
  static Digest Other(std::uint64_t index) { return LeafHash("another " + std::to_string(index)); }

  // The indexes of mismatches when `wrong` are other entries and `missing` are none, proved every `piece`.
  std::vector<std::uint64_t> Mismatches(const std::vector<std::uint64_t>& wrong,
                                        const std::vector<std::uint64_t>& missing = {},
                                        std::uint64_t piece = 64) {
    TreeAudit audit(TheCheckpoint(), CompactRange(), Queries());
    std::vector<std::uint64_t> found;
    for (std::uint64_t i = 0; i < log_.tree_size(); ++i) {
      std::optional<Digest> leaf = Leaf(i);
      if (std::count(wrong.begin(), wrong.end(), i) > 0) leaf = Other(i);
      if (std::count(missing.begin(), missing.end(), i) > 0) leaf.reset();
      audit.Append(leaf);
      if (audit.tree_size() % piece != 0 && i + 1 != log_.tree_size()) continue;
      const Answer<std::vector<v1::Finding>> findings = audit.Prove();
      EXPECT_TRUE(findings.ok());
      for (const v1::Finding& finding : *findings) {
        found.push_back(finding.index());
        codes_.push_back(finding.code());
      }
    }
    is_broken_ = audit.is_broken();
    EXPECT_TRUE(is_broken_ || audit.proved().RootHash() == TheCheckpoint().root_hash);
    return found;
  }

  TestLog log_;
  int questions_ = 0;
  std::vector<v1::FindingCode> codes_;
  bool is_broken_ = false;
};

using Indexes = std::vector<std::uint64_t>;

TEST_P(TreeAuditTest, OfTheSignedEntriesThereIsNothingToFind) {
  EXPECT_THAT(Mismatches({}), IsEmpty());
  EXPECT_FALSE(is_broken_);
}

TEST_P(TreeAuditTest, EveryOtherEntryIsNamed) {
  for (std::uint64_t index = 0; index < GetParam(); ++index) {
    // The last entry of an odd piece has its neighbour in the next.
    for (const int piece : {1, 2, 3, 6, 7, 64}) {
      EXPECT_EQ(Mismatches({index}, {}, static_cast<std::uint64_t>(piece)), Indexes({index}))
          << "in pieces of " << piece;
      EXPECT_FALSE(is_broken_);
    }
  }
  for (const v1::FindingCode code : codes_) EXPECT_EQ(code, v1::FINDING_CODE_ENTRY_MISMATCH);
}

TEST_P(TreeAuditTest, AMissingEntryHidesNoOther) {
  for (std::uint64_t index = 0; index < GetParam(); ++index) {
    for (const int piece : {1, 2, 3, 64}) {
      EXPECT_THAT(Mismatches({}, {index}, static_cast<std::uint64_t>(piece)), IsEmpty()) << index;
      EXPECT_FALSE(is_broken_);
    }
    const std::uint64_t other = (index + 2) % GetParam();
    if (GetParam() < 4 || other == index) continue;
    EXPECT_EQ(Mismatches({other}, {index}), Indexes({other})) << index;
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, TreeAuditTest, testing::Values(1, 2, 3, 4, 5, 7, 8, 11, 16, 33));

class OneTreeAuditTest : public TreeAuditTest {
 protected:
  OneTreeAuditTest() : TreeAuditTest(150) {}
};

TEST_F(OneTreeAuditTest, SeveralEntriesAreNamedOneByOne) {
  EXPECT_EQ(Mismatches({3, 17, 64, 66, 149}), Indexes({3, 17, 64, 66, 149}));
  EXPECT_FALSE(is_broken_);
}

TEST_F(OneTreeAuditTest, ASoundLogCostsAQuestionAPiece) {
  EXPECT_THAT(Mismatches({}), IsEmpty());
  EXPECT_EQ(questions_, 2);  // at 64 and 128; the root itself is the checkpoint's
}

TEST_F(OneTreeAuditTest, NeighboursThatAreBothWrongAreBothNamed) {
  EXPECT_EQ(Mismatches({20, 21}), Indexes({20, 21}));
  EXPECT_FALSE(is_broken_);
  EXPECT_EQ(Mismatches({21}, {20}), Indexes({21}));
  EXPECT_THAT(Mismatches({}, {20, 21, 149}), IsEmpty());
  EXPECT_FALSE(is_broken_);
}

TEST_F(OneTreeAuditTest, ALeafThatItsOwnPathDoesNotProveEndsIt) {
  ProofQueries queries = Queries();
  queries.inclusion = [this](std::uint64_t, std::uint64_t) {
    return std::vector<Digest>(ProveInclusion(0, 150, log_)->size(), Other(0));
  };
  TreeAudit audit(TheCheckpoint(), CompactRange(), queries);
  for (std::uint64_t i = 0; i < 3; ++i) audit.Append(i == 2 ? Other(i) : Leaf(i));
  ASSERT_EQ(audit.Prove()->size(), 1u);
  EXPECT_TRUE(audit.is_broken());
}

TEST_F(OneTreeAuditTest, PathsThatAreTooShortEndIt) {
  ProofQueries queries = Queries();
  queries.inclusion = [](std::uint64_t, std::uint64_t) { return std::vector<Digest>(); };
  TreeAudit audit(TheCheckpoint(), CompactRange(), queries);
  audit.Append(std::nullopt);
  EXPECT_EQ(audit.Prove()->front().code(), v1::FINDING_CODE_ROOT_MISMATCH);
}

TEST_F(OneTreeAuditTest, ProofsThatDoNotHoldEndIt) {
  ProofQueries queries = Queries();
  queries.consistency = [](std::uint64_t, std::uint64_t) { return std::vector<Digest>{Other(0)}; };
  TreeAudit audit(TheCheckpoint(), CompactRange(), queries);
  for (std::uint64_t i = 0; i < 64; ++i) audit.Append(Leaf(i));
  const Answer<std::vector<v1::Finding>> findings = audit.Prove();
  ASSERT_TRUE(findings.ok());
  ASSERT_EQ(findings->size(), 1u);
  EXPECT_EQ(findings->front().code(), v1::FINDING_CODE_ROOT_MISMATCH);
  EXPECT_TRUE(audit.is_broken());
  // From there on there is nothing to say.
  audit.Append(Leaf(64));
  EXPECT_THAT(*audit.Prove(), IsEmpty());
}

TEST_F(OneTreeAuditTest, AFailureToAskIsPassedOn) {
  ProofQueries queries = Queries();
  queries.consistency = [](std::uint64_t, std::uint64_t) -> Answer<std::vector<Digest>> {
    return CouldNot(absl::UnavailableError("away"));
  };
  TreeAudit audit(TheCheckpoint(), CompactRange(), queries);
  audit.Append(Leaf(0));
  audit.Append(Leaf(1));
  const Answer<std::vector<v1::Finding>> findings = audit.Prove();
  ASSERT_FALSE(findings.ok());
  EXPECT_EQ(findings.failure().kind, FailureKind::kCouldNot);
}

TEST_F(OneTreeAuditTest, GoesOnBehindWhatWasProvedBefore) {
  CompactRange before;
  for (std::uint64_t i = 0; i < 100; ++i) before.Append(Leaf(i));
  TreeAudit audit(TheCheckpoint(), before, Queries());
  for (std::uint64_t i = 100; i < 150; ++i) audit.Append(i == 120 ? Other(i) : Leaf(i));
  const Answer<std::vector<v1::Finding>> findings = audit.Prove();
  ASSERT_TRUE(findings.ok());
  ASSERT_EQ(findings->size(), 1u);
  EXPECT_EQ(findings->front().index(), 120u);
}

TEST_F(OneTreeAuditTest, APastThatIsNotTheLogsIsFound) {
  CompactRange before;
  for (std::uint64_t i = 0; i < 100; ++i) before.Append(i == 7 ? Other(i) : Leaf(i));
  TreeAudit audit(TheCheckpoint(), before, Queries());
  const Answer<std::vector<v1::Finding>> nothing_new = audit.Prove();
  ASSERT_TRUE(nothing_new.ok());
  ASSERT_EQ(nothing_new->size(), 1u);
  EXPECT_EQ(nothing_new->front().code(), v1::FINDING_CODE_ROOT_MISMATCH);
  EXPECT_TRUE(audit.is_broken());
}

}  // namespace
}  // namespace chirograph::internal::tree_audit_test
