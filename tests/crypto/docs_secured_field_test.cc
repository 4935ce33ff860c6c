// SPDX-License-Identifier: Apache-2.0
//
// The worked example in docs/secured-field.md, whose values Node's crypto module made.
#include <gtest/gtest.h>

#include <string>

#include "crypto/encoding.h"
#include "crypto/keyring.h"
#include "crypto/secured_field.h"
#include "crypto/sha256.h"
#include "tests/doc_example.h"

namespace chirograph::docs_secured_field_test {
namespace {

constexpr char kPage[] = "secured-field.md";

SecuredVerification Verify(const std::string& canonical_form, const std::string& secured,
                           EnvelopeKind envelope, const std::string& envelope_key) {
  auto key = PublicKey::FromPem(DocBlock(kPage, "public-key"), KeyAlgorithm::kEd25519);
  EXPECT_TRUE(key.ok()) << key.status();
  auto keyring = Keyring::Create(
      {{"news.example",
        {{.id = "k", .public_key = *key, .envelope = envelope, .envelope_key = envelope_key}}}});
  EXPECT_TRUE(keyring.ok()) << keyring.status();
  SecuredVerification verification =
      VerifySecured({.canonical_form = canonical_form, .secured = secured, .provider_domain = "news.example"},
                    *keyring, absl::UnixEpoch());
  verification.key = nullptr;  // the keyring is gone when this returns
  return verification;
}

TEST(DocsSecuredField, ArticleDigestIsThatOfTheCanonicalForm) {
  EXPECT_EQ(ToHex(Sha256(DocLine(kPage, "canonical-form"))), DocLine(kPage, "article-digest"));
}

TEST(DocsSecuredField, EachFieldIsValidUnderItsEnvelope) {
  const std::string canonical = DocLine(kPage, "canonical-form");
  const std::string envelope_key = HexDecode(DocLine(kPage, "envelope-key")).value_or("");
  EXPECT_EQ(Verify(canonical, DocLine(kPage, "secured-none"), EnvelopeKind::kNone, "").verdict,
            Verdict::kValid);
  EXPECT_EQ(Verify(canonical, DocLine(kPage, "secured-cbc"), EnvelopeKind::kAes256Cbc, envelope_key).verdict,
            Verdict::kValid);
  EXPECT_EQ(Verify(canonical, DocLine(kPage, "secured-gcm"), EnvelopeKind::kAes256Gcm, envelope_key).verdict,
            Verdict::kValid);
}

TEST(DocsSecuredField, AllThreeCarryTheSameSignature) {
  const std::string canonical = DocLine(kPage, "canonical-form");
  const std::string envelope_key = HexDecode(DocLine(kPage, "envelope-key")).value_or("");
  const std::string signature = Base64Decode(DocLine(kPage, "secured-none")).value_or("");
  EXPECT_EQ(Verify(canonical, DocLine(kPage, "secured-cbc"), EnvelopeKind::kAes256Cbc, envelope_key)
                .opened_signature,
            signature);
  EXPECT_EQ(Verify(canonical, DocLine(kPage, "secured-gcm"), EnvelopeKind::kAes256Gcm, envelope_key)
                .opened_signature,
            signature);
}

TEST(DocsSecuredField, AnotherCanonicalFormIsInvalid) {
  EXPECT_EQ(Verify(R"({"provider":{"domain":"news.example"},"title":"hello"})",
                   DocLine(kPage, "secured-none"), EnvelopeKind::kNone, "")
                .verdict,
            Verdict::kInvalid);
}

}  // namespace
}  // namespace chirograph::docs_secured_field_test
