// SPDX-License-Identifier: Apache-2.0
#include "proto/key_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "crypto/public_key.h"
#include "crypto/status_message.h"
#include "proto/enum_conversion.h"
#include "proto/stored_format.h"

namespace chirograph {
namespace {

// The key that `event` names, held to the rules for keyrings.
absl::StatusOr<PublisherKey> ReadKey(const v1::KeyEvent& event) {
  const std::optional<KeyAlgorithm> algorithm = FromProto(event.algorithm());
  const std::optional<EnvelopeKind> envelope = FromProto(event.envelope());
  if (!algorithm || !envelope) return absl::InvalidArgumentError("it has no algorithm or envelope");
  absl::StatusOr<std::shared_ptr<const PublicKey>> public_key =
      PublicKey::FromSpki(event.public_key(), *algorithm);
  if (!public_key.ok()) return public_key.status();
  PublisherKey key{.id = event.key_id(), .public_key = *std::move(public_key), .envelope = *envelope};
  key.envelope_key_missing = key.envelope != EnvelopeKind::kNone;
  if (event.has_not_before()) key.not_before = FromTimestamp(event.not_before());
  if (event.has_not_after()) key.not_after = FromTimestamp(event.not_after());
  if (event.has_revoked_at()) key.revoked_at = FromTimestamp(event.revoked_at());
  const absl::StatusOr<Keyring> keyring = Keyring::Create({{event.publisher_domain(), {key}}});
  if (!keyring.ok()) return keyring.status();
  return key;
}

// The last of `indexes` that is below `index`.
std::optional<std::uint64_t> LastBefore(const std::vector<std::uint64_t>& indexes, std::uint64_t index) {
  const auto above = std::lower_bound(indexes.begin(), indexes.end(), index);
  if (above == indexes.begin()) return std::nullopt;
  return *(above - 1);
}

}  // namespace

absl::Status KeyHistory::Add(std::uint64_t index, v1::KeyEvent event) {
  absl::StatusOr<PublisherKey> key = ReadKey(event);
  LoggedKeyEvent logged;
  absl::Status status;
  if (!key.ok()) {
    status = absl::InvalidArgumentError(MessageOf(key.status()));
  } else if (!event.withdrawn()) {
    logged.key = *std::move(key);
  }
  indexes_[event.publisher_domain()][event.key_id()].push_back(index);
  logged.event = std::move(event);
  events_.emplace(index, std::move(logged));
  return status;
}

const LoggedKeyEvent* KeyHistory::Find(std::uint64_t index) const {
  const auto found = events_.find(index);
  return found == events_.end() ? nullptr : &found->second;
}

bool KeyHistory::IsInForce(std::uint64_t at, std::uint64_t index) const {
  const LoggedKeyEvent* const logged = Find(at);
  if (logged == nullptr || logged->event.withdrawn()) return false;
  const auto& keys = indexes_.find(logged->event.publisher_domain())->second;
  return LastBefore(keys.at(logged->event.key_id()), index) == at;
}

std::vector<std::pair<std::uint64_t, const LoggedKeyEvent*>> KeyHistory::InForce(
    std::string_view publisher_domain, std::uint64_t index) const {
  std::vector<std::pair<std::uint64_t, const LoggedKeyEvent*>> in_force;
  const auto keys = indexes_.find(publisher_domain);
  if (keys == indexes_.end()) return in_force;
  for (const auto& [id, indexes] : keys->second) {
    const std::optional<std::uint64_t> last = LastBefore(indexes, index);
    if (!last) continue;
    const LoggedKeyEvent& logged = events_.at(*last);
    if (!logged.event.withdrawn()) in_force.emplace_back(*last, &logged);
  }
  return in_force;
}

}  // namespace chirograph
