// SPDX-License-Identifier: Apache-2.0
//
// What an operator, or somebody in his store, may have changed beside an entry: one at a time.
#include "proto/article_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proto/canonical_form.h"
#include "proto/front_matter.h"
#include "proto/stored_format.h"
#include "tests/client/test_log.h"

namespace chirograph::article_check_test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::vector<v1::FindingCode> CodesOf(const ArticleCheck& check) {
  std::vector<v1::FindingCode> codes;
  for (const v1::Finding& finding : check.findings) codes.push_back(finding.code());
  return codes;
}

std::string Zeroes() { return std::string(32, '\0'); }

class ArticleCheckTest : public ::testing::Test {
 protected:
  // Checks entry `index` of log_, with what `spoil` makes of what is kept beside it.
  using Spoil = std::function<void(std::optional<std::string>& opening, std::optional<std::string>& content)>;
  ArticleCheck Check(std::uint64_t index, const Spoil& spoil = nullptr, const Keyring* keyring = nullptr,
                     bool keyring_decides = false, absl::Time now = TestTime()) {
    KeyHistory keys;
    std::optional<v1::LogEntry> entry;
    for (std::uint64_t i = 0; i <= index; ++i) {
      entry = ParseLogEntry(log_.entry(i).log_entry).value();
      if (!entry->has_key_event()) continue;
      EXPECT_TRUE(keys.Add(i, entry->key_event()).ok());
    }
    std::optional<std::string> opening = log_.entry(index).opening;
    std::optional<std::string> content = log_.entry(index).content;
    if (spoil) spoil(opening, content);
    LoggedArticle logged{.index = index, .record = &entry->article_record(), .keys = &keys};
    if (opening) logged.opening = *opening;
    if (content) logged.content = *content;
    logged.keyring = keyring;
    logged.keyring_decides = keyring_decides;
    logged.now = now;
    return CheckArticle(logged);
  }
  // Of a signed document whose record, Opening and Content `change` made false.
  std::vector<v1::FindingCode> Changed(const TestLog::Change& change) {
    return CodesOf(Check(log_.AddDocument(document_, keyring_, change)));
  }

  const TestPublisher publisher_{"news.example"};
  const TestPublisher sealing_{"sealed.example", EnvelopeKind::kAes256Cbc};
  const TestPublisher other_{"news.example"};
  const Keyring keyring_ = publisher_.MakeKeyring();
  const Keyring sealing_keyring_ = sealing_.MakeKeyring();
  const std::string document_ = MakeSignedDocument("a title", publisher_);
  TestLog log_;
};

TEST_F(ArticleCheckTest, OfASignedDocumentAllIsWell) {
  const ArticleCheck check = Check(log_.AddDocument(document_, keyring_));
  EXPECT_THAT(CodesOf(check), IsEmpty());
  EXPECT_EQ(check.signature, SignatureStanding::kVerified);
  EXPECT_EQ(check.publisher_domain, "news.example");
  EXPECT_EQ(check.url, "https://news.example/1");
  EXPECT_FALSE(check.verdict_now.has_value());
}

TEST_F(ArticleCheckTest, OfEveryOtherKindAllIsWell) {
  const v1::Article article = ParseDocument(document_).value();
  EXPECT_THAT(CodesOf(Check(log_.AddArticle(article, keyring_))), IsEmpty());
  EXPECT_THAT(CodesOf(Check(log_.AddDocument(MakeSignedDocument("b", sealing_), sealing_keyring_))),
              IsEmpty());
  EXPECT_THAT(CodesOf(Check(log_.AddDocument(MakeDocument("c", "unknown.example", "AAAA")))), IsEmpty());
  const ArticleCheck check = Check(log_.AddDocument(MakeDocument("d", "")));
  EXPECT_THAT(CodesOf(check), IsEmpty());
  EXPECT_EQ(check.signature, SignatureStanding::kNone);
}

// --- Opening and Content ---

TEST_F(ArticleCheckTest, AMissingOpening) {
  const std::uint64_t index = log_.AddDocument(document_, keyring_);
  const ArticleCheck check = Check(index, [](auto& opening, auto&) { opening.reset(); });
  EXPECT_THAT(CodesOf(check), ElementsAre(v1::FINDING_CODE_OPENING_MISSING));
  EXPECT_EQ(check.findings.front().index(), index);
  EXPECT_EQ(check.signature, SignatureStanding::kNotVerified);
}

TEST_F(ArticleCheckTest, ASpoiltOpening) {
  const ArticleCheck check = Check(log_.AddDocument(document_, keyring_),
                                   [](auto& opening, auto&) { opening = FlipBit(*opening, 7); });
  EXPECT_THAT(CodesOf(check), ElementsAre(v1::FINDING_CODE_OPENING_MISMATCH));
}

