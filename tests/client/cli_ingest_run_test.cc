// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "client/cli/ingest_run.h"
#include "fmt/format.h"
#include "tests/client/cli_fake_archive.h"
#include "tests/client/cli_fake_host.h"

namespace chirograph::cli_ingest_run_test {
namespace {

class CliIngestRunTest : public testing::Test {
 protected:
  CliIngestRunTest() : archive_(folder_ / "state") {
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
    failures_.clear();
    IngestRun run(archive_, files, {jobs, require_valid}, host_,
                  {[&results](const IngestResult& result) { results.push_back(result); },
                   [this](const Failure& failure) { failures_.push_back(failure); }});
    run.Run();
    return results;
  }

  TemporaryFolder folder_;
  FakeArchive archive_;
  FakeHost host_;
  std::vector<Failure> failures_;
};

TEST_F(CliIngestRunTest, HandsOnEveryResultInOrder) {
  const auto files = MakeFiles(100);
  const auto results = Ingest(files, 8);
  ASSERT_EQ(results.size(), files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    EXPECT_EQ(results[i].file.path, files[i].path);
    EXPECT_TRUE(std::holds_alternative<IngestAnswer>(results[i].outcome));
  }
}

TEST_F(CliIngestRunTest, GoesOnAfterErrors) {
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

TEST_F(CliIngestRunTest, AnAlarmEndsItAndIsToldOnceBeforeWhatItLeavesUndone) {
  int calls = 0;
  archive_.on_ingest = [&calls](const std::string& document) -> Answer<IngestOutcome> {
    ++calls;
    if (document == "1") return Alarmed(Alarm{});
    return Archived();
  };
  const auto results = Ingest(MakeFiles(5), 1);
  ASSERT_EQ(results.size(), 5U);
  EXPECT_EQ(calls, 2);
  ASSERT_EQ(failures_.size(), 1U);
  EXPECT_EQ(failures_[0].kind, FailureKind::kAlarm);
  EXPECT_TRUE(std::holds_alternative<IngestAnswer>(results[0].outcome));
  EXPECT_TRUE(std::get<NotSent>(results[1].outcome).unanswered);
  EXPECT_FALSE(std::get<NotSent>(results[2].outcome).unanswered);
  EXPECT_FALSE(std::get<NotSent>(results[4].outcome).unanswered);
  for (std::size_t i = 1; i < 5; ++i) EXPECT_TRUE(std::get<NotSent>(results[i].outcome).after_alarm);
}

TEST_F(CliIngestRunTest, ResultsThatComeBeforeTheirTurnWaitAndAreNotLost) {
  // The first is answered when the others have been; thousands must not be read meanwhile.
  const auto files = MakeFiles(1500);
  Mutex mutex;
  CondVar changed;
  std::size_t read = 0;
  archive_.on_verify = [&](const std::string& document) -> Answer<ServerVerification> {
    MutexLock lock(mutex);
    ++read;
    changed.NotifyAll();
    if (document == "0") {
      while (read < 1024) changed.Wait(mutex);
    } else {
      EXPECT_LT(std::stoul(document), 1024U + (read >= 1024 ? 1500U : 0U)) << "read too far ahead";
    }
    ServerVerification asked;
    asked.verification.set_verdict(v1::VERDICT_VALID);
    return asked;
  };
  const auto results = Ingest(files, 4, /*require_valid=*/true);
  ASSERT_EQ(results.size(), files.size());
  for (std::size_t i = 0; i < files.size(); ++i) EXPECT_EQ(results[i].file.path, files[i].path);
}

TEST_F(CliIngestRunTest, AnInterruptionLeavesTheRestUnsent) {
  const auto files = MakeFiles(9);
  std::vector<IngestResult> results;
  IngestRun run(archive_, files, {1, false}, host_,
                {[&results](const IngestResult& result) { results.push_back(result); },
                 [](const Failure&) { FAIL() << "it is no failure"; }});
  archive_.on_ingest = [&run](const std::string& document) -> Answer<IngestOutcome> {
    if (document == "3") run.Interrupt();
    return Archived();
  };
  run.Run();
  ASSERT_EQ(results.size(), 9U);
  EXPECT_TRUE(std::holds_alternative<IngestAnswer>(results[3].outcome)) << "it was under way";
  for (std::size_t i = 4; i < 9; ++i) EXPECT_FALSE(std::get<NotSent>(results[i].outcome).unanswered);
}

TEST_F(CliIngestRunTest, StopsAskingWhereTheArchiveNoLongerAnswers) {
  std::atomic<int> calls = 0;
  archive_.on_verify = [&calls](const std::string&) -> Answer<ServerVerification> {
    ++calls;
    return CouldNot(absl::UnavailableError("connection refused"));
  };
  const auto results = Ingest(MakeFiles(9), 1, /*require_valid=*/true);
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(results.size(), 9U);
  EXPECT_TRUE(std::holds_alternative<Failure>(results[2].outcome));
  EXPECT_TRUE(std::holds_alternative<NotSent>(results[3].outcome));
}

TEST_F(CliIngestRunTest, AnUnansweredQuestionNowAndThenStopsNothing) {
  archive_.on_verify = [](const std::string& document) -> Answer<ServerVerification> {
    if (document == "2" || document == "3" || document == "5" || document == "6") {
      return CouldNot(absl::UnavailableError("connection reset"));
    }
    ServerVerification asked;
    asked.verification.set_verdict(v1::VERDICT_VALID);
    return asked;
  };
  for (const IngestResult& result : Ingest(MakeFiles(9), 1, /*require_valid=*/true)) {
    EXPECT_FALSE(std::holds_alternative<NotSent>(result.outcome));
  }
}

TEST_F(CliIngestRunTest, ToldToRequireValidSendsNothingElse) {
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
}  // namespace chirograph::cli_ingest_run_test
