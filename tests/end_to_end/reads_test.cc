// SPDX-License-Identifier: Apache-2.0
//
// Questions to an archive, with the real binaries: list, get by URL, history, export, watch.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/time/clock.h"
#include "fmt/format.h"
#include "tests/end_to_end/archive_under_test.h"

namespace chirograph::reads_test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kPage[] = "https://news.example/page";

class ReadsTest : public testing::Test {
 protected:
  ReadsTest() {
    archive_.Start();
    archive_.Trust();
  }

  // Archives a signed article at kPage, with that title and body; its index.
  std::uint64_t ArchivePage(const std::string& name, const std::string& title, const std::string& body) {
    WriteBytes(archive_.folder() / name,
               fmt::format("---\ntitle: \"{}\"\nwebUrl: \"{}\"\nprovider:\n  domain: news.example\n---\n{}",
                           title, kPage, body));
    EXPECT_EQ(archive_.Cli({"sign", "--key", archive_.signing_key(), name}).exit_code, 0);
    return archive_.CliJson({"ingest", name}, 0)[0]["index"];
  }

  ArchiveUnderTest archive_;
};

TEST_F(ReadsTest, AListCanBeTakenInPartsAndHasWhatWasJustArchived) {
  archive_.WriteSignedArticles("posts", "T", 5);
  ASSERT_EQ(archive_.Cli({"ingest", "posts"}).exit_code, 0);
  std::vector<std::string> titles;
  std::string token;
  for (int part = 0; part < 10; ++part) {
    std::vector<std::string> arguments = {"--keyring", archive_.keyring(), "list",        "--limit",
                                          "2",         "--publisher",      "news.example"};
    if (!token.empty()) arguments.insert(arguments.end(), {"--resume", token});
    const std::vector<json> lines = archive_.CliJson(arguments, 0);
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
      titles.push_back(lines[i]["title"]);
      EXPECT_EQ(lines[i]["signature"]["verdict"], "VALID");
    }
    if (lines.back()["summary"]["resumeToken"].is_null()) break;
    token = lines.back()["summary"]["resumeToken"];
    // Neither a restart nor what is archived meanwhile changes what is left of a list.
    archive_.Stop();
    archive_.Start(archive_.port());
    archive_.WriteSignedArticle(fmt::format("more/{}.md", part), fmt::format("more {}", part));
    ASSERT_EQ(archive_.Cli({"ingest", "more"}).exit_code, 0);
  }
  std::sort(titles.begin(), titles.end());
  EXPECT_THAT(titles,
              ElementsAre("T, article 0", "T, article 1", "T, article 2", "T, article 3", "T, article 4"));
}

TEST_F(ReadsTest, APageIsFoundByItsUrlWithItsHistory) {
  const std::uint64_t first = ArchivePage("one.md", "One", "first\nsecond\n");
  const std::uint64_t second = ArchivePage("two.md", "Two", "first\nsecond, changed\n");
  EXPECT_EQ(archive_.CliJson({"get", kPage}, 0)[0]["index"], second);
  EXPECT_EQ(archive_.Cli({"get", kPage, "--source"}).out, ReadBytes(archive_.folder() / "two.md"));
  const std::vector<json> versions = archive_.CliJson({"history", kPage}, 0);
  ASSERT_EQ(versions.size(), 3U);
  EXPECT_EQ(versions[0]["index"], first);
  EXPECT_EQ(versions[1]["index"], second);
  EXPECT_EQ(versions[1]["changes"]["body"][0]["lines"], json({" first", "-second", "+second, changed"}));
  EXPECT_EQ(archive_.CliJson({"history", std::to_string(first)}, 0).size(), 3U);

  WriteBytes(archive_.folder() / "thief.md",
             fmt::format("---\nwebUrl: {}\nprovider: {{domain: thief.example}}\n---\n", kPage));
  ASSERT_EQ(archive_.Cli({"ingest", "thief.md"}).exit_code, 0);
  const ProcessResult ambiguous = archive_.Cli({"get", kPage});
  EXPECT_EQ(ambiguous.exit_code, 3);
  EXPECT_THAT(ambiguous.err, HasSubstr("--publisher news.example, --publisher thief.example"));
  EXPECT_EQ(archive_.CliJson({"get", kPage, "--publisher", "news.example"}, 0)[0]["index"], second);
  EXPECT_EQ(archive_.CliJson({"get", kPage, "--verdict", "VALID"}, 0)[0]["index"], second);
  EXPECT_EQ(archive_.Cli({"proof", "get", kPage, "--publisher", "news.example", "-o", "p"}).exit_code, 0);
  EXPECT_EQ(archive_.Cli({"proof", "verify", "p", "two.md"}).exit_code, 0);
}

TEST_F(ReadsTest, WhatIsExportedIsWhatWasArchived) {
  archive_.WriteSignedArticles("posts", "T", 3);
  ASSERT_EQ(archive_.Cli({"ingest", "posts"}).exit_code, 0);
  EXPECT_EQ(archive_.Cli({"export", "out"}).exit_code, 0);
  EXPECT_EQ(archive_.Cli({"export", "out"}).exit_code, 0);
  const std::vector<json> again = archive_.CliJson({"ingest", "out"}, 0);
  EXPECT_EQ(again.back()["summary"]["alreadyArchived"], 3);
  EXPECT_EQ(again.back()["summary"]["archived"], 0);
}

TEST_F(ReadsTest, AWatchSeesEachArticleOnceAcrossRestarts) {
  constexpr int kRestarts = 3;
  std::vector<std::uint64_t> expected;
  expected.push_back(ArchivePage("before.md", "before", "x"));
  const std::unique_ptr<Process> watch = archive_.StartCli(
      {"watch", "--json", "--from", "0", "--end-index", std::to_string(expected[0] + kRestarts + 1)});
  // A watch that has begun waits for an archive that is away; one that has not is told so.
  for (int i = 0; i < 500 && watch->OutSoFar().empty(); ++i) absl::SleepFor(absl::Milliseconds(20));
  for (int i = 0; i < kRestarts; ++i) {
    archive_.Stop();
    archive_.Start(archive_.port());
    expected.push_back(ArchivePage(fmt::format("{}.md", i), fmt::format("{}", i), "x"));
  }
  const ProcessResult ended = watch->Wait(absl::Seconds(60));
  EXPECT_EQ(ended.exit_code, 0) << ended.err << ended.out;
  std::vector<std::uint64_t> seen;
  for (const std::string& line : LinesOf(ended.out)) {
    const json parsed = json::parse(line);
    if (parsed.contains("index")) seen.push_back(parsed["index"]);
  }
  EXPECT_EQ(seen, expected);
}

}  // namespace
}  // namespace chirograph::reads_test
