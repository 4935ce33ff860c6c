// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_SERVER_H_
#define CHIROGRAPH_SERVICE_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "service/clock.h"
#include "service/config.h"

namespace chirograph {

// A running chirographd: store, sequencer, gRPC with health and reflection, HTTP.
// chirograph.v1.ArchiveService is NOT_SERVING while nothing can be archived (see Sequencer::healthy); the
// others serve until Stop.
class Server {
 public:
  // Opens the archive in `data_dir` and serves it. NotFound: no archive there. InvalidArgument: the
  // configuration or a key is wrong. FailedPrecondition, DataLoss: as OpenArchive and Sequencer::Start.
  // Unavailable: an address cannot be listened on. `clock` must outlive the server.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const std::string& data_dir,
                                                       const ServerConfig& config, const Clock& clock);
  virtual ~Server() = default;

  // What is listened on, with the port that was bound.
  virtual const std::string& address() const = 0;
  // The same for HTTP; empty where there is none.
  virtual const std::string& http_address() const = 0;

  // Takes no new articles, finishes what the sequencer accepted, waits at most `grace` for the calls that
  // are left, cancels those, and closes the store. Idempotent; called from one thread.
  virtual void Stop(absl::Duration grace) = 0;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_SERVER_H_
