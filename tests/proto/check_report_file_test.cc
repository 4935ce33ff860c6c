// SPDX-License-Identifier: Apache-2.0
#include "proto/check_report_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nlohmann/json.hpp"
#include "tests/client/temp_folder.h"
#include "tests/proto/report_fixture.h"

namespace chirograph::check_report_file_test {
namespace {

using testing::HasSubstr;

TEST(CheckReportFileTest, TheEndingDecides) {
  EXPECT_TRUE(IsReportPath("a.html"));
  EXPECT_TRUE(IsReportPath("b.c/a.json"));
  for (const char* other : {"", "html", "a", "a.htm", "a.JSON", "a.html.gz"})
    EXPECT_FALSE(IsReportPath(other));
}

TEST(CheckReportFileTest, WritesThePageOrTheFile) {
  const TempFolder folder;
  const std::string path = folder.path() + "/a";
  ASSERT_TRUE(WriteCheckReport(path + ".html", MakeReport()).ok());
  ASSERT_TRUE(WriteCheckReport(path + ".json", MakeReport()).ok());
  EXPECT_THAT(Slurp(path + ".html"), HasSubstr("<h1>Nothing wrong was found</h1>"));
  EXPECT_EQ(nlohmann::json::parse(Slurp(path + ".json"))["result"], "NOTHING_WRONG");
}

TEST(CheckReportFileTest, WhatCannotBeWrittenIsNamed) {
  const TempFolder folder;
  EXPECT_EQ(WriteCheckReport(folder.path() + "/none/a.html", MakeReport()).code(),
            absl::StatusCode::kNotFound);
  const absl::Status status = WriteCheckReport(folder.path() + "/a.txt", MakeReport());
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("a.txt: a report's name ends in .html or .json"));
}

}  // namespace
}  // namespace chirograph::check_report_file_test
