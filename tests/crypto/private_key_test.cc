// SPDX-License-Identifier: Apache-2.0
#include "crypto/private_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <thread>
#include <vector>

#include "crypto/encoding.h"
#include "crypto/public_key.h"
#include "tests/crypto/openssl_key.h"

namespace chirograph::private_key_test {
namespace {

using testing::HasSubstr;
using testing::Not;
using PrivateKeyOr = absl::StatusOr<std::unique_ptr<const PrivateKey>>;

constexpr std::string_view kMessage = "What is signed.";

void ExpectRefused(const PrivateKeyOr& key, std::string_view because) {
  ASSERT_FALSE(key.ok());
  EXPECT_EQ(key.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(key.status().message()), HasSubstr(std::string(because)));
  EXPECT_EQ(ERR_peek_error(), 0u) << "an error is left in OpenSSL's queue";
}

class EachPrivateKeyTest : public testing::TestWithParam<KeyAlgorithm> {};

INSTANTIATE_TEST_SUITE_P(Algorithms, EachPrivateKeyTest,
                         testing::Values(KeyAlgorithm::kRsaPssSha256, KeyAlgorithm::kRsaPkcs1Sha256,
                                         KeyAlgorithm::kEd25519, KeyAlgorithm::kEcdsaP256Sha256));

TEST_P(EachPrivateKeyTest, SurvivesItsPem) {
  const PrivateKeyOr key = PrivateKey::Generate(GetParam());
  ASSERT_TRUE(key.ok()) << key.status();
  const std::string pem = (*key)->ToPem().value();
  EXPECT_THAT(pem, testing::StartsWith("-----BEGIN PRIVATE KEY-----\n"));
  EXPECT_THAT(pem, testing::EndsWith("\n-----END PRIVATE KEY-----\n"));

  const PrivateKeyOr again = PrivateKey::FromPem(pem, GetParam());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ((*again)->algorithm(), GetParam());
  EXPECT_EQ((*again)->ToPem().value(), pem);
  EXPECT_EQ((*again)->PublicSpki().value(), (*key)->PublicSpki().value());
  const auto public_key = PublicKey::FromPem((*key)->PublicPem().value(), GetParam()).value();
  EXPECT_EQ(public_key->spki(), (*key)->PublicSpki().value());
  EXPECT_TRUE(public_key->Verify(kMessage, (*again)->Sign(kMessage).value()));
}

TEST_P(EachPrivateKeyTest, MakesADifferentKeyEachTime) {
  EXPECT_NE(PrivateKey::Generate(GetParam()).value()->PublicSpki().value(),
            PrivateKey::Generate(GetParam()).value()->PublicSpki().value());
}

TEST_P(EachPrivateKeyTest, ThreadsShareAKey) {
  const auto key = PrivateKey::Generate(GetParam()).value();
  const auto public_key = PublicKey::FromSpki(key->PublicSpki().value(), GetParam()).value();
  std::atomic<int> bad = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) bad += !public_key->Verify(kMessage, key->Sign(kMessage).value());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(bad, 0);
}

TEST_P(EachPrivateKeyTest, RefusesItsPublicHalf) {
  const auto key = PrivateKey::Generate(GetParam()).value();
  ExpectRefused(PrivateKey::FromPem(key->PublicPem().value(), GetParam()),
                "expected \"-----BEGIN PRIVATE KEY-----\", found \"PUBLIC KEY\"");
}

TEST(PrivateKeyTest, MakesRsaKeysOfTheSizeAskedFor) {
  for (const int bits : {2048, 3072}) {
    const auto key = PrivateKey::Generate(KeyAlgorithm::kRsaPssSha256, bits).value();
    EXPECT_EQ(key->Sign(kMessage).value().size(), static_cast<std::size_t>(bits / 8));
  }
}

TEST(PrivateKeyTest, RefusesRsaSizesOutOfRange) {
  for (const int bits : {-1, 0, 1024, 2047, 4097, 16384}) {
    ExpectRefused(PrivateKey::Generate(KeyAlgorithm::kRsaPkcs1Sha256, bits), "2048 to 4096");
  }
}

// RFC 8032 section 7.1, tests 1 and 2.
TEST(PrivateKeyTest, SignsTheVectorsOfRfc8032) {
  struct Vector {
    const char* seed;
    const char* public_key;
    const char* message;
    const char* signature;
  };
  for (const Vector& vector :
       {Vector{
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
            "d25bf5f0595bbe24655141438e7a100b"},
        Vector{
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
            "387b2eaeb4302aeeb00d291612bb0c00"}}) {
    const std::string der = HexDecode(std::string("302e020100300506032b657004220420") + vector.seed).value();
    const PrivateKeyOr key =
        PrivateKey::FromPem(internal::EncodePem(der, "PRIVATE KEY"), KeyAlgorithm::kEd25519);
    ASSERT_TRUE(key.ok()) << key.status();
    EXPECT_EQ(HexEncode((*key)->PublicSpki().value().substr(12)), vector.public_key);
    EXPECT_EQ(HexEncode((*key)->Sign(HexDecode(vector.message).value()).value()), vector.signature);
  }
}

TEST(PrivateKeyTest, RefusesEveryOtherKindOfKey) {
  const std::string rsa = PrivatePemOf(MakeRsaKey(2048));
  const std::string ec = PrivatePemOf(MakeEcKey("P-256"));
  ExpectRefused(PrivateKey::FromPem(rsa, KeyAlgorithm::kEd25519), "found: RSA key");
  ExpectRefused(PrivateKey::FromPem(rsa, KeyAlgorithm::kEcdsaP256Sha256), "found: RSA key");
  ExpectRefused(PrivateKey::FromPem(ec, KeyAlgorithm::kRsaPssSha256), "found: EC key");
  ExpectRefused(PrivateKey::FromPem(PrivatePemOf(MakeEcKey("P-384")), KeyAlgorithm::kEcdsaP256Sha256),
                "P-256");
  ExpectRefused(PrivateKey::FromPem(PrivatePemOf(MakeRsaKey(1024)), KeyAlgorithm::kRsaPssSha256),
                "1024 bits");
}

TEST(PrivateKeyTest, RefusesAnEncryptedKeyAndSaysHowToDecryptIt) {
  const internal::PkeyPtr key = MakePlainKey("ED25519");
  const internal::BioPtr bio(BIO_new(BIO_s_mem()));
  ASSERT_EQ(
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), EVP_aes_256_cbc(), "password", 8, nullptr, nullptr),
      1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  ExpectRefused(PrivateKey::FromPem({text, static_cast<std::size_t>(size)}, KeyAlgorithm::kEd25519),
                "decrypt it with 'openssl pkcs8 -in FILE'");
}

