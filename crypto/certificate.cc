// SPDX-License-Identifier: Apache-2.0
#include "crypto/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <climits>

#include "crypto/internal/ssl_ptr.h"

namespace chirograph {
namespace {

using internal::BioPtr;
using internal::PkeyPtr;
using X509Ptr = internal::SslPtr<X509, X509_free>;

BioPtr ReaderOf(std::string_view text) {
  if (text.size() > INT_MAX) return nullptr;
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// A server has nobody to ask.
int NoPassphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) { return -1; }

// The first certificate, or null where one of them cannot be read.
X509Ptr ReadCertificates(std::string_view pem) {
  const BioPtr bio = ReaderOf(pem);
  if (!bio) return nullptr;
  ERR_clear_error();
  X509Ptr first(PEM_read_bio_X509(bio.get(), nullptr, NoPassphrase, nullptr));
  if (!first) return nullptr;
  for (;;) {
    const X509Ptr next(PEM_read_bio_X509(bio.get(), nullptr, NoPassphrase, nullptr));
    if (next) continue;
    const unsigned long error = ERR_peek_last_error();
    const bool at_end = ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
    return at_end ? std::move(first) : nullptr;
  }
}

}  // namespace

TlsFilesVerdict CheckTlsFiles(std::string_view certificates_pem, std::string_view private_key_pem) {
  const auto verdict = [&] {
    const X509Ptr certificate = ReadCertificates(certificates_pem);
    if (!certificate) return TlsFilesVerdict::kBadCertificate;
    const BioPtr bio = ReaderOf(private_key_pem);
    const PkeyPtr key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr) : nullptr);
    if (!key) return TlsFilesVerdict::kBadPrivateKey;
    if (X509_check_private_key(certificate.get(), key.get()) != 1) return TlsFilesVerdict::kDifferentKeys;
    return TlsFilesVerdict::kGood;
  }();
  ERR_clear_error();
  return verdict;
}

}  // namespace chirograph
