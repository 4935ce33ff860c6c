// SPDX-License-Identifier: Apache-2.0
#include "crypto/public_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include <atomic>
#include <thread>
#include <vector>

#include "crypto/private_key.h"
#include "crypto/sha256.h"
#include "tests/crypto/openssl_key.h"

namespace chirograph::public_key_test {
namespace {

using testing::HasSubstr;
using PublicKeyOr = absl::StatusOr<std::shared_ptr<const PublicKey>>;

constexpr std::string_view kMessage = "What is signed.";

void ExpectRefused(const PublicKeyOr& key, std::string_view because) {
  ASSERT_FALSE(key.ok());
  EXPECT_EQ(key.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(key.status().message()), HasSubstr(std::string(because)));
  EXPECT_EQ(ERR_peek_error(), 0u) << "an error is left in OpenSSL's queue";
}

// One key pair of each algorithm, made once for all tests.
struct KeyPair {
  std::unique_ptr<const PrivateKey> private_key;
  std::shared_ptr<const PublicKey> public_key;
};

const KeyPair& PairOf(KeyAlgorithm algorithm) {
  static std::map<KeyAlgorithm, KeyPair> pairs;
  KeyPair& pair = pairs[algorithm];
  if (pair.private_key == nullptr) {
    pair.private_key = PrivateKey::Generate(algorithm).value();
    pair.public_key = PublicKey::FromPem(pair.private_key->PublicPem().value(), algorithm).value();
  }
  return pair;
}

class EachAlgorithmTest : public testing::TestWithParam<KeyAlgorithm> {
 protected:
  const PublicKey& key() const { return *PairOf(GetParam()).public_key; }
  std::string Sign(std::string_view message) const {
    return PairOf(GetParam()).private_key->Sign(message).value();
  }
};

INSTANTIATE_TEST_SUITE_P(Algorithms, EachAlgorithmTest,
                         testing::Values(KeyAlgorithm::kRsaPssSha256, KeyAlgorithm::kRsaPkcs1Sha256,
                                         KeyAlgorithm::kEd25519, KeyAlgorithm::kEcdsaP256Sha256));

TEST_P(EachAlgorithmTest, IsWrittenAsThePemThatItIsReadFrom) {
  EXPECT_EQ(key().ToPem(), PairOf(GetParam()).private_key->PublicPem().value());
}

TEST_P(EachAlgorithmTest, VerifiesItsSignature) {
  EXPECT_TRUE(key().Verify(kMessage, Sign(kMessage)));
  EXPECT_TRUE(key().Verify("", Sign("")));
}

TEST_P(EachAlgorithmTest, RefusesAnotherMessage) {
  EXPECT_FALSE(key().Verify("What is signed?", Sign(kMessage)));
  EXPECT_FALSE(key().Verify("", Sign(kMessage)));
}

TEST_P(EachAlgorithmTest, RefusesAnotherKeysSignature) {
  const auto other = PrivateKey::Generate(GetParam()).value();
  EXPECT_FALSE(key().Verify(kMessage, other->Sign(kMessage).value()));
}

TEST_P(EachAlgorithmTest, RefusesEverySignatureWithOneBitFlipped) {
  const std::string signature = Sign(kMessage);
  for (std::size_t bit = 0; bit < 8 * signature.size(); ++bit) {
    std::string flipped = signature;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(key().Verify(kMessage, flipped)) << "bit " << bit;
  }
  EXPECT_TRUE(key().Verify(kMessage, signature)) << "after many failures with the same context";
}

TEST_P(EachAlgorithmTest, RefusesEveryOtherLength) {
  const std::string signature = Sign(kMessage);
  for (std::size_t size = 0; size < signature.size(); ++size) {
    EXPECT_FALSE(key().Verify(kMessage, signature.substr(0, size))) << size;
  }
  EXPECT_FALSE(key().Verify(kMessage, signature + '\0'));
  EXPECT_FALSE(key().Verify(kMessage, '\0' + signature));
  EXPECT_FALSE(key().Verify(kMessage, signature + std::string(10'000, '\0')));
}

TEST_P(EachAlgorithmTest, LeavesNoErrorInOpenSslsQueue) {
  for (const char filler : {'\x00', '\x5a', '\xff'}) {
    for (const std::size_t size : {key().min_signature_bytes(), key().max_signature_bytes()}) {
      EXPECT_FALSE(key().Verify(kMessage, std::string(size, filler)));
      EXPECT_EQ(ERR_peek_error(), 0u);
    }
  }
}

TEST_P(EachAlgorithmTest, ReadsBackItsOwnSpki) {
  const PublicKeyOr again = PublicKey::FromSpki(key().spki(), GetParam());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ((*again)->spki(), key().spki());
  EXPECT_EQ((*again)->algorithm(), GetParam());
  EXPECT_TRUE((*again)->Verify(kMessage, Sign(kMessage)));
}

TEST_P(EachAlgorithmTest, RefusesBytesAfterTheSpkiAndEveryPrefixOfIt) {
  ExpectRefused(PublicKey::FromSpki(key().spki() + '\0', GetParam()), "bytes follow");
  for (std::size_t size = 0; size < key().spki().size(); ++size) {
    EXPECT_FALSE(PublicKey::FromSpki(std::string_view(key().spki()).substr(0, size), GetParam()).ok())
        << size;
    EXPECT_EQ(ERR_peek_error(), 0u);
  }
}

TEST_P(EachAlgorithmTest, TakesWhiteSpaceAroundThePemAndCrLf) {
  std::string pem = internal::EncodePem(key().spki(), "PUBLIC KEY");
  EXPECT_TRUE(PublicKey::FromPem("\n \t" + pem + "\r\n\n ", GetParam()).ok());
  EXPECT_TRUE(PublicKey::FromPem(pem.substr(0, pem.size() - 1), GetParam()).ok())
      << "no line feed at the end";
  for (std::size_t at = 0; (at = pem.find('\n', at)) != pem.npos; at += 2) pem.replace(at, 1, "\r\n");
  EXPECT_TRUE(PublicKey::FromPem(pem, GetParam()).ok());
}

TEST_P(EachAlgorithmTest, RefusesTextAroundThePem) {
  const std::string pem = internal::EncodePem(key().spki(), "PUBLIC KEY");
  ExpectRefused(PublicKey::FromPem("x" + pem, GetParam()), "not a PEM");
  ExpectRefused(PublicKey::FromPem("a comment\n" + pem, GetParam()), "not a PEM");
  ExpectRefused(PublicKey::FromPem(pem + "x", GetParam()), "does not end in");
  ExpectRefused(PublicKey::FromPem(pem + pem, GetParam()), "more than one PEM block");
  ExpectRefused(PublicKey::FromPem(pem + "-----END PUBLIC KEY-----\n", GetParam()), "does not end in");
}

TEST_P(EachAlgorithmTest, RefusesAPrivateKeyAndSaysHowToTakeItsPublicHalf) {
  const std::string pem = PairOf(GetParam()).private_key->ToPem().value();
  ExpectRefused(PublicKey::FromPem(pem, GetParam()), "this file is secret");
  ExpectRefused(PublicKey::FromPem(pem, GetParam()), "openssl pkey -in FILE -pubout");
}

TEST_P(EachAlgorithmTest, ThreadsShareAKey) {
  const std::string good = Sign(kMessage);
  std::string bad = good;
  bad.back() = static_cast<char>(bad.back() ^ 1);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        const bool use_good = (i + t) % 3 != 0;
        wrong += key().Verify(kMessage, use_good ? good : bad) != use_good;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(PublicKeyTest, SaysHowLongSignaturesAre) {
  EXPECT_EQ(PairOf(KeyAlgorithm::kRsaPssSha256).public_key->min_signature_bytes(), 256u);
  EXPECT_EQ(PairOf(KeyAlgorithm::kRsaPssSha256).public_key->max_signature_bytes(), 256u);
  EXPECT_EQ(PairOf(KeyAlgorithm::kEd25519).public_key->min_signature_bytes(), 64u);
  EXPECT_EQ(PairOf(KeyAlgorithm::kEd25519).public_key->max_signature_bytes(), 64u);
  EXPECT_EQ(PairOf(KeyAlgorithm::kEcdsaP256Sha256).public_key->min_signature_bytes(), 8u);
  EXPECT_EQ(PairOf(KeyAlgorithm::kEcdsaP256Sha256).public_key->max_signature_bytes(), 72u);
}

// Signs with a salt of `salt_bytes`, which PrivateKey never does.
std::string SignPss(const internal::PkeyPtr& key, int salt_bytes, const EVP_MD* mgf1) {
  const internal::PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  EXPECT_EQ(EVP_PKEY_sign_init(context.get()), 1);
  EXPECT_EQ(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PSS_PADDING), 1);
  EXPECT_EQ(EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()), 1);
  EXPECT_EQ(EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), mgf1), 1);
  EXPECT_EQ(EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), salt_bytes), 1);
  const Digest digest = Sha256(kMessage);
  std::string signature(256, '\0');
  std::size_t size = signature.size();
  EXPECT_EQ(EVP_PKEY_sign(context.get(), internal::Bytes(signature), &size, digest.data(), digest.size()), 1);
  return signature;
}

