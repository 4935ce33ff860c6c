// SPDX-License-Identifier: Apache-2.0
#include "service/admission.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "crypto/limits.h"
#include "crypto/sha256.h"
#include "google/protobuf/util/message_differencer.h"
#include "proto/rpc_error.h"
#include "proto/stored_format.h"
#include "tests/service/fake_clock.h"
#include "tests/service/status_matchers.h"
#include "tests/service/test_publisher.h"

namespace chirograph::admission_test {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

ReceivedError ErrorOf(const absl::Status& status) { return ReadRpcStatus(ToRpcStatus(status)); }

// Of a test that looks at nothing but the reading.
template <typename Input>
absl::StatusOr<CheckedSubmission> Check(const Input& input) {
  return Admission(Keyring(), Policy()).Check(input, kTestNow);
}

v1::Opening OpeningOf(const PreparedArticle& prepared) { return ParseOpening(prepared.opening).value(); }

TEST(AdmissionTest, AMessageAndItsDocumentHaveTheSameCanonicalForm) {
  const v1::Article article = MakeArticle(7);
  const std::string document = MakeDocument(7);
  const auto as_message = Check(article);
  const auto as_document = Check(document);
  ASSERT_THAT(as_message, IsOk());
  ASSERT_THAT(as_document, IsOk());
  EXPECT_EQ(as_message->canonical_form, as_document->canonical_form);
  EXPECT_EQ(as_message->canonical_form, CanonicalForm(MakeArticle(7)).value());
  EXPECT_EQ(as_message->id.article_digest, Sha256(as_message->canonical_form));
  EXPECT_EQ(as_message->id.article_digest, as_document->id.article_digest);
  EXPECT_TRUE(MessageDifferencer::Equals(*as_message->article, *as_document->article));
}

TEST(AdmissionTest, ADocumentIsIdentifiedByItsBytesToo) {
  const v1::Article article = MakeArticle(7);
  const std::string document = MakeDocument(7);
  const auto as_message = Check(article);
  const auto as_document = Check(document);
  ASSERT_THAT(as_message, IsOk());
  ASSERT_THAT(as_document, IsOk());
  EXPECT_EQ(as_message->id.source_digest, std::nullopt);
  EXPECT_EQ(as_message->source_document, nullptr);
  EXPECT_EQ(as_document->id.source_digest, Sha256(document));
  EXPECT_EQ(as_document->source_document, &document);

  // A comment changes the bytes alone.
  std::string commented = document;
  commented.insert(4, "# for the editor\n");
  const auto other = Check(commented);
  ASSERT_THAT(other, IsOk());
  EXPECT_EQ(other->id.article_digest, as_document->id.article_digest);
  EXPECT_NE(other->id, as_document->id);
}

TEST(AdmissionTest, TheSecuredFieldsTextIsPartOfTheIdentityButNotOfTheDigest) {
  v1::Article article = MakeArticle(7);
  const auto unsigned_one = Check(article);
  article.set_secured("AAAA");
  const auto signed_one = Check(article);
  ASSERT_THAT(unsigned_one, IsOk());
  ASSERT_THAT(signed_one, IsOk());
  EXPECT_EQ(unsigned_one->id.secured_digest, std::nullopt);
  EXPECT_EQ(signed_one->id.secured_digest, Sha256("AAAA"));
  EXPECT_EQ(signed_one->id.article_digest, unsigned_one->id.article_digest);
}

TEST(AdmissionTest, AnEmptySecuredFieldIsNone) {
  v1::Article article = MakeArticle(7);
  article.set_secured("");
  const auto checked = Check(article);
  ASSERT_THAT(checked, IsOk());
  EXPECT_EQ(checked->id.secured_digest, std::nullopt);
  EXPECT_EQ(checked->result.verdict(), v1::VERDICT_UNSIGNED);
  EXPECT_EQ(checked->result.reason(), v1::VERDICT_REASON_EMPTY_SECURED_FIELD);
}

// --- The secured field ---

TEST(AdmissionTest, SaysThatASignatureVerifies) {
  const TestPublisher publisher(kTestDomain, "2026-ed", KeyAlgorithm::kEd25519, EnvelopeKind::kAes256Gcm);
  const Admission admission(KeyringOf({&publisher}), Policy());
  const v1::Article article = publisher.Article(1);
  const std::string document = publisher.Document(1);
  for (const Submission& submission : {Submission(&article), Submission(&document)}) {
    const auto checked = admission.Check(submission, kTestNow);
    ASSERT_THAT(checked, IsOk());
    EXPECT_EQ(checked->verification.verdict, Verdict::kValid);
    EXPECT_EQ(checked->verification.key, &admission.keyring().KeysFor(kTestDomain)[0]);
    EXPECT_EQ(checked->result.verdict(), v1::VERDICT_VALID);
    EXPECT_EQ(checked->result.key_id(), "2026-ed");
    EXPECT_EQ(checked->result.algorithm(), v1::KEY_ALGORITHM_ED25519);
    EXPECT_EQ(checked->result.publisher_domain(), kTestDomain);
    EXPECT_EQ(checked->result.policy_action(), v1::POLICY_ACTION_ACCEPT);
    EXPECT_EQ(FromTimestamp(checked->result.evaluated_at()), kTestNow);
    EXPECT_EQ(checked->result.article_digest(), AsBytes(checked->id.article_digest));
  }
}

TEST(AdmissionTest, JudgesAtTheTimeItIsGiven) {
  TestPublisher publisher;
  publisher.key.revoked_at = kTestNow;
  const Admission admission(KeyringOf({&publisher}), Policy());
  const v1::Article article = publisher.Article(1);
  const auto before = admission.Check(article, kTestNow - absl::Microseconds(1));
  const auto at = admission.Check(article, kTestNow);
  ASSERT_THAT(before, IsOk());
  ASSERT_THAT(at, IsOk());
  EXPECT_EQ(before->result.verdict(), v1::VERDICT_VALID);
  EXPECT_EQ(at->result.verdict(), v1::VERDICT_KEY_REVOKED);
  EXPECT_EQ(at->result.key_id(), "key-1");
}

TEST(AdmissionTest, ABadSignatureIsAVerdictAndNoError) {
  const TestPublisher publisher;
  const Admission admission(KeyringOf({&publisher}), Policy());
  v1::Article article = publisher.Article(1);
  article.set_title("Tampered");
  const auto checked = admission.Check(article, kTestNow);
  ASSERT_THAT(checked, IsOk());
  EXPECT_EQ(checked->result.verdict(), v1::VERDICT_INVALID);
  EXPECT_EQ(checked->result.policy_action(), v1::POLICY_ACTION_REJECT);
  EXPECT_EQ(checked->verification.key, nullptr);
  EXPECT_EQ(checked->result.key_id(), "");
}

TEST(AdmissionTest, AStrippedSignatureIsRejectedWhereThePublisherHasKeys) {
  const TestPublisher publisher;
  const Admission admission(KeyringOf({&publisher}), Policy());
  // The domain's case is nothing to it.
  for (const char* domain : {"news.example", "NEWS.Example"}) {
    const v1::Article article = MakeArticle(1, domain);
    const auto checked = admission.Check(article, kTestNow);
    ASSERT_THAT(checked, IsOk());
    EXPECT_EQ(checked->result.verdict(), v1::VERDICT_UNSIGNED);
    EXPECT_EQ(checked->result.publisher_domain(), "news.example");
    EXPECT_EQ(checked->result.policy_action(), v1::POLICY_ACTION_REJECT);
  }
  const v1::Article of_another = MakeArticle(1, "other.example");
  const auto other = admission.Check(of_another, kTestNow);
  ASSERT_THAT(other, IsOk());
  EXPECT_EQ(other->result.verdict(), v1::VERDICT_UNSIGNED);
  EXPECT_EQ(other->result.policy_action(), v1::POLICY_ACTION_ACCEPT);
}

TEST(AdmissionTest, AnArticleWithoutAPublisherIsUnknown) {
  v1::Article article = MakeArticle(1);
  article.set_secured("AAAA");
  article.clear_provider();
  const auto checked = Check(article);
  ASSERT_THAT(checked, IsOk());
  EXPECT_EQ(checked->result.verdict(), v1::VERDICT_UNKNOWN_KEY);
  EXPECT_EQ(checked->result.reason(), v1::VERDICT_REASON_NO_PUBLISHER);
  EXPECT_EQ(checked->result.publisher_domain(), "");
}

TEST(AdmissionTest, PolicyIsAskedForTheVerdict) {
  Policy policy;
  policy.Set(Verdict::kUnknownKey, PolicyAction::kReject);
  const Admission admission(Keyring(), policy);
  v1::Article article = MakeArticle(1);
  article.set_secured("AAAA");
  const auto checked = admission.Check(article, kTestNow);
  ASSERT_THAT(checked, IsOk());
  EXPECT_EQ(checked->result.policy_action(), v1::POLICY_ACTION_REJECT);
}

// --- What cannot be read ---

TEST(AdmissionTest, AnUnreadableDocumentSaysWhere) {
  const auto checked = Check(std::string("---\ntitle: One\ntitle: Two\n---\n"));
  EXPECT_EQ(checked.status().code(), absl::StatusCode::kInvalidArgument);
  const ReceivedError error = ErrorOf(checked.status());
  EXPECT_EQ(error.reason, v1::ERROR_REASON_DOCUMENT_UNREADABLE);
  EXPECT_THAT(error.metadata, UnorderedElementsAre(Pair("line", "3"), Pair("column", "1")));
  EXPECT_THAT(error.message, HasSubstr("line 3, column 1: "));
}

TEST(AdmissionTest, WhatIsNoDocumentSaysSo) {
  for (const std::string& bytes :
       {std::string(), std::string("Hello"), std::string("\0\xFF\xFE", 3), std::string("---\ntitle: A\n")}) {
    EXPECT_EQ(ReasonOf(Check(bytes).status()), v1::ERROR_REASON_DOCUMENT_UNREADABLE) << bytes;
  }
}

TEST(AdmissionTest, AMessageThatIsNotThatOfItsCanonicalFormNamesTheField) {
  v1::Article article = MakeArticle(1);
  (*article.mutable_extra()->mutable_fields())["heat"].set_number_value(3);
  const ReceivedError error = ErrorOf(Check(article).status());
  EXPECT_EQ(error.code, absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(error.reason, v1::ERROR_REASON_ARTICLE_NOT_CANONICAL);
  EXPECT_THAT(error.field_violations, ElementsAre(Pair("article.extra.heat", HasSubstr("fits the field"))));
}

TEST(AdmissionTest, ThePathOfAFieldIsWholeWhateverIsInItsNames) {
  v1::Article article = MakeArticle(1);
  auto& deep = *article.mutable_extra()->mutable_fields()->operator[]("odd: \"key\"").mutable_struct_value();
  deep.mutable_fields()->operator[]("x").set_number_value(-0.0);
  const ReceivedError error = ErrorOf(Check(article).status());
  EXPECT_EQ(error.reason, v1::ERROR_REASON_ARTICLE_NOT_CANONICAL);
  EXPECT_THAT(error.field_violations,
              ElementsAre(Pair(R"(article.extra["odd: \x22key\x22"].x)", HasSubstr("is -0"))));
}

TEST(AdmissionTest, AnUnknownFieldAtTheTopIsTheArticles) {
  v1::Article article = MakeArticle(1);
  article.GetReflection()->MutableUnknownFields(&article)->AddVarint(999, 1);
  const ReceivedError error = ErrorOf(Check(article).status());
  EXPECT_EQ(error.reason, v1::ERROR_REASON_ARTICLE_NOT_CANONICAL);
  EXPECT_THAT(error.field_violations, ElementsAre(Pair("article", HasSubstr("999"))));
}

// --- Limits: each is inclusive ---

TEST(AdmissionTest, TakesADocumentOfTheLimitAndRefusesOneByteMore) {
  std::string document = MakeDocument(1);
  document.resize(limits::kMaxSourceDocumentBytes, 'x');
  EXPECT_THAT(Check(document), IsOk());
  const absl::Status status = Check(document + "x").status();
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_ARTICLE_TOO_LARGE);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, "1572865 bytes; at most 1572864"));
}

