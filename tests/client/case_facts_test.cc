// SPDX-License-Identifier: Apache-2.0
//
// What a case is made of is believed by nobody: each thing that could be wrong with it.
#include "client/internal/case_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/front_matter.h"
#include "proto/stored_format.h"
#include "tests/client/archive_client_fixture.h"
#include "tests/client/case_rig.h"

namespace chirograph::internal::case_facts_test {
namespace {

using testing::HasSubstr;

class CaseFactsTest : public testing::Test {
 protected:
  CaseFactsTest() {
    log_.AddDocument(MakeDocument("earlier", "other.example"));
    index_ = log_.AddDocument(document_, keyring_);
    log_.AddDocument(MakeDocument("later", "other.example"));
    article_ = ArticleOf(log_, index_);
    input_ = InputOf(log_, article_);
  }

  void ExpectRefused(FailureKind kind, std::string_view why) {
    const Answer<CaseFacts> facts = CheckCase(input_);
    ASSERT_FALSE(facts.ok()) << why;
    EXPECT_EQ(facts.failure().kind, kind) << facts.failure().status;
    EXPECT_THAT(MessageOf(facts.failure()), HasSubstr(why));
    EXPECT_FALSE(MakeEvidenceCase(input_).ok());
  }

  // Puts an article in the log whose record names an entry that `add` put there.
  void UseKeyEvent(const std::function<std::uint64_t(TestLog&)>& add) {
    const std::uint64_t event = add(log_);
    const std::uint64_t index =
        log_.AddDocument(document_, keyring_, [event](v1::ArticleRecord& record, v1::Opening&, v1::Content&) {
          record.set_key_event_index(event);
        });
    article_ = ArticleOf(log_, index);
    input_ = InputOf(log_, article_);
  }

