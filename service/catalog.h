// SPDX-License-Identifier: Apache-2.0
//
// The catalog: what finds articles by publisher, topic, URL, time and verdict (docs/catalog-format.md). It is
// derived: it follows the log on a thread of its own, and is made anew where it is missing, damaged, of
// another version or of another log. What it answers is where to look; the log is the truth.
#ifndef CHIROGRAPH_SERVICE_CATALOG_H_
#define CHIROGRAPH_SERVICE_CATALOG_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "crypto/note.h"
#include "service/catalog_query.h"
#include "service/catalog_reader.h"
#include "service/log_head.h"
#include "service/log_store.h"

namespace chirograph {

struct CatalogOptions {
  // Between two attempts to go on after the store or the disk could not.
  absl::Duration retry_delay = absl::Seconds(1);
  // Where one batch of entries ends.
  std::uint64_t max_batch_entries = 512;
  // Of what was committed, and is kept in memory until it is in the catalog. More is read from the store.
  std::size_t max_recent_bytes = std::size_t{16} << 20;
  // Called on the thread that follows before each batch, without a lock: tests hold it up there.
  std::function<void()> before_batch;
};

// Thread-safe. Every error of an answer has an ErrorReason: CATALOG_UNAVAILABLE (it is damaged, and is made
// anew at the next start; or the disk could not), STORE_DAMAGED (it found the log damaged, and stopped).
//
// Answers are of the first `tree_size` entries of the log, which is at most tree_size(); those never change.
class Catalog {
 public:
  // Opens the catalog in the folder `path`, or makes one, and starts to follow the log in `store` up to the
  // checkpoint that it has. The references must outlive the catalog. Errors: FailedPrecondition (another
  // process has it open), Unavailable (disk or store could not), DataLoss (the store's checkpoint or tiles
  // are damaged).
  static absl::StatusOr<std::unique_ptr<Catalog>> Start(const std::string& path, const LogStore& store,
                                                        const NoteVerifier& log,
                                                        const CatalogOptions& options = {});

  // Makes a new catalog in `path` of all that `store` has, on the calling thread, and answers with its
  // tree_size. Nobody may have it open. Errors as Start; DataLoss also where any entry is damaged.
  static absl::StatusOr<std::uint64_t> Rebuild(const std::string& path, const LogStore& store,
                                               const NoteVerifier& log);

  // Stop().
  virtual ~Catalog() = default;

  // Says that `tree` is the log's newest. Not null; one that is not newer is no news. `commit` is what was
  // just committed, up to that tree, so that it need not be read from the store; or null. Does not block.
  virtual void Publish(std::shared_ptr<const PublishedTree> tree, std::shared_ptr<const LogBatch> commit) = 0;

  // Entries of the log that are in the catalog.
  virtual std::uint64_t tree_size() const = 0;

  // Calls `done` exactly once, from this call or from a thread of the catalog's: OK once tree_size() is at
  // least `tree_size`. Errors: CATALOG_BEHIND (not within `timeout`), SHUTTING_DOWN, STORE_DAMAGED,
  // CATALOG_UNAVAILABLE. `done` must not block.
  virtual void WhenAt(std::uint64_t tree_size, absl::Duration timeout,
                      std::function<void(absl::Status)> done) = 0;

  // Ends following, and everybody's waiting. What is there is still answered. Idempotent.
  virtual void Stop() = 0;

  // Says that an answer is not as the log is: the next start makes the catalog anew. CATALOG_UNAVAILABLE.
  virtual absl::Status ReportDamage(std::string_view finding) const = 0;

  // The articles that fit `query`, in its order, from behind `position` on (empty: from the first). Answers
  // with a part of them: ask again with the page's position until it is the end.
  virtual absl::StatusOr<CatalogPage> List(const CatalogQuery& query, std::uint64_t tree_size,
                                           std::string_view position, const PageLimits& limits) const = 0;

  // Publishers with an article of `url` within `bounds`, at most `max` of them, sorted.
  virtual absl::StatusOr<std::vector<std::string>> Publishers(std::string_view url,
                                                              const VersionBounds& bounds,
                                                              std::size_t max) const = 0;

  // The versions of a page within `bounds`, by the index of their first submission there; positions as in
  // List.
  virtual absl::StatusOr<CatalogPage> Versions(const PageName& page, const VersionBounds& bounds,
                                               bool newest_first, std::string_view position,
                                               const PageLimits& limits) const = 0;

  // The newest version of a page, before `end_index`, that came after the article at `index` with another
  // text and another verdict than VALID: the index of its first submission with that verdict. Nothing: there
  // is none.
  virtual absl::StatusOr<std::optional<std::uint64_t>> NewerNotValid(const PageName& page,
                                                                     const CatalogHit& hit,
                                                                     std::uint64_t end_index) const = 0;

  // How many of the first `tree_size` entries were archived before `time`, but that key events may be counted
  // to either side.
  virtual absl::StatusOr<std::uint64_t> CountBefore(absl::Time time, std::uint64_t tree_size) const = 0;

  // All of it as it is stored, for checks; as long as this is there.
  virtual const CatalogReader& stored() const = 0;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_CATALOG_H_
