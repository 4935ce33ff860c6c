// SPDX-License-Identifier: Apache-2.0
#include "client/cli/audit_report.h"

#include <string_view>
#include <utility>

#include "client/alarm.h"
#include "client/cli/failure_report.h"
#include "fmt/format.h"
#include "proto/check_report_file.h"
#include "proto/enum_conversion.h"
#include "proto/readable_text.h"
#include "proto/shell_word.h"
#include "proto/stored_format.h"

namespace chirograph {
namespace {

// The publisher that the article's Opening names. Nothing where there is no such Opening.
std::optional<std::string_view> PublisherOf(const CheckedEntry& checked) {
  if (!checked.article) return std::nullopt;
  for (const v1::Finding& finding : checked.findings) {
    if (finding.code() == v1::FINDING_CODE_OPENING_MISSING ||
        finding.code() == v1::FINDING_CODE_OPENING_MISMATCH ||
        finding.code() == v1::FINDING_CODE_OPENING_MALFORMED) {
      return std::nullopt;
    }
  }
  return checked.article->publisher_domain;
}

KeySource KeySourceOf(bool has_keyring, bool with_articles) {
  if (!with_articles) return KeySource::kNone;
  return has_keyring ? KeySource::kKeyring : KeySource::kLog;
}

}  // namespace

AuditReport::AuditReport(CommandContext& context, const NoteVerifier& log_key, bool has_keyring,
                         bool with_articles)
    : context_(context) {
  report_.kind = CheckKind::kAudit;
  report_.software = "chirograph " CHIROGRAPH_VERSION;
  report_.archive = context.options.server;
  report_.started = context.host.Now();
  report_.origin = log_key.name();
  report_.verifier_key = log_key.vkey();
  report_.with_articles = with_articles;
  report_.keys = KeySourceOf(has_keyring, with_articles);
}

void AuditReport::Listen(AuditCallbacks& callbacks) {
  callbacks.on_entry = [this](const CheckedEntry& checked) { Take(checked); };
  callbacks.on_finding = [this, next = std::move(callbacks.on_finding)](const v1::Finding& finding) {
    AddFinding(finding, report_);
    if (next) next(finding);
  };
  callbacks.on_unchecked_receipt = [this, next = std::move(callbacks.on_unchecked_receipt)](
                                       const std::string& name, const absl::Status& why) {
    AddUncheckedReceipt(name, std::string(why.message()), report_);
    if (next) next(name, why);
  };
  callbacks.on_end = [this, next = std::move(callbacks.on_end)](const AuditSummary& summary) {
    Take(summary);
    if (next) next(summary);
  };
}

void AuditReport::Take(const CheckedEntry& checked) {
  if (!checked.entry || !checked.entry->has_article_record()) return;
  last_article_ = checked.index;
  const std::optional<Verdict> verdict = FromProto(checked.entry->article_record().verdict_at_ingest());
  if (!verdict) return;
  report_.at_ingest.Add(PublisherOf(checked), LogEntryTime(*checked.entry), *verdict);
}

void AuditReport::Take(const AuditSummary& summary) {
  report_.checkpoint = summary.checkpoint;
  report_.checkpoint_note = summary.checkpoint_note;
  report_.first_index = summary.first_index;
  report_.next_index = summary.next_index;
  report_.articles = summary.articles;
  report_.key_events = summary.key_events;
  for (const auto& [verdict, count] : summary.now) report_.now.Add(verdict, count);
  report_.verified_by_keyring = summary.verified_by_keyring;
  report_.verified_by_log_keys = summary.verified_by_log_keys;
  report_.receipts = summary.receipts;
  for (const v1::Finding& finding : summary.earlier) AddEarlierFinding(finding, report_);
  report_.earlier_finding_count = summary.earlier_findings;
  if (summary.earlier_audit != absl::InfinitePast()) report_.earlier_check = summary.earlier_audit;
  if (!summary.is_complete) {
    report_.not_finished =
        fmt::format("it was stopped at entry #{} of {}, and goes on from #{} when it is run again",
                    summary.next_index, WithThousands(summary.checkpoint.tree_size), summary.resume_index);
  }
}

CheckReport AuditReport::Finish(const std::optional<Failure>& failure) {
  report_.ended = context_.host.Now();
  if (failure) report_.not_finished = Shortened(DescribeFailure(*failure), kMaxReportTextBytes);
  if (failure && failure->alarm) {
    const Alarm& alarm = *failure->alarm;
    report_.alarm = CheckAlarm{.message = alarm.message,
                               .what_it_proves = std::string(AlarmProofText(alarm.kind)),
                               .evidence_dir = alarm.evidence_dir,
                               .trusted_note = alarm.trusted_note,
                               .received_note = alarm.received_note};
  }
  AddSteps();
  return std::move(report_);
}

void AuditReport::AddSteps() {
  const std::string archive =
      fmt::format(" --server {} --log-key {}", ShellWord(report_.archive), ShellWord(report_.verifier_key));
  report_.steps.push_back(
      {"Repeat the whole audit, on a machine of your own. With --keyring FILE and keys that you have from "
       "the "
       "publishers themselves it also says whose signatures they are.",
       fmt::format("chirograph audit --full{}\n", archive)});
  if (last_article_) {
    report_.steps.push_back(
        {"Take one article's proof (here the last one that was looked at) and verify it without the archive.",
         fmt::format("chirograph proof get {0} -o {0}.tlog-proof{1}\n"
                     "chirograph proof verify {0}.tlog-proof --log-key {2}\n",
                     *last_article_, archive, ShellWord(report_.verifier_key))});
  }
  report_.steps.push_back(
      {"See the log's checkpoint of today, and compare it with what others were shown: of two trees of one "
       "size "
       "the root hashes must be the same.",
       fmt::format("chirograph checkpoint{}\n", archive)});
}

std::vector<std::string> WriteReports(const std::vector<std::string>& paths, const CheckReport& report,
                                      Console& console, ExitCode* code) {
  std::vector<std::string> written;
  for (const std::string& path : paths) {
    const absl::Status status = WriteCheckReport(path, report);
    if (status.ok()) {
      written.push_back(path);
    } else {
      *code = Worst(*code, ReportFileFailure(path, status, console));
    }
  }
  return written;
}

}  // namespace chirograph
