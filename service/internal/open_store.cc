// SPDX-License-Identifier: Apache-2.0
#include "service/internal/open_store.h"

#include <fmt/format.h>

#include <utility>

#include "absl/status/status.h"

namespace chirograph {
namespace {

absl::Status CheckIdentity(const RocksDbDatabase& database, const StoreIdentity& identity) {
  const absl::StatusOr<std::string> origin = database.GetMeta(kMetaOriginKey);
  if (!origin.ok()) return origin.status();
  if (*origin != identity.origin) {
    return absl::FailedPreconditionError(
        fmt::format("the store in {} holds the log \"{}\", but log.key is that of \"{}\"; put back the "
                    "log.key that belongs to this store",
                    database.path(), *origin, identity.origin));
  }
  const absl::StatusOr<std::string> verifier_key = database.GetMeta(kMetaVerifierKeyKey);
  if (!verifier_key.ok()) return verifier_key.status();
  if (*verifier_key != identity.verifier_key) {
    return absl::FailedPreconditionError(fmt::format(
        "the log in {} was made with the log key {}, and this one is {}; put the key back that belongs to it",
        database.path(), *verifier_key, identity.verifier_key));
  }
  return absl::OkStatus();
}

absl::Status EndIsMissing(const std::string& path, std::uint64_t tree_size, std::uint64_t acknowledged) {
  return absl::DataLossError(fmt::format(
      "the store in {} ends at {} entries, but {} were acknowledged: the end of its write-ahead log is "
      "missing. Do not go on from here, which would contradict checkpoints that were signed; restore a "
      "backup that has at least {} entries",
      path, tree_size, acknowledged, acknowledged));
}

}  // namespace

absl::StatusOr<OpenStore> OpenStoreFolder(const std::string& path, const StoreIdentity& identity,
                                          rocksdb::Env* env) {
  // First without changing anything: to open it for writing replaces the write-ahead logs, also those behind
  // damage that RocksDB takes for their end, from which acknowledged entries might still be saved.
  std::uint64_t acknowledged = 0;
  {
    const absl::StatusOr<std::unique_ptr<RocksDbDatabase>> database = RocksDbDatabase::OpenToRead(path, env);
    if (!database.ok()) return database.status();
    if (absl::Status status = CheckIdentity(**database, identity); !status.ok()) return status;
    const absl::StatusOr<CommittedMark> mark = CommittedMark::Open(path);
    if (!mark.ok()) return mark.status();
    acknowledged = mark->tree_size();
    const absl::StatusOr<std::uint64_t> tree_size = (*database)->CountEntries();
    if (!tree_size.ok()) return tree_size.status();
    if (*tree_size < acknowledged) return EndIsMissing(path, *tree_size, acknowledged);
  }
  absl::StatusOr<std::unique_ptr<RocksDbDatabase>> database = RocksDbDatabase::Open(path, env);
  if (!database.ok()) return database.status();
  const absl::StatusOr<std::uint64_t> tree_size = (*database)->CountEntries();
  if (!tree_size.ok()) return tree_size.status();
  absl::StatusOr<CommittedMark> mark = CommittedMark::Open(path);
  if (!mark.ok()) return mark.status();
  if (*tree_size < mark->tree_size()) return EndIsMissing(path, *tree_size, mark->tree_size());
  return OpenStore{*std::move(database), *std::move(mark), *tree_size};
}

}  // namespace chirograph
