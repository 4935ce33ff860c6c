// SPDX-License-Identifier: Apache-2.0
#include "crypto/keyring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/private_key.h"

namespace chirograph::keyring_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::shared_ptr<const PublicKey> NewPublicKey() {
  const auto key = PrivateKey::Generate(KeyAlgorithm::kEd25519).value();
  return PublicKey::FromSpki(key->PublicSpki().value(), KeyAlgorithm::kEd25519).value();
}

PublisherKey NewKey(std::string id) { return {.id = std::move(id), .public_key = NewPublicKey()}; }

absl::Time At(const char* text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << error;
  return time;
}

// What Create says of one publisher's keys.
std::string ErrorOf(std::vector<PublisherKey> keys, const std::string& domain = "example.com") {
  Keyring::Publishers publishers;
  publishers[domain] = std::move(keys);
  const absl::StatusOr<Keyring> keyring = Keyring::Create(std::move(publishers));
  if (keyring.ok()) return "";
  EXPECT_EQ(keyring.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(keyring.status().message());
}

std::vector<PublisherKey> One(PublisherKey key) {
  std::vector<PublisherKey> keys;
  keys.push_back(std::move(key));
  return keys;
}

TEST(PublisherDomainTest, PutsAsciiInLowerCase) {
  EXPECT_EQ(NormalizePublisherDomain("nyoooz.com"), "nyoooz.com");
  EXPECT_EQ(NormalizePublisherDomain("NYoooZ.Com"), "nyoooz.com");
  EXPECT_EQ(NormalizePublisherDomain("xn--BCHER-kva.example"), "xn--bcher-kva.example");
  EXPECT_EQ(NormalizePublisherDomain("localhost"), "localhost");
  EXPECT_EQ(NormalizePublisherDomain("1.2.3.4"), "1.2.3.4");
  EXPECT_EQ(NormalizePublisherDomain("a-b.c"), "a-b.c");
}

TEST(PublisherDomainTest, RefusesWhatIsNoDomain) {
  for (const std::string domain :
       {"", ".", "a.", ".a", "a..b", "-a.b", "a-.b", "a_b.c", "a b", " a", "a ", "a/b", "a:80",
        "b\xc3\xbc"
        "cher.example",
        "*.a", "a\n", "https://a", "[::1]"}) {
    EXPECT_EQ(NormalizePublisherDomain(domain), std::nullopt) << domain;
  }
  EXPECT_EQ(NormalizePublisherDomain(std::string("a\0b", 3)), std::nullopt);
}

TEST(PublisherDomainTest, TakesLabelsOf63AndNamesOf253) {
  const std::string label(63, 'a');
  EXPECT_TRUE(NormalizePublisherDomain(label));
  EXPECT_FALSE(NormalizePublisherDomain(label + "a"));
  const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'b');
  ASSERT_EQ(longest.size(), 253u);
  EXPECT_TRUE(NormalizePublisherDomain(longest));
  EXPECT_FALSE(NormalizePublisherDomain(longest + "b"));
}

TEST(KeyStandingTest, CountsFromNotBeforeToJustBeforeNotAfter) {
  PublisherKey key = NewKey("k");
  key.not_before = At("2021-01-01T00:00:00Z");
  key.not_after = At("2031-01-01T00:00:00Z");
  const absl::Duration tick = absl::Nanoseconds(1);
  EXPECT_EQ(KeyStandingAt(key, *key.not_before - tick).reason, VerdictReason::kBeforePeriod);
  EXPECT_EQ(KeyStandingAt(key, *key.not_before - tick).verdict, Verdict::kKeyOutOfPeriod);
  EXPECT_EQ(KeyStandingAt(key, *key.not_before).verdict, Verdict::kValid);
  EXPECT_EQ(KeyStandingAt(key, *key.not_before).reason, VerdictReason::kSignatureVerified);
  EXPECT_EQ(KeyStandingAt(key, *key.not_after - tick).verdict, Verdict::kValid);
  EXPECT_EQ(KeyStandingAt(key, *key.not_after).verdict, Verdict::kKeyOutOfPeriod);
  EXPECT_EQ(KeyStandingAt(key, *key.not_after).reason, VerdictReason::kAfterPeriod);
}

TEST(KeyStandingTest, WithoutBoundsCountsAlways) {
  const PublisherKey key = NewKey("k");
  EXPECT_EQ(KeyStandingAt(key, absl::InfinitePast()).verdict, Verdict::kValid);
  EXPECT_EQ(KeyStandingAt(key, absl::InfiniteFuture()).verdict, Verdict::kValid);
}

