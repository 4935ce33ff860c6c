// SPDX-License-Identifier: Apache-2.0
//
// chirographd.yaml (grammar and example in docs/configuration.md).
#ifndef CHIROGRAPH_SERVICE_CONFIG_H_
#define CHIROGRAPH_SERVICE_CONFIG_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/policy.h"

namespace chirograph {

inline constexpr std::string_view kDefaultListen = "127.0.0.1:7443";
inline constexpr std::string_view kDefaultHttpListen = "127.0.0.1:7444";
// In place of an address: no HTTP.
inline constexpr std::string_view kNoHttp = "none";

enum class DiagnosticsFormat { kText, kJson };

// Everything that `chirographd serve` can be told.
struct ServerConfig {
  std::string listen = std::string(kDefaultListen);           // HOST:PORT, port 0 for any; or unix:PATH
  std::string http_listen = std::string(kDefaultHttpListen);  // HOST:PORT, or kNoHttp
  // Serve articles' text over HTTP, too, and not only the log.
  bool http_serve_content = false;
  // Serve an address that is not loopback without TLS.
  bool insecure = false;
  // PEM files; both or none.
  std::string tls_certificate;
  std::string tls_private_key;
  // Path of the keyring; empty: no publisher's key is known.
  std::string keyring;
  // Take secret files that others can read, as mounted secrets often are.
  bool allow_shared_key_file = false;
  Policy policy;
  DiagnosticsFormat diagnostics_format = DiagnosticsFormat::kText;
  std::string diagnostics_level = "info";  // debug, info, warn or error
  // Where the file sets "listen", "http.listen", "tls.certificate", "tls.private_key" and "keyring":
  // "PATH:LINE:COLUMN". What it leaves out, or a flag says instead, has no place.
  std::map<std::string, std::string, std::less<>> places;
};

// The configuration in `text`, the content of the file at `path`; file names in it are relative to its
// folder. What it does not set keeps its default.
// InvalidArgument: the message begins "PATH:LINE:COLUMN: "; an unknown key, a value of another type or out of
// its range, anything that ParseStrictYaml refuses. A file of comments alone is an empty configuration.
absl::StatusOr<ServerConfig> ParseServerConfig(const std::string& path, std::string_view text);

// ParseServerConfig of the file at `path`. NotFound, PermissionDenied, InvalidArgument as ReadFile.
absl::StatusOr<ServerConfig> LoadServerConfig(const std::string& path);

// `setting` for a message, behind its place if it has one.
std::string NameSetting(const ServerConfig& config, std::string_view setting);

// Whether the whole fits together. InvalidArgument, with NameSetting: a bad address; one address twice; half
// of TLS; an address that is not loopback with neither TLS nor `insecure`.
absl::Status ValidateServerConfig(const ServerConfig& config);

// Whether `listen` is reached from this machine alone.
bool IsLoopback(std::string_view listen);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_CONFIG_H_
