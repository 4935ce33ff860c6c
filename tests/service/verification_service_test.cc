// SPDX-License-Identifier: Apache-2.0
#include "service/verification_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "google/protobuf/util/message_differencer.h"
#include "tests/service/test_services.h"

namespace chirograph::verification_service_test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

v1::VerifyArticleRequest RequestFor(const v1::Article& article) {
  v1::VerifyArticleRequest request;
  *request.mutable_article() = article;
  return request;
}
v1::VerifyArticleRequest RequestFor(const std::string& document) {
  v1::VerifyArticleRequest request;
  request.set_source_document(document);
  return request;
}

using VerifyArticleTest = ServicesTest;

TEST_F(VerifyArticleTest, ChecksWithoutStoring) {
  for (const auto& request : {RequestFor(publisher_.Article(1)), RequestFor(publisher_.Document(1))}) {
    const auto answer = client().Verify(request);
    ASSERT_THAT(answer, IsAnswered());
    const v1::VerificationResult& result = answer->verification();
    EXPECT_EQ(result.verdict(), v1::VERDICT_VALID);
    EXPECT_EQ(result.reason(), v1::VERDICT_REASON_SIGNATURE_VERIFIED);
    EXPECT_EQ(result.key_id(), "key-1");
    EXPECT_EQ(result.publisher_domain(), kTestDomain);
    EXPECT_EQ(result.policy_action(), v1::POLICY_ACTION_ACCEPT);
    EXPECT_EQ(FromTimestamp(result.evaluated_at()), kTestNow);
    EXPECT_FALSE(answer->has_archived_index());
    EXPECT_FALSE(answer->has_canonical_form());
  }
  EXPECT_EQ(archive_.tree_size(), 1u);
}

TEST_F(VerifyArticleTest, ABadSignatureIsAVerdict) {
  v1::Article article = publisher_.Article(1);
  article.set_title("Tampered");
  const auto answer = client().Verify(RequestFor(article));
  ASSERT_THAT(answer, IsAnswered());
  EXPECT_EQ(answer->verification().verdict(), v1::VERDICT_INVALID);
  EXPECT_EQ(answer->verification().policy_action(), v1::POLICY_ACTION_REJECT);
}

TEST_F(VerifyArticleTest, SaysWhatPolicyWouldDo) {
  const auto stripped = client().Verify(RequestFor(MakeArticle(1)));
  ASSERT_THAT(stripped, IsAnswered());
  EXPECT_EQ(stripped->verification().verdict(), v1::VERDICT_UNSIGNED);
  EXPECT_EQ(stripped->verification().policy_action(), v1::POLICY_ACTION_REJECT);
  const auto other = client().Verify(RequestFor(MakeArticle(1, "unknown.example")));
  ASSERT_THAT(other, IsAnswered());
  EXPECT_EQ(other->verification().policy_action(), v1::POLICY_ACTION_ACCEPT);
}

TEST_F(VerifyArticleTest, SaysWhereTheSameSubmissionIsArchived) {
  ASSERT_THAT(client().Ingest(publisher_.Document(1)), IsAnswered());
  ASSERT_THAT(client().Ingest(publisher_.Document(2)), IsAnswered());
  const auto archived = client().Verify(RequestFor(publisher_.Document(2)));
  ASSERT_THAT(archived, IsAnswered());
  ASSERT_TRUE(archived->has_archived_index());
  EXPECT_EQ(archived->archived_index(), 2u);
  // The same article as a message is another submission.
  EXPECT_FALSE(client().Verify(RequestFor(publisher_.Article(2)))->has_archived_index());
}

TEST_F(VerifyArticleTest, IndexZeroIsAnIndex) {
  TestArchive archive;
  TestServices services(archive);
  ASSERT_THAT(services.client().Ingest(MakeArticle(1)), IsAnswered());
  const auto answer = services.client().Verify(RequestFor(MakeArticle(1)));
  ASSERT_THAT(answer, IsAnswered());
  ASSERT_TRUE(answer->has_archived_index());
  EXPECT_EQ(answer->archived_index(), 0u);
}

TEST_F(VerifyArticleTest, WhatIsCommittedButNotPublishedIsNotArchivedYet) {
  Gate gate;
  store().OnCommit([&gate](LogStore& inner, const LogBatch& batch) {
    CommitResult result = inner.Commit(batch);
    gate.Pass();
    return result;
  });
  auto held = archive_.Submit(publisher_.Article(1));
  gate.AwaitArrivals();
  EXPECT_FALSE(client().Verify(RequestFor(publisher_.Article(1)))->has_archived_index());
  gate.Open();
  ASSERT_TRUE(held.get().ok());
  EXPECT_TRUE(client().Verify(RequestFor(publisher_.Article(1)))->has_archived_index());
}

TEST_F(VerifyArticleTest, SendsTheCanonicalFormWhereItIsAskedFor) {
  for (auto request : {RequestFor(publisher_.Article(1)), RequestFor(publisher_.Document(1))}) {
    request.set_include_canonical_form(true);
    const auto answer = client().Verify(request);
    ASSERT_THAT(answer, IsAnswered());
    ASSERT_TRUE(answer->has_canonical_form());
    EXPECT_EQ(answer->canonical_form(), CanonicalForm(MakeArticle(1)).value());
    EXPECT_EQ(answer->verification().article_digest(), AsBytes(Sha256(answer->canonical_form())));
  }
}

