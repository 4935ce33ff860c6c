// SPDX-License-Identifier: Apache-2.0
//
// The documents of vectors/secured, signed by other people's code. Their canonical forms are taken as they
// lie there: what makes them is tested in proto/.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "crypto/encoding.h"
#include "crypto/secured_field.h"
#include "crypto/sha256.h"

namespace chirograph::secured_field_vectors_test {
namespace {

using nlohmann::json;

// The folder of the vectors, or nothing.
std::optional<std::string> Folder() {
  for (const char* folder : {CHIROGRAPH_TEST_DATA_DIR "/secured", CHIROGRAPH_SHARED_DIR "/vectors/secured"}) {
    if (std::filesystem::exists(std::string(folder) + "/manifest.json")) return folder;
  }
  return std::nullopt;
}

std::string Read(const std::string& name) {
  std::ifstream file(*Folder() + "/" + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

// The text of the top-level secured field: quoted, plain or null, always on one line.
std::optional<std::string> SecuredOf(const std::string& document) {
  std::istringstream lines(document);
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    constexpr std::string_view kName = "secured: ";
    if (!line.starts_with(kName)) continue;
    const std::string value = line.substr(kName.size());
    if (value == "null") return std::nullopt;
    return value.starts_with('"') ? json::parse(value).get<std::string>() : value;
  }
  return std::nullopt;
}

absl::Time At(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << error;
  return time;
}

PublisherKey KeyOf(const json& entry) {
  PublisherKey key;
  key.id = entry.at("id");
  const auto public_key = PublicKey::FromPem(
      Read(entry.at("public_key")), KeyAlgorithmFromName(entry.at("algorithm").get<std::string>()).value());
  EXPECT_TRUE(public_key.ok()) << public_key.status();
  key.public_key = *public_key;
  key.envelope = EnvelopeKindFromName(entry.at("envelope").get<std::string>()).value();
  if (!entry.at("envelope_key_hex").is_null()) {
    key.envelope_key = HexDecode(entry.at("envelope_key_hex").get<std::string>()).value();
  }
  if (entry.contains("not_before")) key.not_before = At(entry.at("not_before"));
  if (entry.contains("not_after")) key.not_after = At(entry.at("not_after"));
  if (entry.contains("revoked_at")) key.revoked_at = At(entry.at("revoked_at"));
  return key;
}

// The keyring with the key that a case names, and no other.
Keyring KeyringOf(const json& manifest, const json& key_name) {
  if (key_name.is_null()) return {};
  const json& entry = manifest.at("keys").at(key_name.get<std::string>());
  return Keyring::Create({{entry.at("domain").get<std::string>(), {KeyOf(entry)}}}).value();
}

TEST(SecuredFieldVectorsTest, EachDocumentHasItsVerdict) {
  if (!Folder()) GTEST_SKIP() << "no vectors/secured, neither in tests/data nor in " CHIROGRAPH_SHARED_DIR;
  const json manifest = json::parse(Read("manifest.json"));
  std::map<std::string, int> count;
  for (const json& test : manifest.at("cases")) {
    SCOPED_TRACE(test.at("name"));
    const std::string expected = test.at("expect");
    ++count[expected];
    if (expected == "IMPORT_ERROR") continue;  // these have no canonical form
    const std::string canonical = Read(test.at("name").get<std::string>() + ".canonical.json");
    EXPECT_EQ(ToHex(Sha256(canonical)), test.at("canonical_sha256"));
    const std::optional<std::string> secured = SecuredOf(Read(test.at("document")));
    const json provider = json::parse(canonical).value("provider", json::object());
    std::optional<std::string> domain;
    if (provider.contains("domain")) domain = provider.at("domain");

    const Keyring keyring = KeyringOf(manifest, test.at("key"));
    for (const char* time : {"2020-01-02T00:00:00Z", "2026-11-23T08:00:00Z", "2099-01-01T00:00:00Z"}) {
      const SecuredVerification result = VerifySecured({canonical, secured, domain}, keyring, At(time));
      EXPECT_EQ(VerdictName(result.verdict), expected) << time << ": " << VerdictReasonName(result.reason);
      if (result.key != nullptr) {
        EXPECT_EQ(result.key->id, test.at("key"));
      }
    }
  }
  EXPECT_EQ(count, (std::map<std::string, int>{{"VALID", 24},
                                               {"INVALID", 15},
                                               {"MALFORMED", 9},
                                               {"UNSIGNED", 3},
                                               {"UNKNOWN_KEY", 4},
                                               {"KEY_REVOKED", 1},
                                               {"KEY_OUT_OF_PERIOD", 2},
                                               {"IMPORT_ERROR", 16}}));
}

// What a publisher's own revocation and period say at other times.
TEST(SecuredFieldVectorsTest, TheVerdictDependsOnTheTimeAskedAbout) {
  if (!Folder()) GTEST_SKIP() << "no vectors/secured, neither in tests/data nor in " CHIROGRAPH_SHARED_DIR;
  const json manifest = json::parse(Read("manifest.json"));
  const auto verdict = [&](const std::string& name, const std::string& key, const std::string& time) {
    const std::string canonical = Read(name + ".canonical.json");
    const std::optional<std::string> secured = SecuredOf(Read(name + ".md"));
    const std::string domain = json::parse(canonical).at("provider").at("domain");
    return VerdictName(
        VerifySecured({canonical, secured, domain}, KeyringOf(manifest, key), At(time)).verdict);
  };
  const std::string revoked = "example-ed25519-revoked";
  EXPECT_EQ(verdict(revoked + "-signed", revoked, "2018-12-31T23:59:59Z"), "KEY_OUT_OF_PERIOD");
  EXPECT_EQ(verdict(revoked + "-signed", revoked, "2019-01-01T00:00:00Z"), "VALID");
  EXPECT_EQ(verdict(revoked + "-signed", revoked, "2019-12-31T23:59:59.999999999Z"), "VALID");
  EXPECT_EQ(verdict(revoked + "-signed", revoked, "2020-01-01T00:00:00Z"), "KEY_REVOKED");
  const std::string expired = "example-ed25519-expired";
  EXPECT_EQ(verdict(expired + "-signed", expired, "2019-12-31T23:59:59.999999999Z"), "VALID");
  EXPECT_EQ(verdict(expired + "-signed", expired, "2020-01-01T00:00:00Z"), "KEY_OUT_OF_PERIOD");
  EXPECT_EQ(verdict(expired + "-tampered", expired, "2019-12-31T23:59:59Z"), "INVALID");
  const std::string future = "example-ed25519-future";
  EXPECT_EQ(verdict(future + "-signed", future, "2099-12-31T23:59:59.999999999Z"), "KEY_OUT_OF_PERIOD");
  EXPECT_EQ(verdict(future + "-signed", future, "2100-01-01T00:00:00Z"), "VALID");
}

}  // namespace
}  // namespace chirograph::secured_field_vectors_test