TEST_F(ArticleCheckTest, AnOpeningThatIsNone) {
  TestLog::Entry entry{"", "no Opening", ""};
  v1::LogEntry logged = ParseLogEntry(log_.entry(log_.AddDocument(MakeDocument("d", ""))).log_entry).value();
  logged.mutable_article_record()->set_opening_digest(std::string(AsBytes(Sha256(entry.opening))));
  entry.log_entry = SerializeLogEntry(logged).value();
  EXPECT_THAT(CodesOf(Check(log_.AddEntry(entry))), ElementsAre(v1::FINDING_CODE_OPENING_MALFORMED));
}

TEST_F(ArticleCheckTest, AMissingContent) {
  const ArticleCheck check =
      Check(log_.AddDocument(document_, keyring_), [](auto&, auto& content) { content.reset(); });
  EXPECT_THAT(CodesOf(check), ElementsAre(v1::FINDING_CODE_CONTENT_MISSING));
}

TEST_F(ArticleCheckTest, EveryBitOfTheContentCounts) {
  const std::uint64_t index = log_.AddDocument(document_, keyring_);
  for (std::size_t at = 0; at < log_.entry(index).content.size(); ++at) {
    const ArticleCheck check =
        Check(index, [at](auto&, auto& content) { content = FlipBit(*content, static_cast<int>(at)); });
    EXPECT_THAT(CodesOf(check), ElementsAre(v1::FINDING_CODE_CONTENT_MISMATCH)) << at;
  }
}

TEST_F(ArticleCheckTest, AContentThatIsNone) {
  v1::LogEntry logged = ParseLogEntry(log_.entry(log_.AddDocument(MakeDocument("d", ""))).log_entry).value();
  v1::Opening opening = ParseOpening(log_.entry(0).opening).value();
  TestLog::Entry entry{"", "", std::string("\x0a\xff", 2)};
  opening.set_content_digest(std::string(AsBytes(Sha256(entry.content))));
  entry.opening = SerializeOpening(opening).value();
  logged.mutable_article_record()->set_opening_digest(std::string(AsBytes(Sha256(entry.opening))));
  entry.log_entry = SerializeLogEntry(logged).value();
  EXPECT_THAT(CodesOf(Check(log_.AddEntry(entry))), ElementsAre(v1::FINDING_CODE_CONTENT_MALFORMED));
}

// --- What the Opening says of the Content ---

TEST_F(ArticleCheckTest, AnArticleWithoutCanonicalForm) {
  EXPECT_THAT(
      Changed([](auto&, auto&, v1::Content& content) {
        (*content.mutable_article()->mutable_extra()->mutable_fields())["title"].set_string_value("x");
      }),
      ElementsAre(v1::FINDING_CODE_ARTICLE_NOT_CANONICAL));
}

TEST_F(ArticleCheckTest, AnotherArticle) {
  EXPECT_THAT(Changed([](auto&, auto&, v1::Content& content) { content.mutable_article()->set_title("x"); }),
              UnorderedElementsAre(v1::FINDING_CODE_ARTICLE_MISMATCH, v1::FINDING_CODE_SOURCE_DIFFERS,
                                   v1::FINDING_CODE_SIGNATURE_INVALID));
}

TEST_F(ArticleCheckTest, AnotherArticleWithItsDigest) {
  EXPECT_THAT(Changed([](auto&, v1::Opening& opening, v1::Content& content) {
                content.mutable_article()->set_title("x");
                opening.set_article_digest(std::string(AsBytes(Sha256(*CanonicalForm(content.article())))));
              }),
              UnorderedElementsAre(v1::FINDING_CODE_SOURCE_DIFFERS, v1::FINDING_CODE_SIGNATURE_INVALID));
}

TEST_F(ArticleCheckTest, AnotherSourceDocument) {
  EXPECT_THAT(Changed([](auto&, v1::Opening& opening, auto&) { opening.set_source_digest(Zeroes()); }),
              ElementsAre(v1::FINDING_CODE_SOURCE_MISMATCH));
  EXPECT_THAT(Changed([](auto&, v1::Opening& opening, auto&) { opening.clear_source_digest(); }),
              ElementsAre(v1::FINDING_CODE_SOURCE_MISMATCH));
  EXPECT_THAT(Changed([](auto&, auto&, v1::Content& content) { content.clear_source_document(); }),
              ElementsAre(v1::FINDING_CODE_SOURCE_MISMATCH));
}

