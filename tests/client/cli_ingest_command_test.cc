// SPDX-License-Identifier: Apache-2.0
//
// What the command prints; cli_ingest_run_test.cc has how it sends, cli_ingest_result_test.cc each line.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "proto/rpc_error.h"
#include "tests/client/cli_archive_run.h"

namespace chirograph::cli_ingest_command_test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

auto HasNoHintToGoOn() { return Not(testing::ContainsRegex("same command|retry|send it")); }

// Entries of an article that a key verifies: the key's and its own.
constexpr std::uint64_t kOfOneArticle = 2;

class CliIngestCommandTest : public CliArchiveTest {
 protected:
  CliIngestCommandTest() {
    WriteBytes(folder_ / "posts/new.md", MakeSignedDocument("new", publisher_));
    WriteBytes(folder_ / "posts/known.md", document_);
    WriteBytes(folder_ / "forged.md", MakeSignedDocument("forged", TestPublisher("news.example")));
    size_ = server_->log().tree_size();
  }

  Ran Ingest(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "ingest");
    return RunTrusting(std::move(arguments));
  }
  // The objects that --json prints; the last is the summary.
  std::vector<json> IngestJson(std::vector<std::string> arguments, ExitCode expected) {
    arguments.insert(arguments.begin(), "--json");
    const Ran run = Ingest(std::move(arguments));
    EXPECT_EQ(run.code, expected) << run.err;
    std::vector<json> lines;
    for (const std::string& line : LinesOf(run.out)) lines.push_back(json::parse(line));
    return lines;
  }
  // How many entries the log has more than in the beginning.
  std::uint64_t Growth() const { return server_->log().tree_size() - size_; }
  // The log as it was one article ago, so that what comes next contradicts what was signed.
  void ForkTheLogAfter(const std::function<void()>& growth) {
    const TestLog before = server_->log();
    growth();
    server_->UseLog(before);
  }

  std::uint64_t size_ = 0;
};

TEST_F(CliIngestCommandTest, OneFileIsReportedInFullWithItsReceipt) {
  const Ran run = Ingest({folder_ / "posts/new.md"});
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_EQ(Growth(), kOfOneArticle);
  const std::string receipt =
      folder_ / fmt::format("state/log.example%2Ftest/receipts/0/{}.tlog-proof", size_ + 1);
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("archived  "), HasSubstr(fmt::format("#{}", size_ + 1)),
                    HasSubstr("In the log"), HasSubstr("Receipt    " + receipt), Not(HasSubstr("second"))));
  EXPECT_TRUE(std::filesystem::exists(receipt));
}

TEST_F(CliIngestCommandTest, RepeatingIsAnsweredWithTheFirstReceipt) {
  ASSERT_EQ(Ingest({folder_ / "posts/new.md"}).code, ExitCode::kWell);
  const std::vector<json> lines = IngestJson({folder_ / "posts/new.md"}, ExitCode::kWell);
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_EQ(lines[0]["outcome"], "ALREADY_ARCHIVED");
  EXPECT_EQ(lines[0]["index"], size_ + 1);
  EXPECT_EQ(Growth(), kOfOneArticle);
}

TEST_F(CliIngestCommandTest, OfAFolderTheSummaryIsEnoughWhereAllWentWell) {
  const Ran run = Ingest({folder_ / "posts"});
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("2 files in "), Not(HasSubstr("new.md")), Not(HasSubstr("Receipt")),
                             HasSubstr("every receipt was checked here")));
}

TEST_F(CliIngestCommandTest, OfSeveralNamedFilesEachHasALine) {
  const Ran run = Ingest({folder_ / "posts/new.md", folder_ / "a.md"});
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("posts/new.md"), HasSubstr("a.md"), HasSubstr("already archived"),
                             HasSubstr("2 files in ")));
}

TEST_F(CliIngestCommandTest, ARefusalIsAnAnswerOfNoWithItsReasonAndKeepsNoReceipt) {
  const Ran run = Ingest({folder_ / "forged.md"});
  EXPECT_EQ(run.code, ExitCode::kNo);
  EXPECT_THAT(run.out, AllOf(HasSubstr("refused"), HasSubstr("INVALID"), HasSubstr("forged.md"),
                             Not(HasSubstr("Receipt"))));
  const std::vector<json> lines = IngestJson({folder_ / "forged.md", folder_ / "a.md"}, ExitCode::kNo);
  ASSERT_THAT(lines, SizeIs(3));
  EXPECT_EQ(lines[0]["refusal"], "policy rejects it");
  EXPECT_EQ(lines[1]["outcome"], "ALREADY_ARCHIVED") << "it went on";
}

