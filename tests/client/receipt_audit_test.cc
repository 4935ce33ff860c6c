// SPDX-License-Identifier: Apache-2.0
//
// An audit that holds a log to receipts which the log, or another one under its key, gave.
#include "client/internal/receipt_audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "proto/rpc_error.h"
#include "tests/client/archive_client_fixture.h"

namespace chirograph::receipt_audit_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The server's log has a0 to a5.
class ReceiptAuditTest : public ArchiveClientFixture {
 protected:
  ReceiptAuditTest() {
    TestLog log = server_.log();
    for (int i = 0; i < 6; ++i) log.AddDocument(MakeDocument("a" + std::to_string(i), ""));
    server_.UseLog(log);
    callbacks_.on_unchecked_receipt = [this](const std::string&, const absl::Status& why) {
      unchecked_.emplace_back(why.message());
    };
  }

  // The log under the same key that has been `size` entries long when it went another way, for `more`.
  TestLog Fork(std::uint64_t size, int more) const {
    TestLog fork = server_.log();
    TestLog begun = empty_;
    for (std::uint64_t i = 0; i < size; ++i) begun.AddEntry(fork.entry(i));
    for (int i = 0; i < more; ++i) begun.AddDocument(MakeDocument("b" + std::to_string(i), ""));
    return begun;
  }
  Answer<AuditSummary> Audit(std::vector<AuditReceipt> receipts = {}) {
    found_.clear();
    return client_->Audit({.receipts = std::move(receipts)}, callbacks_);
  }
  // The audit ends with an alarm of that kind, with both notes on disk.
  void ExpectAlarm(const Answer<AuditSummary>& summary, AlarmKind kind, const std::string& trusted,
                   const std::string& received) {
    ASSERT_FALSE(summary.ok());
    const Failure& failure = summary.failure();
    ASSERT_EQ(failure.kind, FailureKind::kAlarm) << failure.status;
    EXPECT_EQ(failure.alarm->kind, kind) << failure.status;
    EXPECT_EQ(Slurp(failure.alarm->evidence_dir + "/trusted.checkpoint"), trusted);
    EXPECT_EQ(Slurp(failure.alarm->evidence_dir + "/received.checkpoint"), received);
    EXPECT_THAT(failure.alarm->message, HasSubstr("in the receipt "));
  }
  void ExpectNoEvidence() { EXPECT_FALSE(std::filesystem::exists(client_->state().path() + "/alarms")); }
  // Makes the server say that its store is damaged where `methods` ask for a proof.
  void Damage(std::vector<std::string> methods) {
    Lies lies;
    lies.refuse = [methods = std::move(methods)](std::string_view called) {
      return std::count(methods.begin(), methods.end(), called) > 0
                 ? MakeError(v1::ERROR_REASON_STORE_DAMAGED, "tile gone")
                 : absl::OkStatus();
    };
    server_.Tell(std::move(lies));
  }

  const TestLog empty_ = server_.log();
  const std::unique_ptr<ArchiveClient> client_ = Connect();
  std::vector<std::string> found_;  // subjects
  AuditCallbacks callbacks_ = {.on_finding = [this](const v1::Finding& finding) {
    EXPECT_EQ(finding.code(), v1::FINDING_CODE_RECEIPT_NOT_HONOURED);
    found_.push_back(finding.subject());
  }};
  std::vector<std::string> unchecked_;
};

TEST_F(ReceiptAuditTest, ThoseOfTheLogAreHonouredAtEverySize) {
  std::vector<AuditReceipt> receipts;
  for (std::uint64_t size = 1; size <= 6; ++size) {
    for (std::uint64_t index = 0; index < size; ++index) {
      receipts.push_back({"r", server_.log().Receipt(index, size)});
    }
  }
  const Answer<AuditSummary> summary = Audit(std::move(receipts));
  ASSERT_TRUE(summary.ok()) << summary.failure().status;
  EXPECT_THAT(found_, IsEmpty());
  EXPECT_EQ(summary->receipts, 21u);
  ExpectNoEvidence();
}

