// SPDX-License-Identifier: Apache-2.0
//
// chirograph keys generate: a publisher's key pair, and all that it takes to use it.
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "CLI/CLI.hpp"
#include "client/cli/command.h"
#include "client/cli/failure_report.h"
#include "client/cli/signing_key.h"
#include "client/cli/text.h"
#include "client/cli/yaml_scalar.h"
#include "crypto/encoding.h"
#include "crypto/file.h"
#include "crypto/limits.h"
#include "crypto/random.h"
#include "crypto/source_position.h"
#include "crypto/strict_yaml.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"
#include "proto/shell_word.h"

namespace chirograph {
namespace {

struct GenerateOptions {
  std::string domain;
  std::string id;
  std::string algorithm = "rsa-pss-sha256";
  std::string envelope = "aes-256-cbc";
  std::string out = "keys";
};

// Where everything goes. Names are relative to the folder.
struct KeyFiles {
  std::string folder;
  std::string signing_key;
  std::string envelope_key;  // empty: no envelope
  std::string public_key;
  std::string keyring = "keyring.yaml";

  std::string PathOf(const std::string& name) const {
    return (std::filesystem::path(folder) / name).string();
  }
};

std::string_view ShortName(KeyAlgorithm algorithm) {
  switch (algorithm) {
    case KeyAlgorithm::kRsaPssSha256:
    case KeyAlgorithm::kRsaPkcs1Sha256:
      return "rsa";
    case KeyAlgorithm::kEd25519:
      return "ed25519";
    case KeyAlgorithm::kEcdsaP256Sha256:
      return "p256";
  }
  return "key";
}

absl::StatusOr<SigningKey> GenerateKey(const GenerateOptions& options, absl::Time now) {
  const auto algorithm = KeyAlgorithmFromName(options.algorithm);
  if (!algorithm) {
    return absl::InvalidArgumentError(
        fmt::format("--algorithm {} is none of rsa-pss-sha256, rsa-pkcs1-sha256, ed25519, ecdsa-p256-sha256",
                    options.algorithm));
  }
  const auto envelope = EnvelopeKindFromName(options.envelope);
  if (!envelope) {
    return absl::InvalidArgumentError(fmt::format(
        "--envelope {} is none of none, aes-128-cbc, aes-256-cbc, aes-256-gcm", options.envelope));
  }
  const std::string id =
      options.id.empty()
          ? fmt::format("{}-{}", absl::ToCivilYear(now, absl::UTCTimeZone()).year(), ShortName(*algorithm))
          : options.id;
  auto private_key = PrivateKey::Generate(*algorithm);
  if (!private_key.ok()) return private_key.status();
  const absl::StatusOr<std::string> envelope_key = RandomBytes(EnvelopeKeyBytes(*envelope));
  if (!envelope_key.ok()) return envelope_key.status();
  return MakeSigningKey(options.domain, id, *std::move(private_key), *envelope, *envelope_key);
}

KeyFiles NameFiles(const SigningKey& key, const std::string& folder) {
  const std::string stem = fmt::format("{}.{}", key.domain, key.id);
  KeyFiles files;
  files.folder = folder;
  files.signing_key = stem + ".signing-key.pem";
  if (key.envelope != EnvelopeKind::kNone) files.envelope_key = stem + ".envelope-key.hex";
  files.public_key = stem + ".public-key.pem";
  return files;
}

// The key's part of a keyring, as it stands below the publisher's domain.
std::string KeyringItem(const SigningKey& key, const KeyFiles& files) {
  std::string entry = fmt::format(
      "    - id: {}\n"
      "      algorithm: {}\n"
      "      public_key: {}\n",
      YamlScalar(key.id), KeyAlgorithmName(key.private_key->algorithm()), YamlScalar(files.public_key));
  if (!files.envelope_key.empty()) {
    entry += fmt::format(
        "      envelope: {}\n"
        "      envelope_key_file: {}\n",
        EnvelopeKindName(key.envelope), YamlScalar(files.envelope_key));
  }
  return entry;
}

// Whether the keyring at `path` has keys of `domain` already: another entry would be a duplicate key. An
// error, with the path, where an entry cannot be pasted into what is there.
absl::StatusOr<bool> HasPublisher(const std::string& path, const std::string& domain) {
  const absl::StatusOr<std::string> text = ReadFile(path, limits::kMaxConfigFileBytes);
  if (!text.ok()) return text.status();
  const absl::StatusOr<YamlMapping> document = ParseStrictYaml(*text);
  if (!document.ok()) return absl::InvalidArgumentError(DescribeInFile(path, document.status()));
  const YamlNode* publishers = document->Find("publishers");
  if (publishers == nullptr) {
    return absl::InvalidArgumentError(fmt::format("{}: has no line \"publishers:\"", path));
  }
  if (std::holds_alternative<std::monostate>(publishers->value)) return false;
  const auto* by_domain = std::get_if<YamlMapping>(&publishers->value);
  if (by_domain != nullptr) return by_domain->Find(domain) != nullptr;
  return absl::InvalidArgumentError(
      DescribeInFile(path, ErrorAt(publishers->position, "publishers has no domains below it")));
}

struct NewFile {
  std::string path;
  std::string contents;
  FileAccess access;
};

// All or none; never replaces a file.
absl::Status WriteNewFiles(const std::vector<NewFile>& files) {
  std::vector<std::string> written;
  for (const NewFile& file : files) {
    const absl::Status status = WriteNewFile(file.path, file.contents, file.access);
    if (status.ok()) {
      written.push_back(file.path);
      continue;
    }
    for (const std::string& path : written) {
      std::error_code ignored;
      std::filesystem::remove(path, ignored);
    }
    return status;
  }
  return absl::OkStatus();
}

absl::Status WriteKeyFiles(const SigningKey& key, const KeyFiles& files) {
  const absl::StatusOr<std::string> signing_key = FormatSigningKey(key);
  if (!signing_key.ok()) return signing_key.status();
  const absl::StatusOr<std::string> public_key = key.private_key->PublicPem();
  if (!public_key.ok()) return public_key.status();
  if (const absl::Status status = MakeFolders(files.folder, FileAccess::kSecret); !status.ok()) return status;

  std::vector<NewFile> all = {
      {files.PathOf(files.signing_key), *signing_key, FileAccess::kSecret},
      {files.PathOf(files.public_key), *public_key, FileAccess::kPublic},
  };
  if (!files.envelope_key.empty()) {
    all.push_back(
        {files.PathOf(files.envelope_key), HexEncode(key.envelope_key) + "\n", FileAccess::kSecret});
  }
  return WriteNewFiles(all);
}

// What became of the keyring.
struct KeyringChange {
  bool is_new = false;         // there was none, and this made one
  bool has_publisher = false;  // there was one, with keys of this publisher
  std::string problem;         // why what was there takes no entry; else empty
  std::string entry;  // to paste, or what was written: below the publisher's domain, else `publishers:`
};

absl::StatusOr<KeyringChange> WriteKeyring(const SigningKey& key, const KeyFiles& files) {
  const std::string path = files.PathOf(files.keyring);
  const std::string item = KeyringItem(key, files);
  KeyringChange change;
  change.entry = fmt::format("  {}:\n{}", YamlScalar(key.domain), item);
  const absl::Status status = WriteNewFile(path, "publishers:\n" + change.entry, FileAccess::kPublic);
  change.is_new = status.ok();
  if (!status.ok() && !absl::IsAlreadyExists(status)) return status;
  if (change.is_new) return change;
  const absl::StatusOr<bool> has_publisher = HasPublisher(path, key.domain);
  if (!has_publisher.ok()) {
    change.problem = std::string(has_publisher.status().message());
  } else if (*has_publisher) {
    change.has_publisher = true;
    change.entry = item;
  }
  return change;
}

void PrintJson(const SigningKey& key, const KeyFiles& files, const KeyringChange& change, Console& console) {
  using nlohmann::ordered_json;
  const auto path_or_null = [&files](const std::string& name) {
    return name.empty() ? ordered_json(nullptr) : ordered_json(files.PathOf(name));
  };
  console.Json({{"publisher", key.domain},
                {"keyId", key.id},
                {"algorithm", KeyAlgorithmName(key.private_key->algorithm())},
                {"envelope", EnvelopeKindName(key.envelope)},
                {"signingKeyFile", path_or_null(files.signing_key)},
                {"envelopeKeyFile", path_or_null(files.envelope_key)},
                {"publicKeyFile", path_or_null(files.public_key)},
                {"keyringFile", change.is_new ? path_or_null(files.keyring) : ordered_json(nullptr)},
                {"keyringEntry", change.entry}});
}

// What to do with the entry, and the entry.
void PrintEntry(const SigningKey& key, const KeyFiles& files, const KeyringChange& change, Console& console) {
  const std::string keyring = EscapeForTerminal(files.PathOf(files.keyring));
  if (change.is_new) {
    console.Line(fmt::format(
        "\nWhat is in the keyring, and what the operator of an archive pastes into his:\n\npublishers:\n{}",
        change.entry));
  } else if (!change.problem.empty()) {
    console.Line(
        fmt::format("\nNo keyring has the key yet. Paste this into one:\n\npublishers:\n{}", change.entry));
  } else if (change.has_publisher) {
    console.Line(
        fmt::format("\nThere is a {} already, which stays as it is. Paste into it, below \"{}:\":\n\n{}",
                    keyring, key.domain, change.entry));
  } else {
    console.Line(fmt::format(
        "\nThere is a {} already, which stays as it is. Paste into it, below \"publishers:\":\n\n{}", keyring,
        change.entry));
  }
}

void PrintForPeople(const SigningKey& key, const KeyFiles& files, const KeyringChange& change,
                    Console& console) {
  const std::size_t width = files.PathOf(files.signing_key).size() + 2;
  const auto line = [&](const std::string& name, Paint paint, std::string_view kind, std::string_view what) {
    console.Line(fmt::format("  {}{}  {}", PadRight(EscapeForTerminal(files.PathOf(name)), width),
                             console.Painted(paint, kind), what));
  };
  console.Line(fmt::format("A new key for {}: {}, {}, envelope {}.\n", key.domain, key.id,
                           KeyAlgorithmName(key.private_key->algorithm()), EnvelopeKindName(key.envelope)));
  line(files.signing_key, Paint::kBad, "SECRET", "signs as you; give it to nobody, never commit it");
  if (!files.envelope_key.empty()) {
    line(files.envelope_key, Paint::kBad, "SECRET",
         "for you, and for whom you let check your signatures: archives");
  }
  line(files.public_key, Paint::kGood, "public", "checks your signatures");
  if (change.is_new) line(files.keyring, Paint::kGood, "public", "says which key is whose");
  PrintEntry(key, files, change, console);
  console.Line(fmt::format("Next: chirograph sign --key {} ARTICLE.md",
                           EscapeForTerminal(ShellWord(files.PathOf(files.signing_key)))));
}

ExitCode RunGenerate(const GenerateOptions& options, CommandContext& context) {
  Console& console = context.console;
  const absl::StatusOr<SigningKey> key = GenerateKey(options, context.host.Now());
  if (!key.ok()) {
    if (!absl::IsInvalidArgument(key.status())) return ReportFailure(CouldNot(key.status()), console);
    console.Error(key.status());
    return ExitCode::kUsage;
  }
  const KeyFiles files = NameFiles(*key, options.out);
  if (const absl::Status status = WriteKeyFiles(*key, files); !status.ok()) {
    ReportFailure(CouldNot(status), console);
    if (absl::IsAlreadyExists(status)) console.Hint("Nothing was changed. Another --id makes a second key.");
    return ExitCode::kCouldNot;
  }
  const absl::StatusOr<KeyringChange> change = WriteKeyring(*key, files);
  if (!change.ok()) {
    return ReportFileFailure(files.PathOf(files.keyring), change.status(), console);
  }
  if (!change->problem.empty()) {
    console.Error(fmt::format("{}; it stays as it is, without the new key", change->problem));
  }
  if (console.json()) {
    PrintJson(*key, files, *change, console);
  } else {
    PrintForPeople(*key, files, *change, console);
  }
  return ExitCode::kWell;
}

}  // namespace

void AddKeysCommand(CLI::App& app, CommandContext& context) {
  CLI::App* keys = app.add_subcommand("keys", "Make a publisher's keys");
  keys->require_subcommand(0, 1);
  const auto options = std::make_shared<GenerateOptions>();
  CLI::App* command = keys->add_subcommand(
      "generate", "Make a key pair for a publisher, and the keyring entry that tells others of it");
  command->add_option("--domain", options->domain, "The publisher: what articles have in provider.domain")
      ->option_text("DOMAIN")
      ->required();
  command->add_option("--id", options->id, "A name for the key; by default the year and its kind: 2026-rsa")
      ->option_text("ID");
  command
      ->add_option("--algorithm", options->algorithm,
                   "rsa-pss-sha256 (default), rsa-pkcs1-sha256, ed25519 or ecdsa-p256-sha256")
      ->option_text("NAME");
  command
      ->add_option("--envelope", options->envelope,
                   "How signatures are wrapped: aes-256-cbc (default), aes-128-cbc, aes-256-gcm or none")
      ->option_text("NAME");
  command->add_option("--out", options->out, "Folder for the files; by default keys")->option_text("DIR");
  command->footer("No file is ever replaced.\nExample: chirograph keys generate --domain example.org");
  command->callback([options, &context] {
    context.action = [options, &context] { return RunGenerate(*options, context); };
  });
}

}  // namespace chirograph
