// SPDX-License-Identifier: Apache-2.0
//
// What an EVP_PKEY must be before it may verify or sign here.
#ifndef CHIROGRAPH_CRYPTO_INTERNAL_PKEY_H_
#define CHIROGRAPH_CRYPTO_INTERNAL_PKEY_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/internal/ssl_ptr.h"
#include "crypto/key_types.h"

namespace chirograph::internal {

// DER SubjectPublicKeyInfo of `key`. Internal: OpenSSL could not.
absl::StatusOr<std::string> EncodeSpki(const EVP_PKEY* key);

// InvalidArgument, saying what was found, unless `key` is one that `algorithm` can use: RSA (rsaEncryption)
// of 2048 to 4096 bits with n odd and e odd, at least 3 and under 2^32; a point on Ed25519; a point on
// P-256. `spki` is the key's EncodeSpki.
absl::Status CheckKey(const EVP_PKEY* key, std::string_view spki, KeyAlgorithm algorithm);

// Big-endian modulus of an RSA key. Internal: OpenSSL could not.
absl::StatusOr<std::string> RsaModulus(const EVP_PKEY* key);

// Sets `context`, which is fresh from EVP_PKEY_verify_init or EVP_PKEY_sign_init, to RSA's `algorithm` or to
// ECDSA, over a SHA-256 digest. False: OpenSSL could not.
bool SetSignatureParameters(EVP_PKEY_CTX* context, KeyAlgorithm algorithm);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CRYPTO_INTERNAL_PKEY_H_
