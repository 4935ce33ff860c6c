// SPDX-License-Identifier: Apache-2.0
#include "client/cli/found_article.h"

#include <utility>

#include "client/cli/article_ref.h"
#include "client/cli/article_report.h"
#include "client/cli/failure_report.h"
#include "client/cli/input_document.h"
#include "client/cli/json_output.h"
#include "fmt/format.h"

namespace chirograph {
namespace {

// A REF that is none is the caller's mistake; a file that it names and that cannot be read is not.
ExitCode ReportBadRef(const std::string& ref, const absl::Status& status, Console& console) {
  const InputError error = InputErrorOf(status);
  const bool is_file = error.position || !absl::IsInvalidArgument(status);
  if (console.json() && is_file) {
    console.Json(InputErrorJson(ref, error));
  } else {
    console.Error(DescribeInput(ref, error));
  }
  return is_file ? ExitCode::kCouldNot : ExitCode::kUsage;
}

ExitCode ReportNotFound(const std::string& ref, const Failure& failure, Console& console) {
  if (!IsNotArchived(failure)) {
    const ExitCode code = ReportFailure(failure, console);
    if (!console.json()) {
      for (const std::string& line : FindingLines(failure.findings)) console.Hint(line);
    }
    return code;
  }
  if (console.json()) {
    console.Json({{"error", FailureJson(failure)}});
  } else {
    console.Error(fmt::format("{} is not archived, says the archive: {}", ref, DescribeFailure(failure)));
  }
  return ExitCode::kNo;
}

}  // namespace

FoundArticle FindArticle(const std::string& ref, v1::ArticleView view, CommandContext& context) {
  FoundArticle found;
  const auto refs = ParseArticleRef(ref, context.host);
  if (!refs.ok()) {
    found.code = ReportBadRef(ref, refs.status(), context.console);
    return found;
  }
  found.connection = ConnectToArchive(context);
  if (found.connection.client == nullptr) {
    found.code = found.connection.code;
    return found;
  }
  Answer<ArchivedArticle> answer = GetFirst(*found.connection.client, *refs, view);
  if (!answer.ok()) {
    found.code = ReportNotFound(ref, answer.failure(), context.console);
    return found;
  }
  found.article = *std::move(answer);
  return found;
}

}  // namespace chirograph
