// SPDX-License-Identifier: Apache-2.0
#include "crypto/envelope.h"

#include <fmt/format.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "crypto/internal/constant_time.h"
#include "crypto/internal/openssl_errors.h"
#include "crypto/internal/ssl_ptr.h"
#include "crypto/random.h"

namespace chirograph {
namespace {

using internal::Bytes;
using internal::CipherCtxPtr;

constexpr std::size_t kBlockBytes = 16;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kKinds = 4;

// What stands for a signature where a tag was wrong: what came out of the cipher then is not to be used.
constexpr char kFiller = 0x5a;

bool IsCbc(EnvelopeKind kind) { return kind == EnvelopeKind::kAes128Cbc || kind == EnvelopeKind::kAes256Cbc; }

std::size_t IndexOf(EnvelopeKind kind) { return static_cast<std::size_t>(kind); }

// Fetched once and never freed: a thread that outlives main may still open an envelope.
const EVP_CIPHER* CipherOf(EnvelopeKind kind) {
  static const std::array<EVP_CIPHER*, kKinds> kCiphers = {
      nullptr, EVP_CIPHER_fetch(nullptr, "AES-128-CBC", nullptr),
      EVP_CIPHER_fetch(nullptr, "AES-256-CBC", nullptr), EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr)};
  const EVP_CIPHER* const cipher = kCiphers.at(IndexOf(kind));
  if (cipher == nullptr) internal::DieOfSslError("fetch AES");
  return cipher;
}

// This thread's context for opening `kind`, set up with key and IV. A new one would cost more than the
// decryption. It keeps its last key until the thread ends, as keyrings keep all keys; OpenSSL clears it.
EVP_CIPHER_CTX* DecryptionContext(EnvelopeKind kind, std::string_view key, std::string_view iv) {
  thread_local std::array<CipherCtxPtr, kKinds> contexts;
  CipherCtxPtr& context = contexts.at(IndexOf(kind));
  if (context == nullptr) {
    CipherCtxPtr made(EVP_CIPHER_CTX_new());
    if (made == nullptr || EVP_DecryptInit_ex2(made.get(), CipherOf(kind), nullptr, nullptr, nullptr) != 1 ||
        EVP_CIPHER_CTX_set_padding(made.get(), 0) != 1) {
      internal::DieOfSslError("prepare a decryption");
    }
    context = std::move(made);
  }
  if (EVP_DecryptInit_ex2(context.get(), nullptr, Bytes(key), Bytes(iv), nullptr) != 1) {
    internal::DieOfSslError("set the key of a decryption");
  }
  return context.get();
}

// Decrypts without a look at padding or tag.
std::string Decrypt(EVP_CIPHER_CTX* context, std::string_view ciphertext) {
  std::string plaintext(ciphertext.size(), '\0');
  int written = 0;
  if (EVP_DecryptUpdate(context, Bytes(plaintext), &written, Bytes(ciphertext),
                        static_cast<int>(ciphertext.size())) != 1 ||
      static_cast<std::size_t>(written) != plaintext.size()) {
    internal::DieOfSslError("decrypt");
  }
  return plaintext;
}

// Takes PKCS#7 padding off, for a signature of min to max bytes. No branch and no address depends on the
// plaintext: an answer that came sooner for bad padding would decrypt signatures for whoever asks often.
OpenedSignature TakePaddingOff(std::string plaintext, std::size_t min_bytes, std::size_t max_bytes) {
  const auto size = static_cast<std::uint32_t>(plaintext.size());
  const auto shortest = static_cast<std::uint32_t>(std::max(min_bytes, plaintext.size() - kBlockBytes));
  const auto longest = static_cast<std::uint32_t>(std::min(max_bytes, plaintext.size() - 1));

  const unsigned char* const bytes = Bytes(std::as_const(plaintext));
  const std::uint32_t pad = bytes[size - 1];
  std::uint32_t difference = 0;
  for (std::uint32_t i = 0; i < kBlockBytes; ++i) {
    difference |= internal::MaskLess(i, pad) & (bytes[size - 1 - i] ^ pad);
  }
  const internal::Mask good = internal::MaskIsZero(difference) &
                              internal::MaskNotGreater(size - longest, pad) &
                              internal::MaskNotGreater(pad, size - shortest);
  plaintext.resize(internal::Select(good, size - pad, longest));
  return {.well_formed = (good & 1U) != 0, .signature = std::move(plaintext)};
}

OpenedSignature OpenGcm(std::string_view key, const SealedSignature& sealed) {
  EVP_CIPHER_CTX* const context = DecryptionContext(EnvelopeKind::kAes256Gcm, key, sealed.iv);
  const std::string_view ciphertext(sealed.ciphertext);
  const std::size_t size = ciphertext.size() - kTagBytes;
  std::string plaintext = Decrypt(context, ciphertext.substr(0, size));
  std::string tag(ciphertext.substr(size));
  if (EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) != 1) {
    internal::DieOfSslError("set a tag");
  }
  int written = 0;
  std::array<unsigned char, kBlockBytes> nothing = {};
  if (EVP_DecryptFinal_ex(context, nothing.data(), &written) == 1) {
    return {.well_formed = true, .signature = std::move(plaintext)};
  }
  ERR_clear_error();
  plaintext.assign(size, kFiller);
  return {.well_formed = false, .signature = std::move(plaintext)};
}

