// SPDX-License-Identifier: Apache-2.0
//
// Which keys speak for which publisher (docs/secured-field.md).
#ifndef CHIROGRAPH_CRYPTO_KEYRING_H_
#define CHIROGRAPH_CRYPTO_KEYRING_H_

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "crypto/key_types.h"
#include "crypto/public_key.h"
#include "crypto/verdict.h"

namespace chirograph {

// `domain` in lower case, as keyrings name publishers, or nothing where it is no domain name: LDH labels
// of 1 to 63 characters, not beginning or ending with '-', 253 in all, no dot at the end, ASCII.
std::optional<std::string> NormalizePublisherDomain(std::string_view domain);

// One key of one publisher.
struct PublisherKey {
  std::string id;                               // 1 to 64 of A-Z a-z 0-9 . _ -
  std::shared_ptr<const PublicKey> public_key;  // never null
  EnvelopeKind envelope = EnvelopeKind::kNone;
  std::string envelope_key;  // secret; EnvelopeKeyBytes(envelope) bytes, or empty where it is missing
  // The key speaks, but its envelopes cannot be opened: signatures in them are DOES_NOT_VERIFY, whatever they
  // are worth. Only where LoadKeyring was told to do without.
  bool envelope_key_missing = false;
  // What was named for it and is not there: "keyring.yaml:7:26: FILE: ...". Empty where nothing was named.
  std::string envelope_key_not_found;
  std::optional<absl::Time> not_before;
  std::optional<absl::Time> not_after;
  std::optional<absl::Time> revoked_at;
};

// What a signature that `key` verifies is worth at `at`: VALID, KEY_REVOKED or KEY_OUT_OF_PERIOD, with
// its reason. Revocation goes before period.
struct KeyStanding {
  Verdict verdict;
  VerdictReason reason;
};
KeyStanding KeyStandingAt(const PublisherKey& key, absl::Time at);

// Immutable and thread-safe; a copy shares the keys.
class Keyring {
 public:
  // By publisher in normal form (see NormalizePublisherDomain).
  using Publishers = std::map<std::string, std::vector<PublisherKey>, std::less<>>;

  // No publishers at all.
  Keyring() = default;

  // InvalidArgument, naming publisher and key: a domain not in normal form; no keys or over 8; a bad or
  // repeated id; the same public key twice; an envelope key of the wrong length, or one that is there
  // although it is said to be missing; not_after not after
  // not_before.
  static absl::StatusOr<Keyring> Create(Publishers publishers);

  // The keys of a publisher in normal form, in the keyring's order; empty where it has none. The span is
  // valid as long as this keyring or a copy of it.
  std::span<const PublisherKey> KeysFor(std::string_view domain) const;

  const Publishers& publishers() const { return *publishers_; }

 private:
  std::shared_ptr<const Publishers> publishers_ = std::make_shared<const Publishers>();
};

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_KEYRING_H_
