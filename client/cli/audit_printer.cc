// SPDX-License-Identifier: Apache-2.0
#include "client/cli/audit_printer.h"

#include <map>
#include <string_view>
#include <utility>

#include "client/cli/json_output.h"
#include "client/cli/text.h"
#include "crypto/sha256.h"
#include "crypto/verdict.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"
#include "proto/finding.h"

namespace chirograph {
namespace {

constexpr int kLabelWidth = 11;
constexpr int kFactWidth = 46;

// "Tree       root of tree size 1,204 recomputed     checked here".
std::string Fact(std::string_view label, std::string_view fact, std::string_view by_whom) {
  std::string line = PadRight(label, kLabelWidth) + std::string(fact);
  if (by_whom.empty()) return line;
  return PadRight(line, kLabelWidth + kFactWidth) + "  " + std::string(by_whom);
}

std::string ByVerdict(const std::map<Verdict, std::uint64_t>& counts) {
  std::string text;
  for (const auto& [verdict, count] : counts) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", WithThousands(count), VerdictName(verdict));
  }
  return text.empty() ? "none" : text;
}

nlohmann::ordered_json ByVerdictJson(const std::map<Verdict, std::uint64_t>& counts) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const auto& [verdict, count] : counts) json[std::string(VerdictName(verdict))] = count;
  return json;
}

}  // namespace

nlohmann::ordered_json FindingJson(const v1::Finding& finding) {
  nlohmann::ordered_json json;
  json["code"] = FindingCodeName(finding.code());
  json["index"] = nullptr;
  if (finding.has_index()) json["index"] = finding.index();
  json["subject"] = TextOrNull(finding.subject());
  json["expected"] = TextOrNull(finding.expected());
  json["found"] = TextOrNull(finding.found());
  json["meaning"] = FindingCodeText(finding.code());
  return json;
}

nlohmann::ordered_json AuditJson(const AuditSummary& summary) {
  nlohmann::ordered_json json;
  json["origin"] = summary.checkpoint.origin;
  json["treeSize"] = summary.checkpoint.tree_size;
  json["rootHash"] = ToHex(summary.checkpoint.root_hash);
  json["firstIndex"] = summary.first_index;
  json["nextIndex"] = summary.next_index;
  json["complete"] = summary.is_complete;
  json["resumeIndex"] = summary.resume_index;
  json["full"] = summary.is_full;
  json["articles"] = summary.articles;
  json["keyEvents"] = summary.key_events;
  json["atIngest"] = {{"byVerdict", ByVerdictJson(summary.at_ingest)}};
  json["now"] = {{"byVerdict", ByVerdictJson(summary.now)}};
  json["verifiedByKeyring"] = summary.verified_by_keyring;
  json["verifiedByLogKeys"] = summary.verified_by_log_keys;
  json["receipts"] = summary.receipts;
  json["uncheckedReceipts"] = summary.unchecked_receipts;
  json["findings"] = summary.findings;
  json["earlierFindings"] = summary.earlier_findings;
  return json;
}

void AuditPrinter::Found(const v1::Finding& finding) {
  ++findings_;
  if (context_.console.json()) {
    context_.console.Json({{"finding", FindingJson(finding)}});
  } else {
    context_.console.Line(context_.console.Painted(Paint::kBad, "FINDING") + "    " +
                          EscapeForTerminal(DescribeFinding(finding)));
  }
}

void AuditPrinter::Progress(std::uint64_t next_index, std::uint64_t tree_size) {
  if (!bar_) {
    first_index_ = next_index;
    bar_.emplace(context_.console, context_.host, tree_size - first_index_);
  }
  bar_->Show(next_index - first_index_, findings_ == 0 ? "" : Counted(findings_, "finding"));
}

