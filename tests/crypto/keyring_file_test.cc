// SPDX-License-Identifier: Apache-2.0
#include "crypto/keyring_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "fmt/format.h"
#include "tests/crypto/openssl_key.h"

namespace chirograph::keyring_file_test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kKey =
    "publishers:\n  a.example:\n    - id: k\n      algorithm: ed25519\n      public_key: k.pem\n";

class KeyringFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "chirograph_keyring_XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    Put("k.pem", PublicPemOf(MakePlainKey("ED25519")));
    Put("other.pem", PublicPemOf(MakePlainKey("ED25519")));
    Put("k.key", std::string(64, 'a') + "\n", 0600);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  void Put(const std::string& name, std::string_view contents, mode_t mode = 0644) const {
    std::ofstream(Path(name), std::ios::binary) << contents;
    ASSERT_EQ(chmod(Path(name).c_str(), mode), 0);
  }

  absl::StatusOr<Keyring> Load(std::string_view yaml, bool allow_shared = false) const {
    Put("keyring.yaml", yaml);
    return LoadKeyring(Path("keyring.yaml"), {.allow_shared_key_file = allow_shared});
  }

  // What Load says, without the path of the keyring that it begins with.
  std::string Error(std::string_view yaml, absl::StatusCode code = absl::StatusCode::kInvalidArgument) const {
    const absl::Status status = Load(yaml).status();
    EXPECT_EQ(status.code(), code) << status;
    const std::string message(status.message());
    const std::string prefix = Path("keyring.yaml") + ":";
    EXPECT_THAT(message, StartsWith(prefix));
    return message.substr(std::min(prefix.size(), message.size()));
  }
  // The same for the key of kKey with more lines, of which the first is line 6.
  std::string ErrorWith(std::string_view lines,
                        absl::StatusCode code = absl::StatusCode::kInvalidArgument) const {
    return Error(fmt::format("{}{}", kKey, lines), code);
  }

  fs::path folder_;
};

