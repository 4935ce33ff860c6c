// SPDX-License-Identifier: Apache-2.0
#include "proto/article_check.h"

#include <fmt/format.h>

#include <utility>
#include <variant>

#include "crypto/envelope.h"
#include "crypto/secured_field.h"
#include "crypto/sha256.h"
#include "crypto/status_message.h"
#include "proto/canonical_form.h"
#include "proto/enum_conversion.h"
#include "proto/finding.h"
#include "proto/front_matter.h"
#include "proto/recorded_verdict.h"
#include "proto/stored_format.h"

namespace chirograph {
namespace {

std::string Hash(const Digest& digest) { return "sha256:" + ToHex(digest); }

// As a stored message has it, of whatever length.
std::string Hash(const std::string& bytes) {
  const std::optional<Digest> digest = DigestFromBytes(bytes);
  return digest ? Hash(*digest) : fmt::format("a digest of {} bytes", bytes.size());
}

// What the secured field of `article` opens to with `key`; nothing where it does not.
std::optional<std::string> OpenSecured(const std::string& secured, const PublisherKey& key) {
  const std::variant<ParsedSecuredField, VerdictReason> parsed = ParseSecuredField(secured);
  const auto* const field = std::get_if<ParsedSecuredField>(&parsed);
  if (field == nullptr) return std::nullopt;
  if (const auto* const bare = std::get_if<std::string>(field)) {
    if (key.envelope == EnvelopeKind::kNone) return *bare;
    return std::nullopt;
  }
  if (key.envelope == EnvelopeKind::kNone || key.envelope_key_missing) return std::nullopt;
  const auto& sealed = std::get<SealedSignature>(*field);
  const absl::StatusOr<OpenedSignature> opened =
      OpenEnvelope(key.envelope, key.envelope_key, sealed, key.public_key->min_signature_bytes(),
                   key.public_key->max_signature_bytes());
  if (!opened.ok() || !opened->well_formed) return std::nullopt;
  return opened->signature;
}

class Checker {
 public:
  explicit Checker(const LoggedArticle& logged) : logged_(logged), record_(*logged.record) {}

  ArticleCheck Run() {
    if (ReadOpening() && ReadContent() && WriteForm()) {
      CheckDigests();
      CheckNames();
      CheckSource();
    }
    CheckVerdict();
    if (record_.has_key_event_index()) CheckKey();
    if (canonical_form_) CheckWithoutKey();
    if (canonical_form_ && logged_.keyring != nullptr) JudgeNow();
    check_.opening = std::move(opening_);
    check_.content = std::move(content_);
    return std::move(check_);
  }

 private:
  void Add(v1::FindingCode code, std::string_view expected, std::string_view found) {
    check_.findings.push_back(MakeFinding(code, logged_.index, expected, found));
  }
  bool IsOn(CheckPart part) const { return !logged_.left_out.has(part); }

  // Each of these three is false where the next has nothing to go on.
  bool ReadOpening();
  bool ReadContent();
  bool WriteForm();
  void CheckDigests();
  void CheckNames();
  void CheckSource();
  void CheckVerdict();
  // The signature that is said to be verified, by the KeyEvent that is said to have its key.
  void CheckKey();
  void CheckStanding(const PublisherKey& key);
  // That no signature verifies, where that can be seen without a secret.
  void CheckWithoutKey();
  void JudgeNow();
  // The key of the keyring that is the one of the KeyEvent.
  const PublisherKey* SameKeyNow(const PublicKey& logged) const;