TEST_F(ArticleCheckTest, ASourceDocumentThatCannotBeRead) {
  EXPECT_THAT(Changed([](auto&, v1::Opening& opening, v1::Content& content) {
                content.set_source_document("no document");
                opening.set_source_digest(std::string(AsBytes(Sha256(content.source_document()))));
              }),
              ElementsAre(v1::FINDING_CODE_SOURCE_DIFFERS));
}

TEST_F(ArticleCheckTest, ASourceDocumentWithAnotherSecuredField) {
  EXPECT_THAT(Changed([](auto&, v1::Opening& opening, v1::Content& content) {
                content.set_source_document(MakeDocument("a title", "news.example", "AAAA"));
                opening.set_source_digest(std::string(AsBytes(Sha256(content.source_document()))));
              }),
              ElementsAre(v1::FINDING_CODE_SOURCE_DIFFERS));
}

TEST_F(ArticleCheckTest, AnotherSecuredField) {
  EXPECT_THAT(Changed([](auto&, v1::Opening& opening, auto&) { opening.set_secured_digest(Zeroes()); }),
              ElementsAre(v1::FINDING_CODE_SECURED_MISMATCH));
  EXPECT_THAT(Changed([](auto&, v1::Opening& opening, auto&) { opening.clear_secured_digest(); }),
              UnorderedElementsAre(v1::FINDING_CODE_SECURED_MISMATCH, v1::FINDING_CODE_VERDICT_CONTRADICTED));
}

TEST_F(ArticleCheckTest, AnotherPublisherOrUrl) {
  EXPECT_THAT(
      Changed([](auto&, v1::Opening& opening, auto&) { opening.set_publisher_domain("other.example"); }),
      UnorderedElementsAre(v1::FINDING_CODE_PUBLISHER_MISMATCH, v1::FINDING_CODE_KEY_EVENT_NOT_IN_FORCE));
  EXPECT_THAT(Changed([](auto&, v1::Opening& opening, auto&) { opening.set_url("https://other.example/"); }),
              ElementsAre(v1::FINDING_CODE_URL_MISMATCH));
}

// --- The signature ---

TEST_F(ArticleCheckTest, ASignatureThatDoesNotVerify) {
  const std::uint64_t index = log_.AddDocument(
      MakeSignedDocument("b", sealing_), sealing_keyring_, [](auto&, v1::Opening& opening, auto&) {
        opening.set_opened_signature(FlipBit(opening.opened_signature(), 3));
      });
  const ArticleCheck check = Check(index);
  EXPECT_THAT(CodesOf(check), ElementsAre(v1::FINDING_CODE_SIGNATURE_INVALID));
  EXPECT_EQ(check.signature, SignatureStanding::kNotVerified);
}

TEST_F(ArticleCheckTest, ASecuredFieldThatOpensToAnotherSignature) {
  // Signed again: ciphertext and signature are others, and the old signature is still genuine.
  const TestPublisher ecdsa("sealed.example", EnvelopeKind::kAes256Cbc, KeyAlgorithm::kEcdsaP256Sha256);
  const Keyring keyring = ecdsa.MakeKeyring();
  const std::string document = MakeSignedDocument("b", ecdsa);
  const std::string again = MakeSignedDocument("b", ecdsa);
  const std::uint64_t index =
      log_.AddDocument(document, keyring, [&again](auto&, v1::Opening& opening, v1::Content& content) {
        *content.mutable_article() = ParseDocument(again).value();
        content.set_source_document(again);
        opening.set_source_digest(std::string(AsBytes(Sha256(again))));
        opening.set_secured_digest(std::string(AsBytes(Sha256(content.article().secured()))));
      });
  EXPECT_THAT(CodesOf(Check(index, nullptr, &keyring)), ElementsAre(v1::FINDING_CODE_SIGNATURE_DIFFERS));
  // Without the envelope key nobody can tell.
  EXPECT_THAT(CodesOf(Check(index)), IsEmpty());
}

TEST_F(ArticleCheckTest, AVerdictThatCannotBe) {
  EXPECT_THAT(Changed([](v1::ArticleRecord& record, auto&, auto&) {
                record.set_reason_at_ingest(v1::VERDICT_REASON_REVOKED);
              }),
              Contains(v1::FINDING_CODE_VERDICT_CONTRADICTED));
  // The key was in its period and not revoked.
  EXPECT_THAT(Changed([](v1::ArticleRecord& record, auto&, auto&) {
                record.set_verdict_at_ingest(v1::VERDICT_KEY_REVOKED);
                record.set_reason_at_ingest(v1::VERDICT_REASON_REVOKED);
              }),
              ElementsAre(v1::FINDING_CODE_VERDICT_CONTRADICTED));
}

