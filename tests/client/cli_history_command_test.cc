// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/rpc_error.h"
#include "tests/client/cli_archive_run.h"

namespace chirograph::cli_history_command_test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kUrl[] = "https://page.example/1";

class CliHistoryCommandTest : public CliArchiveTest {
 protected:
  CliHistoryCommandTest() {
    TestLog log = server_->log();
    Add(log, "title: One\ncategory: sky\n", "first\nsecond\nthird\n");
    Add(log, "title: Two\n", "first\n\x1b[31msecond\nthird\n");
    log.AddDocument("---\ntitle: no URL\n---\n");
    server_->UseLog(log);
  }
  static void Add(TestLog& log, const std::string& front_matter, const std::string& body) {
    log.AddDocument("---\nwebUrl: " + std::string(kUrl) + "\nprovider: {domain: page.example}\n" +
                    front_matter + "---\n" + body);
  }
  std::vector<json> History(const std::vector<std::string>& arguments) {
    std::vector<std::string> all = {"history"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const Ran run = RunTrusting(all);
    EXPECT_EQ(run.code, ExitCode::kWell) << run.err << run.out;
    std::vector<json> lines;
    for (const std::string& line : LinesOf(run.out)) lines.push_back(json::parse(line));
    return lines;
  }
};

TEST_F(CliHistoryCommandTest, ShowsWhatChangedFieldByFieldAndLineByLine) {
  host_.terminals = {Stream::kOutput};
  const Ran run = RunTrusting({"history", kUrl});
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_THAT(
      run.out,
      AllOf(HasSubstr("Version 1  #3  2026-11-23 08:00Z  UNSIGNED  sha256:"), HasSubstr("Version 2  #4  "),
            HasSubstr("  - category: \"sky\"\n"), HasSubstr("  - title: \"One\"\n  + title: \"Two\"\n"),
            HasSubstr("  @@ -1,3 +1,3 @@ body\n   first\n  -second\n  +\\x1b[31msecond\n   third\n"),
            HasSubstr("2 versions of page.example, in the first 6 entries of the log")));
  EXPECT_THAT(run.out, Not(HasSubstr("\x1b[31m")));
}

TEST_F(CliHistoryCommandTest, AnswersInJsonLinesInAPipe) {
  const std::vector<json> lines = History({kUrl});
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0]["version"], 1);
  EXPECT_TRUE(lines[0]["changes"].is_null());
  const json changes = lines[1]["changes"];
  EXPECT_EQ(changes["fields"][0], json({{"field", "category"},
                                        {"before", "sky"},
                                        {"after", nullptr},
                                        {"added", false},
                                        {"removed", true}}));
  EXPECT_EQ(changes["fields"][1]["after"], "Two");
  EXPECT_EQ(changes["body"][0]["lines"], json({" first", "-second", "+\x1b[31msecond", " third"}));
  EXPECT_EQ(changes["bodyGaveUp"], false);
  EXPECT_EQ(lines[2]["summary"], json({{"versions", 2},
                                       {"publisher", "page.example"},
                                       {"catalogTreeSize", 6},
                                       {"newerNotValidIndex", nullptr}}));
}

TEST_F(CliHistoryCommandTest, AnyRefToAVersionLeadsToThePage) {
  EXPECT_EQ(History({"4"}).size(), 3U);
  EXPECT_EQ(History({"sha256:" + History({kUrl})[0]["articleDigest"].get<std::string>()}).size(), 3U);
  EXPECT_EQ(History({"--verdict", "UNSIGNED", kUrl}).size(), 3U);
  EXPECT_EQ(History({kUrl, "--publisher", "page.example", "--verdict", "UNSIGNED"}).size(), 3U);
}

TEST_F(CliHistoryCommandTest, AVerdictThatLeavesANewerTextOutSaysSo) {
  constexpr char kSignedPage[] = "https://news.example/1";
  TestLog log = server_->log();
  const std::uint64_t newer = log.AddDocument(MakeDocument("changed", "news.example"));
  server_->UseLog(log);
  Lies lies;
  lies.get = [newer](v1::GetArticleResponse& response) { response.set_newer_not_valid_index(newer); };
  server_->Tell(lies);
  EXPECT_EQ(History({kSignedPage, "--verdict", "VALID"}).back()["summary"]["newerNotValidIndex"], newer);
  // Without a verdict it is there to be seen.
  const std::vector<json> all = History({kSignedPage});
  EXPECT_EQ(all.size(), 3U);
  EXPECT_TRUE(all.back()["summary"]["newerNotValidIndex"].is_null());
  host_.terminals = {Stream::kOutput};
  const Ran run = RunTrusting({"history", kSignedPage, "--verdict", "VALID"});
  EXPECT_EQ(run.code, ExitCode::kWell);
  EXPECT_THAT(run.err, HasSubstr("There is a newer text at this URL that was not VALID"));
  EXPECT_THAT(run.err, HasSubstr("chirograph get " + std::to_string(newer)));
}

TEST_F(CliHistoryCommandTest, WhereThatCannotBeAskedTheCommandFails) {
  Lies lies;
  lies.refuse = [](std::string_view method) {
    return method == "GetArticle" ? MakeError(v1::ERROR_REASON_STORE_DAMAGED, "damaged") : absl::OkStatus();
  };
  server_->Tell(lies);
  const Ran run = RunTrusting({"history", kUrl, "--verdict", "UNSIGNED"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_EQ(RunTrusting({"history", kUrl}).code, ExitCode::kWell);
}

TEST_F(CliHistoryCommandTest, WhatIsNotThereIsAnAnswerOfNo) {
  for (const char* ref : {"https://page.example/2", "400", "5"}) {
    EXPECT_EQ(RunTrusting({"history", ref}).code, ExitCode::kNo) << ref;
  }
  EXPECT_THAT(RunTrusting({"history", "5"}).err, HasSubstr("5 has no URL"));
  EXPECT_EQ(RunTrusting({"history", "4", "--publisher", "a.example"}).code, ExitCode::kUsage);
  EXPECT_EQ(RunTrusting({"history", kUrl, "--as-of", "then"}).code, ExitCode::kUsage);
}

TEST_F(CliHistoryCommandTest, SaysWhoElseHasTheUrl) {
  TestLog log = server_->log();
  log.AddDocument("---\nwebUrl: https://page.example/1\nprovider: {domain: thief.example}\n---\n");
  server_->UseLog(log);
  const Ran run = RunTrusting({"history", kUrl});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.out, HasSubstr("--publisher page.example, --publisher thief.example"));
}

}  // namespace
}  // namespace chirograph::cli_history_command_test
