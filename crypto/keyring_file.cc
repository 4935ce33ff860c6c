// SPDX-License-Identifier: Apache-2.0
#include "crypto/keyring_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "crypto/encoding.h"
#include "crypto/file.h"
#include "crypto/limits.h"
#include "crypto/source_position.h"
#include "crypto/strict_yaml.h"

namespace chirograph {
namespace {

// Whether `text` is of the form of a time that a KeyEvent can hold: "YYYY-MM-DDThh:mm:ss", a point and 1 to 6
// digits or not, "Z". absl takes more: leap seconds, which it moves, nanoseconds and years past 9999.
bool HasFormOfTime(std::string_view text) {
  constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd";
  constexpr std::size_t kSecond = 17;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() <= kForm.size() || !text.ends_with('Z')) return false;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] == 'd' ? !is_digit(text[i]) : text[i] != kForm[i]) return false;
  }
  if (text.starts_with("0000") || text[kSecond] > '5') return false;
  const std::string_view fraction = text.substr(kForm.size(), text.size() - kForm.size() - 1);
  return fraction.empty() || (fraction.front() == '.' && fraction.size() >= 2 && fraction.size() <= 7 &&
                              std::all_of(fraction.begin() + 1, fraction.end(), is_digit));
}

// Reads one file; every error but that it cannot be read comes out as "PATH:LINE:COLUMN: ...".
class Reader {
 public:
  Reader(const std::string& path, const KeyringFileOptions& options)
      : path_(path), folder_(std::filesystem::path(path).parent_path()), options_(options) {}

  absl::StatusOr<Keyring> Read() {
    absl::StatusOr<std::string> text = ReadFile(path_, limits::kMaxConfigFileBytes);
    if (!text.ok()) return text.status();
    absl::StatusOr<YamlMapping> document = ParseStrictYaml(*text);
    if (!document.ok()) return absl::InvalidArgumentError(DescribeInFile(path_, document.status()));
    const YamlNode* publishers = nullptr;
    for (const auto& [key, node] : document->members) {
      if (key != "publishers") {
        return At(node.key_position,
                  fmt::format("unknown key \"{}\"; a keyring has \"publishers\" alone", key));
      }
      publishers = &node;
    }
    if (publishers == nullptr) return At({}, "expected a mapping \"publishers\"");
    return ReadPublishers(*publishers);
  }

 private:
  absl::Status At(SourcePosition position, std::string_view message) const {
    return absl::InvalidArgumentError(DescribeInFile(path_, ErrorAt(position, message)));
  }
  // The same of a file that `node` names, with the error's own code.
  absl::Status InFileAt(const YamlNode& node, const absl::Status& error) const {
    return absl::Status(error.code(),
                        At(node.position, {error.message().data(), error.message().size()}).message());
  }

  absl::StatusOr<Keyring> ReadPublishers(const YamlNode& node) {
    const YamlMapping* publishers = std::get_if<YamlMapping>(&node.value);
    if (publishers == nullptr) return At(node.position, "expected a mapping from domain to a list of keys");
    Keyring::Publishers made;
    for (const auto& [domain, list] : publishers->members) {
      const std::optional<std::string> normal = NormalizePublisherDomain(domain);
      if (!normal) return At(list.key_position, fmt::format("\"{}\" is no domain name", domain));
      if (made.contains(*normal)) {
        return At(
            list.key_position,
            fmt::format("the domain \"{}\" is here already: upper case and lower case are one", domain));
      }
      absl::StatusOr<std::vector<PublisherKey>> keys = ReadKeys(*normal, list);
      if (!keys.ok()) return keys.status();
      made.emplace(*normal, *std::move(keys));
    }
    absl::StatusOr<Keyring> keyring = Keyring::Create(std::move(made));
    if (!keyring.ok()) return absl::InvalidArgumentError(DescribeInFile(path_, keyring.status()));
    return keyring;
  }

  // What Keyring::Create would refuse is refused here too, where there is a line to name.
  absl::StatusOr<std::vector<PublisherKey>> ReadKeys(const std::string& domain, const YamlNode& node) {
    const YamlSequence* list = std::get_if<YamlSequence>(&node.value);
    if (list == nullptr || list->empty())
      return At(node.position, "expected a list of keys, each beginning \"- id:\"");
    std::vector<PublisherKey> keys;
    for (const YamlNode& item : *list) {
      absl::StatusOr<PublisherKey> key = ReadKey(item);
      if (!key.ok()) return key.status();
      keys.push_back(*std::move(key));
      Keyring::Publishers so_far;
      so_far.emplace(domain, keys);
      if (absl::StatusOr<Keyring> keyring = Keyring::Create(std::move(so_far)); !keyring.ok()) {
        return At(item.position, std::string(keyring.status().message()));
      }
    }
    return keys;
  }

  absl::StatusOr<PublisherKey> ReadKey(const YamlNode& node) {
    constexpr std::array<std::string_view, 8> kKnown = {"id",        "algorithm",         "public_key",
                                                        "envelope",  "envelope_key_file", "not_before",
                                                        "not_after", "revoked_at"};
    const YamlMapping* members = std::get_if<YamlMapping>(&node.value);
    if (members == nullptr)
      return At(node.position, "expected a key: a mapping with id, algorithm and public_key");
    for (const auto& [name, value] : members->members) {
      if (std::find(kKnown.begin(), kKnown.end(), name) == kKnown.end()) {
        return At(value.key_position,
                  fmt::format("unknown key \"{}\"; known here: {}", name, fmt::join(kKnown, ", ")));
      }
    }
    PublisherKey key;
    absl::StatusOr<const YamlNode*> id = Required(node, *members, "id");
    if (!id.ok()) return id.status();
    key.id = (*id)->text;
    if (absl::Status status = ReadPublicKey(node, *members, key); !status.ok()) return status;
    if (absl::Status status = ReadEnvelope(node, *members, key); !status.ok()) return status;
    if (absl::Status status = ReadTime(*members, "not_before", key.not_before); !status.ok()) return status;
    if (absl::Status status = ReadTime(*members, "not_after", key.not_after); !status.ok()) return status;
    if (absl::Status status = ReadTime(*members, "revoked_at", key.revoked_at); !status.ok()) return status;
    return key;
  }

