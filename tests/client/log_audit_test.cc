// SPDX-License-Identifier: Apache-2.0
//
// An audit of a server that lies in one thing at a time.
#include "client/internal/log_audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "client/audit_state.h"
#include "proto/finding.h"
#include "proto/rpc_error.h"
#include "tests/client/archive_client_fixture.h"

namespace chirograph::log_audit_test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using IndexAndCode = std::pair<std::uint64_t, v1::FindingCode>;

class LogAuditTest : public ArchiveClientFixture {
 protected:
  LogAuditTest() {
    Grow(5);
    callbacks_.on_finding = [this](const v1::Finding& finding) { found_.push_back(finding); };
  }

  // Adds a signed article (and so its KeyEvent), and unsigned ones.
  void Grow(int unsigned_articles) {
    TestLog log = server_.log();
    log.AddDocument(document_.bytes, keyring_);
    for (int i = 0; i < unsigned_articles; ++i) log.AddDocument(MakeDocument("b" + std::to_string(i), ""));
    server_.UseLog(log);
  }
  AuditSummary Audit(const AuditOptions& options = {}) {
    found_.clear();
    const Answer<AuditSummary> summary = Connect()->Audit(options, callbacks_);
    EXPECT_TRUE(summary.ok()) << summary.failure().status;
    return summary.ok() ? *summary : AuditSummary();
  }
  // One that is stopped behind the next three entries.
  AuditSummary AuditAMessage(const AuditOptions& options = {}) {
    callbacks_.should_stop = [] { return true; };
    AuditSummary summary = Audit(options);
    callbacks_.should_stop = nullptr;
    return summary;
  }
  std::vector<IndexAndCode> Found() const {
    std::vector<IndexAndCode> found;
    for (const v1::Finding& finding : found_) found.emplace_back(finding.index(), finding.code());
    return found;
  }
  // Makes the server send something else for the entry at `index`.
  void Spoil(std::uint64_t index, std::function<void(v1::StoredEntry&)> spoil) {
    Lies lies;
    lies.entries = [index, spoil = std::move(spoil)](int, v1::StreamEntriesResponse& message) {
      if (index < message.first_index()) return;
      const auto at = static_cast<int>(index - message.first_index());
      if (at < message.entries_size()) spoil(*message.mutable_entries(at));
    };
    server_.Tell(lies);
  }

  AuditCallbacks callbacks_;
  std::vector<v1::Finding> found_;
};

TEST_F(LogAuditTest, OfASoundLogThereIsNothingToFind) {
  const AuditSummary summary = Audit();
  EXPECT_THAT(Found(), IsEmpty());
  EXPECT_TRUE(summary.is_complete);
  EXPECT_EQ(summary.first_index, 0u);
  EXPECT_EQ(summary.next_index, 7u);
  EXPECT_EQ(summary.checkpoint.tree_size, 7u);
  EXPECT_EQ(summary.articles, 6u);
  EXPECT_EQ(summary.key_events, 1u);
  EXPECT_EQ(summary.at_ingest.at(Verdict::kValid), 1u);
  EXPECT_EQ(summary.at_ingest.at(Verdict::kUnsigned), 5u);
  EXPECT_THAT(summary.now, IsEmpty());
  EXPECT_EQ(summary.verified_by_log_keys, 1u);
  EXPECT_EQ(summary.verified_by_keyring, 0u);
}

TEST_F(LogAuditTest, AnAuditorsKeyringSaysWhoseKeysTheyAre) {
  options_.keyring = std::make_shared<const Keyring>(keyring_);
  AuditSummary summary = Audit();
  EXPECT_THAT(Found(), IsEmpty());
  EXPECT_EQ(summary.verified_by_keyring, 1u);
  EXPECT_EQ(summary.verified_by_log_keys, 0u);
  EXPECT_EQ(summary.now.at(Verdict::kValid), 1u);
  const TestPublisher impostor("news.example");
  options_.keyring = std::make_shared<const Keyring>(impostor.MakeKeyring());
  summary = Audit({.full = true});
  EXPECT_THAT(Found(), ElementsAre(IndexAndCode(1, v1::FINDING_CODE_KEY_NOT_TRUSTED)));
  EXPECT_EQ(summary.now.at(Verdict::kInvalid), 1u);
}

TEST_F(LogAuditTest, AnEmptyLogIsAuditedToo) {
  server_.UseLog(TestLog());
  options_.log_key = server_.log().verifier().vkey();
  const AuditSummary summary = Audit();
  EXPECT_THAT(Found(), IsEmpty());
  EXPECT_TRUE(summary.is_complete);
}

