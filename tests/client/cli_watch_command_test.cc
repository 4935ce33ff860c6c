// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/rpc_error.h"
#include "tests/client/cli_archive_run.h"

namespace chirograph::cli_watch_command_test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class CliWatchCommandTest : public CliArchiveTest {
 protected:
  CliWatchCommandTest() {
    TestLog log = server_->log();
    log.AddDocument(MakeDocument("other", "other.example"));
    server_->UseLog(log);
  }
};

TEST_F(CliWatchCommandTest, WritesJsonLinesInAPipeUpToTheEndIndex) {
  const Ran run = RunTrusting({"watch", "--from", "0", "--end-index", "4"});
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  const std::vector<std::string> lines = LinesOf(run.out);
  ASSERT_EQ(lines.size(), 3U) << run.out;
  EXPECT_EQ(json::parse(lines[0])["index"], 2);
  EXPECT_EQ(json::parse(lines[1])["index"], 3);
  EXPECT_EQ(json::parse(lines[2]), json({{"watch", {{"nextIndex", 4}, {"treeSize", 4}}}}));
}

TEST_F(CliWatchCommandTest, ShowsATableOnATerminalAndSaysWhatHappens) {
  Lies lies;
  int calls = 0;
  lies.cut = [&calls](std::string_view, int) {
    return calls++ == 0 ? MakeError(v1::ERROR_REASON_SHUTTING_DOWN, "stopping") : absl::OkStatus();
  };
  server_->Tell(lies);
  host_.terminals = {Stream::kOutput};
  const Ran run = RunTrusting({"watch", "--from", "0", "--end-index", "4", "--publisher", "other.example"});
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  ASSERT_EQ(LinesOf(run.out).size(), 2U) << run.out;
  EXPECT_THAT(LinesOf(run.out)[1],
              AllOf(HasSubstr("        3  "), HasSubstr("other.example"), HasSubstr("other")));
  EXPECT_THAT(run.err,
              AllOf(HasSubstr("Watching from index 0 on."), HasSubstr("lost the archive, and will try"),
                    HasSubstr("stopping"), HasSubstr("The archive is back.")));
}

TEST_F(CliWatchCommandTest, SaysWhereItWasAfterAFailure) {
  TestLog log = server_->log();
  log.AddDocument(MakeDocument("in a second message", "other.example"));
  server_->UseLog(log);
  Lies lies;
  lies.watch = [](int number, v1::WatchArticlesResponse& response) {
    if (number == 1) response.set_next_index(100);
  };
  server_->Tell(lies);
  const Ran run = RunTrusting({"watch", "--from", "0"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_EQ(json::parse(LinesOf(run.out).back())["error"]["kind"], "DOES_NOT_CHECK");
  EXPECT_THAT(run.err, HasSubstr("the same command with --from 4"));
}

TEST_F(CliWatchCommandTest, SaysHowToGoOnWhereItIsInterrupted) {
  host_.on_output = [this] { host_.interrupt(); };
  for (const Stream stream : {Stream::kOutput, Stream::kInput}) {
    host_.terminals = {stream};
    const Ran run = RunTrusting({"watch", "--from", "0"});
    EXPECT_EQ(run.code, ExitCode::kCouldNot);
    EXPECT_THAT(run.err, HasSubstr("To go on where it was: the same command with --from 4\n"));
    EXPECT_THAT(run.err, Not(HasSubstr("Stopping.")));
  }
}

TEST_F(CliWatchCommandTest, OneThatReachesItsEndIsWellThoughInterrupted) {
  host_.on_output = [this] { host_.interrupt(); };
  EXPECT_EQ(RunTrusting({"watch", "--from", "0", "--end-index", "4"}).code, ExitCode::kWell);
}

TEST_F(CliWatchCommandTest, AnInterruptWhileTheArchiveIsAwaySaysHowToEndAtOnce) {
  Lies lies;
  int calls = 0;
  lies.cut = [this, &calls](std::string_view, int) {
    ++calls;
    // The second attempt is while it is known to be away.
    if (calls == 2) host_.interrupt();
    return calls <= 2 ? MakeError(v1::ERROR_REASON_SHUTTING_DOWN, "stopping") : absl::OkStatus();
  };
  server_->Tell(lies);
  const Ran run = RunTrusting({"watch", "--from", "0"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr("Stopping. To end at once, interrupt again."));
  EXPECT_THAT(run.err, HasSubstr("the same command with --from"));
}

TEST_F(CliWatchCommandTest, EndsWhereNobodyReads) {
  host_.write_status = absl::CancelledError("EPIPE");
  EXPECT_EQ(RunTrusting({"watch", "--from", "0"}).code, ExitCode::kWell);
}

TEST_F(CliWatchCommandTest, RefusesWhatIsNoOption) {
  for (const std::vector<std::string>& wrong : std::vector<std::vector<std::string>>{
           {"--from", "0", "--now"}, {"--from", "x"}, {"--first-index", "1"}, {"--verdict", "GOOD"}}) {
    std::vector<std::string> arguments = {"watch"};
    arguments.insert(arguments.end(), wrong.begin(), wrong.end());
    EXPECT_EQ(RunTrusting(arguments).code, ExitCode::kUsage) << wrong.front();
  }
}

}  // namespace
}  // namespace chirograph::cli_watch_command_test