  // A scalar that is there and not empty. An id may look like a number: it is its text that counts.
  absl::StatusOr<const YamlNode*> Required(const YamlNode& node, const YamlMapping& members,
                                           std::string_view name) const {
    const YamlNode* member = members.Find(name);
    if (member == nullptr) return At(node.position, fmt::format("a key needs \"{}\"", name));
    if (member->text.empty()) return At(member->position, fmt::format("expected a text for \"{}\"", name));
    return member;
  }

  std::string Beside(const std::string& name) const { return (folder_ / name).string(); }

  absl::Status ReadPublicKey(const YamlNode& node, const YamlMapping& members, PublisherKey& key) {
    absl::StatusOr<const YamlNode*> name = Required(node, members, "algorithm");
    if (!name.ok()) return name.status();
    const std::optional<KeyAlgorithm> algorithm = KeyAlgorithmFromName((*name)->text);
    if (!algorithm) {
      return At((*name)->position,
                fmt::format("unknown algorithm \"{}\"; expected rsa-pss-sha256, rsa-pkcs1-sha256, ed25519 or "
                            "ecdsa-p256-sha256",
                            (*name)->text));
    }
    absl::StatusOr<const YamlNode*> file = Required(node, members, "public_key");
    if (!file.ok()) return file.status();
    const std::string path = Beside((*file)->text);
    absl::StatusOr<std::string> pem = ReadFile(path, limits::kMaxKeyFileBytes);
    if (!pem.ok()) return InFileAt(**file, pem.status());
    absl::StatusOr<std::shared_ptr<const PublicKey>> public_key = PublicKey::FromPem(*pem, *algorithm);
    if (!public_key.ok()) {
      return At((*file)->position, fmt::format("{}: {}", path, std::string(public_key.status().message())));
    }
    key.public_key = *std::move(public_key);
    return absl::OkStatus();
  }

  absl::Status ReadEnvelope(const YamlNode& node, const YamlMapping& members, PublisherKey& key) {
    const YamlNode* file = members.Find("envelope_key_file");
    if (const YamlNode* name = members.Find("envelope"); name != nullptr) {
      const std::optional<EnvelopeKind> kind = EnvelopeKindFromName(name->text);
      if (!kind) {
        return At(name->position,
                  fmt::format("unknown envelope \"{}\"; expected none, aes-128-cbc, aes-256-cbc or "
                              "aes-256-gcm",
                              name->text));
      }
      key.envelope = *kind;
    }
    if (key.envelope == EnvelopeKind::kNone) {
      if (file == nullptr) return absl::OkStatus();
      return At(file->key_position,
                "an envelope_key_file without an envelope; say which, such as aes-256-cbc");
    }
    if (file == nullptr && options_.allow_missing_envelope_key) {
      key.envelope_key_missing = true;
      return absl::OkStatus();
    }
    if (file == nullptr || file->text.empty()) {
      return At(node.position,
                fmt::format("the envelope {} needs an envelope_key_file", EnvelopeKindName(key.envelope)));
    }
    const std::string path = Beside(file->text);
    absl::StatusOr<std::string> text =
        ReadSecretFile(path, limits::kMaxKeyFileBytes, options_.allow_shared_key_file);
    if (absl::IsNotFound(text.status()) && options_.allow_missing_envelope_key) {
      key.envelope_key_missing = true;
      key.envelope_key_not_found = std::string(InFileAt(*file, text.status()).message());
      return absl::OkStatus();
    }
    if (!text.ok()) return InFileAt(*file, text.status());
    while (!text->empty() && std::string_view(" \t\r\n").find(text->back()) != std::string_view::npos)
      text->pop_back();
    std::optional<std::string> bytes = HexDecode(*text);
    if (!bytes || bytes->size() != EnvelopeKeyBytes(key.envelope)) {
      return At(file->position,
                fmt::format("{}: expected {} hexadecimal digits, the key for {}", path,
                            EnvelopeKeyBytes(key.envelope) * 2, EnvelopeKindName(key.envelope)));
    }
    key.envelope_key = *std::move(bytes);
    return absl::OkStatus();
  }

  absl::Status ReadTime(const YamlMapping& members, std::string_view name,
                        std::optional<absl::Time>& out) const {
    const YamlNode* member = members.Find(name);
    if (member == nullptr) return absl::OkStatus();
    absl::Time time;
    std::string error;
    if (!HasFormOfTime(member->text) || !absl::ParseTime(absl::RFC3339_full, member->text, &time, &error)) {
      return At(member->position,
                fmt::format("expected a time in UTC such as 2021-01-01T00:00:00Z for \"{}\": years 0001 to "
                            "9999, seconds 00 to 59, at most 6 digits behind a point",
                            name));
    }
    out = time;
    return absl::OkStatus();
  }

  const std::string& path_;
  const std::filesystem::path folder_;
  const KeyringFileOptions& options_;
};

}  // namespace

absl::StatusOr<Keyring> LoadKeyring(const std::string& path, const KeyringFileOptions& options) {
  return Reader(path, options).Read();
}

}  // namespace chirograph
