// SPDX-License-Identifier: Apache-2.0
//
// chirograph history: the versions of an article, and what changed from each to the next.
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "CLI/CLI.hpp"
#include "client/cli/article_changes.h"
#include "client/cli/article_ref.h"
#include "client/cli/article_table.h"
#include "client/cli/command.h"
#include "client/cli/connection.h"
#include "client/cli/failure_report.h"
#include "client/cli/found_article.h"
#include "client/cli/json_output.h"
#include "client/cli/text.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"
#include "proto/enum_conversion.h"
#include "proto/stored_format.h"

namespace chirograph {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kValueColumns = 200;

struct HistoryOptions {
  std::string ref;
  PageOptions page;
};

// A value as a person reads it on a line: long ones are cut.
std::string ValueText(const ordered_json& value) {
  return CutRight(EscapeForTerminal(value.dump(-1, ' ', false, ordered_json::error_handler_t::replace)),
                  kValueColumns);
}

void PrintField(const FieldChange& change, Console& console) {
  const std::string field = EscapeForTerminal(change.field);
  if (!change.before.is_discarded()) {
    console.Line(console.Painted(Paint::kBad, fmt::format("  - {}: {}", field, ValueText(change.before))));
  }
  if (!change.after.is_discarded()) {
    console.Line(console.Painted(Paint::kGood, fmt::format("  + {}: {}", field, ValueText(change.after))));
  }
}

void PrintBody(const LineDiff& body, Console& console) {
  if (body.gave_up) {
    console.Line(fmt::format(
        "  The body: over {} lines differ, so no shorter way from the one to the other was looked for.",
        WithThousands(kMaxDiffEdits)));
  }
  for (const DiffHunk& hunk : body.hunks) {
    console.Line(console.Painted(Paint::kFaint, fmt::format("  {} body", HunkHeading(hunk))));
    for (const std::string& line : hunk.lines) {
      const std::string text = fmt::format("  {}", EscapeForTerminal(line));
      console.Line(line[0] == ' ' ? text
                                  : console.Painted(line[0] == '-' ? Paint::kBad : Paint::kGood, text));
    }
  }
}

ordered_json OrNull(const ordered_json& value) {
  return value.is_discarded() ? ordered_json(nullptr) : value;
}

ordered_json ChangesJson(const ArticleChanges& changes) {
  ordered_json fields = ordered_json::array();
  for (const FieldChange& change : changes.fields) {
    fields.push_back({{"field", change.field},
                      {"before", OrNull(change.before)},
                      {"after", OrNull(change.after)},
                      {"added", change.before.is_discarded()},
                      {"removed", change.after.is_discarded()}});
  }
  ordered_json hunks = ordered_json::array();
  for (const DiffHunk& hunk : changes.body.hunks) {
    hunks.push_back({{"beforeLine", hunk.before_line},
                     {"beforeLines", hunk.before_lines},
                     {"afterLine", hunk.after_line},
                     {"afterLines", hunk.after_lines},
                     {"lines", hunk.lines}});
  }
  return {{"fields", std::move(fields)}, {"body", std::move(hunks)}, {"bodyGaveUp", changes.body.gave_up}};
}

// Shows version after version; the last one is kept, for what the next one changes.
class Historian {
 public:
  explicit Historian(Console& console) : console_(console) {}

  absl::Status Show(ArchivedArticle version) {
    ++count_;
    std::optional<ArticleChanges> changes;
    if (previous_) {
      absl::StatusOr<ArticleChanges> compared = CompareArticles(*previous_, *version.article);
      if (!compared.ok()) return compared.status();
      changes = *std::move(compared);
    }
    if (console_.json()) {
      ordered_json json = {{"version", count_}};
      json.update(ListedJson(version));
      json["changes"] = changes ? ChangesJson(*changes) : ordered_json(nullptr);
      console_.Json(json);
    } else {
      PrintHeading(version.report);
      if (changes) {
        for (const FieldChange& change : changes->fields) PrintField(change, console_);
        PrintBody(changes->body, console_);
      }
    }
    previous_ = std::move(version.article);
    return absl::OkStatus();
  }

 private:
  void PrintHeading(const ReceiptReport& report) {
    const v1::ArticleRecord& record = report.log_entry->article_record();
    const auto recorded = FromProto(record.verdict_at_ingest());
    const std::optional<Verdict> verdict = report.signature ? report.signature->verdict : recorded;
    console_.Line(fmt::format("Version {}  #{}  {}  {}  {}", count_, report.index,
                              TimeForPeople(FromTimestamp(record.ingest_time())),
                              verdict ? VerdictName(*verdict) : "", ShortDigest(*report.article_digest)));
  }