  const LoggedArticle& logged_;
  const v1::ArticleRecord& record_;
  ArticleCheck check_;
  std::optional<v1::Opening> opening_;  // that the record names
  std::optional<v1::Content> content_;  // that the opening names
  std::optional<std::string> canonical_form_;
};

bool Checker::ReadOpening() {
  const bool is_on = IsOn(CheckPart::kOpening);
  if (!logged_.opening) {
    if (is_on) Add(v1::FINDING_CODE_OPENING_MISSING, Hash(record_.opening_digest()), "");
    return false;
  }
  if (const Digest found = Sha256(*logged_.opening); is_on && AsBytes(found) != record_.opening_digest()) {
    Add(v1::FINDING_CODE_OPENING_MISMATCH, Hash(record_.opening_digest()), Hash(found));
    return false;
  }
  absl::StatusOr<v1::Opening> opening = ParseOpening(*logged_.opening);
  if (!opening.ok()) {
    if (is_on) Add(v1::FINDING_CODE_OPENING_MALFORMED, "", MessageOf(opening.status()));
    return false;
  }
  opening_ = *std::move(opening);
  check_.publisher_domain = opening_->publisher_domain();
  check_.url = opening_->url();
  return true;
}

bool Checker::ReadContent() {
  const bool is_on = IsOn(CheckPart::kContent);
  if (!logged_.content) {
    if (is_on) Add(v1::FINDING_CODE_CONTENT_MISSING, Hash(opening_->content_digest()), "");
    return false;
  }
  if (const Digest found = Sha256(*logged_.content); is_on && AsBytes(found) != opening_->content_digest()) {
    Add(v1::FINDING_CODE_CONTENT_MISMATCH, Hash(opening_->content_digest()), Hash(found));
    return false;
  }
  absl::StatusOr<v1::Content> content = ParseContent(*logged_.content);
  if (!content.ok()) {
    if (is_on) Add(v1::FINDING_CODE_CONTENT_MALFORMED, "", MessageOf(content.status()));
    return false;
  }
  content_ = *std::move(content);
  return true;
}

bool Checker::WriteForm() {
  absl::StatusOr<std::string> form = CanonicalForm(content_->article());
  if (!form.ok()) {
    if (IsOn(CheckPart::kArticle)) Add(v1::FINDING_CODE_ARTICLE_NOT_CANONICAL, "", MessageOf(form.status()));
    return false;
  }
  canonical_form_ = *std::move(form);
  return true;
}

void Checker::CheckDigests() {
  const Digest digest = Sha256(*canonical_form_);
  if (IsOn(CheckPart::kArticle) && AsBytes(digest) != opening_->article_digest()) {
    Add(v1::FINDING_CODE_ARTICLE_MISMATCH, Hash(opening_->article_digest()), Hash(digest));
  }
  if (!IsOn(CheckPart::kSecured)) return;
  const std::string& secured = content_->article().secured();
  const std::string expected =
      opening_->has_secured_digest() ? Hash(opening_->secured_digest()) : "no secured field";
  const std::string found = secured.empty() ? "no secured field" : Hash(Sha256(secured));
  if (expected != found) Add(v1::FINDING_CODE_SECURED_MISMATCH, expected, found);
}

void Checker::CheckNames() {
  if (!IsOn(CheckPart::kNames)) return;
  const v1::Article& article = content_->article();
  if (const std::string publisher = PublisherOf(article); publisher != opening_->publisher_domain()) {
    Add(v1::FINDING_CODE_PUBLISHER_MISMATCH, fmt::format("'{}'", publisher),
        fmt::format("'{}'", opening_->publisher_domain()));
  }
  const std::string& url = article.has_web_url() ? article.web_url() : article.original_url();
  if (url != opening_->url()) {
    Add(v1::FINDING_CODE_URL_MISMATCH, fmt::format("'{}'", url), fmt::format("'{}'", opening_->url()));
  }
}

void Checker::CheckSource() {
  if (!IsOn(CheckPart::kSource)) return;
  const bool has_source = content_->has_source_document();
  const std::string expected =
      opening_->has_source_digest() ? Hash(opening_->source_digest()) : "no source document";
  const std::string found = has_source ? Hash(Sha256(content_->source_document())) : "no source document";
  if (expected != found) Add(v1::FINDING_CODE_SOURCE_MISMATCH, expected, found);
  if (!has_source) return;
  const absl::StatusOr<v1::Article> article = ParseDocument(content_->source_document());
  if (!article.ok()) return Add(v1::FINDING_CODE_SOURCE_DIFFERS, "", MessageOf(article.status()));
  const absl::StatusOr<std::string> form = CanonicalForm(*article);
  if (!form.ok()) return Add(v1::FINDING_CODE_SOURCE_DIFFERS, "", MessageOf(form.status()));
  if (*form != *canonical_form_) {
    Add(v1::FINDING_CODE_SOURCE_DIFFERS, Hash(Sha256(*canonical_form_)), Hash(Sha256(*form)));
  } else if (article->secured() != content_->article().secured()) {
    Add(v1::FINDING_CODE_SOURCE_DIFFERS, "the article's secured field", "another");
  }
}

void Checker::CheckVerdict() {
  if (!IsOn(CheckPart::kVerdict)) return;
  SignedRecord known{.index = logged_.index, .record = &record_};
  if (opening_) known.opening = &*opening_;
  if (canonical_form_) {
    known.article = &content_->article();
    known.canonical_form = &*canonical_form_;
  }
  if (const std::optional<std::string> contradiction = FindVerdictContradiction(known)) {
    Add(v1::FINDING_CODE_VERDICT_CONTRADICTED, "", *contradiction);
  }
}

void Checker::CheckKey() {
  check_.signature = SignatureStanding::kNotVerified;
  const std::uint64_t at = record_.key_event_index();
  const LoggedKeyEvent* const logged = at < logged_.index ? logged_.keys->Find(at) : nullptr;
  const bool is_on = IsOn(CheckPart::kKeyEvents);
  if (logged == nullptr) {
    if (is_on)
      Add(v1::FINDING_CODE_KEY_EVENT_MISSING, fmt::format("a KeyEvent at index {}", at), "none there");
    return;
  }
  const v1::KeyEvent& event = logged->event;
  if (is_on && !logged_.keys->IsInForce(at, logged_.index)) {
    Add(v1::FINDING_CODE_KEY_EVENT_NOT_IN_FORCE, fmt::format("the last word on key {}", event.key_id()),
        fmt::format("the KeyEvent at index {}, which is not", at));
  }
  if (is_on && opening_ && event.publisher_domain() != opening_->publisher_domain()) {
    Add(v1::FINDING_CODE_KEY_EVENT_NOT_IN_FORCE, fmt::format("a key of '{}'", opening_->publisher_domain()),
        fmt::format("one of '{}'", event.publisher_domain()));
  }
  if (logged->key.public_key == nullptr) return;  // the KeyEvent has its own finding, or was withdrawn
  CheckStanding(logged->key);
  if (!canonical_form_ || !opening_->has_opened_signature() || !IsOn(CheckPart::kSignature)) return;
  if (!logged->key.public_key->Verify(SigningInput(*canonical_form_), opening_->opened_signature())) {
    return Add(v1::FINDING_CODE_SIGNATURE_INVALID,
               fmt::format("a signature by key {} of {}", event.key_id(), event.publisher_domain()), "none");
  }
  check_.signature = SignatureStanding::kVerified;
  const PublisherKey* const key_now = SameKeyNow(*logged->key.public_key);
  check_.key_in_keyring = key_now != nullptr;
  if (key_now == nullptr && logged_.keyring_decides && logged_.keyring != nullptr &&
      !logged_.keyring->KeysFor(check_.publisher_domain).empty()) {
    Add(v1::FINDING_CODE_KEY_NOT_TRUSTED, fmt::format("a key of {} in the keyring", check_.publisher_domain),
        fmt::format("key {} of the KeyEvent at index {}", event.key_id(), at));
  }
  // Of a bare signature FindVerdictContradiction has seen that it is this one.
  if (IsOn(CheckPart::kEnvelope) && key_now != nullptr && !key_now->envelope_key_missing &&
      OpenSecured(content_->article().secured(), *key_now) != opening_->opened_signature()) {
    Add(v1::FINDING_CODE_SIGNATURE_DIFFERS, "a secured field that opens to the recorded signature",
        "one that does not");
  }
}

void Checker::CheckStanding(const PublisherKey& key) {
  if (!IsOn(CheckPart::kVerdict)) return;
  const KeyStanding standing = KeyStandingAt(key, FromTimestamp(record_.ingest_time()));
  const std::optional<Verdict> recorded = FromProto(record_.verdict_at_ingest());
  if (recorded && IsByAKey(*recorded) && *recorded != standing.verdict) {
    Add(v1::FINDING_CODE_VERDICT_CONTRADICTED,
        fmt::format("{} by key {} at that time", VerdictName(standing.verdict), key.id),
        VerdictName(*recorded));
  }
}

void Checker::CheckWithoutKey() {
  if (!IsOn(CheckPart::kVerdict)) return;
  const std::optional<Verdict> recorded = FromProto(record_.verdict_at_ingest());
  if (!recorded || IsByAKey(*recorded) || *recorded == Verdict::kUnsigned) return;
  const auto keys = logged_.keys->InForce(check_.publisher_domain, logged_.index);
  if (*recorded == Verdict::kUnknownKey && !check_.publisher_domain.empty() && !keys.empty()) {
    return Add(v1::FINDING_CODE_VERDICT_CONTRADICTED,
               fmt::format("a verdict by the key of {} in the log at index {}", check_.publisher_domain,
                           keys.front().first),
               "UNKNOWN_KEY");
  }
  if (*recorded != Verdict::kInvalid) return;
  for (const auto& [at, logged] : keys) {
    if (logged->key.public_key == nullptr) continue;
    const std::optional<std::string> bare = OpenSecured(content_->article().secured(), logged->key);
    if (!bare || !logged->key.public_key->Verify(SigningInput(*canonical_form_), *bare)) continue;
    return Add(v1::FINDING_CODE_VERDICT_CONTRADICTED,
               fmt::format("a signature that verifies with the key at index {}", at), "INVALID");
  }
}

const PublisherKey* Checker::SameKeyNow(const PublicKey& logged) const {
  if (logged_.keyring == nullptr) return nullptr;
  for (const PublisherKey& key : logged_.keyring->KeysFor(check_.publisher_domain)) {
    if (key.public_key->spki() == logged.spki()) return &key;
  }
  return nullptr;
}

void Checker::JudgeNow() {
  if (check_.signature == SignatureStanding::kVerified) {
    // The signature is good; what it is worth now depends on the key alone. It is not verified a second time.
    const LoggedKeyEvent& logged = *logged_.keys->Find(record_.key_event_index());
    if (const PublisherKey* const key = SameKeyNow(*logged.key.public_key)) {
      const KeyStanding standing = KeyStandingAt(*key, logged_.now);
      check_.verdict_now = standing.verdict;
      check_.reason_now = standing.reason;
      return;
    }
  }
  const v1::Article& article = content_->article();
  SecuredDocument document{.canonical_form = *canonical_form_};
  if (article.has_secured()) document.secured = article.secured();
  if (article.provider().has_domain()) document.provider_domain = article.provider().domain();
  const SecuredVerification now = VerifySecured(document, *logged_.keyring, logged_.now);
  check_.verdict_now = now.verdict;
  check_.reason_now = now.reason;
}

}  // namespace

ArticleCheck CheckArticle(const LoggedArticle& article) { return Checker(article).Run(); }

}  // namespace chirograph