TEST(RsaPublicKeyTest, TakesAPssSaltOf32BytesOnly) {
  const internal::PkeyPtr raw = MakeRsaKey(2048);
  const auto key = PublicKey::FromPem(PublicPemOf(raw), KeyAlgorithm::kRsaPssSha256).value();
  for (const int salt_bytes : {0, 20, 31, 32, 33, 64, 222}) {
    EXPECT_EQ(key->Verify(kMessage, SignPss(raw, salt_bytes, EVP_sha256())), salt_bytes == 32) << salt_bytes;
  }
}

TEST(RsaPublicKeyTest, RefusesMgf1WithAnotherHash) {
  const internal::PkeyPtr raw = MakeRsaKey(2048);
  const auto key = PublicKey::FromPem(PublicPemOf(raw), KeyAlgorithm::kRsaPssSha256).value();
  EXPECT_FALSE(key->Verify(kMessage, SignPss(raw, 32, EVP_sha1())));
}

TEST(RsaPublicKeyTest, OnePaddingIsNotTheOther) {
  const internal::PkeyPtr raw = MakeRsaKey(2048);
  for (const auto& [signer, verifier] :
       {std::pair(KeyAlgorithm::kRsaPssSha256, KeyAlgorithm::kRsaPkcs1Sha256),
        std::pair(KeyAlgorithm::kRsaPkcs1Sha256, KeyAlgorithm::kRsaPssSha256)}) {
    const auto private_key = PrivateKey::FromPem(PrivatePemOf(raw), signer).value();
    const auto public_key = PublicKey::FromPem(PublicPemOf(raw), verifier).value();
    EXPECT_FALSE(public_key->Verify(kMessage, private_key->Sign(kMessage).value()));
  }
}

