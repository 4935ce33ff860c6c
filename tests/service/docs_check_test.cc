// SPDX-License-Identifier: Apache-2.0
//
// docs/check.md names every finding; docs/json-output.md has the members that `chirographd check` prints.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "proto/finding.h"
#include "service/check_printer.h"
#include "tests/service/spoilable_archive.h"
#include "tests/service/test_publisher.h"

namespace chirograph::docs_check_test {
namespace {

using nlohmann::ordered_json;

TEST(DocsCheckTest, EachFindingIsExplained) {
  const std::string page = ReadBytes(CHIROGRAPH_DOCS_DIR "/check.md");
  const auto* const codes = v1::FindingCode_descriptor();
  for (int i = 0; i < codes->value_count(); ++i) {
    const auto code = static_cast<v1::FindingCode>(codes->value(i)->number());
    if (code == v1::FINDING_CODE_UNSPECIFIED) continue;
    EXPECT_NE(page.find("`" + FindingCodeName(code) + "`"), std::string::npos) << FindingCodeName(code);
  }
}

ordered_json Example(const std::string& name) {
  const std::string page = ReadBytes(CHIROGRAPH_DOCS_DIR "/json-output.md");
  constexpr std::string_view kFence = "```json\n";
  const std::size_t at = page.find("<!-- example: " + name + " -->");
  if (at == std::string::npos) return nullptr;
  const std::size_t begin = page.find(kFence, at) + kFence.size();
  return ordered_json::parse(page.substr(begin, page.find("```", begin) - begin));
}

std::vector<std::string> Names(const ordered_json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
}

TEST(DocsCheckTest, TheMembersArePrinted) {
  const TestPublisher publisher;
  const Keyring keyring = KeyringOf({&publisher});
  TestArchive archive(keyring);
  ASSERT_TRUE(archive.Ingest(publisher.Article(1)).ok());
  SpoilableArchive spoilt(archive);
  ArchiveCheck check(spoilt.Examine(), {.keyring = &keyring}, spoilt.clock());
  CheckPrinter printer({.json = true});
  std::vector<ordered_json> lines;
  while (!check.is_done()) {
    spoilt.clock().Advance(absl::Seconds(2));
    const auto message = check.Next();
    ASSERT_TRUE(message.ok());
    std::istringstream text(printer.Print(*message, kTestNow).out);
    for (std::string line; std::getline(text, line);) lines.push_back(ordered_json::parse(line));
  }
  std::size_t found = 0;
  for (const auto& [example, member] : std::vector<std::pair<std::string, std::string>>{
           {"checked-article", "article"}, {"check-progress", "progress"}, {"check", "check"}}) {
    for (const ordered_json& line : lines) {
      if (!line.contains(member)) continue;
      EXPECT_EQ(Names(Example(example)[member]), Names(line[member])) << example;
      ++found;
    }
  }
  EXPECT_EQ(found, lines.size());
  EXPECT_GE(found, 3u);
}

}  // namespace
}  // namespace chirograph::docs_check_test
