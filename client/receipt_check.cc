// SPDX-License-Identifier: Apache-2.0
#include "client/receipt_check.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "client/internal/signature_check.h"
#include "crypto/limits.h"
#include "crypto/merkle.h"
#include "crypto/status_message.h"
#include "proto/canonical_form.h"
#include "proto/front_matter.h"
#include "proto/recorded_verdict.h"
#include "proto/stored_format.h"

namespace chirograph {
namespace {

std::string Mismatch(const Digest& expected, const Digest& found, std::string_view says) {
  return fmt::format("{} says sha256:{}, computed sha256:{}", says, ToHex(expected), ToHex(found));
}

// An article at hand, with its canonical form.
struct ArticleForms {
  const v1::Article* article = nullptr;
  std::string canonical_form;
};

class Checker {
 public:
  Checker(const v1::Receipt& receipt, const NoteVerifier& log, const ReceiptEvidence& evidence)
      : receipt_(receipt), log_(log), evidence_(evidence) {}

  ReceiptReport Run() {
    report_.index = receipt_.index();
    CheckCheckpoint();
    CheckLogEntry();
    CheckInclusion();
    CheckOpening();
    ReadContent();
    ReadSource();
    ChooseArticle();
    CheckArticle();
    CheckSecuredField();
    CheckSource();
    CheckContent();
    CheckPublisher();
    CheckUrl();
    SignedRecord known;
    known.index = receipt_.index();
    known.record = record();
    known.opening = opening();
    known.article = chosen_.article;
    known.canonical_form = chosen_.article == nullptr ? nullptr : &chosen_.canonical_form;
    report_.findings.push_back(internal::CheckRecordedVerdict(known));
    report_.findings.push_back(
        internal::CheckSignature(known, evidence_.keyring, evidence_.signature_time, &report_.signature));
    CheckIngestTime();
    TakeBackWhatHangsInTheAir();
    return std::move(report_);
  }

 private:
  void Add(CheckSubject subject, CheckOutcome outcome, std::string detail) {
    report_.findings.push_back({subject, outcome, CheckedBy::kHere, std::move(detail)});
  }
  void Verified(CheckSubject subject, std::string detail) {
    Add(subject, CheckOutcome::kVerified, std::move(detail));
  }
  void NotChecked(CheckSubject subject, std::string detail) {
    Add(subject, CheckOutcome::kNotChecked, std::move(detail));
  }
  void Failed(CheckSubject subject, std::string detail) {
    Add(subject, CheckOutcome::kFailed, std::move(detail));
  }
  const v1::ArticleRecord* record() const {
    return report_.log_entry.has_value() ? &report_.log_entry->article_record() : nullptr;
  }
  const v1::Opening* opening() const { return report_.opening.has_value() ? &*report_.opening : nullptr; }

  void CheckCheckpoint();
  void CheckLogEntry();
  void CheckInclusion();
  void CheckOpening();
  void ReadContent();
  void ReadSource();
  void ChooseArticle();
  void CheckArticle();
  void CheckSecuredField();
  void CheckSource();
  void CheckContent();
  void CheckPublisher();
  void CheckUrl();
  void CheckIngestTime();
  void TakeBackWhatHangsInTheAir();

  const v1::Receipt& receipt_;
  const NoteVerifier& log_;
  const ReceiptEvidence& evidence_;
  ReceiptReport report_;

