// SPDX-License-Identifier: Apache-2.0
#include "tests/client/case_rig.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "client/receipt_check.h"
#include "proto/stored_format.h"
#include "tests/client/temp_folder.h"

namespace chirograph {
namespace {

constexpr const char* kTools[] = {"base64",  "cat", "cut",       "head", "mkdir", "od",
                                  "openssl", "sh",  "sha256sum", "tail", "tr"};

// Fills `folder` with links to the tools, wherever they are.
void LinkTools(const std::string& folder) {
  std::filesystem::create_directories(folder);
  for (const std::string tool : kTools) {
    std::istringstream path(std::getenv("PATH"));
    for (std::string place; std::getline(path, place, ':');) {
      if (!std::filesystem::exists(place + "/" + tool)) continue;
      std::filesystem::create_symlink(place + "/" + tool, folder + "/" + tool);
      break;
    }
    EXPECT_TRUE(std::filesystem::exists(folder + "/" + tool)) << tool << " is not installed";
  }
}

std::vector<FollowedStep> ReadSteps(const std::string& check) {
  std::vector<FollowedStep> steps;
  std::istringstream lines(check);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("  $ ")) steps.push_back({line.substr(4), "", ""});
    if (line.starts_with("  = ") && !steps.empty()) steps.back().expected += line.substr(4) + "\n";
  }
  return steps;
}

}  // namespace

ArchivedArticle ArticleOf(const TestLog& log, std::uint64_t index) {
  ArchivedArticle article;
  article.receipt = log.Receipt(index);
  article.content = log.entry(index).content;
  ReceiptEvidence evidence;
  evidence.content = *article.content;
  article.report = CheckReceipt(article.receipt, log.verifier(), evidence);
  v1::Content content = *ParseContent(*article.content);
  article.article = content.article();
  if (content.has_source_document()) article.source_document = content.source_document();
  return article;
}

EvidenceCaseInput InputOf(const TestLog& log, const ArchivedArticle& article) {
  EvidenceCaseInput input;
  input.article = &article;
  input.log = &log.verifier();
  const v1::ArticleRecord& record = article.report.log_entry->article_record();
  if (record.has_key_event_index()) {
    const std::uint64_t index = record.key_event_index();
    input.key_event = ProvenEntry{index, log.entry(index).log_entry,
                                  *ProveInclusion(index, article.report.checkpoint->tree_size, log)};
  }
  return input;
}

EvidenceCase CaseOf(const TestLog& log, std::uint64_t index) {
  const ArchivedArticle article = ArticleOf(log, index);
  Answer<EvidenceCase> made = MakeEvidenceCase(InputOf(log, article));
  EXPECT_TRUE(made.ok()) << made.failure().status;
  return made.ok() ? *std::move(made) : EvidenceCase();
}

std::string& FileOf(EvidenceCase& evidence, std::string_view name) {
  const auto file = std::find_if(evidence.files.begin(), evidence.files.end(),
                                 [name](const EvidenceFile& each) { return each.name == name; });
  static std::string none;
  none.clear();
  EXPECT_NE(file, evidence.files.end()) << name;
  return file == evidence.files.end() ? none : file->bytes;
}

bool HasFile(const EvidenceCase& evidence, std::string_view name) {
  return std::any_of(evidence.files.begin(), evidence.files.end(),
                     [name](const EvidenceFile& file) { return file.name == name; });
}

std::vector<FollowedStep> Follow(const EvidenceCase& evidence) {
  const TempFolder folder;
  const std::string tools = folder.path() + "/tools";
  LinkTools(tools);
  std::vector<FollowedStep> steps;
  for (const EvidenceFile& file : evidence.files) {
    Spill(folder.path() + "/case/" + file.name, file.bytes);
    if (file.name == "CHECK.txt") steps = ReadSteps(file.bytes);
  }
  std::string script;
  for (const FollowedStep& step : steps) script += fmt::format("echo '@@'\n{}\n", step.command);
  Spill(folder.path() + "/script", script);
  // What commands say on standard error when they fail is no part of what they print.
  const std::string run = fmt::format(
      "cd '{0}/case' && env -i PATH='{1}' '{1}/sh' ../script > ../printed 2> ../complaints < /dev/null",
      folder.path(), tools);
  static_cast<void>(std::system(run.c_str()));  // the last command may well fail
  std::istringstream printed(Slurp(folder.path() + "/printed"));
  std::size_t next = 0;
  for (std::string line; std::getline(printed, line);) {
    if (line == "@@") {
      ++next;
    } else if (next > 0 && next <= steps.size()) {
      steps[next - 1].printed += line + "\n";
    }
  }
  EXPECT_EQ(next, steps.size()) << Slurp(folder.path() + "/complaints");
  return steps;
}

std::optional<FollowedStep> FirstThatFails(const std::vector<FollowedStep>& steps) {
  const auto failed =
      std::find_if(steps.begin(), steps.end(), [](const FollowedStep& step) { return !step.holds(); });
  return failed == steps.end() ? std::nullopt : std::optional<FollowedStep>(*failed);
}

}  // namespace chirograph
