// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CRYPTO_KEYRING_FILE_H_
#define CHIROGRAPH_CRYPTO_KEYRING_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "crypto/keyring.h"

namespace chirograph {

struct KeyringFileOptions {
  // Take envelope key files that group or others can read, as mounted secrets often are.
  bool allow_shared_key_file = false;
  // Take keys whose envelope key file is not there, or is not named: PublisherKey.envelope_key_missing. For
  // those who are not meant to have it, and take signatures as an archive opened them.
  bool allow_missing_envelope_key = false;
};

// Reads a YAML keyring (grammar and example in docs/secured-field.md) and the key files that it names,
// whose paths are relative to its own folder. Unknown keys are refused; domains are put in lower case.
// NotFound, PermissionDenied, Unavailable: a file cannot be read, or others can read a secret one (the
// message has the chmod to type). InvalidArgument: anything else that is wrong. The message begins
// "PATH:LINE:COLUMN: ", unless it is the keyring itself that cannot be read.
absl::StatusOr<Keyring> LoadKeyring(const std::string& path, const KeyringFileOptions& options = {});

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_KEYRING_FILE_H_
