// SPDX-License-Identifier: Apache-2.0
//
// What became of each file that was to be archived, and of all together.
#ifndef CHIROGRAPH_CLIENT_CLI_INGEST_RESULT_H_
#define CHIROGRAPH_CLIENT_CLI_INGEST_RESULT_H_

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "client/answer.h"
#include "client/archive_client.h"
#include "client/cli/article_files.h"
#include "client/cli/console.h"
#include "client/cli/exit_code.h"
#include "crypto/verdict.h"
#include "nlohmann/json_fwd.hpp"

namespace chirograph {

enum class IngestFate {
  kArchived,
  kAlreadyArchived,
  kRefused,    // by the archive's policy
  kNotWanted,  // by --require: it was not sent
};
inline constexpr std::size_t kIngestFates = 4;

// "ARCHIVED", "ALREADY_ARCHIVED", "REFUSED", "NOT_WANTED".
std::string_view IngestFateName(IngestFate fate);

// One file's answer. The verdict is the archive's, by its keyring.
struct IngestAnswer {
  IngestFate fate = IngestFate::kArchived;
  v1::VerificationResult verification;
  std::string refusal;       // the archive's words, where it refused
  ReceiptReport report;      // for the two archived ones
  std::string receipt_path;  // likewise
};

// An alarm, an archive that no longer answers, or an interruption had ended it all.
struct NotSent {
  bool unanswered = false;   // it was sent, and may be archived or not
  bool after_alarm = false;  // nothing is to be sent to that archive now
};

struct IngestResult {
  ArticleFile file;
  std::variant<IngestAnswer, Failure, NotSent> outcome;
};

// Counts of all results.
class IngestTally {
 public:
  void Add(const IngestResult& result);
  void NoteInterruption() { interrupted_ = true; }

  std::uint64_t files() const { return files_; }
  std::uint64_t of(IngestFate fate) const;
  std::uint64_t failed() const { return failed_; }
  std::uint64_t not_sent() const { return not_sent_; }
  // Sent, but no answer came.
  std::uint64_t unanswered() const { return unanswered_; }
  // Somebody asked to stop.
  bool interrupted() const { return interrupted_; }
  // Of the largest tree under which a receipt came; 0 where none did.
  std::uint64_t tree_size() const { return tree_size_; }
  // For each verdict that occurred, the counts by fate.
  const std::map<Verdict, std::array<std::uint64_t, kIngestFates>>& by_verdict() const { return by_verdict_; }

 private:
  std::uint64_t files_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t not_sent_ = 0;
  std::uint64_t unanswered_ = 0;
  std::uint64_t tree_size_ = 0;
  bool interrupted_ = false;
  std::map<Verdict, std::array<std::uint64_t, kIngestFates>> by_verdict_;
};

ExitCode ExitCodeOf(const IngestResult& result);

// The file's line for a person, escaped. A Failure has none: it is an error message.
std::string IngestLine(const IngestAnswer& answer, const std::string& path, const Console& console);
std::string NotSentLine(const NotSent& not_sent, const std::string& path);

// What there is to do about a refusal, in a few words.
std::string_view AdviceFor(Verdict verdict);

// What to say of a file that was not sent.
std::string NotSentText(const NotSent& not_sent);

// Of what was not archived, for a file of failures: "REFUSED", "NOT_WANTED", "NOT_SENT", "UNANSWERED", or a
// FailureKindName; and a sentence. Nothing where it was archived.
struct WhyNotArchived {
  std::string why;
  std::string message;
};
std::optional<WhyNotArchived> WhyNot(const IngestResult& result);

// The object of one file (docs/json-output.md).
nlohmann::ordered_json IngestJson(const IngestResult& result);

// The summary for a person, as lines, and as {"summary": ...}.
std::vector<std::string> SummaryLines(const IngestTally& tally, const ArticleFiles& files, double seconds);
nlohmann::ordered_json SummaryJson(const IngestTally& tally, const ArticleFiles& files, double seconds);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_INGEST_RESULT_H_
