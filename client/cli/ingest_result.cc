// SPDX-License-Identifier: Apache-2.0
#include "client/cli/ingest_result.h"

#include <algorithm>

#include "client/cli/failure_report.h"
#include "client/cli/input_document.h"
#include "client/cli/json_output.h"
#include "client/cli/text.h"
#include "client/cli/verdict_text.h"
#include "crypto/encoding.h"
#include "crypto/key_types.h"
#include "fmt/format.h"
#include "proto/enum_conversion.h"
#include "proto/stored_format.h"

namespace chirograph {

using nlohmann::ordered_json;

namespace {

Verdict VerdictOf(const IngestAnswer& answer) {
  // The library has refused an answer without a verdict.
  return FromProto(answer.verification.verdict()).value_or(Verdict::kMalformed);
}

VerdictReason ReasonOf(const IngestAnswer& answer) {
  return FromProto(answer.verification.reason()).value_or(VerdictReason::kWrongParts);
}

bool IsArchived(const IngestAnswer& answer) {
  return answer.fate == IngestFate::kArchived || answer.fate == IngestFate::kAlreadyArchived;
}

// Why it was refused, and what to do.
std::string RefusalText(const IngestAnswer& answer) {
  const Verdict verdict = VerdictOf(answer);
  return fmt::format("{}; {}", VerdictReasonText(ReasonOf(answer)), AdviceFor(verdict));
}

std::string Row(std::string_view name, const std::array<std::string, 4>& cells, std::size_t columns) {
  std::string row = fmt::format("  {}", PadRight(name, 17));
  constexpr std::array<std::size_t, 4> kWidths = {9, 18, 10, 10};
  for (std::size_t i = 0; i < columns; ++i) row += fmt::format("{:>{}}", cells[i], kWidths[i]);
  return row;
}

std::string SkippedText(const ArticleFiles& files) {
  std::string text;
  const auto add = [&text](std::size_t count, std::string_view what) {
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", WithThousands(count), what);
  };
  add(files.hidden, "hidden");
  add(files.other_names, "not named .md, .markdown or .txt");
  add(files.other_kinds, "neither file nor folder (or a link to a folder)");
  return text;
}

}  // namespace

std::string_view IngestFateName(IngestFate fate) {
  switch (fate) {
    case IngestFate::kArchived:
      return "ARCHIVED";
    case IngestFate::kAlreadyArchived:
      return "ALREADY_ARCHIVED";
    case IngestFate::kRefused:
      return "REFUSED";
    case IngestFate::kNotWanted:
      return "NOT_WANTED";
  }
  return "";
}

void IngestTally::Add(const IngestResult& result) {
  ++files_;
  if (std::holds_alternative<Failure>(result.outcome)) {
    ++failed_;
  } else if (const auto* answer = std::get_if<IngestAnswer>(&result.outcome)) {
    ++by_verdict_[VerdictOf(*answer)][static_cast<std::size_t>(answer->fate)];
    if (answer->report.checkpoint) tree_size_ = std::max(tree_size_, answer->report.checkpoint->tree_size);
  } else {
    ++(std::get<NotSent>(result.outcome).unanswered ? unanswered_ : not_sent_);
  }
}

std::uint64_t IngestTally::of(IngestFate fate) const {
  std::uint64_t sum = 0;
  for (const auto& [verdict, counts] : by_verdict_) sum += counts[static_cast<std::size_t>(fate)];
  return sum;
}

ExitCode ExitCodeOf(const IngestResult& result) {
  if (const auto* failure = std::get_if<Failure>(&result.outcome)) return ExitCodeOf(*failure);
  const auto* answer = std::get_if<IngestAnswer>(&result.outcome);
  if (answer == nullptr) return ExitCode::kCouldNot;
  return IsArchived(*answer) ? ExitCode::kWell : ExitCode::kNo;
}

std::string_view AdviceFor(Verdict verdict) {
  switch (verdict) {
    case Verdict::kValid:
      return "nothing is wrong with it";
    case Verdict::kUnsigned:
      return "sign it: chirograph sign";
    case Verdict::kMalformed:
      return "get the original, or sign it again: chirograph sign";
    case Verdict::kUnknownKey:
      return "give the archive's operator the publisher's key";
    case Verdict::kKeyRevoked:
    case Verdict::kKeyOutOfPeriod:
      return "sign it with a key that counts today: chirograph sign";
    case Verdict::kInvalid:
      return "it was changed after signing (get the original, or sign it again), or signed with a key that "
             "the archive does not have (give its operator the key)";
  }
  return "";
}

std::string NotSentText(const NotSent& not_sent) {
  if (not_sent.after_alarm) {
    return not_sent.unanswered
               ? "sent, but the alarm came before an answer to believe; it may be archived or not"
               : "not sent, because of the alarm";
  }
  return not_sent.unanswered
             ? "sent, but no receipt of it was checked and kept; it may be archived or not: send it again"
             : "not sent";
}

std::string NotSentLine(const NotSent& not_sent, const std::string& path) {
  if (!not_sent.unanswered) return fmt::format("not sent          {}", EscapeForTerminal(path));
  return fmt::format("unconfirmed       {}: it may be archived or not", EscapeForTerminal(path));
}

std::string IngestLine(const IngestAnswer& answer, const std::string& path, const Console& console) {
  const std::string verdict = PaintedVerdict(VerdictOf(answer), console);
  if (!IsArchived(answer)) {
    // By --require it never came to a refusal.
    const std::string_view fate = answer.fate == IngestFate::kNotWanted ? "not sent" : "refused";
    return fmt::format("{}  {}  {}: {}", PadRight(fate, 16), verdict, EscapeForTerminal(path),
                       RefusalText(answer));
  }
  const std::string_view fate =
      answer.fate == IngestFate::kArchived ? "archived        " : "already archived";
  return fmt::format("{}  {}  {}  #{}", fate, verdict, EscapeForTerminal(path), answer.report.index);
}

std::optional<WhyNotArchived> WhyNot(const IngestResult& result) {
  if (const auto* failure = std::get_if<Failure>(&result.outcome)) {
    return WhyNotArchived{std::string(FailureKindName(failure->kind)),
                          DescribeInput(result.file.path, {std::string(failure->status.message()),
                                                           PositionOf(failure->status)})};
  }
  if (const auto* not_sent = std::get_if<NotSent>(&result.outcome)) {
    return WhyNotArchived{not_sent->unanswered ? "UNANSWERED" : "NOT_SENT", NotSentText(*not_sent)};
  }
  const auto& answer = std::get<IngestAnswer>(result.outcome);
  if (IsArchived(answer)) return std::nullopt;
  return WhyNotArchived{std::string(IngestFateName(answer.fate)),
                        fmt::format("{}: {}", VerdictName(VerdictOf(answer)), RefusalText(answer))};
}

ordered_json IngestJson(const IngestResult& result) {
  const std::string& path = result.file.path;
  if (const auto* failure = std::get_if<Failure>(&result.outcome)) {
    return WithPath(path, FailureJson(*failure));
  }
  const auto* answer = std::get_if<IngestAnswer>(&result.outcome);
  if (answer == nullptr) {
    return WithPath(
        path, FailureJson(CouldNot(absl::AbortedError(NotSentText(std::get<NotSent>(result.outcome))))));
  }
  const v1::VerificationResult& verification = answer->verification;
  const auto algorithm = FromProto(verification.algorithm());
  ordered_json json = {
      {"path", path},
      {"outcome", IngestFateName(answer->fate)},
      {"verdict", VerdictName(VerdictOf(*answer))},
      {"reason", VerdictReasonName(ReasonOf(*answer))},
      {"publisher", TextOrNull(verification.publisher_domain())},
      {"keyId", TextOrNull(verification.key_id())},
      {"algorithm", algorithm ? ordered_json(KeyAlgorithmName(*algorithm)) : ordered_json(nullptr)},
      {"articleDigest", HexEncode(verification.article_digest())},
      {"sourceDigest", nullptr},
      {"index", nullptr},
      {"treeSize", nullptr},
      {"ingestTime", nullptr},
      {"receiptFile", TextOrNull(answer->receipt_path)},
      {"refusal", TextOrNull(answer->refusal)}};
  if (IsArchived(*answer)) {
    json["sourceDigest"] = TextOrNull(HexEncode(answer->report.opening->source_digest()));
    json["index"] = answer->report.index;
    json["treeSize"] = answer->report.checkpoint->tree_size;
    json["ingestTime"] = TimeForPrograms(LogEntryTime(*answer->report.log_entry));
  }
  return json;
}

std::vector<std::string> SummaryLines(const IngestTally& tally, const ArticleFiles& files, double seconds) {
  const double rate = seconds > 0 ? static_cast<double>(tally.files()) / seconds : 0;
  std::vector<std::string> lines = {fmt::format("{} in {:.1f} s, {} a second", Counted(tally.files(), "file"),
                                                seconds, WithThousands(static_cast<std::uint64_t>(rate)))};
  if (files.files.empty()) {
    lines = {"No articles were found: no files that end in .md, .markdown or .txt."};
  }
  const std::size_t columns = tally.of(IngestFate::kNotWanted) > 0 ? 4 : 3;
  if (!tally.by_verdict().empty()) {
    lines.push_back(Row("", {"new", "already archived", "refused", "not sent"}, columns));
  }
  for (const auto& [verdict, counts] : tally.by_verdict()) {
    lines.push_back(Row(VerdictName(verdict),
                        {WithThousands(counts[0]), WithThousands(counts[1]), WithThousands(counts[2]),
                         WithThousands(counts[3])},
                        columns));
  }
  if (tally.failed() > 0)
    lines.push_back(fmt::format("Could not be done: {}", WithThousands(tally.failed())));
  if (tally.interrupted()) lines.push_back("Interrupted.");
  if (tally.not_sent() > 0) {
    lines.push_back(fmt::format("Not sent: {}", WithThousands(tally.not_sent())));
  }
  if (tally.unanswered() > 0) {
    lines.push_back(
        fmt::format("Sent, but not answered, so archived or not: {}", WithThousands(tally.unanswered())));
  }
  if (!files.errors.empty()) {
    lines.push_back(fmt::format("Could not be read: {}", Counted(files.errors.size(), "path")));
  }
  if (const std::string skipped = SkippedText(files); !skipped.empty()) {
    lines.push_back(fmt::format("Skipped: {}", skipped));
  }
  if (tally.tree_size() > 0) {
    lines.push_back(
        fmt::format("The verdicts are the archive's; every receipt was checked here, up to tree size {}.",
                    WithThousands(tally.tree_size())));
  }
  return lines;
}

ordered_json SummaryJson(const IngestTally& tally, const ArticleFiles& files, double seconds) {
  ordered_json by_verdict = ordered_json::object();
  for (const auto& [verdict, counts] : tally.by_verdict()) {
    by_verdict[std::string(VerdictName(verdict))] = {{"archived", counts[0]},
                                                     {"alreadyArchived", counts[1]},
                                                     {"refused", counts[2]},
                                                     {"notWanted", counts[3]}};
  }
  return {{"summary",
           {{"files", tally.files()},
            {"archived", tally.of(IngestFate::kArchived)},
            {"alreadyArchived", tally.of(IngestFate::kAlreadyArchived)},
            {"refused", tally.of(IngestFate::kRefused)},
            {"notWanted", tally.of(IngestFate::kNotWanted)},
            {"failed", tally.failed()},
            {"notSent", tally.not_sent()},
            {"unanswered", tally.unanswered()},
            {"interrupted", tally.interrupted()},
            {"skippedHidden", files.hidden},
            {"skippedOtherNames", files.other_names},
            {"skippedOtherKinds", files.other_kinds},
            {"unreadablePaths", files.errors.size()},
            {"byVerdict", by_verdict},
            {"treeSize", tally.tree_size()},
            {"seconds", seconds}}}};
}

}  // namespace chirograph