TEST_F(LogAuditTest, HoweverItEndsWhatWasDoneIsTold) {
  std::vector<AuditSummary> ends;
  callbacks_.on_end = [&ends](const AuditSummary& summary) { ends.push_back(summary); };
  Audit();
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_TRUE(ends[0].is_complete);
  EXPECT_EQ(ends[0].articles, 6U);
  EXPECT_EQ(ends[0].checkpoint_note, server_.log().Checkpoint());
  Lies lies;
  lies.cut = [](std::string_view method, int number) {
    return method == "StreamEntries" && number == 1 ? absl::InternalError("broken") : absl::OkStatus();
  };
  server_.Tell(lies);
  EXPECT_FALSE(Connect()->Audit({.full = true}, callbacks_).ok());
  ASSERT_EQ(ends.size(), 2U);
  EXPECT_FALSE(ends[1].is_complete);
  EXPECT_EQ(ends[1].next_index, 3U);
}

TEST_F(LogAuditTest, TellsHowFarItIsFromTheBeginningOn) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> told;
  callbacks_.on_progress = [&told](std::uint64_t next, std::uint64_t size) { told.emplace_back(next, size); };
  Audit();
  EXPECT_THAT(told, ElementsAre(std::pair(0u, 7u), std::pair(3u, 7u), std::pair(6u, 7u), std::pair(7u, 7u)));
  told.clear();
  Audit();
  EXPECT_THAT(told, IsEmpty());
}

// --- What is served ---

TEST_F(LogAuditTest, AnEntryThatIsAnotherIsNamed) {
  for (std::uint64_t index = 0; index < 7; ++index) {
    Spoil(index, [](v1::StoredEntry& entry) { entry.set_log_entry(FlipBit(entry.log_entry(), -1)); });
    Audit({.full = true});
    EXPECT_THAT(Found(), testing::Contains(IndexAndCode(index, v1::FINDING_CODE_ENTRY_MISMATCH)));
    for (const v1::Finding& finding : found_) {
      // The article of index 1 relies on the KeyEvent of index 0.
      EXPECT_TRUE(finding.index() == index || (index == 0 && finding.index() == 1))
          << DescribeFinding(finding);
    }
  }
}

TEST_F(LogAuditTest, AnEntryThatIsMissingIsNamed) {
  Spoil(4, [](v1::StoredEntry& entry) { entry.clear_log_entry(); });
  Audit();
  EXPECT_THAT(Found(), ElementsAre(IndexAndCode(4, v1::FINDING_CODE_ENTRY_MISSING)));
}

TEST_F(LogAuditTest, WhatIsKeptBesideAnEntryIsHeldAgainstIt) {
  Spoil(1, [](v1::StoredEntry& entry) { entry.set_content(FlipBit(entry.content(), 9)); });
  Audit({.full = true});
  EXPECT_THAT(Found(), ElementsAre(IndexAndCode(1, v1::FINDING_CODE_CONTENT_MISMATCH)));
  Spoil(3, [](v1::StoredEntry& entry) { entry.clear_opening(); });
  Audit({.full = true});
  EXPECT_THAT(Found(), ElementsAre(IndexAndCode(3, v1::FINDING_CODE_OPENING_MISSING)));
}

TEST_F(LogAuditTest, TwoEntriesThatWereExchangedAreFound) {
  Lies lies;
  lies.entries = [](int number, v1::StreamEntriesResponse& message) {
    if (number == 1) message.mutable_entries()->SwapElements(0, 2);
  };
  server_.Tell(lies);
  Audit();
  EXPECT_THAT(Found(), ElementsAre(IndexAndCode(3, v1::FINDING_CODE_ENTRY_MISMATCH),
                                   IndexAndCode(5, v1::FINDING_CODE_ENTRY_MISMATCH)));
}

TEST_F(LogAuditTest, WithoutArticlesTheirTextsAreNotLookedAt) {
  Spoil(1, [](v1::StoredEntry& entry) { entry.set_content("another"); });
  const AuditSummary summary = Audit({.with_articles = false});
  EXPECT_THAT(Found(), IsEmpty());
  EXPECT_EQ(summary.articles, 6u);
  EXPECT_EQ(summary.verified_by_log_keys, 0u);
}

// --- From where the last one ended ---

