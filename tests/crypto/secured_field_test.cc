// SPDX-License-Identifier: Apache-2.0
#include "crypto/secured_field.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "crypto/encoding.h"
#include "tests/crypto/signer.h"

namespace chirograph::secured_field_test {
namespace {

constexpr KeyAlgorithm kAlgorithms[] = {KeyAlgorithm::kRsaPssSha256, KeyAlgorithm::kRsaPkcs1Sha256,
                                        KeyAlgorithm::kEd25519, KeyAlgorithm::kEcdsaP256Sha256};
constexpr EnvelopeKind kEnvelopes[] = {EnvelopeKind::kNone, EnvelopeKind::kAes128Cbc,
                                       EnvelopeKind::kAes256Cbc, EnvelopeKind::kAes256Gcm};

TEST(SigningInputTest, Is22BytesAndTheCanonicalForm) {
  EXPECT_EQ(kSigningPrefix.size(), 22u);
  EXPECT_EQ(SigningInput("{}"), "chirograph.article.v1\n{}");
}

// --- Grammar ---

VerdictReason GrammarErrorOf(std::string_view secured) {
  const auto parsed = ParseSecuredField(secured);
  const auto* const reason = std::get_if<VerdictReason>(&parsed);
  EXPECT_NE(reason, nullptr) << secured;
  return reason != nullptr ? *reason : VerdictReason::kSignatureVerified;
}

TEST(SecuredFieldGrammarTest, TakesOnePart) {
  const auto parsed = ParseSecuredField("AQID");
  ASSERT_TRUE(std::holds_alternative<ParsedSecuredField>(parsed));
  EXPECT_EQ(std::get<std::string>(std::get<ParsedSecuredField>(parsed)), "\x01\x02\x03");
}

TEST(SecuredFieldGrammarTest, TakesTwoParts) {
  const auto parsed = ParseSecuredField("AQID;BA==");
  ASSERT_TRUE(std::holds_alternative<ParsedSecuredField>(parsed));
  const auto& sealed = std::get<SealedSignature>(std::get<ParsedSecuredField>(parsed));
  EXPECT_EQ(sealed.ciphertext, "\x01\x02\x03");
  EXPECT_EQ(sealed.iv, "\x04");
}

TEST(SecuredFieldGrammarTest, IsWhatFormatWrites) {
  for (const ParsedSecuredField& field :
       {ParsedSecuredField(std::string("s")), ParsedSecuredField(SealedSignature{"cc", "i"})}) {
    const std::string text = FormatSecuredField(field);
    const auto again = ParseSecuredField(text);
    ASSERT_TRUE(std::holds_alternative<ParsedSecuredField>(again)) << text;
    EXPECT_EQ(FormatSecuredField(std::get<ParsedSecuredField>(again)), text);
  }
  EXPECT_EQ(FormatSecuredField(SealedSignature{"cc", "i"}), "Y2M=;aQ==");
}

TEST(SecuredFieldGrammarTest, RefusesEmptyPartsAndAThird) {
  for (const char* text : {"", ";", "AQID;", ";AQID", "AQID;AQID;", "AQID;;AQID", "AQID;AQID;AQID", ";;"}) {
    EXPECT_EQ(GrammarErrorOf(text), VerdictReason::kWrongParts) << text;
  }
}

TEST(SecuredFieldGrammarTest, RefusesWhatIsNotCanonicalBase64) {
  for (const char* text : {"A",         "AA",
                           "AAA",       "AA=",
                           "AA==A",     "AB==",
                           "AAB=",      "====",
                           "QQ=A",      "A Q I D",
                           " AQID",     "AQID ",
                           "AQID\n",    "AQI-",
                           "AQI_",      "AQ\tID",
                           "AQID,AQID", "AQID;AQ",
                           "AQID;AB==", "AQID; AQID",
                           "AQ!D;AQID", "\xc3\xa4\xc3\xa4",
                           "12345"}) {
    EXPECT_EQ(GrammarErrorOf(text), VerdictReason::kNotBase64) << text;
  }
  EXPECT_EQ(GrammarErrorOf(std::string_view("AQID\0", 5)), VerdictReason::kNotBase64);
  EXPECT_EQ(GrammarErrorOf(std::string_view("AQI\0", 4)), VerdictReason::kNotBase64);
}

TEST(SecuredFieldGrammarTest, RefusesFarMoreCharactersThanAnyKeyNeeds) {
  EXPECT_TRUE(std::holds_alternative<ParsedSecuredField>(ParseSecuredField(std::string(16384, 'A'))));
  EXPECT_EQ(GrammarErrorOf(std::string(16388, 'A')), VerdictReason::kTooLong);
  EXPECT_EQ(GrammarErrorOf(std::string(1 << 20, ';')), VerdictReason::kTooLong);
}

// --- Each algorithm in each envelope ---

class EachKindTest : public testing::TestWithParam<std::tuple<KeyAlgorithm, EnvelopeKind>> {
 protected:
  EachKindTest()
      : signer_(NewSigner("k", std::get<0>(GetParam()), std::get<1>(GetParam()))),
        keyring_(KeyringOf({signer_.key})) {}
  const Signer signer_;
  const Keyring keyring_;
};

INSTANTIATE_TEST_SUITE_P(Kinds, EachKindTest,
                         testing::Combine(testing::ValuesIn(kAlgorithms), testing::ValuesIn(kEnvelopes)));

TEST_P(EachKindTest, WhatIsMadeIsValid) {
  const std::string secured = signer_.Sign();
  const SecuredVerification result = Verify(secured, keyring_);
  EXPECT_VERDICT(result, Verdict::kValid, VerdictReason::kSignatureVerified);
  EXPECT_EQ(result.publisher_domain, kDomain);
  EXPECT_EQ(result.key, &keyring_.KeysFor(kDomain)[0]);
  EXPECT_TRUE(signer_.key.public_key->Verify(SigningInput(kCanonical), result.opened_signature));
}

TEST_P(EachKindTest, AnotherArticleIsInvalid) {
  EXPECT_VERDICT(Verify(signer_.Sign(R"({"title":"U"})"), keyring_), Verdict::kInvalid,
                 VerdictReason::kDoesNotVerify);
}

TEST_P(EachKindTest, ASignatureWithoutThePrefixIsInvalid) {
  ParsedSecuredField field = signer_.private_key->Sign(kCanonical).value();
  if (signer_.key.envelope != EnvelopeKind::kNone) {
    field =
        SealEnvelope(signer_.key.envelope, signer_.key.envelope_key, std::get<std::string>(field)).value();
  }
  EXPECT_VERDICT(Verify(FormatSecuredField(field), keyring_), Verdict::kInvalid,
                 VerdictReason::kDoesNotVerify);
}

// Bad padding, a bad tag and a bad signature are one answer; no spoilt byte verifies.
TEST_P(EachKindTest, EverySpoiltByteIsInvalid) {
  const auto parsed = ParseSecuredField(signer_.Sign());
  const ParsedSecuredField& good = std::get<ParsedSecuredField>(parsed);
  const bool is_sealed = std::holds_alternative<SealedSignature>(good);
  const std::size_t first_bytes =
      is_sealed ? std::get<SealedSignature>(good).ciphertext.size() : std::get<std::string>(good).size();
  for (std::size_t at = 0; at < first_bytes + EnvelopeIvBytes(signer_.key.envelope); ++at) {
    ParsedSecuredField spoilt = good;
    std::string& part = !is_sealed         ? std::get<std::string>(spoilt)
                        : at < first_bytes ? std::get<SealedSignature>(spoilt).ciphertext
                                           : std::get<SealedSignature>(spoilt).iv;
    char& byte = part[at < first_bytes ? at : at - first_bytes];
    byte = static_cast<char>(byte ^ (1 << at % 8));
    EXPECT_VERDICT(Verify(FormatSecuredField(spoilt), keyring_), Verdict::kInvalid,
                   VerdictReason::kDoesNotVerify);
  }
}

TEST_P(EachKindTest, OtherLengthsAreMalformed) {
  const auto parsed = ParseSecuredField(signer_.Sign());
  const ParsedSecuredField& good = std::get<ParsedSecuredField>(parsed);
  std::vector<ParsedSecuredField> others;
  if (const auto* const sealed = std::get_if<SealedSignature>(&good)) {
    others.emplace_back(sealed->ciphertext);  // no IV
    others.emplace_back(SealedSignature{sealed->ciphertext, sealed->iv.substr(1)});
    others.emplace_back(SealedSignature{sealed->ciphertext, sealed->iv + "i"});
    others.emplace_back(SealedSignature{sealed->ciphertext + std::string(64, 'c'), sealed->iv});
    others.emplace_back(SealedSignature{sealed->ciphertext.substr(0, 7), sealed->iv});
  } else {
    const auto& signature = std::get<std::string>(good);
    others.emplace_back(SealedSignature{signature, std::string(16, 'i')});
    others.emplace_back(signature + std::string(9, 's'));
    others.emplace_back(signature.substr(0, 7));
  }
  for (const ParsedSecuredField& other : others) {
    EXPECT_VERDICT(Verify(FormatSecuredField(other), keyring_), Verdict::kMalformed,
                   VerdictReason::kFitsNoKey);
  }
}

TEST(SecuredFieldTest, AnotherEnvelopeKeyIsInvalid) {
  for (const EnvelopeKind kind :
       {EnvelopeKind::kAes128Cbc, EnvelopeKind::kAes256Cbc, EnvelopeKind::kAes256Gcm}) {
    for (const KeyAlgorithm algorithm : {KeyAlgorithm::kEd25519, KeyAlgorithm::kEcdsaP256Sha256}) {
      const Signer signer = NewSigner("k", algorithm, kind);
      Signer other = signer;
      other.key.envelope_key.back() = 'x';
      EXPECT_VERDICT(Verify(other.Sign(), KeyringOf({signer.key})), Verdict::kInvalid,
                     VerdictReason::kDoesNotVerify);
    }
  }
}

// --- Making one ---

TEST(MakeSecuredFieldTest, HasTheSeedsShape) {
  const std::string secured = NewSigner("k", KeyAlgorithm::kRsaPssSha256, EnvelopeKind::kAes256Cbc).Sign();
  const std::size_t separator = secured.find(';');
  ASSERT_NE(separator, std::string::npos);
  EXPECT_EQ(Base64Decode(secured.substr(0, separator)).value().size(), 272u);
  EXPECT_EQ(Base64Decode(secured.substr(separator + 1)).value().size(), 16u);
}

TEST(MakeSecuredFieldTest, RefusesAnEnvelopeKeyOfTheWrongLength) {
  const Signer signer = NewSigner("k");
  for (const EnvelopeKind kind : kEnvelopes) {
    for (const std::size_t size : {1, 15, 17, 31, 33}) {
      EXPECT_EQ(
          MakeSecuredField(kCanonical, *signer.private_key, kind, std::string(size, 'e')).status().code(),
          absl::StatusCode::kInvalidArgument);
    }
  }
}

// A private key that signs badly, as failing memory would.
class Faulty final : public PrivateKey {
 public:
  explicit Faulty(std::shared_ptr<const PrivateKey> key) : key_(std::move(key)) {}
  KeyAlgorithm algorithm() const override { return key_->algorithm(); }
  absl::StatusOr<std::string> ToPem() const override { return key_->ToPem(); }
  absl::StatusOr<std::string> PublicPem() const override { return key_->PublicPem(); }
  absl::StatusOr<std::string> PublicSpki() const override { return key_->PublicSpki(); }
  absl::StatusOr<std::string> Sign(std::string_view message) const override {
    std::string signature = key_->Sign(message).value();
    signature[20] = static_cast<char>(signature[20] ^ 1);
    return signature;
  }

