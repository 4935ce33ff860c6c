// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_KEYRING_OPTION_H_
#define CHIROGRAPH_CLIENT_CLI_KEYRING_OPTION_H_

#include <memory>

#include "absl/status/statusor.h"
#include "client/cli/command.h"
#include "crypto/keyring.h"

namespace chirograph {

// The keyring that --keyring or CHIROGRAPH_KEYRING names; null where neither does. Errors as LoadKeyring.
absl::StatusOr<std::shared_ptr<const Keyring>> LoadKeyringOption(const GlobalOptions& options);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_KEYRING_OPTION_H_
