// SPDX-License-Identifier: Apache-2.0
#include "service/tls_files.h"

#include <fmt/format.h>

#include <utility>

#include "crypto/certificate.h"
#include "crypto/file.h"
#include "crypto/limits.h"

namespace chirograph {

absl::StatusOr<TlsFiles> LoadTlsFiles(const ServerConfig& config) {
  if (config.tls_certificate.empty()) return TlsFiles{};
  absl::StatusOr<std::string> certificate = ReadFile(config.tls_certificate, limits::kMaxConfigFileBytes);
  if (!certificate.ok()) return certificate.status();
  absl::StatusOr<std::string> key =
      ReadSecretFile(config.tls_private_key, limits::kMaxKeyFileBytes, config.allow_shared_key_file);
  if (!key.ok()) return key.status();
  switch (CheckTlsFiles(*certificate, *key)) {
    case TlsFilesVerdict::kGood:
      return TlsFiles{*std::move(certificate), *std::move(key)};
    case TlsFilesVerdict::kBadCertificate:
      return absl::InvalidArgumentError(
          fmt::format("{}: expected the server's certificate in PEM (-----BEGIN CERTIFICATE-----), then "
                      "those that vouch for it",
                      config.tls_certificate));
    case TlsFilesVerdict::kBadPrivateKey:
      return absl::InvalidArgumentError(
          fmt::format("{}: expected a private key in PEM (-----BEGIN PRIVATE KEY-----), not encrypted",
                      config.tls_private_key));
    case TlsFilesVerdict::kDifferentKeys:
      break;
  }
  return absl::InvalidArgumentError(fmt::format("{}: is not the private key of the first certificate in {}",
                                                config.tls_private_key, config.tls_certificate));
}

}  // namespace chirograph