// s + n is s modulo n, and still fits 256 bytes for about half of all signatures.
TEST(RsaPublicKeyTest, RefusesASignatureWithTheModulusAddedToIt) {
  const internal::PkeyPtr raw = MakeRsaKey(2048);
  const auto private_key = PrivateKey::FromPem(PrivatePemOf(raw), KeyAlgorithm::kRsaPssSha256).value();
  const auto public_key = PublicKey::FromPem(PublicPemOf(raw), KeyAlgorithm::kRsaPssSha256).value();
  BIGNUM* modulus = nullptr;
  ASSERT_EQ(EVP_PKEY_get_bn_param(raw.get(), OSSL_PKEY_PARAM_RSA_N, &modulus), 1);
  const internal::BignumPtr n(modulus);
  int tried = 0;
  for (int i = 0; i < 64; ++i) {
    const std::string signature = private_key->Sign(kMessage).value();
    const internal::BignumPtr s(BN_bin2bn(internal::Bytes(signature), 256, nullptr));
    ASSERT_EQ(BN_add(s.get(), s.get(), n.get()), 1);
    if (BN_num_bytes(s.get()) > 256) continue;
    std::string sum(256, '\0');
    BN_bn2binpad(s.get(), internal::Bytes(sum), 256);
    EXPECT_FALSE(public_key->Verify(kMessage, sum));
    ++tried;
  }
  EXPECT_GT(tried, 0);
}

// Odd numbers stand for moduli, which nobody can tell without their factors.
TEST(RsaPublicKeyTest, SignaturesAreAsLongAsTheModulus) {
  for (const auto& [modulus, bytes] :
       {std::pair(std::string(512, 'b'), 256u), std::pair("1" + std::string(512, 'b'), 257u)}) {
    const PublicKeyOr key =
        PublicKey::FromPem(PublicPemOf(MakeRsaPublicKey(modulus, "10001")), KeyAlgorithm::kRsaPssSha256);
    ASSERT_TRUE(key.ok()) << key.status();
    EXPECT_EQ((*key)->min_signature_bytes(), bytes);
    EXPECT_EQ((*key)->max_signature_bytes(), bytes);
  }
}

TEST(EcdsaPublicKeyTest, RefusesAPointThatIsNotOnTheCurve) {
  std::string spki = PairOf(KeyAlgorithm::kEcdsaP256Sha256).public_key->spki();
  spki.back() = static_cast<char>(spki.back() ^ 1);
  ExpectRefused(PublicKey::FromSpki(spki, KeyAlgorithm::kEcdsaP256Sha256), "not a SubjectPublicKeyInfo");
}

