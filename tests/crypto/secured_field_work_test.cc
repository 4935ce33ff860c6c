// SPDX-License-Identifier: Apache-2.0
//
// VerifySecured: that the work it does does not tell why a field is INVALID.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/crypto/signer.h"

namespace chirograph::secured_field_work_test {
namespace {

struct Call {
  std::string message;
  std::string signature;
};

// Another key that notes what it is asked.
class ObservedKey final : public PublicKey {
 public:
  ObservedKey(std::shared_ptr<const PublicKey> key, std::vector<Call>* calls)
      : key_(std::move(key)), calls_(calls) {}
  KeyAlgorithm algorithm() const override { return key_->algorithm(); }
  const std::string& spki() const override { return key_->spki(); }
  std::size_t min_signature_bytes() const override { return key_->min_signature_bytes(); }
  std::size_t max_signature_bytes() const override { return key_->max_signature_bytes(); }
  bool Verify(std::string_view message, std::string_view signature) const override {
    calls_->push_back({std::string(message), std::string(signature)});
    return key_->Verify(message, signature);
  }

 private:
  const std::shared_ptr<const PublicKey> key_;
  std::vector<Call>* const calls_;
};

constexpr KeyAlgorithm kAlgorithms[] = {KeyAlgorithm::kRsaPssSha256, KeyAlgorithm::kRsaPkcs1Sha256,
                                        KeyAlgorithm::kEd25519, KeyAlgorithm::kEcdsaP256Sha256};
constexpr EnvelopeKind kEnvelopes[] = {EnvelopeKind::kNone, EnvelopeKind::kAes128Cbc,
                                       EnvelopeKind::kAes256Cbc, EnvelopeKind::kAes256Gcm};

SealedSignature SealedOf(const std::string& secured) {
  return std::get<SealedSignature>(std::get<ParsedSecuredField>(ParseSecuredField(secured)));
}

// `secured` with one bit of its ciphertext wrong, `from_end` bytes before its end.
std::string WithBitWrong(const std::string& secured, std::size_t from_end, unsigned char bit) {
  SealedSignature sealed = SealedOf(secured);
  char& byte = sealed.ciphertext[sealed.ciphertext.size() - from_end];
  byte = static_cast<char>(byte ^ static_cast<char>(bit));
  return FormatSecuredField(sealed);
}

// Fields that are INVALID, each for a reason of its own.
std::vector<std::pair<std::string, std::string>> InvalidFields(const Signer& signer) {
  std::vector<std::pair<std::string, std::string>> fields = {{"a wrong signature", signer.Sign("{}")}};
  const std::string good = signer.Sign();
  if (signer.key.envelope == EnvelopeKind::kAes256Gcm) {
    fields.emplace_back("a wrong tag", WithBitWrong(good, 1, 0x01));
    fields.emplace_back("a wrong ciphertext", WithBitWrong(good, 17, 0x01));
  } else if (signer.key.envelope != EnvelopeKind::kNone) {
    // In the block before, the bit is flipped in the plaintext of the last one: its end says how long the
    // padding is.
    fields.emplace_back("a padding of over 128", WithBitWrong(good, 17, 0x80));
    fields.emplace_back("a padding of another length", WithBitWrong(good, 17, 0x01));
    fields.emplace_back("a last block of noise", WithBitWrong(good, 1, 0x01));
    fields.emplace_back("a first block of noise", WithBitWrong(good, SealedOf(good).ciphertext.size(), 0x01));
  }
  return fields;
}

TEST(SecuredFieldWorkTest, EachInvalidFieldCostsOneVerificationOfFullSize) {
  for (const KeyAlgorithm algorithm : kAlgorithms) {
    for (const EnvelopeKind envelope : kEnvelopes) {
      const Signer signer = NewSigner("k", algorithm, envelope);
      std::vector<Call> calls;
      PublisherKey observed = signer.key;
      observed.public_key = std::make_shared<ObservedKey>(signer.key.public_key, &calls);
      const Keyring keyring = KeyringOf({observed});
      for (const auto& [what, field] : InvalidFields(signer)) {
        SCOPED_TRACE(std::string(KeyAlgorithmName(algorithm)) + " " +
                     std::string(EnvelopeKindName(envelope)) + " " + what);
        calls.clear();
        EXPECT_VERDICT(Verify(field, keyring), Verdict::kInvalid, VerdictReason::kDoesNotVerify);
        ASSERT_EQ(calls.size(), 1U);
        EXPECT_EQ(calls[0].message, SigningInput(kCanonical));
        EXPECT_GE(calls[0].signature.size(), observed.public_key->min_signature_bytes());
        EXPECT_LE(calls[0].signature.size(), observed.public_key->max_signature_bytes());
      }
      calls.clear();
      EXPECT_VERDICT(Verify(signer.Sign(), keyring), Verdict::kValid, VerdictReason::kSignatureVerified);
      EXPECT_EQ(calls.size(), 1U);
    }
  }
}

TEST(SecuredFieldWorkTest, WhatFitsNoKeyCostsNone) {
  const Signer signer = NewSigner("k", KeyAlgorithm::kEd25519, EnvelopeKind::kAes256Cbc);
  std::vector<Call> calls;
  PublisherKey observed = signer.key;
  observed.public_key = std::make_shared<ObservedKey>(signer.key.public_key, &calls);
  EXPECT_VERDICT(Verify("AAAA", KeyringOf({observed})), Verdict::kMalformed, VerdictReason::kFitsNoKey);
  EXPECT_TRUE(calls.empty());
}

}  // namespace
}  // namespace chirograph::secured_field_work_test
