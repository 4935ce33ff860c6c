// SPDX-License-Identifier: Apache-2.0
#include "proto/check_report_text.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>
#include <utility>

#include "crypto/encoding.h"
#include "crypto/note.h"
#include "proto/readable_text.h"

namespace chirograph {
namespace {

bool IsAudit(const CheckReport& report) { return report.kind == CheckKind::kAudit; }

// "audit", "check".
std::string_view NounOf(const CheckReport& report) { return IsAudit(report) ? "audit" : "check"; }

VerdictCounts AllAtIngest(const CheckReport& report) {
  VerdictCounts sum = SumOf(report.at_ingest.ByMonth());
  sum.Add(report.at_ingest.other_months());
  return sum;
}

// "Entries #0 to #411", "No entries".
std::string RangeOf(const CheckReport& report) {
  if (report.next_index == report.first_index) return "No entries";
  if (report.next_index == report.first_index + 1) {
    return fmt::format("Entry #{}", report.first_index);
  }
  return fmt::format("Entries #{} to #{}", report.first_index, report.next_index - 1);
}

bool HasCheckpoint(const CheckReport& report) { return !report.checkpoint_note.empty(); }

CheckFact EntriesFact(const CheckReport& report) {
  const std::string here =
      IsAudit(report) ? "recomputed on the auditor's machine" : "recomputed by the operator";
  std::string fact = fmt::format("{}, of {}", RangeOf(report), WithThousands(report.checkpoint.tree_size));
  if (report.not_finished.empty()) {
    fact += ": they hash to the root that the log signed, or it is a finding.";
  } else {
    fact +=
        ". That they are what the log signed was shown up to the last proof that came; of the others this "
        "report says nothing.";
  }
  if (report.first_index > 0 && IsAudit(report)) {
    fact += fmt::format(" Those before #{} were checked earlier.", report.first_index);
  }
  return {"Entries of the log", fact, here};
}

CheckFact SignaturesFact(const CheckReport& report) {
  std::string fact;
  if (KeysUsed(report) == KeySource::kKeyring) {
    fact = fmt::format("{} genuine by keys of the keyring", WithThousands(report.verified_by_keyring));
    if (report.verified_by_log_keys > 0) {
      fact += fmt::format("; {} genuine by keys that only the log names",
                          WithThousands(report.verified_by_log_keys));
    }
  } else {
    fact = fmt::format("{} genuine by keys that the log names", WithThousands(report.verified_by_log_keys));
  }
  return {"Publishers' signatures", fact + ".",
          KeysUsed(report) == KeySource::kKeyring ? "verified here; the keyring's word whose keys they are"
                                                  : "verified here; the operator's word whose keys they are"};
}

void AddArticleFacts(const CheckReport& report, std::vector<CheckFact>& facts) {
  facts.push_back(
      {"Verdicts at ingest",
       fmt::format("{}: {}.", Counted(report.articles, "article"), DescribeCounts(AllAtIngest(report))),
       "as the operator recorded them"});
  if (!report.with_articles) {
    facts.push_back({"Articles",
                     "Their texts and signatures were left out: the log's entries alone were checked.",
                     fmt::format("as the {} was asked to", NounOf(report))});
    return;
  }
  facts.push_back(
      {"Articles",
       fmt::format("{}: text, source document, digests and secured field against what was logged{}.",
                   WithThousands(report.articles),
                   report.finding_count == 0 ? "" : ", or it is among the findings"),
       IsAudit(report) ? "recomputed on the auditor's machine" : "recomputed by the operator"});
  if (KeysUsed(report) == KeySource::kNone) return;
  facts.push_back(SignaturesFact(report));
  if (KeysUsed(report) == KeySource::kKeyring || report.now.Total() > 0) {
    facts.push_back({"Verdicts today", DescribeCounts(report.now) + ".",
                     IsAudit(report) ? "by the auditor's keyring" : "by the operator's keyring"});
  }
}

// The bytes of a note's signature by the key `verifier_key`, without the key's id.
std::optional<std::string> SignatureBy(const NoteVerifier& key, std::string_view note) {
  const std::string prefix = fmt::format("\n\u2014 {} ", key.name());
  for (std::size_t at = note.find(prefix); at != std::string_view::npos; at = note.find(prefix, at + 1)) {
    const std::size_t begin = at + prefix.size();
    const std::optional<std::string> bytes = Base64Decode(note.substr(begin, note.find('\n', begin) - begin));
    constexpr std::size_t kKeyIdBytes = 4;
    if (bytes && HexEncode(bytes->substr(0, kKeyIdBytes)) == fmt::format("{:08x}", key.key_id())) {
      return bytes->substr(kKeyIdBytes);
    }
  }
  return std::nullopt;
}

// A command that makes `file` of `bytes`.
std::string MakesFile(std::string_view file, std::string_view bytes) {
  constexpr std::size_t kLineChars = 64;
  const std::string text = Base64Encode(bytes);
  std::string command = fmt::format("base64 -d >{} <<'END'\n", file);
  for (std::size_t at = 0; at < text.size(); at += kLineChars) command += text.substr(at, kLineChars) + "\n";
  return command + "END\n";
}

// Nothing where the report has no checkpoint that its key signed.
std::optional<CheckStep> OpensslStep(const CheckReport& report) {
  const absl::StatusOr<NoteVerifier> key = NoteVerifier::Parse(report.verifier_key);
  if (!key.ok()) return std::nullopt;
  const std::optional<std::string> signature = SignatureBy(*key, report.checkpoint_note);
  constexpr std::size_t kBetweenNameAndKey = sizeof("+0123abcd+") - 1;
  const std::optional<std::string> key_bytes =
      Base64Decode(std::string_view(key->vkey()).substr(key->name().size() + kBetweenNameAndKey));
  if (!signature || !key_bytes) return std::nullopt;
  // Of the note what was signed: up to the blank line.
  const std::string text = report.checkpoint_note.substr(0, report.checkpoint_note.rfind("\n\n") + 1);
  // An Ed25519 key as X.509 writes it: this, then its 32 bytes, which the verifier key has behind the type.
  constexpr std::string_view kEd25519Spki("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12);
  return CheckStep{
      "Verify the log's signature on the checkpoint with openssl alone. The first file is the checkpoint's "
      "text, "
      "byte for byte, the second the signature, the third the log's key.",
      MakesFile("checkpoint.txt", text) + MakesFile("signature.bin", *signature) +
          MakesFile("log-key.der", std::string(kEd25519Spki) + key_bytes->substr(1)) +
          "openssl pkeyutl -verify -pubin -inkey log-key.der -keyform DER \\\n"
          "  -rawin -in checkpoint.txt -sigfile signature.bin\n"};
}

}  // namespace

std::string TitleOf(const CheckReport& report) {
  return IsAudit(report) ? "Audit of an archive" : "Self-check by the operator";
}

std::string HeadlineOf(const CheckReport& report) {
  const std::uint64_t findings = report.finding_count + report.earlier_finding_count;
  switch (ResultOf(report)) {
    case CheckResult::kAlarm:
      return "ALARM: the log contradicts what it signed before";
    case CheckResult::kNotFinished:
      return findings == 0 ? "Not finished"
                           : fmt::format("Not finished: {} so far", Counted(findings, "finding"));
    case CheckResult::kFindings:
      return Counted(findings, "finding");
    case CheckResult::kNothingWrong:
      break;
  }
  return "Nothing wrong was found";
}

std::string WhyNotFinished(const CheckReport& report) {
  const std::uint64_t unchecked = report.unchecked_receipt_count;
  if (unchecked == 0) return report.not_finished;
  return fmt::format("{}{}{} could not be checked", report.not_finished,
                     report.not_finished.empty() ? "" : "; and ", Counted(unchecked, "receipt"));
}

std::string SummaryOf(const CheckReport& report) {
  std::string text = fmt::format("{} of the log {}", RangeOf(report), report.origin);
  text += report.next_index == report.first_index + 1 ? " was checked" : " were checked";
  text += report.with_articles ? ", with the articles that belong to them." : ", without the articles.";
  switch (ResultOf(report)) {
    case CheckResult::kAlarm:
      return report.alarm->message +
             ". Nothing new from this archive should be believed until that is explained.";
    case CheckResult::kNotFinished:
      return fmt::format("{} It is not finished: {}. What was not looked at may be well or not.", text,
                         WhyNotFinished(report));
    case CheckResult::kFindings:
      return text + " Something is not as it must be: each finding is below, with what it may come from.";
    case CheckResult::kNothingWrong:
      break;
  }
  return text + " All of it is as the log signed it, within what this report claims and does not claim.";
}

std::vector<CheckFact> FactsOf(const CheckReport& report) {
  std::vector<CheckFact> facts;
  if (HasCheckpoint(report)) {
    facts.push_back(
        {"Checkpoint",
         fmt::format("Tree size {}, signed with the log's key{}.", WithThousands(report.checkpoint.tree_size),
                     IsAudit(report) ? "; it extends every one that this machine trusted before" : ""),
         IsAudit(report) ? "verified on the auditor's machine" : "verified by the operator"});
    facts.push_back(EntriesFact(report));
    AddArticleFacts(report, facts);
    if (report.not_finished.empty() && IsAudit(report)) {
      const std::string unchecked = fmt::format("; {} could not be checked, and said below",
                                                WithThousands(report.unchecked_receipt_count));
      facts.push_back({"Receipts",
                       fmt::format("{} held against the log{}.", WithThousands(report.receipts),
                                   report.unchecked_receipt_count > 0 ? unchecked : ""),
                       "verified on the auditor's machine"});
    }
    facts.push_back(
        {"Times of archiving", "In order, or it is a finding.", "by the operator's clock; no witness"});
  }
  return facts;
}

std::string WhoseKeys(const CheckReport& report) {
  if (!report.with_articles || KeysUsed(report) == KeySource::kNone) {
    return "No publisher's signature was verified.";
  }
  const std::string_view whose = IsAudit(report) ? "auditor" : "operator";
  if (KeysUsed(report) == KeySource::kLog) {
    return fmt::format(
        "{} verified with the keys that the log itself names. A genuine signature shows that nobody has "
        "changed the "
        "article since the owner of that key signed it. That the key is the publisher's is the operator's "
        "word. To "
        "close this gap, get public keys from the publishers themselves, and {} with --keyring.",
        IsAudit(report) ? "The auditor gave no keyring, so signatures were" : "Signatures were",
        IsAudit(report) ? "repeat" : "audit the archive");
  }
  std::string text = fmt::format(
      "Signatures were verified with keys of the {0}'s own keyring. A genuine signature shows that nobody "
      "has "
      "changed the article since the owner of that key signed it, and that the key is the publisher's is "
      "the {0}'s word.",
      whose);
  if (report.verified_by_log_keys > 0) {
    text += fmt::format(
        " That does not hold for {}, by keys that the keyring does not name for the publisher: they were "
        "verified with the keys that the log names, and whose those are is the operator's word.",
        Counted(report.verified_by_log_keys, "signature"));
  }
  return text;
}

std::vector<std::string> NotClaimed(const CheckReport& report) {
  std::vector<std::string> claims;
  if (!IsAudit(report)) {
    claims.emplace_back(
        "Independence. This is the operator's check of his own archive. It finds damage; it convinces nobody "
        "who "
        "does not trust him. For that there is `chirograph audit`, on somebody else's machine.");
  }
  claims.emplace_back(
      "Truth. A genuine signature says who signed an article, not that what it says is true, nor that it was "
      "published when it says so.");
  claims.emplace_back(
      "Exact times. All times of archiving are by the operator's clock; no witness and no timestamp "
      "authority "
      "stands behind them. Only their order was checked.");
  claims.emplace_back(fmt::format(
      "Completeness beyond this checkpoint. What was archived after it, was refused, or never came to the "
      "archive is in no way covered by this {}.",
      NounOf(report)));
  claims.emplace_back(
      "One log for everybody. Whether others are shown the same log can only be told by comparing "
      "checkpoints "
      "with them; no witness does that yet.");
  if (!IsAudit(report) && report.next_index - report.first_index < report.checkpoint.tree_size) {
    claims.emplace_back("Anything about the other entries: only a part of the log was checked.");
  }
  if (report.first_index > 0 && IsAudit(report)) {
    claims.emplace_back(fmt::format(
        "What lies before entry #{0}. It was checked earlier{1} and not again now; the figures and charts "
        "here "
        "are of entry #{0} and later ones. What was found earlier stands, and is listed.",
        report.first_index,
        report.earlier_check ? fmt::format(" (last at {})", TimeForPeople(*report.earlier_check)) : ""));
  }
  if (!report.with_articles) {
    claims.emplace_back("Anything about the articles' texts and signatures, which were not looked at.");
  }
  claims.emplace_back(
      "This report itself. It is not signed, and whoever passes it on can have changed it. In doubt, repeat "
      "it: "
      "see below.");
  return claims;
}

std::vector<CheckStep> StepsOf(const CheckReport& report) {
  std::vector<CheckStep> steps = report.steps;
  if (std::optional<CheckStep> openssl = OpensslStep(report)) steps.push_back(*std::move(openssl));
  return steps;
}

}  // namespace chirograph
