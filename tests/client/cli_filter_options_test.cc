// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "CLI/CLI.hpp"
#include "client/cli/filter_options.h"
#include "proto/stored_format.h"

namespace chirograph::cli_filter_options_test {
namespace {

using testing::HasSubstr;

// What `arguments` mean.
absl::StatusOr<v1::ArticleFilter> FilterOf(std::vector<std::string> arguments) {
  CLI::App app;
  FilterOptions options;
  AddFilterOptions(app, options);
  std::reverse(arguments.begin(), arguments.end());
  app.parse(std::move(arguments));
  return MakeFilter(options);
}

TEST(CliFilterOptionsTest, NothingIsNoFilter) {
  EXPECT_EQ(FilterOf({})->ShortDebugString(), v1::ArticleFilter().ShortDebugString());
}

TEST(CliFilterOptionsTest, EachOptionIsItsField) {
  const auto filter =
      FilterOf({"--publisher",      "A.example",  "--topic",           "sun",
                "--topic",          "moon",       "--category",        "",
                "--type",           "news",       "--verdict",         "VALID",
                "--verdict",        "unsigned",   "--url-prefix",      "https://",
                "--published-from", "2021-02-03", "--published-until", "2021-02-04T01:00:00+01:00",
                "--ingested-from",  "2022-01-01", "--ingested-until",  "2023-01-01",
                "--first-index",    "3",          "--end-index",       "9"});
  ASSERT_TRUE(filter.ok()) << filter.status();
  EXPECT_EQ(filter->publisher_domain(), "A.example");
  EXPECT_EQ(filter->topics_size(), 2);
  EXPECT_TRUE(filter->has_category());
  EXPECT_EQ(filter->category(), "");
  EXPECT_EQ(filter->type(), "news");
  EXPECT_EQ(filter->verdicts(0), v1::VERDICT_VALID);
  EXPECT_EQ(filter->verdicts(1), v1::VERDICT_UNSIGNED);
  EXPECT_EQ(filter->url_prefix(), "https://");
  EXPECT_EQ(FromTimestamp(filter->published_until()) - FromTimestamp(filter->published_from()),
            absl::Hours(24));
  EXPECT_EQ(filter->ingested_from().seconds(), 1640995200);
  EXPECT_EQ(filter->ingested_until().seconds(), 1672531200);
  EXPECT_EQ(filter->first_index(), 3U);
  EXPECT_EQ(filter->end_index(), 9U);
}

TEST(CliFilterOptionsTest, AnEmptyPublisherIsNobody) {
  const auto filter = FilterOf({"--publisher", ""});
  ASSERT_TRUE(filter.ok());
  EXPECT_TRUE(filter->has_publisher_domain());
  EXPECT_EQ(filter->publisher_domain(), "");
}

TEST(CliFilterOptionsTest, NamesTheOptionThatIsWrong) {
  for (const char* option : {"--publisher", "--verdict", "--published-from", "--published-until",
                             "--ingested-from", "--ingested-until"}) {
    const auto filter = FilterOf({option, "not this"});
    ASSERT_FALSE(filter.ok()) << option;
    EXPECT_THAT(std::string(filter.status().message()), HasSubstr(option));
  }
}

}  // namespace
}  // namespace chirograph::cli_filter_options_test
