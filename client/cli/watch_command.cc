// SPDX-License-Identifier: Apache-2.0
//
// chirograph watch: articles as they are archived.
#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "CLI/CLI.hpp"
#include "client/cli/article_table.h"
#include "client/cli/command.h"
#include "client/cli/connection.h"
#include "client/cli/failure_report.h"
#include "client/cli/filter_options.h"
#include "client/cli/text.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"
#include "proto/whole_number.h"

namespace chirograph {
namespace {

struct WatchOptions {
  FilterOptions filter;
  std::optional<std::uint64_t> from;
  bool now = false;
};

// Shows what comes.
class Watcher {
 public:
  Watcher(CommandContext& context, std::optional<std::uint64_t> from)
      : table_(context), console_(context.console), next_index_(from) {}

  StreamNext Show(const WatchBatch& batch) {
    if (!console_.json() && !has_begun_) {
      console_.Hint(fmt::format("Watching from index {} on. Ctrl-C ends it; what is shown was checked.",
                                next_index_.value_or(batch.next_index)));
    }
    if (!console_.json() && is_lost_) console_.Hint("The archive is back.");
    has_begun_ = true;
    is_lost_ = false;
    for (const ArchivedArticle& article : batch.articles) table_.Add(article);
    next_index_ = batch.next_index;
    if (console_.json()) {
      console_.Json({{"watch", {{"nextIndex", batch.next_index}, {"treeSize", batch.tree_size}}}});
    }
    return console_.is_open() ? StreamNext::kMore : StreamNext::kStop;
  }

  // Said once for each time that the archive is away, however often it is tried.
  void NoteLoss(const Failure& why) {
    if (is_lost_) return;
    is_lost_ = true;
    console_.Error(fmt::format("lost the archive, and will try until it is back: {}", DescribeFailure(why)));
  }

  // An interrupt came, on whichever thread. It is seen within a moment, but while the archive is away only
  // when that is tried again.
  void NoteInterrupt() {
    if (is_lost_) console_.Hint("Stopping. To end at once, interrupt again.");
  }

  // How to begin where this watch was; nothing where it did not begin.
  std::optional<std::string> HowToGoOn() const {
    if (!next_index_) return std::nullopt;
    return fmt::format("To go on where it was: the same command with --from {}", *next_index_);
  }

 private:
  ArticleTable table_;
  Console& console_;
  std::optional<std::uint64_t> next_index_;
  bool has_begun_ = false;
  std::atomic<bool> is_lost_ = false;
};

ExitCode RunWatch(const WatchOptions& options, CommandContext& context) {
  Console& console = context.console;
  absl::StatusOr<v1::ArticleFilter> filter = MakeFilter(options.filter);
  if (!filter.ok()) {
    console.Error(filter.status());
    return ExitCode::kUsage;
  }
  Watcher watcher(context, options.from);
  const Connection connection = ConnectToArchive(context);
  if (connection.client == nullptr) return connection.code;
  v1::WatchArticlesRequest request;
  *request.mutable_filter() = *std::move(filter);
  if (options.from) request.set_start_index(*options.from);
  request.set_view(v1::ARTICLE_VIEW_ARTICLE);
  WatchCallbacks callbacks;
  callbacks.on_batch = [&watcher](const WatchBatch& batch) { return watcher.Show(batch); };
  callbacks.on_lost = [&watcher](const Failure& why, absl::Duration) { watcher.NoteLoss(why); };
  std::atomic<bool> interrupted = false;
  bool stopped = false;
  const std::unique_ptr<InterruptWatch> interrupts = context.host.WatchInterrupts([&watcher, &interrupted] {
    interrupted = true;
    watcher.NoteInterrupt();
  });
  callbacks.should_stop = [&interrupted, &stopped] { return stopped = interrupted; };
  const Answer<WatchEnd> end = connection.client->Watch(request, callbacks);
  const std::optional<std::uint64_t>& end_index = options.filter.end_index;
  if (end.ok() && (!stopped || (end_index && end->next_index >= *end_index))) return ExitCode::kWell;
  const ExitCode code = end.ok() ? ExitCode::kCouldNot : ReportFailure(end.failure(), console);
  if (const auto how = watcher.HowToGoOn()) console.Hint(*how);
  return code;
}

}  // namespace

void AddWatchCommand(CLI::App& app, CommandContext& context) {
  const auto options = std::make_shared<WatchOptions>();
  CLI::App* command = app.add_subcommand("watch", "Show articles as they are archived");
  CLI::Option* from =
      command->add_option("--from", options->from, "First what is archived already from this index on")
          ->check(WhyNoIndex)
          ->option_text("INDEX");
  command
      ->add_flag("--now", options->now, "Only what is archived from now on; so it is unless --from is given")
      ->excludes(from);
  AddFilterOptions(*command, options->filter, /*has_first_index=*/false);
  command->footer(
      "A table on a terminal, JSON lines in a pipe (docs/json-output.md). It goes on until it is "
      "interrupted, or\n"
      "to --end-index; where the archive is away, it waits for it and misses nothing. An interrupt (Ctrl-C) "
      "says\n"
      "how to go on, and ends it with exit code 3.\n"
      "Example: chirograph watch --from 0 --publisher example.org");
  command->callback(
      [options, &context] { context.action = [options, &context] { return RunWatch(*options, context); }; });
}

}  // namespace chirograph
