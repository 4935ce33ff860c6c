// SPDX-License-Identifier: Apache-2.0
#include "client/client_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "client/audit_state.h"
#include "client/internal/evidence.h"
#include "client/internal/folder.h"
#include "client/internal/state_file.h"
#include "client/receipt_file.h"
#include "crypto/encoding.h"
#include "crypto/file.h"
#include "crypto/limits.h"
#include "crypto/sha256.h"
#include "crypto/status_message.h"
#include "proto/shell_word.h"

namespace chirograph {
namespace {

// On disk: docs/client-state.md.
constexpr std::string_view kFormatLine = "chirograph client state 1\n";
constexpr std::string_view kReceiptSuffix = ".tlog-proof";
constexpr std::uint64_t kReceiptsInFolder = 1000;
constexpr std::size_t kMaxFolderNameChars = 200;
constexpr std::size_t kCutFolderNameChars = 150;

absl::Status NoTrustedKey(const std::string& path, const std::string& origin) {
  return absl::FailedPreconditionError(fmt::format("{}/log-key: no key of {} is trusted", path, origin));
}

std::string FolderOf(const std::string& path) { return std::filesystem::path(path).parent_path().string(); }

std::string RestoreOrForget(std::string_view origin) {
  return fmt::format("put it back from a backup, or begin anew with this log: chirograph log forget {}",
                     ShellWord(origin));
}

// What OriginFolderName made `name` of; nothing where it was cut, or another made it.
std::optional<std::string> OriginOfFolder(std::string_view name) {
  std::string origin;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '%') {
      origin += name[i];
      continue;
    }
    const std::optional<std::string> byte = HexDecode(name.substr(i + 1, 2));
    if (!byte.has_value() || byte->size() != 1) return std::nullopt;
    origin += *byte;
    i += 2;
  }
  if (OriginFolderName(origin) != name) return std::nullopt;
  return origin;
}

}  // namespace

absl::StatusOr<std::string> DefaultStateDir() {
  // A relative one must be ignored, says the XDG base directory specification.
  const char* const state_home = std::getenv("XDG_STATE_HOME");
  if (state_home != nullptr && *state_home == '/') return fmt::format("{}/chirograph", state_home);
  const char* const home = std::getenv("HOME");
  if (home != nullptr && *home != '\0') return fmt::format("{}/.local/state/chirograph", home);
  return absl::FailedPreconditionError(
      "neither XDG_STATE_HOME nor HOME is set, so there is no place for the client's state; name a folder "
      "with "
      "--state-dir");
}

