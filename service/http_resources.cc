// SPDX-License-Identifier: Apache-2.0
#include "service/http_resources.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "crypto/encoding.h"
#include "crypto/entry_bundle.h"
#include "crypto/merkle.h"
#include "crypto/tile.h"
#include "crypto/tile_path.h"
#include "proto/canonical_form.h"
#include "proto/stored_format.h"

namespace chirograph {
namespace {

constexpr char kBytes[] = "application/octet-stream";
// A tile never changes, so whoever has it need not ask again.
constexpr char kForEver[] = "public, max-age=31536000, immutable";
// An article may have to go: a copy on the way must not outlast it.
constexpr char kAskAgain[] = "no-cache";
constexpr char kTilePrefix[] = "tile/";
constexpr char kContentPrefix[] = "content/";

HttpAnswer NotFound(std::string_view sentence) { return HttpSentence(404, sentence); }

// NotFound is damage, too: what is asked for is in the tree.
HttpAnswer FromStore(const absl::Status& status, std::string_view path) {
  if (absl::IsUnavailable(status)) {
    return HttpSentence(
        503, fmt::format("The archive's store cannot answer now: {}.", std::string(status.message())));
  }
  spdlog::error("HTTP: {} cannot be served: {}", path, std::string(status.message()));
  return HttpSentence(500, "The archive's store is damaged; its operator must look at it.");
}

absl::Status CheckHash(const Digest& is, const Digest& expected, std::string_view what) {
  if (is == expected) return absl::OkStatus();
  return absl::DataLossError(fmt::format("{} does not hash to what the tree has of it", what));
}

Digest HashAt(std::string_view hashes, std::size_t position) {
  Digest digest;
  const std::string_view bytes = hashes.substr(position * kSha256Bytes, kSha256Bytes);
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

// The first `width` hashes of the tile.
absl::StatusOr<std::string> ReadHashes(const LogStore& store, TileId id, int width) {
  absl::StatusOr<std::string> hashes = store.ReadTile(id, width);
  if (!hashes.ok()) return hashes.status();
  const std::size_t bytes = static_cast<std::size_t>(width) * kSha256Bytes;
  if (hashes->size() < bytes) {
    return absl::DataLossError(fmt::format("{} has only {} bytes", TilePath(id, width), hashes->size()));
  }
  hashes->resize(bytes);
  return hashes;
}

// The tile as the tree has it now. A full one is seen to be what the tile above says: it will be kept for
// ever by whoever gets it.
absl::StatusOr<std::string> ReadCheckedTile(const LogStore& store, TileId id, int width_now) {
  absl::StatusOr<std::string> hashes = ReadHashes(store, id, width_now);
  if (!hashes.ok() || width_now < kTileWidth) return hashes;
  const std::size_t position = id.index % kTileWidth;
  const absl::StatusOr<std::string> above =
      ReadHashes(store, {id.level + 1, id.index / kTileWidth}, static_cast<int>(position) + 1);
  if (!above.ok()) return above.status();
  CompactRange range;
  for (std::size_t i = 0; i < kTileWidth; ++i) range.Append(HashAt(*hashes, i));
  absl::Status status = CheckHash(range.RootHash(), HashAt(*above, position), TilePath(id, width_now));
  if (!status.ok()) return status;
  return hashes;
}

absl::StatusOr<std::string> ReadBundle(const LogStore& store, std::uint64_t index, int width) {
  const absl::StatusOr<std::string> hashes = ReadHashes(store, {0, index}, width);
  if (!hashes.ok()) return hashes.status();
  std::string bundle;
  for (int i = 0; i < width; ++i) {
    const std::uint64_t at = index * kTileWidth + static_cast<std::uint64_t>(i);
    const absl::StatusOr<std::string> entry = store.ReadEntry(at);
    if (!entry.ok()) return entry.status();
    absl::Status status = CheckHash(LeafHash(*entry), HashAt(*hashes, static_cast<std::size_t>(i)),
                                    fmt::format("the entry at index {}", at));
    if (!status.ok()) return status;
    if (status = AppendToEntryBundle(*entry, bundle); !status.ok()) return status;
  }
  return bundle;
}

HttpAnswer AnswerTile(const LogStore& store, const PublishedTree& tree, std::string_view path) {
  const absl::StatusOr<TileName> name = ParseTilePath(path);
  if (!name.ok()) return NotFound(fmt::format("This is {}.", std::string(name.status().message())));
  const TileId id{name->level.value_or(0), name->index};
  const int width_now = TileWidthAt(id, tree.checkpoint.tree_size);
  if (width_now < name->width) {
    const std::string whole =
        fmt::format("The newest tree has {} entries, and in it ", tree.checkpoint.tree_size);
    if (width_now == 0) return NotFound(fmt::format("{}there is no such tile.", whole));
    return NotFound(
        fmt::format("{}this tile has a width of {}: ask for /{}.", whole, width_now,
                    name->level ? TilePath(id, width_now) : EntryBundlePath(id.index, width_now)));
  }
  absl::StatusOr<std::string> bytes =
      name->level ? ReadCheckedTile(store, id, width_now) : ReadBundle(store, name->index, name->width);
  if (!bytes.ok()) return FromStore(bytes.status(), path);
  if (name->level) bytes->resize(static_cast<std::size_t>(name->width) * kSha256Bytes);
  return {.content_type = kBytes,
          .cache_control = kForEver,
          .body = *std::move(bytes),
          .compressible = !name->level.has_value()};  // hashes do not get shorter
}

// The text that `digest` is of, taken from the article at `index`.
absl::StatusOr<std::string> ReadText(const LogStore& store, std::uint64_t index, bool source,
                                     const Digest& digest) {
  const absl::StatusOr<std::string> bytes = store.ReadContent(index);
  if (!bytes.ok()) return bytes.status();
  absl::StatusOr<v1::Content> content = ParseContent(*bytes);
  if (!content.ok()) return absl::DataLossError(content.status().message());
  absl::StatusOr<std::string> text =
      source ? absl::StatusOr<std::string>(content->source_document()) : CanonicalForm(content->article());
  if (!text.ok()) return absl::DataLossError(text.status().message());
  const absl::Status status =
      CheckHash(Sha256(*text), digest, fmt::format("the content of the article at index {}", index));
  if (!status.ok()) return status;
  return text;
}

HttpAnswer AnswerContent(const LogStore& store, const PublishedTree& tree, std::string_view path) {
  const std::optional<std::string> bytes = HexDecode(path.substr(sizeof(kContentPrefix) - 1));
  const std::optional<Digest> digest = DigestFromBytes(bytes.value_or(""));
  if (!digest || std::any_of(path.begin(), path.end(), [](char c) { return c >= 'A' && c <= 'F'; })) {
    return NotFound("There is nothing here: after /content/ is a SHA-256 in lower-case hexadecimal.");
  }
  for (const bool source : {true, false}) {
    const auto index = source ? store.FindBySourceDigest(*digest) : store.FindByArticleDigest(*digest);
    if (!index.ok()) return FromStore(index.status(), path);
    if (!*index || **index >= tree.checkpoint.tree_size) continue;
    absl::StatusOr<std::string> text = ReadText(store, **index, source, *digest);
    if (!text.ok()) return FromStore(text.status(), path);
    return {.content_type = source ? "text/plain; charset=utf-8" : "application/json",
            .cache_control = kAskAgain,
            .body = *std::move(text),
            .compressible = true};
  }
  return NotFound(
      "No article in this archive has that digest, of its source document or of its canonical form.");
}

}  // namespace

HttpAnswer HttpSentence(int status, std::string_view sentence) {
  return {.status = status, .body = fmt::format("{}\n", sentence)};
}

HttpAnswer AnswerHttpGet(const LogStore& store, const PublishedTree& tree, bool serve_content,
                         std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  if (path == "checkpoint") return {.body = tree.note};
  if (path.starts_with(kTilePrefix)) return AnswerTile(store, tree, path);
  if (path.starts_with(kContentPrefix)) {
    if (serve_content) return AnswerContent(store, tree, path);
    return NotFound("The operator of this archive does not serve the articles' text over HTTP.");
  }
  if (path.empty()) {
    return {.body = fmt::format("The log {}, as C2SP tlog-tiles: /checkpoint, /tile/LEVEL/NUMBER, "
                                "/tile/entries/NUMBER. See https://c2sp.org/tlog-tiles\n",
                                tree.checkpoint.origin)};
  }
  return NotFound(
      "There is nothing here; there are /checkpoint, /tile/LEVEL/NUMBER and /tile/entries/NUMBER.");
}

}  // namespace chirograph