TEST_F(KeyringFileTest, ReadsEverythingThatAKeyCanHave) {
  const absl::StatusOr<Keyring> keyring = Load(
      fmt::format("{}{}", kKey,
                  "      envelope: aes-256-cbc\n      envelope_key_file: k.key\n"
                  "      not_before: 0001-01-01T00:00:00Z\n      not_after: 9999-12-31T23:59:59.999999Z\n"
                  "      revoked_at: 2024-02-29T23:59:59.5Z\n    - id: 2021\n      algorithm: ed25519\n"
                  "      public_key: other.pem\n"));
  ASSERT_TRUE(keyring.ok()) << keyring.status();
  ASSERT_EQ(keyring->KeysFor("a.example").size(), 2U);
  const PublisherKey& key = keyring->KeysFor("a.example")[0];
  EXPECT_EQ(key.id, "k");
  EXPECT_EQ(key.public_key->algorithm(), KeyAlgorithm::kEd25519);
  EXPECT_EQ(key.envelope, EnvelopeKind::kAes256Cbc);
  EXPECT_EQ(key.envelope_key, std::string(32, '\xAA'));
  EXPECT_EQ(key.not_before, absl::FromUnixSeconds(-62'135'596'800));
  EXPECT_EQ(key.not_after, absl::FromUnixSeconds(253'402'300'799) + absl::Microseconds(999'999));
  EXPECT_EQ(key.revoked_at, absl::FromUnixSeconds(1'709'251'199) + absl::Milliseconds(500));
  EXPECT_EQ(keyring->KeysFor("a.example")[1].id, "2021");
}

TEST_F(KeyringFileTest, TakesAnEnvelopeOfNoneByNameAndByDefault) {
  for (const std::string_view line : {"", "      envelope: none\n"}) {
    const absl::StatusOr<Keyring> keyring = Load(fmt::format("{}{}", kKey, line));
    ASSERT_TRUE(keyring.ok()) << keyring.status();
    const PublisherKey& key = keyring->KeysFor("a.example")[0];
    EXPECT_EQ(key.envelope, EnvelopeKind::kNone);
    EXPECT_TRUE(key.envelope_key.empty());
    EXPECT_FALSE(key.not_before || key.not_after || key.revoked_at);
  }
}

TEST_F(KeyringFileTest, FindsKeyFilesBesideItselfAndByTheirWholePath) {
  fs::create_directory(folder_ / "keys");
  fs::rename(folder_ / "k.pem", folder_ / "keys" / "k.pem");
  for (const std::string& path :
       {std::string("keys/k.pem"), Path("keys/k.pem"), std::string("./keys/../keys/k.pem")}) {
    EXPECT_TRUE(
        Load("publishers: {a.example: [{id: k, algorithm: ed25519, public_key: \"" + path + "\"}]}").ok())
        << path;
  }
}

TEST_F(KeyringFileTest, SaysThatTheKeyringItselfIsMissing) {
  const absl::Status status = LoadKeyring(Path("none.yaml")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), StartsWith(Path("none.yaml") + ": "));
}

TEST_F(KeyringFileTest, RefusesWhatIsNoYaml) {
  EXPECT_THAT(Error("publishers: {}\npublishers: {}\n"), StartsWith("2:1: "));
  EXPECT_THAT(Error("publishers:\r  a.example: x\n"), StartsWith("1:12: a carriage return"));
  EXPECT_THAT(Error(""), StartsWith("1:1: "));
}

TEST_F(KeyringFileTest, RefusesUnknownKeysAndTheAbsenceOfKnownOnes) {
  EXPECT_EQ(Error("publishers: {}\nkeys: {}\n"),
            "2:1: unknown key \"keys\"; a keyring has \"publishers\" alone");
  EXPECT_THAT(ErrorWith("      notbefore: 2021-01-01T00:00:00Z\n"),
              AllOf(StartsWith("6:7: unknown key \"notbefore\"; known here: id, "), HasSubstr("not_before")));
  EXPECT_EQ(Error("publishers:\n  a.example:\n    - algorithm: ed25519\n      public_key: k.pem\n"),
            "3:7: a key needs \"id\"");
  EXPECT_EQ(Error("publishers:\n  a.example:\n    - id: k\n      public_key: k.pem\n"),
            "3:7: a key needs \"algorithm\"");
  EXPECT_EQ(Error("publishers:\n  a.example:\n    - id: k\n      algorithm: ed25519\n"),
            "3:7: a key needs \"public_key\"");
}

TEST_F(KeyringFileTest, RefusesOtherShapes) {
  EXPECT_EQ(Error("publishers: [a]\n"), "1:13: expected a mapping from domain to a list of keys");
  EXPECT_EQ(Error("publishers:\n  a.example: {id: k}\n"),
            "2:14: expected a list of keys, each beginning \"- id:\"");
  EXPECT_EQ(Error("publishers:\n  a.example: []\n"),
            "2:14: expected a list of keys, each beginning \"- id:\"");
  EXPECT_EQ(Error("publishers:\n  a.example: [k]\n"),
            "2:15: expected a key: a mapping with id, algorithm and public_key");
  EXPECT_EQ(Error("publishers:\n  a.example:\n    - id: [k]\n"), "3:11: expected a text for \"id\"");
  EXPECT_EQ(Error("publishers:\n  a.example:\n    - id: \"\"\n"), "3:11: expected a text for \"id\"");
}

TEST_F(KeyringFileTest, RefusesABadId) {
  for (const std::string& id :
       {std::string("a b"), std::string("~"), std::string("\"é\""), std::string(65, 'x')}) {
    EXPECT_THAT(Error("publishers:\n  a.example:\n    - id: " + id +
                      "\n      algorithm: ed25519\n      public_key: k.pem\n"),
                AllOf(StartsWith("3:7: "), HasSubstr("a key id has 1 to 64 characters of A-Z a-z 0-9 . _ -")))
        << id;
  }
}

TEST_F(KeyringFileTest, RefusesAnUnknownAlgorithm) {
  EXPECT_EQ(Error("publishers:\n  a.example:\n    - id: k\n      algorithm: rsa\n      public_key: k.pem\n"),
            "4:18: unknown algorithm \"rsa\"; expected rsa-pss-sha256, rsa-pkcs1-sha256, ed25519 or "
            "ecdsa-p256-sha256");
}

// --- Domains ---

TEST_F(KeyringFileTest, PutsDomainsInLowerCase) {
  const absl::StatusOr<Keyring> keyring =
      Load("publishers: {A.Example: [{id: k, algorithm: ed25519, public_key: k.pem}]}");
  ASSERT_TRUE(keyring.ok()) << keyring.status();
  EXPECT_EQ(keyring->KeysFor("a.example").size(), 1U);
}

TEST_F(KeyringFileTest, RefusesADomainThatIsThereInAnotherCase) {
  EXPECT_EQ(ErrorWith("  A.example:\n    - {id: k, algorithm: ed25519, public_key: other.pem}\n"),
            "6:3: the domain \"A.example\" is here already: upper case and lower case are one");
}

TEST_F(KeyringFileTest, RefusesWhatIsNoDomain) {
  EXPECT_EQ(Error("publishers:\n  a.example.:\n    - id: k\n"), "2:3: \"a.example.\" is no domain name");
  EXPECT_EQ(Error("publishers:\n  \"*.example\":\n    - id: k\n"), "2:3: \"*.example\" is no domain name");
}

// --- Public keys ---

TEST_F(KeyringFileTest, NamesTheLineOfAPublicKeyThatIsMissing) {
  fs::remove(folder_ / "k.pem");
  EXPECT_THAT(ErrorWith("", absl::StatusCode::kNotFound),
              AllOf(StartsWith("5:19: " + Path("k.pem") + ": cannot be opened"), HasSubstr("No such file")));
}

TEST_F(KeyringFileTest, NamesTheLineOfAPublicKeyThatCannotBeRead) {
  fs::remove(folder_ / "k.pem");
  fs::create_directory(folder_ / "k.pem");
  EXPECT_EQ(ErrorWith(""), "5:19: " + Path("k.pem") + ": is a folder, not a file");
  fs::remove(folder_ / "k.pem");
  Put("k.pem", std::string(16 * 1024 + 1, 'x'));
  EXPECT_EQ(ErrorWith(""), "5:19: " + Path("k.pem") + ": is over 16384 bytes");
}

TEST_F(KeyringFileTest, RefusesAPemOfAnotherAlgorithmOrNone) {
  Put("k.pem", PublicPemOf(MakeRsaKey(2048)));
  EXPECT_THAT(ErrorWith(""), AllOf(StartsWith("5:19: " + Path("k.pem") + ": "), HasSubstr("Ed25519")));
  Put("k.pem", PublicPemOf(MakeEcKey("P-384")));
  EXPECT_THAT(Error("publishers: {a.example: [{id: k, algorithm: ecdsa-p256-sha256, public_key: k.pem}]}"),
              AllOf(StartsWith("1:"), HasSubstr(Path("k.pem") + ": "), HasSubstr("P-256")));
  Put("k.pem", PrivatePemOf(MakePlainKey("ED25519")));
  EXPECT_THAT(ErrorWith(""),
              AllOf(StartsWith("5:19: " + Path("k.pem") + ": "), HasSubstr("this file is secret")));
  Put("k.pem", "not a key\n");
  EXPECT_THAT(ErrorWith(""), StartsWith("5:19: " + Path("k.pem") + ": not a PEM"));
}

TEST_F(KeyringFileTest, RefusesANinthKeyAtItsOwnLine) {
  std::string yaml = "publishers:\n  a.example:\n";
  for (int i = 1; i <= 8; ++i) {
    Put(fmt::format("{}.pem", i), PublicPemOf(MakePlainKey("ED25519")));
    yaml += fmt::format("    - {{id: k{}, algorithm: ed25519, public_key: {}.pem}}\n", i, i);
  }
  EXPECT_TRUE(Load(yaml).ok());
  yaml += "    - {id: k9, algorithm: ed25519, public_key: k.pem}\n";
  EXPECT_EQ(Error(yaml), "11:7: publisher \"a.example\": a publisher has 1 to 8 keys, not 9");
}

TEST_F(KeyringFileTest, RefusesTheSameKeyOrIdTwiceAtTheSecond) {
  EXPECT_THAT(ErrorWith("    - {id: again, algorithm: ed25519, public_key: k.pem}\n"),
              AllOf(StartsWith("6:7: "), HasSubstr("key \"again\": the same public key as \"k\"")));
  EXPECT_THAT(ErrorWith("    - {id: k, algorithm: ed25519, public_key: other.pem}\n"),
              AllOf(StartsWith("6:7: "), HasSubstr("a second key with this id")));
  EXPECT_TRUE(
      Load(fmt::format("{}  b.example: [{{id: k, algorithm: ed25519, public_key: k.pem}}]\n", kKey)).ok())
      << "of another publisher";
}

// --- Envelopes ---

TEST_F(KeyringFileTest, RefusesAnUnknownEnvelope) {
  EXPECT_EQ(ErrorWith("      envelope: aes\n"),
            "6:17: unknown envelope \"aes\"; expected none, aes-128-cbc, aes-256-cbc or aes-256-gcm");
}

TEST_F(KeyringFileTest, RefusesAnEnvelopeWithoutItsFileAndAFileWithoutItsEnvelope) {
  EXPECT_EQ(ErrorWith("      envelope: aes-256-cbc\n"),
            "3:7: the envelope aes-256-cbc needs an envelope_key_file");
  EXPECT_EQ(ErrorWith("      envelope: aes-256-cbc\n      envelope_key_file: \"\"\n"),
            "3:7: the envelope aes-256-cbc needs an envelope_key_file");
  EXPECT_EQ(ErrorWith("      envelope_key_file: k.key\n"),
            "6:7: an envelope_key_file without an envelope; say which, such as aes-256-cbc");
}

TEST_F(KeyringFileTest, NamesTheLineOfAnEnvelopeKeyThatIsMissing) {
  EXPECT_THAT(ErrorWith("      envelope: aes-256-cbc\n      envelope_key_file: none.key\n",
                        absl::StatusCode::kNotFound),
              StartsWith("7:26: " + Path("none.key") + ": cannot be opened"));
}

TEST_F(KeyringFileTest, RefusesAnEnvelopeKeyThatOthersCanReadWithTheChmodToType) {
  constexpr std::string_view kLines = "      envelope: aes-256-cbc\n      envelope_key_file: k.key\n";
  Put("k.key", std::string(64, 'a') + "\n", 0640);
  const std::string error = ErrorWith(kLines, absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(error, AllOf(StartsWith("7:26: " + Path("k.key") + ": is secret"),
                           HasSubstr("type: chmod 600 " + Path("k.key"))));
  EXPECT_EQ(error.find("aaaa"), std::string::npos);
  EXPECT_TRUE(Load(fmt::format("{}{}", kKey, kLines), /*allow_shared=*/true).ok());
}

TEST_F(KeyringFileTest, RefusesAnEnvelopeKeyOfAnotherLengthWithoutRepeatingIt) {
  constexpr std::string_view kLines = "      envelope: {}\n      envelope_key_file: k.key\n";
  for (const std::string& hex :
       {std::string(62, 'b'), std::string(63, 'b'), std::string(66, 'b'), std::string(32, 'b'), std::string(),
        std::string(63, 'b') + "g", std::string(32, 'b') + "\n" + std::string(32, 'b')}) {
    Put("k.key", hex, 0600);
    const std::string error = ErrorWith(fmt::format(fmt::runtime(kLines), "aes-256-gcm"));
    EXPECT_EQ(error, "7:26: " + Path("k.key") + ": expected 64 hexadecimal digits, the key for aes-256-gcm");
  }
  Put("k.key", std::string(64, 'b'), 0600);
  EXPECT_EQ(ErrorWith(fmt::format(fmt::runtime(kLines), "aes-128-cbc")),
            "7:26: " + Path("k.key") + ": expected 32 hexadecimal digits, the key for aes-128-cbc");
}

// --- Times ---

TEST_F(KeyringFileTest, RefusesTimesThatAKeyEventCannotHold) {
  for (const std::string_view name : {"not_before", "not_after", "revoked_at"}) {
    for (const std::string_view time : {"2021-01-01",
                                        "2021-01-01T00:00:00",
                                        "2021-01-01T00:00:00+00:00",
                                        "2021-01-01T00:00:00z",
                                        "2021-01-01t00:00:00Z",
                                        "2021-01-01 00:00:00Z",
                                        "\" 2021-01-01T00:00:00Z\"",
                                        "2021-02-30T00:00:00Z",
                                        "2021-13-01T00:00:00Z",
                                        "2021-01-01T24:00:00Z",
                                        "2021-01-01T00:60:00Z",
                                        "2016-12-31T23:59:60Z",
                                        "2021-01-01T00:00:61Z",
                                        "0000-01-01T00:00:00Z",
                                        "10000-01-01T00:00:00Z",
                                        "-2021-01-01T00:00:00Z",
                                        "2021-01-01T00:00:00.1234567Z",
                                        "2021-01-01T00:00:00.000000000Z",
                                        "2021-01-01T00:00:00.Z",
                                        "2021-01-01T00:00:00,5Z",
                                        "infinite-future",
                                        "infinite-futureZ",
                                        "Z",
                                        "\"\"",
                                        "2021",
                                        "[]"}) {
      EXPECT_EQ(
          ErrorWith(fmt::format("      {}: {}\n", name, time)),
          fmt::format("6:{}: expected a time in UTC such as 2021-01-01T00:00:00Z for \"{}\": years 0001 to "
                      "9999, seconds 00 to 59, at most 6 digits behind a point",
                      9 + name.size(), name))
          << time;
    }
  }
}

TEST_F(KeyringFileTest, RefusesAPeriodThatEndsBeforeItBegins) {
  EXPECT_THAT(ErrorWith("      not_before: 2021-01-01T00:00:00Z\n      not_after: 2021-01-01T00:00:00Z\n"),
              AllOf(StartsWith("3:7: "), EndsWith("not_after must be later than not_before")));
}

}  // namespace
}  // namespace chirograph::keyring_file_test
