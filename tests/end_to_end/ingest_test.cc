// SPDX-License-Identifier: Apache-2.0
//
// Folders of articles: in one go, and interrupted in the middle.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <set>

#include "absl/time/clock.h"
#include "fmt/format.h"
#include "tests/end_to_end/archive_under_test.h"

namespace chirograph::ingest_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class IngestTest : public testing::Test {
 protected:
  IngestTest() {
    archive_.Start();
    archive_.Trust();
  }
  std::uint64_t TreeSize() { return archive_.CliJson({"checkpoint"}, 0)[0]["treeSize"]; }
  void WriteArticles(const std::string& folder, int count) {
    for (int i = 0; i < count; ++i) {
      WriteBytes(
          archive_.folder() / fmt::format("{}/{:05}.md", folder, i),
          fmt::format("---\ntitle: Post {}\nprovider:\n  domain: other.example\n---\nText {}.\n", i, i));
    }
  }

  ArchiveUnderTest archive_;
};

TEST_F(IngestTest, SixHundredPostsInOneGo) {
  WriteArticles("posts", 600);
  std::set<std::uint64_t> indexes;
  for (const json& line : archive_.CliJson({"ingest", "posts"}, 0)) {
    if (!line.contains("path")) continue;
    EXPECT_EQ(line["outcome"], "ARCHIVED") << line;
    indexes.insert(line["index"].get<std::uint64_t>());
    EXPECT_TRUE(std::filesystem::exists(line["receiptFile"].get<std::string>()));
  }
  EXPECT_EQ(indexes.size(), 600U);
  EXPECT_EQ(*indexes.rbegin() + 1, TreeSize());
  const json summary = archive_.CliJson({"ingest", "posts"}, 0).back()["summary"];
  EXPECT_EQ(summary["alreadyArchived"], 600);
}

TEST_F(IngestTest, InterruptedInTheMiddleItIsFinishedByTryingAgain) {
  constexpr int kArticles = 2000;
  const std::uint64_t before = TreeSize();  // the publisher's key
  WriteArticles("posts", kArticles);
  const auto client = archive_.StartCli({"--json", "ingest", "posts", "--failures", "left.jsonl"});
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  while (client->OutSoFar().empty() && client->IsRunning() && absl::Now() < deadline) {
    absl::SleepFor(absl::Milliseconds(1));
  }
  client->Signal(SIGINT);
  const ProcessResult interrupted = client->Wait();
  EXPECT_EQ(interrupted.exit_code, 3) << interrupted.err;
  EXPECT_THAT(interrupted.err, HasSubstr("--retry-failures left.jsonl"));
  const std::vector<std::string> lines = LinesOf(interrupted.out);
  const json summary = json::parse(lines.back())["summary"];
  EXPECT_EQ(summary["interrupted"], true);
  EXPECT_EQ(summary["unanswered"], 0) << "what was sent is waited for";
  const int archived = summary["archived"];
  EXPECT_GT(archived, 0);
  EXPECT_LT(archived, kArticles) << "it was interrupted too late to prove anything";
  EXPECT_EQ(summary["notSent"], kArticles - archived);
  EXPECT_EQ(lines.size(), static_cast<std::size_t>(kArticles) + 1) << "each file has a line";
  EXPECT_EQ(LinesOf(ReadBytes(archive_.folder() / "left.jsonl")).size(),
            static_cast<std::size_t>(kArticles - archived));
  EXPECT_EQ(TreeSize() - before, static_cast<std::uint64_t>(archived));

  const auto rest =
      archive_.CliJson({"ingest", "--retry-failures", "left.jsonl", "--failures", "left.jsonl"}, 0);
  EXPECT_EQ(rest.back()["summary"]["archived"], kArticles - archived);
  EXPECT_EQ(ReadBytes(archive_.folder() / "left.jsonl"), "");
  EXPECT_EQ(TreeSize() - before, static_cast<std::uint64_t>(kArticles));
}

TEST_F(IngestTest, AServerThatIsRestartedInTheMiddleIsReconnectedToAndNothingIsArchivedTwice) {
  constexpr int kArticles = 2000;
  const std::uint64_t before = TreeSize();
  WriteArticles("posts", kArticles);
  const auto client = archive_.StartCli({"--json", "ingest", "posts"});
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  while (client->OutSoFar().empty() && client->IsRunning() && absl::Now() < deadline) {
    absl::SleepFor(absl::Milliseconds(1));
  }
  archive_.server().Signal(SIGKILL);
  archive_.server().Wait();
  const std::uint64_t said = LinesOf(client->OutSoFar()).size();
  EXPECT_LT(said, static_cast<std::uint64_t>(kArticles)) << "it was too late to prove anything";
  archive_.Start(archive_.port());
  const ProcessResult done = client->Wait();
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(LinesOf(done.out).size(), static_cast<std::size_t>(kArticles) + 1)
      << "each file once, and the summary";
  EXPECT_EQ(TreeSize() - before, static_cast<std::uint64_t>(kArticles));
}

}  // namespace
}  // namespace chirograph::ingest_test
