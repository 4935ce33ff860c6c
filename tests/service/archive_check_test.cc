// SPDX-License-Identifier: Apache-2.0
//
// Ranges, pace and progress of a check, and a store whose files are damaged. tests/service/check_run_test.cc
// has the findings.
#include "service/archive_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "service/stored_archive.h"
#include "tests/service/raw_database.h"
#include "tests/service/spoilable_archive.h"
#include "tests/service/status_matchers.h"
#include "tests/service/test_publisher.h"

namespace chirograph::archive_check_test {
namespace {

using ::testing::IsEmpty;

constexpr int kArticles = 700;  // with the KeyEvent before them: three tiles

class ArchiveCheckTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    publisher_ = new TestPublisher();
    archive_ = new TestArchive(KeyringOf({publisher_}));
    ASSERT_THAT(archive_->StartCatalog(), IsOk());
    std::vector<std::future<Sequenced>> answers;
    for (int i = 0; i < kArticles; ++i) answers.push_back(archive_->Submit(publisher_->Article(i)));
    for (auto& answer : answers) ASSERT_THAT(answer.get(), IsOk());
    ASSERT_THAT(archive_->CatchUp(), IsOk());
  }
  static void TearDownTestSuite() {
    delete archive_;
    delete publisher_;
  }

  static TestPublisher* publisher_;
  static TestArchive* archive_;
  SpoilableArchive spoilt_{*archive_};
};

TestPublisher* ArchiveCheckTest::publisher_ = nullptr;
TestArchive* ArchiveCheckTest::archive_ = nullptr;

TEST_F(ArchiveCheckTest, ARangeIsCheckedWithTheKeysBeforeIt) {
  for (const auto& [start, end] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{
           {0, 0}, {0, 1}, {300, 300}, {300, 301}, {255, 513}, {690, 701}, {701, 701}}) {
    const CheckOutcome outcome = spoilt_.Check({.start_index = start, .end_index = end});
    EXPECT_THAT(outcome.status, IsOk());
    EXPECT_THAT(outcome.Text(), IsEmpty());
    EXPECT_EQ(outcome.summary.articles() + outcome.summary.key_events(), end - start);
    EXPECT_EQ(outcome.summary.signatures_verified(), outcome.summary.articles());
    EXPECT_FALSE(outcome.summary.extras_checked());
  }
}

TEST_F(ArchiveCheckTest, ARangeFindsWhatIsInItAndNothingElse) {
  const auto spoil = [this](StoreColumn column, std::uint64_t index, int at) {
    spoilt_.Put(column, EncodeIndex(index), WithBitTurned(spoilt_.GetAt(column, index), at));
  };
  spoil(StoreColumn::kContent, 100, 9);
  spoil(StoreColumn::kOpenings, 300, 6);
  spoilt_.DeleteInCatalog(CatalogRowKey(400));
  spoil(StoreColumn::kContent, 500, 9);
  const auto found = [this](std::uint64_t start, std::uint64_t end) {
    std::vector<std::uint64_t> indexes;
    for (const v1::Finding& finding : spoilt_.Check({.start_index = start, .end_index = end}).findings) {
      indexes.push_back(finding.index());
    }
    return indexes;
  };
  EXPECT_THAT(found(0, 701), testing::ElementsAre(100, 300, 500, 400));
  EXPECT_THAT(found(100, 101), testing::ElementsAre(100));
  EXPECT_THAT(found(101, 300), IsEmpty());
  EXPECT_THAT(found(300, 401), testing::ElementsAre(300, 400));
  EXPECT_THAT(found(401, 701), testing::ElementsAre(500));
}

TEST_F(ArchiveCheckTest, OnSeveralThreadsItFindsTheSame) {
  spoilt_.Put(StoreColumn::kContent, EncodeIndex(123), "x");
  const CheckOutcome one = spoilt_.Check();
  const CheckOutcome many = spoilt_.Check({.threads = 4, .max_step_entries = 512});
  EXPECT_EQ(one.Text(), many.Text());
  EXPECT_EQ(one.articles.size(), many.articles.size());
  EXPECT_EQ(one.findings.size(), 1u);
}

