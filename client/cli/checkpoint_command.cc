// SPDX-License-Identifier: Apache-2.0
//
// chirograph checkpoint: the log's newest word, checked against what it said before.
#include <memory>

#include "CLI/CLI.hpp"
#include "client/cli/command.h"
#include "client/cli/connection.h"
#include "client/cli/failure_report.h"
#include "client/cli/text.h"
#include "crypto/sha256.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"

namespace chirograph {
namespace {

std::string_view RelationText(CheckpointRelation relation) {
  switch (relation) {
    case CheckpointRelation::kFirst:
      return "the first that is trusted here";
    case CheckpointRelation::kSame:
      return "the one that was trusted before";
    case CheckpointRelation::kAdvanced:
      return "proved to extend the one that was trusted before";
    case CheckpointRelation::kOlder:
      return "proved to be extended by the one that is trusted";
  }
  return "";
}

ExitCode RunCheckpoint(CommandContext& context) {
  const Connection connection = ConnectToArchive(context);
  if (connection.client == nullptr) return connection.code;
  const Answer<TrackedCheckpoint> answer = connection.client->LatestCheckpoint();
  if (!answer.ok()) return ReportFailure(answer.failure(), context.console);

  const TrustedCheckpoint& received = answer->received;
  if (context.console.json()) {
    context.console.Json({{"origin", received.checkpoint.origin},
                          {"treeSize", received.checkpoint.tree_size},
                          {"rootHash", ToHex(received.checkpoint.root_hash)},
                          {"note", received.note}});
  } else {
    context.console.WriteText(received.note);
    context.console.Hint(
        fmt::format("Checked here: signed by the log's key; {}.", RelationText(answer->relation)));
  }
  return ExitCode::kWell;
}

}  // namespace

void AddCheckpointCommand(CLI::App& app, CommandContext& context) {
  CLI::App* command = app.add_subcommand(
      "checkpoint", "Print the log's newest checkpoint, checked against the one trusted before");
  command->footer("Example: chirograph checkpoint > checkpoint.txt");
  command->callback([&context] { context.action = [&context] { return RunCheckpoint(context); }; });
}

}  // namespace chirograph
