// SPDX-License-Identifier: Apache-2.0
#include "service/key_events.h"

#include <map>
#include <string>
#include <utility>

#include "proto/enum_conversion.h"
#include "proto/stored_format.h"

namespace chirograph {
namespace {

v1::KeyEvent EventOf(const std::string& domain, const PublisherKey& key, absl::Time at) {
  v1::KeyEvent event;
  event.set_publisher_domain(domain);
  event.set_key_id(key.id);
  event.set_algorithm(ToProto(key.public_key->algorithm()));
  event.set_envelope(ToProto(key.envelope));
  event.set_public_key(key.public_key->spki());
  if (key.not_before) *event.mutable_not_before() = ToTimestamp(*key.not_before);
  if (key.not_after) *event.mutable_not_after() = ToTimestamp(*key.not_after);
  if (key.revoked_at) *event.mutable_revoked_at() = ToTimestamp(*key.revoked_at);
  *event.mutable_event_time() = ToTimestamp(at);
  return event;
}

// Whether two events say the same of their key, whenever they were logged. A KeyEvent has no maps, so its
// deterministic bytes can be compared.
bool SaySame(v1::KeyEvent a, v1::KeyEvent b) {
  a.clear_event_time();
  b.clear_event_time();
  return a.SerializeAsString() == b.SerializeAsString();
}

}  // namespace

std::vector<v1::KeyEvent> MissingKeyEvents(const Keyring& keyring, const LoggedKeys& logged, absl::Time at) {
  std::map<KeyName, v1::KeyEvent> missing;
  for (const auto& [domain, keys] : keyring.publishers()) {
    for (const PublisherKey& key : keys) {
      v1::KeyEvent event = EventOf(domain, key, at);
      const auto last = logged.find(KeyName{domain, key.id});
      if (last != logged.end() && SaySame(last->second.event, event)) continue;
      missing.emplace(KeyName{domain, key.id}, std::move(event));
    }
  }
  for (const auto& [name, last] : logged) {
    if (last.event.withdrawn()) continue;
    bool in_keyring = false;
    for (const PublisherKey& key : keyring.KeysFor(name.publisher_domain))
      in_keyring |= key.id == name.key_id;
    if (in_keyring) continue;
    v1::KeyEvent event = last.event;
    event.set_withdrawn(true);
    *event.mutable_event_time() = ToTimestamp(at);
    missing.emplace(name, std::move(event));
  }
  std::vector<v1::KeyEvent> events;
  events.reserve(missing.size());
  for (auto& [name, event] : missing) events.push_back(std::move(event));
  return events;
}

}  // namespace chirograph
