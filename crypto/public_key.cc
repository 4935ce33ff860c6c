// SPDX-License-Identifier: Apache-2.0
#include "crypto/public_key.h"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/err.h>

#include <utility>

#include "crypto/internal/context_pool.h"
#include "crypto/internal/openssl_errors.h"
#include "crypto/internal/pem.h"
#include "crypto/internal/pkey.h"
#include "crypto/internal/ssl_ptr.h"
#include "crypto/limits.h"
#include "crypto/sha256.h"

namespace chirograph {
namespace {

using internal::Bytes;
using internal::PkeyCtxPtr;
using internal::PkeyPtr;

constexpr char kAnyByte = 0x5a;

// What the four algorithms share.
class KeyBase : public PublicKey {
 public:
  KeyBase(KeyAlgorithm algorithm, std::string spki) : algorithm_(algorithm), spki_(std::move(spki)) {}

  KeyAlgorithm algorithm() const override { return algorithm_; }
  const std::string& spki() const override { return spki_; }

 private:
  const KeyAlgorithm algorithm_;
  const std::string spki_;
};

// Verifies SHA-256 digests with contexts that are set up once: three quarters of a new one's time.
class DigestVerifier {
 public:
  DigestVerifier(KeyAlgorithm algorithm, PkeyPtr key) : algorithm_(algorithm), key_(std::move(key)) {}

  // Fails where OpenSSL cannot verify with such a key at all; afterwards only for want of memory.
  absl::Status Prepare() {
    PkeyCtxPtr context = NewContext();
    if (context == nullptr) return internal::SslError("prepare a signature verification");
    contexts_.Add(std::move(context));
    return absl::OkStatus();
  }

  bool Verify(const Digest& digest, std::string_view signature) const {
    const auto context = contexts_.Take([this] {
      PkeyCtxPtr made = NewContext();
      if (made == nullptr) internal::DieOfSslError("prepare a signature verification");
      return made;
    });
    const int result =
        EVP_PKEY_verify(context.get(), Bytes(signature), signature.size(), digest.data(), digest.size());
    if (result != 1) ERR_clear_error();
    return result == 1;
  }

  const EVP_PKEY* key() const { return key_.get(); }

 private:
  PkeyCtxPtr NewContext() const {
    PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr));
    if (context == nullptr || EVP_PKEY_verify_init(context.get()) != 1 ||
        !internal::SetSignatureParameters(context.get(), algorithm_)) {
      return nullptr;
    }
    return context;
  }

  const KeyAlgorithm algorithm_;
  const PkeyPtr key_;
  mutable internal::ContextPool<PkeyCtxPtr> contexts_;
};

class RsaPublicKey final : public KeyBase {
 public:
  static absl::StatusOr<std::shared_ptr<const PublicKey>> Create(KeyAlgorithm algorithm, PkeyPtr key,
                                                                 std::string spki) {
    absl::StatusOr<std::string> modulus = internal::RsaModulus(key.get());
    if (!modulus.ok()) return modulus.status();
    auto made =
        std::make_shared<RsaPublicKey>(algorithm, std::move(key), std::move(spki), *std::move(modulus));
    if (absl::Status prepared = made->verifier_.Prepare(); !prepared.ok()) return prepared;
    return made;
  }

  RsaPublicKey(KeyAlgorithm algorithm, PkeyPtr key, std::string spki, std::string modulus)
      : KeyBase(algorithm, std::move(spki)),
        modulus_(std::move(modulus)),
        below_modulus_('\0' + std::string(modulus_.size() - 1, kAnyByte)),
        verifier_(algorithm, std::move(key)) {}

  std::size_t min_signature_bytes() const override { return modulus_.size(); }
  std::size_t max_signature_bytes() const override { return modulus_.size(); }

  bool Verify(std::string_view message, std::string_view signature) const override {
    if (signature.size() != modulus_.size()) return false;
    // OpenSSL refuses a number that is not below the modulus before it does any work.
    const bool is_below = signature < modulus_;
    const bool verifies = verifier_.Verify(Sha256(message), is_below ? signature : below_modulus_);
    return verifies && is_below;
  }

