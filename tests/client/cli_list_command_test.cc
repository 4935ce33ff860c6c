// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/resume_option.h"
#include "proto/rpc_error.h"
#include "tests/client/cli_archive_run.h"

namespace chirograph::cli_list_command_test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class CliListCommandTest : public CliArchiveTest {
 protected:
  CliListCommandTest() {
    TestLog log = server_->log();
    log.AddDocument("---\ntitle: \"\\e[31mred\"\nprovider: {domain: b.example}\ntopics: [sun]\n---\n");
    for (int i = 0; i < 3; ++i) log.AddDocument(MakeDocument("more", "c.example"));
    server_->UseLog(log);
  }

  // The lines that a pipe gets, as JSON.
  std::vector<json> List(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "list");
    const Ran run = RunTrusting(arguments);
    EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
    std::vector<json> lines;
    for (const std::string& line : LinesOf(run.out)) lines.push_back(json::parse(line));
    return lines;
  }
  static std::vector<int> IndexesOf(const std::vector<json>& lines) {
    std::vector<int> indexes;
    for (const json& line : lines) {
      if (line.contains("index")) indexes.push_back(line["index"]);
    }
    return indexes;
  }
};

TEST_F(CliListCommandTest, ListsTheNewestFirstInAPipeAsJsonLines) {
  const std::vector<json> lines = List({});
  EXPECT_THAT(IndexesOf(lines), ElementsAre(6, 5, 4, 3, 2));
  EXPECT_EQ(lines.back()["summary"], json::parse(R"({"listed":5,"catalogTreeSize":7,"resumeToken":null})"));
  EXPECT_EQ(lines[3]["title"], "\x1b[31mred");
  EXPECT_EQ(lines[3]["topics"], json::parse(R"(["sun"])"));
  EXPECT_EQ(lines[3]["publisher"], "b.example");
}

TEST_F(CliListCommandTest, ShowsATableOnATerminalAndSaysHowToGetMore) {
  host_.terminals = {Stream::kOutput};
  const Ran run = RunTrusting({"list", "--limit", "4"});
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  const std::vector<std::string> lines = LinesOf(run.out);
  ASSERT_EQ(lines.size(), 6U) << run.out;
  EXPECT_THAT(lines[0], AllOf(HasSubstr("INDEX"), HasSubstr("VERDICT"), HasSubstr("TITLE")));
  EXPECT_THAT(lines[4], AllOf(HasSubstr("        3  2026-"), HasSubstr("UNSIGNED"), HasSubstr("b.example"),
                              HasSubstr("\\x1b[31mred")));
  EXPECT_THAT(run.out, Not(HasSubstr("\x1b[31mred"))) << "what the archive has must not reach the terminal";
  EXPECT_THAT(
      lines[5],
      StartsWith("4 articles, of the first 7 entries of the log. More: the same command with --resume "));
  const std::string token = lines[5].substr(lines[5].rfind(' ') + 1);
  const Ran rest = RunTrusting({"list", "--limit", "4", "--resume", token});
  EXPECT_THAT(rest.out, HasSubstr("        2  2026-"));
  EXPECT_THAT(rest.out, HasSubstr("That is all, says the archive."));
}

TEST_F(CliListCommandTest, TakesOrderLimitAndFilters) {
  EXPECT_THAT(IndexesOf(List({"--order", "oldest", "--limit", "2"})), ElementsAre(2, 3));
  EXPECT_THAT(IndexesOf(List({"--all", "--publisher", "c.example"})), ElementsAre(6, 5, 4));
  EXPECT_THAT(IndexesOf(List({"--topic", "sun"})), ElementsAre(3));
  EXPECT_THAT(IndexesOf(List({"--verdict", "valid"})), ElementsAre(2));
  EXPECT_THAT(IndexesOf(List({"--first-index", "3", "--end-index", "5"})), ElementsAre(4, 3));
}

