// SPDX-License-Identifier: Apache-2.0
#include "crypto/note.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "absl/status/status.h"
#include "crypto/encoding.h"
#include "crypto/internal/pem.h"
#include "crypto/internal/ssl_ptr.h"
#include "crypto/limits.h"
#include "crypto/sha256.h"
#include "crypto/utf8.h"

namespace chirograph {
namespace {

// C2SP signed-note's number for plain Ed25519.
constexpr char kEd25519Type = 0x01;
constexpr std::size_t kEd25519KeyBytes = 32;  // of either half
constexpr std::size_t kKeyIdBytes = 4;
constexpr std::string_view kSecretPrefix = "PRIVATE+KEY+";
constexpr std::string_view kSignaturePrefix = "\u2014 ";

// What goes before the 32 bytes of a key in DER (RFC 8410).
constexpr std::string_view kSpkiPrefix("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12);
constexpr std::string_view kPkcs8Prefix("\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20",
                                        16);

constexpr std::string_view kPkcs8Label = "PRIVATE KEY";

// Unicode's White_Space in UTF-8, without the control characters.
constexpr std::string_view kSpaces[] = {
    "\u0020", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002",  "\u2003",
    "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009",  "\u200a",
    "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\xc2\x85" /* U+0085 */};

bool IsUtf8(std::string_view text) { return ValidUtf8Prefix(text) == text.size(); }

// Of ASCII, below 0x20, as signed-note has it: DEL and what Unicode calls controls (C1) may stand in a note.
bool HasControl(std::string_view text, bool line_feeds_allowed) {
  return std::any_of(text.begin(), text.end(), [line_feeds_allowed](char c) {
    return static_cast<unsigned char>(c) < 0x20 && !(c == '\n' && line_feeds_allowed);
  });
}

// The first four bytes of SHA-256(name || 0x0A || type || public key), as a big-endian number.
std::uint32_t KeyId(std::string_view name, std::string_view public_key) {
  const Digest digest = Sha256({name, "\n", std::string_view(&kEd25519Type, 1), public_key});
  std::uint32_t id = 0;
  for (std::size_t i = 0; i < kKeyIdBytes; ++i) id = id << 8 | digest[i];
  return id;
}

std::string KeyIdBytes(std::uint32_t id) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(id >> shift & 0xff));
  return bytes;
}

std::string KeyText(std::string_view prefix, std::string_view name, std::uint32_t id, std::string_view key) {
  std::string typed(1, kEd25519Type);
  typed += key;
  const internal::CleanseOnExit cleanse(typed);
  return fmt::format("{}{}+{:08x}+{}", prefix, name, id, Base64Encode(typed));
}

// The parts of a key's text, the secret prefix taken off.
struct KeyParts {
  std::string name;
  std::uint32_t id = 0;
  std::string key;
};

// `what` begins the messages, which never hold what follows the id.
absl::StatusOr<KeyParts> ParseKeyText(std::string_view text, std::string_view what) {
  const auto refuse = [what](std::string_view why) {
    return absl::InvalidArgumentError(fmt::format("{}: {}", what, why));
  };
  if (text.size() > limits::kMaxNoteKeyBytes) {
    return refuse(
        fmt::format("it has {} bytes; at most {} are taken", text.size(), limits::kMaxNoteKeyBytes));
  }
  // Neither names nor ids have a '+'; base64 may.
  const std::size_t first = text.find('+');
  const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) {
    return refuse("it is not of the form NAME+ID+KEY");
  }
  KeyParts parts;
  parts.name = text.substr(0, first);
  if (!IsNoteKeyName(parts.name)) {
    return refuse("its name is empty or has a space or a control character, or is not UTF-8");
  }
  const std::optional<std::string> id = HexDecode(text.substr(first + 1, second - first - 1));
  if (!id.has_value() || id->size() != kKeyIdBytes) return refuse("its id is not 8 hexadecimal digits");
  for (const char c : *id) parts.id = parts.id << 8 | static_cast<unsigned char>(c);
  std::optional<std::string> typed = Base64Decode(text.substr(second + 1));
  if (!typed.has_value()) return refuse("its key is not canonical base64");
  const internal::CleanseOnExit cleanse(*typed);
  if (typed->empty() || typed->front() != kEd25519Type) {
    return refuse("its signature type is not 0x01, Ed25519, the only one taken");
  }
  if (typed->size() != 1 + kEd25519KeyBytes) {
    return refuse(
        fmt::format("its key has {} bytes; an Ed25519 key has {}", typed->size() - 1, kEd25519KeyBytes));
  }
  parts.key = typed->substr(1);
  return parts;
}

absl::Status CheckKeyId(std::uint32_t found, std::uint32_t expected, std::string_view what) {
  if (found == expected) return absl::OkStatus();
  return absl::InvalidArgumentError(fmt::format(
      "{}: its id is {:08x}, and that of its name and key would be {:08x}; was it cut or mistyped?", what,
      found, expected));
}

