// SPDX-License-Identifier: Apache-2.0
#include "crypto/envelope.h"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <atomic>
#include <thread>
#include <vector>

#include "crypto/internal/ssl_ptr.h"
#include "tests/crypto/wycheproof.h"

namespace chirograph::envelope_test {
namespace {

constexpr EnvelopeKind kRealKinds[] = {EnvelopeKind::kAes128Cbc, EnvelopeKind::kAes256Cbc,
                                       EnvelopeKind::kAes256Gcm};

std::string KeyFor(EnvelopeKind kind) { return std::string(EnvelopeKeyBytes(kind), 'k'); }

// AES-256-CBC of whole blocks, with whatever padding is in them.
SealedSignature EncryptBlocks(const std::string& blocks) {
  const std::string iv(16, 'i');
  const std::string key = KeyFor(EnvelopeKind::kAes256Cbc);
  const internal::CipherCtxPtr context(EVP_CIPHER_CTX_new());
  std::string ciphertext(blocks.size(), '\0');
  int written = 0;
  EXPECT_EQ(EVP_EncryptInit_ex(context.get(), EVP_aes_256_cbc(), nullptr,
                               internal::Bytes(std::string_view(key)), internal::Bytes(std::string_view(iv))),
            1);
  EXPECT_EQ(EVP_CIPHER_CTX_set_padding(context.get(), 0), 1);
  EXPECT_EQ(EVP_EncryptUpdate(context.get(), internal::Bytes(ciphertext), &written,
                              internal::Bytes(std::string_view(blocks)), static_cast<int>(blocks.size())),
            1);
  return {.ciphertext = ciphertext, .iv = iv};
}

OpenedSignature Open(EnvelopeKind kind, const SealedSignature& sealed, std::size_t min, std::size_t max) {
  const absl::StatusOr<OpenedSignature> opened = OpenEnvelope(kind, KeyFor(kind), sealed, min, max);
  EXPECT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(ERR_peek_error(), 0u);
  return opened.value_or(OpenedSignature{});
}

TEST(EnvelopeTest, SealsAndOpensEveryLength) {
  for (const EnvelopeKind kind : kRealKinds) {
    for (std::size_t size = 0; size <= 80; ++size) {
      const std::string signature(size, 's');
      const SealedSignature sealed = SealEnvelope(kind, KeyFor(kind), signature).value();
      EXPECT_EQ(sealed.ciphertext.size(), SealedBytes(kind, size));
      EXPECT_EQ(sealed.iv.size(), EnvelopeIvBytes(kind));
      for (const auto& [min, max] : {std::pair(size, size), std::pair<std::size_t, std::size_t>(0, 100)}) {
        const OpenedSignature opened = Open(kind, sealed, min, max);
        EXPECT_TRUE(opened.well_formed) << EnvelopeKindName(kind) << " " << size;
        EXPECT_EQ(opened.signature, signature);
      }
    }
  }
}

TEST(EnvelopeTest, SealsUnderAFreshIv) {
  for (const EnvelopeKind kind : kRealKinds) {
    EXPECT_NE(SealEnvelope(kind, KeyFor(kind), "s").value().iv,
              SealEnvelope(kind, KeyFor(kind), "s").value().iv);
  }
}

TEST(EnvelopeTest, KnowsSealedLengths) {
  EXPECT_EQ(SealedBytes(EnvelopeKind::kNone, 256), 256u);
  EXPECT_EQ(SealedBytes(EnvelopeKind::kAes256Cbc, 256), 272u);
  EXPECT_EQ(SealedBytes(EnvelopeKind::kAes128Cbc, 0), 16u);
  EXPECT_EQ(SealedBytes(EnvelopeKind::kAes128Cbc, 15), 16u);
  EXPECT_EQ(SealedBytes(EnvelopeKind::kAes128Cbc, 16), 32u);
  EXPECT_EQ(SealedBytes(EnvelopeKind::kAes256Gcm, 64), 80u);
}

TEST(EnvelopeTest, FitsOnlyLengthsThatASignatureCanHave) {
  const auto fits = [](EnvelopeKind kind, std::size_t ciphertext, std::size_t iv, std::size_t min,
                       std::size_t max) {
    return SealedLengthsFit(kind, {std::string(ciphertext, 'c'), std::string(iv, 'i')}, min, max);
  };
  for (const EnvelopeKind cbc : {EnvelopeKind::kAes128Cbc, EnvelopeKind::kAes256Cbc}) {
    for (std::size_t size = 0; size <= 300; ++size) {
      EXPECT_EQ(fits(cbc, size, 16, 256, 256), size == 272) << size;
      EXPECT_EQ(fits(cbc, size, 16, 8, 72), size >= 16 && size <= 80 && size % 16 == 0) << size;
    }
    for (std::size_t iv = 0; iv <= 20; ++iv) EXPECT_EQ(fits(cbc, 272, iv, 256, 256), iv == 16) << iv;
  }
  for (std::size_t size = 0; size <= 300; ++size) {
    EXPECT_EQ(fits(EnvelopeKind::kAes256Gcm, size, 12, 64, 64), size == 80) << size;
    EXPECT_EQ(fits(EnvelopeKind::kAes256Gcm, size, 12, 8, 72), size >= 24 && size <= 88) << size;
    EXPECT_FALSE(fits(EnvelopeKind::kNone, size, 0, 0, 300));
  }
  for (std::size_t iv = 0; iv <= 20; ++iv)
    EXPECT_EQ(fits(EnvelopeKind::kAes256Gcm, 80, iv, 64, 64), iv == 12) << iv;
}

TEST(EnvelopeTest, RefusesLengthsThatDoNotFit) {
  const auto code = [](EnvelopeKind kind, std::size_t key, std::size_t ciphertext, std::size_t iv) {
    return OpenEnvelope(kind, std::string(key, 'k'), {std::string(ciphertext, 'c'), std::string(iv, 'i')}, 64,
                        64)
        .status()
        .code();
  };
  EXPECT_EQ(code(EnvelopeKind::kAes256Cbc, 32, 80, 16), absl::StatusCode::kOk);
  EXPECT_EQ(code(EnvelopeKind::kAes256Cbc, 16, 80, 16), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(EnvelopeKind::kAes256Cbc, 32, 64, 16), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(EnvelopeKind::kAes256Cbc, 32, 0, 16), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(EnvelopeKind::kAes256Cbc, 32, 80, 12), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(EnvelopeKind::kAes128Cbc, 32, 80, 16), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(EnvelopeKind::kAes256Gcm, 32, 80, 12), absl::StatusCode::kOk);
  EXPECT_EQ(code(EnvelopeKind::kAes256Gcm, 32, 15, 12), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(EnvelopeKind::kAes256Gcm, 32, 80, 16), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(EnvelopeKind::kNone, 0, 64, 0), absl::StatusCode::kInvalidArgument);
}

TEST(EnvelopeTest, RefusesToSealWithoutAKindOrTheRightKey) {
  EXPECT_EQ(SealEnvelope(EnvelopeKind::kNone, "", "s").status().code(), absl::StatusCode::kInvalidArgument);
  for (const EnvelopeKind kind : kRealKinds) {
    EXPECT_EQ(SealEnvelope(kind, KeyFor(kind) + "k", "s").status().code(),
              absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(SealEnvelope(kind, "", "s").status().code(), absl::StatusCode::kInvalidArgument);
  }
}

// Every value of the last byte, and for each good one every spoilt byte of the padding.
TEST(CbcEnvelopeTest, TakesPkcs7PaddingOnly) {
  for (int pad = 0; pad < 256; ++pad) {
    std::string blocks(32, 's');
    const std::size_t padded = std::min<std::size_t>(static_cast<std::size_t>(pad), 32);
    blocks.replace(32 - padded, padded, padded, static_cast<char>(pad));
    blocks.back() = static_cast<char>(pad);
    const OpenedSignature opened = Open(EnvelopeKind::kAes256Cbc, EncryptBlocks(blocks), 0, 31);
    EXPECT_EQ(opened.well_formed, pad >= 1 && pad <= 16) << pad;
    EXPECT_EQ(opened.signature.size(), pad >= 1 && pad <= 16 ? 32u - static_cast<unsigned>(pad) : 31u) << pad;
    for (std::size_t at = 2; opened.well_formed && at <= padded; ++at) {
      std::string spoilt = blocks;
      spoilt[32 - at] = static_cast<char>(spoilt[32 - at] ^ 0x80);
      EXPECT_FALSE(Open(EnvelopeKind::kAes256Cbc, EncryptBlocks(spoilt), 0, 31).well_formed)
          << pad << " " << at;
    }
  }
}

TEST(CbcEnvelopeTest, TakesTheOnePaddingOfAFixedSizeOnly) {
  for (int pad = 1; pad <= 16; ++pad) {
    const auto padded = static_cast<std::size_t>(pad);
    const std::string blocks = std::string(32 - padded, 's') + std::string(padded, static_cast<char>(pad));
    const OpenedSignature opened = Open(EnvelopeKind::kAes256Cbc, EncryptBlocks(blocks), 20, 20);
    EXPECT_EQ(opened.well_formed, pad == 12) << pad;
    EXPECT_EQ(opened.signature, blocks.substr(0, 20)) << "what is taken depends on the padding " << pad;
  }
}

TEST(CbcEnvelopeTest, GivesAnAllowedLengthWhateverTheBytes) {
  for (int i = 0; i < 500; ++i) {
    SealedSignature noise{std::string(static_cast<std::size_t>(16 * (1 + i % 5)), '\0'),
                          std::string(16, '\0')};
    for (std::size_t at = 0; at < noise.ciphertext.size(); ++at) {
      noise.ciphertext[at] = static_cast<char>(i * 31 + static_cast<int>(at) * (7 + i));
    }
    const OpenedSignature opened = Open(EnvelopeKind::kAes256Cbc, noise, 8, 72);
    EXPECT_GE(opened.signature.size(), 8u);
    EXPECT_LE(opened.signature.size(), 72u);
    EXPECT_LT(opened.signature.size(), noise.ciphertext.size());
    EXPECT_GE(opened.signature.size() + 16, noise.ciphertext.size());
  }
}

TEST(GcmEnvelopeTest, RefusesEveryBitFlippedAndGivesNothingOfThePlaintext) {
  const EnvelopeKind kind = EnvelopeKind::kAes256Gcm;
  const std::string signature(64, 's');
  const SealedSignature sealed = SealEnvelope(kind, KeyFor(kind), signature).value();
  for (std::size_t bit = 0; bit < 8 * (80 + 12); ++bit) {
    SealedSignature flipped = sealed;
    std::string& part = bit < 8 * 80 ? flipped.ciphertext : flipped.iv;
    const std::size_t at = bit / 8 % 80;
    part[at] = static_cast<char>(part[at] ^ (1 << bit % 8));
    const OpenedSignature opened = Open(kind, flipped, 64, 64);
    EXPECT_FALSE(opened.well_formed) << bit;
    EXPECT_EQ(opened.signature, std::string(64, '\x5a')) << bit;
  }
  EXPECT_EQ(Open(kind, sealed, 64, 64).signature, signature) << "after many failures with the same context";
}

TEST(EnvelopeTest, AnotherKeyDoesNotOpenIt) {
  const std::string signature(64, 's');
  for (const EnvelopeKind kind : kRealKinds) {
    const std::string other(EnvelopeKeyBytes(kind), 'K');
    const SealedSignature sealed = SealEnvelope(kind, other, signature).value();
    const OpenedSignature opened = Open(kind, sealed, 64, 64);
    EXPECT_NE(opened.signature, signature);
    EXPECT_EQ(OpenEnvelope(kind, other, sealed, 64, 64).value().signature, signature);
  }
}

TEST(EnvelopeTest, ThreadsOpenEnvelopesOfDifferentKeys) {
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([t, &wrong] {
      const EnvelopeKind kind = kRealKinds[t % 3];
      const std::string key(EnvelopeKeyBytes(kind), static_cast<char>('a' + t));
      for (int i = 0; i < 300; ++i) {
        const std::string signature(64, static_cast<char>(i));
        const SealedSignature sealed = SealEnvelope(kind, key, signature).value();
        wrong += OpenEnvelope(kind, key, sealed, 64, 64).value().signature != signature ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

// The messages are of 0 to 80 bytes, so any length is allowed here; those for 192-bit keys have no use.
TEST(WycheproofEnvelopeTest, OpensAesCbcWithGoodPaddingOnly) {
  CHIROGRAPH_LOAD_WYCHEPROOF_OR_SKIP(file, "aes_cbc_pkcs5_test.json");
  WycheproofCount count;
  int wrong_length = 0;
  for (const nlohmann::json& group : file->at("testGroups")) {
    const int bits = group.at("keySize");
    const EnvelopeKind kind = bits == 128 ? EnvelopeKind::kAes128Cbc : EnvelopeKind::kAes256Cbc;
    for (const nlohmann::json& vector : group.at("tests")) {
      if (bits == 192) {
        ++count.skipped;
        continue;
      }
      const std::string result = vector.at("result");
      count.Add(result);
      const SealedSignature sealed{BytesOf(vector.at("ct")), BytesOf(vector.at("iv"))};
      const std::string message = BytesOf(vector.at("msg"));
      const auto opened = OpenEnvelope(kind, BytesOf(vector.at("key")), sealed, 0, 80);
      if (!opened.ok()) {
        EXPECT_EQ(opened.status().code(), absl::StatusCode::kInvalidArgument);
        EXPECT_EQ(result, "invalid");
        ++wrong_length;
        continue;
      }
      EXPECT_EQ(opened->well_formed, result == "valid") << vector.at("tcId") << ": " << vector.at("comment");
      if (result != "valid") continue;
      EXPECT_EQ(opened->signature, message);
      const auto exact =
          OpenEnvelope(kind, BytesOf(vector.at("key")), sealed, message.size(), message.size());
      EXPECT_TRUE(exact->well_formed);
      EXPECT_EQ(exact->signature, message);
    }
  }
  EXPECT_EQ(count, (WycheproofCount{48, 96, 0, 72}));
  EXPECT_EQ(wrong_length, 2);  // no ciphertext at all, once a key size
}

// 256-bit keys, 12-byte nonces, 16-byte tags and no associated data: what an envelope is.
TEST(WycheproofEnvelopeTest, OpensAes256GcmWithAGoodTagOnly) {
  CHIROGRAPH_LOAD_WYCHEPROOF_OR_SKIP(file, "aes_gcm_test.json");
  WycheproofCount count;
  for (const nlohmann::json& group : file->at("testGroups")) {
    const bool applies = group.at("keySize") == 256 && group.at("ivSize") == 96 && group.at("tagSize") == 128;
    for (const nlohmann::json& vector : group.at("tests")) {
      if (!applies || vector.at("aad") != "") {
        ++count.skipped;
        continue;
      }
      const std::string result = vector.at("result");
      count.Add(result);
      const SealedSignature sealed{BytesOf(vector.at("ct")) + BytesOf(vector.at("tag")),
                                   BytesOf(vector.at("iv"))};
      const std::string message = BytesOf(vector.at("msg"));
      const auto opened = OpenEnvelope(EnvelopeKind::kAes256Gcm, BytesOf(vector.at("key")), sealed,
                                       message.size(), message.size());
      ASSERT_TRUE(opened.ok()) << opened.status();
      EXPECT_EQ(opened->well_formed, result == "valid") << vector.at("tcId") << ": " << vector.at("comment");
      if (result == "valid") {
        EXPECT_EQ(opened->signature, message);
      }
    }
  }
  EXPECT_EQ(count, (WycheproofCount{21, 27, 0, 268}));
}

}  // namespace
}  // namespace chirograph::envelope_test
