// SPDX-License-Identifier: Apache-2.0
#include "crypto/key_types.h"

#include <gtest/gtest.h>

namespace chirograph::key_types_test {
namespace {

TEST(KeyTypesTest, EachAlgorithmHasItsNameInKeyrings) {
  EXPECT_EQ(KeyAlgorithmName(KeyAlgorithm::kRsaPssSha256), "rsa-pss-sha256");
  EXPECT_EQ(KeyAlgorithmName(KeyAlgorithm::kRsaPkcs1Sha256), "rsa-pkcs1-sha256");
  EXPECT_EQ(KeyAlgorithmName(KeyAlgorithm::kEd25519), "ed25519");
  EXPECT_EQ(KeyAlgorithmName(KeyAlgorithm::kEcdsaP256Sha256), "ecdsa-p256-sha256");
}

TEST(KeyTypesTest, ReadsBackEachAlgorithm) {
  for (const KeyAlgorithm algorithm : {KeyAlgorithm::kRsaPssSha256, KeyAlgorithm::kRsaPkcs1Sha256,
                                       KeyAlgorithm::kEd25519, KeyAlgorithm::kEcdsaP256Sha256}) {
    EXPECT_EQ(KeyAlgorithmFromName(KeyAlgorithmName(algorithm)), algorithm);
  }
}

TEST(KeyTypesTest, KnowsNoOtherAlgorithm) {
  for (const char* name : {"", "unknown", "RSA-PSS-SHA256", "rsa-pss-sha512", "ed25519 ", "ed448"}) {
    EXPECT_EQ(KeyAlgorithmFromName(name), std::nullopt) << name;
  }
}

struct EnvelopeFacts {
  EnvelopeKind kind;
  const char* name;
  std::size_t key_bytes;
  std::size_t iv_bytes;
};

TEST(KeyTypesTest, EachEnvelopeHasItsNameAndLengths) {
  for (const EnvelopeFacts& facts : {EnvelopeFacts{EnvelopeKind::kNone, "none", 0, 0},
                                     EnvelopeFacts{EnvelopeKind::kAes128Cbc, "aes-128-cbc", 16, 16},
                                     EnvelopeFacts{EnvelopeKind::kAes256Cbc, "aes-256-cbc", 32, 16},
                                     EnvelopeFacts{EnvelopeKind::kAes256Gcm, "aes-256-gcm", 32, 12}}) {
    EXPECT_EQ(EnvelopeKindName(facts.kind), facts.name);
    EXPECT_EQ(EnvelopeKindFromName(facts.name), facts.kind);
    EXPECT_EQ(EnvelopeKeyBytes(facts.kind), facts.key_bytes) << facts.name;
    EXPECT_EQ(EnvelopeIvBytes(facts.kind), facts.iv_bytes) << facts.name;
  }
}

TEST(KeyTypesTest, KnowsNoOtherEnvelope) {
  for (const char* name : {"", "unknown", "None", "aes-192-cbc", "aes-128-gcm"}) {
    EXPECT_EQ(EnvelopeKindFromName(name), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace chirograph::key_types_test
