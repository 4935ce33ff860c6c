// SPDX-License-Identifier: Apache-2.0
#include "service/diagnostics.h"

#include <gmock/gmock.h>
#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "chirograph/v1/article.pb.h"
#include "tests/doc_example.h"

namespace chirograph::diagnostics_test {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

// The lines on stderr that `write` makes.
std::vector<std::string> Written(DiagnosticsFormat format, const std::string& level,
                                 const std::function<void()>& write) {
  const std::shared_ptr<spdlog::logger> before = spdlog::default_logger();
  google::protobuf::LogHandler* const protobufs = google::protobuf::SetLogHandler(nullptr);
  ::testing::internal::CaptureStderr();
  StartDiagnostics(format, level);
  write();
  std::istringstream text(::testing::internal::GetCapturedStderr());
  spdlog::set_default_logger(before);
  gpr_set_log_function(nullptr);
  google::protobuf::SetLogHandler(protobufs);
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

TEST(DiagnosticsTest, TextIsALineWithTimeAndLevel) {
  const auto lines = Written(DiagnosticsFormat::kText, "info", [] { spdlog::info("tree size {}", 41); });
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], MatchesRegex("20[0-9-]+T[0-9:]+\\.[0-9]+Z info +tree size 41"));
}

TEST(DiagnosticsTest, TextIsOneLineWhateverIsInIt) {
  const auto lines = Written(DiagnosticsFormat::kText, "info",
                             [] { spdlog::warn("a\nforged\r line \x1B[31m\x7F, and ümlauts"); });
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], HasSubstr("a\\x0aforged\\x0d line \\x1b[31m\\x7f, and ümlauts"));
}

TEST(DiagnosticsTest, JsonIsAnObjectALine) {
  const auto lines = Written(DiagnosticsFormat::kJson, "info", [] {
    spdlog::info("first \"quoted\"\nline");
    spdlog::critical("second");
  });
  ASSERT_THAT(lines, SizeIs(2));
  const auto first = nlohmann::json::parse(lines[0]);
  EXPECT_EQ(first.size(), 3u);
  EXPECT_EQ(first["level"], "info");
  EXPECT_EQ(first["message"], "first \"quoted\"\nline");
  EXPECT_THAT(first["time"].get<std::string>(), MatchesRegex("20[0-9-]+T[0-9:]+\\.[0-9]+Z"));
  EXPECT_EQ(nlohmann::json::parse(lines[1])["level"], "critical");
}

TEST(DiagnosticsTest, JsonSurvivesBytesThatAreNoText) {
  const auto lines = Written(DiagnosticsFormat::kJson, "info", [] { spdlog::info("\xFF\xFE"); });
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(nlohmann::json::parse(lines[0])["message"], "\xEF\xBF\xBD\xEF\xBF\xBD");
}

// What strangers send makes it complain, as often as they like.
TEST(DiagnosticsTest, WhatProtobufComplainsOfIsALineOfOursForWhoAsksForIt) {
  const auto parse = [] {
    v1::Article article;
    EXPECT_FALSE(article.ParseFromString("\x0a\x01\xFF"));
  };
  EXPECT_THAT(Written(DiagnosticsFormat::kJson, "info", parse), SizeIs(0));
  const auto lines = Written(DiagnosticsFormat::kJson, "debug", parse);
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(nlohmann::json::parse(lines[0])["message"].get<std::string>(),
              HasSubstr("protobuf: String field 'chirograph.v1.Article"));
}

TEST(DiagnosticsTest, JsonHasTheFormOfTheDocumentation) {
  const auto lines = Written(DiagnosticsFormat::kJson, "info", [] { spdlog::info("stopped"); });
  ASSERT_THAT(lines, SizeIs(1));
  auto written = nlohmann::ordered_json::parse(lines[0]);
  const auto documented = nlohmann::ordered_json::parse(DocLine("configuration.md", "diagnostics"));
  EXPECT_EQ(written["time"].get<std::string>().size(), documented["time"].get<std::string>().size());
  written["time"] = documented["time"];
  EXPECT_EQ(written.dump(), documented.dump());
}

TEST(DiagnosticsTest, TheLevelIsTheLeastThatIsWritten) {
  const auto write = [] {
    spdlog::debug("debug");
    spdlog::info("info");
    spdlog::warn("warn");
    spdlog::error("error");
  };
  EXPECT_THAT(Written(DiagnosticsFormat::kText, "debug", write), SizeIs(4));
  EXPECT_THAT(Written(DiagnosticsFormat::kText, "info", write), SizeIs(3));
  EXPECT_THAT(Written(DiagnosticsFormat::kText, "warn", write), SizeIs(2));
  EXPECT_THAT(Written(DiagnosticsFormat::kText, "error", write), SizeIs(1));
}

TEST(DiagnosticsTest, WhatGrpcComplainsOfIsADiagnosticToo) {
  const auto lines = Written(DiagnosticsFormat::kJson, "info",
                             [] { gpr_log(__FILE__, __LINE__, GPR_LOG_SEVERITY_ERROR, "no port %d", 7); });
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(nlohmann::json::parse(lines[0])["message"], "gRPC: no port 7");
  EXPECT_EQ(nlohmann::json::parse(lines[0])["level"], "warning");
}

}  // namespace
}  // namespace chirograph::diagnostics_test
