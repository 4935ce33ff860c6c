// SPDX-License-Identifier: Apache-2.0
#include "service/archive_directory.h"

#include <fmt/format.h>

#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "crypto/checkpoint.h"
#include "crypto/file.h"
#include "crypto/limits.h"
#include "crypto/merkle.h"
#include "service/rocksdb_log_store.h"

namespace chirograph {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kConfigTemplate =
    R"(# Configuration of chirographd (docs/configuration.md). What is commented out shows the default.
# Paths are relative to this file.

# listen: 127.0.0.1:7443

# Which keys speak for which publisher. Without one, every signed article is UNKNOWN_KEY.
# keyring: keyring.yaml
# allow_shared_key_file: false

# An address that other machines can reach needs TLS, or insecure: true.
# tls:
#   certificate: server.pem
#   private_key: server.key
# insecure: false

# Where strangers read the log, as C2SP tlog-tiles over HTTP, or none; and whether they get the articles' text, too.
# http:
#   listen: 127.0.0.1:7444
#   serve_content: false

# What ingest does with each verdict: accept (it is recorded) or reject (nothing is stored).
# policy:
#   valid: accept
#   unsigned: accept
#   unsigned_with_keys: reject
#   malformed: reject
#   unknown_key: accept
#   key_revoked: accept
#   key_out_of_period: accept
#   invalid: reject

# diagnostics:
#   format: text
#   level: info
)";

std::string KeyPath(const std::string& directory) { return (fs::path(directory) / "log.key").string(); }

absl::Status MakeEmptyFolder(const std::string& directory) {
  std::error_code error;
  if (fs::exists(directory, error)) {
    if (!fs::is_directory(directory, error)) {
      return absl::AlreadyExistsError(fmt::format("{} is not a folder", directory));
    }
    if (!fs::is_empty(directory, error) || error) {
      return absl::AlreadyExistsError(fmt::format(
          "{} is not empty; an archive is made in a folder of its own: name another, or delete this one if "
          "it is an earlier try",
          directory));
    }
  } else if (absl::Status made = MakeFolders(directory, FileAccess::kPublic); !made.ok()) {
    return made;
  }
  fs::permissions(directory, fs::perms::owner_all, error);
  if (error)
    return absl::UnavailableError(fmt::format("cannot make {} private: {}", directory, error.message()));
  return absl::OkStatus();
}

}  // namespace

std::string StorePath(const std::string& directory) { return (fs::path(directory) / "store").string(); }

std::string CatalogPath(const std::string& directory) { return (fs::path(directory) / "catalog").string(); }

std::string ConfigPath(const std::string& directory) {
  return (fs::path(directory) / "chirographd.yaml").string();
}

absl::Status CheckIsArchive(const std::string& directory) {
  std::error_code key_error;
  std::error_code store_error;
  const bool has_key = fs::exists(KeyPath(directory), key_error);
  const bool has_store = fs::exists(StorePath(directory), store_error);
  if (key_error || store_error) {
    return absl::PermissionDeniedError(
        fmt::format("cannot look into {}: {}", directory, (key_error ? key_error : store_error).message()));
  }
  if (has_key && has_store) return absl::OkStatus();
  if (has_key) {
    return absl::FailedPreconditionError(fmt::format(
        "{} has the log's key, but no store: either chirographd init did not get to its end there "
        "(delete the folder and make it again), or {} was taken away (put it back)",
        directory, StorePath(directory)));
  }
  if (has_store) {
    return absl::FailedPreconditionError(
        fmt::format("{} has a store, but no log.key, without which the log cannot go on: put back the copy "
                    "that was kept of it",
                    directory));
  }
  return absl::NotFoundError(
      fmt::format("no archive at {}; is the volume mounted? to make one: chirographd init "
                  "--data-dir {} --origin NAME",
                  directory, directory));
}

absl::StatusOr<NoteVerifier> InitArchive(const std::string& directory, const std::string& origin) {
  absl::StatusOr<NoteSigner> signer = NoteSigner::Generate(origin);
  if (!signer.ok()) {
    if (!absl::IsInvalidArgument(signer.status())) return signer.status();
    return absl::InvalidArgumentError(fmt::format("the origin \"{}\" cannot name a log: {}", origin,
                                                  std::string(signer.status().message())));
  }
  Checkpoint empty{.origin = origin, .tree_size = 0, .root_hash = EmptyRootHash()};
  absl::StatusOr<std::string> note = SignCheckpoint(empty, *signer);
  if (!note.ok()) return note.status();

  if (absl::Status status = MakeEmptyFolder(directory); !status.ok()) return status;
  // The key goes first: a store whose key was lost could never be written to again.
  if (absl::Status status = WriteNewFile(KeyPath(directory), signer->skey() + "\n", FileAccess::kSecret);
      !status.ok()) {
    return status;
  }
  if (absl::Status status = WriteNewFile(ConfigPath(directory), kConfigTemplate, FileAccess::kPublic);
      !status.ok()) {
    return status;
  }
  // The store goes last: with it, and not before, there is an archive.
  const StoreIdentity identity{origin, signer->verifier().vkey()};
  if (absl::Status status = RocksDbLogStore::Create(StorePath(directory), identity, *note); !status.ok())
    return status;
  return signer->verifier();
}

absl::StatusOr<NoteSigner> ReadLogKey(const std::string& directory, bool allow_shared_key_file) {
  if (absl::Status status = CheckIsArchive(directory); !status.ok()) return status;
  absl::StatusOr<std::string> key =
      ReadSecretFile(KeyPath(directory), limits::kMaxKeyFileBytes, allow_shared_key_file);
  if (!key.ok()) return key.status();
  while (!key->empty() && (key->back() == '\n' || key->back() == '\r')) key->pop_back();
  absl::StatusOr<NoteSigner> signer = NoteSigner::Parse(*key);
  if (!signer.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("{}: {}", KeyPath(directory), std::string(signer.status().message())));
  }
  return signer;
}

absl::StatusOr<OpenedArchive> OpenArchive(const std::string& directory, bool allow_shared_key_file) {
  absl::StatusOr<NoteSigner> signer = ReadLogKey(directory, allow_shared_key_file);
  if (!signer.ok()) return signer.status();
  const StoreIdentity identity{signer->verifier().name(), signer->verifier().vkey()};
  absl::StatusOr<std::unique_ptr<LogStore>> store = RocksDbLogStore::Open(StorePath(directory), identity);
  if (!store.ok()) return store.status();
  return OpenedArchive{*std::move(signer), *std::move(store)};
}

}  // namespace chirograph
