// SPDX-License-Identifier: Apache-2.0
//
// ArchiveClientImpl::Audit: where an audit begins, and what an answer in place of a proof is worth to it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/audit_state.h"
#include "crypto/merkle.h"
#include "proto/finding.h"
#include "proto/rpc_error.h"
#include "tests/client/archive_client_fixture.h"

namespace chirograph::archive_client_audit_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ArchiveClientAuditTest : public ArchiveClientFixture {
 protected:
  ArchiveClientAuditTest() { Grow(8); }

  void Grow(int documents) {
    TestLog log = server_.log();
    for (int i = 0; i < documents; ++i) {
      log.AddDocument(MakeDocument("a" + std::to_string(log.tree_size()), ""));
    }
    server_.UseLog(log);
  }
  Answer<AuditSummary> Audit(const AuditOptions& options = {}) {
    found_.clear();
    return client_->Audit(options, callbacks_);
  }
  // One that is stopped behind the first six entries, so that they must be proved to be the log's.
  Answer<AuditSummary> AuditSix() {
    int asked = 0;
    callbacks_.should_stop = [&asked] { return ++asked == 2; };
    Answer<AuditSummary> summary = Audit();
    callbacks_.should_stop = nullptr;
    return summary;
  }
  // The server answers `method` with an error.
  void Refuse(std::string_view method, v1::ErrorReason reason, bool without_an_entry = false) {
    Lies lies;
    lies.refuse = [method, reason](std::string_view called) {
      return called == method ? MakeError(reason, "no") : absl::OkStatus();
    };
    Tell(std::move(lies), without_an_entry);
  }
  // `without_an_entry`: nor is the one at index 4 served, so that a proof of its neighbour is asked for.
  void Tell(Lies lies, bool without_an_entry) {
    if (without_an_entry) {
      lies.entries = [](int number, v1::StreamEntriesResponse& message) {
        if (number == 1) message.mutable_entries(1)->clear_log_entry();
      };
    }
    server_.Tell(std::move(lies));
  }
  std::optional<std::string> State() { return client_->state().ReadAudit().value(); }

  AuditCallbacks callbacks_ = {.on_finding = [this](const v1::Finding& finding) {
    found_.push_back(FindingCodeName(finding.code()));
  }};
  std::vector<std::string> found_;
  const std::unique_ptr<ArchiveClient> client_ = Connect();
};

// --- Where it begins ---

TEST_F(ArchiveClientAuditTest, WithoutAStateItBeginsAtIndexZeroAndKeepsOne) {
  EXPECT_FALSE(State().has_value());
  const Answer<AuditSummary> summary = Audit();
  ASSERT_TRUE(summary.ok()) << summary.failure().status;
  EXPECT_EQ(summary->first_index, 0u);
  EXPECT_EQ(summary->next_index, 8u);
  EXPECT_EQ(summary->checkpoint.tree_size, 8u);
  EXPECT_TRUE(State().has_value());
  EXPECT_THAT(found_, IsEmpty());
}

TEST_F(ArchiveClientAuditTest, ItGoesOnFromItsStateUpToTheNewestCheckpoint) {
  ASSERT_TRUE(Audit().ok());
  Grow(3);
  EXPECT_EQ(Audit()->first_index, 8u);
  EXPECT_EQ(Audit()->first_index, 11u);
  EXPECT_EQ(Audit({.full = true})->first_index, 0u);
}

TEST_F(ArchiveClientAuditTest, WhatTheLastOneLeftOutMakesItBeginAnew) {
  ASSERT_TRUE(Audit({.with_articles = false}).ok());
  EXPECT_EQ(Audit({.with_articles = false})->first_index, 8u);
  EXPECT_EQ(Audit()->first_index, 0u);
  // One with articles is good for one without.
  EXPECT_EQ(Audit({.with_articles = false})->first_index, 8u);
}

