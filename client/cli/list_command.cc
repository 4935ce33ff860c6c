// SPDX-License-Identifier: Apache-2.0
//
// chirograph list: which articles the archive has.
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "CLI/CLI.hpp"
#include "client/cli/article_table.h"
#include "client/cli/command.h"
#include "client/cli/connection.h"
#include "client/cli/failure_report.h"
#include "client/cli/filter_options.h"
#include "client/cli/resume_option.h"
#include "client/cli/text.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"
#include "proto/whole_number.h"

namespace chirograph {
namespace {

constexpr std::uint64_t kDefaultLimit = 30;
// Far more than a table is good for; there is --all.
constexpr std::uint64_t kMaxLimit = 1'000'000;

struct ListOptions {
  FilterOptions filter;
  std::string order = "newest";
  std::uint64_t limit = kDefaultLimit;
  bool all = false;
  std::optional<std::string> resume;
};

const std::map<std::string, v1::ListOrder>& Orders() {
  static const std::map<std::string, v1::ListOrder> orders = {
      {"newest", v1::LIST_ORDER_INDEX_DESCENDING},
      {"oldest", v1::LIST_ORDER_INDEX_ASCENDING},
      {"published-newest", v1::LIST_ORDER_PUBLISHED_DESCENDING},
      {"published-oldest", v1::LIST_ORDER_PUBLISHED_ASCENDING}};
  return orders;
}

// What is wrong with a limit as it was typed; nothing where it is one.
std::string WhyNoLimit(const std::string& text) {
  const std::string why_not = WhyNoWholeNumber(text, 1, kMaxLimit);
  return why_not.empty() ? "" : why_not + "; for all of them there is --all";
}

absl::StatusOr<v1::ListArticlesRequest> MakeRequest(const ListOptions& options) {
  v1::ListArticlesRequest request;
  absl::StatusOr<v1::ArticleFilter> filter = MakeFilter(options.filter);
  if (!filter.ok()) return filter.status();
  *request.mutable_filter() = *std::move(filter);
  request.set_order(Orders().at(options.order));
  request.set_limit(options.all ? 0 : options.limit);
  if (options.resume) {
    absl::StatusOr<std::string> token = ResumeOption(*options.resume);
    if (!token.ok()) return token.status();
    request.set_resume_token(*std::move(token));
  }
  request.set_view(v1::ARTICLE_VIEW_ARTICLE);
  return request;
}

void PrintListEnd(const ListEnd& end, Console& console) {
  const std::string token = end.resume_token.empty() ? "" : ResumeText(end.resume_token);
  if (console.json()) {
    console.Json({{"summary",
                   {{"listed", end.articles},
                    {"catalogTreeSize", end.catalog_tree_size},
                    {"resumeToken",
                     token.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(token)}}}});
    return;
  }
  console.Line(fmt::format(
      "{}, of {}. {}", Counted(end.articles, "article"), FirstEntries(end.catalog_tree_size),
      token.empty() ? "That is all, says the archive." : "More: the same command with --resume " + token));
}

ExitCode RunList(const ListOptions& options, CommandContext& context) {
  absl::StatusOr<v1::ListArticlesRequest> request = MakeRequest(options);
  if (!request.ok()) {
    context.console.Error(request.status());
    return ExitCode::kUsage;
  }
  ArticleTable table(context);
  const Connection connection = ConnectToArchive(context);
  if (connection.client == nullptr) return connection.code;
  if (request->resume_token().empty()) {
    const absl::StatusOr<std::uint64_t> size = TrustedTreeSize(*connection.client);
    if (!size.ok()) return ReportFailure(CouldNot(size.status()), context.console);
    request->set_wait_for_tree_size(*size);
  }
  std::string token;
  const Answer<ListEnd> end = connection.client->List(*request, [&](const ListBatch& batch) {
    for (const ArchivedArticle& article : batch.articles) table.Add(article);
    token = batch.resume_token;
    return context.console.is_open() ? StreamNext::kMore : StreamNext::kStop;
  });
  if (end.ok()) {
    PrintListEnd(*end, context.console);
    return ExitCode::kWell;
  }
  const ExitCode code = ReportFailure(end.failure(), context.console);
  if (!token.empty()) {
    context.console.Hint(
        fmt::format("To go on behind what came: the same command with --resume {}", ResumeText(token)));
  }
  return code;
}

}  // namespace

void AddListCommand(CLI::App& app, CommandContext& context) {
  const auto options = std::make_shared<ListOptions>();
  CLI::App* command =
      app.add_subcommand("list", "List archived articles, the newest 30 unless told otherwise");
  command
      ->add_option("--order", options->order,
                   "newest, oldest (by index), published-newest or published-oldest")
      ->check(CLI::IsMember(Orders()))
      ->option_text("ORDER");
  CLI::Option* limit = command->add_option("--limit", options->limit, "At most so many, 1 to 1,000,000; 30")
                           ->check(WhyNoLimit)
                           ->option_text("N");
  command->add_flag("--all", options->all, "All of them")->excludes(limit);
  command->add_option("--resume", options->resume, "Go on behind a list that ended with this token")
      ->option_text("TOKEN");
  AddFilterOptions(*command, options->filter);
  command->footer(
      "A table on a terminal, JSON lines in a pipe (docs/json-output.md). Each article is checked as `get`\n"
      "checks it; that none is left out cannot be.\n"
      "Example: chirograph list --publisher example.org --topic weather --published-from 2026-01-01");
  command->callback(
      [options, &context] { context.action = [options, &context] { return RunList(*options, context); }; });
}

}  // namespace chirograph
