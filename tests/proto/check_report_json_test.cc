// SPDX-License-Identifier: Apache-2.0
//
// The file, against the table in docs/audit-report.md: member by member, in both directions.
#include "proto/check_report_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "nlohmann/json.hpp"
#include "tests/proto/report_fixture.h"

namespace chirograph::check_report_json_test {
namespace {

using nlohmann::ordered_json;

// Type by member, as the table has them.
std::map<std::string, std::string> ReadSchema() {
  std::ifstream page(CHIROGRAPH_DOCS_DIR "/audit-report.md");
  std::map<std::string, std::string> types;
  bool is_schema = false;
  for (std::string line; std::getline(page, line);) {
    if (line == "<!-- schema -->") is_schema = true;
    static const std::regex kRow(R"(\| `([^`]+)` \| ([^|]+) \|.*)");
    std::smatch row;
    if (is_schema && std::regex_match(line, row, kRow)) types[row[1]] = row[2];
  }
  return types;
}

bool IsText(const ordered_json& value, const char* pattern) {
  return value.is_string() && std::regex_match(value.get<std::string>(), std::regex(pattern));
}

bool IsCounts(const ordered_json& value) {
  if (!value.is_object()) return false;
  for (const auto& [name, count] : value.items()) {
    if (!VerdictFromName(name) || !count.is_number_unsigned() || count == 0) return false;
  }
  return true;
}

bool Fits(const ordered_json& value, std::string type) {
  constexpr std::string_view kOrNull = " or null";
  if (type.ends_with(kOrNull)) {
    if (value.is_null()) return true;
    type.resize(type.size() - kOrNull.size());
  }
  if (type == "integer") return value.is_number_unsigned();
  if (type == "boolean") return value.is_boolean();
  if (type == "text") return value.is_string() && !value.get<std::string>().empty();
  if (type == "object") return value.is_object();
  if (type == "list") return value.is_array();
  if (type == "counts") return IsCounts(value);
  if (type == "digest") return IsText(value, "[0-9a-f]{64}");
  if (type == "month") return IsText(value, "[0-9]{4}-[0-9]{2}");
  if (type == "time") return IsText(value, R"([0-9-]{10}T[0-9:]{8}(\.[0-9]+)?Z)");
  // One of these words.
  return value.is_string() &&
         (", " + type + ",").find(", " + value.get<std::string>() + ",") != std::string::npos;
}

// Holds `value`, the member at `path`, against the schema, and notes which members were there with a value.
void Validate(const ordered_json& value, const std::string& path,
              const std::map<std::string, std::string>& schema, std::set<std::string>& seen) {
  if (!path.empty() && !path.ends_with("[]")) {
    ASSERT_TRUE(schema.contains(path)) << path << " is not documented";
    EXPECT_TRUE(Fits(value, schema.at(path))) << path << " is no " << schema.at(path) << ": " << value;
    if (!value.is_null()) seen.insert(path);
    if (schema.at(path) == "counts") return;
  }
  if (value.is_object()) {
    for (const auto& [name, member] : value.items()) {
      Validate(member, path.empty() ? name : path + "." + name, schema, seen);
    }
  }
  // What is documented as being like another list.
  static const std::map<std::string, std::string> kLike = {
      {"foundEarlier.findings", "found.findings"},
      {"atIngest.byPublisher[].months", "atIngest.byMonth"},
      {"atIngest.otherPublishers.months", "atIngest.byMonth"},
      {"atIngest.unknownPublishers.months", "atIngest.byMonth"}};
  const std::string list = kLike.contains(path) ? kLike.at(path) : path;
  if (value.is_array()) {
    for (const ordered_json& item : value) Validate(item, list + "[]", schema, seen);
  }
}

// Every documented member of what is there must be there.
void ExpectComplete(const ordered_json& report, const std::map<std::string, std::string>& schema) {
  for (const auto& [path, type] : schema) {
    std::vector<const ordered_json*> at = {&report};
    std::istringstream parts(path);
    for (std::string part; std::getline(parts, part, '.');) {
      const bool is_list = part.ends_with("[]");
      if (is_list) part.resize(part.size() - 2);
      std::vector<const ordered_json*> next;
      for (const ordered_json* object : at) {
        if (object->is_null()) continue;
        ASSERT_TRUE(object->contains(part)) << path << " is documented, and missing in " << *object;
        const ordered_json& member = object->at(part);
        if (!is_list) next.push_back(&member);
        for (std::size_t i = 0; is_list && i < member.size(); ++i) next.push_back(&member[i]);
      }
      at = std::move(next);
    }
  }
}

ordered_json Parsed(const CheckReport& report) { return ordered_json::parse(CheckReportJson(report)); }

TEST(CheckReportJsonTest, IsAsDocumented) {
  const std::map<std::string, std::string> schema = ReadSchema();
  ASSERT_GT(schema.size(), 70U);
  CheckReport bare;
  bare.software = bare.archive = bare.origin = bare.verifier_key = "x";
  bare.not_finished = "the archive is away";
  bare.started = bare.ended = InMonth(2026, 11);
  std::set<std::string> seen;
  for (const CheckReport& report : {MakeReport(), MakeFullReport(), bare}) {
    const ordered_json json = Parsed(report);
    Validate(json, "", schema, seen);
    ExpectComplete(json, schema);
  }
  // None is documented that no report has a value for.
  for (const auto& [path, type] : schema) EXPECT_TRUE(seen.contains(path)) << path;
}

TEST(CheckReportJsonTest, HasWhatThePageHas) {
  ordered_json json = Parsed(MakeReport());
  EXPECT_EQ(json["schemaVersion"], kCheckReportSchemaVersion);
  EXPECT_EQ(json["kind"], "AUDIT");
  EXPECT_EQ(json["result"], "NOTHING_WRONG");
  EXPECT_EQ(json["headline"], "Nothing wrong was found");
  EXPECT_EQ(json["started"], "2026-11-23T08:01:15Z");
  EXPECT_EQ(json["log"]["treeSize"], 1204);
  EXPECT_EQ(json["log"]["rootHash"], ToHex(Sha256("root")));
  EXPECT_EQ(json["checked"]["keys"], "LOG");
  EXPECT_EQ(json["checked"]["complete"], true);
  EXPECT_EQ(json["alarm"], nullptr);
  EXPECT_EQ(json["atIngest"]["byMonth"][2]["month"], "2026-11");
  EXPECT_EQ(json["atIngest"]["byMonth"][2]["byVerdict"]["VALID"], 6);
  EXPECT_EQ(json["atIngest"]["byPublisher"][1]["publisher"], "news.example");
  EXPECT_EQ(json["atIngest"]["byPublisher"][1]["articles"], 20);
  json = Parsed(MakeFullReport());
  EXPECT_EQ(json["result"], "ALARM");
  EXPECT_EQ(json["found"]["count"], 3);
  EXPECT_EQ(json["found"]["leftOut"], 0);
  EXPECT_EQ(json["found"]["findings"][0]["code"], "CONTENT_MISMATCH");
  EXPECT_EQ(json["found"]["findings"][0]["index"], 1041);
  EXPECT_EQ(json["found"]["findings"][2]["index"], nullptr);
  EXPECT_EQ(json["foundEarlier"]["count"], 2);
  EXPECT_EQ(json["foundEarlier"]["leftOut"], 1);
  EXPECT_EQ(json["atIngest"]["byPublisher"][0]["publisher"], nullptr);
  EXPECT_EQ(json["atIngest"]["unknownPublishers"]["articles"], 1);
}

TEST(CheckReportJsonTest, WhatStrangersWroteIsVisible) {
  CheckReport report = MakeReport();
  report.archive = "\x1b[2J\xFF";
  EXPECT_EQ(Parsed(report)["archive"], "\\x1b[2J\\xff");
  EXPECT_EQ(Parsed(MakeFullReport())["found"]["findings"][1]["subject"],
            "/home/<b>eve</b>/\\x1b[2J.tlog-proof");
}

}  // namespace
}  // namespace chirograph::check_report_json_test