TEST(KeyStandingTest, IsRevokedFromThatInstantOn) {
  PublisherKey key = NewKey("k");
  key.revoked_at = At("2024-05-01T00:00:00Z");
  EXPECT_EQ(KeyStandingAt(key, *key.revoked_at - absl::Nanoseconds(1)).verdict, Verdict::kValid);
  EXPECT_EQ(KeyStandingAt(key, *key.revoked_at).verdict, Verdict::kKeyRevoked);
  EXPECT_EQ(KeyStandingAt(key, *key.revoked_at).reason, VerdictReason::kRevoked);
}

TEST(KeyStandingTest, RevocationGoesBeforePeriod) {
  PublisherKey key = NewKey("k");
  key.not_before = At("2021-01-01T00:00:00Z");
  key.not_after = At("2022-01-01T00:00:00Z");
  key.revoked_at = At("2020-01-01T00:00:00Z");
  for (const char* time : {"2020-06-01T00:00:00Z", "2021-06-01T00:00:00Z", "2023-01-01T00:00:00Z"}) {
    EXPECT_EQ(KeyStandingAt(key, At(time)).verdict, Verdict::kKeyRevoked);
  }
  EXPECT_EQ(KeyStandingAt(key, At("2019-01-01T00:00:00Z")).verdict, Verdict::kKeyOutOfPeriod);
}

TEST(KeyringTest, AnEmptyOneHasNoKeys) {
  EXPECT_TRUE(Keyring().KeysFor("example.com").empty());
  EXPECT_TRUE(Keyring().publishers().empty());
  EXPECT_TRUE(Keyring::Create({}).value().publishers().empty());
}

TEST(KeyringTest, FindsKeysInTheirOrderByNormalDomainOnly) {
  Keyring::Publishers publishers;
  publishers["example.com"].push_back(NewKey("b"));
  publishers["example.com"].push_back(NewKey("a"));
  publishers["other.example"].push_back(NewKey("c"));
  const Keyring keyring = Keyring::Create(std::move(publishers)).value();
  ASSERT_EQ(keyring.KeysFor("example.com").size(), 2u);
  EXPECT_EQ(keyring.KeysFor("example.com")[0].id, "b");
  EXPECT_EQ(keyring.KeysFor("example.com")[1].id, "a");
  for (const char* domain : {"Example.com", "www.example.com", "com", "", "example.com."}) {
    EXPECT_TRUE(keyring.KeysFor(domain).empty()) << domain;
  }
  EXPECT_EQ(keyring.publishers().size(), 2u);
}

TEST(KeyringTest, ACopySharesTheKeysAndOutlivesTheFirst) {
  auto first = std::make_unique<Keyring>(Keyring::Create({{"example.com", One(NewKey("k"))}}).value());
  const Keyring copy = *first;
  EXPECT_EQ(copy.KeysFor("example.com").data(), first->KeysFor("example.com").data());
  first.reset();
  EXPECT_EQ(copy.KeysFor("example.com")[0].id, "k");
}

TEST(KeyringTest, RefusesADomainThatIsNotInNormalForm) {
  for (const char* domain : {"Example.com", "example.com.", "", "a b"}) {
    EXPECT_THAT(ErrorOf(One(NewKey("k")), domain), HasSubstr("not a domain name in lower case"));
  }
}

TEST(KeyringTest, TakesOneToEightKeys) {
  std::vector<PublisherKey> keys;
  EXPECT_THAT(ErrorOf(keys), HasSubstr("1 to 8 keys, not 0"));
  for (int i = 0; i < 8; ++i) keys.push_back(NewKey("k" + std::to_string(i)));
  EXPECT_EQ(ErrorOf(keys), "");
  keys.push_back(NewKey("k8"));
  EXPECT_THAT(ErrorOf(keys), AllOf(HasSubstr("example.com"), HasSubstr("1 to 8 keys, not 9")));
}

TEST(KeyringTest, TakesIdsOf1To64OfTheAlphabetOnly) {
  EXPECT_EQ(ErrorOf(One(NewKey(std::string(64, 'a')))), "");
  EXPECT_EQ(ErrorOf(One(NewKey("AZaz09._-"))), "");
  for (const std::string id : {"", "a b", "a/b", "a:b", "\xc3\xa4", "a\n"}) {
    EXPECT_THAT(ErrorOf(One(NewKey(id))), HasSubstr("1 to 64 characters")) << id;
  }
  EXPECT_THAT(ErrorOf(One(NewKey(std::string(65, 'a')))), HasSubstr("1 to 64 characters"));
}

