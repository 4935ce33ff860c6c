// SPDX-License-Identifier: Apache-2.0
//
// keys generate, sign, verify and canonical, run as from a shell, but within this process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/command_line.h"
#include "nlohmann/json.hpp"
#include "tests/client/cli_fake_host.h"

namespace chirograph {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

// What one run wrote, and returned.
struct Run {
  ExitCode code;
  std::string out;
  std::string err;
};

Run RunCli(const std::vector<std::string>& arguments, FakeHost& host) {
  host.out.clear();
  host.err.clear();
  const ExitCode code = RunCommandLine(arguments, host);
  return {code, host.out, host.err};
}

Run RunCli(const std::vector<std::string>& arguments) {
  FakeHost host;
  return RunCli(arguments, host);
}

std::vector<std::string> MembersOf(const nlohmann::ordered_json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
}

constexpr char kArticle[] = "---\ntitle: A\nprovider:\n  domain: example.org\n---\nBody\n";

class CliOfflineCommandsTest : public testing::Test {
 protected:
  CliOfflineCommandsTest() {
    const Run run = RunCli({"keys", "generate", "--domain", "example.org", "--algorithm", "ed25519", "--id",
                            "k", "--out", folder_ / "keys"});
    EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
    WriteBytes(article_, kArticle);
  }