  // Made from the evidence. A status that is not OK is why the thing cannot be read.
  std::optional<absl::StatusOr<v1::Content>> content_;
  std::optional<std::string_view> source_;
  std::optional<absl::StatusOr<v1::Article>> from_source_;
  std::string source_canonical_form_;
  ArticleForms chosen_;
  absl::Status article_status_;
};

void Checker::CheckCheckpoint() {
  absl::StatusOr<Checkpoint> checkpoint = OpenCheckpoint(receipt_.checkpoint(), log_);
  if (!checkpoint.ok()) {
    return Failed(CheckSubject::kCheckpoint, fmt::format("expected a checkpoint signed by {}: {}",
                                                         log_.vkey(), MessageOf(checkpoint.status())));
  }
  Verified(CheckSubject::kCheckpoint,
           fmt::format("signed by {}, tree size {}", log_.name(), checkpoint->tree_size));
  report_.checkpoint = std::move(*checkpoint);
}

void Checker::CheckLogEntry() {
  absl::StatusOr<v1::LogEntry> entry = ParseLogEntry(receipt_.log_entry());
  if (!entry.ok()) return Failed(CheckSubject::kLogEntry, MessageOf(entry.status()));
  if (!entry->has_article_record()) {
    return Failed(CheckSubject::kLogEntry, "expected an article's record, found a key event");
  }
  Verified(CheckSubject::kLogEntry,
           fmt::format("an article's record of {} bytes", receipt_.log_entry().size()));
  report_.log_entry = std::move(*entry);
}

void Checker::CheckInclusion() {
  std::vector<Digest> proof;
  for (const std::string& bytes : receipt_.inclusion_proof()) {
    const std::optional<Digest> hash = DigestFromBytes(bytes);
    if (!hash.has_value()) {
      return Failed(CheckSubject::kInclusion,
                    fmt::format("hash {} of the proof has {} bytes, not 32", proof.size(), bytes.size()));
    }
    if (proof.size() == limits::kMaxProofHashes) {
      return Failed(CheckSubject::kInclusion,
                    fmt::format("the proof has over {} hashes", limits::kMaxProofHashes));
    }
    proof.push_back(*hash);
  }
  if (!report_.checkpoint.has_value()) {
    return NotChecked(CheckSubject::kInclusion, "there is no signed root hash to check against");
  }
  const std::uint64_t size = report_.checkpoint->tree_size;
  const ProofVerdict verdict = VerifyInclusion(LeafHash(receipt_.log_entry()), receipt_.index(), size, proof,
                                               report_.checkpoint->root_hash);
  const std::string where = fmt::format("index {}, tree size {}", receipt_.index(), size);
  if (verdict == ProofVerdict::kVerified) return Verified(CheckSubject::kInclusion, where);
  Failed(CheckSubject::kInclusion, fmt::format("{}: {}", where, ProofVerdictText(verdict)));
}

void Checker::CheckOpening() {
  absl::StatusOr<v1::Opening> parsed = ParseOpening(receipt_.opening());
  if (!parsed.ok()) return Failed(CheckSubject::kOpening, MessageOf(parsed.status()));
  report_.article_digest = DigestFromBytes(parsed->article_digest());
  report_.opening = std::move(*parsed);
  if (record() == nullptr) {
    return NotChecked(CheckSubject::kOpening, "there is no record that it could belong to");
  }
  const Digest found = Sha256(receipt_.opening());
  const std::optional<Digest> expected = DigestFromBytes(record()->opening_digest());
  if (!expected.has_value() || *expected != found) {
    return Failed(CheckSubject::kOpening, Mismatch(expected.value_or(Digest{}), found, "the record"));
  }
  Verified(CheckSubject::kOpening, "hashes to the record's opening_digest");
}

void Checker::ReadContent() {
  if (!evidence_.content.has_value()) return;
  content_ = ParseContent(*evidence_.content);
}

void Checker::ReadSource() {
  source_ = evidence_.source_document;
  if (!source_.has_value() && content_.has_value() && content_->ok() && (*content_)->has_source_document()) {
    source_ = (*content_)->source_document();
  }
  if (!source_.has_value()) return;
  from_source_ = ParseDocument(*source_);
  if (!from_source_->ok()) return;
  const absl::Status written = WriteCanonicalForm(**from_source_, &source_canonical_form_);
  if (!written.ok()) from_source_ = written;
}

// The caller's own, else the content's, else the one that the source makes: CheckSource and CheckContent
// show that they are the same.
void Checker::ChooseArticle() {
  if (evidence_.article != nullptr) {
    chosen_.article = evidence_.article;
  } else if (content_.has_value() && content_->ok()) {
    chosen_.article = &(*content_)->article();
  } else if (from_source_.has_value() && from_source_->ok()) {
    chosen_.article = &**from_source_;
  } else {
    return;
  }
  article_status_ = WriteCanonicalForm(*chosen_.article, &chosen_.canonical_form);
  if (!article_status_.ok()) chosen_.article = nullptr;
}

void Checker::CheckArticle() {
  if (!article_status_.ok()) return Failed(CheckSubject::kArticle, MessageOf(article_status_));
  if (chosen_.article == nullptr) return NotChecked(CheckSubject::kArticle, "there is no article at hand");
  if (opening() == nullptr) {
    return NotChecked(CheckSubject::kArticle, "there is no opening that says which article it is");
  }
  const Digest found = Sha256(chosen_.canonical_form);
  if (*report_.article_digest != found) {
    return Failed(CheckSubject::kArticle, Mismatch(*report_.article_digest, found, "the opening"));
  }
  Verified(CheckSubject::kArticle, fmt::format("sha256:{}", ToHex(found)));
}

void Checker::CheckSecuredField() {
  if (chosen_.article == nullptr || opening() == nullptr) {
    return NotChecked(CheckSubject::kSecuredField, "there is no article, or no opening, to compare");
  }
  const std::string& secured = chosen_.article->secured();
  if (secured.empty() != !opening()->has_secured_digest()) {
    return Failed(CheckSubject::kSecuredField,
                  secured.empty() ? "the opening has the digest of a secured field, the article has no field"
                                  : "the article has a secured field, the opening has no digest of one");
  }
  if (secured.empty()) return Verified(CheckSubject::kSecuredField, "there is none");
  const Digest found = Sha256(secured);
  const std::optional<Digest> expected = DigestFromBytes(opening()->secured_digest());
  if (!expected.has_value() || *expected != found) {
    return Failed(CheckSubject::kSecuredField, Mismatch(expected.value_or(Digest{}), found, "the opening"));
  }
  Verified(CheckSubject::kSecuredField, fmt::format("sha256:{}", ToHex(found)));
}

void Checker::CheckSource() {
  if (opening() == nullptr) {
    return NotChecked(CheckSubject::kSource,
                      "there is no opening that says whether there is a source document");
  }
  if (!source_.has_value()) {
    return NotChecked(
        CheckSubject::kSource,
        !opening()->has_source_digest() ? "the article came as a message, without a source document"
        : evidence_.other_document      ? "the document that was given has other bytes than the archived one"
                                        : "the source document is not at hand");
  }
  if (!opening()->has_source_digest()) {
    return Failed(CheckSubject::kSource,
                  "the article came as a message, so this cannot be its source document");
  }
  const Digest found = Sha256(*source_);
  const std::optional<Digest> expected = DigestFromBytes(opening()->source_digest());
  if (!expected.has_value() || *expected != found) {
    return Failed(CheckSubject::kSource, Mismatch(expected.value_or(Digest{}), found, "the opening"));
  }
  if (!from_source_->ok()) return Failed(CheckSubject::kSource, MessageOf(from_source_->status()));
  if (chosen_.article == nullptr) {
    return NotChecked(CheckSubject::kSource, "there is no article to compare with the one that it makes");
  }
  if (source_canonical_form_ != chosen_.canonical_form) {
    return Failed(CheckSubject::kSource,
                  fmt::format("it makes the article sha256:{}, not sha256:{}",
                              ToHex(Sha256(source_canonical_form_)), ToHex(Sha256(chosen_.canonical_form))));
  }
  if ((*from_source_)->secured() != chosen_.article->secured()) {
    return Failed(CheckSubject::kSource, "it has another secured field than the article");
  }
  Verified(CheckSubject::kSource, fmt::format("sha256:{}", ToHex(found)));
}

void Checker::CheckContent() {
  if (!content_.has_value()) return NotChecked(CheckSubject::kContent, "the stored bytes are not at hand");
  if (opening() == nullptr) {
    return NotChecked(CheckSubject::kContent, "there is no opening that says what they hash to");
  }
  const Digest found = Sha256(*evidence_.content);
  const std::optional<Digest> expected = DigestFromBytes(opening()->content_digest());
  if (!expected.has_value() || *expected != found) {
    return Failed(CheckSubject::kContent, Mismatch(expected.value_or(Digest{}), found, "the opening"));
  }
  if (!content_->ok()) return Failed(CheckSubject::kContent, MessageOf(content_->status()));
  const v1::Content& content = **content_;
  if (content.has_source_document() != opening()->has_source_digest()) {
    return Failed(CheckSubject::kContent, content.has_source_document()
                                              ? "it holds a source document that the opening does not know of"
                                              : "it lacks the source document that the opening speaks of");
  }
  if (source_.has_value() && content.has_source_document() && content.source_document() != *source_) {
    return Failed(CheckSubject::kContent, "it holds another source document");
  }
  std::string canonical_form;
  const absl::Status written = WriteCanonicalForm(content.article(), &canonical_form);
  if (!written.ok()) return Failed(CheckSubject::kContent, MessageOf(written));
  if (chosen_.article == nullptr || canonical_form != chosen_.canonical_form ||
      content.article().secured() != chosen_.article->secured()) {
    return Failed(CheckSubject::kContent, "it holds another article");
  }
  Verified(CheckSubject::kContent, fmt::format("sha256:{}", ToHex(found)));
}

void Checker::CheckPublisher() {
  if (opening() == nullptr) return NotChecked(CheckSubject::kPublisher, "there is no opening that names one");
  const std::string& recorded = opening()->publisher_domain();
  if (!recorded.empty() && NormalizePublisherDomain(recorded) != recorded) {
    return Failed(CheckSubject::kPublisher,
                  fmt::format("the opening says '{}', which is no domain name in lower case", recorded));
  }
  if (chosen_.article == nullptr) return NotChecked(CheckSubject::kPublisher, "there is no article at hand");
  const std::string found = PublisherOf(*chosen_.article);
  if (recorded != found) {
    return Failed(CheckSubject::kPublisher,
                  fmt::format("the opening says '{}', the article '{}'", recorded, found));
  }
  Verified(CheckSubject::kPublisher, found.empty() ? "the article names none" : found);
}

void Checker::CheckUrl() {
  if (opening() == nullptr || chosen_.article == nullptr) {
    return NotChecked(CheckSubject::kUrl, "there is no article, or no opening, to compare");
  }
  const v1::Article& article = *chosen_.article;
  const std::string& found = article.has_web_url() ? article.web_url() : article.original_url();
  if (opening()->url() != found) {
    return Failed(CheckSubject::kUrl,
                  fmt::format("the opening says '{}', the article '{}'", opening()->url(), found));
  }
  Verified(CheckSubject::kUrl, found.empty() ? "the article names none" : found);
}

void Checker::CheckIngestTime() {
  std::string detail = "there is no record that can be read";
  if (record() != nullptr) {
    detail =
        absl::FormatTime("%Y-%m-%d%ET%H:%M:%SZ", FromTimestamp(record()->ingest_time()), absl::UTCTimeZone());
  }
  report_.findings.push_back(
      {CheckSubject::kIngestTime, CheckOutcome::kNotChecked, CheckedBy::kOperatorsClock, std::move(detail)});
}

// A link that holds counts for nothing while the one that it hangs on does not: the article that an Opening
// names is not shown to be archived by an Opening that is in no log.
void Checker::TakeBackWhatHangsInTheAir() {
  const auto take_back = [this](CheckSubject subject, CheckSubject upstream, std::string_view why) {
    Finding& finding = report_.findings[static_cast<std::size_t>(subject)];
    if (finding.outcome != CheckOutcome::kVerified) return;
    if (report_.Find(upstream).outcome == CheckOutcome::kVerified) return;
    finding.outcome = CheckOutcome::kNotChecked;
    finding.detail = fmt::format("it is what {} ({})", why, finding.detail);
  };
  take_back(CheckSubject::kOpening, CheckSubject::kInclusion,
            "the record says, but the record is not shown to be in the log");
  for (const CheckSubject subject :
       {CheckSubject::kArticle, CheckSubject::kSecuredField, CheckSubject::kSource, CheckSubject::kContent,
        CheckSubject::kPublisher, CheckSubject::kUrl}) {
    take_back(subject, CheckSubject::kOpening,
              "the opening says, but the opening is not shown to be in the log");
  }
}

}  // namespace

ReceiptReport CheckReceipt(const v1::Receipt& receipt, const NoteVerifier& log,
                           const ReceiptEvidence& evidence) {
  return Checker(receipt, log, evidence).Run();
}

}  // namespace chirograph
