// SPDX-License-Identifier: Apache-2.0
//
// The folder that an archive lives in (docs/storage-format.md):
//
//     log.key           the log's private key; secret
//     store/            RocksDB
//     catalog/          RocksDB; derived from the store (docs/catalog-format.md)
//     chirographd.yaml  configuration, with every setting in a comment
#ifndef CHIROGRAPH_SERVICE_ARCHIVE_DIRECTORY_H_
#define CHIROGRAPH_SERVICE_ARCHIVE_DIRECTORY_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "crypto/note.h"
#include "service/log_store.h"

namespace chirograph {

// Makes an archive in `directory`, which must not exist or be empty, for a new log named `origin`, and
// returns the log's verifier. A crash on the way leaves a folder that OpenArchive refuses and that can be
// deleted: nothing was acknowledged. AlreadyExists: there is something in the folder. InvalidArgument:
// `origin` cannot name a log. Unavailable, PermissionDenied: the disk could not.
absl::StatusOr<NoteVerifier> InitArchive(const std::string& directory, const std::string& origin);

struct OpenedArchive {
  NoteSigner signer;
  std::unique_ptr<LogStore> store;
};

// Opens the archive in `directory`. NotFound, saying how to make one: there is none. FailedPrecondition: key
// or store is there without the other. PermissionDenied: the folder cannot be looked into. Others as
// ReadSecretFile (log.key; with `allow_shared_key_file`), NoteSigner::Parse and RocksDbLogStore::Open.
absl::StatusOr<OpenedArchive> OpenArchive(const std::string& directory, bool allow_shared_key_file);

// The key of the archive in `directory`, as OpenArchive reads it; the store is not opened.
absl::StatusOr<NoteSigner> ReadLogKey(const std::string& directory, bool allow_shared_key_file);

// Whether there is an archive in `directory`. NotFound: none. FailedPrecondition: half of one.
// PermissionDenied: the folder cannot be looked into. The message says what to do.
absl::Status CheckIsArchive(const std::string& directory);

// DIR/store.
std::string StorePath(const std::string& directory);

// DIR/catalog.
std::string CatalogPath(const std::string& directory);

// DIR/chirographd.yaml.
std::string ConfigPath(const std::string& directory);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_ARCHIVE_DIRECTORY_H_