absl::StatusOr<std::string> RawPublicKey(const PrivateKey& key) {
  absl::StatusOr<std::string> spki = key.PublicSpki();
  if (!spki.ok()) return spki.status();
  if (!spki->starts_with(kSpkiPrefix) || spki->size() != kSpkiPrefix.size() + kEd25519KeyBytes) {
    return absl::InternalError("OpenSSL writes Ed25519 keys in another form than RFC 8410's");
  }
  return spki->substr(kSpkiPrefix.size());
}

// One line below a note's text.
struct SignatureLine {
  std::string_view name;
  std::uint32_t key_id = 0;
  std::string signature;
};

std::optional<SignatureLine> ParseSignatureLine(std::string_view line) {
  if (!line.starts_with(kSignaturePrefix)) return std::nullopt;
  line.remove_prefix(kSignaturePrefix.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  SignatureLine parsed;
  parsed.name = line.substr(0, space);
  if (!IsNoteKeyName(parsed.name)) return std::nullopt;
  const std::optional<std::string> bytes = Base64Decode(line.substr(space + 1));
  // A signature of no bytes is none.
  if (!bytes.has_value() || bytes->size() <= kKeyIdBytes) return std::nullopt;
  for (const char c : bytes->substr(0, kKeyIdBytes)) {
    parsed.key_id = parsed.key_id << 8 | static_cast<unsigned char>(c);
  }
  parsed.signature = bytes->substr(kKeyIdBytes);
  return parsed;
}

struct ParsedNote {
  std::string_view text;
  std::vector<SignatureLine> signatures;
};

absl::Status MalformedNote(std::string_view why) {
  return absl::InvalidArgumentError(fmt::format("not a signed note: {}", why));
}

absl::StatusOr<ParsedNote> ParseNote(std::string_view note) {
  if (note.size() > limits::kMaxNoteBytes) {
    return MalformedNote(
        fmt::format("it has {} bytes; at most {} are taken", note.size(), limits::kMaxNoteBytes));
  }
  if (!IsUtf8(note)) return MalformedNote(fmt::format("byte {} is not UTF-8", ValidUtf8Prefix(note)));
  if (HasControl(note, /*line_feeds_allowed=*/true)) {
    return MalformedNote("it has a control character other than line feed (are its line ends CR LF?)");
  }
  const std::size_t blank = note.rfind("\n\n");
  if (blank == std::string_view::npos)
    return MalformedNote("it has no empty line between text and signatures");
  ParsedNote parsed;
  parsed.text = note.substr(0, blank + 1);
  std::string_view lines = note.substr(blank + 2);
  if (lines.empty()) return MalformedNote("it has no signature line");
  while (!lines.empty()) {
    if (parsed.signatures.size() == limits::kMaxNoteSignatures) {
      return MalformedNote(fmt::format("it has over {} signatures", limits::kMaxNoteSignatures));
    }
    const std::size_t end = lines.find('\n');
    if (end == std::string_view::npos) return MalformedNote("its last line has no line feed");
    std::optional<SignatureLine> signature = ParseSignatureLine(lines.substr(0, end));
    if (!signature.has_value()) {
      return MalformedNote(fmt::format("signature line {} is not an em dash, a key name and base64",
                                       parsed.signatures.size() + 1));
    }
    parsed.signatures.push_back(*std::move(signature));
    lines.remove_prefix(end + 1);
  }
  return parsed;
}

}  // namespace

bool IsNoteKeyName(std::string_view name) {
  if (name.empty() || !IsUtf8(name) || HasControl(name, /*line_feeds_allowed=*/false)) return false;
  if (name.find('+') != std::string_view::npos) return false;
  return std::none_of(std::begin(kSpaces), std::end(kSpaces),
                      [name](std::string_view space) { return name.find(space) != std::string_view::npos; });
}

bool IsNoteText(std::string_view text) {
  return text.ends_with('\n') && IsUtf8(text) && !HasControl(text, /*line_feeds_allowed=*/true);
}

absl::StatusOr<NoteVerifier> NoteVerifier::Parse(std::string_view vkey) {
  constexpr std::string_view kWhat = "verifier key";
  if (vkey.starts_with(kSecretPrefix)) {
    return absl::InvalidArgumentError(
        "verifier key: this is a signer key, which is secret; give the key that begins with its name");
  }
  absl::StatusOr<KeyParts> parts = ParseKeyText(vkey, kWhat);
  if (!parts.ok()) return parts.status();
  const std::uint32_t id = KeyId(parts->name, parts->key);
  if (absl::Status status = CheckKeyId(parts->id, id, kWhat); !status.ok()) return status;
  absl::StatusOr<std::shared_ptr<const PublicKey>> key =
      PublicKey::FromSpki(std::string(kSpkiPrefix) + parts->key, KeyAlgorithm::kEd25519);
  if (!key.ok()) return key.status();
  NoteVerifier verifier;
  verifier.vkey_ = KeyText("", parts->name, id, parts->key);
  verifier.name_ = std::move(parts->name);
  verifier.key_id_ = id;
  verifier.key_ = *std::move(key);
  return verifier;
}

bool NoteVerifier::Verify(std::string_view text, std::string_view signature) const {
  return key_->Verify(text, signature);
}

