// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_ARCHIVE_H_
#define CHIROGRAPH_SERVICE_ARCHIVE_H_

#include <memory>

#include "crypto/note.h"
#include "service/admission.h"
#include "service/catalog.h"
#include "service/clock.h"
#include "service/log_store.h"
#include "service/sequencer.h"
#include "service/stream_registry.h"
#include "service/worker_pool.h"

namespace chirograph {

// What the RPC handlers share. Everything in it is thread-safe and outlives them.
struct Archive {
  const Admission& admission;
  const LogStore& store;
  Sequencer& sequencer;
  const Clock& clock;
  const NoteVerifier& log;
  WorkerPool& workers;
  Catalog& catalog;
  StreamRegistry& streams;                  // that send articles
  StreamRegistry& checks;                   // of the archive itself
  std::shared_ptr<StreamRegistry> watches;  // which a watch may outlive the rest with
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_ARCHIVE_H_
