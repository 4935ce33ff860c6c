// SPDX-License-Identifier: Apache-2.0
#include "client/cli/article_table.h"

#include <algorithm>
#include <optional>

#include "client/cli/article_report.h"
#include "client/cli/json_output.h"
#include "client/cli/text.h"
#include "client/cli/verdict_text.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"
#include "proto/enum_conversion.h"
#include "proto/published_time.h"
#include "proto/stored_format.h"

namespace chirograph {

using nlohmann::ordered_json;

namespace {

constexpr std::size_t kIndexColumns = 9;
constexpr std::size_t kPublisherColumns = 22;
constexpr std::size_t kTimeColumns = 17;
constexpr std::size_t kGap = 2;
constexpr std::size_t kBeforeTitle =
    kIndexColumns + kTimeColumns + kVerdictColumns + kPublisherColumns + 4 * kGap;
constexpr std::size_t kLeastTitleColumns = 20;

std::string TitleOf(const ArchivedArticle& article) {
  if (article.article && article.article->has_title()) return article.article->title();
  return article.report.opening->url();
}

// By one's own keyring where it could tell, else by the operator's word.
std::string VerdictCell(const ArchivedArticle& article, const Console& console) {
  if (article.report.signature) return PaintedVerdict(article.report.signature->verdict, console);
  const auto verdict = FromProto(article.report.log_entry->article_record().verdict_at_ingest());
  return verdict ? PaintedVerdict(*verdict, console) : PadRight("", kVerdictColumns);
}

}  // namespace

std::string CutRight(std::string_view text, std::size_t width) {
  constexpr std::string_view kCut = "...";
  if (DisplayWidth(text) <= width) return std::string(text);
  const std::size_t keep = width > kCut.size() ? width - kCut.size() : 0;
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) continue;
    if (seen++ == keep) return std::string(text.substr(0, i)) + std::string(kCut);
  }
  return std::string(text);
}

ordered_json ListedJson(const ArchivedArticle& article) {
  ordered_json json = ReportJson(article.report);
  json.erase("ok");  // what is listed was checked, and is
  json.erase("checks");
  for (const char* name : {"title", "category", "type", "topics", "published"}) json[name] = nullptr;
  if (!article.article) return json;
  const v1::Article& known = *article.article;
  if (known.has_title()) json["title"] = known.title();
  if (known.has_category()) json["category"] = known.category();
  if (known.has_type()) json["type"] = known.type();
  json["topics"] = ordered_json::array();
  for (const std::string& topic : known.topics()) json["topics"].push_back(topic);
  if (const auto published = PublishedTimeOf(known)) json["published"] = TimeForPrograms(*published);
  return json;
}

ArticleTable::ArticleTable(CommandContext& context)
    : context_(context), columns_(static_cast<std::size_t>(std::max(context.host.TerminalColumns(), 0))) {
  if (!context.host.IsTerminal(Stream::kOutput)) context.console.set_json(true);
}

void ArticleTable::Add(const ArchivedArticle& article) {
  Console& console = context_.console;
  if (console.json()) return console.Json(ListedJson(article));
  if (!has_heading_) {
    has_heading_ = true;
    console.Line(console.Painted(
        Paint::kFaint, fmt::format("{:>{}}  {}  {}  {}  {}", "INDEX", kIndexColumns,
                                   PadRight("ARCHIVED", kTimeColumns), PadRight("VERDICT", kVerdictColumns),
                                   PadRight("PUBLISHER", kPublisherColumns), "TITLE")));
  }
  const std::size_t room = std::max(columns_, kBeforeTitle + kLeastTitleColumns) - kBeforeTitle;
  const v1::ArticleRecord& record = article.report.log_entry->article_record();
  const std::string& publisher = article.report.opening->publisher_domain();
  console.Line(fmt::format(
      "{:>{}}  {}  {}  {}  {}", article.report.index, kIndexColumns,
      PadRight(TimeForPeople(FromTimestamp(record.ingest_time())), kTimeColumns),
      VerdictCell(article, console),
      PadRight(CutRight(EscapeForTerminal(publisher.empty() ? "-" : publisher), kPublisherColumns),
               kPublisherColumns),
      CutRight(EscapeForTerminal(TitleOf(article)), room)));
}

}  // namespace chirograph
