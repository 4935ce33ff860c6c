// SPDX-License-Identifier: Apache-2.0
//
// The benchmark runs, and its figures are there. What they are is nothing to a test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "tests/client/cli_fake_host.h"
#include "tests/end_to_end/process.h"

namespace chirograph::bench_test {
namespace {

using ::testing::HasSubstr;

TEST(BenchTest, GivesEveryFigureInATableAndAsJson) {
  const TemporaryFolder folder;
  const std::string file = folder / "figures.json";
  const ProcessResult result = RunProcess(
      {CHIROGRAPH_BENCH, "--quick", "--json", file, "--commit", "0123abc"}, {folder.path(), {}, ""});
  ASSERT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("ratio to the floor"));
  EXPECT_THAT(result.out, HasSubstr("Growth"));
  const nlohmann::json json = nlohmann::json::parse(std::ifstream(file));
  EXPECT_EQ(json["commit"], "0123abc");
  EXPECT_TRUE(json["quick"].get<bool>());
  EXPECT_FALSE(json["machine"].get<std::string>().empty());
  EXPECT_THAT(json["date"].get<std::string>(), HasSubstr("T"));
  std::vector<std::string> figures = {"/floor/cpu_us_per_article",
                                      "/floor/fdatasync_us",
                                      "/ingest/articles_per_s",
                                      "/ingest/client_cpu_us_per_article",
                                      "/ingest/ack_ms/p50",
                                      "/ingest/ack_ms/p99",
                                      "/ingest/documents_per_s",
                                      "/get/per_s",
                                      "/get/p50_us",
                                      "/get/ratio_to_echo",
                                      "/list/articles_per_s",
                                      "/list/mb_per_s",
                                      "/list/ratio_to_scan",
                                      "/proof/per_s"};
  ASSERT_EQ(json["growth"].size(), 2U);
  for (const char* row : {"0", "1"}) {
    for (const char* figure :
         {"articles", "get_p50_us", "proof_us", "open_ms", "rss_mib", "disk_bytes_per_article"}) {
      figures.push_back(std::string("/growth/") + row + "/" + figure);
    }
    EXPECT_TRUE(json["growth"][std::stoul(row)]["ingest_cpu_us"].is_number());
  }
  EXPECT_EQ(json["growth"][1]["articles"], 600);
  for (const char* kind : {"check", "audit"}) {
    for (const char* figure :
         {"articles_per_s", "cpu_us_per_article", "ratio_to_floor", "ratio_on_all_cores"}) {
      figures.push_back(std::string("/") + kind + "/" + figure);
    }
    EXPECT_EQ(json[kind]["articles"], 600);
  }
  for (const char* in_flight : {"1", "16", "256"}) {
    for (const char* quantile : {"p50", "p99"}) {
      figures.push_back(std::string("/ingest/ack_ms_in_flight/") + in_flight + "/" + quantile);
    }
  }
  double sum = 0;
  EXPECT_EQ(json["floor"]["steps"].size(), 11U);
  for (const auto& [name, step] : json["floor"]["steps"].items()) {
    EXPECT_GE(step.get<double>(), 0) << name;
    sum += step.get<double>();
  }
  EXPECT_NEAR(json["floor"]["cpu_us_per_article"].get<double>(), sum, 1e-6);
  for (const std::string& figure : figures) {
    const nlohmann::json::json_pointer pointer(figure);
    ASSERT_TRUE(json.contains(pointer)) << figure;
    EXPECT_GT(json[pointer].get<double>(), 0) << figure;
  }
  // In hundredths of a second: of a short run it may be none.
  EXPECT_TRUE(std::isfinite(json["ingest"]["server_cpu_us_per_article"].get<double>()));
  EXPECT_TRUE(std::isfinite(json["ingest"]["ratio_to_floor"].get<double>()));
}

}  // namespace
}  // namespace chirograph::bench_test
