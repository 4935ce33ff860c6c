// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_SERVICE_TLS_CERTIFICATE_H_
#define CHIROGRAPH_TESTS_SERVICE_TLS_CERTIFICATE_H_

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/service/child_process.h"

namespace chirograph {

// A certificate for localhost that vouches for itself, as docs/configuration.md says to make one: by the
// openssl command.
struct TlsCertificate {
  std::string certificate_path;
  std::string key_path;
  std::string certificate_pem;
};

inline TlsCertificate MakeTlsCertificate(const std::string& folder, const std::string& name) {
  TlsCertificate made{folder + "/" + name + ".pem", folder + "/" + name + ".key", {}};
  const ProcessResult result = RunProcess(
      {"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
       "-days", "365", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
       "-keyout", made.key_path, "-out", made.certificate_path});
  EXPECT_EQ(result.code, 0) << result.err;
  std::filesystem::permissions(made.key_path, std::filesystem::perms::owner_read);
  std::ifstream file(made.certificate_path);
  made.certificate_pem = {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return made;
}

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_SERVICE_TLS_CERTIFICATE_H_