TEST_F(VerifyArticleTest, AServiceCanSignWithTheCanonicalFormAlone) {
  auto request = RequestFor(MakeArticle(1));
  request.set_include_canonical_form(true);
  const std::string canonical_form = client().Verify(request)->canonical_form();
  v1::Article article = MakeArticle(1);
  article.set_secured(
      FormatSecuredField(publisher_.private_key().Sign("chirograph.article.v1\n" + canonical_form).value()));
  EXPECT_EQ(client().Verify(RequestFor(article))->verification().verdict(), v1::VERDICT_VALID);
}

TEST_F(VerifyArticleTest, JudgesAtTheTimeGiven) {
  TestPublisher publisher("times.example");
  publisher.key.not_before = kTestNow;
  publisher.key.not_after = kTestNow + absl::Hours(2);
  publisher.key.revoked_at = kTestNow + absl::Hours(1);
  TestArchive archive(KeyringOf({&publisher}));
  TestServices services(archive);
  const auto verdict_at = [&](absl::Time at) {
    auto request = RequestFor(publisher.Article(1));
    request.mutable_evaluated_at()->set_seconds(absl::ToUnixSeconds(at));
    request.mutable_evaluated_at()->set_nanos(
        static_cast<int>(absl::ToInt64Nanoseconds(at - absl::FromUnixSeconds(absl::ToUnixSeconds(at)))));
    const auto answer = services.client().Verify(request);
    EXPECT_THAT(answer, IsAnswered());
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(answer->verification().evaluated_at(),
                                                                   request.evaluated_at()));
    return answer->verification().reason();
  };
  EXPECT_EQ(verdict_at(kTestNow - absl::Nanoseconds(1)), v1::VERDICT_REASON_BEFORE_PERIOD);
  EXPECT_EQ(verdict_at(kTestNow), v1::VERDICT_REASON_SIGNATURE_VERIFIED);
  EXPECT_EQ(verdict_at(kTestNow + absl::Hours(1) - absl::Nanoseconds(1)),
            v1::VERDICT_REASON_SIGNATURE_VERIFIED);
  EXPECT_EQ(verdict_at(kTestNow + absl::Hours(1)), v1::VERDICT_REASON_REVOKED);
  EXPECT_EQ(verdict_at(kTestNow + absl::Hours(2)), v1::VERDICT_REASON_REVOKED);
  EXPECT_EQ(verdict_at(absl::FromUnixSeconds(-62135596800)), v1::VERDICT_REASON_BEFORE_PERIOD);  // year 1
}

TEST_F(VerifyArticleTest, RefusesATimeThatIsNone) {
  for (const auto& [seconds, nanos] : std::vector<std::pair<std::int64_t, int>>{
           {0, -1}, {0, 1'000'000'000}, {253402300800, 0}, {-62135596801, 0}}) {
    auto request = RequestFor(publisher_.Article(1));
    request.mutable_evaluated_at()->set_seconds(seconds);
    request.mutable_evaluated_at()->set_nanos(nanos);
    const auto answer = client().Verify(request);
    EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID));
    EXPECT_THAT(answer.error().field_violations,
                ElementsAre(Pair("evaluated_at", HasSubstr("0001 to 9999"))));
  }
}

TEST_F(VerifyArticleTest, RefusesARequestWithoutInput) {
  const auto answer = client().Verify(v1::VerifyArticleRequest());
  EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID));
  EXPECT_THAT(answer.error().field_violations, ElementsAre(Pair("input", ::testing::_)));
}

TEST_F(VerifyArticleTest, RefusesWhatCannotBeRead) {
  const auto unreadable = client().Verify(RequestFor(std::string("no document")));
  EXPECT_THAT(unreadable, IsRefusedAs(v1::ERROR_REASON_DOCUMENT_UNREADABLE));
  EXPECT_THAT(unreadable.error().metadata, Contains(Pair("line", "1")));
  v1::Article article;
  article.set_body(" \n");
  EXPECT_THAT(client().Verify(RequestFor(article)), IsRefusedAs(v1::ERROR_REASON_ARTICLE_NOT_CANONICAL));
  article.set_body(std::string(2 << 20, 'x'));
  EXPECT_THAT(client().Verify(RequestFor(article)), IsRefusedAs(v1::ERROR_REASON_ARTICLE_TOO_LARGE));
}

TEST_F(VerifyArticleTest, AStoreThatCannotBeAskedIsAnError) {
  store().SpoilFind(absl::UnavailableError("being opened again"));
  EXPECT_THAT(client().Verify(RequestFor(publisher_.Article(1))),
              IsRefusedAs(v1::ERROR_REASON_STORE_UNAVAILABLE));
  store().SpoilFind(absl::DataLossError("torn"));
  EXPECT_THAT(client().Verify(RequestFor(publisher_.Article(1))),
              IsRefusedAs(v1::ERROR_REASON_STORE_DAMAGED));
}

TEST_F(VerifyArticleTest, AnEmptyArticleIsOne) {
  const auto answer = client().Verify(RequestFor(v1::Article()));
  ASSERT_THAT(answer, IsAnswered());
  EXPECT_EQ(answer->verification().verdict(), v1::VERDICT_UNSIGNED);
  EXPECT_EQ(answer->verification().publisher_domain(), "");
  EXPECT_EQ(answer->verification().article_digest(), AsBytes(Sha256("{}")));
}

}  // namespace
}  // namespace chirograph::verification_service_test
