// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_TLS_FILES_H_
#define CHIROGRAPH_SERVICE_TLS_FILES_H_

#include <string>

#include "absl/status/statusor.h"
#include "service/config.h"

namespace chirograph {

// In PEM; both empty where there is no TLS.
struct TlsFiles {
  std::string certificate;
  std::string private_key;  // secret
};

// Reads the files that `config` names and checks that they can be served. Every message names the file.
// NotFound, PermissionDenied: as ReadSecretFile. InvalidArgument: no certificate, no private key that is not
// encrypted, or one of another certificate.
absl::StatusOr<TlsFiles> LoadTlsFiles(const ServerConfig& config);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_TLS_FILES_H_
