// SPDX-License-Identifier: Apache-2.0
//
// What a log says of publishers' keys, index by index: its KeyEvents.
#ifndef CHIROGRAPH_PROTO_KEY_HISTORY_H_
#define CHIROGRAPH_PROTO_KEY_HISTORY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "chirograph/v1/log_entry.pb.h"
#include "crypto/keyring.h"

namespace chirograph {

// One KeyEvent with the key that it names, ready for use.
struct LoggedKeyEvent {
  v1::KeyEvent event;
  // Without an envelope key. public_key is null where the event withdraws the key, or names none that can be
  // used.
  PublisherKey key;
};

// Filled in order of index by one thread; read by any number while nobody adds.
class KeyHistory {
 public:
  // Takes the KeyEvent at `index`, which must be over those before. InvalidArgument, saying what was found:
  // publisher, key id, times or key are none that a keyring can have; the event is kept all the same, without
  // a key.
  absl::Status Add(std::uint64_t index, v1::KeyEvent event);

  // The KeyEvent at `index`; null where there is none there.
  const LoggedKeyEvent* Find(std::uint64_t index) const;

  // Whether the KeyEvent at `at` was the log's last word on its key before `index`, and did not withdraw it.
  bool IsInForce(std::uint64_t at, std::uint64_t index) const;

  // The keys of `publisher_domain` that were in force before `index`, with the indexes of their events.
  std::vector<std::pair<std::uint64_t, const LoggedKeyEvent*>> InForce(std::string_view publisher_domain,
                                                                       std::uint64_t index) const;

  // All events by index.
  const std::map<std::uint64_t, LoggedKeyEvent>& events() const { return events_; }

 private:
  // By publisher, then key id: where the events are, ascending.
  using Indexes = std::map<std::string, std::map<std::string, std::vector<std::uint64_t>>, std::less<>>;

  std::map<std::uint64_t, LoggedKeyEvent> events_;
  Indexes indexes_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_PROTO_KEY_HISTORY_H_