  const TestPublisher publisher_{"news.example"};
  const Keyring keyring_ = publisher_.MakeKeyring();
  const std::string document_ = MakeSignedDocument("a title", publisher_);
  TestLog log_;
  std::uint64_t index_ = 0;
  ArchivedArticle article_;
  EvidenceCaseInput input_;
};

TEST_F(CaseFactsTest, AreWhatTheLogHas) {
  const Answer<CaseFacts> facts = CheckCase(input_);
  ASSERT_TRUE(facts.ok()) << facts.failure().status;
  EXPECT_EQ(facts->title, "a title");
  EXPECT_EQ(facts->source_document, document_);
  EXPECT_EQ(facts->signing_input, "chirograph.article.v1\n" + facts->canonical_form);
  EXPECT_EQ(facts->path.back().hash, facts->checkpoint.root_hash);
  EXPECT_EQ(facts->signed_lines, 3U);
  EXPECT_EQ(facts->signature_line, 5U);
  ASSERT_TRUE(facts->key.has_value());
  EXPECT_EQ(facts->key->public_key->spki(), publisher_.key().public_key->spki());
  EXPECT_EQ(facts->key->path.back().hash, facts->checkpoint.root_hash);
}

TEST_F(CaseFactsTest, TheLogsSignatureIsFoundAmongOthers) {
  // Of another key, of the log's name with another number, and then the log's own.
  std::string& note = *article_.receipt.mutable_checkpoint();
  const std::size_t at = note.find("\n\n") + 2;
  note.insert(at, "\xe2\x80\x94 witness.example AAAAAAAAAAA=\n\xe2\x80\x94 log.example/test AAAAAAAAAAA=\n");
  const Answer<CaseFacts> facts = CheckCase(input_);
  ASSERT_TRUE(facts.ok()) << facts.failure().status;
  EXPECT_EQ(facts->signature_line, 7U);
  const Answer<EvidenceCase> evidence = MakeEvidenceCase(input_);
  ASSERT_TRUE(evidence.ok());
  EXPECT_FALSE(FirstThatFails(Follow(*evidence)).has_value());
}

TEST_F(CaseFactsTest, TakeTheStoredContent) {
  article_.content.reset();
  ExpectRefused(FailureKind::kCouldNot, "with its stored content");
  input_.article = nullptr;
  ExpectRefused(FailureKind::kCouldNot, "with its stored content");
}

TEST_F(CaseFactsTest, RefuseAReceiptThatDoesNotHold) {
  article_.receipt.set_opening(FlipBit(article_.receipt.opening(), 10));
  ExpectRefused(FailureKind::kDoesNotCheck, "opening");
  const Answer<CaseFacts> facts = CheckCase(input_);
  EXPECT_FALSE(facts.failure().findings.empty());
}

TEST_F(CaseFactsTest, RefuseOtherContent) {
  article_.content = FlipBit(*article_.content, -1);
  ExpectRefused(FailureKind::kDoesNotCheck, "content");
}

TEST_F(CaseFactsTest, RefuseAnotherLogsKey) {
  const TestLog other;
  input_.log = &other.verifier();
  ExpectRefused(FailureKind::kDoesNotCheck, "checkpoint");
}

TEST_F(CaseFactsTest, TakeTheKeyEventThatTheRecordNames) {
  input_.key_event->index -= 1;
  ExpectRefused(FailureKind::kCouldNot, "a case takes the key event at index 1");
  input_.key_event.reset();
  ExpectRefused(FailureKind::kCouldNot, "a case takes the key event at index 1");
}

TEST_F(CaseFactsTest, RefuseAKeyEventThatIsNotInTheLog) {
  input_.key_event->log_entry = FlipBit(input_.key_event->log_entry, -1);
  ExpectRefused(FailureKind::kDoesNotCheck, "the key event at index 1 is not shown to be in the log");
  input_ = InputOf(log_, article_);
  input_.key_event->inclusion_proof.pop_back();
  ExpectRefused(FailureKind::kDoesNotCheck, "the key event at index 1 is not shown to be in the log");
}

TEST_F(CaseFactsTest, RefuseAnEntryThatIsNoKeyEvent) {
  UseKeyEvent([](TestLog&) { return 0; });
  ExpectRefused(FailureKind::kDoesNotCheck, "the key event at index 0 is no key event");
  UseKeyEvent([](TestLog& log) { return log.AddEntry({"nonsense", "", ""}); });
  ExpectRefused(FailureKind::kDoesNotCheck, "the key event at index ");
}

TEST_F(CaseFactsTest, RefuseAKeyOfAnotherPublisher) {
  UseKeyEvent([this](TestLog& log) { return log.AddKeyEvent("other.example", publisher_.key()); });
  ExpectRefused(FailureKind::kDoesNotCheck, "is of a key of other.example, the article of news.example");
}

TEST_F(CaseFactsTest, RefuseAKeyThatDoesNotVerifyTheSignature) {
  const TestPublisher another("news.example");
  UseKeyEvent([&another](TestLog& log) { return log.AddKeyEvent("news.example", another.key()); });
  ExpectRefused(FailureKind::kDoesNotCheck, "names a key that does not verify the opened signature");
}

TEST_F(CaseFactsTest, RefuseAKeyThatWasNotInItsPeriodAsTheRecordSays) {
  PublisherKey key = publisher_.key();
  key.revoked_at = TestTime() - absl::Hours(1);
  UseKeyEvent([&key](TestLog& log) { return log.AddKeyEvent("news.example", key); });
  ExpectRefused(FailureKind::kDoesNotCheck, "is KEY_REVOKED at the time of ingest, but the record says");
}

TEST_F(CaseFactsTest, RefuseAKeyThatIsWithdrawn) {
  UseKeyEvent([this](TestLog& log) {
    v1::LogEntry entry =
        *ParseLogEntry(log.entry(log.AddKeyEvent("news.example", publisher_.key())).log_entry);
    entry.mutable_key_event()->set_withdrawn(true);
    return log.AddEntry({*SerializeLogEntry(entry), "", ""});
  });
  ExpectRefused(FailureKind::kDoesNotCheck, "withdraws the key");
}

TEST_F(CaseFactsTest, RefuseAMadeDocumentOfAnotherArticle) {
  const std::uint64_t index = log_.AddArticle(*ParseDocument(document_), keyring_);
  article_ = ArticleOf(log_, index);
  input_ = InputOf(log_, article_);
  input_.made_document = MakeSignedDocument("another title", publisher_);
  ExpectRefused(FailureKind::kCouldNot, "reads as another article");
  input_.made_document = "nonsense";
  ExpectRefused(FailureKind::kCouldNot, "reads as another article");
}

}  // namespace
}  // namespace chirograph::internal::case_facts_test
