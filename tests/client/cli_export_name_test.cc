// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "client/cli/export_name.h"

namespace chirograph::cli_export_name_test {
namespace {

TEST(CliExportNameTest, SaysIndexAndTheEndOfTheUrl) {
  EXPECT_EQ(ExportFileName(41, "https://a.example/news/Weather-report.html"), "000041-Weather-report.md");
  EXPECT_EQ(ExportFileName(41, "https://a.example/news/weather/?page=/2#x/y"), "000041-weather.md");
  EXPECT_EQ(ExportFileName(41, "/posts/a_b"), "000041-a-b.md");
  EXPECT_EQ(ExportFileName(1234567, "https://a.example/1"), "1234567-1.md");
  for (const char* url : {"", "https://a.example", "https://a.example/", "https://a.example/.../", "nothing",
                          "https://a.example/\xC3\xA4"}) {
    EXPECT_EQ(ExportFileName(7, url), "000007.md") << url;
  }
}

TEST(CliExportNameTest, NoUrlLeavesTheFolder) {
  for (const std::string url :
       {"https://a.example/..", "https://a.example/../../etc/passwd", "/..", "..",
        "https://a.example/%2e%2e%2f", "https://a.example/a\\..\\b", "a/\n/b\x1b[31m"}) {
    const std::string name = ExportFileName(0, url);
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-."),
              std::string::npos)
        << name;
    EXPECT_EQ(name.find(".."), std::string::npos) << name;
    EXPECT_TRUE(name.starts_with("000000")) << name;
  }
  EXPECT_LE(ExportFileName(0, "https://a.example/" + std::string(5000, 'x')).size(), 80U);
}

TEST(CliExportNameTest, APublishersFolderIsHisDomainIfThatIsSafe) {
  EXPECT_EQ(ExportFolder("news.example"), "news.example");
  for (const std::string& domain :
       {std::string(), std::string("."), std::string(".."), std::string("a/../b"), std::string("/etc"),
        std::string("A.example"), std::string("a\nb"), std::string("-rf"), std::string(300, 'a')}) {
    EXPECT_EQ(ExportFolder(domain), "_") << domain;
  }
}

}  // namespace
}  // namespace chirograph::cli_export_name_test
