// SPDX-License-Identifier: Apache-2.0
#include "client/cli/article_report.h"

#include <algorithm>

#include "client/cli/json_output.h"
#include "client/cli/text.h"
#include "crypto/encoding.h"
#include "crypto/key_types.h"
#include "crypto/verdict.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"
#include "proto/enum_conversion.h"
#include "proto/stored_format.h"

namespace chirograph {

using nlohmann::ordered_json;

namespace {

constexpr std::size_t kLabelColumns = 11;
// A longer title or URL does not push who vouches for the other lines off the screen.
constexpr std::size_t kMaxTextColumns = 64;

// What a line says, and who vouches for it.
struct ReportLine {
  std::string label;
  std::string text;
  std::string vouched;
};

std::string DateForPeople(absl::Time time) { return absl::FormatTime("%Y-%m-%d", time, absl::UTCTimeZone()); }

std::string NotCheckedText(const Finding& finding) { return fmt::format("not checked: {}", finding.detail); }

std::string Vouched(const Finding& finding) {
  return finding.outcome == CheckOutcome::kVerified ? std::string(CheckedByText(finding.by))
                                                    : NotCheckedText(finding);
}

const v1::ArticleRecord& RecordOf(const ReceiptReport& report) { return report.log_entry->article_record(); }

std::string RecordedVerdict(const ReceiptReport& report) {
  const auto verdict = FromProto(RecordOf(report).verdict_at_ingest());
  return std::string(verdict ? VerdictName(*verdict) : "an unknown verdict");
}

ReportLine ArticleLine(const ReceiptReport& report) {
  const std::string& publisher = report.opening->publisher_domain();
  return {"Article",
          fmt::format("#{}  {}  {}", report.index, ShortDigest(*report.article_digest),
                      publisher.empty() ? "no publisher" : EscapeForTerminal(publisher)),
          Vouched(report.Find(CheckSubject::kArticle))};
}

void AddSourceLine(const ReceiptReport& report, const ReportContext& context,
                   std::vector<ReportLine>& lines) {
  const auto digest = DigestFromBytes(report.opening->source_digest());
  if (!digest) return;  // it came as a message
  std::string text = ShortDigest(*digest);
  if (context.source_document) {
    text = fmt::format("{}, {} bytes", text, WithThousands(context.source_document->size()));
  }
  lines.push_back({"Source", text, Vouched(report.Find(CheckSubject::kSource))});
}

void AddSignatureLines(const ReceiptReport& report, const ReportContext& context,
                       std::vector<ReportLine>& lines) {
  const std::string by_operator(CheckedByText(CheckedBy::kOperator));
  if (!report.signature) {
    const std::string_view missing = context.has_keyring ? "no article here" : "no keyring here";
    lines.push_back({"Signature", fmt::format("{} when archived", RecordedVerdict(report)),
                     fmt::format("{}; {}", by_operator, missing)});
    return;
  }
  const SignatureCheck& signature = *report.signature;
  std::string text = fmt::format("{} at {}", VerdictName(signature.verdict), DateForPeople(signature.at));
  if (!signature.key_id.empty()) text += fmt::format(", key {}", EscapeForTerminal(signature.key_id));
  lines.push_back(
      {"Signature", text,
       signature.by_opened_signature ? "checked here, as the operator opened it" : "checked here"});
  if (VerdictName(signature.verdict) != RecordedVerdict(report)) {
    lines.push_back({"", fmt::format("{} when archived", RecordedVerdict(report)), by_operator});
  }
}

// Without the article the URL is only what the Opening says, but the log has that one's digest.
std::string VouchedUrl(const Finding& finding) {
  if (finding.outcome == CheckOutcome::kVerified) return Vouched(finding);
  return "as logged, checked here; no article here to compare";
}

// Of a finding in a table: nobody, where it was not checked and nobody's word stands for it.
std::string_view ByWhom(const Finding& finding) {
  switch (finding.by) {
    case CheckedBy::kHere:
      return finding.outcome == CheckOutcome::kNotChecked ? "nobody" : "here";
    case CheckedBy::kOperator:
      return "operator";
    case CheckedBy::kOperatorsClock:
      return "operator's clock";
  }
  return "";
}

std::string FindingLine(std::string_view subject, std::string_view outcome, std::string_view by,
                        std::string_view detail) {
  return fmt::format("{} {} {} {}", PadRight(subject, 16), PadRight(outcome, 12), PadRight(by, 16), detail);
}

std::vector<ReportLine> LinesOf(const ReceiptReport& report, const ReportContext& context) {
  std::vector<ReportLine> lines = {ArticleLine(report)};
  if (context.article != nullptr && context.article->has_title()) {
    lines.push_back(
        {"Title", EscapeForTerminal(context.article->title()), Vouched(report.Find(CheckSubject::kArticle))});
  }
  if (!report.opening->url().empty()) {
    lines.push_back(
        {"URL", EscapeForTerminal(report.opening->url()), VouchedUrl(report.Find(CheckSubject::kUrl))});
  }
  AddSourceLine(report, context, lines);
  AddSignatureLines(report, context, lines);
  lines.push_back({"In the log",
                   fmt::format("yes, tree size {}", WithThousands(report.checkpoint->tree_size)),
                   Vouched(report.Find(CheckSubject::kInclusion))});
  lines.push_back({"Archived", TimeForPeople(FromTimestamp(RecordOf(report).ingest_time())),
                   std::string(CheckedByText(report.Find(CheckSubject::kIngestTime).by))});
  return lines;
}

ordered_json SignatureJson(const SignatureCheck& signature) {
  return {{"verdict", VerdictName(signature.verdict)},
          {"reason", VerdictReasonName(signature.reason)},
          {"keyId", TextOrNull(signature.key_id)},
          {"algorithm", signature.algorithm ? ordered_json(KeyAlgorithmName(*signature.algorithm))
                                            : ordered_json(nullptr)},
          {"at", TimeForPrograms(signature.at)},
          {"byOpenedSignature", signature.by_opened_signature}};
}

ordered_json ChecksJson(const std::vector<Finding>& findings) {
  ordered_json checks = ordered_json::array();
  for (const Finding& finding : findings) {
    checks.push_back({{"subject", CheckSubjectName(finding.subject)},
                      {"outcome", CheckOutcomeName(finding.outcome)},
                      {"by", CheckedByName(finding.by)},
                      {"detail", finding.detail}});
  }
  return checks;
}

void PutOpening(const v1::Opening& opening, ordered_json& json) {
  json["articleDigest"] = HexEncode(opening.article_digest());
  json["sourceDigest"] = TextOrNull(HexEncode(opening.source_digest()));
  json["publisher"] = TextOrNull(opening.publisher_domain());
  json["url"] = TextOrNull(opening.url());
}

void PutRecord(const v1::ArticleRecord& record, ordered_json& json) {
  const auto verdict = FromProto(record.verdict_at_ingest());
  const auto reason = FromProto(record.reason_at_ingest());
  if (verdict) json["verdictAtIngest"] = VerdictName(*verdict);
  if (reason) json["reasonAtIngest"] = VerdictReasonName(*reason);
  if (record.has_key_event_index()) json["keyEventIndex"] = record.key_event_index();
  json["ingestTime"] = TimeForPrograms(FromTimestamp(record.ingest_time()));
}

}  // namespace

std::vector<std::string> ArticleReportLines(const ReceiptReport& report, const ReportContext& context) {
  const std::vector<ReportLine> lines = LinesOf(report, context);
  std::size_t width = 0;
  for (const ReportLine& line : lines) {
    const std::size_t columns = DisplayWidth(line.text);
    if (columns <= kMaxTextColumns) width = std::max(width, columns);
  }
  std::vector<std::string> texts;
  texts.reserve(lines.size());
  for (const ReportLine& line : lines) {
    texts.push_back(fmt::format("{}{}   {}", PadRight(line.label, kLabelColumns), PadRight(line.text, width),
                                line.vouched));
  }
  return texts;
}

std::vector<std::string> FindingLines(const std::vector<Finding>& findings) {
  if (findings.empty()) return {};
  std::vector<std::string> lines = {FindingLine("CHECK", "RESULT", "BY", "DETAIL")};
  for (const Finding& finding : findings) {
    lines.push_back(FindingLine(CheckSubjectName(finding.subject), CheckOutcomeName(finding.outcome),
                                ByWhom(finding), EscapeForTerminal(finding.detail)));
  }
  return lines;
}

ordered_json ReportJson(const ReceiptReport& report) {
  ordered_json json = {{"index", report.index},     {"articleDigest", nullptr}, {"sourceDigest", nullptr},
                       {"publisher", nullptr},      {"url", nullptr},           {"verdictAtIngest", nullptr},
                       {"reasonAtIngest", nullptr}, {"keyEventIndex", nullptr}, {"ingestTime", nullptr},
                       {"origin", nullptr},         {"treeSize", nullptr},      {"rootHash", nullptr},
                       {"signature", nullptr}};
  if (report.opening) PutOpening(*report.opening, json);
  if (report.log_entry) PutRecord(report.log_entry->article_record(), json);
  if (report.checkpoint) {
    json["origin"] = report.checkpoint->origin;
    json["treeSize"] = report.checkpoint->tree_size;
    json["rootHash"] = ToHex(report.checkpoint->root_hash);
  }
  if (report.signature) json["signature"] = SignatureJson(*report.signature);
  json["ok"] = report.ok();
  json["checks"] = ChecksJson(report.findings);
  return json;
}

}  // namespace chirograph
