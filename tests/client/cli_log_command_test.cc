// SPDX-License-Identifier: Apache-2.0
//
// What is kept of a log, and how, is proved in client_state_test.cc.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "tests/client/cli_archive_run.h"

namespace chirograph::cli_log_command_test {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// No command of these may ask a server: there is none.
class CliLogCommandTest : public testing::Test {
 protected:
  Ran Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--state-dir", state_});
    return RunCli(arguments, host_);
  }
  std::string Trust(std::string_view origin) {
    const std::string vkey = TestLog(origin).verifier().vkey();
    EXPECT_EQ(Run({"log", "trust", vkey}).code, ExitCode::kWell);
    return vkey;
  }

  FakeHost host_;
  const TemporaryFolder folder_;
  const std::string state_ = folder_ / "state";
};

TEST_F(CliLogCommandTest, WhereNoLogIsTrustedShowSaysHowToTrustOne) {
  const Ran run = Run({"log", "show"});
  EXPECT_EQ(run.code, ExitCode::kWell);
  EXPECT_THAT(run.out, AllOf(HasSubstr("No log is trusted yet (in " + state_ + ")"),
                             HasSubstr("chirograph log trust VKEY")));
  const Ran as_json = Run({"--json", "log", "show"});
  EXPECT_EQ(as_json.code, ExitCode::kWell);
  EXPECT_EQ(as_json.out, "");
}

TEST_F(CliLogCommandTest, ALogThatIsTrustedIsShownBeforeItWasEverAsked) {
  const std::string vkey = Trust("a.example");
  const Ran run = Run({"log", "show"});
  EXPECT_EQ(run.code, ExitCode::kWell);
  EXPECT_EQ(run.out, fmt::format("Log         a.example\nKey         {}\nCheckpoint  none yet\n"
                                 "Receipts    0\nState       {}/a.example\n",
                                 vkey, state_));
  const json printed = json::parse(Run({"--json", "log", "show"}).out);
  EXPECT_EQ(printed["verifierKey"], vkey);
  EXPECT_TRUE(printed["treeSize"].is_null());
  EXPECT_TRUE(printed["rootHash"].is_null());
  EXPECT_EQ(printed["receipts"], 0);
}

TEST_F(CliLogCommandTest, AllLogsAreShownInOrder) {
  Trust("b.example");
  Trust("a.example");
  const std::vector<std::string> lines = LinesOf(Run({"--json", "log", "show"}).out);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(json::parse(lines[0])["origin"], "a.example");
  EXPECT_EQ(json::parse(lines[1])["origin"], "b.example");
  EXPECT_THAT(Run({"log", "show"}).out, HasSubstr("\n\nLog         b.example\n"));
}

TEST_F(CliLogCommandTest, ADamagedLogIsCouldNotAndTheOthersAreStillShown) {
  Trust("a.example");
  Trust("b.example");
  Trust("c.example");
  WriteBytes(state_ + "/b.example/checkpoint", "damaged");
  const Ran run = Run({"log", "show"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr(state_ + "/b.example/checkpoint"));
  EXPECT_THAT(run.out, AllOf(HasSubstr("a.example"), HasSubstr("c.example"), Not(HasSubstr("b.example"))));
}

TEST_F(CliLogCommandTest, AStateFolderThatIsNoneIsCouldNot) {
  WriteBytes(state_, "a file");
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"log", "show"}, {"log", "trust", TestLog().verifier().vkey()}}) {
    const Ran run = Run(command);
    EXPECT_EQ(run.code, ExitCode::kCouldNot) << command[1];
    EXPECT_THAT(run.err, HasSubstr(state_));
  }
}

// HOME is the process's own.
TEST_F(CliLogCommandTest, WithoutAPlaceForTheStateEveryOneIsAUsageError) {
  std::map<std::string, std::string> before;
  for (const char* name : {"HOME", "XDG_STATE_HOME"}) {
    if (const char* value = std::getenv(name)) before[name] = value;
    unsetenv(name);
  }
  for (const std::vector<std::string>& command : {std::vector<std::string>{"log", "show"},
                                                  {"log", "trust", TestLog().verifier().vkey()},
                                                  {"log", "forget", "a.example"}}) {
    const Ran run = RunCli(command);
    EXPECT_EQ(run.code, ExitCode::kUsage) << command[1];
    EXPECT_THAT(run.err, HasSubstr("HOME"));
  }
  for (const auto& [name, value] : before) setenv(name.c_str(), value.c_str(), 1);
}

TEST_F(CliLogCommandTest, TrustIsKeptAndTrustingTwiceIsWell) {
  const std::string vkey = TestLog().verifier().vkey();
  const Ran run = Run({"--json", "log", "trust", vkey});
  ASSERT_EQ(run.code, ExitCode::kWell) << run.err;
  const auto printed = ordered_json::parse(run.out);
  EXPECT_THAT(MembersOf(printed), ElementsAre("origin", "verifierKey", "stateDir"));
  EXPECT_EQ(printed["origin"], kTestOrigin);
  EXPECT_EQ(printed["verifierKey"], vkey);
  EXPECT_TRUE(std::filesystem::is_directory(printed["stateDir"].get<std::string>()));
  const Ran again = Run({"log", "trust", vkey});
  EXPECT_EQ(again.code, ExitCode::kWell);
  EXPECT_EQ(again.out, "Trusted from now on: " + vkey + "\n");
}

