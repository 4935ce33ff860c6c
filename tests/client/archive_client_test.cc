// SPDX-License-Identifier: Apache-2.0
//
// The first contact; archive_client_impl_test.cc has what comes after it.
#include "client/archive_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/client/archive_client_fixture.h"
#include "tests/client/test_certificates.h"

namespace chirograph::archive_client_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using ArchiveClientTest = ArchiveClientFixture;

// --- Which log it is ---

TEST_F(ArchiveClientTest, TakesAKeyThatWasGiven) {
  const std::unique_ptr<ArchiveClient> client = Connect();
  EXPECT_EQ(client->log_key().vkey(), *options_.log_key);
  EXPECT_EQ(client->log_info().origin(), kTestOrigin);
  EXPECT_EQ(client->log_info().software_version(), "test");
  EXPECT_EQ((*client->state().ReadLogKey())->vkey(), *options_.log_key);
}

TEST_F(ArchiveClientTest, RemembersTheKey) {
  Connect();
  options_.log_key.reset();
  EXPECT_NE(Connect(), nullptr);
}

TEST_F(ArchiveClientTest, RefusesAGivenKeyThatIsNone) {
  options_.log_key = "nonsense";
  EXPECT_EQ(ConnectFailure().kind, FailureKind::kBadOptions);
  EXPECT_EQ(server_.Calls("GetLogInfo"), 0);
  EXPECT_EQ(ConnectFailure().status.code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(ArchiveClientTest, SaysThatItCannotReachTheServer) {
  options_.server = "127.0.0.1:1";
  const Failure failure = ConnectFailure();
  EXPECT_EQ(failure.kind, FailureKind::kCouldNot);
  EXPECT_EQ(failure.status.code(), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(failure.server_error.has_value());
  EXPECT_THAT(MessageOf(failure), AllOf(HasSubstr("127.0.0.1:1"), HasSubstr("chirographd")));
  EXPECT_THAT(waits_, IsEmpty()) << "a first contact is tried once";
}

TEST_F(ArchiveClientTest, AnAddressOrAFileOfAuthoritiesThatIsNoneIsTheCallersMistake) {
  ClientOptions wrong = options_;
  wrong.server = "archive.example.org";
  EXPECT_EQ(ArchiveClient::Connect(wrong).failure().kind, FailureKind::kBadOptions);
  wrong = options_;
  wrong.use_tls = true;
  wrong.tls_ca_file = folder_.path() + "/none.pem";
  EXPECT_EQ(ArchiveClient::Connect(wrong).failure().kind, FailureKind::kBadOptions);
}

TEST_F(ArchiveClientTest, SaysThatTheStateIsDamaged) {
  Connect();
  Spill(folder_.path() + "/log.example%2Ftest/log-key", "nonsense");
  const Failure failure = ConnectFailure();
  EXPECT_EQ(failure.kind, FailureKind::kCouldNot);
  EXPECT_THAT(MessageOf(failure), HasSubstr("log.example%2Ftest/log-key"));
}

// --- TLS ---

TEST_F(ArchiveClientTest, ConnectsOverTls) {
  TestServer server(server_.log(), {keyring_, kTestServerKey, kTestServerCertificate});
  options_.server = server.address();
  options_.use_tls = true;
  options_.tls_ca_file = folder_.path() + "/ca.pem";
  Spill(options_.tls_ca_file, kTestAuthority);
  EXPECT_NE(Connect(), nullptr);
}

}  // namespace
}  // namespace chirograph::archive_client_test
