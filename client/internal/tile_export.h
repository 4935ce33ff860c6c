// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_INTERNAL_TILE_EXPORT_H_
#define CHIROGRAPH_CLIENT_INTERNAL_TILE_EXPORT_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/answer.h"
#include "client/checkpoint_tracker.h"
#include "client/client_state.h"
#include "client/internal/listed_article.h"
#include "client/internal/tile_folder.h"
#include "client/tile_export.h"
#include "crypto/sha256.h"
#include "crypto/tile.h"

namespace chirograph::internal {

// Asks for the hashes of a proof, which is checked here.
using ConsistencyQuery =
    std::function<Answer<std::vector<Digest>>(std::uint64_t first_size, std::uint64_t second_size)>;

// One filling of a folder, as ArchiveClient::ExportTiles. What is there already is read back and hashed, so
// that the root is that of the files; from its first missing full bundle on the entries are fetched. No file
// is written before its tree is proved to be a beginning of the signed one. For one thread.
class TileExport {
 public:
  // `services`, `folder`, which is open, and `callbacks` must outlive it.
  TileExport(const StreamServices& services, TileFolder& folder, const TileExportCallbacks& callbacks,
             ConsistencyQuery consistency)
      : services_(services), folder_(folder), callbacks_(callbacks), consistency_(std::move(consistency)) {}

  // Up to `checkpoint`, which was judged.
  Answer<TileExportSummary> Run(const TrustedCheckpoint& checkpoint);

 private:
  // The full bundles that the folder has, up to the first that it has not.
  std::optional<Failure> TakeFromFolder();
  std::optional<Failure> TakeServed(const v1::StreamEntriesResponse& entries);
  // Puts bundle_, which is full or the last.
  std::optional<Failure> PutBundle();
  // Puts the full tiles that came about, and keeps the others for the end.
  std::optional<Failure> PutTiles();
  std::optional<Failure> Put(const std::string& name, std::string bytes);
  // Shows that what was hashed is the signed tree's beginning; then writes what waits.
  std::optional<Failure> ProveAndWrite();
  // Puts the partial bundle and the partial tiles of the whole tree, and at last the checkpoint.
  std::optional<Failure> Finish(const std::string& note);
  Answer<bool> IsPrefix(std::uint64_t size, const Digest& root) const;
  // What is wrong, where what was hashed is no beginning of the signed tree.
  Failure Blame() const;
  Failure NotSigned(std::string_view name) const;
  bool ShouldStop() const { return callbacks_.should_stop && callbacks_.should_stop(); }
  void ShowProgress() const;

  const StreamServices& services_;
  TileFolder& folder_;
  const TileExportCallbacks& callbacks_;
  const ConsistencyQuery consistency_;
  TileExportSummary summary_;
  TileEdge tree_;                       // of what was hashed
  std::string bundle_;                  // its entries behind the last full bundle
  std::map<TileId, std::string> edge_;  // its tiles that are not full
  std::vector<Digest> tile_roots_;      // of its full tiles of level 0
  std::uint64_t bundles_from_folder_ = 0;
  std::optional<std::uint64_t> proved_;  // how far the last proof goes
};

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_TILE_EXPORT_H_