TEST(AdmissionTest, RefusesACanonicalFormOverTheLimit) {
  v1::Article article = MakeArticle(1);
  const std::size_t other_bytes = CanonicalForm(article).value().size() - article.body().size();
  article.set_body(std::string(limits::kMaxCanonicalFormBytes - other_bytes + 1, 'x'));
  ASSERT_THAT(Check(article), IsOk());  // the line feed in the body took two bytes, "\n"
  article.set_body(article.body() + "x");
  EXPECT_EQ(ReasonOf(Check(article).status()), v1::ERROR_REASON_ARTICLE_TOO_LARGE);
}

TEST(AdmissionTest, RefusesASecuredFieldOverTheLimit) {
  v1::Article article = MakeArticle(1);
  article.set_secured(std::string(limits::kMaxSecuredFieldBytes, 'A'));
  const auto taken = Check(article);
  ASSERT_THAT(taken, IsOk());
  EXPECT_EQ(taken->result.verdict(), v1::VERDICT_UNKNOWN_KEY);
  article.set_secured(std::string(limits::kMaxSecuredFieldBytes + 1, 'A'));
  const absl::Status status = Check(article).status();
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_ARTICLE_TOO_LARGE);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, "secured field"));
}

TEST(AdmissionTest, RefusesAUrlOverTheLimitWhereItIsTheArticles) {
  v1::Article article = MakeArticle(1);
  const std::string longest(limits::kMaxUrlBytes, 'u');
  article.set_web_url(longest);
  article.set_original_url(longest + "u");  // not the one that counts
  EXPECT_THAT(Check(article), IsOk());
  article.set_web_url(longest + "u");
  EXPECT_EQ(ReasonOf(Check(article).status()), v1::ERROR_REASON_ARTICLE_TOO_LARGE);
  article.clear_web_url();
  EXPECT_EQ(ReasonOf(Check(article).status()), v1::ERROR_REASON_ARTICLE_TOO_LARGE);
  article.set_original_url(longest);
  EXPECT_THAT(Check(article), IsOk());
}

