// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/client/cli_archive_run.h"
#include "tests/without_root.h"

namespace chirograph::cli_tiles_export_test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class CliTilesExportTest : public CliArchiveTest {
 protected:
  CliTilesExportTest() {
    TestLog log = server_->log();
    while (log.tree_size() < 300) log.AddEntry({"entry " + std::to_string(log.tree_size()), "", ""});
    server_->UseLog(log);
  }

  Ran Export(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"export", "--tiles", out_});
    return RunTrusting(std::move(more));
  }

  const std::string out_ = folder_ / "deep/out";
};

TEST_F(CliTilesExportTest, SaysWhatWasWrittenAndWhatWasThere) {
  const Ran run = Export();
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_EQ(run.out, "5 files written to " + out_ +
                         ", 0 there already; 300 entries fetched.\n"
                         "They hash to the root that log.example/test signed for tree size 300, whose "
                         "checkpoint was written last.\n");
  EXPECT_EQ(ReadBytes(out_ + "/checkpoint"), server_->log().Checkpoint());
  EXPECT_EQ(PermissionsOf(out_ + "/tile/0/000"), 0644U);
  const Ran again = Export();
  EXPECT_EQ(again.code, ExitCode::kWell) << again.err;
  EXPECT_THAT(again.out, HasSubstr("0 files written to " + out_ + ", 5 there already; 44 entries fetched."));
}

TEST_F(CliTilesExportTest, AnswersInJson) {
  const Ran run = Export({"--json"});
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  const json summary = json::parse(run.out)["summary"];
  EXPECT_EQ(summary["path"], out_);
  EXPECT_EQ(summary["origin"], kTestOrigin);
  EXPECT_EQ(summary["treeSize"], 300);
  EXPECT_EQ(summary["written"], 5);
  EXPECT_EQ(summary["unchanged"], 0);
  EXPECT_EQ(summary["fetchedEntries"], 300);
  EXPECT_EQ(summary["nextIndex"], 300);
  EXPECT_EQ(summary["complete"], true);
}

TEST_F(CliTilesExportTest, ShowsProgressOnATerminal) {
  host_.terminals = {Stream::kError};
  host_.variables = {{"TERM", "xterm"}};
  EXPECT_THAT(Export().err, HasSubstr("300/300 ["));
}

TEST_F(CliTilesExportTest, AnInterruptEndsItWithoutACheckpoint) {
  host_.is_interrupted = true;
  const Ran run = Export();
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.out, HasSubstr("Stopped at 0 of 300 entries; the checkpoint there is as it was."));
  EXPECT_THAT(run.err, HasSubstr("run the same again to go on"));
  EXPECT_FALSE(std::filesystem::exists(out_ + "/checkpoint"));
  EXPECT_EQ(json::parse(Export({"--json"}).out)["summary"]["complete"], false);
}

TEST_F(CliTilesExportTest, AFileThatDiffersIsNamed) {
  ASSERT_EQ(Export().code, ExitCode::kWell);
  WriteBytes(out_ + "/tile/0/000", "mine");
  const Ran run = Export();
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr("chirograph: " + out_ + "/tile/0/000: is not what the log signed"));
  EXPECT_EQ(ReadBytes(out_ + "/tile/0/000"), "mine");
  EXPECT_EQ(json::parse(Export({"--json"}).out)["error"]["kind"], "COULD_NOT");
}

TEST_F(CliTilesExportTest, ALogThatWentBackIsAnAlarm) {
  ASSERT_EQ(Export().code, ExitCode::kWell);
  TestLog log(server_->log());
  Lies lies;
  lies.checkpoint = [&log](v1::GetCheckpointResponse& response) {
    response.set_checkpoint(log.Checkpoint(200));
  };
  server_->Tell(lies);
  EXPECT_EQ(Export().code, ExitCode::kAlarm);
  EXPECT_EQ(ReadBytes(out_ + "/checkpoint"), log.Checkpoint());
}

TEST_F(CliTilesExportTest, AFolderThatCannotBeIsSaid) {
  WriteBytes(out_, "a file");
  const Ran run = Export();
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr(out_ + ": is not a folder"));
}

TEST_F(CliTilesExportTest, AFolderThatMayNotBeWrittenToIsSaid) {
  ASSERT_EQ(Export().code, ExitCode::kWell);
  TestLog log = server_->log();
  log.AddEntry({"one more", "", ""});
  server_->UseLog(log);
  namespace fs = std::filesystem;
  fs::permissions(out_ + "/tile/entries/001.p", fs::perms::owner_read | fs::perms::owner_exec);
  const WithoutRoot without_root;
  const Ran run = Export();
  fs::permissions(out_ + "/tile/entries/001.p", fs::perms::owner_all);
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, AllOf(HasSubstr(out_ + "/tile/entries/001.p/45: "), HasSubstr("Permission denied")));
  EXPECT_NE(ReadBytes(out_ + "/checkpoint"), log.Checkpoint());
}

TEST_F(CliTilesExportTest, TakesNoFilterAndNeedsAFolder) {
  for (const std::vector<std::string>& wrong : std::vector<std::vector<std::string>>{
           {"--topic", "x"}, {"--first-index", "1"}, {"--end-index", "3"}, {"--publisher", "a.example"}}) {
    const Ran run = Export(wrong);
    EXPECT_EQ(run.code, ExitCode::kUsage) << wrong.front();
    EXPECT_THAT(run.err, HasSubstr("--tiles excludes " + wrong.front()));
  }
  EXPECT_EQ(RunTrusting({"export", "--tiles"}).code, ExitCode::kUsage);
  EXPECT_FALSE(std::filesystem::exists(out_));
}

}  // namespace
}  // namespace chirograph::cli_tiles_export_test