TEST_F(CliIngestCommandTest, ToldToRequireValidItSendsNothingElse) {
  WriteBytes(folder_ / "unsigned.md", MakeDocument("unsigned", "news.example"));
  const Ran run = Ingest({folder_ / "unsigned.md", "--require", "VALID"});
  EXPECT_EQ(run.code, ExitCode::kNo);
  EXPECT_THAT(run.out, HasSubstr("not sent"));
  EXPECT_EQ(server_->Calls("submission"), 0);
  EXPECT_EQ(Ingest({folder_ / "a.md", "--require", "valid"}).code, ExitCode::kWell);
}

TEST_F(CliIngestCommandTest, AnArticleMayComeFromStandardInputButOnce) {
  host_.input = MakeSignedDocument("by a pipe", publisher_);
  EXPECT_EQ(Ingest({"-"}).code, ExitCode::kWell);
  EXPECT_EQ(Growth(), kOfOneArticle);
  const Ran run = Ingest({"-", "-"});
  EXPECT_EQ(run.code, ExitCode::kUsage);
  EXPECT_THAT(run.err, HasSubstr("once"));
}

TEST_F(CliIngestCommandTest, AFileThatCannotBeReadIsNamedWithItsPlaceAndTheRestIsSent) {
  WriteBytes(folder_ / "bad.md", "---\na: 1\na: 2\n---\n");
  const Ran run = Ingest({folder_ / "none.md", folder_ / "bad.md", folder_ / "posts/new.md"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, AllOf(HasSubstr(folder_ / "none.md: "), HasSubstr(folder_ / "bad.md:3:1: ")));
  EXPECT_EQ(Growth(), kOfOneArticle);
  const std::vector<json> lines =
      IngestJson({folder_ / "none.md", folder_ / "bad.md", folder_ / "posts/new.md"}, ExitCode::kCouldNot);
  ASSERT_THAT(lines, SizeIs(4));
  EXPECT_EQ(lines[0]["path"], folder_ / "none.md");
  EXPECT_EQ(lines[1]["error"]["line"], 3);
  EXPECT_EQ(lines[3]["summary"]["unreadablePaths"], 1);
  EXPECT_EQ(lines[3]["summary"]["failed"], 1);
}

TEST_F(CliIngestCommandTest, AnArchiveThatCannotBeReachedOrIsNotTrustedIsOneFailureOfTheWholeCommand) {
  Ran run = RunCli(
      {"--json", "ingest", folder_ / "posts", "--server", "127.0.0.1:1", "--state-dir", folder_ / "state"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  ASSERT_THAT(LinesOf(run.out), SizeIs(1));
  EXPECT_TRUE(json::parse(run.out).contains("error"));
  run = Run({"ingest", folder_ / "posts"});
  EXPECT_EQ(run.code, ExitCode::kUsage);
  EXPECT_EQ(run.out, "");
  EXPECT_EQ(Run({"ingest", folder_ / "posts", folder_ / "none"}).code, ExitCode::kCouldNot)
      << "the higher of the two";
}

TEST_F(CliIngestCommandTest, TheServersReasonStandsInTheFilesPlace) {
  Lies lies;
  lies.refuse = [](std::string_view method) {
    return method == "submission" ? MakeError(v1::ERROR_REASON_STORE_DAMAGED, "damaged") : absl::OkStatus();
  };
  server_->Tell(lies);
  const std::vector<json> lines = IngestJson({folder_ / "a.md"}, ExitCode::kCouldNot);
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_EQ(lines[0]["error"]["reason"], "STORE_DAMAGED");
  EXPECT_THAT(Ingest({folder_ / "a.md"}).err, AllOf(HasSubstr(folder_ / "a.md: "), HasSubstr("damaged")));
}

TEST_F(CliIngestCommandTest, AReceiptThatIsNotForWhatWasSentDoesNotCheck) {
  Lies lies;
  lies.ingest = [this](v1::IngestArticleResponse& response) {
    response.mutable_receipt()->set_opening(FlipBit(response.receipt().opening(), -1));
  };
  server_->Tell(lies);
  const std::vector<json> lines = IngestJson({folder_ / "a.md"}, ExitCode::kCouldNot);
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_EQ(lines[0]["error"]["kind"], "DOES_NOT_CHECK");
}

TEST_F(CliIngestCommandTest, AForkIsAnAlarmOnStandardErrorWithAndWithoutJson) {
  ForkTheLogAfter([this] { ASSERT_EQ(Ingest({folder_ / "posts/new.md"}).code, ExitCode::kWell); });
  for (const bool as_json : {false, true}) {
    WriteBytes(folder_ / "other.md", MakeSignedDocument(as_json ? "other" : "another", publisher_));
    const TestLog before = server_->log();
    std::vector<std::string> arguments = {folder_ / "other.md"};
    if (as_json) arguments.emplace_back("--json");
    const Ran run = Ingest(arguments);
    server_->UseLog(before);
    EXPECT_EQ(run.code, ExitCode::kAlarm) << run.err;
    EXPECT_THAT(run.err, AllOf(HasSubstr("ALARM"), HasSubstr("Evidence: " + (folder_ / "state/")),
                               HasSubstr("Keep the evidence")));
    if (as_json) {
      const json line = json::parse(LinesOf(run.out).front());
      EXPECT_EQ(line["error"]["kind"], "ALARM");
      EXPECT_TRUE(std::filesystem::exists(line["error"]["evidenceDir"].get<std::string>()));
    }
  }
}

// --- After an alarm nothing is sent, and nothing says that it should be ---

TEST_F(CliIngestCommandTest, ALogThatWentBackIsFoundBeforeAnythingIsSentToIt) {
  ForkTheLogAfter([this] { ASSERT_EQ(Ingest({folder_ / "posts/new.md"}).code, ExitCode::kWell); });
  const int sent = server_->Calls("submission");
  const std::string list = folder_ / "left.jsonl";
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{}, {"--failures", list}, {"--json"}}) {
    std::vector<std::string> arguments = {folder_ / "posts", folder_ / "a.md"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Ran run = Ingest(arguments);
    EXPECT_EQ(run.code, ExitCode::kAlarm) << run.err;
    EXPECT_THAT(run.err, AllOf(HasSubstr("says that its newest is"),
                               HasSubstr("Nothing was sent, because of"), HasNoHintToGoOn()));
  }
  EXPECT_EQ(server_->Calls("submission"), sent) << "it wrote into the fork";
  EXPECT_EQ(Growth(), 0U);
  const std::vector<std::string> lines = LinesOf(ReadBytes(list));
  ASSERT_THAT(lines, SizeIs(3));
  EXPECT_EQ(json::parse(lines[0])["message"], "not sent, because of the alarm");
}

TEST_F(CliIngestCommandTest, AnAlarmOnTheWayEndsItWithoutAHintToGoOn) {
  Lies lies;
  lies.ingest_stream = [log = server_->log()](v1::IngestArticlesResponse& response) {
    response.set_checkpoint(log.CheckpointWithRoot(log.tree_size(), Digest{}));
  };
  server_->Tell(lies);
  const std::string list = folder_ / "left.jsonl";
  Ran run = Ingest({folder_ / "posts/new.md"});
  EXPECT_EQ(run.code, ExitCode::kAlarm) << run.err;
  EXPECT_EQ(run.out,
            fmt::format("unconfirmed       {}: it may be archived or not\n", folder_ / "posts/new.md"));
  EXPECT_THAT(run.err, AllOf(HasSubstr("Nothing more was sent, because of the alarm."), HasNoHintToGoOn()));
  run = Ingest({folder_ / "posts", "--failures", list});
  EXPECT_EQ(run.code, ExitCode::kAlarm) << run.err;
  EXPECT_THAT(run.err, AllOf(HasSubstr("Nothing more was sent, because of the alarm."), HasNoHintToGoOn()));
  EXPECT_THAT(run.out, Not(HasSubstr("already archived"))) << "a table without a row";
  EXPECT_THAT(ReadBytes(list), AllOf(HasSubstr("the alarm"), HasNoHintToGoOn()));
  for (const json& line : IngestJson({folder_ / "posts"}, ExitCode::kAlarm)) {
    EXPECT_THAT(line.dump(), HasNoHintToGoOn());
  }
}

// --- Failures, and going on ---

TEST_F(CliIngestCommandTest, WhatWasNotArchivedIsListedAndTriedAgainTillNothingIsLeft) {
  WriteBytes(folder_ / "posts/forged.md", ReadBytes(folder_ / "forged.md"));
  WriteBytes(folder_ / "posts/bad.md", "---\na: 1\na: 2\n---\n");
  const std::string list = folder_ / "left.jsonl";
  Ran run = Ingest({folder_ / "posts", folder_ / "none.md", "--failures", list});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr("--retry-failures " + list));
  std::vector<json> lines;
  for (const std::string& line : LinesOf(ReadBytes(list))) lines.push_back(json::parse(line));
  ASSERT_THAT(lines, SizeIs(3));
  EXPECT_EQ(lines[0]["path"], folder_ / "none.md");
  EXPECT_EQ(lines[0]["why"], "COULD_NOT");
  EXPECT_EQ(lines[1]["path"], folder_ / "posts/bad.md");
  EXPECT_EQ(lines[1]["why"], "COULD_NOT");
  EXPECT_THAT(lines[1]["message"], HasSubstr("bad.md:3:1: "));
  EXPECT_EQ(lines[2]["path"], folder_ / "posts/forged.md");
  EXPECT_EQ(lines[2]["why"], "REFUSED");
  EXPECT_TRUE(lines[2]["pathBytes"].is_null());

  // The publisher signs again, and the rest stays in the list.
  WriteBytes(folder_ / "posts/forged.md", MakeSignedDocument("forged", publisher_));
  run = Ingest({"--retry-failures", list, "--failures", list});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.out, AllOf(HasSubstr("2 files in"), Not(HasSubstr("new.md"))));
  EXPECT_THAT(LinesOf(ReadBytes(list)), SizeIs(2));

  WriteBytes(folder_ / "posts/bad.md", MakeSignedDocument("good", publisher_));
  WriteBytes(folder_ / "none.md", MakeSignedDocument("there", publisher_));
  EXPECT_EQ(Ingest({"--retry-failures", list, "--failures", list}).code, ExitCode::kWell);
  EXPECT_EQ(ReadBytes(list), "");
  run = Ingest({"--retry-failures", list});
  EXPECT_EQ(run.code, ExitCode::kWell);
  EXPECT_THAT(run.out, HasSubstr("nothing is left to do"));
}

