// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nlohmann/json.hpp"
#include "tests/client/cli_run.h"

namespace chirograph::cli_verify_command_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

using CliVerifyCommandTest = CliPublisherTest;

TEST_F(CliVerifyCommandTest, VerifyJsonIsExactlyAsDesigned) {
  WriteBytes(folder_ / "bad.md", "---\na: 1\na: 2\n---\n");
  ASSERT_EQ(Sign({article_}).code, ExitCode::kWell);
  const Ran run = Verify({"--json", article_, folder_ / "bad.md", folder_ / "none.md"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  const auto lines = LinesOf(run.out);
  ASSERT_EQ(lines.size(), 3U);
  const auto valid = nlohmann::ordered_json::parse(lines[0]);
  EXPECT_THAT(MembersOf(valid), testing::ElementsAre("path", "verdict", "reason", "publisher", "keyId",
                                                     "algorithm", "articleDigest"));
  EXPECT_EQ(valid["verdict"], "VALID");
  EXPECT_EQ(valid["reason"], "SIGNATURE_VERIFIED");
  EXPECT_EQ(valid["publisher"], "example.org");
  EXPECT_EQ(valid["keyId"], "k");
  EXPECT_EQ(valid["algorithm"], "ed25519");
  EXPECT_EQ(valid["articleDigest"].get<std::string>().size(), 64U);
  const auto bad = json::parse(lines[1]);
  EXPECT_EQ(bad["path"], folder_ / "bad.md");
  EXPECT_EQ(bad["error"]["line"], 3);
  EXPECT_EQ(bad["error"]["column"], 1);
  EXPECT_TRUE(json::parse(lines[2])["error"]["line"].is_null());
  EXPECT_EQ(run.err, "");
}

TEST_F(CliVerifyCommandTest, VerifyNeedsAKeyringThatCanBeRead) {
  const Ran none = RunCli({"verify", article_});
  EXPECT_EQ(none.code, ExitCode::kUsage);
  EXPECT_THAT(none.err, HasSubstr("--keyring FILE or set CHIROGRAPH_KEYRING"));
  EXPECT_EQ(RunCli({"verify", "--keyring", folder_ / "none.yaml", article_}).code, ExitCode::kUsage);
  FakeHost host;
  host.variables["CHIROGRAPH_KEYRING"] = keyring_;
  EXPECT_EQ(RunCli({"verify", article_}, host).code, ExitCode::kNo);
}

TEST_F(CliVerifyCommandTest, VerifyJudgesKeysAtTheTimeAsked) {
  std::string keyring = ReadBytes(keyring_);
  WriteBytes(keyring_, keyring + "      revoked_at: 2024-05-01T00:00:00Z\n");
  ASSERT_EQ(Sign({article_}).code, ExitCode::kWell);
  EXPECT_EQ(Verify({"--at", "2024-04-30T23:59:59Z", article_}).code, ExitCode::kWell);
  EXPECT_EQ(Verify({"--at", "2024-04-30", article_}).code, ExitCode::kWell);
  const Ran revoked = Verify({"--at", "2024-05-01T02:00:00+02:00", article_});
  EXPECT_EQ(revoked.code, ExitCode::kNo);
  EXPECT_THAT(revoked.out, StartsWith("KEY_REVOKED"));
  const Ran wrong = Verify({"--at", "yesterday", article_});
  EXPECT_EQ(wrong.code, ExitCode::kUsage);
  EXPECT_THAT(wrong.err, HasSubstr("--at is not a time: \"yesterday\""));
}

}  // namespace
}  // namespace chirograph::cli_verify_command_test
