// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CRYPTO_PRIVATE_KEY_H_
#define CHIROGRAPH_CRYPTO_PRIVATE_KEY_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "crypto/key_types.h"

namespace chirograph {

// A key that signs with one algorithm. Thread-safe. Its memory is cleared when it goes.
class PrivateKey {
 public:
  // A new key: RSA of `rsa_bits` (2048 to 4096; ignored by the others), Ed25519 or P-256.
  // InvalidArgument: rsa_bits out of range. Internal: OpenSSL could not.
  static absl::StatusOr<std::unique_ptr<const PrivateKey>> Generate(KeyAlgorithm algorithm,
                                                                    int rsa_bits = 2048);

  // From an unencrypted PKCS#8 PEM ("-----BEGIN PRIVATE KEY-----").
  // InvalidArgument, saying what was found: not such a PEM; encrypted; another kind or size than
  // `algorithm` needs (as PublicKey).
  static absl::StatusOr<std::unique_ptr<const PrivateKey>> FromPem(std::string_view pem,
                                                                   KeyAlgorithm algorithm);

  virtual ~PrivateKey() = default;

  virtual KeyAlgorithm algorithm() const = 0;

  // PKCS#8 PEM: secret.
  virtual absl::StatusOr<std::string> ToPem() const = 0;

  // PEM SubjectPublicKeyInfo of the public half, and the same in DER.
  virtual absl::StatusOr<std::string> PublicPem() const = 0;
  virtual absl::StatusOr<std::string> PublicSpki() const = 0;

  // The signature over `message`. Internal: OpenSSL could not.
  virtual absl::StatusOr<std::string> Sign(std::string_view message) const = 0;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_PRIVATE_KEY_H_
