// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/signing_key.h"
#include "crypto/secured_field.h"
#include "crypto/source_position.h"
#include "fmt/format.h"
#include "tests/client/cli_fake_host.h"

namespace chirograph::cli_signing_key_test {
namespace {

using testing::HasSubstr;

SigningKey MakeKey(KeyAlgorithm algorithm = KeyAlgorithm::kEd25519,
                   EnvelopeKind envelope = EnvelopeKind::kAes256Cbc) {
  auto private_key = PrivateKey::Generate(algorithm);
  EXPECT_TRUE(private_key.ok());
  auto key = MakeSigningKey("Example.ORG", "2026-test", *std::move(private_key), envelope,
                            std::string(EnvelopeKeyBytes(envelope), 'k'));
  EXPECT_TRUE(key.ok()) << key.status();
  return *key;
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string ParseError(const std::string& text) {
  const auto key = ParseSigningKey(text);
  EXPECT_FALSE(key.ok());
  return std::string(key.status().message());
}

TEST(CliSigningKeyTest, EveryAlgorithmAndEnvelopeComesBackAndSigns) {
  for (const auto algorithm : {KeyAlgorithm::kRsaPssSha256, KeyAlgorithm::kRsaPkcs1Sha256,
                               KeyAlgorithm::kEd25519, KeyAlgorithm::kEcdsaP256Sha256}) {
    for (const auto envelope : {EnvelopeKind::kNone, EnvelopeKind::kAes128Cbc, EnvelopeKind::kAes256Cbc,
                                EnvelopeKind::kAes256Gcm}) {
      const SigningKey made = MakeKey(algorithm, envelope);
      const auto text = FormatSigningKey(made);
      ASSERT_TRUE(text.ok());
      const auto read = ParseSigningKey(*text);
      ASSERT_TRUE(read.ok()) << read.status() << "\n" << *text;
      EXPECT_EQ(read->domain, "example.org");
      EXPECT_EQ(read->id, "2026-test");
      EXPECT_EQ(read->envelope, envelope);
      EXPECT_EQ(read->envelope_key, made.envelope_key);

      const auto secured = MakeSecuredField("{}", *read->private_key, read->envelope, read->envelope_key);
      ASSERT_TRUE(secured.ok());
      const SecuredDocument document = {"{}", *secured, "example.org"};
      EXPECT_EQ(VerifySecured(document, made.keyring, absl::Now()).verdict, Verdict::kValid);
    }
  }
}

TEST(CliSigningKeyTest, TakesAnIdThatLooksLikeANumber) {
  auto private_key = PrivateKey::Generate(KeyAlgorithm::kEd25519);
  const auto made = MakeSigningKey("example.org", "2026", *std::move(private_key), EnvelopeKind::kNone, "");
  ASSERT_TRUE(made.ok());
  const auto text = FormatSigningKey(*made);
  ASSERT_TRUE(text.ok());
  const auto read = ParseSigningKey(*text);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->id, "2026");
  EXPECT_TRUE(ParseSigningKey(Replaced(*text, "\"2026\"", "2026")).ok());
}

TEST(CliSigningKeyTest, TakesCarriageReturns) {
  std::string text = *FormatSigningKey(MakeKey());
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 2)) {
    text.insert(at, 1, '\r');
  }
  EXPECT_TRUE(ParseSigningKey(text).ok()) << ParseSigningKey(text).status();
}

TEST(CliSigningKeyTest, RefusesADomainThatIsNone) {
  auto private_key = PrivateKey::Generate(KeyAlgorithm::kEd25519);
  const auto key =
      MakeSigningKey("https://example.org", "a", *std::move(private_key), EnvelopeKind::kNone, "");
  ASSERT_TRUE(absl::IsInvalidArgument(key.status()));
  EXPECT_THAT(std::string(key.status().message()), HasSubstr("\"https://example.org\" is not a domain name"));
}

TEST(CliSigningKeyTest, SaysWhatIsWrongWithAFile) {
  const std::string good = *FormatSigningKey(MakeKey());
  const std::string pem = good.substr(good.find("-----BEGIN"));
  EXPECT_THAT(ParseError("format: x\n"), HasSubstr("no line -----BEGIN PRIVATE KEY-----"));
  EXPECT_THAT(ParseError(pem), HasSubstr("a private key alone"));
  EXPECT_THAT(ParseError(Replaced(good, "format: chirograph-signing-key-v1\n", "")),
              HasSubstr("a line \"format: ...\""));
  EXPECT_THAT(ParseError(Replaced(good, "key-v1", "key-v2")),
              HasSubstr("the format is not chirograph-signing-key-v1"));
  EXPECT_THAT(ParseError(Replaced(good, "domain: example.org\n", "")), HasSubstr("a line \"domain: ...\""));
  EXPECT_THAT(ParseError(Replaced(good, "id: 2026-test\n", "")), HasSubstr("a line \"id: ...\""));
  EXPECT_THAT(ParseError(Replaced(good, "id: 2026-test", "id: [a]")), HasSubstr("id is a list"));
  EXPECT_THAT(ParseError(Replaced(good, "id: 2026-test", "id: b c")), HasSubstr("b c"));
  EXPECT_THAT(ParseError(Replaced(good, "domain:", "domian: x\ndomain:")), HasSubstr("no member \"domian\""));
  EXPECT_THAT(ParseError(Replaced(good, "algorithm: ed25519", "algorithm: rsa")),
              HasSubstr("algorithm is not one of rsa-pss-sha256"));
  EXPECT_THAT(ParseError(Replaced(good, "algorithm: ed25519\n", "")), HasSubstr("\"algorithm: ...\""));
  EXPECT_THAT(ParseError(Replaced(good, "envelope: aes-256-cbc", "envelope: aes")),
              HasSubstr("envelope is not one of none"));
  EXPECT_THAT(ParseError(Replaced(good, "envelope: aes-256-cbc", "envelope: none")),
              HasSubstr("there is an envelope_key, but envelope is none"));
  EXPECT_THAT(ParseError(Replaced(good, "envelope: aes-256-cbc", "envelope: aes-128-cbc")),
              HasSubstr("the 32 hexadecimal characters that aes-128-cbc takes"));
  EXPECT_FALSE(ParseSigningKey(Replaced(good, "algorithm: ed25519", "algorithm: rsa-pss-sha256")).ok());
}

