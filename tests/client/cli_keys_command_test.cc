// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nlohmann/json.hpp"
#include "tests/client/cli_run.h"

namespace chirograph::cli_keys_command_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

TEST(CliKeysCommandTest, MakesTheSeedsKindOfKeyAndSaysWhatIsSecret) {
  const TemporaryFolder folder;
  const Ran run = RunCli({"keys", "generate", "--domain", "Example.org", "--out", folder / "new/keys"});
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

TEST(CliKeysCommandTest, NeverReplacesAFile) {
  const TemporaryFolder folder;
  const std::vector<std::string> arguments = {"keys",        "generate", "--domain", "example.org",
                                              "--algorithm", "ed25519",  "--out",    folder.path()};
  ASSERT_EQ(RunCli(arguments).code, ExitCode::kWell);
  const std::string key = ReadBytes(folder / "example.org.2026-ed25519.signing-key.pem");
  const Ran again = RunCli(arguments);
  EXPECT_EQ(again.code, ExitCode::kCouldNot);
  EXPECT_THAT(again.err, HasSubstr("example.org.2026-ed25519.signing-key.pem"));
  EXPECT_EQ(ReadBytes(folder / "example.org.2026-ed25519.signing-key.pem"), key);
}

TEST(CliKeysCommandTest, LeavesNoSecretBehindWhereAFileWasInTheWay) {
  const TemporaryFolder folder;
  WriteBytes(folder / "example.org.k.envelope-key.hex", "mine");
  const Ran run = RunCli({"keys", "generate", "--domain", "example.org", "--id", "k", "--algorithm",
                          "ed25519", "--out", folder.path()});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_FALSE(std::filesystem::exists(folder / "example.org.k.signing-key.pem"));
  EXPECT_EQ(ReadBytes(folder / "example.org.k.envelope-key.hex"), "mine");
}

TEST(CliKeysCommandTest, ASecondKeyLeavesTheKeyringToItsOwner) {
  const TemporaryFolder folder;
  WriteBytes(folder / "keyring.yaml", "publishers: {}\n");
  const Ran run = RunCli({"keys", "generate", "--domain", "example.org", "--algorithm", "ed25519",
                          "--envelope", "none", "--out", folder.path()});
  ASSERT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_EQ(ReadBytes(folder / "keyring.yaml"), "publishers: {}\n");
  EXPECT_THAT(run.out, HasSubstr("Paste into it"));
  EXPECT_FALSE(std::filesystem::exists(folder / "example.org.2026-ed25519.envelope-key.hex"));
}

TEST(CliKeysCommandTest, WhereWhatIsThereTakesNoEntryThatIsSaidInPlaceOfWhereToPasteIt) {
  const TemporaryFolder folder;
  const std::string keyring = folder / "keyring.yaml";
  const auto generate = [&folder](const std::string& id) {
    return RunCli({"keys", "generate", "--domain", "example.org", "--algorithm", "ed25519", "--id", id,
                   "--out", folder.path()});
  };
  const auto expect = [](const Ran& run, const std::string& message) {
    EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
    EXPECT_EQ(run.err, "chirograph: " + message + "; it stays as it is, without the new key\n");
    EXPECT_THAT(run.out, testing::AllOf(HasSubstr("No keyring has the key yet. Paste this into one:\n\n"
                                                  "publishers:\n  example.org:\n    - id: "),
                                        testing::Not(HasSubstr("Paste into it"))));
  };
  std::filesystem::create_directory(keyring);
  expect(generate("a"), keyring + ": is a folder, not a file");
  std::filesystem::remove(keyring);
  WriteBytes(keyring, "publisher:\n  example.org: {}\n");
  expect(generate("b"), keyring + ": has no line \"publishers:\"");
  WriteBytes(keyring, "publishers: [a]\n");
  expect(generate("c"), keyring + ":1:13: publishers has no domains below it");
  WriteBytes(keyring, "publishers:\n");
  EXPECT_THAT(generate("d").out, HasSubstr("Paste into it, below \"publishers:\""));
}

TEST(CliKeysCommandTest, ASecondKeyOfAPublisherIsAnItemBelowItsDomain) {
  const TemporaryFolder folder;
  const std::vector<std::string> first = {"keys",       "generate",    "--domain",    "example.org",
                                          "--envelope", "none",        "--algorithm", "ed25519",
                                          "--out",      folder.path(), "--id",        "a"};
  std::vector<std::string> second = first;
  second.back() = "b";
  ASSERT_EQ(RunCli(first).code, ExitCode::kWell);
  const Ran run = RunCli(second);
  ASSERT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_THAT(run.out, HasSubstr("below \"example.org:\""));
  EXPECT_THAT(run.out, testing::Not(HasSubstr("publishers:")));
  second.back() = "c";
  second.insert(second.begin(), "--json");
  const std::string entry = json::parse(RunCli(second).out)["keyringEntry"];
  EXPECT_THAT(entry, StartsWith("    - id: c\n"));
  // What is pasted so is a keyring with both.
  std::ofstream(folder / "keyring.yaml", std::ios::app) << entry;
  WriteBytes(folder / "a.md", kArticleText);
  ASSERT_EQ(RunCli({"sign", "--key", folder / "example.org.c.signing-key.pem", folder / "a.md"}).code,
            ExitCode::kWell);
  EXPECT_EQ(RunCli({"verify", "--keyring", folder / "keyring.yaml", folder / "a.md"}).code, ExitCode::kWell);
}

TEST(CliKeysCommandTest, JsonSaysWhatWasInTheWay) {
  const TemporaryFolder folder;
  const std::vector<std::string> arguments = {"--json",   "keys",        "generate",
                                              "--domain", "example.org", "--algorithm",
                                              "ed25519",  "--out",       folder.path()};
  ASSERT_EQ(RunCli(arguments).code, ExitCode::kWell);
  const Ran again = RunCli(arguments);
  EXPECT_EQ(again.code, ExitCode::kCouldNot);
  EXPECT_EQ(json::parse(again.out)["error"]["kind"], "COULD_NOT");
}

TEST(CliKeysCommandTest, WrongChoicesAreUsageErrors) {
  const TemporaryFolder folder;
  const std::vector<std::vector<std::string>> wrong = {
      {"--domain", "example.org", "--algorithm", "dsa"},
      {"--domain", "example.org", "--envelope", "rot13"},
      {"--domain", "https://example.org"},
      {"--domain", "example.org", "--id", "a b"},
      {"--domain", "example.org", "--id", std::string(65, 'a')}};
  for (std::vector<std::string> arguments : wrong) {
    arguments.insert(arguments.begin(), {"keys", "generate", "--out", folder / "keys"});
    const Ran run = RunCli(arguments);
    EXPECT_EQ(run.code, ExitCode::kUsage) << run.err;
    EXPECT_THAT(run.err, StartsWith("chirograph: "));
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "keys"));
}

TEST(CliKeysCommandTest, JsonNamesTheFiles) {
  const TemporaryFolder folder;
  const Ran run = RunCli({"--json", "keys", "generate", "--domain", "example.org", "--algorithm", "ed25519",
                          "--out", folder.path()});
  const auto made = nlohmann::ordered_json::parse(run.out);
  EXPECT_THAT(MembersOf(made),
              testing::ElementsAre("publisher", "keyId", "algorithm", "envelope", "signingKeyFile",
                                   "envelopeKeyFile", "publicKeyFile", "keyringFile", "keyringEntry"));
  EXPECT_TRUE(std::filesystem::exists(made["signingKeyFile"].get<std::string>()));
}

}  // namespace
}  // namespace chirograph::cli_keys_command_test