TEST_F(LogAuditTest, GoesOnWhereTheLastOneEnded) {
  Audit();
  Grow(2);
  const AuditSummary summary = Audit();
  EXPECT_EQ(summary.first_index, 7u);
  EXPECT_EQ(summary.next_index, 11u);
  EXPECT_EQ(summary.earlier_findings, 0u);
  EXPECT_EQ(Audit().first_index, 11u);
  EXPECT_EQ(Audit({.full = true}).first_index, 0u);
}

TEST_F(LogAuditTest, AKeyOfTheAuditedPartIsStillKnown) {
  Audit();
  TestLog log = server_.log();
  log.AddDocument(document_.bytes, keyring_,
                  [](v1::ArticleRecord& record, auto&, auto&) { record.set_key_event_index(0); });
  server_.UseLog(log);
  Audit();
  // TestLog logs a new KeyEvent with each article, so that of index 0 is known, and no longer in force.
  EXPECT_THAT(Found(), ElementsAre(IndexAndCode(8, v1::FINDING_CODE_KEY_EVENT_NOT_IN_FORCE)));
}

TEST_F(LogAuditTest, WhatWasFoundStandsUntilAllIsLookedAtAgain) {
  Spoil(3, [](v1::StoredEntry& entry) { entry.clear_content(); });
  EXPECT_EQ(Audit().findings, 1u);
  server_.Tell({});
  AuditSummary summary = Audit();
  EXPECT_EQ(summary.findings, 0u);
  EXPECT_EQ(summary.earlier_findings, 1u);
  ASSERT_EQ(summary.earlier.size(), 1u);
  EXPECT_EQ(summary.earlier[0].index(), 3u);
  EXPECT_EQ(summary.earlier_audit, now_);
  summary = Audit({.full = true});
  EXPECT_EQ(summary.findings + summary.earlier_findings, 0u);
  EXPECT_EQ(Audit().earlier_findings, 0u);
}

TEST_F(LogAuditTest, WhatTheLastOneLeftOutIsLookedAt) {
  Audit({.with_articles = false});
  EXPECT_EQ(Audit({.with_articles = false}).first_index, 7u);
  EXPECT_EQ(Audit().first_index, 0u);
  EXPECT_EQ(Audit().first_index, 7u);
}

TEST_F(LogAuditTest, OneThatIsStoppedGoesOnFromThereWhereverThatIs) {
  Grow(4);
  std::uint64_t first = 0;
  for (const std::uint64_t stopped_at : {3, 6, 9, 12}) {
    const AuditSummary stopped = AuditAMessage();
    EXPECT_FALSE(stopped.is_complete);
    EXPECT_EQ(stopped.first_index, first);
    EXPECT_EQ(stopped.next_index, stopped_at);
    EXPECT_EQ(stopped.resume_index, stopped_at);
    EXPECT_EQ(stopped.receipts, 0u);
    first = stopped_at;
  }
  const AuditSummary rest = Audit();
  EXPECT_EQ(rest.first_index, 12u);
  EXPECT_EQ(rest.resume_index, 13u);
  EXPECT_TRUE(rest.is_complete);
  EXPECT_THAT(Found(), IsEmpty());
}

// The last entry before a stop has its neighbour, and the next time, in the part that comes later.
TEST_F(LogAuditTest, OneThatIsStoppedFindsWhatOneThatIsNotFinds) {
  const std::vector<std::function<void(v1::StoredEntry&)>> spoils = {
      [](v1::StoredEntry& entry) { entry.clear_log_entry(); },
      [](v1::StoredEntry& entry) { entry.set_log_entry(FlipBit(entry.log_entry(), -1)); },
      [](v1::StoredEntry& entry) { entry.set_log_entry(FlipBit(entry.log_entry(), -7)); }};
  for (const auto& spoil : spoils) {
    Spoil(2, spoil);
    Audit({.full = true});
    const std::vector<IndexAndCode> all_at_once = Found();
    EXPECT_THAT(all_at_once, testing::Not(IsEmpty()));
    EXPECT_EQ(AuditAMessage({.full = true}).resume_index, 3u);
    std::vector<IndexAndCode> in_parts = Found();
    const AuditSummary rest = Audit();
    EXPECT_EQ(rest.first_index, 3u);
    EXPECT_EQ(rest.earlier_findings, in_parts.size());
    for (const IndexAndCode& found : Found()) in_parts.push_back(found);
    EXPECT_THAT(in_parts, testing::UnorderedElementsAreArray(all_at_once));
  }
}