TEST_F(ArchiveClientAuditTest, ADamagedStateIsNamedBeforeAnythingIsAsked) {
  ASSERT_TRUE(client_->state().WriteAudit("no state").ok());
  const int asked = server_.Calls("GetCheckpoint");
  const Answer<AuditSummary> summary = Audit();
  ASSERT_FALSE(summary.ok());
  EXPECT_EQ(summary.failure().kind, FailureKind::kCouldNot);
  EXPECT_TRUE(absl::IsDataLoss(summary.failure().status));
  EXPECT_THAT(MessageOf(summary.failure()), HasSubstr(client_->state().AuditPath() + ": is damaged: "));
  EXPECT_THAT(MessageOf(summary.failure()), HasSubstr("chirograph audit --full"));
  EXPECT_EQ(server_.Calls("GetCheckpoint"), asked);
  EXPECT_EQ(State(), "no state");
  EXPECT_TRUE(Audit({.full = true}).ok());  // which replaces it
  EXPECT_EQ(Audit()->first_index, 8u);
}

TEST_F(ArchiveClientAuditTest, OneOfAllWithoutArticlesBeginsAnewWithThem) {
  callbacks_.should_stop = [] { return true; };
  EXPECT_EQ(Audit({.full = true, .with_articles = false})->next_index, 3u);
  EXPECT_EQ(Audit({.full = true, .with_articles = false})->first_index, 3u);
  callbacks_.should_stop = nullptr;
  const Answer<AuditSummary> summary = Audit();
  EXPECT_EQ(summary->first_index, 0u);
  EXPECT_TRUE(summary->is_full);
}

TEST_F(ArchiveClientAuditTest, OneOfAllDoesNotGoOnFromWhatIsNotThisLogs) {
  callbacks_.should_stop = [] { return true; };
  ASSERT_TRUE(Audit({.full = true}).ok());
  AuditState state = ParseAuditState(*State()).value();
  const CompactRange three = state.tree;
  for (const int others : {0, 1, 5, 6}) {  // 0: what was audited is another log's
    state.tree = others == 0 ? CompactRange() : three;
    for (std::uint64_t i = 0; others == 0 && i < 3; ++i) state.tree.Append(LeafHash("x"));
    for (int i = 0; i < others; ++i) state.tree.Append(LeafHash("x"));
    ASSERT_TRUE(client_->state().WriteAudit(FormatAuditState(state)).ok());
    const Answer<AuditSummary> summary = Audit({.full = true});
    ASSERT_TRUE(summary.ok()) << summary.failure().status;
    EXPECT_EQ(summary->first_index, 0u) << others;
    EXPECT_THAT(found_, IsEmpty());
  }
  EXPECT_EQ(Audit({.full = true})->first_index, 3u);
}

TEST_F(ArchiveClientAuditTest, AStateThatCannotBeReadIsAnError) {
  std::filesystem::create_directory(client_->state().AuditPath());
  const Answer<AuditSummary> summary = Audit();
  ASSERT_FALSE(summary.ok());
  EXPECT_EQ(summary.failure().kind, FailureKind::kCouldNot);
  EXPECT_THAT(MessageOf(summary.failure()), HasSubstr(client_->state().AuditPath()));
}

TEST_F(ArchiveClientAuditTest, AStateOfMoreThanTheLogHasIsNamedAndLeftAlone) {
  const TestLog shorter = server_.log();
  Grow(3);
  ASSERT_TRUE(Audit().ok());
  const std::string state = State().value();
  // The same log as another folder knows it, into which the file got.
  const TempFolder other;
  options_.state_dir = other.path();
  server_.UseLog(shorter);
  const auto client = Connect();
  ASSERT_TRUE(client->state().WriteAudit(state).ok());
  const Answer<AuditSummary> summary = client->Audit({}, callbacks_);
  ASSERT_FALSE(summary.ok());
  EXPECT_EQ(summary.failure().kind, FailureKind::kCouldNot);
  EXPECT_THAT(MessageOf(summary.failure()),
              HasSubstr(client->state().AuditPath() +
                        ": says that 11 entries were audited, but the log has 8; if this file is of another "
                        "state folder, audit from the beginning: chirograph audit --full"));
  EXPECT_EQ(client->state().ReadAudit().value(), state);
  EXPECT_EQ(client->Audit({.full = true}, callbacks_)->next_index, 8u);
}

