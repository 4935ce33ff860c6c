// SPDX-License-Identifier: Apache-2.0
//
// The seam between the sequencer and where bytes live. One process has one store open; one thread, the
// sequencer's, commits; any thread reads.
#ifndef CHIROGRAPH_SERVICE_LOG_STORE_H_
#define CHIROGRAPH_SERVICE_LOG_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/sha256.h"
#include "crypto/tile.h"

namespace chirograph {

// What makes two submissions the same one.
struct SubmissionId {
  Digest article_digest = {};
  std::optional<Digest> secured_digest;  // of the field's text; absent where there is none, or an empty one
  std::optional<Digest> source_digest;   // absent where the article came as a message
  // NOLINTNEXTLINE(modernize-use-nullptr): the 0 is the compiler's own
  friend auto operator<=>(const SubmissionId&, const SubmissionId&) = default;
};

// Names a publisher's key in the log.
struct KeyName {
  std::string publisher_domain;
  std::string key_id;
  // NOLINTNEXTLINE(modernize-use-nullptr): the 0 is the compiler's own
  friend auto operator<=>(const KeyName&, const KeyName&) = default;
};

// One entry to append, with what is kept beside it.
struct NewEntry {
  std::string log_entry;  // exact bytes, never empty
  // An article's; all three set, or none.
  std::optional<SubmissionId> submission;
  std::string opening;
  std::string content;
  // A KeyEvent's.
  std::optional<KeyName> key;
};

// What one commit makes durable, all or nothing.
struct LogBatch {
  std::uint64_t first_index = 0;  // the tree_size before
  std::vector<NewEntry> entries;
  std::vector<std::pair<TileId, std::string>> tiles;  // whole tiles, as TileEdge::TakeChangedTiles gives them
  std::string checkpoint;                             // signed note for first_index + entries.size()
};

enum class CommitOutcome {
  kCommitted,  // durable: it will be there after any crash from now on
  kLost,       // nothing of it is stored, nor will be
  kUnknown,    // it may be stored or not; only opening again tells
};

struct CommitResult {
  CommitOutcome outcome = CommitOutcome::kUnknown;
  absl::Status cause;  // OK exactly where committed
};

enum class StoreColumn;  // storage_schema.h

// A key and its value.
struct StoredPair {
  std::string key;
  std::string value;
};

// What is kept of one entry, each part with the reason where it could not be read.
struct StoredParts {
  absl::StatusOr<std::string> log_entry;
  // NotFound also where it was not asked for, or the entry is no article.
  absl::StatusOr<std::string> opening = absl::NotFoundError("");
  absl::StatusOr<std::string> content = absl::NotFoundError("");
};

// A piece of the log to read in order.
struct EntryRange {
  std::uint64_t first_index = 0;
  std::uint64_t end_index = 0;  // the first that is not wanted
  bool with_articles = false;   // Openings and Contents too
  // Reading stops before the entry that would go over it, but never before the first.
  std::size_t max_bytes = 0;
};

// What a store has of the log. Thread-safe. Errors: NotFound (nothing stored there), DataLoss (damaged),
// Unavailable (the store cannot answer now).
class LogReader : public TileReader {
 public:
  // The signed note of the last commit. A new store has one for size 0.
  virtual absl::StatusOr<std::string> ReadCheckpoint() const = 0;

  // The exact bytes at `index`. Openings and contents: NotFound also where the entry is no article.
  virtual absl::StatusOr<std::string> ReadEntry(std::uint64_t index) const = 0;
  virtual absl::StatusOr<std::string> ReadOpening(std::uint64_t index) const = 0;
  virtual absl::StatusOr<std::string> ReadContent(std::uint64_t index) const = 0;

  // The entries of `range` from its first on, as many as fit, at least one; none where the range is empty.
  // What is damaged or missing is told at its entry, and the rest is read. Unavailable: the store cannot
  // answer now. This one asks for each part by itself; a store that can read in order does better.
  virtual absl::StatusOr<std::vector<StoredParts>> ReadEntries(const EntryRange& range) const;

  // What `column` has, as it is stored (docs/storage-format.md), for checks: from the first key at or after
  // `from` on, in order, as many as fit into `max_bytes`, at least one; nothing at its end. DataLoss: what
  // comes first cannot be read.
  virtual absl::StatusOr<std::vector<StoredPair>> ReadPairs(StoreColumn column, std::string_view from,
                                                            std::size_t max_bytes) const = 0;
};

// Guarantees of every implementation:
// - A commit is atomic and durable before Commit returns kCommitted, and readers see all of it from then on.
// - No committed byte is overwritten with another; a tile that was partial only grows.
// - Commits are applied in order: after a crash, what is there is a prefix of the commits, whole ones.
// - Stored bytes are checked (checksums) where the engine can; damage is DataLoss, never an abort.
// Reads are thread-safe, also against Commit and Reopen.
class LogStore : public LogReader {
 public:
  // Called by one thread. After any outcome but kCommitted, Reopen must succeed before the next Commit,
  // which is otherwise refused as kLost.
  virtual CommitResult Commit(const LogBatch& batch) = 0;

  // Opens the store again as after a crash, so that what is stored is settled. Called by the committing
  // thread. Unavailable: try again later. DataLoss: it will not get better.
  virtual absl::Status Reopen() = 0;

  // Brings what was committed into the form in which a start finds it at once, for who stops in good order:
  // a start after a crash does it then, and takes longer. Called after the last Commit. Nothing is lost where
  // it fails, or is not called. Unavailable: the store cannot write now. A store that a start finds at once
  // anyway has nothing to do.
  virtual absl::Status WriteOut() { return absl::OkStatus(); }

  // The index of a submission, or of the first one with a digest; nothing where there is none.
  virtual absl::StatusOr<std::optional<std::uint64_t>> FindSubmission(const SubmissionId& id) const = 0;
  virtual absl::StatusOr<std::optional<std::uint64_t>> FindByArticleDigest(const Digest& digest) const = 0;
  virtual absl::StatusOr<std::optional<std::uint64_t>> FindBySourceDigest(const Digest& digest) const = 0;

  // The index of the last KeyEvent of each key, in the order of their names.
  virtual absl::StatusOr<std::vector<std::pair<KeyName, std::uint64_t>>> ReadKeyEventIndexes() const = 0;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_LOG_STORE_H_
