// SPDX-License-Identifier: Apache-2.0
#include "crypto/internal/pkey.h"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include "crypto/internal/ed25519_point.h"
#include "crypto/internal/openssl_errors.h"
#include "crypto/limits.h"

namespace chirograph::internal {
namespace {

// Bytes of a PSS salt: those of SHA-256.
constexpr int kPssSaltBytes = 32;

// All of a P-256 SubjectPublicKeyInfo but the coordinates: id-ecPublicKey, the named curve, and 0x04 for an
// uncompressed point. Fixing it leaves one spelling for each key.
constexpr std::string_view kP256SpkiPrefix(
    "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"
    "\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00\x04",
    27);
constexpr std::size_t kP256SpkiBytes = 91;

// All of an Ed25519 SubjectPublicKeyInfo but the 32 bytes of the key.
constexpr std::string_view kEd25519SpkiPrefix("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12);

BignumPtr BignumParam(const EVP_PKEY* key, const char* name) {
  BIGNUM* value = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &value) != 1) return nullptr;
  return BignumPtr(value);
}

std::string DescribeKey(const EVP_PKEY* key) {
  const char* const type = EVP_PKEY_get0_type_name(key);
  return fmt::format("{} key of {} bits", type != nullptr ? type : "(unknown)", EVP_PKEY_get_bits(key));
}

absl::Status WrongKind(const EVP_PKEY* key, KeyAlgorithm algorithm, std::string_view expected,
                       std::string_view hint = "") {
  return absl::InvalidArgumentError(
      fmt::format("{} needs {}, found: {}{}", KeyAlgorithmName(algorithm), expected, DescribeKey(key), hint));
}

absl::Status CheckRsa(const EVP_PKEY* key, KeyAlgorithm algorithm) {
  const std::string expected =
      fmt::format("an RSA key of {} to {} bits", limits::kMinRsaBits, limits::kMaxRsaBits);
  if (EVP_PKEY_is_a(key, "RSA-PSS") == 1) {
    return WrongKind(
        key, algorithm, expected,
        "; take one that is not bound to RSA-PSS (rsaEncryption), as 'openssl genpkey -algorithm "
        "RSA' makes");
  }
  const int bits = EVP_PKEY_get_bits(key);
  if (EVP_PKEY_is_a(key, "RSA") != 1 || bits < limits::kMinRsaBits || bits > limits::kMaxRsaBits) {
    return WrongKind(key, algorithm, expected);
  }
  const BignumPtr n = BignumParam(key, OSSL_PKEY_PARAM_RSA_N);
  const BignumPtr e = BignumParam(key, OSSL_PKEY_PARAM_RSA_E);
  if (n == nullptr || e == nullptr) return SslError("read an RSA key's numbers");
  if (BN_is_odd(n.get()) == 0) return absl::InvalidArgumentError("an RSA key with an even modulus");
  if (BN_is_odd(e.get()) == 0 || BN_is_one(e.get()) == 1 || BN_num_bits(e.get()) > 32) {
    return absl::InvalidArgumentError(
        "an RSA key whose exponent is not odd, at least 3 and under 2^32; 65537 is usual");
  }
  return absl::OkStatus();
}

absl::Status CheckP256(const EVP_PKEY* key, std::string_view spki) {
  constexpr std::string_view kExpected = "an EC key on P-256";
  if (EVP_PKEY_is_a(key, "EC") != 1) return WrongKind(key, KeyAlgorithm::kEcdsaP256Sha256, kExpected);
  if (spki.size() == kP256SpkiBytes && spki.starts_with(kP256SpkiPrefix)) return absl::OkStatus();
  return WrongKind(
      key, KeyAlgorithm::kEcdsaP256Sha256, kExpected,
      " on another curve, or with a compressed point or explicit parameters; to rewrite one on P-256: "
      "'openssl ec -pubin -in FILE -pubout -conv_form uncompressed -param_enc named_curve'");
}

absl::Status CheckEd25519(const EVP_PKEY* key, std::string_view spki) {
  if (EVP_PKEY_is_a(key, "ED25519") != 1 || !spki.starts_with(kEd25519SpkiPrefix)) {
    return WrongKind(key, KeyAlgorithm::kEd25519, "an Ed25519 key");
  }
  const absl::StatusOr<Ed25519Point> point = CheckEd25519Point(spki.substr(kEd25519SpkiPrefix.size()));
  if (!point.ok()) return point.status();
  switch (*point) {
    case Ed25519Point::kGood:
      return absl::OkStatus();
    case Ed25519Point::kNotAPoint:
      return absl::InvalidArgumentError(
          "an Ed25519 key whose 32 bytes are no point on the curve (RFC 8032, 5.1.3)");
    case Ed25519Point::kSmallOrder:
      return absl::InvalidArgumentError(
          "an Ed25519 key of small order, for which anybody can sign: nobody's public key");
  }
  return absl::InternalError("no such kind of point");
}

}  // namespace

absl::StatusOr<std::string> EncodeSpki(const EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  if (size <= 0) return SslError("encode a public key");
  return std::string(SslBytes(der, static_cast<std::size_t>(size)).view());
}

absl::Status CheckKey(const EVP_PKEY* key, std::string_view spki, KeyAlgorithm algorithm) {
  switch (algorithm) {
    case KeyAlgorithm::kRsaPssSha256:
    case KeyAlgorithm::kRsaPkcs1Sha256:
      return CheckRsa(key, algorithm);
    case KeyAlgorithm::kEd25519:
      return CheckEd25519(key, spki);
    case KeyAlgorithm::kEcdsaP256Sha256:
      return CheckP256(key, spki);
  }
  return absl::InvalidArgumentError("no such algorithm");
}

absl::StatusOr<std::string> RsaModulus(const EVP_PKEY* key) {
  const BignumPtr n = BignumParam(key, OSSL_PKEY_PARAM_RSA_N);
  if (n == nullptr) return SslError("read an RSA key's modulus");
  std::string modulus(static_cast<std::size_t>(BN_num_bytes(n.get())), '\0');
  BN_bn2bin(n.get(), Bytes(modulus));
  return modulus;
}

bool SetSignatureParameters(EVP_PKEY_CTX* context, KeyAlgorithm algorithm) {
  // By name, so that OpenSSL fetches SHA-256 here once, and not at each use.
  switch (algorithm) {
    case KeyAlgorithm::kRsaPssSha256:
      // Without a salt length OpenSSL verifies a signature with any.
      return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
             EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1 &&
             EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1 &&
             EVP_PKEY_CTX_set_rsa_pss_saltlen(context, kPssSaltBytes) == 1;
    case KeyAlgorithm::kRsaPkcs1Sha256:
      return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
             EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1;
    case KeyAlgorithm::kEcdsaP256Sha256:
      return EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1;
    case KeyAlgorithm::kEd25519:
      return false;  // signs messages, not digests
  }
  return false;
}

}  // namespace chirograph::internal
