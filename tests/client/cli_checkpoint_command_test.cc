// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/checkpoint.h"
#include "proto/rpc_error.h"
#include "tests/client/cli_archive_run.h"

namespace chirograph::cli_checkpoint_command_test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class CliCheckpointCommandTest : public CliArchiveTest {
 protected:
  // One more article in the log.
  void Grow() {
    TestLog log = server_->log();
    log.AddDocument(MakeDocument("another", "other.example"));
    server_->UseLog(log);
  }
};

TEST_F(CliCheckpointCommandTest, TheNoteIsTheOutputAndWhatWasCheckedStandsBesideIt) {
  const Ran run = RunTrusting({"checkpoint"});
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_EQ(run.out, server_->log().Checkpoint());
  EXPECT_EQ(run.err, "Checked here: signed by the log's key; the first that is trusted here.\n");
}

TEST_F(CliCheckpointCommandTest, SaysHowItStandsToWhatWasTrustedBefore) {
  RunTrusting({"checkpoint"});
  EXPECT_THAT(RunTrusting({"checkpoint"}).err, HasSubstr("; the one that was trusted before."));
  Grow();
  const Ran run = RunTrusting({"checkpoint"});
  EXPECT_THAT(run.err, HasSubstr("; proved to extend the one that was trusted before."));
  EXPECT_EQ(run.out, server_->log().Checkpoint());
}

TEST_F(CliCheckpointCommandTest, JsonHasTheNoteAndWhatItSays) {
  const Ran run = RunTrusting({"--json", "checkpoint"});
  EXPECT_EQ(run.code, ExitCode::kWell);
  EXPECT_EQ(run.err, "");
  const json printed = json::parse(run.out);
  const TestLog log = server_->log();
  EXPECT_EQ(printed["origin"], kTestOrigin);
  EXPECT_EQ(printed["treeSize"], log.tree_size());
  EXPECT_EQ(printed["rootHash"], ToHex(log.RootHash(log.tree_size())));
  EXPECT_EQ(printed["note"], log.Checkpoint());
}

TEST_F(CliCheckpointCommandTest, AServerThatSaysNoIsCouldNot) {
  Lies lies;
  lies.refuse = [](std::string_view method) {
    return method == "GetCheckpoint" ? MakeError(v1::ERROR_REASON_REQUEST_INVALID, "not today")
                                     : absl::OkStatus();
  };
  server_->Tell(lies);
  const Ran run = RunTrusting({"checkpoint"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr("not today"));
  EXPECT_EQ(run.out, "");
}

TEST_F(CliCheckpointCommandTest, ANoteThatTheLogDidNotSignIsNotPrinted) {
  Lies lies;
  lies.checkpoint = [](v1::GetCheckpointResponse& response) {
    response.set_checkpoint(TestLog().CheckpointWithRoot(2, Sha256("another's")));
  };
  server_->Tell(lies);
  const Ran run = RunTrusting({"checkpoint"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr("the archive's answer does not check"));
  EXPECT_EQ(run.out, "");
}

TEST_F(CliCheckpointCommandTest, ALogThatChangedItsPastIsAnAlarmWithEvidence) {
  ASSERT_EQ(RunTrusting({"checkpoint"}).code, ExitCode::kWell);
  const std::string other = server_->log().CheckpointWithRoot(server_->log().tree_size(), Sha256("forked"));
  Lies lies;
  lies.checkpoint = [&other](v1::GetCheckpointResponse& response) { response.set_checkpoint(other); };
  server_->Tell(lies);
  const Ran run = RunTrusting({"--json", "checkpoint"});
  EXPECT_EQ(run.code, ExitCode::kAlarm);
  EXPECT_THAT(run.err, AllOf(HasSubstr("ALARM"), HasSubstr("Evidence: ")));
  const json error = json::parse(run.out)["error"];
  EXPECT_EQ(error["kind"], "ALARM");
  EXPECT_EQ(ReadBytes(error["evidenceDir"].get<std::string>() + "/received.checkpoint"), other);
  // What was trusted still is.
  server_->Tell({});
  EXPECT_THAT(RunTrusting({"checkpoint"}).err, HasSubstr("; the one that was trusted before."));
}

// The log may sign more lines than its size and root, and they may say anything.
TEST_F(CliCheckpointCommandTest, ATerminalSeesControlCharactersSpelledOutAndAPipeSeesThemAsTheyAre) {
  const TestLog log = server_->log();
  const std::uint64_t size = log.tree_size();
  const std::string note =
      SignCheckpoint({std::string(kTestOrigin), size, log.RootHash(size), {"a\xe2\x80\xaetxet"}},
                     log.signer())
          .value();
  Lies lies;
  lies.checkpoint = [&note](v1::GetCheckpointResponse& response) { response.set_checkpoint(note); };
  server_->Tell(lies);
  EXPECT_EQ(RunTrusting({"checkpoint"}).out, note);
  host_.terminals = {Stream::kOutput};
  EXPECT_THAT(RunTrusting({"checkpoint"}).out,
              AllOf(HasSubstr("a\\u202etxet\n"), Not(HasSubstr("\xe2\x80\xae"))));
}

}  // namespace
}  // namespace chirograph::cli_checkpoint_command_test
