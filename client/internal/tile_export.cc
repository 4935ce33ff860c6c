// SPDX-License-Identifier: Apache-2.0
#include "client/internal/tile_export.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "client/internal/entry_stream.h"
#include "crypto/entry_bundle.h"
#include "crypto/limits.h"
#include "crypto/merkle.h"

namespace chirograph::internal {
namespace {

// Of files that wait for a proof: many, for each proof is a question and each writing waits for the disk.
constexpr std::size_t kMaxWaitingBytes = std::size_t{16} << 20;
// Of any bundle.
constexpr std::size_t kMaxBundleBytes = std::size_t{kTileWidth} * (2 + limits::kMaxBundledEntryBytes);

Digest LastHashOf(std::string_view hashes) {
  Digest digest;
  const std::string_view bytes = hashes.substr(hashes.size() - kSha256Bytes);
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

int WidthOf(std::string_view hashes) { return static_cast<int>(hashes.size() / kSha256Bytes); }

}  // namespace

Answer<TileExportSummary> TileExport::Run(const TrustedCheckpoint& checkpoint) {
  summary_.checkpoint = checkpoint.checkpoint;
  const std::uint64_t tree_size = summary_.checkpoint.tree_size;
  std::optional<Failure> failure = TakeFromFolder();
  if (failure) return *std::move(failure);
  v1::StreamEntriesRequest request;
  request.set_start_index(tree_.tree_size());
  request.set_end_index(ShouldStop() ? request.start_index() : tree_size);
  const Answer<std::uint64_t> reached = StreamEntries(
      services_, request, [this](const v1::StreamEntriesResponse& entries) -> Answer<StreamNext> {
        if (std::optional<Failure> bad = TakeServed(entries)) return *std::move(bad);
        return ShouldStop() ? StreamNext::kStop : StreamNext::kMore;
      });
  if (!reached.ok()) return reached.failure();
  summary_.is_complete = tree_.tree_size() == tree_size;
  failure = summary_.is_complete ? Finish(checkpoint.note) : ProveAndWrite();
  if (failure) return *std::move(failure);
  summary_.next_index = tree_.tree_size();
  return summary_;
}

std::optional<Failure> TileExport::TakeFromFolder() {
  while (bundles_from_folder_ < summary_.checkpoint.tree_size / kTileWidth && !ShouldStop()) {
    const std::string name = EntryBundlePath(bundles_from_folder_, kTileWidth);
    const absl::StatusOr<std::optional<std::string>> bundle = folder_.Read(name, kMaxBundleBytes);
    if (!bundle.ok()) return CouldNot(bundle.status());
    if (!bundle->has_value()) break;
    const absl::StatusOr<std::vector<std::string_view>> entries = ParseEntryBundle(**bundle);
    if (!entries.ok() || entries->size() != kTileWidth) return NotSigned(name);
    for (const std::string_view entry : *entries) tree_.Append(LeafHash(entry));
    ++bundles_from_folder_;
    ++summary_.unchanged;
    if (std::optional<Failure> failure = PutTiles()) return failure;
    ShowProgress();
  }
  // Before the first entry is asked for: who has a damaged folder need not wait for the rest.
  return ProveAndWrite();
}

std::optional<Failure> TileExport::TakeServed(const v1::StreamEntriesResponse& entries) {
  for (const v1::StoredEntry& stored : entries.entries()) {
    const std::uint64_t index = tree_.tree_size();
    // Absent is empty: an entry never is.
    if (stored.log_entry().empty()) {
      return DoesNotCheck(
          fmt::format("the server has not got the entry at index {}, or cannot read it", index));
    }
    const absl::Status bundled = AppendToEntryBundle(stored.log_entry(), bundle_);
    if (!bundled.ok()) {
      return DoesNotCheck(
          fmt::format("the entry at index {} is none: {}", index, std::string(bundled.message())));
    }
    tree_.Append(LeafHash(stored.log_entry()));
    ++summary_.fetched;
    if (tree_.tree_size() % kTileWidth != 0) continue;
    std::optional<Failure> failure = PutBundle();
    if (!failure) failure = PutTiles();
    if (failure) return failure;
  }
  ShowProgress();
  return std::nullopt;
}

std::optional<Failure> TileExport::PutBundle() {
  const std::uint64_t last = tree_.tree_size() - 1;
  const int width = static_cast<int>(last % kTileWidth) + 1;
  return Put(EntryBundlePath(last / kTileWidth, width), std::exchange(bundle_, ""));
}

std::optional<Failure> TileExport::PutTiles() {
  std::vector<std::pair<TileId, std::string>> tiles = tree_.TakeChangedTiles();
  // The tile above a full one ends with its root; first, for Blame.
  for (const auto& [id, hashes] : tiles) {
    if (id.level == 1) tile_roots_.push_back(LastHashOf(hashes));
  }
  for (auto& [id, hashes] : tiles) {
    if (WidthOf(hashes) < kTileWidth) {
      edge_[id] = std::move(hashes);
      continue;
    }
    edge_.erase(id);
    if (std::optional<Failure> failure = Put(TilePath(id, kTileWidth), std::move(hashes))) return failure;
  }
  return folder_.waiting_bytes() < kMaxWaitingBytes ? std::nullopt : ProveAndWrite();
}

std::optional<Failure> TileExport::Put(const std::string& name, std::string bytes) {
  const absl::StatusOr<TileFolder::Standing> standing = folder_.Add(name, std::move(bytes));
  if (!standing.ok()) return CouldNot(standing.status());
  if (*standing == TileFolder::Standing::kUnchanged) ++summary_.unchanged;
  if (*standing != TileFolder::Standing::kOther) return std::nullopt;
  // Whose fault it is, the log's signature says: what was hashed here may be what is wrong.
  if (std::optional<Failure> failure = ProveAndWrite()) return failure;
  return NotSigned(name);
}

std::optional<Failure> TileExport::ProveAndWrite() {
  const std::uint64_t size = tree_.tree_size();
  if (proved_ != size) {
    const Answer<bool> is_prefix = IsPrefix(size, tree_.RootHash());
    if (!is_prefix.ok()) return is_prefix.failure();
    if (!*is_prefix) return Blame();
    proved_ = size;
  }
  const absl::StatusOr<std::uint64_t> written = folder_.WriteWaiting();
  if (!written.ok()) return CouldNot(written.status());
  summary_.written += *written;
  return std::nullopt;
}

std::optional<Failure> TileExport::Finish(const std::string& note) {
  if (!bundle_.empty()) {
    if (std::optional<Failure> failure = PutBundle()) return failure;
  }
  if (std::optional<Failure> failure = PutTiles()) return failure;
  for (const auto& [id, hashes] : edge_) {
    if (std::optional<Failure> failure = Put(TilePath(id, WidthOf(hashes)), hashes)) return failure;
  }
  if (std::optional<Failure> failure = ProveAndWrite()) return failure;
  // Last: whoever reads it finds all that it promises.
  const absl::Status written = folder_.WriteCheckpoint(note);
  if (!written.ok()) return CouldNot(written);
  return std::nullopt;
}

Answer<bool> TileExport::IsPrefix(std::uint64_t size, const Digest& root) const {
  const Checkpoint& checkpoint = summary_.checkpoint;
  if (size == checkpoint.tree_size) return root == checkpoint.root_hash;
  if (size == 0) return true;
  const Answer<std::vector<Digest>> proof = consistency_(size, checkpoint.tree_size);
  if (!proof.ok()) return proof.failure();
  return VerifyConsistency(size, root, checkpoint.tree_size, checkpoint.root_hash, *proof) ==
         ProofVerdict::kVerified;
}

Failure TileExport::Blame() const {
  // Bundles of the folder that are a beginning of the signed tree, and that are not.
  std::uint64_t good = std::min(proved_.value_or(0) / kTileWidth, bundles_from_folder_);
  std::uint64_t bad = bundles_from_folder_ + 1;
  while (bad - good > 1) {
    const std::uint64_t middle = good + (bad - good) / 2;
    // A tree over the roots of full tiles has the root of the tree over their leaves.
    CompactRange tree;
    for (std::uint64_t i = 0; i < middle; ++i) tree.Append(tile_roots_[i]);
    const Answer<bool> is_prefix = IsPrefix(middle * kTileWidth, tree.RootHash());
    if (!is_prefix.ok()) return is_prefix.failure();
    (*is_prefix ? good : bad) = middle;
  }
  if (bad <= bundles_from_folder_) return NotSigned(EntryBundlePath(bad - 1, kTileWidth));
  return DoesNotCheck(
      fmt::format("its entries from index {} to {} are not those of the tree of {} that it signed, and were "
                  "not written; to see what is wrong: chirograph audit --full",
                  proved_.value_or(0), tree_.tree_size() - 1, summary_.checkpoint.tree_size));
}

Failure TileExport::NotSigned(std::string_view name) const {
  return CouldNot(absl::DataLossError(
      fmt::format("{}: is not what the log signed; it was damaged or changed, and was left as it is. Move it "
                  "away, and run the same again, which makes it anew",
                  folder_.PathOf(name))));
}

void TileExport::ShowProgress() const {
  if (callbacks_.on_progress) callbacks_.on_progress(tree_.tree_size(), summary_.checkpoint.tree_size);
}

}  // namespace chirograph::internal