absl::StatusOr<NoteSigner> NoteSigner::Generate(std::string_view name) {
  if (!IsNoteKeyName(name)) {
    return absl::InvalidArgumentError(
        "a key's name must be UTF-8, not empty, and without spaces, '+' and control characters");
  }
  const absl::StatusOr<std::unique_ptr<const PrivateKey>> key = PrivateKey::Generate(KeyAlgorithm::kEd25519);
  if (!key.ok()) return key.status();
  absl::StatusOr<std::string> pem = (*key)->ToPem();
  if (!pem.ok()) return pem.status();
  const internal::CleanseOnExit cleanse_pem(*pem);
  const absl::StatusOr<internal::SslBytes> pkcs8 = internal::DecodePem(*pem, kPkcs8Label);
  if (!pkcs8.ok()) return pkcs8.status();
  if (!pkcs8->view().starts_with(kPkcs8Prefix)) {
    return absl::InternalError("OpenSSL writes Ed25519 keys in another form than RFC 8410's");
  }
  const absl::StatusOr<std::string> public_key = RawPublicKey(**key);
  if (!public_key.ok()) return public_key.status();
  std::string skey =
      KeyText(kSecretPrefix, name, KeyId(name, *public_key), pkcs8->view().substr(kPkcs8Prefix.size()));
  const internal::CleanseOnExit cleanse_skey(skey);
  return Parse(skey);
}

absl::StatusOr<NoteSigner> NoteSigner::Parse(std::string_view skey) {
  constexpr std::string_view kWhat = "signer key";
  if (!skey.starts_with(kSecretPrefix)) {
    return absl::InvalidArgumentError(fmt::format("{}: it does not begin with {}", kWhat, kSecretPrefix));
  }
  absl::StatusOr<KeyParts> parts = ParseKeyText(skey.substr(kSecretPrefix.size()), kWhat);
  if (!parts.ok()) return parts.status();
  const internal::CleanseOnExit cleanse_key(parts->key);
  std::string der = std::string(kPkcs8Prefix) + parts->key;
  const internal::CleanseOnExit cleanse_der(der);
  std::string pem = internal::EncodePem(der, kPkcs8Label);
  const internal::CleanseOnExit cleanse_pem(pem);
  absl::StatusOr<std::unique_ptr<const PrivateKey>> key = PrivateKey::FromPem(pem, KeyAlgorithm::kEd25519);
  if (!key.ok()) return key.status();
  const absl::StatusOr<std::string> public_key = RawPublicKey(**key);
  if (!public_key.ok()) return public_key.status();

  const std::uint32_t id = KeyId(parts->name, *public_key);
  if (absl::Status status = CheckKeyId(parts->id, id, kWhat); !status.ok()) return status;
  absl::StatusOr<NoteVerifier> verifier = NoteVerifier::Parse(KeyText("", parts->name, id, *public_key));
  if (!verifier.ok()) return verifier.status();
  return NoteSigner(KeyText(kSecretPrefix, parts->name, id, parts->key), *std::move(verifier),
                    *std::move(key));
}

absl::StatusOr<std::string> NoteSigner::Sign(std::string_view text) const {
  if (!IsNoteText(text)) {
    return absl::InvalidArgumentError(
        "a note's text must be UTF-8, end in a line feed and have no other control character");
  }
  const absl::StatusOr<std::string> signature = key_->Sign(text);
  if (!signature.ok()) return signature.status();
  std::string note = fmt::format("{}\n{}{} {}\n", text, kSignaturePrefix, verifier_.name(),
                                 Base64Encode(KeyIdBytes(verifier_.key_id()) + *signature));
  if (note.size() > limits::kMaxNoteBytes) {
    return absl::InvalidArgumentError(fmt::format("the note would have {} bytes; at most {} are taken",
                                                  note.size(), limits::kMaxNoteBytes));
  }
  return note;
}

absl::StatusOr<OpenedNote> OpenNote(std::string_view note, std::span<const NoteVerifier> known) {
  const absl::StatusOr<ParsedNote> parsed = ParseNote(note);
  if (!parsed.ok()) return parsed.status();
  OpenedNote opened;
  opened.text = parsed->text;
  std::vector<const NoteVerifier*> signers;
  for (const SignatureLine& line : parsed->signatures) {
    const auto key = std::find_if(known.begin(), known.end(), [&line](const NoteVerifier& verifier) {
      return verifier.name() == line.name && verifier.key_id() == line.key_id;
    });
    if (key == known.end()) {
      ++opened.unknown_signatures;
      continue;
    }
    if (!key->Verify(opened.text, line.signature)) {
      return absl::UnauthenticatedError(fmt::format(
          "the signature of {} (key id {:08x}) on the note does not verify", line.name, line.key_id));
    }
    // A key that signed twice still counts once: somebody may ask for several.
    if (std::find(signers.begin(), signers.end(), &*key) != signers.end()) continue;
    signers.push_back(&*key);
    opened.signers.emplace_back(line.name);
  }
  if (signers.empty()) {
    return absl::UnauthenticatedError(
        fmt::format("none of the note's {} signatures is by a known key", parsed->signatures.size()));
  }
  return opened;
}

}  // namespace chirograph
