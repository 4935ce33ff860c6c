// SPDX-License-Identifier: Apache-2.0
//
// The AES envelope of a secured field (docs/secured-field.md).
#ifndef CHIROGRAPH_CRYPTO_ENVELOPE_H_
#define CHIROGRAPH_CRYPTO_ENVELOPE_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "crypto/key_types.h"

namespace chirograph {

// A ciphertext with what opens it beside the key. Both parts are raw bytes.
struct SealedSignature {
  std::string ciphertext;  // for GCM with the 16-byte tag at its end
  std::string iv;          // 16 bytes, for GCM 12
};

// What came out of an envelope.
struct OpenedSignature {
  // Whether padding and length, or the tag, were right. Computed without branches on the plaintext.
  bool well_formed = false;
  // The signature, or, where it is not well formed, bytes of an allowed length that mean nothing.
  std::string signature;
};

// Bytes of ciphertext that a signature of `signature_bytes` becomes.
std::size_t SealedBytes(EnvelopeKind kind, std::size_t signature_bytes);

// Whether `sealed`, by its lengths alone, can hold a signature of min to max bytes. Never for kNone.
bool SealedLengthsFit(EnvelopeKind kind, const SealedSignature& sealed, std::size_t min_signature_bytes,
                      std::size_t max_signature_bytes);

// Opens `sealed`, whose signature has min to max bytes. Thread-safe.
// InvalidArgument: the key's length is wrong or not SealedLengthsFit; a caller that checked never sees it.
absl::StatusOr<OpenedSignature> OpenEnvelope(EnvelopeKind kind, std::string_view key,
                                             const SealedSignature& sealed, std::size_t min_signature_bytes,
                                             std::size_t max_signature_bytes);

// Seals `signature` under a fresh random IV. Thread-safe.
// InvalidArgument: `kind` is none, or the key's length is wrong. Internal: OpenSSL could not.
absl::StatusOr<SealedSignature> SealEnvelope(EnvelopeKind kind, std::string_view key,
                                             std::string_view signature);

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_ENVELOPE_H_