TEST_F(CliIngestCommandTest, AListIsAddedToWhatIsNamedAndNothingIsSentTwice) {
  const std::string list = folder_ / "left.jsonl";
  WriteBytes(list, json({{"path", folder_ / "posts/new.md"}}).dump() + "\n");
  const std::vector<json> lines = IngestJson({folder_ / "posts", "--retry-failures", list}, ExitCode::kWell);
  ASSERT_THAT(lines, SizeIs(3));
  EXPECT_EQ(lines[0]["path"], folder_ / "posts/new.md");
  EXPECT_EQ(lines[1]["path"], folder_ / "posts/known.md");
}

TEST_F(CliIngestCommandTest, AListThatCannotBeReadIsNamedWithItsLineAndNothingIsSent) {
  const std::string list = folder_ / "left.jsonl";
  const std::string good = json({{"path", folder_ / "posts/new.md"}}).dump() + "\n";
  for (const std::string bad : {"{}", "garbage", "{\"path\": 1}", "{\"path\": \"\"}", "[]",
                                "{\"path\": \"a\", \"pathBytes\": \"zz\"}"}) {
    WriteBytes(list, good + bad + "\n" + good);
    const Ran run = Ingest({"--retry-failures", list, "--failures", list});
    EXPECT_EQ(run.code, ExitCode::kCouldNot) << bad;
    EXPECT_THAT(run.err, HasSubstr(list + ":2:1: ")) << bad;
    EXPECT_EQ(ReadBytes(list), good + bad + "\n" + good) << "it was touched";
  }
  WriteBytes(list, good + "{\"path\": \"cut");
  EXPECT_THAT(Ingest({"--retry-failures", list}).err, HasSubstr(list + ":2:1: the line ends in the middle"));
  EXPECT_EQ(Ingest({"--retry-failures", folder_ / "none.jsonl"}).code, ExitCode::kCouldNot);
  EXPECT_EQ(server_->Calls("GetLogInfo"), 0);
}

