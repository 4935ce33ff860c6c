// SPDX-License-Identifier: Apache-2.0
#include "service/check_printer.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "crypto/checkpoint.h"
#include "nlohmann/json.hpp"
#include "proto/finding.h"
#include "proto/stored_format.h"
#include "service/diagnostics.h"

namespace chirograph {
namespace {

using Json = nlohmann::ordered_json;

std::string WithoutPrefix(const std::string& name, std::string_view prefix) {
  return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}
std::string Name(v1::Verdict verdict) { return WithoutPrefix(v1::Verdict_Name(verdict), "VERDICT_"); }
std::string Name(v1::VerdictReason reason) {
  return WithoutPrefix(v1::VerdictReason_Name(reason), "VERDICT_REASON_");
}
std::string Name(v1::ArticleStanding standing) {
  return WithoutPrefix(v1::ArticleStanding_Name(standing), "ARTICLE_STANDING_");
}
std::string Name(v1::SignatureCheck check) {
  return WithoutPrefix(v1::SignatureCheck_Name(check), "SIGNATURE_CHECK_");
}
std::string Name(v1::CheckStage stage) { return WithoutPrefix(v1::CheckStage_Name(stage), "CHECK_STAGE_"); }

std::string_view Words(v1::ArticleStanding standing) {
  switch (standing) {
    case v1::ARTICLE_STANDING_VALID_NOW:
      return "valid when ingested, valid now";
    case v1::ARTICLE_STANDING_KEY_REVOKED_SINCE:
      return "valid when ingested, key revoked since";
    case v1::ARTICLE_STANDING_VALID_WHEN_INGESTED:
      return "valid when ingested, not by today's keyring";
    case v1::ARTICLE_STANDING_VALID_SINCE:
      return "not valid when ingested, valid now";
    case v1::ARTICLE_STANDING_NOT_VALID:
      return "not valid";
    default:
      return "not judged";
  }
}

Json TextOrNull(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

// One without UNSPECIFIED, which stands for none.
template <typename Enum>
Json NameOrNull(Enum value) {
  return static_cast<int>(value) == 0 ? Json(nullptr) : Json(Name(value));
}

std::string TimeText(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E*SZ", FromTimestamp(time), absl::UTCTimeZone());
}

std::string_view PublisherText(const v1::CheckedArticle& article) {
  if (!article.has_publisher_domain()) return "publisher not known";
  return article.publisher_domain().empty() ? "no publisher" : std::string_view(article.publisher_domain());
}

Json ToJson(const v1::CheckedArticle& article) {
  return {{"index", article.index()},
          {"verdictAtIngest", Name(article.verdict_at_ingest())},
          {"reasonAtIngest", Name(article.reason_at_ingest())},
          {"verdictNow", NameOrNull(article.verdict_now())},
          {"reasonNow", NameOrNull(article.reason_now())},
          {"standing", NameOrNull(article.standing())},
          {"signature", Name(article.signature())},
          {"publisher", TextOrNull(article.publisher_domain())},
          {"ingestTime", article.has_ingest_time() ? Json(TimeText(article.ingest_time())) : Json(nullptr)},
          {"findings", article.finding_count()}};
}

Json ToJson(const v1::Finding& finding) {
  return {{"code", FindingCodeName(finding.code())},
          {"index", finding.has_index() ? Json(finding.index()) : Json(nullptr)},
          {"subject", TextOrNull(finding.subject())},
          {"expected", TextOrNull(finding.expected())},
          {"found", TextOrNull(finding.found())},
          {"meaning", FindingCodeText(finding.code())}};
}

Json ToJson(const v1::CheckProgress& progress) {
  return {{"stage", Name(progress.stage())},  {"nextIndex", progress.next_index()},
          {"endIndex", progress.end_index()}, {"articles", progress.articles()},
          {"findings", progress.findings()},  {"lookups", progress.lookups()}};
}

template <typename Counts>
Json ByVerdict(const Counts& counts) {
  Json json = Json::object();
  for (const auto& count : counts) json[Name(count.verdict())] = count.articles();
  return {{"byVerdict", std::move(json)}};
}

// The third line of a checkpoint, which is base64, is not what people compare.
Json RootHash(const v1::CheckSummary& summary, Json* origin) {
  const std::size_t end = summary.checkpoint().find("\n\n");
  if (end == std::string::npos) return nullptr;
  const absl::StatusOr<Checkpoint> checkpoint = ParseCheckpoint(summary.checkpoint().substr(0, end + 1));
  if (!checkpoint.ok()) return nullptr;
  *origin = checkpoint->origin;
  return ToHex(checkpoint->root_hash);
}

Json ToJson(const v1::CheckSummary& summary) {
  Json json;
  json["heading"] = summary.heading();
  json["origin"] = nullptr;
  json["treeSize"] = summary.tree_size();
  json["rootHash"] = RootHash(summary, &json["origin"]);
  json["startIndex"] = summary.start_index();
  json["endIndex"] = summary.end_index();
  json["articles"] = summary.articles();
  json["keyEvents"] = summary.key_events();
  json["atIngest"] = ByVerdict(summary.at_ingest());
  json["now"] = ByVerdict(summary.now());
  json["standings"] = Json::object();
  for (const v1::StandingCount& count : summary.standings()) {
    json["standings"][Name(count.standing())] = count.articles();
  }
  json["signaturesVerified"] = summary.signatures_verified();
  json["catalogTreeSize"] = nullptr;
  if (summary.has_catalog_tree_size()) json["catalogTreeSize"] = summary.catalog_tree_size();
  json["extrasChecked"] = summary.extras_checked();
  json["findings"] = summary.findings();
  json["findingsByCode"] = Json::object();
  for (const v1::FindingCount& count : summary.findings_by_code()) {
    json["findingsByCode"][FindingCodeName(count.code())] = count.findings();
  }
  json["begunAt"] = TimeText(summary.begun_at());
  json["endedAt"] = TimeText(summary.ended_at());
  return json;
}

// Bytes that are no text, of a path or a damaged store, do not end it.
std::string Line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

template <typename Counts>
std::string ListByVerdict(const Counts& counts) {
  std::string text;
  for (const auto& count : counts) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count.articles(), Name(count.verdict()));
  }
  return text.empty() ? "none" : text;
}

std::string Fact(std::string_view label, std::string_view fact) {
  return fmt::format("  {:<12}{}\n", label, EscapeControls(fact));
}

}  // namespace