TEST(KeyringTest, RefusesARepeatedIdButNotAcrossPublishers) {
  std::vector<PublisherKey> keys = One(NewKey("k"));
  keys.push_back(NewKey("k"));
  EXPECT_THAT(ErrorOf(keys), HasSubstr("key \"k\": a second key with this id"));
  EXPECT_TRUE(Keyring::Create({{"a.example", One(NewKey("k"))}, {"b.example", One(NewKey("k"))}}).ok());
}

TEST(KeyringTest, RefusesTheSamePublicKeyTwiceForOnePublisher) {
  PublisherKey first = NewKey("first");
  PublisherKey second = first;
  second.id = "second";
  // Even loaded again, and with another envelope and period.
  second.public_key = PublicKey::FromSpki(first.public_key->spki(), KeyAlgorithm::kEd25519).value();
  second.envelope = EnvelopeKind::kAes128Cbc;
  second.envelope_key = std::string(16, 'k');
  second.not_before = At("2021-01-01T00:00:00Z");
  std::vector<PublisherKey> keys = One(first);
  keys.push_back(second);
  EXPECT_THAT(ErrorOf(keys), HasSubstr("key \"second\": the same public key as \"first\""));
  EXPECT_TRUE(Keyring::Create({{"a.example", One(first)}, {"b.example", One(second)}}).ok());
}

TEST(KeyringTest, RefusesTheSameRsaKeyUnderTwoAlgorithms) {
  const auto private_key = PrivateKey::Generate(KeyAlgorithm::kRsaPssSha256).value();
  const std::string spki = private_key->PublicSpki().value();
  std::vector<PublisherKey> keys;
  keys.push_back({.id = "pss", .public_key = PublicKey::FromSpki(spki, KeyAlgorithm::kRsaPssSha256).value()});
  keys.push_back(
      {.id = "pkcs1", .public_key = PublicKey::FromSpki(spki, KeyAlgorithm::kRsaPkcs1Sha256).value()});
  EXPECT_THAT(ErrorOf(keys), HasSubstr("the same public key"));
}

TEST(KeyringTest, RefusesAnEnvelopeKeyOfTheWrongLength) {
  for (const EnvelopeKind kind :
       {EnvelopeKind::kNone, EnvelopeKind::kAes128Cbc, EnvelopeKind::kAes256Cbc, EnvelopeKind::kAes256Gcm}) {
    for (const std::size_t size : {0, 15, 16, 24, 31, 32, 33, 64}) {
      PublisherKey key = NewKey("k");
      key.envelope = kind;
      key.envelope_key = std::string(size, 'k');
      const std::string error = ErrorOf(One(key));
      EXPECT_EQ(error.empty(), size == EnvelopeKeyBytes(kind)) << EnvelopeKindName(kind) << " " << size;
      if (!error.empty()) {
        EXPECT_THAT(error, HasSubstr("takes a key of"));
      }
    }
  }
}

TEST(KeyringTest, RefusesAPeriodThatIsEmpty) {
  PublisherKey key = NewKey("k");
  key.not_before = At("2021-01-01T00:00:00Z");
  key.not_after = key.not_before;
  EXPECT_THAT(ErrorOf(One(key)), HasSubstr("not_after must be later than not_before"));
  key.not_after = *key.not_before - absl::Seconds(1);
  EXPECT_THAT(ErrorOf(One(key)), HasSubstr("not_after must be later than not_before"));
  key.not_after = *key.not_before + absl::Nanoseconds(1);
  EXPECT_EQ(ErrorOf(One(key)), "");
}

TEST(KeyringTest, RefusesAKeyWithoutAPublicKey) {
  EXPECT_THAT(ErrorOf(One(PublisherKey{.id = "k", .public_key = nullptr})), HasSubstr("no public key"));
}

TEST(KeyringTest, ErrorsNeverHoldTheEnvelopeKey) {
  PublisherKey key = NewKey("k");
  key.envelope = EnvelopeKind::kAes256Cbc;
  key.envelope_key = "a secret of the wrong length";
  EXPECT_THAT(ErrorOf(One(key)), testing::Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace chirograph::keyring_test
