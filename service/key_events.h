// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_KEY_EVENTS_H_
#define CHIROGRAPH_SERVICE_KEY_EVENTS_H_

#include <vector>

#include "absl/time/time.h"
#include "chirograph/v1/log_entry.pb.h"
#include "crypto/keyring.h"
#include "service/log_head.h"

namespace chirograph {

// What `keyring` says that the log's last words on its keys (`logged`) do not: an event for each key that is
// new or differs, and one that withdraws each key that is no longer in the keyring. In the order of the
// keys' names, all at `at`. Empty where the two agree.
std::vector<v1::KeyEvent> MissingKeyEvents(const Keyring& keyring, const LoggedKeys& logged, absl::Time at);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_KEY_EVENTS_H_