TEST_F(CliListCommandTest, AsksForNoLessThanWasSeenBefore) {
  List({});
  const Ran run = RunTrusting({"checkpoint", "--json"});
  EXPECT_EQ(json::parse(run.out)["treeSize"], 7);
  Lies lies;
  lies.list = [](int, v1::ListArticlesResponse& response) {
    response.clear_articles();
    response.clear_resume_token();
    response.set_catalog_tree_size(3);
  };
  server_->Tell(lies);
  const Ran less = RunTrusting({"list"});
  EXPECT_EQ(less.code, ExitCode::kCouldNot);
  EXPECT_EQ(json::parse(less.out)["error"]["kind"], "DOES_NOT_CHECK");
}

TEST_F(CliListCommandTest, SaysWhereToGoOnAfterAFailure) {
  Lies lies;
  lies.cut = [](std::string_view, int number) {
    return number == 1 ? MakeError(v1::ERROR_REASON_STORE_DAMAGED, "damaged") : absl::OkStatus();
  };
  server_->Tell(lies);
  host_.terminals = {Stream::kOutput};
  const Ran run = RunTrusting({"list"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err,
              HasSubstr("To go on behind what came: the same command with --resume " + ResumeText("7/2")));
}

TEST_F(CliListCommandTest, SaysNoWayToGoOnWhereNothingCame) {
  Lies lies;
  lies.refuse = [](std::string_view method) {
    return method == "ListArticles" ? MakeError(v1::ERROR_REASON_REQUEST_INVALID, "no token of this list")
                                    : absl::OkStatus();
  };
  server_->Tell(lies);
  host_.terminals = {Stream::kOutput};
  const Ran run = RunTrusting({"list", "--resume", ResumeText("7/2")});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, AllOf(HasSubstr("no token of this list"), Not(HasSubstr("To go on"))));
}

TEST_F(CliListCommandTest, AnEmptyTokenDoesNotBeginAnew) {
  const Ran run = RunTrusting({"list", "--resume", ""});
  EXPECT_EQ(run.code, ExitCode::kUsage) << run.out;
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, HasSubstr("--resume is empty: a list that has ended says no token"));
  EXPECT_EQ(server_->Calls("ListArticles"), 0);
}

TEST_F(CliListCommandTest, ALimitIsFromOneToAMillion) {
  for (const char* wrong : {"0", "-1", "1000001", "99999999999999999999", "1.5", "", "x", "3x", " 3"}) {
    const Ran run = RunTrusting({"list", "--limit", wrong});
    EXPECT_EQ(run.code, ExitCode::kUsage) << wrong;
    EXPECT_THAT(run.err, HasSubstr("--limit: \"" + std::string(wrong) +
                                   "\" is no integer from 1 to 1000000; for all of them there is --all\n"));
  }
  EXPECT_THAT(IndexesOf(List({"--limit", "1"})), ElementsAre(6));
  EXPECT_THAT(IndexesOf(List({"--limit", "1000000"})), ElementsAre(6, 5, 4, 3, 2));
}

TEST_F(CliListCommandTest, RefusesWhatIsNoOption) {
  for (const std::vector<std::string>& wrong :
       std::vector<std::vector<std::string>>{{"--order", "random"},
                                             {"--limit", "0"},
                                             {"--limit", "-1"},
                                             {"--all", "--limit", "3"},
                                             {"--resume", "!"},
                                             {"--verdict", "GOOD"},
                                             {"--publisher", "no domain"},
                                             {"--published-from", "yesterday"},
                                             {"--ingested-until", "infinite-future"},
                                             {"--end-index", "x"},
                                             {"--end-index", "-1"},
                                             {"--first-index", "010"},
                                             {"--first-index", "99999999999999999999"}}) {
    std::vector<std::string> arguments = {"list"};
    arguments.insert(arguments.end(), wrong.begin(), wrong.end());
    const Ran run = RunTrusting(arguments);
    EXPECT_EQ(run.code, ExitCode::kUsage) << wrong.front() << run.err;
    EXPECT_EQ(run.out, "");
  }
}

}  // namespace
}  // namespace chirograph::cli_list_command_test
