// SPDX-License-Identifier: Apache-2.0
//
// PublicKey against the signature vectors of C2SP/wycheproof.
#include <openssl/err.h>

#include "crypto/public_key.h"
#include "tests/crypto/wycheproof.h"

namespace chirograph::wycheproof_signature_test {
namespace {

struct SignatureFile {
  std::string name;
  KeyAlgorithm algorithm;
  WycheproofCount expected;
};

void PrintTo(const SignatureFile& file, std::ostream* out) { *out << file.name; }

class WycheproofSignatureTest : public testing::TestWithParam<SignatureFile> {};

// "Acceptable" ones are PKCS #1 signatures without the NULL in DigestInfo, which RFC 8017 lets a verifier
// take or not. Not: a signature has one spelling here.
TEST_P(WycheproofSignatureTest, VerifiesWhatIsValidAndNothingElse) {
  CHIROGRAPH_LOAD_WYCHEPROOF_OR_SKIP(file, GetParam().name);
  WycheproofCount count;
  for (const nlohmann::json& group : file->at("testGroups")) {
    const auto key = PublicKey::FromPem(group.at("publicKeyPem").get<std::string>(), GetParam().algorithm);
    ASSERT_TRUE(key.ok()) << key.status();
    EXPECT_EQ((*key)->spki(), BytesOf(group.at("publicKeyDer")));
    for (const nlohmann::json& vector : group.at("tests")) {
      const std::string result = vector.at("result");
      EXPECT_EQ((*key)->Verify(BytesOf(vector.at("msg")), BytesOf(vector.at("sig"))), result == "valid")
          << vector.at("tcId") << ": " << vector.at("comment");
      EXPECT_EQ(ERR_peek_error(), 0u);
      count.Add(result);
    }
  }
  EXPECT_EQ(count, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Files, WycheproofSignatureTest,
    testing::Values(
        SignatureFile{"rsa_pss_2048_sha256_mgf1_32_test.json", KeyAlgorithm::kRsaPssSha256, {63, 45, 0, 0}},
        SignatureFile{"rsa_pss_3072_sha256_mgf1_32_test.json", KeyAlgorithm::kRsaPssSha256, {63, 45, 0, 0}},
        SignatureFile{"rsa_signature_2048_sha256_test.json", KeyAlgorithm::kRsaPkcs1Sha256, {9, 249, 1, 0}},
        SignatureFile{"rsa_signature_3072_sha256_test.json", KeyAlgorithm::kRsaPkcs1Sha256, {8, 250, 1, 0}},
        SignatureFile{"ed25519_test.json", KeyAlgorithm::kEd25519, {88, 63, 0, 0}},
        SignatureFile{"ecdsa_secp256r1_sha256_test.json", KeyAlgorithm::kEcdsaP256Sha256, {174, 310, 0, 0}}),
    [](const auto& file) { return file.param.name.substr(0, file.param.name.rfind("_test")); });

}  // namespace
}  // namespace chirograph::wycheproof_signature_test
