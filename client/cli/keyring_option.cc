// SPDX-License-Identifier: Apache-2.0
#include "client/cli/keyring_option.h"

#include <utility>

#include "crypto/keyring_file.h"

namespace chirograph {

absl::StatusOr<std::shared_ptr<const Keyring>> LoadKeyringOption(const GlobalOptions& options) {
  if (options.keyring.empty()) return std::shared_ptr<const Keyring>();
  KeyringFileOptions file_options;
  file_options.allow_shared_key_file = options.allow_shared_key_file;
  // A keyring is for everybody, the envelope keys in it for few; who has none takes signatures as an archive
  // opened them, or is told so (verify).
  file_options.allow_missing_envelope_key = true;
  absl::StatusOr<Keyring> keyring = LoadKeyring(options.keyring, file_options);
  if (!keyring.ok()) return keyring.status();
  return std::make_shared<const Keyring>(*std::move(keyring));
}

}  // namespace chirograph