  Run Sign(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"sign", "--key", key_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunCli(arguments);
  }
  Run Verify(std::vector<std::string> more) {
    std::vector<std::string> arguments = {"verify", "--keyring", keyring_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunCli(arguments);
  }

  TemporaryFolder folder_;
  const std::string key_ = folder_ / "keys/example.org.k.signing-key.pem";
  const std::string keyring_ = folder_ / "keys/keyring.yaml";
  const std::string article_ = folder_ / "a.md";
};

TEST(CliKeysTest, MakesTheSeedsKindOfKeyAndSaysWhatIsSecret) {
  const TemporaryFolder folder;
  const Run run = RunCli({"keys", "generate", "--domain", "Example.org", "--out", folder / "new/keys"});
  ASSERT_EQ(run.code, ExitCode::kWell) << run.err;
  const std::string stem = folder / "new/keys/example.org.2026-rsa.";
  EXPECT_EQ(PermissionsOf(stem + "signing-key.pem"), 0600U);
  EXPECT_EQ(PermissionsOf(stem + "envelope-key.hex"), 0600U);
  EXPECT_EQ(PermissionsOf(stem + "public-key.pem"), 0644U);
  EXPECT_EQ(PermissionsOf(folder / "new/keys"), 0700U);
  EXPECT_EQ(ReadBytes(stem + "envelope-key.hex").size(), 65U);
  EXPECT_THAT(ReadBytes(stem + "signing-key.pem"),
              HasSubstr("algorithm: rsa-pss-sha256\nenvelope: aes-256-cbc\n"));
  EXPECT_THAT(run.out, HasSubstr("SECRET"));
  EXPECT_THAT(run.out, HasSubstr(ReadBytes(folder / "new/keys/keyring.yaml")));
  EXPECT_THAT(run.out, HasSubstr("Next: chirograph sign --key " + stem + "signing-key.pem"));
}

TEST(CliKeysTest, NeverReplacesAFile) {
  const TemporaryFolder folder;
  const std::vector<std::string> arguments = {"keys",        "generate", "--domain", "example.org",
                                              "--algorithm", "ed25519",  "--out",    folder.path()};
  ASSERT_EQ(RunCli(arguments).code, ExitCode::kWell);
  const std::string key = ReadBytes(folder / "example.org.2026-ed25519.signing-key.pem");
  const Run again = RunCli(arguments);
  EXPECT_EQ(again.code, ExitCode::kCouldNot);
  EXPECT_THAT(again.err, HasSubstr("example.org.2026-ed25519.signing-key.pem"));
  EXPECT_EQ(ReadBytes(folder / "example.org.2026-ed25519.signing-key.pem"), key);
}

TEST(CliKeysTest, LeavesNoSecretBehindWhereAFileWasInTheWay) {
  const TemporaryFolder folder;
  WriteBytes(folder / "example.org.k.envelope-key.hex", "mine");
  const Run run = RunCli({"keys", "generate", "--domain", "example.org", "--id", "k", "--algorithm",
                          "ed25519", "--out", folder.path()});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_FALSE(std::filesystem::exists(folder / "example.org.k.signing-key.pem"));
  EXPECT_EQ(ReadBytes(folder / "example.org.k.envelope-key.hex"), "mine");
}

TEST(CliKeysTest, ASecondKeyLeavesTheKeyringToItsOwner) {
  const TemporaryFolder folder;
  WriteBytes(folder / "keyring.yaml", "publishers: {}\n");
  const Run run = RunCli({"keys", "generate", "--domain", "example.org", "--algorithm", "ed25519",
                          "--envelope", "none", "--out", folder.path()});
  ASSERT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_EQ(ReadBytes(folder / "keyring.yaml"), "publishers: {}\n");
  EXPECT_THAT(run.out, HasSubstr("Paste into it"));
  EXPECT_FALSE(std::filesystem::exists(folder / "example.org.2026-ed25519.envelope-key.hex"));
}

TEST(CliKeysTest, WrongChoicesAreUsageErrors) {
  const TemporaryFolder folder;
  const std::vector<std::vector<std::string>> wrong = {
      {"--domain", "example.org", "--algorithm", "dsa"},
      {"--domain", "example.org", "--envelope", "rot13"},
      {"--domain", "https://example.org"},
      {"--domain", "example.org", "--id", "a b"},
      {"--domain", "example.org", "--id", std::string(65, 'a')}};
  for (std::vector<std::string> arguments : wrong) {
    arguments.insert(arguments.begin(), {"keys", "generate", "--out", folder / "keys"});
    const Run run = RunCli(arguments);
    EXPECT_EQ(run.code, ExitCode::kUsage) << run.err;
    EXPECT_THAT(run.err, StartsWith("chirograph: "));
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "keys"));
}

TEST(CliKeysTest, JsonNamesTheFiles) {
  const TemporaryFolder folder;
  const Run run = RunCli({"--json", "keys", "generate", "--domain", "example.org", "--algorithm", "ed25519",
                          "--out", folder.path()});
  const auto made = nlohmann::ordered_json::parse(run.out);
  EXPECT_THAT(MembersOf(made),
              testing::ElementsAre("publisher", "keyId", "algorithm", "envelope", "signingKeyFile",
                                   "envelopeKeyFile", "publicKeyFile", "keyringFile", "keyringEntry"));
  EXPECT_TRUE(std::filesystem::exists(made["signingKeyFile"].get<std::string>()));
}

TEST_F(CliOfflineCommandsTest, WhatIsSignedVerifies) {
  EXPECT_EQ(Verify({article_}).code, ExitCode::kNo);
  const Run signing = Sign({article_});
  ASSERT_EQ(signing.code, ExitCode::kWell) << signing.err;
  EXPECT_THAT(signing.out, StartsWith("signed"));
  const Run verifying = Verify({article_});
  EXPECT_EQ(verifying.code, ExitCode::kWell);
  EXPECT_THAT(verifying.out, StartsWith("VALID              " + article_ + "  example.org, key k\n"));
  EXPECT_THAT(verifying.out, HasSubstr("archive not consulted"));
}

TEST_F(CliOfflineCommandsTest, LeavesAloneWhatVerifiesUnlessForced) {
  ASSERT_EQ(Sign({article_}).code, ExitCode::kWell);
  const std::string once = ReadBytes(article_);
  const Run again = Sign({article_});
  EXPECT_EQ(again.code, ExitCode::kWell);
  EXPECT_THAT(again.out, StartsWith("unchanged"));
  EXPECT_EQ(ReadBytes(article_), once);
  ASSERT_EQ(Sign({"--force", article_}).code, ExitCode::kWell);
  EXPECT_NE(ReadBytes(article_), once);
}

TEST_F(CliOfflineCommandsTest, KeepsAFilesPermissionsAndFollowsLinks) {
  std::filesystem::permissions(article_, std::filesystem::perms(0640));
  std::filesystem::create_symlink(article_, folder_ / "link.md");
  ASSERT_EQ(Sign({folder_ / "link.md"}).code, ExitCode::kWell);
  EXPECT_TRUE(std::filesystem::is_symlink(folder_ / "link.md"));
  EXPECT_EQ(PermissionsOf(article_), 0640U);
  EXPECT_EQ(Verify({article_}).code, ExitCode::kWell);
}

TEST_F(CliOfflineCommandsTest, CheckChangesNothingAndIsAGate) {
  const Run before = Sign({"--check", article_});
  EXPECT_EQ(before.code, ExitCode::kNo);
  EXPECT_THAT(before.out, StartsWith("UNSIGNED"));
  EXPECT_EQ(ReadBytes(article_), kArticle);
  ASSERT_EQ(Sign({article_}).code, ExitCode::kWell);
  EXPECT_EQ(Sign({"--check", article_}).code, ExitCode::kWell);
  WriteBytes(article_, ReadBytes(article_) + "tampered");
  const Run after = Sign({"--check", article_});
  EXPECT_EQ(after.code, ExitCode::kNo);
  EXPECT_THAT(after.out, StartsWith("INVALID"));
}

TEST_F(CliOfflineCommandsTest, GoesOnAfterAnErrorAndReturnsTheHighestCode) {
  WriteBytes(folder_ / "bad.md", "---\na: 1\na: 2\n---\n");
  WriteBytes(folder_ / "other.md", "---\nprovider: {domain: other.example}\n---\n");
  const Run run = Sign({folder_ / "bad.md", folder_ / "other.md", folder_ / "none.md", article_});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr("chirograph: " + (folder_ / "bad.md") + ":3:1: "));
  EXPECT_THAT(run.err, HasSubstr("its provider.domain is other.example, but the key signs for example.org"));
  EXPECT_THAT(run.err, HasSubstr(folder_ / "none.md"));
  EXPECT_THAT(run.out, HasSubstr("signed     " + article_));
  EXPECT_EQ(ReadBytes(folder_ / "other.md"), "---\nprovider: {domain: other.example}\n---\n");
}

