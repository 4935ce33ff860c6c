// SPDX-License-Identifier: Apache-2.0
//
// How a publisher signs and how he wraps the signature (docs/secured-field.md).
#ifndef CHIROGRAPH_CRYPTO_KEY_TYPES_H_
#define CHIROGRAPH_CRYPTO_KEY_TYPES_H_

#include <cstddef>
#include <optional>
#include <string_view>

namespace chirograph {

enum class KeyAlgorithm { kRsaPssSha256, kRsaPkcs1Sha256, kEd25519, kEcdsaP256Sha256 };

enum class EnvelopeKind { kNone, kAes128Cbc, kAes256Cbc, kAes256Gcm };

// "rsa-pss-sha256", "rsa-pkcs1-sha256", "ed25519", "ecdsa-p256-sha256": as keyrings and --json spell them.
std::string_view KeyAlgorithmName(KeyAlgorithm algorithm);
std::optional<KeyAlgorithm> KeyAlgorithmFromName(std::string_view name);

// "none", "aes-128-cbc", "aes-256-cbc", "aes-256-gcm".
std::string_view EnvelopeKindName(EnvelopeKind kind);
std::optional<EnvelopeKind> EnvelopeKindFromName(std::string_view name);

// Bytes of the envelope key (0, 16 or 32) and of the IV or nonce (0, 16, 16, 12).
std::size_t EnvelopeKeyBytes(EnvelopeKind kind);
std::size_t EnvelopeIvBytes(EnvelopeKind kind);

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_KEY_TYPES_H_
