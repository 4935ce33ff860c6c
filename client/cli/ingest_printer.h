// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_CLI_INGEST_PRINTER_H_
#define CHIROGRAPH_CLIENT_CLI_INGEST_PRINTER_H_

#include <string>

#include "client/cli/article_files.h"
#include "client/cli/command.h"
#include "client/cli/exit_code.h"
#include "client/cli/failures_file.h"
#include "client/cli/ingest_result.h"
#include "client/cli/progress_bar.h"

namespace chirograph {

// Prints results as they come, counts them, and notes what was not archived. Not thread-safe.
class IngestPrinter {
 public:
  // `failures` may be null. All that is referred to must outlive this.
  IngestPrinter(CommandContext& context, const ArticleFiles& files, bool has_keyring, FailuresFile* failures);

  void Print(const IngestResult& result);
  // What ended it for all that came after.
  void PrintFailureOfAll(const Failure& failure);

  IngestTally& tally() { return tally_; }
  // Of all that was printed.
  ExitCode worst() const { return worst_; }

 private:
  void PrintAnswer(const IngestAnswer& answer, const ArticleFile& file);
  void PrintFailure(const Failure& failure, const std::string& path);
  std::string Note() const;

  Console& console_;
  const bool has_keyring_;
  const bool single_;
  FailuresFile* const failures_;
  ProgressBar progress_;
  IngestTally tally_;
  ExitCode worst_ = ExitCode::kWell;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_INGEST_PRINTER_H_
