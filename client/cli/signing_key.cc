// SPDX-License-Identifier: Apache-2.0
#include "client/cli/signing_key.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "client/cli/yaml_scalar.h"
#include "crypto/encoding.h"
#include "crypto/file.h"
#include "crypto/limits.h"
#include "crypto/public_key.h"
#include "crypto/source_position.h"
#include "crypto/strict_yaml.h"
#include "fmt/format.h"

namespace chirograph {
namespace {

constexpr std::string_view kPemBegin = "-----BEGIN ";
constexpr std::array<std::string_view, 6> kMembers = {"format",    "domain",   "id",
                                                      "algorithm", "envelope", "envelope_key"};

// Offset of the first line that begins a PEM block.
std::optional<std::size_t> FindPem(std::string_view text) {
  for (std::size_t at = text.find(kPemBegin); at != std::string_view::npos;
       at = text.find(kPemBegin, at + 1)) {
    if (at == 0 || text[at - 1] == '\n') return at;
  }
  return std::nullopt;
}

absl::Status MissingMember(std::string_view name) {
  return absl::InvalidArgumentError(
      fmt::format("a signing key has a line \"{}: ...\" before its private key; this one has none", name));
}

// The scalar's text, whatever type YAML gives it: an id may look like a number.
absl::StatusOr<std::string> Text(const YamlMapping& members, std::string_view name) {
  const YamlNode* node = members.Find(name);
  if (node == nullptr || std::holds_alternative<std::monostate>(node->value)) return MissingMember(name);
  if (std::holds_alternative<YamlSequence>(node->value) || std::holds_alternative<YamlMapping>(node->value)) {
    return ErrorAt(node->position, fmt::format("{} is a list or mapping, where a text is expected", name));
  }
  return node->text;
}

absl::Status CheckMembers(const YamlMapping& members) {
  const YamlNode* format = members.Find("format");
  if (format == nullptr) return MissingMember("format");
  if (format->text != kSigningKeyFormat) {
    return ErrorAt(format->position, fmt::format("the format is not {}, the only one that this version reads",
                                                 kSigningKeyFormat));
  }
  for (const auto& [name, node] : members.members) {
    if (std::find(kMembers.begin(), kMembers.end(), name) == kMembers.end()) {
      return ErrorAt(node.key_position, fmt::format("a signing key has no member \"{}\"; it has {}", name,
                                                    fmt::join(kMembers, ", ")));
    }
  }
  return absl::OkStatus();
}

struct Envelope {
  EnvelopeKind kind = EnvelopeKind::kNone;
  std::string key;
};

absl::StatusOr<Envelope> ReadEnvelope(const YamlMapping& members) {
  Envelope envelope;
  const YamlNode* kind_node = members.Find("envelope");
  if (kind_node != nullptr) {
    const auto kind = EnvelopeKindFromName(kind_node->text);
    if (!kind) {
      return ErrorAt(kind_node->position,
                     "envelope is not one of none, aes-128-cbc, aes-256-cbc, aes-256-gcm");
    }
    envelope.kind = *kind;
  }
  const YamlNode* key_node = members.Find("envelope_key");
  if (envelope.kind == EnvelopeKind::kNone) {
    if (key_node == nullptr) return envelope;
    return ErrorAt(key_node->key_position, "there is an envelope_key, but envelope is none");
  }
  if (key_node == nullptr) return MissingMember("envelope_key");
  auto key = HexDecode(key_node->text);
  if (!key || key->size() != EnvelopeKeyBytes(envelope.kind)) {
    return ErrorAt(key_node->position,
                   fmt::format("envelope_key is not the {} hexadecimal characters that {} takes",
                               2 * EnvelopeKeyBytes(envelope.kind), EnvelopeKindName(envelope.kind)));
  }
  envelope.key = *std::move(key);
  return envelope;
}

absl::StatusOr<KeyAlgorithm> ReadAlgorithm(const YamlMapping& members) {
  const absl::StatusOr<std::string> name = Text(members, "algorithm");
  if (!name.ok()) return name.status();
  const auto algorithm = KeyAlgorithmFromName(*name);
  if (algorithm) return *algorithm;
  return ErrorAt(members.Find("algorithm")->position,
                 "algorithm is not one of rsa-pss-sha256, rsa-pkcs1-sha256, ed25519, ecdsa-p256-sha256");
}

// What the PEM block at the beginning of `text` says it is, such as "PRIVATE KEY"; empty where there is none.
std::string_view PemLabel(std::string_view text) {
  if (!text.starts_with(kPemBegin)) return "";
  text.remove_prefix(kPemBegin.size());
  return text.substr(0, std::min(text.find("-----"), text.find('\n')));
}

bool IsPublicKey(std::string_view text) {
  const std::optional<std::size_t> pem = FindPem(text);
  return pem.has_value() && PemLabel(text.substr(*pem)).ends_with("PUBLIC KEY");
}

absl::Status NoDomain(std::string_view domain) {
  return absl::InvalidArgumentError(fmt::format(
      "\"{}\" is not a domain name: letters, digits and hyphens between dots, such as example.org", domain));
}

// `status` as what is wrong with the value of `name`, which is there.
absl::Status AtMember(const YamlMapping& members, std::string_view name, const absl::Status& status) {
  return ErrorAt(members.Find(name)->position, std::string(status.message()));
}

// The key in `text` from `pem` on. An error is about the algorithm's line where it is a key of another one.
absl::StatusOr<std::unique_ptr<const PrivateKey>> ReadPrivateKey(std::string_view text, std::size_t pem,
                                                                 const YamlMapping& members,
                                                                 KeyAlgorithm algorithm) {
  const std::string_view block = text.substr(pem);
  auto key = PrivateKey::FromPem(block, algorithm);
  if (key.ok()) return key;
  for (const KeyAlgorithm other :
       {KeyAlgorithm::kRsaPssSha256, KeyAlgorithm::kEd25519, KeyAlgorithm::kEcdsaP256Sha256}) {
    if (PrivateKey::FromPem(block, other).ok()) return AtMember(members, "algorithm", key.status());
  }
  return ErrorAt(PositionAt(text, pem), std::string(key.status().message()));
}

absl::StatusOr<std::string> ReadKeyFile(const std::string& path, bool allow_shared) {
  absl::StatusOr<std::string> text = ReadSecretFile(path, limits::kMaxKeyFileBytes, allow_shared);
  if (text.ok() || allow_shared) return text;
  // A public key is for all to read: what is wrong with it is not that they can.
  absl::StatusOr<std::string> shared = ReadSecretFile(path, limits::kMaxKeyFileBytes, /*allow_shared=*/true);
  return shared.ok() && IsPublicKey(*shared) ? std::move(shared) : std::move(text);
}

absl::StatusOr<std::string> ReadSource(const std::string& source, bool allow_shared, Host& host) {
  constexpr std::string_view kEnvironment = "env:";
  if (source == "-") return host.ReadAllInput(limits::kMaxKeyFileBytes);
  if (source.compare(0, kEnvironment.size(), kEnvironment) != 0) {
    return ReadKeyFile(source, allow_shared);
  }
  const std::string name = source.substr(kEnvironment.size());
  auto value = host.Variable(name);
  if (!value) {
    return absl::NotFoundError(
        fmt::format("{}: the environment variable {} is {}; it must hold the contents of a signing key file",
                    source, name, host.IsSet(name) ? "empty" : "not set"));
  }
  if (value->size() > limits::kMaxKeyFileBytes) {
    return absl::InvalidArgumentError(
        fmt::format("{}: over {} bytes, which is more than a key needs", source, limits::kMaxKeyFileBytes));
  }
  return *std::move(value);
}

}  // namespace

absl::StatusOr<SigningKey> MakeSigningKey(std::string_view domain, std::string_view id,
                                          std::shared_ptr<const PrivateKey> private_key,
                                          EnvelopeKind envelope, std::string_view envelope_key) {
  const auto normal = NormalizePublisherDomain(domain);
  if (!normal) return NoDomain(domain);
  const absl::StatusOr<std::string> spki = private_key->PublicSpki();
  if (!spki.ok()) return spki.status();
  auto public_key = PublicKey::FromSpki(*spki, private_key->algorithm());
  if (!public_key.ok()) return public_key.status();

  PublisherKey entry;
  entry.id = std::string(id);
  entry.public_key = *std::move(public_key);
  entry.envelope = envelope;
  entry.envelope_key = std::string(envelope_key);
  Keyring::Publishers publishers;
  publishers[*normal].push_back(std::move(entry));
  auto keyring = Keyring::Create(std::move(publishers));
  if (!keyring.ok()) return keyring.status();

  SigningKey key;
  key.domain = *normal;
  key.id = std::string(id);
  key.private_key = std::move(private_key);
  key.envelope = envelope;
  key.envelope_key = std::string(envelope_key);
  key.keyring = *std::move(keyring);
  return key;
}

absl::StatusOr<std::string> FormatSigningKey(const SigningKey& key) {
  absl::StatusOr<std::string> pem = key.private_key->ToPem();
  if (!pem.ok()) return pem.status();
  std::string text = fmt::format(
      "# SECRET. Whoever has this file can sign as {}.\n"
      "format: {}\ndomain: {}\nid: {}\nalgorithm: {}\nenvelope: {}\n",
      key.domain, kSigningKeyFormat, YamlScalar(key.domain), YamlScalar(key.id),
      KeyAlgorithmName(key.private_key->algorithm()), EnvelopeKindName(key.envelope));
  if (key.envelope != EnvelopeKind::kNone) {
    text += fmt::format("envelope_key: \"{}\"\n", HexEncode(key.envelope_key));
  }
  return text + *pem;
}

absl::StatusOr<SigningKey> ParseSigningKey(std::string_view text) {
  const auto pem = FindPem(text);
  if (!pem) {
    return absl::InvalidArgumentError(
        "this is not a signing key: it has no line -----BEGIN PRIVATE KEY-----; chirograph keys generate "
        "makes "
        "one");
  }
  if (IsPublicKey(text)) {
    return absl::InvalidArgumentError(
        "this is a public key; signing takes the private one, which chirograph keys generate writes to a "
        "file "
        "that ends in .signing-key.pem");
  }
  if (*pem == 0) {
    return absl::InvalidArgumentError(
        "this is a private key alone; a signing key has lines before it that say format, domain, id, "
        "algorithm "
        "and envelope (docs/publishers.md)");
  }
  const absl::StatusOr<YamlMapping> members = ParseStrictYaml(text.substr(0, *pem));
  if (!members.ok()) return members.status();
  if (const absl::Status status = CheckMembers(*members); !status.ok()) return status;
  const absl::StatusOr<std::string> domain = Text(*members, "domain");
  if (!domain.ok()) return domain.status();
  if (!NormalizePublisherDomain(*domain)) return AtMember(*members, "domain", NoDomain(*domain));
  const absl::StatusOr<std::string> id = Text(*members, "id");
  if (!id.ok()) return id.status();
  const absl::StatusOr<KeyAlgorithm> algorithm = ReadAlgorithm(*members);
  if (!algorithm.ok()) return algorithm.status();
  const absl::StatusOr<Envelope> envelope = ReadEnvelope(*members);
  if (!envelope.ok()) return envelope.status();
  auto private_key = ReadPrivateKey(text, *pem, *members, *algorithm);
  if (!private_key.ok()) return private_key.status();
  auto key = MakeSigningKey(*domain, *id, *std::move(private_key), envelope->kind, envelope->key);
  // All else was looked at.
  if (absl::IsInvalidArgument(key.status())) return AtMember(*members, "id", key.status());
  return key;
}

absl::StatusOr<SigningKey> LoadSigningKey(const std::string& source, bool allow_shared, Host& host) {
  const absl::StatusOr<std::string> text = ReadSource(source, allow_shared, host);
  if (!text.ok()) return text.status();
  absl::StatusOr<SigningKey> key = ParseSigningKey(*text);
  if (key.ok()) return key;
  return absl::InvalidArgumentError(DescribeInFile(source == "-" ? "standard input" : source, key.status()));
}

}  // namespace chirograph
