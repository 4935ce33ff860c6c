// SPDX-License-Identifier: Apache-2.0
#include "service/check_reporter.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>
#include <utility>

#include "crypto/checkpoint.h"
#include "proto/enum_conversion.h"
#include "proto/readable_text.h"
#include "proto/shell_word.h"
#include "proto/stored_format.h"
#include "service/version.h"

namespace chirograph {
namespace {

// Nothing where the Opening cannot be read, and so nobody knows; empty where it names none.
std::optional<std::string_view> PublisherOf(const v1::CheckedArticle& article) {
  if (!article.has_publisher_domain()) return std::nullopt;
  return article.publisher_domain();
}

}  // namespace

CheckReporter::CheckReporter(std::string archive, std::string keyring, const NoteVerifier& log,
                             absl::Time now)
    : keyring_(std::move(keyring)) {
  report_.kind = CheckKind::kSelfCheck;
  report_.software = fmt::format("chirographd {}", kSoftwareVersion);
  report_.archive = std::move(archive);
  report_.started = now;
  report_.origin = log.name();
  report_.verifier_key = log.vkey();
  // Signatures are verified with the keys of the log's KeyEvents; the keyring says what they are worth now.
  report_.keys = KeySource::kLog;
}

void CheckReporter::Take(const v1::CheckArchiveResponse& message) {
  for (const v1::CheckedArticle& article : message.articles()) {
    const std::optional<Verdict> verdict = FromProto(article.verdict_at_ingest());
    if (!verdict || !article.has_ingest_time()) continue;
    report_.at_ingest.Add(PublisherOf(article), FromTimestamp(article.ingest_time()), *verdict);
  }
  for (const v1::Finding& finding : message.findings()) AddFinding(finding, report_);
  if (message.has_progress() && message.progress().stage() == v1::CHECK_STAGE_ENTRIES) {
    report_.next_index = message.progress().next_index();
    report_.articles = message.progress().articles();
  }
  if (message.has_summary()) Take(message.summary());
}

void CheckReporter::Take(const v1::CheckSummary& summary) {
  report_.checkpoint.origin = report_.origin;
  report_.checkpoint.tree_size = summary.tree_size();
  const std::size_t end = summary.checkpoint().find("\n\n");
  if (end != std::string::npos) {
    const absl::StatusOr<Checkpoint> checkpoint = ParseCheckpoint(summary.checkpoint().substr(0, end + 1));
    if (checkpoint.ok()) {
      report_.checkpoint = *checkpoint;
      report_.checkpoint_note = summary.checkpoint();
    }
  }
  report_.first_index = summary.start_index();
  report_.next_index = summary.end_index();
  report_.articles = summary.articles();
  report_.key_events = summary.key_events();
  for (const v1::VerdictCount& count : summary.now()) {
    if (const auto verdict = FromProto(count.verdict())) report_.now.Add(*verdict, count.articles());
  }
  report_.verified_by_log_keys = summary.signatures_verified();
}

CheckReport CheckReporter::Finish(std::string_view not_finished, absl::Time now) {
  report_.ended = now;
  report_.not_finished = Shortened(not_finished, kMaxReportTextBytes);
  AddSteps();
  return std::move(report_);
}

void CheckReporter::AddSteps() {
  report_.steps.push_back({"Repeat the check on the archive's machine, while no server runs on it.",
                           fmt::format("chirographd check --data-dir {}{}\n", ShellWord(report_.archive),
                                       keyring_.empty() ? "" : " --keyring " + ShellWord(keyring_))});
  report_.steps.push_back(
      {"Do not take the operator's word: audit the archive on a machine of your own, while it is served at "
       "HOST:PORT.",
       fmt::format("chirograph audit --full --server HOST:PORT --log-key {}\n",
                   ShellWord(report_.verifier_key))});
}

}  // namespace chirograph
