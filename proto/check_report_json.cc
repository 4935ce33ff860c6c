// SPDX-License-Identifier: Apache-2.0
#include "proto/check_report_json.h"

#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "crypto/sha256.h"
#include "nlohmann/json.hpp"
#include "proto/check_report_text.h"
#include "proto/finding.h"
#include "proto/finding_advice.h"
#include "proto/readable_text.h"

namespace chirograph {
namespace {

using nlohmann::ordered_json;

ordered_json TextOrNull(std::string_view text) {
  return text.empty() ? ordered_json(nullptr) : ordered_json(VisibleText(text));
}

// Of many lines: a note, commands.
ordered_json LinesOrNull(std::string_view text) {
  return text.empty() ? ordered_json(nullptr) : ordered_json(VisibleLines(text));
}

ordered_json ByVerdict(const VerdictCounts& counts) {
  ordered_json json = ordered_json::object();
  for (const Verdict verdict : kAllVerdicts) {
    if (counts.Of(verdict) > 0) json[std::string(VerdictName(verdict))] = counts.Of(verdict);
  }
  return json;
}

// {"articles", "byVerdict"}, behind what `json` has.
ordered_json WithCounts(ordered_json json, const VerdictCounts& counts) {
  json["articles"] = counts.Total();
  json["byVerdict"] = ByVerdict(counts);
  return json;
}

ordered_json MonthsJson(const CountsByMonth& months) {
  ordered_json json = ordered_json::array();
  for (const auto& [month, counts] : months) {
    json.push_back(WithCounts({{"month", absl::FormatCivilTime(month)}}, counts));
  }
  return json;
}

ordered_json PublisherJson(ordered_json json, const CountsByMonth& months) {
  json = WithCounts(std::move(json), SumOf(months));
  json["months"] = MonthsJson(months);
  return json;
}

ordered_json TallyJson(const VerdictTally& tally) {
  ordered_json publishers = ordered_json::array();
  for (const auto& [publisher, months] : tally.publishers()) {
    publishers.push_back(PublisherJson({{"publisher", TextOrNull(publisher)}}, months));
  }
  return {{"byMonth", MonthsJson(tally.ByMonth())},
          {"laterMonths", WithCounts(ordered_json::object(), tally.other_months())},
          {"byPublisher", std::move(publishers)},
          {"otherPublishers", PublisherJson(ordered_json::object(), tally.other_publishers())},
          {"unknownPublishers", PublisherJson(ordered_json::object(), tally.unknown_publishers())}};
}

ordered_json FindingJson(const v1::Finding& finding) {
  const FindingAdvice advice = AdviceOn(finding.code());
  return {{"code", FindingCodeName(finding.code())},
          {"index", finding.has_index() ? ordered_json(finding.index()) : ordered_json(nullptr)},
          {"subject", TextOrNull(finding.subject())},
          {"expected", TextOrNull(finding.expected())},
          {"found", TextOrNull(finding.found())},
          {"meaning", FindingCodeText(finding.code())},
          {"mayComeFrom", advice.may_come_from},
          {"whatToDo", advice.what_to_do}};
}

// {"count", "leftOut", "findings"}.
ordered_json FindingsJson(const std::vector<v1::Finding>& findings, std::uint64_t count) {
  ordered_json list = ordered_json::array();
  for (const v1::Finding& finding : findings) list.push_back(FindingJson(finding));
  return {{"count", count}, {"leftOut", count - findings.size()}, {"findings", std::move(list)}};
}

ordered_json LogJson(const CheckReport& report) {
  ordered_json json = {{"origin", VisibleText(report.origin)},
                       {"verifierKey", VisibleText(report.verifier_key)},
                       {"treeSize", nullptr},
                       {"rootHash", nullptr},
                       {"checkpoint", LinesOrNull(report.checkpoint_note)}};
  if (report.checkpoint_note.empty()) return json;
  json["treeSize"] = report.checkpoint.tree_size;
  json["rootHash"] = ToHex(report.checkpoint.root_hash);
  return json;
}

ordered_json UncheckedJson(const CheckReport& report) {
  ordered_json list = ordered_json::array();
  for (const UncheckedReceipt& unchecked : report.unchecked_receipts) {
    list.push_back({{"file", VisibleText(unchecked.file)}, {"problem", VisibleText(unchecked.problem)}});
  }
  return {{"count", report.unchecked_receipt_count}, {"receipts", std::move(list)}};
}

ordered_json CheckedJson(const CheckReport& report) {
  constexpr std::string_view kKeyNames[] = {"NONE", "LOG", "KEYRING"};
  return {{"firstIndex", report.first_index},
          {"nextIndex", report.next_index},
          {"complete", WhyNotFinished(report).empty()},
          {"notFinished", TextOrNull(WhyNotFinished(report))},
          {"withArticles", report.with_articles},
          {"keys", kKeyNames[static_cast<int>(KeysUsed(report))]},
          {"articles", report.articles},
          {"keyEvents", report.key_events},
          {"verifiedByKeyring", report.verified_by_keyring},
          {"verifiedByLogKeys", report.verified_by_log_keys},
          {"now", {{"byVerdict", ByVerdict(report.now)}}},
          {"receipts", report.receipts},
          {"unchecked", UncheckedJson(report)}};
}

ordered_json AlarmJson(const CheckReport& report) {
  if (!report.alarm) return nullptr;
  return {{"message", VisibleText(report.alarm->message)},
          {"whatItProves", VisibleLines(report.alarm->what_it_proves)},
          {"evidenceDir", TextOrNull(report.alarm->evidence_dir)},
          {"trustedCheckpoint", LinesOrNull(report.alarm->trusted_note)},
          {"receivedCheckpoint", LinesOrNull(report.alarm->received_note)}};
}

ordered_json ClaimsJson(const CheckReport& report) {
  ordered_json claims = ordered_json::array();
  for (const CheckFact& fact : FactsOf(report)) {
    claims.push_back({{"what", fact.what}, {"fact", VisibleText(fact.fact)}, {"byWhom", fact.by_whom}});
  }
  return claims;
}

ordered_json StepsJson(const CheckReport& report) {
  ordered_json json = ordered_json::array();
  for (const CheckStep& step : StepsOf(report)) {
    json.push_back({{"what", step.what}, {"commands", VisibleLines(step.commands)}});
  }
  return json;
}

}  // namespace

std::string CheckReportJson(const CheckReport& report) {
  const ordered_json json = {
      {"schemaVersion", kCheckReportSchemaVersion},
      {"kind", report.kind == CheckKind::kAudit ? "AUDIT" : "SELF_CHECK"},
      {"result", CheckResultName(ResultOf(report))},
      {"title", TitleOf(report)},
      {"headline", HeadlineOf(report)},
      {"summary", VisibleText(SummaryOf(report))},
      {"software", report.software},
      {"archive", VisibleText(report.archive)},
      {"started", TimeForPrograms(report.started)},
      {"ended", TimeForPrograms(report.ended)},
      {"log", LogJson(report)},
      {"checked", CheckedJson(report)},
      {"claims", ClaimsJson(report)},
      {"whoseKeys", WhoseKeys(report)},
      {"notClaimed", NotClaimed(report)},
      {"alarm", AlarmJson(report)},
      {"found", FindingsJson(report.findings, report.finding_count)},
      {"foundEarlier", FindingsJson(report.earlier_findings, report.earlier_finding_count)},
      {"earlierCheck",
       report.earlier_check ? ordered_json(TimeForPrograms(*report.earlier_check)) : ordered_json(nullptr)},
      {"atIngest", TallyJson(report.at_ingest)},
      {"byHand", StepsJson(report)}};
  return json.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace chirograph
