// SPDX-License-Identifier: Apache-2.0
#include "client/internal/case_facts.h"

#include <fmt/format.h>

#include <cstdint>
#include <string_view>
#include <utility>

#include "client/receipt_check.h"
#include "crypto/encoding.h"
#include "crypto/keyring.h"
#include "crypto/merkle.h"
#include "crypto/secured_field.h"
#include "crypto/status_message.h"
#include "proto/canonical_form.h"
#include "proto/enum_conversion.h"
#include "proto/front_matter.h"
#include "proto/key_history.h"
#include "proto/stored_format.h"

namespace chirograph::internal {
namespace {

// Where in a note that OpenCheckpoint has taken the log's signature stands.
void FindSignature(std::string_view note, const NoteVerifier& log, CaseFacts* facts) {
  const std::string name = fmt::format("\xe2\x80\x94 {} ", log.name());
  bool in_text = true;
  for (std::size_t line = 1; !note.empty(); ++line) {
    const std::size_t end = note.find('\n');
    const std::string_view text = note.substr(0, end);
    note.remove_prefix(end == std::string_view::npos ? note.size() : end + 1);
    if (in_text && text.empty()) {
      in_text = false;
      facts->signed_lines = line - 1;
    }
    if (in_text || !text.starts_with(name)) continue;
    const std::optional<std::string> bytes = Base64Decode(text.substr(name.size()));
    if (bytes.has_value() && HexEncode(bytes->substr(0, 4)) == fmt::format("{:08x}", log.key_id())) {
      facts->signature_line = line;
      return;
    }
  }
}

// The receipt with the content that belongs to it.
std::optional<Failure> CheckArticle(const EvidenceCaseInput& input, CaseFacts* facts) {
  if (input.article == nullptr || input.log == nullptr || !input.article->content.has_value()) {
    return CouldNot(absl::InvalidArgumentError("a case takes an article with its stored content"));
  }
  facts->receipt = input.article->receipt;
  facts->content = *input.article->content;
  ReceiptEvidence evidence;
  evidence.content = facts->content;
  ReceiptReport report = CheckReceipt(facts->receipt, *input.log, evidence);
  if (!report.ok()) {
    Failure failure = DoesNotCheck(
        fmt::format("index {} does not check: {}", facts->receipt.index(), MessageOf(report.ToStatus())));
    failure.findings = std::move(report.findings);
    return failure;
  }
  facts->verifier_key = input.log->vkey();
  facts->log_key_pem = input.log->public_key().ToPem();
  facts->checkpoint = *std::move(report.checkpoint);
  facts->record = report.log_entry->article_record();
  facts->opening = *std::move(report.opening);
  FindSignature(facts->receipt.checkpoint(), *input.log, facts);
  return std::nullopt;
}

// What is made of the content, which was checked.
std::optional<Failure> ReadContent(CaseFacts* facts) {
  absl::StatusOr<v1::Content> content = ParseContent(facts->content);
  if (!content.ok()) return DoesNotCheck(MessageOf(content.status()));
  const v1::Article& article = content->article();
  const absl::Status written = WriteCanonicalForm(article, &facts->canonical_form);
  if (!written.ok()) return DoesNotCheck(MessageOf(written));
  facts->signing_input = SigningInput(facts->canonical_form);
  facts->title = article.title();
  facts->secured = article.secured();
  if (content->has_source_document()) {
    facts->source_document = std::move(*content->mutable_source_document());
  }
  return std::nullopt;
}

std::optional<Failure> CheckMadeDocument(const std::string& document, const CaseFacts& facts) {
  const absl::StatusOr<v1::Article> article = ParseDocument(document);
  std::string canonical_form;
  if (article.ok() && WriteCanonicalForm(*article, &canonical_form).ok() &&
      canonical_form == facts.canonical_form && article->secured() == facts.secured) {
    return std::nullopt;
  }
  return CouldNot(absl::InvalidArgumentError("the document that was made reads as another article"));
}

// The steps of a proof, or nothing where it does not hold.
std::optional<std::vector<PathStep>> CheckPath(const Digest& leaf_hash, std::uint64_t index,
                                               const std::vector<Digest>& proof,
                                               const Checkpoint& checkpoint) {
  if (VerifyInclusion(leaf_hash, index, checkpoint.tree_size, proof, checkpoint.root_hash) !=
      ProofVerdict::kVerified) {
    return std::nullopt;
  }
  return WalkInclusion(leaf_hash, index, checkpoint.tree_size, proof);
}

std::optional<Failure> CheckRecordsPath(CaseFacts* facts) {
  std::vector<Digest> proof;
  for (const std::string& bytes : facts->receipt.inclusion_proof()) {
    proof.push_back(DigestFromBytes(bytes).value_or(Digest{}));
  }
  facts->leaf_hash = LeafHash(facts->receipt.log_entry());
  std::optional<std::vector<PathStep>> path =
      CheckPath(facts->leaf_hash, facts->receipt.index(), proof, facts->checkpoint);
  if (!path.has_value()) return DoesNotCheck("the record is not shown to be in the log");
  facts->path = *std::move(path);
  return std::nullopt;
}

// The key of an entry of the log, and that it is the one that made the signature what the record says.
std::optional<Failure> CheckKey(const ProvenEntry& entry, CaseFacts* facts) {
  CaseKey key{.entry = entry, .leaf_hash = LeafHash(entry.log_entry)};
  std::optional<std::vector<PathStep>> path =
      CheckPath(key.leaf_hash, entry.index, entry.inclusion_proof, facts->checkpoint);
  const std::string where = fmt::format("the key event at index {}", entry.index);
  if (!path.has_value()) return DoesNotCheck(where + " is not shown to be in the log");
  key.path = *std::move(path);
  const absl::StatusOr<v1::LogEntry> read = ParseLogEntry(entry.log_entry);
  if (!read.ok()) return DoesNotCheck(fmt::format("{}: {}", where, MessageOf(read.status())));
  if (!read->has_key_event()) return DoesNotCheck(where + " is no key event, but an article's record");
  key.event = read->key_event();
  if (key.event.publisher_domain() != facts->opening.publisher_domain()) {
    return DoesNotCheck(fmt::format("{} is of a key of {}, the article of {}", where,
                                    key.event.publisher_domain(), facts->opening.publisher_domain()));
  }
  KeyHistory history;
  const absl::Status usable = history.Add(entry.index, key.event);
  if (!usable.ok()) return DoesNotCheck(fmt::format("{}: {}", where, MessageOf(usable)));
  const PublisherKey& publisher_key = history.Find(entry.index)->key;
  if (publisher_key.public_key == nullptr) return DoesNotCheck(where + " withdraws the key");
  if (!publisher_key.public_key->Verify(facts->signing_input, facts->opening.opened_signature())) {
    return DoesNotCheck(where + " names a key that does not verify the opened signature");
  }
  const KeyStanding standing = KeyStandingAt(publisher_key, FromTimestamp(facts->record.ingest_time()));
  if (FromProto(facts->record.verdict_at_ingest()) != standing.verdict ||
      FromProto(facts->record.reason_at_ingest()) != standing.reason) {
    return DoesNotCheck(fmt::format("by {} the signature is {} at the time of ingest, but the record says {}",
                                    where, VerdictName(standing.verdict),
                                    v1::Verdict_Name(facts->record.verdict_at_ingest())));
  }
  key.public_key = publisher_key.public_key;
  facts->key = std::move(key);
  return std::nullopt;
}

}  // namespace

Answer<CaseFacts> CheckCase(const EvidenceCaseInput& input) {
  CaseFacts facts;
  if (std::optional<Failure> failure = CheckArticle(input, &facts)) return *std::move(failure);
  if (std::optional<Failure> failure = ReadContent(&facts)) return *std::move(failure);
  if (std::optional<Failure> failure = CheckRecordsPath(&facts)) return *std::move(failure);
  if (!facts.source_document.has_value() && input.made_document.has_value()) {
    if (std::optional<Failure> failure = CheckMadeDocument(*input.made_document, facts)) {
      return *std::move(failure);
    }
    facts.made_document = input.made_document;
  }
  if (!facts.record.has_key_event_index()) return facts;
  if (!input.key_event.has_value() || input.key_event->index != facts.record.key_event_index()) {
    return CouldNot(absl::InvalidArgumentError(
        fmt::format("a case takes the key event at index {}", facts.record.key_event_index())));
  }
  if (std::optional<Failure> failure = CheckKey(*input.key_event, &facts)) return *std::move(failure);
  return facts;
}

}  // namespace chirograph::internal
