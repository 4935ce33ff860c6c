// SPDX-License-Identifier: Apache-2.0
#include "service/configured_keyring.h"

#include <fmt/format.h>

#include <string>

#include "crypto/keyring_file.h"
#include "crypto/status_message.h"

namespace chirograph {

absl::StatusOr<Keyring> LoadConfiguredKeyring(const ServerConfig& config) {
  if (config.keyring.empty()) return Keyring();
  absl::StatusOr<Keyring> keyring =
      LoadKeyring(config.keyring, {.allow_shared_key_file = config.allow_shared_key_file});
  const auto place = config.places.find("keyring");
  if (keyring.ok() || place == config.places.end()) return keyring;
  return absl::Status(keyring.status().code(),
                      fmt::format("{} (the keyring of {})", MessageOf(keyring.status()), place->second));
}

}  // namespace chirograph
