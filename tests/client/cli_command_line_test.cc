// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nlohmann/json.hpp"
#include "tests/client/cli_run.h"

namespace chirograph::cli_command_line_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

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
    const Ran run = RunCli(arguments);
    EXPECT_EQ(run.code, ExitCode::kUsage) << arguments.back();
    EXPECT_THAT(run.err, StartsWith("chirograph: "));
    EXPECT_THAT(run.err, HasSubstr("Try: chirograph"));
    EXPECT_EQ(run.out, "");
  }
}

TEST(CliCommandLineTest, WithoutACommandItShowsHelpAndReturnsTwo) {
  const Ran run = RunCli({});
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
                                                  {"evidence"},
                                                  {"checkpoint"},
                                                  {"log"},
                                                  {"log", "show"},
                                                  {"log", "trust"},
                                                  {"log", "forget"}}) {
    std::vector<std::string> arguments = command;
    arguments.push_back("--help");
    const Ran run = RunCli(arguments);
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
  WriteBytes(folder / "a.md", kArticleText);
  const Ran before = RunCli({"--json", "--keyring", folder / "k.yaml", "verify", folder / "a.md"});
  const Ran after = RunCli({"verify", folder / "a.md", "--keyring", folder / "k.yaml", "--json"});
  EXPECT_EQ(before.out, after.out) << before.err << after.err;
  EXPECT_THAT(before.out, StartsWith("{\"path\""));
}

}  // namespace
}  // namespace chirograph::cli_command_line_test
