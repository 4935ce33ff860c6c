// SPDX-License-Identifier: Apache-2.0
//
// What a signature is worth is proved in tests/crypto; here, that the right document, keyring and time are
// asked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/document_check.h"
#include "crypto/source_position.h"
#include "tests/client/test_log.h"

namespace chirograph::cli_document_check_test {
namespace {

class CliDocumentCheckTest : public testing::Test {
 protected:
  const TestPublisher publisher_{"news.example"};
  const Keyring keyring_ = publisher_.MakeKeyring();
};

TEST_F(CliDocumentCheckTest, ASignedDocumentIsValidAndItsDigestIsOfTheCanonicalForm) {
  const auto checked = CheckDocument(MakeSignedDocument("t", publisher_), keyring_, TestTime());
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(checked->verification.verdict, Verdict::kValid);
  EXPECT_EQ(checked->verification.publisher_domain, "news.example");
  EXPECT_EQ(checked->article.title(), "t");
  EXPECT_EQ(checked->article_digest, Sha256(checked->canonical_form));
  // The signature is not part of what is signed.
  const auto unsigned_one = CheckDocument(MakeDocument("t", "news.example"), keyring_, TestTime());
  ASSERT_TRUE(unsigned_one.ok()) << unsigned_one.status();
  EXPECT_EQ(unsigned_one->article_digest, checked->article_digest);
}

TEST_F(CliDocumentCheckTest, TheVerificationPointsIntoTheCallersKeyring) {
  const auto checked = CheckDocument(MakeSignedDocument("t", publisher_), keyring_, TestTime());
  ASSERT_TRUE(checked.ok()) << checked.status();
  ASSERT_NE(checked->verification.key, nullptr);
  EXPECT_EQ(checked->verification.key->id, publisher_.key().id);
}

TEST_F(CliDocumentCheckTest, ADocumentWhoseSecuredFieldIsMissingOrEmptyIsUnsigned) {
  EXPECT_EQ(CheckDocument(MakeDocument("t", "news.example"), keyring_, TestTime())->verification.reason,
            VerdictReason::kNoSecuredField);
  EXPECT_EQ(CheckDocument(MakeDocument("t", "news.example", ""), keyring_, TestTime())->verification.reason,
            VerdictReason::kNoSecuredField);
}

TEST_F(CliDocumentCheckTest, ADocumentOfNobodyHasNoPublisher) {
  const auto checked = CheckDocument(MakeDocument("t", "", "AAAA"), keyring_, TestTime());
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(checked->verification.reason, VerdictReason::kNoPublisher);
  EXPECT_EQ(checked->verification.publisher_domain, "");
}

TEST_F(CliDocumentCheckTest, AnotherDocumentUnderTheSameSignatureIsInvalid) {
  const auto signed_one = CheckDocument(MakeSignedDocument("t", publisher_), keyring_, TestTime());
  ASSERT_TRUE(signed_one.ok()) << signed_one.status();
  const std::string other = MakeDocument("u", "news.example", signed_one->article.secured());
  EXPECT_EQ(CheckDocument(other, keyring_, TestTime())->verification.verdict, Verdict::kInvalid);
}

TEST_F(CliDocumentCheckTest, KeysAreJudgedAtTheTimeThatIsAsked) {
  const Keyring revoked = publisher_.MakeKeyring([](PublisherKey& key) { key.revoked_at = TestTime(); });
  const std::string document = MakeSignedDocument("t", publisher_);
  EXPECT_EQ(CheckDocument(document, revoked, TestTime() - absl::Seconds(1))->verification.verdict,
            Verdict::kValid);
  EXPECT_EQ(CheckDocument(document, revoked, TestTime())->verification.verdict, Verdict::kKeyRevoked);
}

TEST_F(CliDocumentCheckTest, WhatIsNoDocumentIsAnErrorWithItsPlace) {
  const absl::Status status = CheckDocument("---\ntitle: a\ntitle: b\n---\n", keyring_, TestTime()).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_EQ(PositionOf(status), (SourcePosition{3, 1}));
}

}  // namespace
}  // namespace chirograph::cli_document_check_test