TEST(CliSigningKeyTest, SaysWhereInAFileItIsWrong) {
  const std::string good = *FormatSigningKey(MakeKey());
  const auto place_of = [](const std::string& text) {
    const absl::Status status = ParseSigningKey(text).status();
    const std::optional<SourcePosition> position = PositionOf(status);
    return position.has_value() ? fmt::format("{}:{}", position->line, position->column) : status.ToString();
  };
  EXPECT_EQ(place_of(Replaced(good, "domain: example.org", "domain: a_b")), "3:9");
  EXPECT_EQ(place_of(Replaced(good, "id: 2026-test", "id:  b c")), "4:6");
  EXPECT_EQ(place_of(Replaced(good, "algorithm: ed25519", "algorithm: rsa-pss-sha256")), "5:12");
  EXPECT_EQ(place_of(Replaced(good, "algorithm: ed25519", "algorithm: ecdsa-p256-sha256")), "5:12");
  EXPECT_EQ(place_of(Replaced(good, "PRIVATE KEY-----\nM", "PRIVATE KEY-----\n!")), "8:1");
  FakeHost host;
  host.variables["KEY"] = Replaced(good, "domain: example.org", "domain: a_b");
  EXPECT_THAT(std::string(LoadSigningKey("env:KEY", false, host).status().message()),
              testing::StartsWith("env:KEY:3:9: \"a_b\" is not a domain name"));
}

TEST(CliSigningKeyTest, APublicKeyIsSaidToBeOneWhoeverCanReadIt) {
  const TemporaryFolder folder;
  const std::string path = folder / "public-key.pem";
  WriteBytes(path, *MakeKey().private_key->PublicPem());
  FakeHost host;
  for (const unsigned mode : {0644U, 0600U}) {
    std::filesystem::permissions(path, std::filesystem::perms(mode));
    const std::string message(LoadSigningKey(path, false, host).status().message());
    EXPECT_THAT(message, testing::StartsWith(path + ": this is a public key; signing takes the private one"));
  }
}

TEST(CliSigningKeyTest, NeverQuotesASecret) {
  const std::string good = *FormatSigningKey(MakeKey());
  const std::string hex = "6b6b6b6b6b6b6b6b";
  ASSERT_THAT(good, HasSubstr(hex));
  const std::string message = ParseError(Replaced(good, hex, hex + "6"));
  EXPECT_EQ(message.find(hex), std::string::npos) << message;
}

TEST(CliSigningKeyTest, LoadsFromFileInputAndEnvironment) {
  const TemporaryFolder folder;
  const std::string text = *FormatSigningKey(MakeKey());
  const std::string path = folder / "key.pem";
  WriteBytes(path, text);
  std::filesystem::permissions(path, std::filesystem::perms::owner_read);
  FakeHost host;
  host.input = text;
  host.variables["SIGNING_KEY"] = text;
  for (const std::string& source : {path, std::string("-"), std::string("env:SIGNING_KEY")}) {
    const auto key = LoadSigningKey(source, false, host);
    ASSERT_TRUE(key.ok()) << source << key.status();
    EXPECT_EQ(key->domain, "example.org");
  }
}

TEST(CliSigningKeyTest, RefusesAFileThatOthersCanReadUnlessAllowed) {
  const TemporaryFolder folder;
  const std::string path = folder / "key.pem";
  WriteBytes(path, *FormatSigningKey(MakeKey()));
  std::filesystem::permissions(path, std::filesystem::perms(0644));
  FakeHost host;
  const auto refused = LoadSigningKey(path, false, host);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("chmod"));
  EXPECT_TRUE(LoadSigningKey(path, true, host).ok());
}

TEST(CliSigningKeyTest, NamesTheSourceInErrors) {
  const TemporaryFolder folder;
  FakeHost host;
  host.variables["BAD"] = "nothing";
  host.variables["EMPTY"] = "";
  host.variables["HUGE"] = std::string(20000, 'x');
  const auto message = [&host](const std::string& source) {
    return std::string(LoadSigningKey(source, false, host).status().message());
  };
  EXPECT_THAT(message(folder / "none"), HasSubstr(folder / "none"));
  EXPECT_THAT(message("env:NONE"), HasSubstr("the environment variable NONE is not set"));
  EXPECT_THAT(message("env:EMPTY"), HasSubstr("the environment variable EMPTY is empty"));
  EXPECT_THAT(message("env:BAD"), HasSubstr("env:BAD: this is not a signing key"));
  EXPECT_THAT(message("env:HUGE"), HasSubstr("env:HUGE: over 16384 bytes"));
  host.input = "nothing";
  EXPECT_THAT(message("-"), HasSubstr("standard input: this is not a signing key"));
}

}  // namespace
}  // namespace chirograph::cli_signing_key_test
