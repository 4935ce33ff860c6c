// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CRYPTO_RANDOM_H_
#define CHIROGRAPH_CRYPTO_RANDOM_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"

namespace chirograph {

// `count` bytes from OpenSSL's generator, fit for salts, nonces and keys. Thread-safe.
// Internal: the generator has no entropy; nothing may be signed or stored then.
absl::StatusOr<std::string> RandomBytes(std::size_t count);

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_RANDOM_H_
