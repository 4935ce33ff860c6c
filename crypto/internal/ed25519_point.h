// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CRYPTO_INTERNAL_ED25519_POINT_H_
#define CHIROGRAPH_CRYPTO_INTERNAL_ED25519_POINT_H_

#include <string_view>

#include "absl/status/statusor.h"

namespace chirograph::internal {

// Whether 32 bytes decode to a point on Ed25519 (RFC 8032 section 5.1.3), which OpenSSL does not check
// when it loads a key, and takes for no signature at each verification. It also takes y of p and more,
// which the RFC does not. Internal: OpenSSL could not compute it.
absl::StatusOr<bool> IsEd25519Point(std::string_view bytes);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CRYPTO_INTERNAL_ED25519_POINT_H_