 private:
  const std::shared_ptr<const PrivateKey> key_;
};

TEST(MakeSecuredFieldTest, NeverGivesOutAFaultySignature) {
  for (const EnvelopeKind kind : kEnvelopes) {
    const Signer signer = NewSigner("k", KeyAlgorithm::kEd25519, kind);
    const auto secured =
        MakeSecuredField(kCanonical, Faulty(signer.private_key), kind, signer.key.envelope_key);
    EXPECT_EQ(secured.status().code(), absl::StatusCode::kInternal);
  }
}

// --- Threads ---

TEST(SecuredFieldThreadsTest, ShareOneKeyring) {
  const Signer rsa = NewSigner("rsa", KeyAlgorithm::kRsaPssSha256, EnvelopeKind::kAes256Cbc);
  const Signer gcm = NewSigner("gcm", KeyAlgorithm::kEd25519, EnvelopeKind::kAes256Gcm);
  const Keyring keyring = KeyringOf({rsa.key, gcm.key});
  const std::string good[] = {rsa.Sign(), gcm.Sign()};
  const std::string bad[] = {rsa.Sign("{}"), gcm.Sign("{}")};
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        const bool is_good = (i + t) % 2 == 0;
        const std::string& secured = is_good ? good[i / 2 % 2] : bad[i / 2 % 2];
        wrong += Verify(secured, keyring).verdict != (is_good ? Verdict::kValid : Verdict::kInvalid) ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace chirograph::secured_field_test