TEST_F(LogAuditTest, OneOfAllThatIsStoppedTwiceGoesOnTwice) {
  EXPECT_FALSE(Audit().is_full);
  EXPECT_EQ(AuditAMessage({.full = true}).first_index, 0u);
  AuditSummary summary = AuditAMessage({.full = true});
  EXPECT_EQ(summary.first_index, 3u);
  EXPECT_EQ(summary.next_index, 6u);
  EXPECT_TRUE(summary.is_full);
  EXPECT_FALSE(summary.is_complete);
  EXPECT_EQ(Audit({.full = true}).first_index, 6u);
  // That one ended.
  EXPECT_EQ(Audit({.full = true}).first_index, 0u);
  summary = Audit();
  EXPECT_EQ(summary.first_index, 7u);
  EXPECT_FALSE(summary.is_full);
}

TEST_F(LogAuditTest, OneThatDoesNotAskForAllGoesOnWithOneThatDid) {
  Audit();
  AuditAMessage({.full = true});
  AuditSummary summary = AuditAMessage();
  EXPECT_EQ(summary.first_index, 3u);
  EXPECT_TRUE(summary.is_full);
  summary = Audit();
  EXPECT_EQ(summary.first_index, 6u);
  EXPECT_TRUE(summary.is_full);
  EXPECT_FALSE(Audit().is_full);
}

TEST_F(LogAuditTest, OneOfAllThatCameToNothingIsNotForgotten) {
  Spoil(3, [](v1::StoredEntry& entry) { entry.clear_content(); });
  EXPECT_EQ(Audit().findings, 1u);
  Lies lies;
  lies.refuse = [](std::string_view method) {
    return method == "StreamEntries" ? MakeError(v1::ERROR_REASON_SHUTTING_DOWN, "no") : absl::OkStatus();
  };
  server_.Tell(lies);
  EXPECT_FALSE(Connect()->Audit({.full = true}, {}).ok());
  server_.Tell({});
  const AuditSummary summary = Audit();
  EXPECT_EQ(summary.first_index, 0u);
  EXPECT_TRUE(summary.is_full);
  EXPECT_EQ(summary.findings + summary.earlier_findings, 0u);
}

TEST_F(LogAuditTest, WhatCameBeforeAFailureIsKeptWhereItCanBeShown) {
  std::vector<AuditSummary> ends;
  callbacks_.on_end = [&ends](const AuditSummary& summary) { ends.push_back(summary); };
  const auto break_with = [this](absl::Status error) {
    Lies lies;
    // The first message comes.
    lies.cut = [error = std::move(error), calls = std::make_shared<int>(0)](std::string_view method, int) {
      return method == "StreamEntries" && ++*calls > 1 ? error : absl::OkStatus();
    };
    server_.Tell(lies);
  };
  // Nobody is there to prove it.
  break_with(MakeError(v1::ERROR_REASON_SHUTTING_DOWN, "stopping"));
  EXPECT_FALSE(Connect()->Audit({.full = true}, callbacks_).ok());
  EXPECT_EQ(ends.back().next_index, 3u);
  EXPECT_EQ(ends.back().resume_index, 0u);
  EXPECT_EQ(server_.Calls("GetConsistencyProof"), 0);
  break_with(MakeError(v1::ERROR_REASON_INTERNAL, "broken"));
  EXPECT_FALSE(Connect()->Audit({.full = true}, callbacks_).ok());
  EXPECT_EQ(ends.back().resume_index, 3u);
  server_.Tell({});
  EXPECT_EQ(Audit({.full = true}).first_index, 3u);
  EXPECT_THAT(Found(), IsEmpty());
}

// It might hold now, and what it had found when it failed would never be told.
TEST_F(LogAuditTest, AfterAProofThatFailedNoneIsAskedForAgain) {
  Lies lies;
  lies.entries = [](int number, v1::StreamEntriesResponse& message) {
    v1::StoredEntry& entry = *message.mutable_entries(0);
    if (number == 0) entry.set_log_entry(FlipBit(entry.log_entry(), -7));
  };
  // The third question is whether all is well, once the entry was replaced.
  lies.refuse = [calls = std::make_shared<int>(0)](std::string_view method) {
    return method == "GetConsistencyProof" && ++*calls == 3 ? MakeError(v1::ERROR_REASON_INTERNAL, "no")
                                                            : absl::OkStatus();
  };
  server_.Tell(lies);
  EXPECT_FALSE(Connect()->Audit({.entries_between_proofs = 3}, callbacks_).ok());
  EXPECT_EQ(server_.Calls("GetConsistencyProof"), 3);
  EXPECT_EQ(Audit().first_index, 0u);
  EXPECT_THAT(Found(), testing::Contains(IndexAndCode(0, v1::FINDING_CODE_ENTRY_MISMATCH)));
}

