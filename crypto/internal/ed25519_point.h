// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CRYPTO_INTERNAL_ED25519_POINT_H_
#define CHIROGRAPH_CRYPTO_INTERNAL_ED25519_POINT_H_

#include <string_view>

#include "absl/status/statusor.h"

namespace chirograph::internal {

enum class Ed25519Point {
  kGood,
  kNotAPoint,   // 32 bytes that do not decode, or not 32 bytes
  kSmallOrder,  // one of the eight whose order divides 8: the same signature verifies any message
};

// What `bytes` are as a public key (RFC 8032 section 5.1.3). OpenSSL checks nothing when it loads a key: it
// takes no point for no signature at each verification, y of p and more for y - p, which the RFC does not,
// and a point of small order for any other. Internal: OpenSSL could not compute it.
absl::StatusOr<Ed25519Point> CheckEd25519Point(std::string_view bytes);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CRYPTO_INTERNAL_ED25519_POINT_H_
