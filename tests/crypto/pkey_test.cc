// SPDX-License-Identifier: Apache-2.0
//
// What SetSignatureParameters sets is seen in the signatures of public_key_test.cc.
#include "crypto/internal/pkey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>

#include <string>
#include <string_view>

#include "crypto/encoding.h"
#include "tests/crypto/openssl_key.h"

namespace chirograph::internal::pkey_test {
namespace {

using testing::HasSubstr;

// The message with which CheckKey refuses the key, or "good".
std::string Check(const PkeyPtr& key, KeyAlgorithm algorithm) {
  const absl::Status status = CheckKey(key.get(), EncodeSpki(key.get()).value(), algorithm);
  if (status.ok()) return "good";
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ERR_peek_error(), 0u) << "an error is left in OpenSSL's queue";
  return std::string(status.message());
}

// Of an RSA key of these numbers. Odd ones stand for moduli, which nobody can tell without their factors.
std::string CheckRsa(const std::string& modulus_hex, const std::string& exponent_hex) {
  return Check(MakeRsaPublicKey(modulus_hex, exponent_hex), KeyAlgorithm::kRsaPkcs1Sha256);
}

// Of an Ed25519 key of these bytes.
std::string CheckEd25519(const std::string& hex) {
  const std::string bytes = HexDecode(hex).value();
  return Check(
      PkeyPtr(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(std::string_view(bytes)), 32)),
      KeyAlgorithm::kEd25519);
}

TEST(PkeyTest, RsaKeysHave2048To4096Bits) {
  for (const int bits : {1024, 2040, 2047, 2048, 2049, 3072, 4095, 4096, 4097, 8192}) {
    // The top hexadecimal digit has the bits that are left over.
    const std::string modulus = std::string(1, "1248"[(bits - 1) % 4]) + std::string((bits - 1) / 4, '7');
    EXPECT_EQ(CheckRsa(modulus, "10001"),
              bits >= 2048 && bits <= 4096
                  ? "good"
                  : "rsa-pkcs1-sha256 needs an RSA key of 2048 to 4096 bits, found: RSA key of " +
                        std::to_string(bits) + " bits");
  }
}

TEST(PkeyTest, RsaExponentsAreOddFrom3ToUnder2To32) {
  const std::string modulus(512, 'b');
  for (const char* good : {"3", "5", "11", "10001", "FFFFFFFF"})
    EXPECT_EQ(CheckRsa(modulus, good), "good") << good;
  for (const char* bad : {"0", "1", "2", "4", "10000", "FFFFFFFE", "100000001", "1000000000000000F"}) {
    EXPECT_EQ(CheckRsa(modulus, bad),
              "an RSA key whose exponent is not odd, at least 3 and under 2^32; 65537 is usual")
        << bad;
  }
}

TEST(PkeyTest, AnEvenRsaModulusIsRefused) {
  EXPECT_EQ(CheckRsa(std::string(512, 'a'), "10001"), "an RSA key with an even modulus");
}

TEST(PkeyTest, AnRsaKeyBoundToPssIsRefusedAndSaidWhatToTake) {
  const PkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA-PSS", nullptr));
  ASSERT_EQ(EVP_PKEY_keygen_init(context.get()), 1);
  EVP_PKEY* key = nullptr;
  ASSERT_EQ(EVP_PKEY_keygen(context.get(), &key), 1);
  EXPECT_THAT(Check(PkeyPtr(key), KeyAlgorithm::kRsaPssSha256), HasSubstr("openssl genpkey -algorithm RSA"));
}

TEST(PkeyTest, OtherCurvesThanP256AreRefused) {
  EXPECT_EQ(Check(MakeEcKey("P-256"), KeyAlgorithm::kEcdsaP256Sha256), "good");
  for (const char* curve : {"P-384", "P-521", "secp256k1", "brainpoolP256r1"}) {
    EXPECT_THAT(Check(MakeEcKey(curve), KeyAlgorithm::kEcdsaP256Sha256), HasSubstr("on another curve"))
        << curve;
  }
}

TEST(PkeyTest, ACompressedPointAndExplicitParametersAreRefused) {
  const PkeyPtr compressed = MakeEcKey("P-256");
  ASSERT_EQ(EVP_PKEY_set_utf8_string_param(compressed.get(), OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                                           "compressed"),
            1);
  ASSERT_EQ(SpkiOf(compressed).size(), 59u);
  EXPECT_THAT(Check(compressed, KeyAlgorithm::kEcdsaP256Sha256), HasSubstr("-conv_form uncompressed"));

  const PkeyPtr explicit_key = MakeEcKey("P-256");
  ASSERT_EQ(EVP_PKEY_set_utf8_string_param(explicit_key.get(), OSSL_PKEY_PARAM_EC_ENCODING, "explicit"), 1);
  ASSERT_GT(SpkiOf(explicit_key).size(), 200u);
  EXPECT_THAT(Check(explicit_key, KeyAlgorithm::kEcdsaP256Sha256), HasSubstr("-param_enc named_curve"));
}

