// SPDX-License-Identifier: Apache-2.0
#include "client/server_origin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "client/client_state.h"
#include "tests/client/temp_folder.h"

namespace chirograph::server_origin_test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kOrigin[] = "log.example/2026";

class ServerOriginTest : public ::testing::Test {
 protected:
  // That `status` is DataLoss and names the file of server h:1, which still has `contents`.
  void ExpectDamaged(const absl::Status& status, const std::string& contents) const {
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(damaged_));
    EXPECT_EQ(Slurp(damaged_), contents);
  }

  const TempFolder folder_;
  const std::string damaged_ = folder_.path() + "/.servers/h%3A1";
};

TEST_F(ServerOriginTest, RemembersWhichLogAServerWas) {
  EXPECT_TRUE(WriteServerOrigin(folder_.path(), "127.0.0.1:7443", kOrigin).ok());
  EXPECT_TRUE(WriteServerOrigin(folder_.path(), "[::1]:7443", kOrigin).ok());
  EXPECT_TRUE(WriteServerOrigin(folder_.path(), "other:1", "log.example/other").ok());
  EXPECT_EQ(**ReadServerOrigin(folder_.path(), "127.0.0.1:7443"), kOrigin);
  EXPECT_EQ(**ReadServerOrigin(folder_.path(), "[::1]:7443"), kOrigin);
  EXPECT_FALSE(ReadServerOrigin(folder_.path(), "127.0.0.1:7444")->has_value());
  EXPECT_THAT(*ClientState::ListOrigins(folder_.path()), IsEmpty());
  ASSERT_TRUE(ForgetServersOf(folder_.path(), kOrigin).ok());
  EXPECT_FALSE(ReadServerOrigin(folder_.path(), "127.0.0.1:7443")->has_value());
  EXPECT_FALSE(ReadServerOrigin(folder_.path(), "[::1]:7443")->has_value());
  EXPECT_EQ(**ReadServerOrigin(folder_.path(), "other:1"), "log.example/other");
}

TEST_F(ServerOriginTest, TakesTheLastOriginOfAServer) {
  ASSERT_TRUE(WriteServerOrigin(folder_.path(), "h:1", "log.example/before").ok());
  ASSERT_TRUE(WriteServerOrigin(folder_.path(), "h:1", kOrigin).ok());
  EXPECT_EQ(**ReadServerOrigin(folder_.path(), "h:1"), kOrigin);
}

TEST_F(ServerOriginTest, KnowsNothingAndMakesNothingWhereThereIsNoFolder) {
  const std::string nowhere = folder_.path() + "/not/there";
  EXPECT_FALSE(ReadServerOrigin(nowhere, "h:1")->has_value());
  EXPECT_TRUE(ForgetServersOf(nowhere, kOrigin).ok());
  EXPECT_FALSE(std::filesystem::exists(folder_.path() + "/not"));
}

TEST_F(ServerOriginTest, CannotWriteWhereAFileStandsInTheWay) {
  Spill(folder_.path() + "/.servers", "a file");
  const absl::Status written = WriteServerOrigin(folder_.path(), "h:1", kOrigin);
  EXPECT_FALSE(written.ok());
  EXPECT_THAT(std::string(written.message()), HasSubstr(folder_.path() + "/.servers"));
}

TEST_F(ServerOriginTest, SaysThatAServersFileIsDamaged) {
  ASSERT_TRUE(WriteServerOrigin(folder_.path(), "h:1", kOrigin).ok());
  ASSERT_EQ(Slurp(damaged_), std::string(kOrigin) + "\n");
  for (const std::string contents : {"two\nlines\n", "an origin without line feed", "with a space \n", ""}) {
    SCOPED_TRACE(contents);
    Spill(damaged_, contents);
    ExpectDamaged(ReadServerOrigin(folder_.path(), "h:1").status(), contents);
    ExpectDamaged(ForgetServersOf(folder_.path(), kOrigin), contents);
  }
}

}  // namespace
}  // namespace chirograph::server_origin_test