TEST_F(CliIngestCommandTest, AListThatCannotBeWrittenIsNoticedBeforeAnythingIsSent) {
  const Ran run = Ingest({folder_ / "a.md", "--failures", folder_ / "no/such/folder/left.jsonl"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr("left.jsonl"));
  EXPECT_EQ(server_->Calls("GetLogInfo"), 0);
}

TEST_F(CliIngestCommandTest, WithoutAnArchiveAllIsListedAsNotSent) {
  const std::string list = folder_ / "left.jsonl";
  const Ran run = RunCli({"ingest", folder_ / "posts", "--failures", list, "--server", "127.0.0.1:1",
                          "--state-dir", folder_ / "state"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  const auto lines = LinesOf(ReadBytes(list));
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_EQ(json::parse(lines[0])["why"], "NOT_SENT");
}

TEST_F(CliIngestCommandTest, AnInterruptionSaysWhatIsLeftAndHowToGoOn) {
  host_.is_interrupted = true;
  const std::string list = folder_ / "left.jsonl";
  Ran run = Ingest({folder_ / "posts", "--failures", list});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.out, AllOf(HasSubstr("Interrupted."), HasSubstr("Not sent: 2")));
  EXPECT_THAT(run.err, AllOf(HasSubstr("interrupt again"), HasSubstr("--retry-failures " + list)));
  EXPECT_EQ(Growth(), 0U);
  EXPECT_THAT(Ingest({folder_ / "posts"}).err, HasSubstr("run the same command again"));
  run = Ingest({folder_ / "a.md"});
  EXPECT_EQ(run.out, fmt::format("not sent          {}\n", folder_ / "a.md"));
  EXPECT_THAT(run.err, HasSubstr("run the same command again"));
  const std::vector<json> lines = IngestJson({folder_ / "posts"}, ExitCode::kCouldNot);
  EXPECT_EQ(lines.back()["summary"]["interrupted"], true);
  EXPECT_EQ(lines.back()["summary"]["notSent"], 2);

  host_.is_interrupted = false;
  EXPECT_EQ(Ingest({"--retry-failures", list, "--failures", list}).code, ExitCode::kWell);
  EXPECT_EQ(Growth(), kOfOneArticle);
  EXPECT_EQ(ReadBytes(list), "");
}

TEST_F(CliIngestCommandTest, WhereTheStreamFailsThatIsSaidOnceAndEachFileIsAccountedFor) {
  Lies lies;
  lies.ingest_stream = [](v1::IngestArticlesResponse& response) { response.set_checkpoint("garbage"); };
  server_->Tell(lies);
  const std::vector<json> lines = IngestJson({folder_ / "posts"}, ExitCode::kCouldNot);
  ASSERT_THAT(lines, SizeIs(4));
  EXPECT_FALSE(lines[0].contains("path"));
  EXPECT_EQ(lines[0]["error"]["kind"], "DOES_NOT_CHECK");
  EXPECT_TRUE(lines[1].contains("path"));
  EXPECT_EQ(lines[3]["summary"]["unanswered"].get<int>() + lines[3]["summary"]["notSent"].get<int>(), 2);
}

TEST_F(CliIngestCommandTest, WrongChoicesAreUsageErrorsAndAskNothing) {
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{},
                                                {folder_ / "a.md", "--require", "unsigned"},
                                                {folder_ / "a.md", "--jobs", "0"},
                                                {folder_ / "a.md", "--jobs", "257"},
                                                {folder_ / "a.md", "--jobs", "x"}}) {
    EXPECT_EQ(Ingest(wrong).code, ExitCode::kUsage) << wrong.size();
  }
  EXPECT_EQ(server_->Calls("GetLogInfo"), 0);
}

}  // namespace
}  // namespace chirograph::cli_ingest_command_test