void AuditPrinter::Summarize(const AuditSummary& summary, const std::vector<std::string>& reports) {
  bar_.reset();
  Console& console = context_.console;
  if (console.json()) {
    for (const v1::Finding& finding : summary.earlier)
      console.Json({{"earlierFinding", FindingJson(finding)}});
    nlohmann::ordered_json json = AuditJson(summary);
    json["reports"] = reports;
    console.Json({{"audit", std::move(json)}});
    return;
  }
  for (const v1::Finding& finding : summary.earlier) {
    console.Line(fmt::format("EARLIER    {}", EscapeForTerminal(DescribeFinding(finding))));
  }
  const std::string size = WithThousands(summary.checkpoint.tree_size);
  const std::uint64_t entries = summary.next_index - summary.first_index;
  console.Line(
      Fact("Audit",
           fmt::format("{}, {} from #{} on", EscapeForTerminal(summary.checkpoint.origin),
                       entries == 1 ? "one entry" : WithThousands(entries) + " entries", summary.first_index),
           "fetched and recomputed here"));
  if (summary.is_full && summary.first_index > 0) {
    console.Line(Fact("", "goes on with the audit of all (--full) that did not end", ""));
  }
  if (summary.is_complete) {
    console.Line(Fact("Tree", fmt::format("tree size {}, signed by the log's key", size), "checked here"));
  }
  PrintArticles(summary);
  if (summary.is_complete) {
    console.Line(Fact("Receipts", fmt::format("{} held against the log", WithThousands(summary.receipts)),
                      "checked here"));
  }
  console.Line(Fact("Times", "of archiving: in order", "by the operator's clock; no witness"));
  PrintResult(summary);
  for (const std::string& path : reports) console.Line(Fact("Report", EscapeForTerminal(path), ""));
}

void AuditPrinter::PrintArticles(const AuditSummary& summary) {
  Console& console = context_.console;
  console.Line(Fact("Articles",
                    fmt::format("{}: {}", WithThousands(summary.articles), ByVerdict(summary.at_ingest)),
                    "as the operator recorded"));
  if (!with_articles_) {
    console.Line(Fact("", "their texts and signatures were left out", "--entries-only"));
    return;
  }
  if (has_keyring_) {
    console.Line(
        Fact("Signatures",
             fmt::format("{} genuine, by keys in your keyring", WithThousands(summary.verified_by_keyring)),
             "verified here"));
    console.Line(Fact("Now", ByVerdict(summary.now), "by your keyring"));
  }
  if (!has_keyring_ || summary.verified_by_log_keys > 0) {
    console.Line(Fact(
        has_keyring_ ? "" : "Signatures",
        fmt::format("{} genuine, by keys that the log names", WithThousands(summary.verified_by_log_keys)),
        "verified here; whose keys: the operator's word"));
  }
}

void AuditPrinter::PrintResult(const AuditSummary& summary) {
  Console& console = context_.console;
  std::string result = console.Painted(Paint::kGood, "nothing wrong was found");
  if (summary.findings > 0) result = console.Painted(Paint::kBad, Counted(summary.findings, "finding"));
  console.Line(Fact("Result", result, ""));
  if (summary.earlier_findings > 0) {
    console.Line(
        Fact("",
             fmt::format("{} of an earlier audit ({}) {}; --full looks at all again",
                         Counted(summary.earlier_findings, "finding"), TimeForPeople(summary.earlier_audit),
                         summary.earlier_findings == 1 ? "stands" : "stand"),
             ""));
  }
  if (summary.unchecked_receipts > 0) {
    console.Line(Fact("",
                      fmt::format("{} could not be checked: see standard error",
                                  Counted(summary.unchecked_receipts, "receipt")),
                      ""));
  }
  if (!summary.is_complete) {
    console.Line(Fact("",
                      fmt::format("stopped at {} of {} entries; run the same again to go on from #{}",
                                  WithThousands(summary.next_index),
                                  WithThousands(summary.checkpoint.tree_size), summary.resume_index),
                      ""));
  }
}

}  // namespace chirograph