TEST_F(LogAuditTest, IsKeptAsOftenAsTheOptionsSay) {
  const auto client = Connect();
  std::vector<std::uint64_t> kept;
  callbacks_.on_progress = [&](std::uint64_t, std::uint64_t) {
    const std::optional<std::string> file = client->state().ReadAudit().value();
    kept.push_back(file ? ParseAuditState(*file)->tree.tree_size() : 0);
  };
  ASSERT_TRUE(client->Audit({.entries_between_proofs = 3}, callbacks_).ok());
  EXPECT_THAT(kept, ElementsAre(0u, 0u, 3u, 6u));
}

TEST_F(LogAuditTest, ADamagedStateIsNamedAndLeftAlone) {
  Audit();
  const auto client = Connect();
  ASSERT_TRUE(client->state().WriteAudit("no state").ok());
  const Answer<AuditSummary> summary = client->Audit({}, {});
  ASSERT_FALSE(summary.ok());
  EXPECT_EQ(summary.failure().kind, FailureKind::kCouldNot);
  EXPECT_THAT(MessageOf(summary.failure()), testing::HasSubstr(client->state().AuditPath()));
  EXPECT_THAT(MessageOf(summary.failure()), testing::HasSubstr("--full"));
  EXPECT_EQ(client->state().ReadAudit()->value(), "no state");
  EXPECT_TRUE(client->Audit({.full = true}, {}).ok());
}

TEST_F(LogAuditTest, ALogThatWasRewrittenIsAnAlarm) {
  Audit();
  TestLog other = server_.log();
  TestLog rewritten = other;
  // The same key signs another history.
  TestLog fork = server_.log();
  fork.AddDocument(MakeDocument("x", ""));
  other.AddDocument(MakeDocument("y", ""));
  server_.UseLog(other);
  Audit();
  server_.UseLog(fork);
  const Answer<AuditSummary> summary = Connect()->Audit({}, {});
  ASSERT_FALSE(summary.ok());
  EXPECT_EQ(summary.failure().kind, FailureKind::kAlarm);
}

// --- Receipts ---

TEST_F(LogAuditTest, HoldsTheLogToTheReceiptsOfTheState) {
  const auto client = Connect();
  const SourceDocument document{MakeSignedDocument("another title", publisher_)};
  ASSERT_TRUE(client->Ingest(document).ok());
  const AuditSummary summary = Audit();
  EXPECT_THAT(Found(), IsEmpty());
  EXPECT_EQ(summary.receipts, 1u);
}

TEST_F(LogAuditTest, AReceiptThatIsNotHonouredIsAFindingAndAnAlarm) {
  // Somebody else was shown another log, under the same key.
  TestLog shown = server_.log();
  const std::uint64_t index = shown.AddDocument(MakeDocument("shown", ""));
  Grow(1);
  std::vector<AuditSummary> ends;
  callbacks_.on_end = [&ends](const AuditSummary& summary) { ends.push_back(summary); };
  const Answer<AuditSummary> summary =
      Connect()->Audit({.receipts = {{"theirs.tlog-proof", shown.Receipt(index)}}}, callbacks_);
  ASSERT_FALSE(summary.ok());
  EXPECT_EQ(summary.failure().kind, FailureKind::kAlarm);
  EXPECT_THAT(Found(), ElementsAre(IndexAndCode(index, v1::FINDING_CODE_RECEIPT_NOT_HONOURED)));
  EXPECT_EQ(found_[0].subject(), "theirs.tlog-proof");
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(ends[0].receipts, 1u);
  EXPECT_EQ(ends[0].findings, 1u);
}

