// SPDX-License-Identifier: Apache-2.0
#include "service/tls_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/service/status_matchers.h"
#include "tests/service/temp_folder.h"
#include "tests/service/tls_certificate.h"

namespace chirograph::tls_files_test {
namespace {

namespace fs = std::filesystem;

class TlsFilesTest : public ::testing::Test {
 protected:
  TlsFilesTest() {
    config_.tls_certificate = made_.certificate_path;
    config_.tls_private_key = made_.key_path;
  }
  std::string Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    fs::permissions(folder_ / name, fs::perms::owner_read | fs::perms::owner_write);
    return folder_ / name;
  }

  const TempFolder folder_;
  const TlsCertificate made_ = MakeTlsCertificate(folder_.path(), "server");
  ServerConfig config_;
};

TEST_F(TlsFilesTest, WithoutTlsThereAreNone) {
  const auto files = LoadTlsFiles(ServerConfig());
  ASSERT_THAT(files, IsOk());
  EXPECT_EQ(files->certificate, "");
}

TEST_F(TlsFilesTest, ReadsACertificateAndItsKey) {
  const auto files = LoadTlsFiles(config_);
  ASSERT_THAT(files, IsOk());
  EXPECT_EQ(files->certificate, made_.certificate_pem);
  EXPECT_NE(files->private_key.find("PRIVATE KEY"), std::string::npos);
}

TEST_F(TlsFilesTest, TakesAChain) {
  const TlsCertificate other = MakeTlsCertificate(folder_.path(), "other");
  config_.tls_certificate = Write("chain.pem", made_.certificate_pem + other.certificate_pem + "\n");
  EXPECT_THAT(LoadTlsFiles(config_), IsOk());
}

TEST_F(TlsFilesTest, NamesAFileThatIsMissing) {
  config_.tls_private_key = folder_ / "none.key";
  EXPECT_THAT(LoadTlsFiles(config_), StatusIs(absl::StatusCode::kNotFound, "none.key"));
  config_.tls_certificate = folder_ / "none.pem";
  EXPECT_THAT(LoadTlsFiles(config_), StatusIs(absl::StatusCode::kNotFound, "none.pem"));
}

TEST_F(TlsFilesTest, RefusesAKeyThatOthersCanReadUnlessItMayBeShared) {
  fs::permissions(made_.key_path, fs::perms::others_read, fs::perm_options::add);
  EXPECT_THAT(LoadTlsFiles(config_), StatusIs(absl::StatusCode::kPermissionDenied, "chmod 600"));
  config_.allow_shared_key_file = true;
  EXPECT_THAT(LoadTlsFiles(config_), IsOk());
}

TEST_F(TlsFilesTest, RefusesWhatIsNoCertificate) {
  for (const std::string& text : {std::string(), std::string("text"), made_.certificate_pem.substr(0, 200),
                                  made_.certificate_pem + "-----BEGIN CERTIFICATE-----\nAAAA\n"}) {
    config_.tls_certificate = Write("bad.pem", text);
    EXPECT_THAT(LoadTlsFiles(config_), StatusIs(absl::StatusCode::kInvalidArgument, "bad.pem: expected"));
  }
}

TEST_F(TlsFilesTest, RefusesWhatIsNoPrivateKey) {
  for (const std::string& text : {std::string(), std::string("text"), made_.certificate_pem}) {
    config_.tls_private_key = Write("bad.key", text);
    EXPECT_THAT(LoadTlsFiles(config_), StatusIs(absl::StatusCode::kInvalidArgument, "bad.key: expected"));
  }
}

TEST_F(TlsFilesTest, RefusesAnEncryptedKeyWithoutAskingForItsPassphrase) {
  config_.tls_private_key = folder_ / "encrypted.key";
  const ProcessResult result = RunProcess({"/usr/bin/openssl", "pkey", "-in", made_.key_path, "-aes256",
                                           "-passout", "pass:secret", "-out", config_.tls_private_key});
  ASSERT_EQ(result.code, 0) << result.err;
  fs::permissions(config_.tls_private_key, fs::perms::owner_read);
  EXPECT_THAT(LoadTlsFiles(config_), StatusIs(absl::StatusCode::kInvalidArgument, "not encrypted"));
}

TEST_F(TlsFilesTest, RefusesTheKeyOfAnotherCertificate) {
  config_.tls_private_key = MakeTlsCertificate(folder_.path(), "other").key_path;
  const auto files = LoadTlsFiles(config_);
  EXPECT_THAT(files, StatusIs(absl::StatusCode::kInvalidArgument, "other.key: is not the private key"));
  EXPECT_THAT(files, StatusIs(absl::StatusCode::kInvalidArgument, "server.pem"));
}

}  // namespace
}  // namespace chirograph::tls_files_test