TEST(PrivateKeyTest, RefusesOlderPemsAndSaysHowToConvertThem) {
  for (const std::string label : {"RSA PRIVATE KEY", "EC PRIVATE KEY"}) {
    ExpectRefused(PrivateKey::FromPem(internal::EncodePem("0", label), KeyAlgorithm::kRsaPssSha256),
                  "openssl pkcs8 -topk8 -nocrypt");
  }
}

TEST(PrivateKeyTest, RefusesATruncatedKeyAndBytesAfterIt) {
  const internal::PkeyPtr key = MakePlainKey("ED25519");
  const auto good = internal::DecodePem(PrivatePemOf(key), "PRIVATE KEY").value();
  for (std::size_t size = 1; size < good.size(); ++size) {
    EXPECT_FALSE(PrivateKey::FromPem(internal::EncodePem(good.view().substr(0, size), "PRIVATE KEY"),
                                     KeyAlgorithm::kEd25519)
                     .ok());
    EXPECT_EQ(ERR_peek_error(), 0u);
  }
  ExpectRefused(PrivateKey::FromPem(internal::EncodePem(std::string(good.view()) + '\0', "PRIVATE KEY"),
                                    KeyAlgorithm::kEd25519),
                "bytes follow it");
}

// A PKCS#8 EC key may carry a public key of its own: here another one's.
TEST(PrivateKeyTest, RefusesAPublicHalfThatIsAnothers) {
  std::string mixed(internal::DecodePem(PrivatePemOf(MakeEcKey("P-256")), "PRIVATE KEY").value().view());
  const std::string other(
      internal::DecodePem(PrivatePemOf(MakeEcKey("P-256")), "PRIVATE KEY").value().view());
  ASSERT_EQ(mixed.size(), 138u);
  mixed.replace(mixed.size() - 64, 64, other, other.size() - 64, 64);
  ExpectRefused(
      PrivateKey::FromPem(internal::EncodePem(mixed, "PRIVATE KEY"), KeyAlgorithm::kEcdsaP256Sha256), "");
}

TEST(PrivateKeyTest, ErrorsHoldNothingOfTheKey) {
  const std::string pem = PrivatePemOf(MakePlainKey("ED25519"));
  const std::string secret = pem.substr(28, 64);
  for (const std::string& text : {pem + "x", "x" + pem, pem + pem}) {
    const PrivateKeyOr key = PrivateKey::FromPem(text, KeyAlgorithm::kEd25519);
    ASSERT_FALSE(key.ok());
    EXPECT_THAT(std::string(key.status().message()), Not(HasSubstr(secret.substr(0, 8))));
  }
}

}  // namespace
}  // namespace chirograph::private_key_test
