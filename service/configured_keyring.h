// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_CONFIGURED_KEYRING_H_
#define CHIROGRAPH_SERVICE_CONFIGURED_KEYRING_H_

#include "absl/status/statusor.h"
#include "crypto/keyring.h"
#include "service/config.h"

namespace chirograph {

// The keyring that `config` names; an empty one where it names none. Errors as LoadKeyring's;
// the message says, too, where the configuration file names it.
absl::StatusOr<Keyring> LoadConfiguredKeyring(const ServerConfig& config);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_CONFIGURED_KEYRING_H_
