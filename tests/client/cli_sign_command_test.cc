// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nlohmann/json.hpp"
#include "tests/client/cli_run.h"

namespace chirograph::cli_sign_command_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

using CliSignCommandTest = CliPublisherTest;

TEST_F(CliSignCommandTest, WhatIsSignedVerifies) {
  EXPECT_EQ(Verify({article_}).code, ExitCode::kNo);
  const Ran signing = Sign({article_});
  ASSERT_EQ(signing.code, ExitCode::kWell) << signing.err;
  EXPECT_THAT(signing.out, StartsWith("signed"));
  const Ran verifying = Verify({article_});
  EXPECT_EQ(verifying.code, ExitCode::kWell);
  EXPECT_THAT(verifying.out, StartsWith("VALID              " + article_ + "  example.org, key k\n"));
  EXPECT_THAT(verifying.out, HasSubstr("archive not consulted"));
}

TEST_F(CliSignCommandTest, LeavesAloneWhatVerifiesUnlessForced) {
  ASSERT_EQ(Sign({article_}).code, ExitCode::kWell);
  const std::string once = ReadBytes(article_);
  const Ran again = Sign({article_});
  EXPECT_EQ(again.code, ExitCode::kWell);
  EXPECT_THAT(again.out, StartsWith("unchanged"));
  EXPECT_EQ(ReadBytes(article_), once);
  ASSERT_EQ(Sign({"--force", article_}).code, ExitCode::kWell);
  EXPECT_NE(ReadBytes(article_), once);
}

TEST_F(CliSignCommandTest, KeepsAFilesPermissionsAndFollowsLinks) {
  std::filesystem::permissions(article_, std::filesystem::perms(0640));
  std::filesystem::create_symlink(article_, folder_ / "link.md");
  ASSERT_EQ(Sign({folder_ / "link.md"}).code, ExitCode::kWell);
  EXPECT_TRUE(std::filesystem::is_symlink(folder_ / "link.md"));
  EXPECT_EQ(PermissionsOf(article_), 0640U);
  EXPECT_EQ(Verify({article_}).code, ExitCode::kWell);
}

TEST_F(CliSignCommandTest, CheckChangesNothingAndIsAGate) {
  const Ran before = Sign({"--check", article_});
  EXPECT_EQ(before.code, ExitCode::kNo);
  EXPECT_THAT(before.out, StartsWith("UNSIGNED"));
  EXPECT_EQ(ReadBytes(article_), kArticleText);
  ASSERT_EQ(Sign({article_}).code, ExitCode::kWell);
  EXPECT_EQ(Sign({"--check", article_}).code, ExitCode::kWell);
  WriteBytes(article_, ReadBytes(article_) + "tampered");
  const Ran after = Sign({"--check", article_});
  EXPECT_EQ(after.code, ExitCode::kNo);
  EXPECT_THAT(after.out, StartsWith("INVALID"));
}

TEST_F(CliSignCommandTest, CheckAnswersNoForAnotherPublishersArticleAndForNobodys) {
  WriteBytes(folder_ / "other.md", "---\nprovider: {domain: other.example}\n---\n");
  WriteBytes(folder_ / "nobody.md", "---\ntitle: A\n---\n");
  EXPECT_EQ(Sign({"--check", folder_ / "other.md"}).code, ExitCode::kNo);
  EXPECT_EQ(Sign({"--check", folder_ / "nobody.md"}).code, ExitCode::kNo);
}

TEST_F(CliSignCommandTest, StandardInputIsAUsageError) {
  EXPECT_EQ(Sign({article_, "-"}).code, ExitCode::kUsage);
  EXPECT_EQ(ReadBytes(article_), kArticleText);
}

TEST_F(CliSignCommandTest, GoesOnAfterAnErrorAndReturnsTheHighestCode) {
  WriteBytes(folder_ / "bad.md", "---\na: 1\na: 2\n---\n");
  WriteBytes(folder_ / "other.md", "---\nprovider: {domain: other.example}\n---\n");
  const Ran run = Sign({folder_ / "bad.md", folder_ / "other.md", folder_ / "none.md", article_});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr("chirograph: " + (folder_ / "bad.md") + ":3:1: "));
  EXPECT_THAT(run.err, HasSubstr("its provider.domain is other.example, but the key signs for example.org"));
  EXPECT_THAT(run.err, HasSubstr(folder_ / "none.md"));
  EXPECT_THAT(run.out, HasSubstr("signed     " + article_));
  EXPECT_EQ(ReadBytes(folder_ / "other.md"), "---\nprovider: {domain: other.example}\n---\n");
}

TEST_F(CliSignCommandTest, AKeyThatOthersCanReadIsRefusedWithTheChmodToType) {
  std::filesystem::permissions(key_, std::filesystem::perms(0644));
  const Ran refused = Sign({article_});
  EXPECT_EQ(refused.code, ExitCode::kUsage);
  EXPECT_THAT(refused.err, HasSubstr("chmod"));
  EXPECT_EQ(Sign({"--allow-shared-key-file", article_}).code, ExitCode::kWell);
}

TEST_F(CliSignCommandTest, TakesTheKeyFromTheEnvironmentAndFromInput) {
  FakeHost host;
  host.variables["KEY"] = ReadBytes(key_);
  EXPECT_EQ(RunCli({"sign", "--key", "env:KEY", article_}, host).code, ExitCode::kWell) << host.err;
  host.input = ReadBytes(key_);
  EXPECT_EQ(RunCli({"sign", "--key", "-", "--force", article_}, host).code, ExitCode::kWell) << host.err;
}

TEST_F(CliSignCommandTest, SignJsonIsAVerificationWithAnAction) {
  const auto line = nlohmann::ordered_json::parse(Sign({"--json", article_}).out);
  EXPECT_THAT(MembersOf(line), testing::ElementsAre("path", "verdict", "reason", "publisher", "keyId",
                                                    "algorithm", "articleDigest", "action"));
  EXPECT_EQ(line["action"], "signed");
  EXPECT_EQ(line["verdict"], "VALID");
}

TEST_F(CliSignCommandTest, AFileMayBeNamedLikeACommand) {
  const auto old = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path());
  WriteBytes(folder_ / "log", kArticleText);
  EXPECT_EQ(RunCli({"canonical", "log"}).code, ExitCode::kWell);
  EXPECT_EQ(Sign({"log"}).code, ExitCode::kWell);
  std::filesystem::current_path(old);
}

}  // namespace
}  // namespace chirograph::cli_sign_command_test
