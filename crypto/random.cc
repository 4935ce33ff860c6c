// SPDX-License-Identifier: Apache-2.0
#include "crypto/random.h"

#include <openssl/err.h>
#include <openssl/rand.h>

#include "absl/status/status.h"

namespace chirograph {

absl::StatusOr<std::string> RandomBytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes_ex(nullptr, reinterpret_cast<unsigned char*>(bytes.data()), count, 0) != 1) {
    ERR_clear_error();
    return absl::InternalError(
        "OpenSSL's random generator has no entropy; is getrandom() blocked or /dev/urandom missing here?");
  }
  return bytes;
}

}  // namespace chirograph