// r, or s, with a zero byte in front: the same number, and not DER.
TEST(EcdsaPublicKeyTest, RefusesBerOfAGoodSignature) {
  const KeyPair& pair = PairOf(KeyAlgorithm::kEcdsaP256Sha256);
  int tried = 0;
  for (int i = 0; i < 64; ++i) {
    const std::string good = pair.private_key->Sign(kMessage).value();
    if (good[3] != 0x20) continue;  // r has its top bit set and so a zero byte already
    std::string padded = good;
    padded[1] = static_cast<char>(padded[1] + 1);
    padded[3] = 0x21;
    padded.insert(4, 1, '\0');
    EXPECT_TRUE(pair.public_key->Verify(kMessage, good));
    EXPECT_FALSE(pair.public_key->Verify(kMessage, padded));
    ++tried;
  }
  EXPECT_GT(tried, 0);
}

// pkey_test.cc has all that is.
TEST(PublicKeyTest, RefusesAKeyThatItsAlgorithmCannotUse) {
  const std::string rsa = PublicPemOf(MakeRsaKey(2048));
  ExpectRefused(PublicKey::FromPem(PublicPemOf(MakeRsaKey(1024)), KeyAlgorithm::kRsaPssSha256), "1024 bits");
  ExpectRefused(PublicKey::FromPem(PublicPemOf(MakePlainKey("ED448")), KeyAlgorithm::kRsaPkcs1Sha256),
                "found: ED448 key");
  ExpectRefused(PublicKey::FromPem(rsa, KeyAlgorithm::kEd25519), "found: RSA key of 2048 bits");
  ExpectRefused(PublicKey::FromPem(rsa, KeyAlgorithm::kEcdsaP256Sha256), "found: RSA key of 2048 bits");
  const std::string prefix = PairOf(KeyAlgorithm::kEd25519).public_key->spki().substr(0, 12);
  ExpectRefused(PublicKey::FromSpki(prefix + '\x01' + std::string(31, '\0'), KeyAlgorithm::kEd25519),
                "small order");
}

TEST(PublicKeyTest, RefusesWhatIsNoPem) {
  for (const char* text :
       {"", " \n", "-----BEGIN", "-----BEGIN -----", "-----BEGIN PUBLIC KEY----", "AAAA"}) {
    ExpectRefused(PublicKey::FromPem(text, KeyAlgorithm::kEd25519), "PEM");
  }
  ExpectRefused(PublicKey::FromPem("-----BEGIN PUBLIC KEY-----\n", KeyAlgorithm::kEd25519),
                "does not end in");
  ExpectRefused(
      PublicKey::FromPem("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n", KeyAlgorithm::kEd25519),
      "");
  ExpectRefused(PublicKey::FromPem("-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC KEY-----\n",
                                   KeyAlgorithm::kEd25519),
                "cannot be read");
  ExpectRefused(PublicKey::FromPem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
                                   KeyAlgorithm::kEd25519),
                "not a SubjectPublicKeyInfo");
  ExpectRefused(PublicKey::FromPem("-----BEGIN PUBLIC KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n"
                                   "-----END PUBLIC KEY-----\n",
                                   KeyAlgorithm::kEd25519),
                "header lines");
  ExpectRefused(PublicKey::FromPem(std::string(1 << 20, 'x'), KeyAlgorithm::kEd25519), "at most 16384");
}

TEST(PublicKeyTest, SaysHowToConvertOtherPems) {
  ExpectRefused(PublicKey::FromPem("-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----\n",
                                   KeyAlgorithm::kRsaPssSha256),
                "openssl rsa -RSAPublicKey_in");
  ExpectRefused(PublicKey::FromPem("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                                   KeyAlgorithm::kRsaPssSha256),
                "openssl x509 -in FILE -noout -pubkey");
}

TEST(PublicKeyTest, NeverRepeatsAnOddLabel) {
  ExpectRefused(PublicKey::FromPem("-----BEGIN \x1b[31mRED-----\n", KeyAlgorithm::kEd25519),
                "(an odd label)");
}

// The same key, spelled with indefinite lengths or without the NULL parameters of rsaEncryption.
TEST(PublicKeyTest, RefusesAnotherEncodingOfAGoodKey) {
  std::string spki = PairOf(KeyAlgorithm::kRsaPssSha256).public_key->spki();
  // 30 82 LL LL 30 0d 06 09 <oid> 05 00 03 82 ...
  ASSERT_EQ(spki.substr(17, 2), std::string("\x05\x00", 2));
  spki.erase(17, 2);
  spki[5] = '\x0b';
  spki[3] = static_cast<char>(spki[3] - 2);
  ExpectRefused(PublicKey::FromSpki(spki, KeyAlgorithm::kRsaPssSha256), "not the DER encoding");
}

}  // namespace
}  // namespace chirograph::public_key_test