TEST_F(CliOfflineCommandsTest, AKeyThatOthersCanReadIsRefusedWithTheChmodToType) {
  std::filesystem::permissions(key_, std::filesystem::perms(0644));
  const Run refused = Sign({article_});
  EXPECT_EQ(refused.code, ExitCode::kUsage);
  EXPECT_THAT(refused.err, HasSubstr("chmod"));
  EXPECT_EQ(Sign({"--allow-shared-key-file", article_}).code, ExitCode::kWell);
}

TEST_F(CliOfflineCommandsTest, TakesTheKeyFromTheEnvironmentAndFromInput) {
  FakeHost host;
  host.variables["KEY"] = ReadBytes(key_);
  EXPECT_EQ(RunCli({"sign", "--key", "env:KEY", article_}, host).code, ExitCode::kWell) << host.err;
  host.input = ReadBytes(key_);
  EXPECT_EQ(RunCli({"sign", "--key", "-", "--force", article_}, host).code, ExitCode::kWell) << host.err;
}

TEST_F(CliOfflineCommandsTest, SignJsonIsAVerificationWithAnAction) {
  const auto line = nlohmann::ordered_json::parse(Sign({"--json", article_}).out);
  EXPECT_THAT(MembersOf(line), testing::ElementsAre("path", "verdict", "reason", "publisher", "keyId",
                                                    "algorithm", "articleDigest", "action"));
  EXPECT_EQ(line["action"], "signed");
  EXPECT_EQ(line["verdict"], "VALID");
}

TEST_F(CliOfflineCommandsTest, VerifyJsonIsExactlyAsDesigned) {
  WriteBytes(folder_ / "bad.md", "---\na: 1\na: 2\n---\n");
  ASSERT_EQ(Sign({article_}).code, ExitCode::kWell);
  const Run run = Verify({"--json", article_, folder_ / "bad.md", folder_ / "none.md"});
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

TEST_F(CliOfflineCommandsTest, VerifyNeedsAKeyringThatCanBeRead) {
  const Run none = RunCli({"verify", article_});
  EXPECT_EQ(none.code, ExitCode::kUsage);
  EXPECT_THAT(none.err, HasSubstr("--keyring FILE or set CHIROGRAPH_KEYRING"));
  EXPECT_EQ(RunCli({"verify", "--keyring", folder_ / "none.yaml", article_}).code, ExitCode::kUsage);
  FakeHost host;
  host.variables["CHIROGRAPH_KEYRING"] = keyring_;
  EXPECT_EQ(RunCli({"verify", article_}, host).code, ExitCode::kNo);
}

TEST_F(CliOfflineCommandsTest, VerifyJudgesKeysAtTheTimeAsked) {
  std::string keyring = ReadBytes(keyring_);
  WriteBytes(keyring_, keyring + "      revoked_at: 2024-05-01T00:00:00Z\n");
  ASSERT_EQ(Sign({article_}).code, ExitCode::kWell);
  EXPECT_EQ(Verify({"--at", "2024-04-30T23:59:59Z", article_}).code, ExitCode::kWell);
  EXPECT_EQ(Verify({"--at", "2024-04-30", article_}).code, ExitCode::kWell);
  const Run revoked = Verify({"--at", "2024-05-01T02:00:00+02:00", article_});
  EXPECT_EQ(revoked.code, ExitCode::kNo);
  EXPECT_THAT(revoked.out, StartsWith("KEY_REVOKED"));
  const Run wrong = Verify({"--at", "yesterday", article_});
  EXPECT_EQ(wrong.code, ExitCode::kUsage);
  EXPECT_THAT(wrong.err, HasSubstr("--at is not a time: \"yesterday\""));
}

TEST_F(CliOfflineCommandsTest, CanonicalWritesTheBytesAndNothingElse) {
  FakeHost host;
  host.terminals = {Stream::kOutput, Stream::kError};
  host.variables["TERM"] = "xterm";
  const Run run = RunCli({"canonical", article_}, host);
  EXPECT_EQ(run.out, "{\"body\":\"Body\\n\",\"provider\":{\"domain\":\"example.org\"},\"title\":\"A\"}");
  EXPECT_EQ(run.err, "");
  host.input = kArticle;
  EXPECT_EQ(RunCli({"canonical", "--signing-input", "-"}, host).out, "chirograph.article.v1\n" + run.out);
}

TEST_F(CliOfflineCommandsTest, CanonicalOfWhatCannotBeReadWritesNothing) {
  const Run none = RunCli({"canonical", folder_ / "none.md"});
  EXPECT_EQ(none.code, ExitCode::kCouldNot);
  EXPECT_EQ(none.out, "");
  WriteBytes(folder_ / "bad.md", "no dashes");
  EXPECT_THAT(RunCli({"canonical", folder_ / "bad.md"}).err,
              StartsWith("chirograph: " + (folder_ / "bad.md:1:1: ")));
}

TEST_F(CliOfflineCommandsTest, AFileMayBeNamedLikeACommand) {
  const auto old = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path());
  WriteBytes(folder_ / "log", kArticle);
  EXPECT_EQ(RunCli({"canonical", "log"}).code, ExitCode::kWell);
  EXPECT_EQ(Sign({"log"}).code, ExitCode::kWell);
  std::filesystem::current_path(old);
}

