// SPDX-License-Identifier: Apache-2.0
//
// What `chirographd check` does before and after a check; tests/service/chirographd_test.cc has the program
// itself.
#include "service/check_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "nlohmann/json.hpp"
#include "tests/service/spoilable_archive.h"
#include "tests/service/status_matchers.h"
#include "tests/service/store_image.h"
#include "tests/service/test_publisher.h"

namespace chirograph::check_command_test {
namespace {

using ::testing::HasSubstr;
using ::testing::internal::CaptureStderr;
using ::testing::internal::CaptureStdout;
using ::testing::internal::GetCapturedStderr;
using ::testing::internal::GetCapturedStdout;

class CheckCommandTest : public ::testing::Test {
 protected:
  CheckCommandTest() {
    TestArchive archive;
    EXPECT_THAT(archive.StartCatalog(), IsOk());
    for (int i = 0; i < 3; ++i) EXPECT_THAT(archive.Ingest(MakeArticle(i)), IsOk());
    EXPECT_THAT(archive.CatchUp(), IsOk());
    archive.StopCatalog();
    std::filesystem::copy(archive.path(), path_, std::filesystem::copy_options::recursive);
  }

  absl::StatusOr<bool> Run(CheckCommandOptions options) {
    if (options.data_dir.empty()) options.data_dir = path_;
    CaptureStdout();
    CaptureStderr();
    absl::StatusOr<bool> is_well = RunCheckCommand(options, clock_);
    err_ = GetCapturedStderr();
    out_ = GetCapturedStdout();
    return is_well;
  }

  const TempFolder folder_;
  const std::string path_ = folder_ / "archive";
  const FakeClock clock_;
  std::string out_;
  std::string err_;
};

TEST_F(CheckCommandTest, OfASoundArchiveTheSummarySaysSo) {
  const auto is_well = Run({});
  ASSERT_THAT(is_well, IsOk());
  EXPECT_TRUE(*is_well) << out_;
  EXPECT_THAT(out_, HasSubstr("findings    none\n"));
}

TEST_F(CheckCommandTest, ARangeOutsideOfTheLogIsRefused) {
  EXPECT_TRUE(absl::IsOutOfRange(Run({.end_index = 4}).status()));
  const absl::Status backwards = Run({.start_index = 2, .end_index = 1}).status();
  EXPECT_TRUE(absl::IsOutOfRange(backwards));
  EXPECT_THAT(std::string(backwards.message()), HasSubstr("a log of 3 entries"));
  EXPECT_EQ(out_, "");
}

TEST_F(CheckCommandTest, WhereThereIsNoArchiveOrKeyringNothingIsChecked) {
  EXPECT_TRUE(absl::IsNotFound(Run({.data_dir = folder_ / "tpyo"}).status()));
  EXPECT_FALSE(Run({.keyring = folder_ / "none.yaml"}).ok());
  EXPECT_EQ(out_, "");
}

TEST_F(CheckCommandTest, AReportThatCannotBeWrittenIsFoundOutBefore) {
  const absl::Status ending = Run({.reports = {folder_ / "check.txt"}}).status();
  EXPECT_TRUE(absl::IsInvalidArgument(ending));
  EXPECT_THAT(std::string(ending.message()), HasSubstr("check.txt"));
  EXPECT_TRUE(absl::IsNotFound(Run({.reports = {folder_ / "none/check.html"}}).status()));
  EXPECT_EQ(out_, "");
}

TEST_F(CheckCommandTest, AReportIsOfAllArticlesThoughTheyAreNotPrinted) {
  const std::string file = folder_ / "check.json";
  ASSERT_THAT(Run({.reports = {file}}), IsOk());
  EXPECT_THAT(err_, HasSubstr("Wrote " + file));
  EXPECT_THAT(out_, ::testing::Not(HasSubstr("#0 ")));
  const nlohmann::json report = nlohmann::json::parse(ReadBytes(file));
  EXPECT_EQ(report["kind"], "SELF_CHECK");
  ASSERT_EQ(report["atIngest"]["byMonth"].size(), 1U) << report["atIngest"];
  EXPECT_EQ(report["atIngest"]["byMonth"][0]["articles"], 3);
}

}  // namespace
}  // namespace chirograph::check_command_test
