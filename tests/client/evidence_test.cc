// SPDX-License-Identifier: Apache-2.0
#include "client/internal/evidence.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

#include "tests/client/temp_folder.h"
#include "tests/client/test_log.h"

namespace chirograph::internal::evidence_test {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kVkey[] = "log.example/test+0123abcd+AQ==";

class EvidenceTest : public ::testing::Test {
 protected:
  EvidenceTest() {
    alarm_.kind = AlarmKind::kRolledBack;
    alarm_.message = "it went back";
    alarm_.trusted_note = "log.example/test\n9\n";
    alarm_.received_note = "log.example/test\n5\n";
    alarm_.exchange = "asked: GetCheckpoint\n";
  }
  absl::StatusOr<std::string> Write(const std::string& origin = "log.example/test") {
    return WriteEvidenceFolder(parent_, alarm_, origin, kVkey, TestTime());
  }

  const TempFolder folder_;
  const std::string parent_ = folder_.path() + "/state/alarms";
  Alarm alarm_;
};

TEST_F(EvidenceTest, StampsTimesInUtcAndSoThatTheySort) {
  EXPECT_EQ(FileStamp(TestTime()), "20261123T080000Z");
  EXPECT_EQ(FileStamp(absl::UnixEpoch() + absl::Milliseconds(1999)), "19700101T000001Z");
}

TEST_F(EvidenceTest, HasAllThatAnybodyNeedsToCheckIt) {
  const absl::StatusOr<std::string> path = Write();
  ASSERT_TRUE(path.ok()) << path.status();
  EXPECT_EQ(*path, parent_ + "/20261123T080000Z-ROLLED_BACK");
  EXPECT_EQ(Slurp(*path + "/trusted.checkpoint"), alarm_.trusted_note);
  EXPECT_EQ(Slurp(*path + "/received.checkpoint"), alarm_.received_note);
  EXPECT_EQ(Slurp(*path + "/exchange.txt"), alarm_.exchange);
  EXPECT_EQ(Slurp(*path + "/log-key.txt"), fmt::format("{}\n", kVkey));
  EXPECT_THAT(Slurp(*path + "/README.txt"),
              AllOf(StartsWith("ALARM ROLLED_BACK\nseen at 2026-11-23T08:00:00Z"),
                    HasSubstr("\nit went back\n"), HasSubstr("\nWhat to do: "),
                    HasSubstr("\n  chirograph log forget log.example/test\n"), HasSubstr(kVkey)));
  EXPECT_EQ(fs::status(parent_).permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(*path).permissions(), fs::perms::owner_all);
}

TEST_F(EvidenceTest, ItsReadmeNamesEveryOtherFile) {
  const absl::StatusOr<std::string> path = Write();
  ASSERT_TRUE(path.ok()) << path.status();
  const std::string readme = Slurp(*path + "/README.txt");
  int files = 0;
  for (const auto& entry : fs::directory_iterator(*path)) {
    ++files;
    if (entry.path().filename() == "README.txt") continue;
    EXPECT_THAT(readme, HasSubstr("\n  " + entry.path().filename().string() + " "));
  }
  EXPECT_EQ(files, 5);
}

TEST_F(EvidenceTest, SaysOfEveryKindWhatItMeansAndWhatItProves) {
  std::set<std::string> meanings;
  for (const AlarmKind kind :
       {AlarmKind::kTwoRoots, AlarmKind::kInconsistent, AlarmKind::kRolledBack, AlarmKind::kTwoEntries}) {
    alarm_.kind = kind;
    const absl::StatusOr<std::string> path = Write();
    ASSERT_TRUE(path.ok()) << path.status();
    const std::string readme = Slurp(*path + "/README.txt");
    const std::size_t proof = readme.find(AlarmProofText(kind));
    ASSERT_NE(proof, std::string::npos) << AlarmKindName(kind);
    const std::size_t message = readme.find(alarm_.message);
    EXPECT_TRUE(meanings.insert(readme.substr(message, proof - message)).second) << AlarmKindName(kind);
  }
  for (const std::string& meaning : meanings) EXPECT_THAT(meaning, HasSubstr("\n\nThe log "));
}

TEST_F(EvidenceTest, WhatToTypeIsQuotedForAShell) {
  const absl::StatusOr<std::string> path = Write("log's $(own)");
  ASSERT_TRUE(path.ok()) << path.status();
  EXPECT_THAT(Slurp(*path + "/README.txt"), HasSubstr("chirograph log forget 'log'\\''s $(own)'\n"));
}

TEST_F(EvidenceTest, NeverTouchesEarlierEvidence) {
  const absl::StatusOr<std::string> first = Write();
  ASSERT_TRUE(first.ok()) << first.status();
  alarm_.message = "it went back once more";
  const absl::StatusOr<std::string> second = Write();
  const absl::StatusOr<std::string> third = Write();
  ASSERT_TRUE(second.ok() && third.ok()) << second.status() << third.status();
  EXPECT_EQ(*second, *first + "-2");
  EXPECT_EQ(*third, *first + "-3");
  EXPECT_THAT(Slurp(*first + "/README.txt"), HasSubstr("\nit went back\n"));
}

TEST_F(EvidenceTest, GivesUpAtAThousandOfOneSecond) {
  const std::string base = parent_ + "/20261123T080000Z-ROLLED_BACK";
  fs::create_directories(base);
  for (int number = 2; number <= 1000; ++number) fs::create_directory(fmt::format("{}-{}", base, number));
  EXPECT_EQ(Write().status().code(), absl::StatusCode::kResourceExhausted);
  fs::remove(base + "-1000");
  EXPECT_TRUE(Write().ok());
}

TEST_F(EvidenceTest, SaysWhereTheFolderCannotBe) {
  Spill(folder_.path() + "/state", "a file");
  const absl::Status status = Write().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(status.message()), HasSubstr(folder_.path() + "/state"));
}

}  // namespace
}  // namespace chirograph::internal::evidence_test