TEST(AdmissionTest, RefusesAMessageOfTooManyNodes) {
  v1::Article article = MakeArticle(1);
  for (int i = 0; i < 200'000; ++i) article.add_related();  // three bytes each, and 200 in memory
  const absl::Status status = Check(article).status();
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_ARTICLE_TOO_LARGE);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, "keys and values"));
}

TEST(AdmissionTest, RefusesADocumentWhoseMessageIsFarLarger) {
  // A zero takes two bytes of JSON, and eleven as a message; an alias repeats a thousand of them.
  std::string document = "---\nzeros: &zeros [0";
  for (int i = 1; i < 900; ++i) document += ",0";
  document += "]\n";
  for (int i = 0; i < 100; ++i) document += fmt::format("z{}: *zeros\n", i);
  document += "---\n";
  document += std::string(limits::kMaxSourceDocumentBytes - document.size(), 'x');
  const absl::Status status = Check(document).status();
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_ARTICLE_TOO_LARGE);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, "article as a message"));
}

// --- Prepare ---

TEST(AdmissionTest, TheOpeningTiesAnUnsignedMessageToItsContent) {
  const Admission admission{Keyring(), Policy()};
  const v1::Article article = MakeArticle(7);
  const auto prepared = admission.Prepare(admission.Check(article, kTestNow).value());
  ASSERT_THAT(prepared, IsOk());
  const v1::Opening opening = OpeningOf(*prepared);
  EXPECT_EQ(opening.version(), kOpeningVersion);
  EXPECT_EQ(opening.salt().size(), kSaltBytes);
  EXPECT_EQ(opening.article_digest(), AsBytes(Sha256(CanonicalForm(MakeArticle(7)).value())));
  EXPECT_FALSE(opening.has_source_digest());
  EXPECT_FALSE(opening.has_secured_digest());
  EXPECT_FALSE(opening.has_opened_signature());
  EXPECT_EQ(opening.publisher_domain(), "news.example");
  EXPECT_EQ(opening.url(), "https://news.example/7");
  EXPECT_EQ(opening.content_digest(), AsBytes(Sha256(prepared->content)));
  EXPECT_EQ(prepared->key, nullptr);

  const v1::Content content = ParseContent(prepared->content).value();
  EXPECT_TRUE(MessageDifferencer::Equals(content.article(), MakeArticle(7)));
  EXPECT_FALSE(content.has_source_document());
}

