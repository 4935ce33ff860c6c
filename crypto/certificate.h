// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CRYPTO_CERTIFICATE_H_
#define CHIROGRAPH_CRYPTO_CERTIFICATE_H_

#include <string_view>

namespace chirograph {

// What is wrong with the files of a TLS server.
enum class TlsFilesVerdict {
  kGood,
  kBadCertificate,  // no certificate in PEM, or one of them cannot be read
  kBadPrivateKey,   // no private key in PEM, or an encrypted one
  kDifferentKeys,   // the private key is not that of the first certificate
};

// Whether a TLS server can show the certificates in `certificates_pem` (its own, then those that vouch for
// it) and prove with `private_key_pem` that the first is its own. Names and times are the clients' to judge.
// Thread-safe.
TlsFilesVerdict CheckTlsFiles(std::string_view certificates_pem, std::string_view private_key_pem);

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_CERTIFICATE_H_
