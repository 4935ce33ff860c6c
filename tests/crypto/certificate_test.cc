// SPDX-License-Identifier: Apache-2.0
#include "crypto/certificate.h"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <string>
#include <string_view>

#include "tests/crypto/openssl_key.h"

namespace chirograph::certificate_test {
namespace {

std::string TextOf(BIO* bio) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  return std::string(text, static_cast<std::size_t>(size));
}

// A certificate that `key` signs for itself, from a second ago for `seconds`.
std::string CertificateOf(const internal::PkeyPtr& key, long seconds = 3600) {
  const internal::SslPtr<X509, X509_free> certificate(X509_new());
  EXPECT_EQ(ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -1);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), seconds);
  EXPECT_EQ(X509_set_pubkey(certificate.get(), key.get()), 1);
  EXPECT_GT(X509_sign(certificate.get(), key.get(), EVP_sha256()), 0);
  const internal::BioPtr bio(BIO_new(BIO_s_mem()));
  EXPECT_EQ(PEM_write_bio_X509(bio.get(), certificate.get()), 1);
  return TextOf(bio.get());
}

std::string EncryptedPemOf(const internal::PkeyPtr& key) {
  const internal::BioPtr bio(BIO_new(BIO_s_mem()));
  EXPECT_EQ(
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), EVP_aes_256_cbc(), "secret", 6, nullptr, nullptr),
      1);
  return TextOf(bio.get());
}

TlsFilesVerdict Check(std::string_view certificates, std::string_view key) {
  const TlsFilesVerdict verdict = CheckTlsFiles(certificates, key);
  EXPECT_EQ(ERR_peek_error(), 0U) << "an error is left in OpenSSL's queue";
  return verdict;
}

class CertificateTest : public testing::Test {
 protected:
  const internal::PkeyPtr own_ = MakeEcKey("P-256");
  const internal::PkeyPtr other_ = MakeRsaKey(2048);
  const std::string certificate_ = CertificateOf(own_);
  const std::string key_ = PrivatePemOf(own_);
};

TEST_F(CertificateTest, TakesACertificateWithItsKey) {
  EXPECT_EQ(Check(certificate_, key_), TlsFilesVerdict::kGood);
  EXPECT_EQ(Check(CertificateOf(other_), PrivatePemOf(other_)), TlsFilesVerdict::kGood);
}

TEST_F(CertificateTest, TakesThoseThatVouchForItBehindIt) {
  EXPECT_EQ(Check(certificate_ + CertificateOf(other_) + CertificateOf(MakeRsaKey(2048)), key_),
            TlsFilesVerdict::kGood);
}

TEST_F(CertificateTest, TakesTextBetweenCertificatesAndCrLf) {
  EXPECT_EQ(Check("subject: x\n" + certificate_ + "\nsubject: y\n" + CertificateOf(other_) + "end\n", key_),
            TlsFilesVerdict::kGood);
  std::string pem = certificate_;
  for (std::size_t at = 0; (at = pem.find('\n', at)) != pem.npos; at += 2) pem.replace(at, 1, "\r\n");
  EXPECT_EQ(Check(pem, key_), TlsFilesVerdict::kGood);
}

TEST_F(CertificateTest, LeavesTimesToTheClients) {
  EXPECT_EQ(Check(CertificateOf(own_, 0), key_), TlsFilesVerdict::kGood);
}

TEST_F(CertificateTest, RefusesWhatIsNoCertificate) {
  EXPECT_EQ(Check("", key_), TlsFilesVerdict::kBadCertificate);
  EXPECT_EQ(Check("text\n", key_), TlsFilesVerdict::kBadCertificate);
  EXPECT_EQ(Check(key_, key_), TlsFilesVerdict::kBadCertificate);
  EXPECT_EQ(Check(PublicPemOf(own_), key_), TlsFilesVerdict::kBadCertificate);
  EXPECT_EQ(Check(certificate_.substr(0, certificate_.size() / 2), key_), TlsFilesVerdict::kBadCertificate);
}

TEST_F(CertificateTest, RefusesOneThatCannotBeReadBehindAGoodOne) {
  const std::string second = CertificateOf(other_);
  EXPECT_EQ(Check(certificate_ + second.substr(0, second.size() / 2), key_),
            TlsFilesVerdict::kBadCertificate);
  EXPECT_EQ(Check(certificate_ + internal::EncodePem("no certificate", "CERTIFICATE"), key_),
            TlsFilesVerdict::kBadCertificate);
}

TEST_F(CertificateTest, RefusesWhatIsNoPrivateKey) {
  EXPECT_EQ(Check(certificate_, ""), TlsFilesVerdict::kBadPrivateKey);
  EXPECT_EQ(Check(certificate_, "text\n"), TlsFilesVerdict::kBadPrivateKey);
  EXPECT_EQ(Check(certificate_, certificate_), TlsFilesVerdict::kBadPrivateKey);
  EXPECT_EQ(Check(certificate_, PublicPemOf(own_)), TlsFilesVerdict::kBadPrivateKey);
  EXPECT_EQ(Check(certificate_, key_.substr(0, key_.size() / 2)), TlsFilesVerdict::kBadPrivateKey);
}

TEST_F(CertificateTest, RefusesAnEncryptedKeyAndAsksNobody) {
  EXPECT_EQ(Check(certificate_, EncryptedPemOf(own_)), TlsFilesVerdict::kBadPrivateKey);
}

TEST_F(CertificateTest, RefusesAnothersKey) {
  EXPECT_EQ(Check(certificate_, PrivatePemOf(other_)), TlsFilesVerdict::kDifferentKeys);
  EXPECT_EQ(Check(certificate_, PrivatePemOf(MakeEcKey("P-256"))), TlsFilesVerdict::kDifferentKeys);
  EXPECT_EQ(Check(CertificateOf(other_) + certificate_, key_), TlsFilesVerdict::kDifferentKeys)
      << "the server's own comes first";
}

}  // namespace
}  // namespace chirograph::certificate_test