TEST_F(CliLogCommandTest, WhatIsNoVerifierKeyIsAUsageErrorAndNothingIsKept) {
  std::string wrong = TestLog().verifier().vkey();
  std::reverse(wrong.begin(), wrong.end());
  for (const std::string& vkey : {std::string("nonsense"), std::string(kTestOrigin), wrong}) {
    const Ran run = Run({"--json", "log", "trust", vkey});
    EXPECT_EQ(run.code, ExitCode::kUsage);
    EXPECT_THAT(run.err, HasSubstr(vkey + " is not a verifier key: "));
    EXPECT_EQ(run.out, "");
  }
  EXPECT_FALSE(std::filesystem::exists(state_));
}

TEST_F(CliLogCommandTest, AnotherKeyForATrustedLogIsAUsageErrorAndTheFirstStays) {
  const std::string vkey = Trust(kTestOrigin);
  const Ran run = Run({"log", "trust", TestLog().verifier().vkey()});
  EXPECT_EQ(run.code, ExitCode::kUsage);
  EXPECT_THAT(run.err, HasSubstr(fmt::format("chirograph log forget {}", kTestOrigin)));
  EXPECT_EQ(json::parse(Run({"--json", "log", "show"}).out)["verifierKey"], vkey);
}

TEST_F(CliLogCommandTest, ForgettingPutsAsideAndDeletesNothing) {
  const std::string vkey = Trust("a.example");
  const Ran run = Run({"--json", "log", "forget", "a.example"});
  ASSERT_EQ(run.code, ExitCode::kWell) << run.err;
  const auto printed = ordered_json::parse(run.out);
  EXPECT_THAT(MembersOf(printed), ElementsAre("origin", "movedTo"));
  EXPECT_THAT(ReadBytes(printed["movedTo"].get<std::string>() + "/log-key"), HasSubstr(vkey));
  EXPECT_THAT(Run({"log", "show"}).out, HasSubstr("No log is trusted yet"));
  // Another key can be trusted now.
  Trust("a.example");
  const Ran again = Run({"log", "forget", "a.example"});
  EXPECT_EQ(again.code, ExitCode::kWell);
  EXPECT_THAT(again.out, AllOf(HasSubstr("Forgotten: a.example."), HasSubstr("not deleted:\n  " + state_)));
}

TEST_F(CliLogCommandTest, ALogThatIsNotKnownOrCannotBeOneIsAUsageError) {
  const Ran unknown = Run({"--json", "log", "forget", "log.example/unknown"});
  EXPECT_EQ(unknown.code, ExitCode::kUsage);
  EXPECT_THAT(unknown.err, HasSubstr("no log log.example/unknown is known here; chirograph log show"));
  EXPECT_EQ(unknown.out, "");
  EXPECT_EQ(Run({"log", "forget", "a+b c"}).code, ExitCode::kUsage);
  EXPECT_FALSE(std::filesystem::exists(state_ + "/log.example%2Funknown"));
}

using CliLogCommandWithArchiveTest = CliArchiveTest;

TEST_F(CliLogCommandWithArchiveTest, WhatWasTakenFromAnArchiveIsCounted) {
  ASSERT_EQ(RunTrusting({"get", std::to_string(index_)}).code, ExitCode::kWell);
  const TestLog log = server_->log();
  EXPECT_THAT(Run({"log", "show"}).out,
              AllOf(HasSubstr("Checkpoint  tree size 3, root sha256:"), HasSubstr("Receipts    1\n")));
  const json printed = json::parse(Run({"--json", "log", "show"}).out);
  EXPECT_EQ(printed["treeSize"], 3);
  EXPECT_EQ(printed["rootHash"], ToHex(log.RootHash(3)));
  EXPECT_EQ(printed["receipts"], 1);
}

TEST_F(CliLogCommandWithArchiveTest, AForgottenLogsAddressIsFreeForAnother) {
  ASSERT_EQ(RunTrusting({"checkpoint"}).code, ExitCode::kWell);
  TestLog other("log.example/other");
  other.AddDocument(document_);
  server_->UseLog(other);
  EXPECT_EQ(Run({"checkpoint", "--trust-first-use"}).code, ExitCode::kCouldNot);
  ASSERT_EQ(Run({"log", "forget", std::string(kTestOrigin)}).code, ExitCode::kWell);
  EXPECT_EQ(Run({"checkpoint", "--trust-first-use"}).code, ExitCode::kWell);
}

}  // namespace
}  // namespace chirograph::cli_log_command_test
