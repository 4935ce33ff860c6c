// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_INTERRUPTS_H_
#define CHIROGRAPH_CLIENT_CLI_INTERRUPTS_H_

#include <functional>
#include <memory>

#include "client/cli/host.h"

namespace chirograph {

// Host::WatchInterrupts for this process. Null: interrupts are ignored in it (nohup), or cannot be watched,
// and keep their meaning. There may be one at a time.
std::unique_ptr<InterruptWatch> WatchProcessInterrupts(std::function<void()> on_interrupt);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_INTERRUPTS_H_
