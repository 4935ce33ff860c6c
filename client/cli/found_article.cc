// SPDX-License-Identifier: Apache-2.0
#include "client/cli/found_article.h"

#include <utility>

#include "client/cli/article_ref.h"
#include "client/cli/article_report.h"
#include "client/cli/failure_report.h"
#include "client/receipt_check.h"
#include "crypto/sha256.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"

namespace chirograph {
namespace {

// A REF that is none is the caller's mistake, and its message names it; a file that it names and that cannot
// be read is not.
ExitCode ReportBadRef(const std::string& ref, bool is_file, const absl::Status& status, Console& console) {
  if (is_file) return ReportFileFailure(ref, status, console);
  console.Error(status);
  return ExitCode::kUsage;
}

// Holds the document that a REF was against the receipt, or notes that it is another.
std::optional<Failure> HoldAgainst(std::string document, FoundArticle& found) {
  ArchivedArticle& article = *found.article;
  if (!article.report.opening->has_source_digest()) return std::nullopt;
  found.other_bytes = article.report.opening->source_digest() != AsBytes(Sha256(document));
  if (found.other_bytes || article.source_document) return std::nullopt;
  ReceiptEvidence evidence;
  if (article.article) evidence.article = &*article.article;
  evidence.source_document = document;
  evidence.keyring = found.connection.keyring.get();
  article.report = CheckReceipt(article.receipt, found.connection.client->log_key(), evidence);
  article.source_document = std::move(document);
  if (article.report.ok()) return std::nullopt;
  Failure failure = DoesNotCheck(std::string(article.report.ToStatus().message()));
  failure.findings = article.report.findings;
  return failure;
}

}  // namespace

ExitCode ReportNotFound(const std::string& ref, const Failure& failure, Console& console) {
  if (!IsNotArchived(failure)) {
    const ExitCode code = ReportFailure(WithPublisherAdvice(failure), console);
    if (!console.json()) {
      for (const std::string& line : FindingLines(failure.findings)) console.Hint(line);
    }
    return code;
  }
  if (console.json()) {
    nlohmann::ordered_json error = FailureJson(failure);
    error["kind"] = "NOT_ARCHIVED";
    console.Json({{"error", error}});
  } else if (failure.server_error->reason == v1::ERROR_REASON_NOT_AN_ARTICLE) {
    console.Error(fmt::format("{} is no article: {}", ref, DescribeFailure(failure)));
  } else if (ref.starts_with("sha256:")) {
    console.Error(
        fmt::format("neither an article nor a source document with the digest {} is archived, says the "
                    "archive",
                    ref));
  } else {
    console.Error(fmt::format("{} is not archived, says the archive: {}", ref, DescribeFailure(failure)));
  }
  return ExitCode::kNo;
}

std::optional<std::string> NewerNotValidText(const ArchivedArticle& article) {
  if (!article.newer_not_valid_index) return std::nullopt;
  return fmt::format(
      "There is a newer text at this URL that was not VALID when it was archived, says the archive:\n"
      "  chirograph get {}",
      *article.newer_not_valid_index);
}

FoundArticle FindArticle(const std::string& ref, v1::ArticleView view, CommandContext& context,
                         const PageOptions& page) {
  FoundArticle found;
  std::optional<std::string> document;
  const auto refs = ParseArticleRef(ref, context.host, &document, page);
  if (!refs.ok()) {
    // What is for URLs alone was refused before a file was looked for.
    found.code = ReportBadRef(ref, NamesFile(ref) && !page.any(), refs.status(), context.console);
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
  if (!document) return found;
  if (const std::optional<Failure> failure = HoldAgainst(*std::move(document), found)) {
    found.code = ReportNotFound(ref, *failure, context.console);
    found.article.reset();
  }
  return found;
}

}  // namespace chirograph
