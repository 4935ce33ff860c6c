// SPDX-License-Identifier: Apache-2.0
#include "service/internal/examine_store.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "crypto/checkpoint.h"
#include "crypto/status_message.h"
#include "proto/finding.h"
#include "service/internal/committed_mark.h"
#include "service/storage_schema.h"

namespace chirograph {
namespace {

absl::Status ExamineName(const RocksDbDatabase& database, std::string_view key, const std::string& expected,
                         ArchiveToCheck* archive) {
  const absl::StatusOr<std::string> found = database.GetMeta(key);
  if (absl::IsUnavailable(found.status())) return found.status();
  if (found.ok() && *found == expected) return absl::OkStatus();
  archive->findings.push_back(MakeFindingOf(fmt::format("meta/{}", key), v1::FINDING_CODE_STORE_MISLABELLED,
                                            expected, found.ok() ? *found : MessageOf(found.status())));
  return absl::OkStatus();
}

absl::Status ExamineCheckpoint(const RocksDbDatabase& database, const NoteVerifier& log,
                               ArchiveToCheck* archive) {
  const absl::StatusOr<std::string> note = database.GetMeta(kMetaCheckpointKey);
  if (absl::IsUnavailable(note.status())) return note.status();
  absl::StatusOr<Checkpoint> checkpoint = note.ok() ? OpenCheckpoint(*note, log) : note.status();
  if (checkpoint.ok()) {
    archive->checkpoint = *note;
    archive->tree_size = checkpoint->tree_size;
    archive->root_hash = checkpoint->root_hash;
    return absl::OkStatus();
  }
  archive->findings.push_back(MakeFindingOf("meta/checkpoint", v1::FINDING_CODE_CHECKPOINT_INVALID,
                                            "a note signed by " + log.vkey(),
                                            MessageOf(checkpoint.status())));
  const absl::StatusOr<std::uint64_t> entries = database.CountEntries();
  if (absl::IsUnavailable(entries.status())) return entries.status();
  if (!entries.ok()) {
    archive->findings.push_back(MakeFindingOf("entries", v1::FINDING_CODE_ENTRY_MISSING, "a last entry",
                                              MessageOf(entries.status())));
    return absl::OkStatus();
  }
  archive->tree_size = *entries;
  return absl::OkStatus();
}

absl::Status ExamineMark(const RocksDbDatabase& database, ArchiveToCheck* archive) {
  const absl::StatusOr<std::uint64_t> acknowledged = CommittedMark::Read(database.path());
  if (absl::IsUnavailable(acknowledged.status())) return acknowledged.status();
  if (!acknowledged.ok()) {
    archive->findings.push_back(MakeFindingOf(kCommittedMarkFile, v1::FINDING_CODE_STORE_MISLABELLED,
                                              "how many entries were acknowledged",
                                              MessageOf(acknowledged.status())));
  } else if (*acknowledged > archive->tree_size) {
    archive->findings.push_back(MakeFinding(v1::FINDING_CODE_END_MISSING, archive->tree_size,
                                            fmt::format("{} entries, which were acknowledged", *acknowledged),
                                            fmt::format("{}", archive->tree_size)));
    archive->findings.back().set_subject(std::string(kCommittedMarkFile));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ArchiveToCheck> ExamineStore(const RocksDbDatabase& database, const LogReader& reader,
                                            const NoteVerifier& log) {
  ArchiveToCheck archive{.log = &reader, .is_at_rest = true};
  absl::Status status = ExamineName(database, kMetaOriginKey, log.name(), &archive);
  if (status.ok()) status = ExamineName(database, kMetaVerifierKeyKey, log.vkey(), &archive);
  if (status.ok()) status = ExamineCheckpoint(database, log, &archive);
  if (status.ok()) status = ExamineMark(database, &archive);
  if (!status.ok()) return status;
  return archive;
}

}  // namespace chirograph
