// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_BATCH_BUILDER_H_
#define CHIROGRAPH_SERVICE_BATCH_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "crypto/note.h"
#include "service/admission.h"
#include "service/log_head.h"
#include "service/log_store.h"

namespace chirograph {

// What became of one article that was put into a batch.
struct Placement {
  std::uint64_t index = 0;
  bool already_archived = false;
  std::string log_entry;          // exact bytes; empty where already archived before this batch
  std::string opening;            // likewise
  v1::VerificationResult result;  // judged at the time of the stamp
};

// One batch in the making: deduplication, time stamps, indexes, leaf hashes, tiles, signature. Pure but for
// reading the store; nothing is kept of it unless it is committed. Not thread-safe.
class BatchBuilder {
 public:
  // Builds on `head`. Entries are stamped with max(now, head.last_time), cut to microseconds. The arguments
  // must outlive the builder.
  BatchBuilder(const LogHead& head, const LogStore& store, const Admission& admission, absl::Time now);

  // Appends a key event, whose event_time is replaced by the stamp.
  absl::Status AddKeyEvent(v1::KeyEvent event);

  // Appends an article, or finds where it is already: idempotence goes before policy. Errors, after which
  // the batch is as before: FAILED_PRECONDITION (REJECTED_BY_POLICY: at the time of the stamp, when its key
  // may have left its period), or what the store says.
  absl::StatusOr<Placement> AddArticle(PreparedArticle article);

  // Entries to commit, and the bytes of content in them.
  std::size_t size() const { return batch_.entries.size(); }

  // The batch and the head that follows it, once it is committed. Nothing may be added after this. Internal:
  // could not sign.
  struct Built {
    LogBatch batch;
    LogHead next;
  };
  absl::StatusOr<Built> Finish(const NoteSigner& signer);

 private:
  void Append(NewEntry entry);

  const LogStore& store_;
  const Admission& admission_;
  LogHead next_;
  std::shared_ptr<LoggedKeys> new_keys_;  // next_.keys while it is still ours to change; null until then
  LogBatch batch_;
  std::map<SubmissionId, std::size_t> positions_;  // in batch_.entries, of the articles
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_BATCH_BUILDER_H_