TEST_F(ArticleCheckTest, AnUnknownKeyThatTheLogKnows) {
  log_.AddKeyEvent("news.example", publisher_.key());
  EXPECT_THAT(CodesOf(Check(log_.AddDocument(document_))),
              ElementsAre(v1::FINDING_CODE_VERDICT_CONTRADICTED));
}

TEST_F(ArticleCheckTest, AnInvalidSignatureThatVerifies) {
  log_.AddKeyEvent("news.example", publisher_.key());
  const auto as_invalid = [](v1::ArticleRecord& record, auto&, auto&) {
    record.set_verdict_at_ingest(v1::VERDICT_INVALID);
    record.set_reason_at_ingest(v1::VERDICT_REASON_DOES_NOT_VERIFY);
  };
  EXPECT_THAT(CodesOf(Check(log_.AddDocument(document_, {}, as_invalid))),
              ElementsAre(v1::FINDING_CODE_VERDICT_CONTRADICTED));
  // One that does not is what the record says.
  EXPECT_THAT(CodesOf(Check(log_.AddDocument(MakeSignedDocument("a title", other_), {}, as_invalid))),
              IsEmpty());
}

// --- The KeyEvent ---

TEST_F(ArticleCheckTest, AKeyWithoutItsEvent) {
  log_.AddKeyEvent("news.example", publisher_.key());
  for (const std::uint64_t at : {std::uint64_t{7}, std::uint64_t{99}}) {
    EXPECT_THAT(Changed([at](v1::ArticleRecord& record, auto&, auto&) { record.set_key_event_index(at); }),
                Contains(v1::FINDING_CODE_KEY_EVENT_MISSING));
  }
  // An article's entry is no KeyEvent.
  const std::uint64_t article = log_.AddDocument(MakeDocument("d", ""));
  EXPECT_THAT(
      Changed([article](v1::ArticleRecord& record, auto&, auto&) { record.set_key_event_index(article); }),
      ElementsAre(v1::FINDING_CODE_KEY_EVENT_MISSING));
}

TEST_F(ArticleCheckTest, AKeyThatWasReplacedBefore) {
  const std::uint64_t old = log_.AddKeyEvent("news.example", publisher_.key());
  EXPECT_THAT(Changed([old](v1::ArticleRecord& record, auto&, auto&) { record.set_key_event_index(old); }),
              ElementsAre(v1::FINDING_CODE_KEY_EVENT_NOT_IN_FORCE));
}

TEST_F(ArticleCheckTest, AnotherPublishersKey) {
  PublisherKey key = publisher_.key();
  const std::uint64_t others = log_.AddKeyEvent("other.example", key);
  EXPECT_THAT(
      Changed([others](v1::ArticleRecord& record, auto&, auto&) { record.set_key_event_index(others); }),
      ElementsAre(v1::FINDING_CODE_KEY_EVENT_NOT_IN_FORCE));
}

// --- A keyring ---

TEST_F(ArticleCheckTest, AKeyringJudgesNow) {
  const std::uint64_t index = log_.AddDocument(document_, keyring_);
  const ArticleCheck valid = Check(index, nullptr, &keyring_, true);
  EXPECT_THAT(CodesOf(valid), IsEmpty());
  EXPECT_EQ(valid.verdict_now, Verdict::kValid);
  EXPECT_TRUE(valid.key_in_keyring);
  const Keyring revoked =
      publisher_.MakeKeyring([](PublisherKey& key) { key.revoked_at = TestTime() + absl::Hours(1); });
  const ArticleCheck since = Check(index, nullptr, &revoked, true, TestTime() + absl::Hours(2));
  EXPECT_THAT(CodesOf(since), IsEmpty());
  EXPECT_EQ(since.verdict_now, Verdict::kKeyRevoked);
  const Keyring nobody;
  EXPECT_EQ(Check(index, nullptr, &nobody, true).verdict_now, Verdict::kUnknownKey);
  EXPECT_THAT(CodesOf(Check(index, nullptr, &nobody, true)), IsEmpty());
}

TEST_F(ArticleCheckTest, AKeyThatTheAuditorDoesNotKnowAsThePublishers) {
  const std::uint64_t index = log_.AddDocument(document_, keyring_);
  const Keyring mine = other_.MakeKeyring();
  const ArticleCheck check = Check(index, nullptr, &mine, true);
  EXPECT_THAT(CodesOf(check), ElementsAre(v1::FINDING_CODE_KEY_NOT_TRUSTED));
  EXPECT_EQ(check.verdict_now, Verdict::kInvalid);
  EXPECT_FALSE(check.key_in_keyring);
  // The operator may have taken the key out of his keyring since.
  EXPECT_THAT(CodesOf(Check(index, nullptr, &mine, false)), IsEmpty());
}

}  // namespace
}  // namespace chirograph::article_check_test