absl::Status CheckKeyLength(EnvelopeKind kind, std::string_view key) {
  if (kind == EnvelopeKind::kNone) return absl::InvalidArgumentError("there is no envelope of kind none");
  if (key.size() != EnvelopeKeyBytes(kind)) {
    return absl::InvalidArgumentError(fmt::format("the envelope key for {} has {} bytes, not {}",
                                                  EnvelopeKindName(kind), EnvelopeKeyBytes(kind),
                                                  key.size()));
  }
  return absl::OkStatus();
}

}  // namespace

std::size_t SealedBytes(EnvelopeKind kind, std::size_t signature_bytes) {
  if (kind == EnvelopeKind::kNone) return signature_bytes;
  if (kind == EnvelopeKind::kAes256Gcm) return signature_bytes + kTagBytes;
  // PKCS#7 always adds 1 to 16 bytes.
  return (signature_bytes / kBlockBytes + 1) * kBlockBytes;
}

bool SealedLengthsFit(EnvelopeKind kind, const SealedSignature& sealed, std::size_t min_signature_bytes,
                      std::size_t max_signature_bytes) {
  return kind != EnvelopeKind::kNone && min_signature_bytes <= max_signature_bytes &&
         sealed.iv.size() == EnvelopeIvBytes(kind) &&
         sealed.ciphertext.size() >= SealedBytes(kind, min_signature_bytes) &&
         sealed.ciphertext.size() <= SealedBytes(kind, max_signature_bytes) &&
         (!IsCbc(kind) || sealed.ciphertext.size() % kBlockBytes == 0);
}

absl::StatusOr<OpenedSignature> OpenEnvelope(EnvelopeKind kind, std::string_view key,
                                             const SealedSignature& sealed, std::size_t min_signature_bytes,
                                             std::size_t max_signature_bytes) {
  if (absl::Status status = CheckKeyLength(kind, key); !status.ok()) return status;
  if (!SealedLengthsFit(kind, sealed, min_signature_bytes, max_signature_bytes)) {
    return absl::InvalidArgumentError(
        fmt::format("{} bytes of ciphertext with an IV of {} are no {} of a signature of {} to {} bytes",
                    sealed.ciphertext.size(), sealed.iv.size(), EnvelopeKindName(kind), min_signature_bytes,
                    max_signature_bytes));
  }
  if (!IsCbc(kind)) return OpenGcm(key, sealed);
  return TakePaddingOff(Decrypt(DecryptionContext(kind, key, sealed.iv), sealed.ciphertext),
                        min_signature_bytes, max_signature_bytes);
}

absl::StatusOr<SealedSignature> SealEnvelope(EnvelopeKind kind, std::string_view key,
                                             std::string_view signature) {
  if (absl::Status status = CheckKeyLength(kind, key); !status.ok()) return status;
  absl::StatusOr<std::string> iv = RandomBytes(EnvelopeIvBytes(kind));
  if (!iv.ok()) return iv.status();

  const CipherCtxPtr context(EVP_CIPHER_CTX_new());
  std::string ciphertext(SealedBytes(kind, signature.size()), '\0');
  int written = 0;
  int last = 0;
  if (context == nullptr ||
      EVP_EncryptInit_ex2(context.get(), CipherOf(kind), Bytes(key), Bytes(*iv), nullptr) != 1 ||
      EVP_EncryptUpdate(context.get(), Bytes(ciphertext), &written, Bytes(signature),
                        static_cast<int>(signature.size())) != 1 ||
      EVP_EncryptFinal_ex(context.get(), Bytes(ciphertext) + written, &last) != 1) {
    return internal::SslError("encrypt");
  }
  const std::size_t tag_at = static_cast<std::size_t>(written) + static_cast<std::size_t>(last);
  if (!IsCbc(kind) &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, Bytes(ciphertext) + tag_at) != 1) {
    return internal::SslError("make a tag");
  }
  return SealedSignature{.ciphertext = std::move(ciphertext), .iv = *std::move(iv)};
}

}  // namespace chirograph
