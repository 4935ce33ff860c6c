// SPDX-License-Identifier: Apache-2.0
//
// The operator's own check of all that his archive stores (docs/check.md): one implementation behind
// VerificationService.CheckArchive and `chirographd check`.
#ifndef CHIROGRAPH_SERVICE_ARCHIVE_CHECK_H_
#define CHIROGRAPH_SERVICE_ARCHIVE_CHECK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "chirograph/v1/check_archive.pb.h"
#include "chirograph/v1/finding.pb.h"
#include "crypto/keyring.h"
#include "crypto/sha256.h"
#include "proto/check_part.h"
#include "service/catalog_reader.h"
#include "service/clock.h"
#include "service/log_store.h"

namespace chirograph {

// CheckSummary.heading.
inline constexpr std::string_view kCheckHeading = "self-check by the operator";

class CheckRun;

// What is checked. Readers must outlive the check.
struct ArchiveToCheck {
  const LogReader* log = nullptr;          // never null
  const CatalogReader* catalog = nullptr;  // null: there is none that can be read
  // The tree that was signed last: of an archive that is served, as it was published when the check began.
  std::string checkpoint;           // its signed note; empty: none that the log's key signed
  std::uint64_t tree_size = 0;      // without a note: as many as there are
  std::optional<Digest> root_hash;  // absent: no note
  // Nobody writes to it: what lies beyond the tree is too much.
  bool is_at_rest = false;
  // What was found in opening it.
  std::vector<v1::Finding> findings;
};

struct ArchiveCheckOptions {
  // The entries to check, within the tree; the default is all. start_index <= end_index.
  std::uint64_t start_index = 0;
  std::optional<std::uint64_t> end_index;
  // Today's, with envelope keys where they are at hand; must outlive the check. Null: none.
  const Keyring* keyring = nullptr;
  // 0: any number.
  std::uint64_t max_articles_per_second = 0;
  // Whether each article's outcome is told.
  bool with_outcomes = true;
  // On which articles are checked; 1: on the caller's alone.
  std::size_t threads = 1;
  // What one step takes: so much is in memory, and twice again in messages.
  std::uint64_t max_step_entries = 64;
  std::size_t max_step_bytes = std::size_t{1} << 20;
  // For tests alone.
  CheckParts left_out;
};

// One check, a step at a time. Memory: a step, one tile of each level, and all KeyEvents of the log (some 1
// KiB each); nothing grows with the number of articles. Not thread-safe; steps may be on different threads.
class ArchiveCheck {
 public:
  // `clock` must outlive it; it says when progress is due, how fast the check goes, and what "now" is.
  ArchiveCheck(ArchiveToCheck archive, const ArchiveCheckOptions& options, const Clock& clock);
  ~ArchiveCheck();
  ArchiveCheck(const ArchiveCheck&) = delete;
  ArchiveCheck& operator=(const ArchiveCheck&) = delete;

  // The next step, and what there is to say of it: maybe nothing. With the summary the check is done, and is
  // not called again. Before not_before() it does nothing, but says how far it is where that is due.
  // Unavailable: the store cannot answer now; Internal: no entropy. Damage is no error.
  absl::StatusOr<v1::CheckArchiveResponse> Next();
  bool is_done() const;

  // By the clock: when the next step may begin, so that max_articles_per_second is kept to.
  absl::Time not_before() const;
  // How long to wait before Next: until then, but for no longer than progress can wait.
  absl::Duration delay() const;

 private:
  const std::unique_ptr<CheckRun> run_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_ARCHIVE_CHECK_H_
