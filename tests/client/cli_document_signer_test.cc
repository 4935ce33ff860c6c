// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "client/cli/document_signer.h"
#include "crypto/limits.h"
#include "crypto/source_position.h"
#include "tests/client/cli_fake_host.h"

namespace chirograph::cli_document_signer_test {
namespace {

using testing::HasSubstr;

class CliDocumentSignerTest : public testing::Test {
 protected:
  CliDocumentSignerTest() {
    auto private_key = PrivateKey::Generate(KeyAlgorithm::kEd25519);
    key_ = *MakeSigningKey("example.org", "test", *std::move(private_key), EnvelopeKind::kAes256Gcm,
                           std::string(32, 'k'));
  }

  // Signs, proves that nothing but the text between `before` and `after` is new, and returns that.
  std::string SignedPart(const std::string& document, const std::string& before, const std::string& after) {
    const auto made = SignDocument(document, key_, absl::Now());
    EXPECT_TRUE(made.ok()) << made.status();
    if (!made.ok()) return "";
    EXPECT_EQ(made->substr(0, before.size()), before);
    EXPECT_EQ(made->substr(made->size() - after.size()), after);
    const auto checked = CheckDocument(*made, key_.keyring, absl::Now());
    EXPECT_TRUE(checked.ok());
    EXPECT_EQ(checked->verification.verdict, Verdict::kValid);
    return made->substr(before.size(), made->size() - before.size() - after.size());
  }

  std::string SignError(const std::string& document) {
    const auto made = SignDocument(document, key_, absl::Now());
    EXPECT_FALSE(made.ok());
    return std::string(made.status().message());
  }

  SigningKey key_;
};

constexpr char kSecuredLine[] = "secured: \"[A-Za-z0-9+/]+=*;[A-Za-z0-9+/]+=*\"";

TEST_F(CliDocumentSignerTest, AddsTheLineAtTheEndOfTheFrontMatter) {
  const std::string head = "---\ntitle: A\nprovider:\n  domain: example.org\n";
  const std::string tail = "---\n\nThe body.\n";
  EXPECT_THAT(SignedPart(head + tail, head, tail), testing::MatchesRegex(std::string(kSecuredLine) + "\n"));
}

TEST_F(CliDocumentSignerTest, ReplacesTheLinesWhereTheyAre) {
  const std::string head = "---\nprovider: {domain: example.org}\n";
  const std::string tail = "title: A  # kept\n\n---\nBody";
  for (const char* secured : {"secured: old\n", "secured:\n", "secured: null\n",
                              "secured: >-\n  folded\n  text\n", "\"secured\": 'x'\n"}) {
    EXPECT_THAT(SignedPart(head + secured + tail, head, tail),
                testing::MatchesRegex(std::string(kSecuredLine) + "\n"))
        << secured;
  }
}

TEST_F(CliDocumentSignerTest, KeepsCarriageReturnsAndTheByteOrderMark) {
  const std::string head = "\xEF\xBB\xBF---\r\nprovider:\r\n  domain: example.org\r\n";
  const std::string tail = "---\r\nbody\n";
  EXPECT_THAT(SignedPart(head + tail, head, tail), testing::MatchesRegex(std::string(kSecuredLine) + "\r\n"));
  EXPECT_THAT(SignedPart(head + "secured: x\r\n" + tail, head, tail),
              testing::MatchesRegex(std::string(kSecuredLine) + "\r\n"));
}

TEST_F(CliDocumentSignerTest, SignsADocumentWithoutABodyOrALastLineFeed) {
  const std::string head = "---\nprovider: {domain: EXAMPLE.org}\n";
  EXPECT_THAT(SignedPart(head + "---", head, "---"), testing::MatchesRegex(std::string(kSecuredLine) + "\n"));
}

TEST_F(CliDocumentSignerTest, KeepsABlockScalarThatEndsTheFrontMatter) {
  const std::string head = "---\nprovider: {domain: example.org}\ntext: |+\n  line\n\n\n";
  EXPECT_THAT(SignedPart(head + "---\n", head, "---\n"), HasSubstr("secured:"));
}

TEST_F(CliDocumentSignerTest, SigningAgainChangesOnlyTheField) {
  const std::string document = "---\nprovider: {domain: example.org}\n---\n";
  const auto once = SignDocument(document, key_, absl::Now());
  ASSERT_TRUE(once.ok());
  const auto twice = SignDocument(*once, key_, absl::Now());
  ASSERT_TRUE(twice.ok());
  EXPECT_NE(*once, *twice);  // another nonce
  EXPECT_EQ(once->size(), twice->size());
}

TEST_F(CliDocumentSignerTest, RefusesAnotherPublishersArticleNamingBoth) {
  const std::string message = SignError("---\nprovider: {domain: other.example}\n---\n");
  EXPECT_THAT(message, HasSubstr("other.example"));
  EXPECT_THAT(message, HasSubstr("example.org"));
}

TEST_F(CliDocumentSignerTest, RefusesAnArticleWithoutAPublisher) {
  EXPECT_THAT(SignError("---\ntitle: A\n---\n"), HasSubstr("names no publisher"));
  EXPECT_THAT(SignError("---\nprovider: {domain: 12}\n---\n"), HasSubstr("names no publisher"));
}

TEST_F(CliDocumentSignerTest, RefusesToReplaceAnAnchorThatIsUsed) {
  const std::string message =
      SignError("---\nprovider: {domain: example.org}\nsecured: &s old\ncopy: *s\n---\n");
  EXPECT_THAT(message, HasSubstr("anchor"));
}

TEST_F(CliDocumentSignerTest, SaysWhichLimitTheSignatureWouldBringItOver) {
  const std::string head = "---\nprovider: {domain: example.org}\n";
  const std::string front =
      head + "# " + std::string(limits::kMaxFrontMatterBytes - head.size() + 4 - 20, 'x') + "\n";
  for (const std::string& secured : {std::string(), std::string("secured: x\n")}) {
    EXPECT_THAT(SignError(front + secured + "---\n"),
                testing::AllOf(HasSubstr("nothing was written: the front matter has 10"),
                               HasSubstr("at most 1048576 are allowed"), testing::Not(HasSubstr("anchor"))));
  }
  const std::string body(limits::kMaxSourceDocumentBytes - head.size() - 10, 'x');
  EXPECT_THAT(SignError(head + "---\n" + body), HasSubstr("nothing was written: the document has 15"));
}

TEST_F(CliDocumentSignerTest, PassesOnWhereADocumentCannotBeRead) {
  const auto made = SignDocument("---\na: 1\na: 2\n---\n", key_, absl::Now());
  ASSERT_FALSE(made.ok());
  ASSERT_TRUE(PositionOf(made.status()).has_value());
  EXPECT_EQ(PositionOf(made.status())->line, 3);
}

}  // namespace
}  // namespace chirograph::cli_document_signer_test