TEST(AdmissionTest, TheOpeningOfASignedDocumentHasTheSignatureItself) {
  const TestPublisher publisher(kTestDomain, "key-1", KeyAlgorithm::kEcdsaP256Sha256,
                                EnvelopeKind::kAes256Cbc);
  const Admission admission(KeyringOf({&publisher}), Policy());
  const std::string document = publisher.Document(7);
  auto checked = admission.Check(document, kTestNow).value();
  const std::string canonical_form = checked.canonical_form;
  const std::string secured = checked.article->secured();
  const auto prepared = admission.Prepare(std::move(checked));
  ASSERT_THAT(prepared, IsOk());
  const v1::Opening opening = OpeningOf(*prepared);
  EXPECT_EQ(opening.source_digest(), AsBytes(Sha256(document)));
  EXPECT_EQ(opening.secured_digest(), AsBytes(Sha256(secured)));
  EXPECT_TRUE(publisher.key.public_key->Verify(SigningInput(canonical_form), opening.opened_signature()));
  EXPECT_EQ(prepared->key, &admission.keyring().KeysFor(kTestDomain)[0]);

  const v1::Content content = ParseContent(prepared->content).value();
  EXPECT_EQ(content.source_document(), document);
  EXPECT_EQ(content.article().secured(), secured);
}

