// SPDX-License-Identifier: Apache-2.0
#include "crypto/private_key.h"

#include <fmt/format.h>
#include <openssl/err.h>

#include <utility>

#include "crypto/internal/openssl_errors.h"
#include "crypto/internal/pem.h"
#include "crypto/internal/pkey.h"
#include "crypto/internal/ssl_ptr.h"
#include "crypto/limits.h"
#include "crypto/public_key.h"
#include "crypto/sha256.h"

namespace chirograph {
namespace {

using internal::Bytes;
using internal::PkeyPtr;

class EvpPrivateKey final : public PrivateKey {
 public:
  EvpPrivateKey(KeyAlgorithm algorithm, PkeyPtr key, std::string spki)
      : algorithm_(algorithm), key_(std::move(key)), spki_(std::move(spki)) {}

  KeyAlgorithm algorithm() const override { return algorithm_; }

  absl::StatusOr<std::string> ToPem() const override {
    const internal::Pkcs8Ptr info(EVP_PKEY2PKCS8(key_.get()));
    if (info == nullptr) return internal::SslError("encode a private key");
    unsigned char* der = nullptr;
    const int size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), &der);
    if (size <= 0) return internal::SslError("encode a private key");
    return internal::EncodePem(internal::SslBytes(der, static_cast<std::size_t>(size)).view(), "PRIVATE KEY");
  }

  absl::StatusOr<std::string> PublicPem() const override { return internal::EncodePem(spki_, "PUBLIC KEY"); }
  absl::StatusOr<std::string> PublicSpki() const override { return spki_; }

  absl::StatusOr<std::string> Sign(std::string_view message) const override {
    return algorithm_ == KeyAlgorithm::kEd25519 ? SignMessage(message) : SignDigest(Sha256(message));
  }

 private:
  absl::StatusOr<std::string> SignMessage(std::string_view message) const {
    const internal::MdCtxPtr context(EVP_MD_CTX_new());
    std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key_.get()));
    std::string signature(size, '\0');
    if (context == nullptr || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), Bytes(signature), &size, Bytes(message), message.size()) != 1) {
      return internal::SslError("sign");
    }
    signature.resize(size);
    return signature;
  }

  absl::StatusOr<std::string> SignDigest(const Digest& digest) const {
    const internal::PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr));
    std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key_.get()));
    std::string signature(size, '\0');
    if (context == nullptr || EVP_PKEY_sign_init(context.get()) != 1 ||
        !internal::SetSignatureParameters(context.get(), algorithm_) ||
        EVP_PKEY_sign(context.get(), Bytes(signature), &size, digest.data(), digest.size()) != 1) {
      return internal::SslError("sign");
    }
    signature.resize(size);
    return signature;
  }

  const KeyAlgorithm algorithm_;
  const PkeyPtr key_;
  const std::string spki_;
};

// The key, once it was seen to sign what its own public half verifies.
absl::StatusOr<std::unique_ptr<const PrivateKey>> Checked(PkeyPtr key, KeyAlgorithm algorithm) {
  absl::StatusOr<std::string> spki = internal::EncodeSpki(key.get());
  if (!spki.ok()) return spki.status();
  const absl::StatusOr<std::shared_ptr<const PublicKey>> public_half = PublicKey::FromSpki(*spki, algorithm);
  if (!public_half.ok()) return public_half.status();
  auto made = std::make_unique<const EvpPrivateKey>(algorithm, std::move(key), *std::move(spki));
  constexpr std::string_view kProbe = "chirograph key check";
  const absl::StatusOr<std::string> signature = made->Sign(kProbe);
  if (!signature.ok() || !(*public_half)->Verify(kProbe, *signature)) {
    return absl::InvalidArgumentError("a private key that does not belong to the public key in it");
  }
  return made;
}

}  // namespace

absl::StatusOr<std::unique_ptr<const PrivateKey>> PrivateKey::Generate(KeyAlgorithm algorithm, int rsa_bits) {
  PkeyPtr key;
  switch (algorithm) {
    case KeyAlgorithm::kRsaPssSha256:
    case KeyAlgorithm::kRsaPkcs1Sha256:
      if (rsa_bits < limits::kMinRsaBits || rsa_bits > limits::kMaxRsaBits) {
        return absl::InvalidArgumentError(fmt::format("an RSA key has {} to {} bits, not {}",
                                                      limits::kMinRsaBits, limits::kMaxRsaBits, rsa_bits));
      }
      key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(rsa_bits)));
      break;
    case KeyAlgorithm::kEd25519:
      key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
      break;
    case KeyAlgorithm::kEcdsaP256Sha256:
      key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
      break;
  }
  if (key == nullptr) return internal::SslError("make a key");
  absl::StatusOr<std::unique_ptr<const PrivateKey>> made = Checked(std::move(key), algorithm);
  if (!made.ok())
    return absl::InternalError(fmt::format("OpenSSL made {}", std::string(made.status().message())));
  return made;
}

absl::StatusOr<std::unique_ptr<const PrivateKey>> PrivateKey::FromPem(std::string_view pem,
                                                                      KeyAlgorithm algorithm) {
  const absl::StatusOr<internal::SslBytes> der = internal::DecodePem(pem, "PRIVATE KEY");
  if (!der.ok()) return der.status();
  const unsigned char* end = der->data();
  const internal::Pkcs8Ptr info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &end, static_cast<long>(der->size())));
  if (info == nullptr || end != der->data() + der->size()) {
    ERR_clear_error();
    return absl::InvalidArgumentError("not the DER of a PKCS#8 private key, or bytes follow it");
  }
  PkeyPtr key(EVP_PKCS82PKEY(info.get()));
  if (key == nullptr) {
    return absl::InvalidArgumentError(
        fmt::format("not a private key that OpenSSL can read: {}", internal::DrainErrors()));
  }
  ERR_clear_error();
  return Checked(std::move(key), algorithm);
}

}  // namespace chirograph