CheckOutput CheckPrinter::Print(const v1::CheckArchiveResponse& message, absl::Time now) {
  CheckOutput output;
  if (options_.json) {
    for (const v1::CheckedArticle& article : message.articles())
      output.out += Line({{"article", ToJson(article)}});
    for (const v1::Finding& finding : message.findings()) output.out += Line({{"finding", ToJson(finding)}});
    if (message.has_progress()) output.out += Line({{"progress", ToJson(message.progress())}});
    if (message.has_summary()) output.out += Line({{"check", ToJson(message.summary())}});
    return output;
  }
  if (options_.articles) {
    for (const v1::CheckedArticle& article : message.articles()) {
      output.out += EscapeControls(fmt::format(
          "#{} {} ({}): {}{}", article.index(), Name(article.verdict_at_ingest()), PublisherText(article),
          Words(article.standing()),
          article.finding_count() == 0 ? "" : fmt::format("; findings: {}", article.finding_count())));
      output.out += '\n';
    }
  }
  for (const v1::Finding& finding : message.findings()) {
    output.out += fmt::format("FINDING {}\n", EscapeControls(DescribeFinding(finding)));
  }
  if (message.has_summary()) output.out += Summary(message.summary());
  if (!output.out.empty()) output.err += EndProgress();
  if (message.has_progress()) {
    const std::string line = ProgressLine(message.progress(), now);
    output.err += options_.is_terminal ? fmt::format("\r{}\x1b[K", line) : line + "\n";
    shows_progress_ = options_.is_terminal;
  }
  return output;
}

std::string CheckPrinter::EndProgress() { return std::exchange(shows_progress_, false) ? "\r\x1b[K" : ""; }

std::string CheckPrinter::ProgressLine(const v1::CheckProgress& progress, absl::Time now) const {
  const std::string findings =
      progress.findings() == 0 ? "" : fmt::format(", findings: {}", progress.findings());
  switch (progress.stage()) {
    case v1::CHECK_STAGE_PAST:
      return fmt::format("reading what is before the range: {} of {} entries", progress.next_index(),
                         progress.end_index());
    case v1::CHECK_STAGE_ENTRIES: {
      const double seconds = absl::ToDoubleSeconds(now - options_.began);
      const double rate = seconds > 0 ? static_cast<double>(progress.articles()) / seconds : 0;
      return fmt::format("checked up to entry {} of {}, {:.0f} articles a second{}", progress.next_index(),
                         progress.end_index(), rate, findings);
    }
    case v1::CHECK_STAGE_SEARCH:
      return fmt::format("looking for what is not led to: {} of {} entries{}", progress.next_index(),
                         progress.end_index(), findings);
    default:
      return fmt::format("reading digests and catalog: {} keys{}", progress.lookups(), findings);
  }
}

std::string CheckPrinter::Summary(const v1::CheckSummary& summary) const {
  Json origin;
  const Json root = RootHash(summary, &origin);
  std::string text = summary.heading() + "\n";
  text += Fact("log", origin.is_string() ? origin.get<std::string>() : "its checkpoint cannot be read");
  text += Fact("tree", fmt::format("tree size {}{}", summary.tree_size(),
                                   root.is_string() ? ", root " + root.get<std::string>() : ""));
  const std::uint64_t entries = summary.end_index() - summary.start_index();
  text += Fact("checked", fmt::format("{} entries from index {} on: {} articles, {} key events", entries,
                                      summary.start_index(), summary.articles(), summary.key_events()));
  text += Fact("at ingest", ListByVerdict(summary.at_ingest()));
  text += Fact("now", options_.keyring.empty()
                          ? "not judged: no keyring is given"
                          : fmt::format("{}, by {}", ListByVerdict(summary.now()), options_.keyring));
  for (const v1::StandingCount& count : summary.standings()) {
    text += Fact("", fmt::format("{} {}", count.articles(), Words(count.standing())));
  }
  text +=
      Fact("signatures", fmt::format("{} verified with the keys of the log", summary.signatures_verified()));
  text += Fact("catalog", summary.has_catalog_tree_size()
                              ? fmt::format("held against {} entries", summary.catalog_tree_size())
                              : "none that can be read; the next start makes it anew");
  if (!summary.extras_checked()) {
    text += Fact("not checked", "whether digests and catalog lead to what is not there: takes the whole log");
  }
  text += Fact("times", "of archiving are by the operator's clock");
  text += Fact("findings", summary.findings() == 0 ? "none" : fmt::format("{}", summary.findings()));
  for (const v1::FindingCount& count : summary.findings_by_code()) {
    text += Fact("", fmt::format("{} {}: {}", count.findings(), FindingCodeName(count.code()),
                                 FindingCodeText(count.code())));
  }
  return text;
}

}  // namespace chirograph