 private:
  const std::string modulus_;
  const std::string below_modulus_;  // a signature's form, and no signature
  DigestVerifier verifier_;
};

class EcdsaP256PublicKey final : public KeyBase {
 public:
  static absl::StatusOr<std::shared_ptr<const PublicKey>> Create(PkeyPtr key, std::string spki) {
    BIGNUM* order = nullptr;
    if (EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_EC_ORDER, &order) != 1) {
      return internal::SslError("read the order of P-256");
    }
    auto made =
        std::make_shared<EcdsaP256PublicKey>(std::move(key), std::move(spki), internal::BignumPtr(order));
    if (absl::Status prepared = made->verifier_.Prepare(); !prepared.ok()) return prepared;
    return made;
  }

  EcdsaP256PublicKey(PkeyPtr key, std::string spki, internal::BignumPtr order)
      : KeyBase(KeyAlgorithm::kEcdsaP256Sha256, std::move(spki)),
        order_(std::move(order)),
        verifier_(KeyAlgorithm::kEcdsaP256Sha256, std::move(key)) {}

  // SEQUENCE of two INTEGERs of 1 byte, or of 33.
  std::size_t min_signature_bytes() const override { return 8; }
  std::size_t max_signature_bytes() const override { return 72; }

  bool Verify(std::string_view message, std::string_view signature) const override {
    if (signature.size() < min_signature_bytes() || signature.size() > max_signature_bytes()) return false;
    // OpenSSL refuses these before it does any work.
    const bool is_strict = IsStrictDerInRange(signature);
    const bool verifies = verifier_.Verify(Sha256(message), is_strict ? signature : well_formed_);
    return verifies && is_strict;
  }

 private:
  // Whether `signature` is r and s from 1 to the order - 1, in the one DER encoding that they have.
  bool IsStrictDerInRange(std::string_view signature) const {
    const unsigned char* end = Bytes(signature);
    const internal::EcdsaSigPtr parsed(d2i_ECDSA_SIG(nullptr, &end, static_cast<long>(signature.size())));
    if (parsed == nullptr) {
      ERR_clear_error();
      return false;
    }
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(parsed.get(), &der);
    if (size <= 0) internal::DieOfSslError("encode an ECDSA signature");
    return internal::SslBytes(der, static_cast<std::size_t>(size)).view() == signature &&
           IsInRange(ECDSA_SIG_get0_r(parsed.get())) && IsInRange(ECDSA_SIG_get0_s(parsed.get()));
  }

  bool IsInRange(const BIGNUM* number) const {
    return BN_is_zero(number) == 0 && BN_is_negative(number) == 0 && BN_cmp(number, order_.get()) < 0;
  }

  const internal::BignumPtr order_;
  // A signature's form, and no signature.
  const std::string well_formed_ =
      "\x30\x44\x02\x20" + std::string(32, kAnyByte) + "\x02\x20" + std::string(32, kAnyByte);
  DigestVerifier verifier_;
};

class Ed25519PublicKey final : public KeyBase {
 public:
  static constexpr std::size_t kSignatureBytes = 64;

  static absl::StatusOr<std::shared_ptr<const PublicKey>> Create(PkeyPtr key, std::string spki) {
    auto made = std::make_shared<Ed25519PublicKey>(std::move(key), std::move(spki));
    internal::MdCtxPtr context(EVP_MD_CTX_new());
    if (context == nullptr || !made->Init(context.get())) {
      return internal::SslError("prepare a signature verification");
    }
    made->contexts_.Add(std::move(context));
    return made;
  }

  Ed25519PublicKey(PkeyPtr key, std::string spki)
      : KeyBase(KeyAlgorithm::kEd25519, std::move(spki)), key_(std::move(key)) {}

  std::size_t min_signature_bytes() const override { return kSignatureBytes; }
  std::size_t max_signature_bytes() const override { return kSignatureBytes; }