TEST_F(ReceiptAuditTest, ACheckpointIsAskedAboutOnceAndNoEntryOfIt) {
  std::vector<AuditReceipt> receipts;
  for (int i = 0; i < 100; ++i) {
    receipts.push_back({"r", server_.log().Receipt(static_cast<std::uint64_t>(i % 4), 4)});
    receipts.push_back({"r", server_.log().Receipt(static_cast<std::uint64_t>(i % 6), 6)});
  }
  ASSERT_TRUE(Audit(std::move(receipts)).ok());
  EXPECT_EQ(server_.Calls("GetConsistencyProof"), 1);
  EXPECT_EQ(server_.Calls("GetInclusionProof"), 0);
}

// --- Checkpoints that are not this log's ---

TEST_F(ReceiptAuditTest, AnotherRootOfTheSameSizeIsAnAlarm) {
  const TestLog fork = Fork(5, 1);
  // The entry is the same in both, so that it alone says nothing.
  const Answer<AuditSummary> summary = Audit({{"theirs", fork.Receipt(2)}});
  ExpectAlarm(summary, AlarmKind::kTwoRoots, server_.log().Checkpoint(), fork.Checkpoint());
  EXPECT_THAT(summary.failure().alarm->message, HasSubstr("in the receipt theirs"));
  EXPECT_THAT(found_, IsEmpty());
}

TEST_F(ReceiptAuditTest, ASmallerTreeThatIsNotTheLogsBeginningIsAnAlarm) {
  for (std::uint64_t shared = 0; shared < 5; ++shared) {
    const TestLog fork = Fork(shared, static_cast<int>(5 - shared));
    const Answer<AuditSummary> summary = Audit({{"theirs", fork.Receipt(0)}});
    ExpectAlarm(summary, AlarmKind::kInconsistent, server_.log().Checkpoint(), fork.Checkpoint());
    EXPECT_EQ(found_, shared == 0 ? std::vector<std::string>{"theirs"} : std::vector<std::string>{});
  }
}

TEST_F(ReceiptAuditTest, AProofThatIsRefusedIsAnAlarm) {
  ASSERT_TRUE(Audit().ok());
  Lies lies;
  lies.refuse = [](std::string_view called) {
    return called == "GetConsistencyProof" ? MakeError(v1::ERROR_REASON_REQUEST_INVALID, "no")
                                           : absl::OkStatus();
  };
  server_.Tell(std::move(lies));
  ExpectAlarm(Audit({{"theirs", server_.log().Receipt(0, 3)}}), AlarmKind::kInconsistent,
              server_.log().Checkpoint(), server_.log().Checkpoint(3));
}

TEST_F(ReceiptAuditTest, ALargerTreeThanTheNewestIsAnAlarmEvenIfNothingOfItIsRefused) {
  const TestLog larger = Fork(6, 2);
  for (const std::uint64_t index : {std::uint64_t{2}, std::uint64_t{7}}) {
    const Answer<AuditSummary> summary = Audit({{"theirs", larger.Receipt(index)}});
    ExpectAlarm(summary, AlarmKind::kRolledBack, larger.Checkpoint(), server_.log().Checkpoint());
    EXPECT_EQ(found_.size(), index == 7 ? 1u : 0u);
  }
  EXPECT_EQ(server_.Calls("GetConsistencyProof"), 0);
}

TEST_F(ReceiptAuditTest, ALogThatGrewMeanwhileIsAskedAgain) {
  const TestLog larger = Fork(6, 2);
  callbacks_.on_progress = [&](std::uint64_t, std::uint64_t) { server_.UseLog(larger); };
  const Answer<AuditSummary> summary =
      Audit({{"theirs", larger.Receipt(7, 8)}, {"too", larger.Receipt(2, 7)}});
  ASSERT_TRUE(summary.ok()) << summary.failure().status;
  EXPECT_EQ(summary->checkpoint.tree_size, 6u);
  EXPECT_EQ(summary->receipts, 2u);
  EXPECT_THAT(found_, IsEmpty());
  ExpectNoEvidence();
}