TEST(AdmissionTest, ASignatureThatDoesNotVerifyIsNotInTheOpening) {
  const TestPublisher publisher;
  const Admission admission(KeyringOf({&publisher}), Policy());
  v1::Article article = publisher.Article(7);
  article.set_title("Tampered");
  const auto prepared = admission.Prepare(admission.Check(article, kTestNow).value());
  ASSERT_THAT(prepared, IsOk());
  EXPECT_FALSE(OpeningOf(*prepared).has_opened_signature());
  EXPECT_TRUE(OpeningOf(*prepared).has_secured_digest());
}

TEST(AdmissionTest, SaltIsFreshEachTime) {
  const Admission admission{Keyring(), Policy()};
  const v1::Article article = MakeArticle(7);
  const auto checked = admission.Check(article, kTestNow);
  ASSERT_THAT(checked, IsOk());
  const auto first = admission.Prepare(*checked);
  const auto second = admission.Prepare(*checked);
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(first->id, second->id);
  EXPECT_NE(OpeningOf(*first).salt(), OpeningOf(*second).salt());
}

TEST(AdmissionTest, TheUrlIsThatOfTheWebElseTheOriginalElseNone) {
  const Admission admission{Keyring(), Policy()};
  const auto url_of = [&](const v1::Article& article) {
    return OpeningOf(admission.Prepare(admission.Check(article, kTestNow).value()).value()).url();
  };
  v1::Article article = MakeArticle(7);
  article.set_original_url("https://original.example/");
  EXPECT_EQ(url_of(article), "https://news.example/7");
  article.clear_web_url();
  EXPECT_EQ(url_of(article), "https://original.example/");
  article.clear_original_url();
  EXPECT_EQ(url_of(article), "");
}

TEST(AdmissionTest, AUrlOfAnotherTypeIsNoUrl) {
  const Admission admission{Keyring(), Policy()};
  v1::Article article = MakeArticle(7);
  article.clear_web_url();
  (*article.mutable_extra()->mutable_fields())["webUrl"].set_bool_value(true);
  const auto prepared = admission.Prepare(admission.Check(article, kTestNow).value());
  ASSERT_THAT(prepared, IsOk());
  EXPECT_EQ(OpeningOf(*prepared).url(), "");
}

TEST(AdmissionTest, WhatPolicyRejectsIsPreparedAllTheSame) {
  // The sequencer asks policy, after it has looked whether the article is there already.
  const TestPublisher publisher;
  const Admission admission(KeyringOf({&publisher}), Policy());
  const v1::Article article = MakeArticle(7);
  const auto checked = admission.Check(article, kTestNow);
  ASSERT_THAT(checked, IsOk());
  ASSERT_EQ(checked->result.policy_action(), v1::POLICY_ACTION_REJECT);
  const auto prepared = admission.Prepare(*checked);
  ASSERT_THAT(prepared, IsOk());
  EXPECT_EQ(prepared->result.policy_action(), v1::POLICY_ACTION_REJECT);
}

}  // namespace
}  // namespace chirograph::admission_test