  bool Verify(std::string_view message, std::string_view signature) const override {
    if (signature.size() != kSignatureBytes) return false;
    // OpenSSL refuses S that is not below the order before it does any work.
    const bool is_below = IsBelowOrder(signature.substr(32));
    const bool verifies = VerifyFullSize(message, is_below ? signature : well_formed_);
    return verifies && is_below;
  }

 private:
  // Whether `s`, little-endian, is below the order of the group, 2^252 + 27742...
  static bool IsBelowOrder(std::string_view s) {
    static constexpr unsigned char kOrder[32] = {
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10};
    for (std::size_t i = 32; i-- > 0;) {
      if (Bytes(s)[i] != kOrder[i]) return Bytes(s)[i] < kOrder[i];
    }
    return false;
  }

  bool Init(EVP_MD_CTX* context) const {
    return EVP_DigestVerifyInit(context, nullptr, nullptr, nullptr, key_.get()) == 1;
  }

  bool VerifyFullSize(std::string_view message, std::string_view signature) const {
    const auto context = contexts_.Take([] {
      internal::MdCtxPtr made(EVP_MD_CTX_new());
      if (made == nullptr) internal::DieOfSslError("allocate a context");
      return made;
    });
    // A context is good for one EVP_DigestVerify in newer versions of OpenSSL.
    if (!Init(context.get())) internal::DieOfSslError("prepare a signature verification");
    const int result =
        EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(message), message.size());
    if (result != 1) ERR_clear_error();
    return result == 1;
  }

  const PkeyPtr key_;
  // A signature's form, and no signature.
  const std::string well_formed_ = std::string(kSignatureBytes - 1, kAnyByte) + '\x05';
  mutable internal::ContextPool<internal::MdCtxPtr> contexts_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const PublicKey>> PublicKey::FromPem(std::string_view pem,
                                                                    KeyAlgorithm algorithm) {
  const absl::StatusOr<internal::SslBytes> der = internal::DecodePem(pem, "PUBLIC KEY");
  if (!der.ok()) return der.status();
  return FromSpki(der->view(), algorithm);
}

absl::StatusOr<std::shared_ptr<const PublicKey>> PublicKey::FromSpki(std::string_view der,
                                                                     KeyAlgorithm algorithm) {
  if (der.size() > limits::kMaxKeyFileBytes) {
    return absl::InvalidArgumentError(
        fmt::format("{} bytes; a key has at most {}", der.size(), limits::kMaxKeyFileBytes));
  }
  const unsigned char* end = Bytes(der);
  PkeyPtr key(d2i_PUBKEY(nullptr, &end, static_cast<long>(der.size())));
  if (key == nullptr) {
    return absl::InvalidArgumentError(
        fmt::format("not a SubjectPublicKeyInfo that OpenSSL can read: {}", internal::DrainErrors()));
  }
  // A decoder that tried several forms leaves the failed ones in the queue.
  ERR_clear_error();
  absl::StatusOr<std::string> spki = internal::EncodeSpki(key.get());
  if (!spki.ok()) return spki.status();
  if (absl::Status check = internal::CheckKey(key.get(), *spki, algorithm); !check.ok()) return check;
  if (*spki != der) {
    return absl::InvalidArgumentError(
        "not the DER encoding of this key, or bytes follow it; 'openssl pkey -pubin -in FILE -pubout' "
        "rewrites "
        "it");
  }
  switch (algorithm) {
    case KeyAlgorithm::kRsaPssSha256:
    case KeyAlgorithm::kRsaPkcs1Sha256:
      return RsaPublicKey::Create(algorithm, std::move(key), *std::move(spki));
    case KeyAlgorithm::kEd25519:
      return Ed25519PublicKey::Create(std::move(key), *std::move(spki));
    case KeyAlgorithm::kEcdsaP256Sha256:
      return EcdsaP256PublicKey::Create(std::move(key), *std::move(spki));
  }
  return absl::InvalidArgumentError("no such algorithm");
}

std::string PublicKey::ToPem() const { return internal::EncodePem(spki(), "PUBLIC KEY"); }

}  // namespace chirograph