TEST_F(ReceiptAuditTest, ALogThatGrewAnotherWayMeanwhileIsAnAlarm) {
  const TestLog larger = Fork(6, 2);
  const TestLog other = Fork(5, 3);
  callbacks_.on_progress = [&](std::uint64_t, std::uint64_t) { server_.UseLog(larger); };
  ExpectAlarm(Audit({{"theirs", other.Receipt(7)}}), AlarmKind::kTwoRoots, larger.Checkpoint(),
              other.Checkpoint());
}

TEST_F(ReceiptAuditTest, ThoseOfTheStateAreHeldAgainstTheLogToo) {
  const TestLog fork = Fork(5, 1);
  ASSERT_TRUE(client_->state().KeepReceipt(fork.Receipt(2)).ok());
  ExpectAlarm(Audit(), AlarmKind::kTwoRoots, server_.log().Checkpoint(), fork.Checkpoint());
}

TEST_F(ReceiptAuditTest, WhatConvictsTheLogByItselfComesFirstAndTheOthersAreSaid) {
  const TestLog same = Fork(3, 3);
  const TestLog larger = Fork(2, 9);
  const TestLog smaller = Fork(1, 2);
  const Answer<AuditSummary> summary = Audit({{"smaller", smaller.Receipt(2)},
                                              {"larger", larger.Receipt(10)},
                                              {"same", same.Receipt(4)},
                                              {"sound", server_.log().Receipt(1)},
                                              {"shared", same.Receipt(1)}});
  ExpectAlarm(summary, AlarmKind::kTwoRoots, server_.log().Checkpoint(), same.Checkpoint());
  EXPECT_THAT(found_, ElementsAre("smaller", "larger", "same"));
  // Of one alarm there is one folder.
  const std::filesystem::directory_iterator alarms(client_->state().path() + "/alarms");
  EXPECT_EQ(std::distance(begin(alarms), end(alarms)), 1);
}

// --- A server that owns up to damage ---

TEST_F(ReceiptAuditTest, DamageInPlaceOfAProofIsNoAlarm) {
  Damage({"GetConsistencyProof"});
  const Answer<AuditSummary> summary = Audit({{"theirs", server_.log().Receipt(0, 3)}});
  ASSERT_TRUE(summary.ok()) << summary.failure().status;
  EXPECT_EQ(summary->unchecked_receipts, 1u);
  EXPECT_EQ(summary->receipts, 0u);
  ASSERT_EQ(unchecked_.size(), 1u);
  EXPECT_THAT(
      unchecked_[0],
      HasSubstr("theirs: its entry is in the log, but not its checkpoint of tree size 3 could be held"));
  EXPECT_THAT(found_, IsEmpty());
  ExpectNoEvidence();
}

TEST_F(ReceiptAuditTest, DamageHidesNoEntryThatIsAnother) {
  Damage({"GetConsistencyProof"});
  const TestLog fork = Fork(2, 1);
  const Answer<AuditSummary> summary = Audit({{"theirs", fork.Receipt(2)}});
  ASSERT_TRUE(summary.ok()) << summary.failure().status;
  EXPECT_THAT(found_, ElementsAre("theirs"));
}

TEST_F(ReceiptAuditTest, WhatCannotBeAskedIsAnError) {
  RefuseFirst("GetConsistencyProof", {MakeError(v1::ERROR_REASON_INTERNAL, "no")});
  Answer<AuditSummary> summary = Audit({{"theirs", server_.log().Receipt(0, 3)}});
  ASSERT_FALSE(summary.ok());
  EXPECT_EQ(summary.failure().kind, FailureKind::kCouldNot);
  RefuseFirst("GetInclusionProof", {MakeError(v1::ERROR_REASON_INTERNAL, "no")});
  // An alarm is worth more than that.
  EXPECT_EQ(Audit({{"theirs", Fork(5, 1).Receipt(2)}}).failure().kind, FailureKind::kAlarm);
}

}  // namespace
}  // namespace chirograph::receipt_audit_test
