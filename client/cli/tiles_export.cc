// SPDX-License-Identifier: Apache-2.0
#include "client/cli/tiles_export.h"

#include <atomic>
#include <memory>
#include <optional>

#include "client/cli/connection.h"
#include "client/cli/failure_report.h"
#include "client/cli/progress_bar.h"
#include "client/cli/text.h"
#include "crypto/sha256.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"

namespace chirograph {
namespace {

constexpr std::string_view kHowToGoOn = "What was written is well; run the same again to go on.";

void PrintTiles(const std::string& dir, const TileExportSummary& summary, Console& console) {
  const Checkpoint& checkpoint = summary.checkpoint;
  if (console.json()) {
    console.Json({{"summary",
                   {{"path", dir},
                    {"origin", checkpoint.origin},
                    {"treeSize", checkpoint.tree_size},
                    {"rootHash", ToHex(checkpoint.root_hash)},
                    {"written", summary.written},
                    {"unchanged", summary.unchanged},
                    {"fetchedEntries", summary.fetched},
                    {"nextIndex", summary.next_index},
                    {"complete", summary.is_complete}}}});
    return;
  }
  console.Line(fmt::format("{} written to {}, {} there already; {} fetched.",
                           Counted(summary.written, "file"), EscapeForTerminal(dir),
                           WithThousands(summary.unchanged),
                           summary.fetched == 1 ? "one entry" : WithThousands(summary.fetched) + " entries"));
  if (!summary.is_complete) {
    console.Line(fmt::format("Stopped at {} of {} entries; the checkpoint there is as it was.",
                             WithThousands(summary.next_index), WithThousands(checkpoint.tree_size)));
    console.Hint(kHowToGoOn);
    return;
  }
  console.Line(
      fmt::format("They hash to the root that {} signed for tree size {}, whose checkpoint was written last.",
                  EscapeForTerminal(checkpoint.origin), WithThousands(checkpoint.tree_size)));
}

}  // namespace

ExitCode ExportTilesTo(const std::string& dir, CommandContext& context) {
  Console& console = context.console;
  const Connection connection = ConnectToArchive(context);
  if (connection.client == nullptr) return connection.code;
  std::atomic<bool> stop = false;
  const std::unique_ptr<InterruptWatch> interrupts = context.host.WatchInterrupts([&stop] { stop = true; });
  std::optional<ProgressBar> bar;
  TileExportCallbacks callbacks;
  callbacks.on_progress = [&bar, &context](std::uint64_t next_index, std::uint64_t tree_size) {
    if (!bar) bar.emplace(context.console, context.host, tree_size);
    bar->Show(next_index, "");
  };
  callbacks.should_stop = [&stop] { return stop.load(); };
  const Answer<TileExportSummary> summary = connection.client->ExportTiles(dir, callbacks);
  bar.reset();
  if (!summary.ok()) {
    const ExitCode code = ReportFailure(summary.failure(), console);
    if (summary.failure().server_error) console.Hint(kHowToGoOn);
    return code;
  }
  PrintTiles(dir, *summary, console);
  return summary->is_complete ? ExitCode::kWell : ExitCode::kCouldNot;
}

}  // namespace chirograph
