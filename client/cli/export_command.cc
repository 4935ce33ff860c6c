// SPDX-License-Identifier: Apache-2.0
//
// chirograph export: the archive's documents, or its log, as files.
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "client/cli/command.h"
#include "client/cli/connection.h"
#include "client/cli/document_writer.h"
#include "client/cli/export_name.h"
#include "client/cli/failure_report.h"
#include "client/cli/filter_options.h"
#include "client/cli/text.h"
#include "client/cli/tiles_export.h"
#include "crypto/file.h"
#include "crypto/limits.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"

namespace chirograph {
namespace {

struct ExportOptions {
  std::string dir;
  bool tiles = false;
  FilterOptions filter;
};

// Far more than a document that is made here can be, and so enough to see that a file is another.
constexpr std::size_t kMaxPresentFileBytes = 4 * limits::kMaxSourceDocumentBytes;

// Writes articles to files, and counts them.
class Exporter {
 public:
  // `is_filtered`: not all articles are asked for.
  Exporter(std::string dir, bool is_filtered, Console& console)
      : dir_(std::move(dir)), is_filtered_(is_filtered), console_(console) {}

  void Export(const ArchivedArticle& article) {
    const v1::Opening& opening = *article.report.opening;
    const std::string folder = fmt::format("{}/{}", dir_, ExportFolder(opening.publisher_domain()));
    const std::string path =
        fmt::format("{}/{}", folder, ExportFileName(article.report.index, opening.url()));
    const bool has_source = article.source_document.has_value();
    absl::StatusOr<std::string> document =
        has_source ? absl::StatusOr<std::string>(*article.source_document) : WriteDocument(*article.article);
    absl::Status status = document.status();
    bool is_new = false;
    if (status.ok()) status = MakeFolders(folder, FileAccess::kPublic);
    if (status.ok()) status = Put(path, *document, &is_new);
    if (!status.ok()) {
      ++failed_;
      code_ = Worst(code_, ReportFileFailure(path, status, console_));
      return;
    }
    ++(is_new ? written_ : unchanged_);
    if (!has_source) ++made_;
    if (console_.json()) {
      console_.Json({{"path", path},
                     {"index", article.report.index},
                     {"outcome", is_new ? "WRITTEN" : "UNCHANGED"},
                     {"fromSource", has_source}});
    }
    console_.ShowProgress(fmt::format("{} ...", Counted(written_ + unchanged_, "file")));
  }

  void PrintEnd(std::uint64_t catalog_tree_size) {
    console_.EndProgress();
    if (console_.json()) {
      console_.Json({{"summary",
                      {{"written", written_},
                       {"unchanged", unchanged_},
                       {"failed", failed_},
                       {"madeFromMessages", made_},
                       {"catalogTreeSize", catalog_tree_size}}}});
      return;
    }
    console_.Line(fmt::format(
        "{} written to {}, {} there already; {} failed. That is {} {}.", Counted(written_, "document"),
        EscapeForTerminal(dir_), WithThousands(unchanged_), WithThousands(failed_),
        is_filtered_ ? "all that fits the filter in" : "all of", FirstEntries(catalog_tree_size)));
    if (made_ > 0) {
      console_.Line(
          fmt::format("{} came as a message, without a document: front matter was made, and read back.",
                      Counted(made_, "article")));
    }
  }

  ExitCode code() const { return code_; }

 private:
  // Puts a new file there; one that is there and the same is well, another one is left alone.
  static absl::Status Put(const std::string& path, const std::string& document, bool* is_new) {
    const absl::Status status = WriteNewFile(path, document, FileAccess::kPublic);
    *is_new = status.ok();
    if (!absl::IsAlreadyExists(status)) return status;
    const absl::StatusOr<std::string> present = ReadFile(path, kMaxPresentFileBytes);
    if (present.ok() && *present == document) return absl::OkStatus();
    return absl::AlreadyExistsError(
        fmt::format("{}: there is another file of this name, which was left as it is; move it away", path));
  }

  const std::string dir_;
  const bool is_filtered_;
  Console& console_;
  std::uint64_t written_ = 0;
  std::uint64_t unchanged_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t made_ = 0;
  ExitCode code_ = ExitCode::kWell;
};

ExitCode RunExport(const ExportOptions& options, CommandContext& context) {
  Console& console = context.console;
  absl::StatusOr<v1::ArticleFilter> filter = MakeFilter(options.filter);
  if (!filter.ok()) {
    console.Error(filter.status());
    return ExitCode::kUsage;
  }
  const Connection connection = ConnectToArchive(context);
  if (connection.client == nullptr) return connection.code;
  const absl::StatusOr<std::uint64_t> size = TrustedTreeSize(*connection.client);
  if (!size.ok()) return ReportFailure(CouldNot(size.status()), console);
  if (const absl::Status made = MakeFolders(options.dir, FileAccess::kPublic); !made.ok()) {
    return ReportFileFailure(options.dir, made, console);
  }
  v1::ListArticlesRequest request;
  *request.mutable_filter() = *std::move(filter);
  request.set_view(v1::ARTICLE_VIEW_SOURCE);
  request.set_wait_for_tree_size(*size);
  Exporter exporter(options.dir, request.filter().ByteSizeLong() > 0, console);
  const Answer<ListEnd> end = connection.client->List(request, [&](const ListBatch& batch) {
    for (const ArchivedArticle& article : batch.articles) exporter.Export(article);
    return StreamNext::kMore;
  });
  if (!end.ok()) {
    console.EndProgress();
    const ExitCode code = ReportFailure(end.failure(), console);
    console.Hint("What was written is well. Run the same command again for the rest.");
    return Worst(exporter.code(), code);
  }
  exporter.PrintEnd(end->catalog_tree_size);
  return exporter.code();
}

}  // namespace

void AddExportCommand(CLI::App& app, CommandContext& context) {
  const auto options = std::make_shared<ExportOptions>();
  CLI::App* command =
      app.add_subcommand("export", "Write the archived documents to files, byte for byte as they came");
  command->add_option("DIR", options->dir, "Where to; a folder a publisher is made in it")
      ->option_text(" ")
      ->required();
  CLI::Option* tiles =
      command
          ->add_flag("--tiles", options->tiles,
                     "In place of documents the log: checkpoint, tiles and entries, as files\n"
                     "that any web server can serve (docs/http.md); of all articles")
          ->option_text(" ");
  AddFilterOptions(*command, options->filter);
  // Of a part of a log there is no root.
  for (CLI::Option* option : command->get_options()) {
    if (option->get_group() == kFilterGroup) tiles->excludes(option);
  }
  command->footer(
      "Of an article that came as a message, a document is made which reads back as the same article. No "
      "file\n"
      "is ever replaced; what is there already and the same is passed over, so it can be run again.\n"
      "Of --tiles only the checkpoint is ever replaced; what is there already is hashed again, and gone on "
      "from.\n"
      "Example: chirograph export backup --publisher example.org\n"
      "         chirograph export --tiles /var/www/log");
  command->callback([options, &context] {
    context.action = [options, &context] {
      return options->tiles ? ExportTilesTo(options->dir, context) : RunExport(*options, context);
    };
  });
}

}  // namespace chirograph
