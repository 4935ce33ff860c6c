// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CRYPTO_PUBLIC_KEY_H_
#define CHIROGRAPH_CRYPTO_PUBLIC_KEY_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "crypto/key_types.h"

namespace chirograph {

// A key that verifies signatures of one algorithm. One that exists is valid. Thread-safe.
class PublicKey {
 public:
  // From a PEM SubjectPublicKeyInfo ("-----BEGIN PUBLIC KEY-----"), with nothing but white space around.
  // InvalidArgument, saying what was found: not such a PEM; a private key; another kind of key than
  // `algorithm` needs (for both RSA algorithms: rsaEncryption); RSA under 2048 or over 4096 bits, or with e
  // even, 1 or not under 2^32; not a point of P-256 or Ed25519; a point of Ed25519 whose order divides 8, for
  // which anybody can sign; what FromSpki refuses.
  static absl::StatusOr<std::shared_ptr<const PublicKey>> FromPem(std::string_view pem,
                                                                  KeyAlgorithm algorithm);

  // From DER. As FromPem; also InvalidArgument where bytes follow or the encoding is not the one that
  // spki() gives back, which for P-256 is a named curve and an uncompressed point: one key, one spelling.
  static absl::StatusOr<std::shared_ptr<const PublicKey>> FromSpki(std::string_view der,
                                                                   KeyAlgorithm algorithm);

  virtual ~PublicKey() = default;

  virtual KeyAlgorithm algorithm() const = 0;

  // DER SubjectPublicKeyInfo.
  virtual const std::string& spki() const = 0;
  // The same as PEM: "-----BEGIN PUBLIC KEY-----" and so on, with a line feed at its end.
  std::string ToPem() const;

  // Bytes of a signature: equal for all but ECDSA, whose DER takes 8 to 72.
  virtual std::size_t min_signature_bytes() const = 0;
  virtual std::size_t max_signature_bytes() const = 0;

  // Whether `signature` is this key's over `message`: RFC 8017 (PSS: MGF1-SHA-256 and a salt of exactly
  // 32), RFC 8032, or FIPS 186 with strict DER. Anything that is not a signature is "no"; leaves no
  // error in OpenSSL's queue.
  virtual bool Verify(std::string_view message, std::string_view signature) const = 0;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_PUBLIC_KEY_H_
