// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "client/cli/ingest_pool.h"
#include "fmt/format.h"
#include "tests/client/cli_fake_archive.h"
#include "tests/client/cli_fake_host.h"

namespace chirograph {
namespace {

class CliIngestPoolTest : public testing::Test {
 protected:
  CliIngestPoolTest() : archive_(folder_ / "state") {
    archive_.on_ingest = [](const std::string&) { return Archived(); };
  }

  static IngestOutcome Archived() {
    IngestOutcome outcome;
    outcome.archived = true;
    outcome.verification.set_verdict(v1::VERDICT_VALID);
    return outcome;
  }

  std::vector<ArticleFile> MakeFiles(int count) {
    std::vector<ArticleFile> files;
    for (int i = 0; i < count; ++i) {
      files.push_back({folder_ / fmt::format("{:03}.md", i), false});
      WriteBytes(files.back().path, std::to_string(i));
    }
    return files;
  }

  std::vector<IngestResult> Ingest(const std::vector<ArticleFile>& files, int jobs,
                                   bool require_valid = false) {
    std::vector<IngestResult> results;
    IngestFiles(archive_, files, {jobs, require_valid}, host_,
                [&results](const IngestResult& result) { results.push_back(result); });
    return results;
  }

  TemporaryFolder folder_;
  FakeArchive archive_;
  FakeHost host_;
};

TEST_F(CliIngestPoolTest, HandsOnEveryResultInOrder) {
  const auto files = MakeFiles(100);
  const auto results = Ingest(files, 8);
  ASSERT_EQ(results.size(), files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    EXPECT_EQ(results[i].file.path, files[i].path);
    EXPECT_TRUE(std::holds_alternative<IngestAnswer>(results[i].outcome));
  }
}

TEST_F(CliIngestPoolTest, KeepsAWindowOfCallsInFlight) {
  Mutex mutex;
  CondVar all_there;
  int in_flight = 0;
  archive_.on_ingest = [&](const std::string&) -> Answer<IngestOutcome> {
    MutexLock lock(mutex);
    ++in_flight;
    all_there.NotifyAll();
    while (in_flight < 4) all_there.Wait(mutex);  // hangs unless four calls are made at once
    return Archived();
  };
  EXPECT_EQ(Ingest(MakeFiles(4), 4).size(), 4U);
}

TEST_F(CliIngestPoolTest, GoesOnAfterErrors) {
  auto files = MakeFiles(3);
  files.insert(files.begin(), {folder_ / "none.md", true});
  archive_.on_ingest = [](const std::string& document) -> Answer<IngestOutcome> {
    if (document == "1") return CouldNot(absl::InvalidArgumentError("no front matter"));
    return Archived();
  };
  const auto results = Ingest(files, 1);
  ASSERT_EQ(results.size(), 4U);
  EXPECT_TRUE(std::holds_alternative<Failure>(results[0].outcome));
  EXPECT_TRUE(std::holds_alternative<IngestAnswer>(results[1].outcome));
  EXPECT_TRUE(std::holds_alternative<Failure>(results[2].outcome));
  EXPECT_TRUE(std::holds_alternative<IngestAnswer>(results[3].outcome));
}

TEST_F(CliIngestPoolTest, StopsAtAnAlarm) {
  std::atomic<int> calls = 0;
  archive_.on_ingest = [&calls](const std::string& document) -> Answer<IngestOutcome> {
    ++calls;
    if (document == "1") return Alarmed(Alarm{});
    return Archived();
  };
  const auto results = Ingest(MakeFiles(5), 1);
  ASSERT_EQ(results.size(), 5U);
  EXPECT_EQ(calls, 2);
  EXPECT_TRUE(std::holds_alternative<NotSent>(results[2].outcome));
  EXPECT_TRUE(std::holds_alternative<NotSent>(results[4].outcome));
}

TEST_F(CliIngestPoolTest, StopsWhereTheArchiveNoLongerAnswers) {
  std::atomic<int> calls = 0;
  archive_.on_ingest = [&calls](const std::string&) -> Answer<IngestOutcome> {
    ++calls;
    return CouldNot(absl::UnavailableError("connection refused"));
  };
  const auto results = Ingest(MakeFiles(9), 1);
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(results.size(), 9U);
  EXPECT_TRUE(std::holds_alternative<Failure>(results[2].outcome));
  EXPECT_TRUE(std::holds_alternative<NotSent>(results[3].outcome));
}

TEST_F(CliIngestPoolTest, AnUnansweredCallNowAndThenStopsNothing) {
  archive_.on_ingest = [](const std::string& document) -> Answer<IngestOutcome> {
    if (document == "2" || document == "3" || document == "5" || document == "6") {
      return CouldNot(absl::UnavailableError("connection reset"));
    }
    return Archived();
  };
  for (const IngestResult& result : Ingest(MakeFiles(9), 1)) {
    EXPECT_FALSE(std::holds_alternative<NotSent>(result.outcome));
  }
}

TEST_F(CliIngestPoolTest, ToldToRequireValidSendsNothingElse) {
  std::vector<std::string> sent;
  archive_.on_ingest = [&sent](const std::string& document) -> Answer<IngestOutcome> {
    sent.push_back(document);
    return Archived();
  };
  archive_.on_verify = [](const std::string& document) -> Answer<ServerVerification> {
    ServerVerification asked;
    asked.verification.set_verdict(document == "1" ? v1::VERDICT_VALID : v1::VERDICT_UNKNOWN_KEY);
    return asked;
  };
  const auto results = Ingest(MakeFiles(3), 1, /*require_valid=*/true);
  EXPECT_THAT(sent, testing::ElementsAre("1"));
  EXPECT_EQ(std::get<IngestAnswer>(results[0].outcome).fate, IngestFate::kNotWanted);
  EXPECT_EQ(std::get<IngestAnswer>(results[1].outcome).fate, IngestFate::kArchived);
}

}  // namespace
}  // namespace chirograph