  Console& console_;
  int count_ = 0;
  std::optional<v1::Article> previous_;
};

// A REF as the page whose versions are meant, with a connection; or the exit code of what was reported.
struct FoundPage {
  Connection connection;
  std::optional<UrlRef> page;
  ExitCode code = ExitCode::kWell;
};

FoundPage FindPage(const HistoryOptions& options, CommandContext& context) {
  FoundPage found;
  if (!NamesUrl(options.ref)) {
    FoundArticle article = FindArticle(options.ref, v1::ARTICLE_VIEW_RECORD, context, options.page);
    found.code = article.code;
    if (!article.article) return found;
    const v1::Opening& opening = *article.article->report.opening;
    if (opening.url().empty()) {
      context.console.Error(
          fmt::format("{} has no URL, by which the archive would know other versions of it", options.ref));
      found.code = ExitCode::kNo;
      return found;
    }
    found.connection = std::move(article.connection);
    found.page = UrlRef{opening.url(), opening.publisher_domain(), std::nullopt, {}};
    return found;
  }
  absl::StatusOr<UrlRef> page = MakeUrlRef(options.ref, options.page);
  if (!page.ok()) {
    context.console.Error(page.status());
    found.code = ExitCode::kUsage;
    return found;
  }
  found.connection = ConnectToArchive(context);
  found.code = found.connection.code;
  if (found.connection.client != nullptr) found.page = *std::move(page);
  return found;
}

v1::ListVersionsRequest MakeRequest(const UrlRef& page, std::uint64_t tree_size) {
  v1::ListVersionsRequest request;
  request.set_url(page.url);
  if (page.publisher_domain) request.set_publisher_domain(*page.publisher_domain);
  if (page.as_of) *request.mutable_as_of() = ToTimestamp(*page.as_of);
  for (const Verdict verdict : page.verdicts) request.add_verdicts(ToProto(verdict));
  request.set_view(v1::ARTICLE_VIEW_ARTICLE);
  request.set_wait_for_tree_size(tree_size);
  return request;
}

// Where the question names verdicts, the newest version with one of them once more: with it alone the archive
// says whether there is a newer text that was not VALID.
Answer<std::optional<ArchivedArticle>> GetNewest(UrlRef page, const ListEnd& end, ArchiveClient& client) {
  if (page.verdicts.empty() || end.articles == 0) return std::optional<ArchivedArticle>();
  page.publisher_domain = end.publisher_domain;
  Answer<ArchivedArticle> newest = client.Get(std::move(page), v1::ARTICLE_VIEW_RECORD);
  if (!newest.ok()) return std::move(newest).failure();
  return std::optional<ArchivedArticle>(*std::move(newest));
}

void PrintHistoryEnd(const ListEnd& end, const std::optional<ArchivedArticle>& newest, Console& console) {
  if (console.json()) {
    ordered_json newer_not_valid = nullptr;
    if (newest && newest->newer_not_valid_index) newer_not_valid = *newest->newer_not_valid_index;
    console.Json({{"summary",
                   {{"versions", end.articles},
                    {"publisher", TextOrNull(end.publisher_domain)},
                    {"catalogTreeSize", end.catalog_tree_size},
                    {"newerNotValidIndex", newer_not_valid}}}});
    return;
  }
  console.Line(
      fmt::format("{} of {}, in {}, says the archive.", Counted(end.articles, "version"),
                  end.publisher_domain.empty() ? "no publisher" : EscapeForTerminal(end.publisher_domain),
                  FirstEntries(end.catalog_tree_size)));
  if (!newest) return;
  if (const auto newer = NewerNotValidText(*newest)) console.Hint(*newer);
}

ExitCode RunHistory(const HistoryOptions& options, CommandContext& context) {
  Console& console = context.console;
  if (!context.host.IsTerminal(Stream::kOutput)) console.set_json(true);
  FoundPage found = FindPage(options, context);
  if (!found.page) return found.code;
  const absl::StatusOr<std::uint64_t> size = TrustedTreeSize(*found.connection.client);
  if (!size.ok()) return ReportFailure(CouldNot(size.status()), console);
  Historian historian(console);
  absl::Status shown;
  const Answer<ListEnd> end =
      found.connection.client->ListVersions(MakeRequest(*found.page, *size), [&](ListBatch batch) {
        for (ArchivedArticle& version : batch.articles) {
          shown.Update(historian.Show(std::move(version)));
          if (!shown.ok()) break;
        }
        return shown.ok() && console.is_open() ? StreamNext::kMore : StreamNext::kStop;
      });
  if (!end.ok()) return ReportNotFound(options.ref, end.failure(), console);
  if (!shown.ok()) return ReportFailure(CouldNot(shown), console);
  const Answer<std::optional<ArchivedArticle>> newest =
      GetNewest(*found.page, *end, *found.connection.client);
  if (!newest.ok()) return ReportNotFound(options.ref, newest.failure(), console);
  PrintHistoryEnd(*end, *newest, console);
  return ExitCode::kWell;
}

}  // namespace

void AddHistoryCommand(CLI::App& app, CommandContext& context) {
  const auto options = std::make_shared<HistoryOptions>();
  CLI::App* command = app.add_subcommand(
      "history", "Show the versions of an article, and what changed from each to the next");
  command->add_option("REF", options->ref, kRefHelp)->option_text(" ")->required();
  AddPageOptions(*command, options->page);
  command->footer(
      "A version is another text of one publisher at one URL. On a terminal for people, JSON lines in a "
      "pipe\n"
      "(docs/json-output.md). Exits with 1 where the archive says that it has no such article.\n"
      "Example: chirograph history https://example.org/news/1 --publisher example.org");
  command->callback([options, &context] {
    context.action = [options, &context] { return RunHistory(*options, context); };
  });
}

}  // namespace chirograph
