// SPDX-License-Identifier: Apache-2.0
#include "client/cli/proof_verification.h"

#include <memory>
#include <utility>

#include "client/cli/connection.h"
#include "client/cli/keyring_option.h"
#include "client/client_state.h"
#include "client/receipt_check.h"
#include "client/receipt_file.h"
#include "crypto/file.h"
#include "crypto/limits.h"
#include "crypto/note.h"
#include "crypto/sha256.h"
#include "fmt/format.h"
#include "proto/front_matter.h"
#include "proto/stored_format.h"

namespace chirograph {
namespace {

// The first line of a checkpoint: which log's it claims to be.
std::string OriginOf(const std::string& note) { return note.substr(0, note.find('\n')); }

struct TrustedLog {
  NoteVerifier key;
  std::optional<ClientState> state;  // none where the key is --log-key and there is no state folder
};

absl::StatusOr<std::optional<NoteVerifier>> PinnedLogKey(const GlobalOptions& options) {
  if (options.log_key.empty()) return std::nullopt;
  absl::StatusOr<NoteVerifier> key = NoteVerifier::Parse(options.log_key);
  if (!key.ok()) {
    return absl::InvalidArgumentError(fmt::format(
        "--log-key (or CHIROGRAPH_LOG_KEY) is not a verifier key: {}", std::string(key.status().message())));
  }
  return *std::move(key);
}

ProofNotRead NotRead(const std::string& path, const absl::Status& status,
                     ExitCode code = ExitCode::kCouldNot) {
  return {path, InputErrorOf(status), code};
}

using TrustedLogResult = std::variant<TrustedLog, ProofNotRead, Failure>;

// `pinned` is --log-key. What is wrong with the state is told from a key that nobody has decided to trust.
TrustedLogResult FindTrustedLog(const std::string& proof_path, const std::string& origin,
                                std::optional<NoteVerifier> pinned, const GlobalOptions& options) {
  if (!IsNoteKeyName(origin)) {
    return NotRead(proof_path, absl::InvalidArgumentError(fmt::format(
                                   "its checkpoint is of the log '{}', which no log can be called", origin)));
  }
  std::optional<ClientState> state;
  const absl::StatusOr<std::string> state_dir = StateDirOption(options);
  if (state_dir.ok()) {
    absl::StatusOr<ClientState> opened = ClientState::Open(*state_dir, origin);
    if (!opened.ok()) return CouldNot(opened.status());
    state = *std::move(opened);
  }
  if (pinned) return TrustedLog{*std::move(pinned), std::move(state)};
  if (!state) return NotRead("", state_dir.status(), ExitCode::kUsage);
  absl::StatusOr<std::optional<NoteVerifier>> key = state->ReadLogKey();
  if (!key.ok()) return CouldNot(key.status());
  if (!key->has_value()) {
    return NotRead(proof_path,
                   absl::FailedPreconditionError(fmt::format(
                       "it is a proof by the log {}, whose key is not trusted here: give --log-key VKEY, or "
                       "once and for all "
                       "chirograph log trust VKEY, with the key that its operator publishes",
                       origin)),
                   ExitCode::kUsage);
  }
  return TrustedLog{**std::move(key), std::move(state)};
}

// Two roots for one size: that and the proof's checkpoint, both signed, contradict each other.
std::optional<Failure> ContradictsTrusted(const ReceiptReport& report, const std::string& note,
                                          TrustedLog& log, absl::Time now) {
  // Whatever else is wrong with the proof: what the log signed it has signed.
  if (!report.checkpoint.has_value() || !log.state) return std::nullopt;
  const auto key = log.state->ReadLogKey();
  if (!key.ok()) return CouldNot(key.status());
  if (!key->has_value() || (*key)->vkey() != log.key.vkey()) return std::nullopt;
  const auto trusted = log.state->ReadCheckpoint();
  if (!trusted.ok()) return CouldNot(trusted.status());
  if (!trusted->has_value() || (*trusted)->checkpoint.tree_size != report.checkpoint->tree_size ||
      (*trusted)->checkpoint.root_hash == report.checkpoint->root_hash) {
    return std::nullopt;
  }
  Alarm alarm;
  alarm.kind = AlarmKind::kTwoRoots;
  alarm.message = fmt::format("it signed two root hashes for tree size {}", report.checkpoint->tree_size);
  alarm.trusted_note = (*trusted)->note;
  alarm.received_note = note;
  alarm.exchange = "no server was asked: the received note is that of a .tlog-proof file";
  absl::StatusOr<std::string> evidence = log.state->WriteEvidence(alarm, now);
  if (evidence.ok()) {
    alarm.evidence_dir = *std::move(evidence);
  } else {
    alarm.evidence_status = evidence.status();
  }
  return Alarmed(std::move(alarm));
}

// Reads the document at `path` into `verification`. Its bytes are held against the receipt only where they
// are the archived ones: another comment does not make it another article.
absl::Status ReadArticle(const std::string& path, const v1::Receipt& receipt, Host& host,
                         ProofVerification& verification) {
  absl::StatusOr<std::string> document = ReadInputDocument(path, host);
  if (!document.ok()) return document.status();
  absl::StatusOr<v1::Article> article = ParseDocument(*document);
  if (!article.ok()) return article.status();
  verification.article = *std::move(article);
  const absl::StatusOr<v1::Opening> opening = ParseOpening(receipt.opening());
  if (!opening.ok() || !opening->has_source_digest()) return absl::OkStatus();
  verification.other_bytes = opening->source_digest() != AsBytes(Sha256(*document));
  if (!verification.other_bytes) verification.source_document = *std::move(document);
  return absl::OkStatus();
}

}  // namespace

bool ProofVerification::holds() const {
  if (!report.ok()) return false;
  if (!report.signature) return true;
  switch (report.signature->verdict) {
    case Verdict::kValid:
    case Verdict::kUnknownKey:
      return true;
    case Verdict::kUnsigned:
      return !has_publishers_keys;
    case Verdict::kMalformed:
    case Verdict::kKeyRevoked:
    case Verdict::kKeyOutOfPeriod:
    case Verdict::kInvalid:
      return false;
  }
  return false;
}

ProofVerificationResult VerifyProofFile(const std::string& proof_path, const std::string& article_path,
                                        CommandContext& context) {
  absl::StatusOr<std::optional<NoteVerifier>> pinned = PinnedLogKey(context.options);
  if (!pinned.ok()) return NotRead("", pinned.status(), ExitCode::kUsage);
  const absl::StatusOr<std::string> file = ReadFile(proof_path, limits::kMaxTlogProofBytes);
  if (!file.ok()) return NotRead(proof_path, file.status());
  const absl::StatusOr<v1::Receipt> receipt = ParseReceiptFile(*file);
  if (!receipt.ok()) return NotRead(proof_path, receipt.status());
  const auto keyring = LoadKeyringOption(context.options);
  if (!keyring.ok()) return NotRead(context.options.keyring, keyring.status(), ExitCode::kUsage);

  TrustedLogResult found =
      FindTrustedLog(proof_path, OriginOf(receipt->checkpoint()), *std::move(pinned), context.options);
  if (auto* not_read = std::get_if<ProofNotRead>(&found)) return std::move(*not_read);
  if (auto* failure = std::get_if<Failure>(&found)) return std::move(*failure);
  auto& log = std::get<TrustedLog>(found);

  ProofVerification verification;
  verification.has_keyring = *keyring != nullptr;
  if (!article_path.empty()) {
    const absl::Status status = ReadArticle(article_path, *receipt, context.host, verification);
    if (!status.ok()) return NotRead(article_path, status);
  }
  ReceiptEvidence evidence;
  evidence.keyring = keyring->get();
  if (verification.article) evidence.article = &*verification.article;
  if (verification.source_document) evidence.source_document = *verification.source_document;
  evidence.other_document = verification.other_bytes;
  verification.report = CheckReceipt(*receipt, log.key, evidence);
  if (*keyring != nullptr && verification.report.opening) {
    verification.has_publishers_keys =
        !(*keyring)->KeysFor(verification.report.opening->publisher_domain()).empty();
  }
  auto contradiction =
      ContradictsTrusted(verification.report, receipt->checkpoint(), log, context.host.Now());
  if (contradiction) return *std::move(contradiction);
  return verification;
}

}  // namespace chirograph
