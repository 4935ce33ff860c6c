// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CRYPTO_STATUS_MESSAGE_H_
#define CHIROGRAPH_CRYPTO_STATUS_MESSAGE_H_

#include <string>

#include "absl/status/status.h"

namespace chirograph {

// What `status` says, without its code: for a sentence that it is part of. Empty for OK.
inline std::string MessageOf(const absl::Status& status) { return std::string(status.message()); }

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_STATUS_MESSAGE_H_
