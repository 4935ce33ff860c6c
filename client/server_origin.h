// SPDX-License-Identifier: Apache-2.0
//
// Which log answered at a server's address before, so that a server cannot shed its history by calling itself
// another name: the folder .servers of docs/client-state.md. Threads, processes, `state_dir` and errors as
// ClientState.
#ifndef CHIROGRAPH_CLIENT_SERVER_ORIGIN_H_
#define CHIROGRAPH_CLIENT_SERVER_ORIGIN_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chirograph {

// The origin noted for `server` (an address, as the user gave it), or nothing.
absl::StatusOr<std::optional<std::string>> ReadServerOrigin(const std::string& state_dir,
                                                            std::string_view server);

// Notes `origin` for `server`, in place of another.
absl::Status WriteServerOrigin(const std::string& state_dir, std::string_view server,
                               std::string_view origin);

// Forgets every address of `origin`. On failure some of them are forgotten.
absl::Status ForgetServersOf(const std::string& state_dir, std::string_view origin);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_SERVER_ORIGIN_H_
