// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_CATALOG_WALK_H_
#define CHIROGRAPH_SERVICE_INTERNAL_CATALOG_WALK_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/catalog_schema.h"
#include "service/internal/catalog_database.h"

namespace chirograph {

// What the catalog says where a key should end with a position, and does not.
absl::Status NoCatalogPosition();

// A list of articles, in one direction. Where one stands is its position: an index of 8 bytes, or a published
// time of 13 and an index.
class CatalogWalk {
 public:
  CatalogWalk() = default;
  CatalogWalk(const CatalogWalk&) = delete;
  CatalogWalk& operator=(const CatalogWalk&) = delete;
  virtual ~CatalogWalk() = default;

  // To the first position at or, in the direction, after `position`.
  virtual void Seek(const std::string& position) = 0;
  virtual bool valid() const = 0;
  // Where it stands. Good until the next Seek.
  virtual std::string_view position() const = 0;
  // Why it is not valid; OK at the end. DataLoss: damaged. Unavailable: the disk could not.
  virtual absl::Status status() const = 0;
};

// Of keys that are a prefix and the position: the rows, and the list by published time.
class KeyWalk final : public CatalogWalk {
 public:
  // `database` must outlive it; as for the other walks.
  KeyWalk(const CatalogDatabase& database, const std::string& prefix, std::size_t position_bytes,
          bool descending)
      : prefix_(prefix),
        position_bytes_(position_bytes),
        descending_(descending),
        range_(database, prefix, AfterPrefix(prefix)) {}

  void Seek(const std::string& position) override;
  bool valid() const override { return range_.valid() && HasPosition(); }
  std::string_view position() const override { return range_.key().substr(prefix_.size()); }
  absl::Status status() const override {
    return range_.valid() && !HasPosition() ? NoCatalogPosition() : range_.status();
  }
  std::string_view value() const { return range_.value(); }

 private:
  bool HasPosition() const { return range_.key().size() == prefix_.size() + position_bytes_; }

  const std::string prefix_;
  const std::size_t position_bytes_;
  const bool descending_;
  CatalogDatabase::Range range_;
};

// Of the articles of one term, by index. Memory: one chunk.
class ChunkWalk final : public CatalogWalk {
 public:
  ChunkWalk(const CatalogDatabase& database, std::string_view term_tag, bool descending)
      : prefix_(CatalogPostingPrefix(term_tag)),
        descending_(descending),
        range_(database, prefix_, AfterPrefix(prefix_)) {}

  void Seek(const std::string& position) override;
  bool valid() const override { return at_ < postings_.size(); }
  std::string_view position() const override { return position_; }
  absl::Status status() const override { return damage_.ok() ? range_.status() : damage_; }

  // The postings of the chunk that it stands in.
  const std::vector<CatalogPosting>& chunk() const { return postings_; }

 private:
  void SeekUp(std::uint64_t index);
  bool Load();
  bool Reaches(std::uint64_t index) const { return !postings_.empty() && index <= postings_.back().index; }

  const std::string prefix_;
  const bool descending_;
  CatalogDatabase::Range range_;
  std::vector<CatalogPosting> postings_;  // of the key that range_ stands at; empty: of none
  std::size_t at_ = 0;
  std::string position_;
  absl::Status damage_;
};

// Of articles in memory.
class SortedWalk final : public CatalogWalk {
 public:
  // By published time and index, or by index.
  SortedWalk(std::vector<CatalogPosting> postings, bool by_published, bool descending);

  void Seek(const std::string& position) override;
  bool valid() const override { return at_ < postings_.size(); }
  std::string_view position() const override { return position_; }
  absl::Status status() const override { return absl::OkStatus(); }

 private:
  const bool by_published_;
  const bool descending_;
  std::vector<CatalogPosting> postings_;  // upwards
  std::size_t at_ = 0;
  std::string position_;
};

inline bool IsOfLesserIndex(const CatalogPosting& a, const CatalogPosting& b) { return a.index < b.index; }

// Articles by index; nothing where they are more than were asked for.
using SomePostings = std::optional<std::vector<CatalogPosting>>;

// The articles of a term from `first_index` on and before `end_index`, unless they are more than `max`.
absl::StatusOr<SomePostings> ReadPostings(const CatalogDatabase& database, std::string_view term_tag,
                                          std::uint64_t first_index, std::uint64_t end_index,
                                          std::size_t max);

// Those whose URL begins with `url_prefix`, and maybe one of a shorter URL, unless they are more than `max`.
absl::StatusOr<SomePostings> ReadUrlPostings(const CatalogDatabase& database, std::string_view url_prefix,
                                             std::size_t max);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_CATALOG_WALK_H_
