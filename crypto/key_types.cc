// SPDX-License-Identifier: Apache-2.0
#include "crypto/key_types.h"

#include <array>

namespace chirograph {
namespace {

constexpr std::array kAlgorithms = {KeyAlgorithm::kRsaPssSha256, KeyAlgorithm::kRsaPkcs1Sha256,
                                    KeyAlgorithm::kEd25519, KeyAlgorithm::kEcdsaP256Sha256};
constexpr std::array kEnvelopes = {EnvelopeKind::kNone, EnvelopeKind::kAes128Cbc, EnvelopeKind::kAes256Cbc,
                                   EnvelopeKind::kAes256Gcm};

}  // namespace

std::string_view KeyAlgorithmName(KeyAlgorithm algorithm) {
  switch (algorithm) {
    case KeyAlgorithm::kRsaPssSha256:
      return "rsa-pss-sha256";
    case KeyAlgorithm::kRsaPkcs1Sha256:
      return "rsa-pkcs1-sha256";
    case KeyAlgorithm::kEd25519:
      return "ed25519";
    case KeyAlgorithm::kEcdsaP256Sha256:
      return "ecdsa-p256-sha256";
  }
  return "unknown";
}

std::optional<KeyAlgorithm> KeyAlgorithmFromName(std::string_view name) {
  for (const KeyAlgorithm algorithm : kAlgorithms) {
    if (KeyAlgorithmName(algorithm) == name) return algorithm;
  }
  return std::nullopt;
}

std::string_view EnvelopeKindName(EnvelopeKind kind) {
  switch (kind) {
    case EnvelopeKind::kNone:
      return "none";
    case EnvelopeKind::kAes128Cbc:
      return "aes-128-cbc";
    case EnvelopeKind::kAes256Cbc:
      return "aes-256-cbc";
    case EnvelopeKind::kAes256Gcm:
      return "aes-256-gcm";
  }
  return "unknown";
}

std::optional<EnvelopeKind> EnvelopeKindFromName(std::string_view name) {
  for (const EnvelopeKind kind : kEnvelopes) {
    if (EnvelopeKindName(kind) == name) return kind;
  }
  return std::nullopt;
}

std::size_t EnvelopeKeyBytes(EnvelopeKind kind) {
  switch (kind) {
    case EnvelopeKind::kNone:
      return 0;
    case EnvelopeKind::kAes128Cbc:
      return 16;
    case EnvelopeKind::kAes256Cbc:
    case EnvelopeKind::kAes256Gcm:
      return 32;
  }
  return 0;
}

std::size_t EnvelopeIvBytes(EnvelopeKind kind) {
  switch (kind) {
    case EnvelopeKind::kNone:
      return 0;
    case EnvelopeKind::kAes128Cbc:
    case EnvelopeKind::kAes256Cbc:
      return 16;
    case EnvelopeKind::kAes256Gcm:
      return 12;
  }
  return 0;
}

}  // namespace chirograph