TEST_F(ArchiveClientAuditTest, WithoutTheNewestCheckpointThereIsNoAudit) {
  ASSERT_TRUE(Audit().ok());
  const std::optional<std::string> state = State();
  Refuse("GetCheckpoint", v1::ERROR_REASON_INTERNAL);
  const Answer<AuditSummary> summary = Audit();
  ASSERT_FALSE(summary.ok());
  EXPECT_EQ(summary.failure().kind, FailureKind::kCouldNot);
  ASSERT_TRUE(summary.failure().server_error.has_value());
  EXPECT_EQ(State(), state);
}

// --- In place of a proof ---

TEST_F(ArchiveClientAuditTest, WhatIsProvedIsKept) {
  const Answer<AuditSummary> summary = AuditSix();
  ASSERT_TRUE(summary.ok()) << summary.failure().status;
  EXPECT_FALSE(summary->is_complete);
  EXPECT_THAT(found_, IsEmpty());
  EXPECT_EQ(server_.Calls("GetConsistencyProof"), 1);
  EXPECT_EQ(Audit()->first_index, 6u);
}

TEST_F(ArchiveClientAuditTest, DamageInPlaceOfAConsistencyProofIsAFinding) {
  Refuse("GetConsistencyProof", v1::ERROR_REASON_STORE_DAMAGED);
  const Answer<AuditSummary> summary = AuditSix();
  ASSERT_TRUE(summary.ok()) << summary.failure().status;
  EXPECT_THAT(found_, ElementsAre("ROOT_MISMATCH"));
  EXPECT_FALSE(State().has_value());  // nothing was proved
}

TEST_F(ArchiveClientAuditTest, AConsistencyProofThatIsNoneIsAFinding) {
  Lies lies;
  lies.consistency = [](v1::GetConsistencyProofResponse& response) { *response.add_hashes() = "short"; };
  Tell(std::move(lies), false);
  const Answer<AuditSummary> summary = AuditSix();
  ASSERT_TRUE(summary.ok()) << summary.failure().status;
  EXPECT_THAT(found_, ElementsAre("ROOT_MISMATCH"));
}

TEST_F(ArchiveClientAuditTest, AServerThatCannotProveConsistencyNowIsAnError) {
  Refuse("GetConsistencyProof", v1::ERROR_REASON_INTERNAL);
  const Answer<AuditSummary> summary = AuditSix();
  ASSERT_FALSE(summary.ok());
  EXPECT_EQ(summary.failure().kind, FailureKind::kCouldNot);
  EXPECT_THAT(found_, IsEmpty());
}

TEST_F(ArchiveClientAuditTest, AnEntryThatIsMissingIsProvedByItsNeighbour) {
  Tell({}, true);
  ASSERT_TRUE(Audit().ok());
  EXPECT_THAT(found_, ElementsAre("ENTRY_MISSING"));
  EXPECT_EQ(server_.Calls("GetInclusionProof"), 2);  // its own too
}

TEST_F(ArchiveClientAuditTest, DamageInPlaceOfAnInclusionProofIsAFinding) {
  Refuse("GetInclusionProof", v1::ERROR_REASON_STORE_DAMAGED, true);
  const Answer<AuditSummary> summary = Audit();
  ASSERT_TRUE(summary.ok()) << summary.failure().status;
  EXPECT_THAT(found_, ElementsAre("ENTRY_MISSING", "ROOT_MISMATCH"));
}

TEST_F(ArchiveClientAuditTest, AServerThatCannotProveInclusionNowIsAnError) {
  Refuse("GetInclusionProof", v1::ERROR_REASON_INTERNAL, true);
  const Answer<AuditSummary> summary = Audit();
  ASSERT_FALSE(summary.ok());
  EXPECT_EQ(summary.failure().kind, FailureKind::kCouldNot);
}

}  // namespace
}  // namespace chirograph::archive_client_audit_test
