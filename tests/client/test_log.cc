// SPDX-License-Identifier: Apache-2.0
#include "tests/client/test_log.h"

#include <fmt/format.h>

#include <cstdlib>
#include <iostream>
#include <utility>

#include "crypto/checkpoint.h"
#include "crypto/merkle.h"
#include "crypto/random.h"
#include "crypto/secured_field.h"
#include "proto/canonical_form.h"
#include "proto/enum_conversion.h"
#include "proto/front_matter.h"
#include "proto/stored_format.h"

namespace chirograph {
namespace {

// The test's own mistakes end it.
template <typename T>
T Must(absl::StatusOr<T> value) {
  if (!value.ok()) {
    std::cerr << "in a test's set-up: " << value.status() << "\n";
    std::abort();
  }
  return *std::move(value);
}

}  // namespace

absl::Time TestTime() { return absl::FromUnixSeconds(1'795'420'800); }

TestPublisher::TestPublisher(std::string domain, EnvelopeKind envelope, KeyAlgorithm algorithm)
    : domain_(std::move(domain)), private_key_(Must(PrivateKey::Generate(algorithm))) {
  key_.id = "k1";
  key_.public_key = Must(PublicKey::FromSpki(Must(private_key_->PublicSpki()), algorithm));
  key_.envelope = envelope;
  key_.envelope_key = Must(RandomBytes(EnvelopeKeyBytes(envelope)));
}

Keyring TestPublisher::MakeKeyring(const std::function<void(PublisherKey&)>& change) const {
  PublisherKey key = key_;
  if (change) change(key);
  Keyring::Publishers publishers;
  publishers[domain_].push_back(std::move(key));
  return Must(Keyring::Create(std::move(publishers)));
}

std::string TestPublisher::Sign(const v1::Article& article) const {
  return Must(
      MakeSecuredField(Must(CanonicalForm(article)), *private_key_, key_.envelope, key_.envelope_key));
}

std::string MakeDocument(std::string_view title, std::string_view domain,
                         const std::optional<std::string>& secured) {
  std::string document = fmt::format("---\ntitle: \"{}\"\n", title);
  if (!domain.empty())
    document += fmt::format("webUrl: \"https://{}/1\"\nprovider:\n  domain: {}\n", domain, domain);
  if (secured.has_value()) document += fmt::format("secured: \"{}\"\n", *secured);
  return document + fmt::format("---\nThe text of {}.\n", title);
}

std::string MakeSignedDocument(std::string_view title, const TestPublisher& publisher) {
  const v1::Article article = Must(ParseDocument(MakeDocument(title, publisher.domain())));
  return MakeDocument(title, publisher.domain(), publisher.Sign(article));
}

TestLog::TestLog(std::string_view origin)
    : signer_(std::make_shared<const NoteSigner>(Must(NoteSigner::Generate(origin)))) {}

std::uint64_t TestLog::AddKeyEvent(std::string_view domain, const PublisherKey& key) {
  v1::LogEntry entry;
  entry.set_version(kLogEntryVersion);
  v1::KeyEvent& event = *entry.mutable_key_event();
  event.set_publisher_domain(std::string(domain));
  event.set_key_id(key.id);
  event.set_algorithm(ToProto(key.public_key->algorithm()));
  event.set_envelope(ToProto(key.envelope));
  event.set_public_key(key.public_key->spki());
  if (key.not_before) *event.mutable_not_before() = ToTimestamp(*key.not_before);
  if (key.not_after) *event.mutable_not_after() = ToTimestamp(*key.not_after);
  if (key.revoked_at) *event.mutable_revoked_at() = ToTimestamp(*key.revoked_at);
  *event.mutable_event_time() = ToTimestamp(TestTime());
  return AddEntry({Must(SerializeLogEntry(entry)), "", ""});
}

std::uint64_t TestLog::AddDocument(const std::string& document, const Keyring& keyring,
                                   const Change& change) {
  return Add(Must(ParseDocument(document)), document, keyring, change);
}

std::uint64_t TestLog::AddArticle(const v1::Article& article, const Keyring& keyring, const Change& change) {
  return Add(article, std::nullopt, keyring, change);
}

std::uint64_t TestLog::Add(const v1::Article& article, const std::optional<std::string>& document,
                           const Keyring& keyring, const Change& change) {
  const std::string canonical_form = Must(CanonicalForm(article));
  SecuredDocument secured;
  secured.canonical_form = canonical_form;
  if (article.has_secured()) secured.secured = article.secured();
  if (article.provider().has_domain()) secured.provider_domain = article.provider().domain();
  const SecuredVerification verified = VerifySecured(secured, keyring, TestTime());

  v1::LogEntry entry;
  entry.set_version(kLogEntryVersion);
  v1::ArticleRecord& record = *entry.mutable_article_record();
  record.set_verdict_at_ingest(ToProto(verified.verdict));
  record.set_reason_at_ingest(ToProto(verified.reason));
  *record.mutable_ingest_time() = ToTimestamp(TestTime());
  v1::Opening opening;
  opening.set_version(kOpeningVersion);
  opening.set_salt(Must(RandomBytes(kSaltBytes)));
  opening.set_article_digest(std::string(AsBytes(Sha256(canonical_form))));
  if (document.has_value()) opening.set_source_digest(std::string(AsBytes(Sha256(*document))));
  if (!article.secured().empty()) {
    opening.set_secured_digest(std::string(AsBytes(Sha256(article.secured()))));
  }
  opening.set_publisher_domain(verified.publisher_domain);
  opening.set_url(article.has_web_url() ? article.web_url() : article.original_url());
  if (verified.key != nullptr) {
    record.set_key_event_index(AddKeyEvent(verified.publisher_domain, *verified.key));
    opening.set_opened_signature(verified.opened_signature);
  }
  v1::Content content;
  *content.mutable_article() = article;
  if (document.has_value()) content.set_source_document(*document);

  if (change) change(record, opening, content);
  Entry stored;
  stored.content = SerializeContent(content);
  if (opening.content_digest().empty()) {
    opening.set_content_digest(std::string(AsBytes(Sha256(stored.content))));
  }
  stored.opening = Must(SerializeOpening(opening));
  if (record.opening_digest().empty()) {
    record.set_opening_digest(std::string(AsBytes(Sha256(stored.opening))));
  }
  stored.log_entry = Must(SerializeLogEntry(entry));
  return AddEntry(std::move(stored));
}

std::uint64_t TestLog::AddEntry(Entry entry) {
  leaf_hashes_.push_back(LeafHash(entry.log_entry));
  edge_.Append(leaf_hashes_.back());
  for (auto& [id, hashes] : edge_.TakeChangedTiles()) tiles_[id] = std::move(hashes);
  entries_.push_back(std::move(entry));
  return entries_.size() - 1;
}

Digest TestLog::RootHash(std::uint64_t tree_size) const {
  CompactRange range;
  for (std::uint64_t i = 0; i < tree_size; ++i) range.Append(leaf_hashes_[i]);
  return range.RootHash();
}

std::string TestLog::Checkpoint(std::uint64_t tree_size) const {
  return CheckpointWithRoot(tree_size, RootHash(tree_size));
}

std::string TestLog::CheckpointWithRoot(std::uint64_t tree_size, const Digest& root_hash) const {
  return Must(SignCheckpoint({verifier().name(), tree_size, root_hash, {}}, *signer_));
}

v1::Receipt TestLog::Receipt(std::uint64_t index, std::uint64_t tree_size) const {
  v1::Receipt receipt;
  receipt.set_log_entry(entries_[index].log_entry);
  receipt.set_opening(entries_[index].opening);
  receipt.set_index(index);
  for (const Digest& hash : Must(ProveInclusion(index, tree_size, *this))) {
    receipt.add_inclusion_proof(std::string(AsBytes(hash)));
  }
  receipt.set_checkpoint(Checkpoint(tree_size));
  return receipt;
}

absl::StatusOr<std::string> TestLog::ReadTile(TileId id, int) const {
  const auto found = tiles_.find(id);
  if (found == tiles_.end()) return absl::DataLossError("there is no such tile");
  return found->second;
}

std::string FlipBit(std::string bytes, int position) {
  bytes[position < 0 ? bytes.size() + static_cast<std::size_t>(position)
                     : static_cast<std::size_t>(position)] ^= 1;
  return bytes;
}

}  // namespace chirograph