TEST_F(ArchiveCheckTest, KeepsToItsRateByTheClock) {
  FakeClock clock;
  ArchiveCheck check(spoilt_.Examine(), {.end_index = 300, .max_articles_per_second = 50}, clock);
  std::size_t articles = 0;
  std::size_t progress = 0;
  while (!check.is_done()) {
    const auto message = check.Next();
    ASSERT_THAT(message, IsOk());
    articles += static_cast<std::size_t>(message->articles_size());
    progress += message->has_progress() ? 1 : 0;
    const double seconds = absl::ToDoubleSeconds(clock.Now() - kTestNow);
    EXPECT_LE(static_cast<double>(articles), 50 * seconds + 5);
    EXPECT_LE(check.delay(), absl::Seconds(1));
    // Before its time it does nothing.
    if (check.delay() > absl::ZeroDuration() && !check.is_done()) {
      EXPECT_EQ(check.Next()->articles_size(), 0);
    }
    clock.Advance(check.delay());
  }
  EXPECT_EQ(articles, 299u);
  EXPECT_GE(clock.Now() - kTestNow, absl::Seconds(5.9));
  EXPECT_GE(progress, 5u);
  EXPECT_LE(progress, 8u);
}

TEST_F(ArchiveCheckTest, SaysHowFarItIs) {
  FakeClock clock;
  ArchiveCheck check(spoilt_.Examine(), {}, clock);
  const CheckOutcome outcome = RunToTheEnd(check, [&clock] { clock.Advance(absl::Milliseconds(400)); });
  EXPECT_THAT(outcome.status, IsOk());
  ASSERT_GT(outcome.progress.size(), 3u);
  EXPECT_EQ(outcome.progress.front().stage(), v1::CHECK_STAGE_ENTRIES);
  EXPECT_EQ(outcome.progress.back().stage(), v1::CHECK_STAGE_LOOKUPS);
  EXPECT_GT(outcome.progress.back().lookups(), 0u);
  std::uint64_t last = 0;
  for (const v1::CheckProgress& progress : outcome.progress) {
    EXPECT_GE(progress.articles(), last);
    last = progress.articles();
  }
  EXPECT_EQ(last, static_cast<std::uint64_t>(kArticles));
}

TEST_F(ArchiveCheckTest, WithoutOutcomesNoneIsTold) {
  EXPECT_THAT(spoilt_.Check({.with_outcomes = false}).articles, IsEmpty());
}

// --- Files that are damaged ---

// Writes all to tables, so that a block can be spoilt.
void Flush(const std::string& path) {
  RawDatabase database(path);
  database.Flush();
}

void SpoilBlock(const std::string& path) {
  std::string bytes = ReadBytes(path);
  for (std::size_t i = 0; i < 64; ++i) bytes[bytes.size() / 3 + i] ^= 0x5a;
  WriteBytes(path, bytes);
}

TEST(DamagedFilesTest, ASpoiltBlockIsMadeOfFindingsAndEndsNothing) {
  const TestPublisher publisher;
  TestArchive archive(KeyringOf({&publisher}));
  ASSERT_THAT(archive.StartCatalog(), IsOk());
  std::vector<std::future<Sequenced>> answers;
  for (int i = 0; i < 1500; ++i) answers.push_back(archive.Submit(publisher.Article(i)));
  for (auto& answer : answers) ASSERT_THAT(answer.get(), IsOk());
  ASSERT_THAT(archive.CatchUp(), IsOk());
  archive.StopCatalog();
  const TempFolder folder;
  std::filesystem::copy(archive.path(), folder / "archive", std::filesystem::copy_options::recursive);
  Flush(folder / "archive/store");
  std::size_t spoilt = 0;
  for (const std::string part : {"store", "catalog"}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder / ("archive/" + part))) {
      const std::string path = entry.path().string();
      if (entry.path().extension() != ".sst" || entry.file_size() < 20'000) continue;
      const std::string sound = ReadBytes(path);
      SpoilBlock(path);
      const auto stored = OpenStoredArchive(folder / "archive", false);
      ASSERT_THAT(stored, IsOk());
      const FakeClock clock;
      ArchiveCheck check((*stored)->archive(), {.max_step_entries = 100}, clock);
      const CheckOutcome outcome = RunToTheEnd(check);
      EXPECT_THAT(outcome.status, IsOk()) << path;
      EXPECT_THAT(outcome.findings, testing::Not(IsEmpty())) << path;
      EXPECT_EQ(outcome.summary.tree_size(), 1501u);
      WriteBytes(path, sound);
      ++spoilt;
    }
  }
  EXPECT_GE(spoilt, 6u);
}

}  // namespace
}  // namespace chirograph::archive_check_test
