// SPDX-License-Identifier: Apache-2.0
//
// Signing key files: all that signing takes, in one secret file (docs/publishers.md). A YAML mapping, then
// the private key in PEM, so that openssl and Node, which skip what is before the PEM, read it too.
#ifndef CHIROGRAPH_CLIENT_CLI_SIGNING_KEY_H_
#define CHIROGRAPH_CLIENT_CLI_SIGNING_KEY_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "client/cli/host.h"
#include "crypto/key_types.h"
#include "crypto/keyring.h"
#include "crypto/private_key.h"

namespace chirograph {

// First member of each file, with the version of its format.
inline constexpr std::string_view kSigningKeyFormat = "chirograph-signing-key-v1";

// A publisher's key with what it signs for. Copies share the private key.
struct SigningKey {
  std::string domain;  // in normal form
  std::string id;
  std::shared_ptr<const PrivateKey> private_key;  // never null
  EnvelopeKind envelope = EnvelopeKind::kNone;
  std::string envelope_key;  // secret; EnvelopeKeyBytes(envelope) bytes
  // The public half as the domain's only key, without a period.
  Keyring keyring;
};

// InvalidArgument: `domain` is no domain name, or a keyring would not take these (see Keyring::Create).
// Internal: OpenSSL could not.
absl::StatusOr<SigningKey> MakeSigningKey(std::string_view domain, std::string_view id,
                                          std::shared_ptr<const PrivateKey> private_key,
                                          EnvelopeKind envelope, std::string_view envelope_key);

// The file's contents: secret.
absl::StatusOr<std::string> FormatSigningKey(const SigningKey& key);

// InvalidArgument, with a SourcePosition where there is one; the message never holds a secret.
absl::StatusOr<SigningKey> ParseSigningKey(std::string_view text);

// The key that `source` names: the path of a file, "-" for standard input, "env:NAME" for the contents of a
// variable. The message names the source, and has the chmod to type for a file that others can read.
absl::StatusOr<SigningKey> LoadSigningKey(const std::string& source, bool allow_shared, Host& host);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_SIGNING_KEY_H_
