// SPDX-License-Identifier: Apache-2.0
#include "crypto/keyring.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "crypto/internal/ssl_ptr.h"
#include "crypto/limits.h"

namespace chirograph {
namespace {

constexpr bool IsLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool IsLabel(std::string_view label) {
  if (label.empty() || label.size() > limits::kMaxDomainLabelChars) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  for (const char c : label) {
    if (!IsLetterOrDigit(c) && c != '-') return false;
  }
  return true;
}

bool IsKeyId(std::string_view id) {
  if (id.empty() || id.size() > limits::kMaxKeyIdChars) return false;
  for (const char c : id) {
    if (!IsLetterOrDigit(c) && c != '.' && c != '_' && c != '-') return false;
  }
  return true;
}

// Clears the envelope keys before it frees them.
struct CleansingDelete {
  void operator()(Keyring::Publishers* publishers) const {
    const std::unique_ptr<Keyring::Publishers> owner(publishers);
    for (auto& [domain, keys] : *owner) {
      for (PublisherKey& key : keys) OPENSSL_cleanse(key.envelope_key.data(), key.envelope_key.size());
    }
  }
};

absl::Status CheckKey(const PublisherKey& key) {
  if (!IsKeyId(key.id)) {
    return absl::InvalidArgumentError(
        fmt::format("a key id has 1 to {} characters of A-Z a-z 0-9 . _ -", limits::kMaxKeyIdChars));
  }
  if (key.public_key == nullptr) return absl::InvalidArgumentError("it has no public key");
  const std::size_t envelope_key_bytes = key.envelope_key_missing ? 0 : EnvelopeKeyBytes(key.envelope);
  if (key.envelope_key.size() != envelope_key_bytes) {
    return absl::InvalidArgumentError(fmt::format("the envelope {} takes a key of {} bytes, not of {}",
                                                  EnvelopeKindName(key.envelope), envelope_key_bytes,
                                                  key.envelope_key.size()));
  }
  if (key.not_before && key.not_after && *key.not_after <= *key.not_before) {
    return absl::InvalidArgumentError("not_after must be later than not_before");
  }
  return absl::OkStatus();
}

absl::Status CheckPublisher(std::string_view domain, const std::vector<PublisherKey>& keys) {
  if (NormalizePublisherDomain(domain) != domain) {
    return absl::InvalidArgumentError(
        "not a domain name in lower case: letters, digits and '-' between dots, no dot at the end");
  }
  if (keys.empty() || keys.size() > limits::kMaxKeysPerPublisher) {
    return absl::InvalidArgumentError(
        fmt::format("a publisher has 1 to {} keys, not {}", limits::kMaxKeysPerPublisher, keys.size()));
  }
  std::set<std::string_view> ids;
  std::map<std::string_view, std::string_view> id_by_spki;
  for (const PublisherKey& key : keys) {
    if (const absl::Status status = CheckKey(key); !status.ok()) {
      return absl::InvalidArgumentError(fmt::format("key \"{}\": {}", key.id, std::string(status.message())));
    }
    if (!ids.insert(key.id).second) {
      return absl::InvalidArgumentError(fmt::format("key \"{}\": a second key with this id", key.id));
    }
    if (const auto [first, is_new] = id_by_spki.emplace(key.public_key->spki(), key.id); !is_new) {
      return absl::InvalidArgumentError(fmt::format(
          "key \"{}\": the same public key as \"{}\"; it could be revoked as one and stay good as "
          "the other",
          key.id, first->second));
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::optional<std::string> NormalizePublisherDomain(std::string_view domain) {
  if (domain.empty() || domain.size() > limits::kMaxDomainChars) return std::nullopt;
  for (std::size_t begin = 0; begin <= domain.size();) {
    const std::size_t end = std::min(domain.find('.', begin), domain.size());
    if (!IsLabel(domain.substr(begin, end - begin))) return std::nullopt;
    begin = end + 1;
  }
  std::string normal(domain);
  for (char& c : normal) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return normal;
}

KeyStanding KeyStandingAt(const PublisherKey& key, absl::Time at) {
  if (key.revoked_at && *key.revoked_at <= at) return {Verdict::kKeyRevoked, VerdictReason::kRevoked};
  if (key.not_before && at < *key.not_before) {
    return {Verdict::kKeyOutOfPeriod, VerdictReason::kBeforePeriod};
  }
  if (key.not_after && *key.not_after <= at) return {Verdict::kKeyOutOfPeriod, VerdictReason::kAfterPeriod};
  return {Verdict::kValid, VerdictReason::kSignatureVerified};
}

absl::StatusOr<Keyring> Keyring::Create(Publishers publishers) {
  std::unique_ptr<Publishers, CleansingDelete> owner(
      std::make_unique<Publishers>(std::move(publishers)).release());
  for (const auto& [domain, keys] : *owner) {
    if (const absl::Status status = CheckPublisher(domain, keys); !status.ok()) {
      return absl::InvalidArgumentError(
          fmt::format("publisher \"{}\": {}", domain, std::string(status.message())));
    }
  }
  Keyring keyring;
  keyring.publishers_ = std::move(owner);
  return keyring;
}

std::span<const PublisherKey> Keyring::KeysFor(std::string_view domain) const {
  const auto found = publishers_->find(domain);
  if (found == publishers_->end()) return {};
  return found->second;
}

}  // namespace chirograph