std::string OriginFolderName(std::string_view origin) {
  std::string name;
  for (const char c : origin) {
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-' || (c == '.' && !name.empty());
    if (plain) {
      name += c;
    } else {
      name += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  // What is cut is longer than any name that is not, so the two never meet.
  if (name.size() > kMaxFolderNameChars) {
    name = fmt::format("{}-{}", name.substr(0, kCutFolderNameChars), ToHex(Sha256(origin)));
  }
  return name;
}

ClientState::ClientState(std::string state_dir, std::string origin, std::string path)
    : state_dir_(std::move(state_dir)), origin_(std::move(origin)), path_(std::move(path)) {}

absl::StatusOr<ClientState> ClientState::Open(const std::string& state_dir, std::string_view origin) {
  if (state_dir.empty()) return absl::InvalidArgumentError("the name of the state folder is empty");
  if (!IsNoteKeyName(origin)) {
    return absl::InvalidArgumentError(fmt::format(
        "'{}' cannot be a log's origin: it is empty, or has a space, a '+' or a control character", origin));
  }
  std::error_code error;
  const std::string absolute = std::filesystem::absolute(state_dir, error).lexically_normal().string();
  if (error) {
    return absl::UnavailableError(
        fmt::format("{}: cannot make an absolute path: {}", state_dir, error.message()));
  }
  ClientState state(absolute, std::string(origin), fmt::format("{}/{}", absolute, OriginFolderName(origin)));
  const std::string format_path = state.path_ + "/format";
  const absl::StatusOr<std::optional<std::string>> format = internal::ReadIfThere(format_path, 1024);
  if (!format.ok()) return format.status();
  if (format->has_value() && **format != kFormatLine) {
    return absl::FailedPreconditionError(
        fmt::format("{}: expected '{}', found '{}': it was written by a newer chirograph; use that, or "
                    "another --state-dir",
                    format_path, kFormatLine.substr(0, kFormatLine.size() - 1), **format));
  }
  return state;
}

absl::StatusOr<std::vector<std::string>> ClientState::ListOrigins(const std::string& state_dir) {
  const absl::StatusOr<std::vector<std::string>> names = internal::ListFolder(state_dir);
  if (!names.ok()) return names.status();
  std::vector<std::string> origins;
  for (const std::string& name : *names) {
    const std::string path = fmt::format("{}/{}/log-key", state_dir, name);
    const absl::StatusOr<std::optional<std::string>> contents =
        internal::ReadIfThere(path, limits::kMaxNoteKeyBytes + 1);
    if (!contents.ok()) return contents.status();
    if (!contents->has_value()) continue;
    const absl::StatusOr<NoteVerifier> key = NoteVerifier::Parse(internal::OneLine(**contents).value_or(""));
    if (!key.ok()) {
      const std::optional<std::string> origin = OriginOfFolder(name);
      return internal::Damaged(path, MessageOf(key.status()),
                               origin.has_value()
                                   ? RestoreOrForget(*origin)
                                   : "put it back from a backup, or move its folder elsewhere");
    }
    origins.push_back(key->name());
  }
  std::sort(origins.begin(), origins.end());
  return origins;
}

absl::StatusOr<std::optional<NoteVerifier>> ClientState::ReadLogKey() const {
  const std::string path = path_ + "/log-key";
  const absl::StatusOr<std::optional<std::string>> contents =
      internal::ReadIfThere(path, limits::kMaxNoteKeyBytes + 1);
  if (!contents.ok()) return contents.status();
  if (!contents->has_value()) return std::nullopt;
  const absl::StatusOr<NoteVerifier> key = NoteVerifier::Parse(internal::OneLine(**contents).value_or(""));
  if (!key.ok()) return internal::Damaged(path, MessageOf(key.status()), RestoreOrForget(origin_));
  if (key->name() != origin_) {
    return internal::Damaged(path, fmt::format("it is the key of {}, not of {}", key->name(), origin_),
                             RestoreOrForget(origin_));
  }
  return *key;
}

absl::Status ClientState::TrustLogKey(const NoteVerifier& key) {
  if (key.name() != origin_) {
    return absl::InvalidArgumentError(
        fmt::format("the key {} is of {}, not of {}", key.vkey(), key.name(), origin_));
  }
  const absl::StatusOr<internal::UniqueFd> lock = Lock();
  if (!lock.ok()) return lock.status();
  const absl::StatusOr<std::optional<NoteVerifier>> trusted = ReadLogKey();
  if (!trusted.ok()) return trusted.status();
  if (trusted->has_value()) {
    if ((*trusted)->vkey() == key.vkey()) return absl::OkStatus();
    return absl::FailedPreconditionError(fmt::format(
        "the trusted key of {} is {}, not {}; if the log has a new key and you believe it, forget the "
        "old one first: chirograph log forget {}",
        origin_, (*trusted)->vkey(), key.vkey(), ShellWord(origin_)));
  }
  absl::Status done = MakeFolders(path_, FileAccess::kSecret);
  if (done.ok()) done = WriteFileAtomically(path_ + "/format", kFormatLine, FileAccess::kPublic);
  if (done.ok()) done = WriteFileAtomically(path_ + "/log-key", key.vkey() + "\n", FileAccess::kPublic);
  return done;
}

absl::StatusOr<std::optional<TrustedCheckpoint>> ClientState::ReadCheckpoint() const {
  const absl::StatusOr<std::optional<NoteVerifier>> key = ReadLogKey();
  if (!key.ok()) return key.status();
  if (!key->has_value()) return NoTrustedKey(path_, origin_);
  const std::string path = path_ + "/checkpoint";
  absl::StatusOr<std::optional<std::string>> note = internal::ReadIfThere(path, limits::kMaxNoteBytes);
  if (!note.ok()) return note.status();
  if (!note->has_value()) return std::nullopt;
  absl::StatusOr<Checkpoint> checkpoint = OpenCheckpoint(**note, **key);
  if (!checkpoint.ok())
    return internal::Damaged(path, MessageOf(checkpoint.status()), RestoreOrForget(origin_));
  return TrustedCheckpoint{std::move(**note), std::move(*checkpoint)};
}

absl::StatusOr<ClientState::Swap> ClientState::SwapCheckpoint(const std::optional<std::string>& expected_note,
                                                              const std::string& next_note) {
  const absl::StatusOr<internal::UniqueFd> lock = Lock();
  if (!lock.ok()) return lock.status();
  const absl::StatusOr<std::optional<TrustedCheckpoint>> current = ReadCheckpoint();
  if (!current.ok()) return current.status();
  const absl::StatusOr<std::optional<NoteVerifier>> key = ReadLogKey();
  if (!key.ok()) return key.status();
  const absl::StatusOr<Checkpoint> next = OpenCheckpoint(next_note, **key);
  if (!next.ok()) return absl::InvalidArgumentError(MessageOf(next.status()));
  const bool unchanged =
      current->has_value() ? expected_note == (*current)->note : !expected_note.has_value();
  if (!unchanged) return Swap::kChangedMeanwhile;
  if (current->has_value() && next->tree_size < (*current)->checkpoint.tree_size) {
    return absl::InvalidArgumentError(fmt::format("a checkpoint of size {} does not replace one of size {}",
                                                  next->tree_size, (*current)->checkpoint.tree_size));
  }
  const absl::Status written = WriteFileAtomically(path_ + "/checkpoint", next_note, FileAccess::kPublic);
  if (!written.ok()) return written;
  return Swap::kSwapped;
}

std::string ClientState::AuditPath() const { return path_ + "/audit"; }

absl::StatusOr<std::optional<std::string>> ClientState::ReadAudit() const {
  return internal::ReadIfThere(AuditPath(), limits::kMaxAuditStateBytes);
}

absl::Status ClientState::WriteAudit(std::string_view file) {
  return WriteFileAtomically(AuditPath(), file, FileAccess::kPublic);
}

std::string ClientState::ReceiptPath(std::uint64_t index) const {
  return fmt::format("{}/receipts/{}/{}{}", path_, index / kReceiptsInFolder, index, kReceiptSuffix);
}

absl::StatusOr<std::optional<v1::Receipt>> ClientState::ReadReceipt(std::uint64_t index) const {
  const std::string path = ReceiptPath(index);
  const absl::StatusOr<std::optional<std::string>> file =
      internal::ReadIfThere(path, limits::kMaxTlogProofBytes);
  if (!file.ok()) return file.status();
  if (!file->has_value()) return std::nullopt;
  const std::string fetch_again =
      fmt::format("move it aside, and a fresh one can be had: chirograph proof get {}", index);
  absl::StatusOr<v1::Receipt> receipt = ParseReceiptFile(**file);
  if (!receipt.ok()) return internal::Damaged(path, MessageOf(receipt.status()), fetch_again);
  if (receipt->index() != index) {
    return internal::Damaged(path, fmt::format("it is the receipt of index {}", receipt->index()),
                             fetch_again);
  }
  return std::move(*receipt);
}

absl::StatusOr<std::vector<std::uint64_t>> ClientState::ListReceipts() const {
  const std::string folder = path_ + "/receipts";
  const absl::StatusOr<std::vector<std::string>> parts = internal::ListFolder(folder);
  if (!parts.ok()) return parts.status();
  std::vector<std::uint64_t> indexes;
  for (const std::string& part : *parts) {
    const absl::StatusOr<std::vector<std::string>> names =
        internal::ListFolder(fmt::format("{}/{}", folder, part));
    if (!names.ok()) return names.status();
    for (const std::string& name : *names) {
      std::uint64_t index = 0;
      std::from_chars(name.data(), name.data() + name.size(), index);
      // A name that ReceiptPath did not make is nobody's receipt.
      if (ReceiptPath(index) == fmt::format("{}/{}/{}", folder, part, name)) indexes.push_back(index);
    }
  }
  std::sort(indexes.begin(), indexes.end());
  return indexes;
}

absl::StatusOr<ClientState::Kept> ClientState::KeepReceipt(const v1::Receipt& receipt) {
  return KeepReceipts({&receipt}).front();
}

std::vector<absl::StatusOr<ClientState::Kept>> ClientState::KeepReceipts(
    const std::vector<const v1::Receipt*>& receipts) {
  std::vector<absl::StatusOr<Kept>> kept(receipts.size(), Kept::kNew);
  if (!internal::PathExists(path_ + "/log-key")) {
    kept.assign(receipts.size(), NoTrustedKey(path_, origin_));
    return kept;
  }
  std::vector<NewFile> files;
  std::vector<std::size_t> positions;  // of their receipts
  for (std::size_t i = 0; i < receipts.size(); ++i) {
    absl::StatusOr<std::string> file = FormatReceiptFile(*receipts[i]);
    const std::string path = ReceiptPath(receipts[i]->index());
    if (!file.ok()) {
      kept[i] = file.status();
    } else if (internal::PathExists(path)) {
      kept[i] = CompareKept(*receipts[i]);
    } else if (const absl::Status made = MakeFolders(FolderOf(path), FileAccess::kSecret); !made.ok()) {
      kept[i] = made;
    } else {
      files.push_back({path, *std::move(file)});
      positions.push_back(i);
    }
  }
  const std::vector<absl::Status> written = WriteNewFiles(files, FileAccess::kPublic);
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::size_t at = positions[i];
    if (!written[i].ok()) kept[at] = written[i];
    if (absl::IsAlreadyExists(written[i])) kept[at] = CompareKept(*receipts[at]);
  }
  return kept;
}

absl::StatusOr<ClientState::Kept> ClientState::CompareKept(const v1::Receipt& receipt) const {
  const absl::StatusOr<std::optional<v1::Receipt>> kept = ReadReceipt(receipt.index());
  if (!kept.ok()) return kept.status();
  if (!kept->has_value()) {
    return absl::UnavailableError(
        fmt::format("{}: was removed while it was read; try again", ReceiptPath(receipt.index())));
  }
  if ((*kept)->log_entry() != receipt.log_entry()) return Kept::kConflict;
  return (*kept)->opening() == receipt.opening() ? Kept::kSame : Kept::kConflict;
}

absl::StatusOr<std::string> ClientState::WriteEvidence(const Alarm& alarm, absl::Time now) {
  const absl::StatusOr<std::optional<NoteVerifier>> key = ReadLogKey();
  if (!key.ok()) return key.status();
  return internal::WriteEvidenceFolder(path_ + "/alarms", alarm, origin_,
                                       key->has_value() ? (*key)->vkey() : "none is trusted", now);
}

absl::StatusOr<std::string> ClientState::Forget(absl::Time now) {
  const absl::StatusOr<internal::UniqueFd> lock = Lock();
  if (!lock.ok()) return lock.status();
  if (!internal::PathExists(path_)) {
    return absl::NotFoundError(fmt::format("{}: there is no state of {} to forget", path_, origin_));
  }
  const std::string folder = state_dir_ + "/.forgotten";
  const absl::Status made = MakeFolders(folder, FileAccess::kSecret);
  if (!made.ok()) return made;
  const std::string base =
      fmt::format("{}/{}-{}", folder, internal::FileStamp(now), OriginFolderName(origin_));
  std::string aside = base;
  for (int number = 2; internal::PathExists(aside); ++number) aside = fmt::format("{}-{}", base, number);
  const absl::Status moved = internal::RenameDurably(path_, aside);
  if (!moved.ok()) return moved;
  return aside;
}

absl::StatusOr<internal::UniqueFd> ClientState::Lock() const {
  // Not in the log's own folder, which Forget moves.
  const std::string folder = state_dir_ + "/.locks";
  const absl::Status made = MakeFolders(folder, FileAccess::kSecret);
  if (!made.ok()) return made;
  return internal::LockFile(fmt::format("{}/{}", folder, OriginFolderName(origin_)));
}

}  // namespace chirograph
