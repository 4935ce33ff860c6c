// SPDX-License-Identifier: Apache-2.0
#include "service/internal/edge_check.h"

#include <fmt/format.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "crypto/checkpoint.h"
#include "crypto/tile.h"
#include "proto/finding.h"
#include "proto/stored_format.h"
#include "service/catalog_schema.h"
#include "service/storage_schema.h"

namespace chirograph {
namespace {

constexpr std::size_t kEdgePageBytes = std::size_t{1} << 20;
constexpr std::size_t kMaxFindings = 100;  // of one column

using Findings = std::vector<v1::Finding>;

// Each pair of `column` from the key `from` on, until `each` has enough.
template <typename Each>
absl::Status ForEachPair(const LogReader& log, StoreColumn column, std::string from, Findings* findings,
                         const Each& each) {
  for (;;) {
    const absl::StatusOr<std::vector<StoredPair>> pairs = log.ReadPairs(column, from, kEdgePageBytes);
    if (absl::IsDataLoss(pairs.status())) {
      const v1::FindingCode code =
          column == StoreColumn::kTiles ? v1::FINDING_CODE_TILE_MISSING : v1::FINDING_CODE_INDEX_MISMATCH;
      findings->push_back(
          MakeFindingOf(StoreColumnName(column), code, "", std::string(pairs.status().message())));
      return absl::OkStatus();
    }
    if (!pairs.ok()) return pairs.status();
    if (pairs->empty()) return absl::OkStatus();
    for (const StoredPair& pair : *pairs) {
      if (!each(pair)) return absl::OkStatus();
    }
    from = pairs->back().key + '\0';
  }
}

absl::Status FindEntriesBeyond(const LogReader& log, StoreColumn column, v1::FindingCode code,
                               std::uint64_t tree_size, Findings* findings) {
  std::size_t found = 0;
  return ForEachPair(log, column, EncodeIndex(tree_size), findings, [&](const StoredPair& pair) {
    const std::string expected = fmt::format("nothing from index {} on", tree_size);
    if (const std::optional<std::uint64_t> index = DecodeIndex(pair.key)) {
      findings->push_back(MakeFinding(code, *index, expected, fmt::format("{} bytes", pair.value.size())));
      findings->back().set_subject(std::string(StoreColumnName(column)));
    } else {
      findings->push_back(MakeFindingOf(StoreColumnName(column), code, expected, "a key that is no index"));
    }
    return ++found < kMaxFindings;
  });
}

absl::Status FindTilesBeyond(const LogReader& log, std::uint64_t tree_size, Findings* findings) {
  std::size_t found = 0;
  return ForEachPair(log, StoreColumn::kTiles, "", findings, [&](const StoredPair& pair) {
    std::optional<std::uint64_t> index;
    if (!pair.key.empty()) index = DecodeIndex(std::string_view(pair.key).substr(1));
    const int level = pair.key.empty() ? 0 : static_cast<unsigned char>(pair.key.front());
    if (!index || level > kMaxTileLevel) {
      findings->push_back(
          MakeFindingOf("tiles", v1::FINDING_CODE_TILE_MISMATCH, "", "a key that names no tile"));
    } else if (TileWidthAt({level, *index}, tree_size) == 0) {
      findings->push_back(MakeFindingOf(TilePath({level, *index}, kTileWidth), v1::FINDING_CODE_TILE_MISMATCH,
                                        fmt::format("no such tile in a tree of {} entries", tree_size),
                                        "one"));
    } else {
      return true;
    }
    return ++found < kMaxFindings;
  });
}

// Whether the entry at `index` can be read. One that cannot is found there.
absl::StatusOr<bool> IsReadable(const LogReader& log, std::uint64_t index) {
  const absl::StatusOr<std::string> bytes = log.ReadEntry(index);
  if (absl::IsUnavailable(bytes.status())) return bytes.status();
  return bytes.ok() && ParseLogEntry(*bytes).ok();
}

std::string Display(const KeyName& name) {
  return fmt::format("{} of {}", name.key_id, name.publisher_domain);
}

}  // namespace

absl::StatusOr<Findings> FindBeyond(const LogReader& log, std::uint64_t tree_size) {
  Findings findings;
  for (const auto& [column, code] : {std::pair{StoreColumn::kEntries, v1::FINDING_CODE_ENTRY_BEYOND_TREE},
                                     {StoreColumn::kOpenings, v1::FINDING_CODE_ARTICLE_UNLOGGED},
                                     {StoreColumn::kContent, v1::FINDING_CODE_ARTICLE_UNLOGGED}}) {
    absl::Status status = FindEntriesBeyond(log, column, code, tree_size, &findings);
    if (!status.ok()) return status;
  }
  if (absl::Status status = FindTilesBeyond(log, tree_size, &findings); !status.ok()) return status;
  return findings;
}

absl::StatusOr<Findings> CheckKeyEventIndexes(const LogReader& log, const KeyHistory& keys,
                                              std::uint64_t end_index) {
  Findings findings;
  std::map<KeyName, std::uint64_t> expected;
  for (const auto& [index, logged] : keys.events()) {
    expected[{logged.event.publisher_domain(), logged.event.key_id()}] = index;
  }
  const std::string subject(StoreColumnName(StoreColumn::kKeyEvents));
  const auto add = [&](std::uint64_t index, std::string_view wanted, std::string_view found) {
    findings.push_back(MakeFinding(v1::FINDING_CODE_INDEX_MISMATCH, index, wanted, found));
    findings.back().set_subject(subject);
  };
  absl::Status unavailable;
  const absl::Status status =
      ForEachPair(log, StoreColumn::kKeyEvents, "", &findings, [&](const StoredPair& pair) {
        const std::optional<KeyName> name = DecodeKeyName(pair.key);
        const std::optional<std::uint64_t> index = DecodeIndex(pair.value);
        if (!name || !index) {
          findings.push_back(MakeFindingOf(subject, v1::FINDING_CODE_INDEX_MISMATCH,
                                           "publisher, key id and an index", "something else"));
          return true;
        }
        const auto own = expected.find(*name);
        const std::optional<std::uint64_t> last =
            own == expected.end() ? std::nullopt : std::optional(own->second);
        if (last) expected.erase(own);
        if (last == *index || *index >= end_index) return true;
        if (!last) {
          // One that can be read is not this key's event: `keys` would have it.
          const absl::StatusOr<bool> is_readable = IsReadable(log, *index);
          if (!is_readable.ok()) unavailable = is_readable.status();
          if (!is_readable.ok()) return false;
          if (!*is_readable) return true;
        }
        add(last.value_or(*index), "the last KeyEvent of key " + Display(*name),
            fmt::format("index {}, which is not", *index));
        return true;
      });
  if (!status.ok() || !unavailable.ok()) return status.ok() ? unavailable : status;
  for (const auto& [name, index] : expected) add(index, "a key " + Display(name), "none");
  return findings;
}

absl::StatusOr<std::optional<std::uint64_t>> ReadCatalogSize(const ArchiveToCheck& archive,
                                                             Findings* findings) {
  if (archive.catalog == nullptr) return std::nullopt;
  const auto give_up = [&](v1::FindingCode code, std::string_view name, std::string_view expected,
                           std::string_view found) {
    findings->push_back(MakeFindingOf(fmt::format("catalog/{}", name), code, expected, found));
    return std::optional<std::uint64_t>();
  };
  std::map<std::string_view, std::string> meta;
  for (const std::string_view name : {kCatalogVersionKey, kCatalogProgressKey}) {
    const absl::StatusOr<std::optional<std::string>> value = archive.catalog->Get(CatalogMetaKey(name));
    if (absl::IsUnavailable(value.status())) return value.status();
    if (!value.ok() || !*value) {
      return give_up(v1::FINDING_CODE_CATALOG_UNREADABLE, name, "",
                     value.ok() ? "nothing there" : std::string(value.status().message()));
    }
    meta[name] = **value;
  }
  if (meta[kCatalogVersionKey] != fmt::format("{}", kCatalogVersion)) {
    return give_up(v1::FINDING_CODE_CATALOG_UNREADABLE, kCatalogVersionKey,
                   fmt::format("{}", kCatalogVersion), "another, so that the next start makes it anew");
  }
  const std::optional<CatalogProgress> progress = DecodeCatalogProgress(meta[kCatalogProgressKey]);
  if (!progress) {
    return give_up(v1::FINDING_CODE_CATALOG_UNREADABLE, kCatalogProgressKey, "tree_size and root_hash",
                   "something else");
  }
  if (progress->tree_size > archive.tree_size) {
    // One that is served may have gone on since.
    if (!archive.is_at_rest) return std::optional(archive.tree_size);
    give_up(v1::FINDING_CODE_CATALOG_INVENTS, kCatalogProgressKey,
            fmt::format("at most {} entries", archive.tree_size), fmt::format("{}", progress->tree_size));
    return std::optional(archive.tree_size);
  }
  std::optional<Digest> root = archive.root_hash;
  if (progress->tree_size < archive.tree_size) {
    // What was signed then is not known any more. Tiles that are damaged say nothing of the catalog.
    const absl::StatusOr<TileEdge> edge = TileEdge::Load(progress->tree_size, *archive.log);
    if (absl::IsUnavailable(edge.status())) return edge.status();
    root = edge.ok() ? std::optional(edge->RootHash()) : std::nullopt;
  }
  if (root && *root != progress->root_hash) {
    give_up(v1::FINDING_CODE_CATALOG_DIFFERS, kCatalogProgressKey,
            fmt::format("root {} of tree size {}", ToHex(*root), progress->tree_size),
            "root " + ToHex(progress->root_hash));
  }
  return std::optional(progress->tree_size);
}

}  // namespace chirograph