TEST(CliCommandLineTest, UsageErrorsReturnTwoAndSayWhatToTry) {
  const std::vector<std::vector<std::string>> wrong = {{"nonsense"},
                                                       {"sign"},
                                                       {"sign", "--key"},
                                                       {"verify", "--no-such-option", "a.md"},
                                                       {"sign", "--check", "--force", "--key", "k", "a.md"},
                                                       {"ingest", "--jobs", "0", "a.md"},
                                                       {"ingest", "--require", "signed", "a.md"},
                                                       {"canonical", "a.md", "b.md"}};
  for (const auto& arguments : wrong) {
    const Run run = RunCli(arguments);
    EXPECT_EQ(run.code, ExitCode::kUsage) << arguments.back();
    EXPECT_THAT(run.err, StartsWith("chirograph: "));
    EXPECT_THAT(run.err, HasSubstr("Try: chirograph"));
    EXPECT_EQ(run.out, "");
  }
}

TEST(CliCommandLineTest, WithoutACommandItShowsHelpAndReturnsTwo) {
  const Run run = RunCli({});
  EXPECT_EQ(run.code, ExitCode::kUsage);
  EXPECT_THAT(run.err, HasSubstr("Usage: chirograph"));
  EXPECT_EQ(RunCli({"keys"}).code, ExitCode::kUsage);
  EXPECT_THAT(RunCli({"proof"}).err, HasSubstr("Usage: chirograph proof"));
}

TEST(CliCommandLineTest, HelpAndVersionGoToOutput) {
  EXPECT_THAT(RunCli({"--version"}).out, testing::MatchesRegex("chirograph [0-9.]+\n"));
  for (const std::vector<std::string>& command : {std::vector<std::string>{},
                                                  {"keys"},
                                                  {"keys", "generate"},
                                                  {"sign"},
                                                  {"canonical"},
                                                  {"verify"},
                                                  {"ingest"},
                                                  {"get"},
                                                  {"proof"},
                                                  {"proof", "get"},
                                                  {"proof", "verify"},
                                                  {"checkpoint"},
                                                  {"log"},
                                                  {"log", "show"},
                                                  {"log", "trust"},
                                                  {"log", "forget"}}) {
    std::vector<std::string> arguments = command;
    arguments.push_back("--help");
    const Run run = RunCli(arguments);
    EXPECT_EQ(run.code, ExitCode::kWell);
    std::string usage = "Usage: chirograph";
    for (const std::string& word : command) usage += " " + word;
    EXPECT_THAT(run.out, HasSubstr(usage));
    EXPECT_EQ(run.err, "");
    for (const std::string& line : LinesOf(run.out)) EXPECT_LE(line.size(), 120U) << line;
  }
}

TEST(CliCommandLineTest, GlobalOptionsMayStandBeforeOrAfterTheCommand) {
  const TemporaryFolder folder;
  WriteBytes(folder / "k.yaml", "publishers: {}\n");
  WriteBytes(folder / "a.md", kArticle);
  const Run before = RunCli({"--json", "--keyring", folder / "k.yaml", "verify", folder / "a.md"});
  const Run after = RunCli({"verify", folder / "a.md", "--keyring", folder / "k.yaml", "--json"});
  EXPECT_EQ(before.out, after.out) << before.err << after.err;
  EXPECT_THAT(before.out, StartsWith("{\"path\""));
}

}  // namespace
}  // namespace chirograph