TEST_F(LogAuditTest, AReceiptThatWasNotHonouredIsRememberedAndCountedOnce) {
  TestLog shown = server_.log();
  const std::uint64_t index = shown.AddDocument(MakeDocument("shown", ""));
  Grow(1);
  const AuditOptions with_receipt{.receipts = {{"theirs", shown.Receipt(index)}}};
  std::vector<AuditSummary> ends;
  callbacks_.on_end = [&ends](const AuditSummary& summary) { ends.push_back(summary); };
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(Connect()->Audit(with_receipt, callbacks_).ok());
    EXPECT_EQ(ends.back().findings, 1u);
    EXPECT_EQ(ends.back().earlier_findings, 0u);
    EXPECT_THAT(ends.back().earlier, IsEmpty());
    const AuditSummary next = Audit();
    EXPECT_EQ(next.findings, 0u);
    EXPECT_EQ(next.earlier_findings, 1u);
    ASSERT_EQ(next.earlier.size(), 1u);
    EXPECT_EQ(next.earlier[0].code(), v1::FINDING_CODE_RECEIPT_NOT_HONOURED);
    EXPECT_EQ(next.earlier[0].subject(), "theirs");
  }
  EXPECT_EQ(Audit({.full = true}).earlier_findings, 0u);
}

// Nothing of the entries can be kept then, and what is wrong with them will be found again.
TEST_F(LogAuditTest, OfALogThatHashesToAnotherRootTheReceiptIsRememberedAlone) {
  TestLog shown = server_.log();
  const std::uint64_t index = shown.AddDocument(MakeDocument("shown", ""));
  Grow(1);
  Lies lies;
  lies.entries = [](int number, v1::StreamEntriesResponse& message) {
    if (number == 0) message.mutable_entries(0)->clear_log_entry();
  };
  lies.refuse = [calls = std::make_shared<int>(0)](std::string_view method) {
    // The first is of the entry that is missing.
    return method == "GetInclusionProof" && ++*calls == 1 ? MakeError(v1::ERROR_REASON_STORE_DAMAGED, "no")
                                                          : absl::OkStatus();
  };
  server_.Tell(lies);
  EXPECT_FALSE(Connect()->Audit({.receipts = {{"theirs", shown.Receipt(index)}}}, callbacks_).ok());
  EXPECT_THAT(Found(), testing::Contains(IndexAndCode(0, v1::FINDING_CODE_ROOT_MISMATCH)));
  server_.Tell({});
  const AuditSummary next = Audit();
  EXPECT_EQ(next.first_index, 0u);
  EXPECT_EQ(next.earlier_findings, 1u);
  EXPECT_THAT(Found(), IsEmpty());
}

TEST_F(LogAuditTest, WhatIsNoReceiptOfTheLogIsNamedAndHidesNoOther) {
  v1::Receipt moved = server_.log().Receipt(2);
  moved.set_index(3);
  TestLog other("log.example/other");
  other.AddDocument(MakeDocument("x", ""));
  const auto client = Connect();
  ASSERT_TRUE(client->state().KeepReceipt(server_.log().Receipt(4)).ok());
  std::ofstream(client->state().ReceiptPath(4)) << "damaged";
  ASSERT_TRUE(client->state().KeepReceipt(server_.log().Receipt(5)).ok());
  std::vector<std::pair<std::string, std::string>> unchecked;
  std::vector<std::uint64_t> calls;
  callbacks_.on_unchecked_receipt = [&](const std::string& name, const absl::Status& why) {
    unchecked.emplace_back(name, std::string(why.message()));
    calls.push_back(static_cast<std::uint64_t>(server_.Calls("StreamEntries")));
  };
  const AuditSummary summary =
      Audit({.receipts = {{"junk", absl::InvalidArgumentError("junk: is no receipt")},
                          {"moved", moved},
                          {"other", other.Receipt(0)},
                          {"sound", server_.log().Receipt(3)}}});
  ASSERT_EQ(unchecked.size(), 4u);
  EXPECT_EQ(unchecked[0], std::pair(std::string("junk"), std::string("junk: is no receipt")));
  EXPECT_THAT(unchecked[1].second, testing::StartsWith("moved: is no receipt of this log: "));
  EXPECT_THAT(unchecked[2].second, testing::StartsWith("other: is no receipt of this log: "));
  EXPECT_EQ(unchecked[3].first, client->state().ReceiptPath(4));
  EXPECT_THAT(unchecked[3].second, testing::HasSubstr(client->state().ReceiptPath(4)));
  EXPECT_THAT(calls, ElementsAre(0u, 0u, 0u, 1u)) << "those that are given are named at once";
  EXPECT_EQ(summary.unchecked_receipts, 4u);
  EXPECT_EQ(summary.receipts, 2u);
  EXPECT_TRUE(summary.is_complete);
  EXPECT_THAT(Found(), IsEmpty());
}

}  // namespace
}  // namespace chirograph::log_audit_test