TEST(PkeyTest, Ed25519KeysAreGoodPoints) {
  EXPECT_EQ(Check(MakePlainKey("ED25519"), KeyAlgorithm::kEd25519), "good");
  EXPECT_EQ(CheckEd25519("02" + std::string(62, '0')),
            "an Ed25519 key whose 32 bytes are no point on the curve (RFC 8032, 5.1.3)");
  // y = p + 1, which OpenSSL takes for 1.
  EXPECT_THAT(CheckEd25519("ee" + std::string(60, 'f') + "7f"), HasSubstr("no point on the curve"));
  // Of order 1: R = S B verifies with it whatever the message.
  EXPECT_EQ(CheckEd25519("01" + std::string(62, '0')),
            "an Ed25519 key of small order, for which anybody can sign: nobody's public key");
}

TEST(PkeyTest, EveryOtherKindOfKeyIsRefusedAndNamed) {
  const PkeyPtr rsa = MakeRsaKey(2048);
  const PkeyPtr ec = MakeEcKey("P-256");
  const PkeyPtr ed = MakePlainKey("ED25519");
  for (const KeyAlgorithm algorithm : {KeyAlgorithm::kRsaPssSha256, KeyAlgorithm::kRsaPkcs1Sha256}) {
    EXPECT_THAT(Check(ec, algorithm), HasSubstr("found: EC key of 256 bits"));
    EXPECT_THAT(Check(ed, algorithm), HasSubstr("found: ED25519 key"));
  }
  EXPECT_EQ(Check(rsa, KeyAlgorithm::kEd25519), "ed25519 needs an Ed25519 key, found: RSA key of 2048 bits");
  EXPECT_THAT(Check(ec, KeyAlgorithm::kEd25519), HasSubstr("found: EC key"));
  EXPECT_THAT(Check(MakePlainKey("ED448"), KeyAlgorithm::kEd25519), HasSubstr("found: ED448 key"));
  EXPECT_THAT(Check(MakePlainKey("X25519"), KeyAlgorithm::kEd25519), HasSubstr("found: X25519 key"));
  EXPECT_EQ(Check(rsa, KeyAlgorithm::kEcdsaP256Sha256),
            "ecdsa-p256-sha256 needs an EC key on P-256, found: RSA key of 2048 bits");
  EXPECT_THAT(Check(ed, KeyAlgorithm::kEcdsaP256Sha256), HasSubstr("found: ED25519 key"));
  EXPECT_EQ(Check(rsa, static_cast<KeyAlgorithm>(99)), "no such algorithm");
}

TEST(PkeyTest, AKeyWithoutContentCannotBeEncoded) {
  const PkeyPtr empty(EVP_PKEY_new());
  const absl::StatusOr<std::string> spki = EncodeSpki(empty.get());
  EXPECT_EQ(spki.status().code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(spki.status().message()), HasSubstr("OpenSSL could not encode a public key"));
  EXPECT_EQ(ERR_peek_error(), 0u);
}

TEST(PkeyTest, AModulusIsGivenBigEndian) {
  const std::string hex = "0c" + std::string(510, 'd');
  EXPECT_EQ(HexEncode(RsaModulus(MakeRsaPublicKey(hex, "3").get()).value()), hex);
}

TEST(PkeyTest, AKeyThatIsNotRsaHasNoModulus) {
  const absl::StatusOr<std::string> modulus = RsaModulus(MakeEcKey("P-256").get());
  EXPECT_EQ(modulus.status().code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(modulus.status().message()),
              HasSubstr("OpenSSL could not read an RSA key's modulus"));
  EXPECT_EQ(ERR_peek_error(), 0u);
}

// A context that is ready to verify.
PkeyCtxPtr VerifyWith(const PkeyPtr& key) {
  PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  EXPECT_EQ(EVP_PKEY_verify_init(context.get()), 1);
  return context;
}

TEST(PkeyTest, ParametersThatAKeyCannotHaveAreRefused) {
  const PkeyPtr rsa = MakeRsaKey(2048);
  const PkeyPtr ec = MakeEcKey("P-256");
  EXPECT_FALSE(SetSignatureParameters(VerifyWith(ec).get(), KeyAlgorithm::kRsaPssSha256));
  EXPECT_FALSE(SetSignatureParameters(VerifyWith(ec).get(), KeyAlgorithm::kRsaPkcs1Sha256));
  // Neither is one over a digest.
  EXPECT_FALSE(SetSignatureParameters(VerifyWith(rsa).get(), KeyAlgorithm::kEd25519));
  EXPECT_FALSE(SetSignatureParameters(VerifyWith(rsa).get(), static_cast<KeyAlgorithm>(99)));
  const PkeyCtxPtr unprepared(EVP_PKEY_CTX_new_from_pkey(nullptr, ec.get(), nullptr));
  EXPECT_FALSE(SetSignatureParameters(unprepared.get(), KeyAlgorithm::kEcdsaP256Sha256));
  ERR_clear_error();
}

}  // namespace
}  // namespace chirograph::internal::pkey_test
