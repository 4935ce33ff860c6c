// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_START_SERVER_H_
#define CHIROGRAPH_SERVICE_INTERNAL_START_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "crypto/keyring.h"
#include "service/archive_directory.h"
#include "service/clock.h"
#include "service/config.h"
#include "service/sequencer.h"
#include "service/server.h"

namespace chirograph::internal {

// Server::Start on an archive that is open already and a keyring that is read: tests put a store under it
// that fails.
absl::StatusOr<std::unique_ptr<Server>> StartServer(OpenedArchive opened, const std::string& catalog_path,
                                                    Keyring keyring, const ServerConfig& config,
                                                    const Clock& clock, SequencerOptions options = {});

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_SERVICE_INTERNAL_START_SERVER_H_
