// SPDX-License-Identifier: Apache-2.0
//
// VerifySecured: which verdict goes before which, over time and over a publisher's keys.
#include <gtest/gtest.h>

#include <vector>

#include "crypto/secured_field.h"
#include "tests/crypto/signer.h"

namespace chirograph::secured_field_order_test {
namespace {

struct OrderCase {
  const char* name;
  std::optional<std::string_view> secured;
  std::optional<std::string_view> domain;
  Verdict verdict;
  VerdictReason reason;
  std::string_view publisher;
};

TEST(SecuredFieldOrderTest, AnswersWithTheFirstThatHolds) {
  const Signer signer = NewSigner("k");
  const Keyring keyring = KeyringOf({signer.key});
  const std::string good = signer.Sign();
  const std::string invalid = signer.Sign("{}");
  using V = Verdict;
  using R = VerdictReason;
  const OrderCase cases[] = {
      {"nothing at all", std::nullopt, std::nullopt, V::kUnsigned, R::kNoSecuredField, ""},
      {"no field, known publisher", std::nullopt, kDomain, V::kUnsigned, R::kNoSecuredField, kDomain},
      {"empty field, unknown publisher", "", "other.example", V::kUnsigned, R::kEmptySecuredField,
       "other.example"},
      {"empty field, no publisher", "", std::nullopt, V::kUnsigned, R::kEmptySecuredField, ""},
      {"bad grammar goes before no publisher", "!", std::nullopt, V::kMalformed, R::kNotBase64, ""},
      {"bad grammar goes before an unknown one", "AA==;", "other.example", V::kMalformed, R::kWrongParts,
       "other.example"},
      {"no publisher", good, std::nullopt, V::kUnknownKey, R::kNoPublisher, ""},
      {"a publisher that is no domain", good, "example.com.", V::kUnknownKey, R::kNoPublisher, ""},
      {"an empty publisher", good, "", V::kUnknownKey, R::kNoPublisher, ""},
      {"an unknown publisher", good, "other.example", V::kUnknownKey, R::kNoKeyForPublisher, "other.example"},
      {"unknown goes before lengths", "AA==", "other.example", V::kUnknownKey, R::kNoKeyForPublisher,
       "other.example"},
      {"a subdomain is another publisher", good, "www.example.com", V::kUnknownKey, R::kNoKeyForPublisher,
       "www.example.com"},
      {"lengths", "AA==", kDomain, V::kMalformed, R::kFitsNoKey, kDomain},
      {"valid", good, kDomain, V::kValid, R::kSignatureVerified, kDomain},
      {"valid, publisher in upper case", good, "EXAMPLE.Com", V::kValid, R::kSignatureVerified, kDomain},
      {"invalid", invalid, kDomain, V::kInvalid, R::kDoesNotVerify, kDomain},
  };
  for (const OrderCase& test : cases) {
    SCOPED_TRACE(test.name);
    const SecuredVerification result = Verify(test.secured, keyring, test.domain);
    EXPECT_VERDICT(result, test.verdict, test.reason);
    EXPECT_EQ(result.publisher_domain, test.publisher);
    EXPECT_EQ(result.key != nullptr, test.verdict == V::kValid);
  }
}

TEST(SecuredFieldOrderTest, AnEmptyKeyringKnowsNobody) {
  const Signer signer = NewSigner("k");
  EXPECT_VERDICT(Verify(signer.Sign(), Keyring()), Verdict::kUnknownKey, VerdictReason::kNoKeyForPublisher);
}

TEST(SecuredFieldTimeTest, AKeyCountsInItsPeriodAndUntilItIsRevoked) {
  Signer signer = NewSigner("k");
  const std::string secured = signer.Sign();
  signer.key.not_before = kNow;
  signer.key.not_after = kNow + absl::Hours(2);
  signer.key.revoked_at = kNow + absl::Hours(1);
  const Keyring keyring = KeyringOf({signer.key});
  const auto at = [&](absl::Duration after) { return Verify(secured, keyring, kDomain, kNow + after); };
  const absl::Duration tick = absl::Nanoseconds(1);
  EXPECT_VERDICT(at(-tick), Verdict::kKeyOutOfPeriod, VerdictReason::kBeforePeriod);
  EXPECT_VERDICT(at(absl::ZeroDuration()), Verdict::kValid, VerdictReason::kSignatureVerified);
  EXPECT_VERDICT(at(absl::Hours(1) - tick), Verdict::kValid, VerdictReason::kSignatureVerified);
  EXPECT_VERDICT(at(absl::Hours(1)), Verdict::kKeyRevoked, VerdictReason::kRevoked);
  EXPECT_VERDICT(at(absl::Hours(3)), Verdict::kKeyRevoked, VerdictReason::kRevoked);

  signer.key.revoked_at.reset();
  const Keyring not_revoked = KeyringOf({signer.key});
  EXPECT_VERDICT(Verify(secured, not_revoked, kDomain, kNow + absl::Hours(2)), Verdict::kKeyOutOfPeriod,
                 VerdictReason::kAfterPeriod);
}

TEST(SecuredFieldTimeTest, ABadSignatureOfARevokedOrOldKeyIsInvalid) {
  Signer revoked = NewSigner("revoked");
  const std::string secured = revoked.Sign("{}");
  revoked.key.revoked_at = kNow - absl::Hours(1);
  EXPECT_VERDICT(Verify(secured, KeyringOf({revoked.key})), Verdict::kInvalid, VerdictReason::kDoesNotVerify);
  Signer old = NewSigner("old");
  const std::string other = old.Sign("{}");
  old.key.not_after = kNow - absl::Hours(1);
  EXPECT_VERDICT(Verify(other, KeyringOf({old.key})), Verdict::kInvalid, VerdictReason::kDoesNotVerify);
}

TEST(SecuredFieldTimeTest, AKeyThatVerifiesNamesItselfWhateverItsStanding) {
  Signer revoked = NewSigner("revoked");
  const std::string secured = revoked.Sign();
  revoked.key.revoked_at = kNow;
  const Keyring keyring = KeyringOf({revoked.key});
  const SecuredVerification result = Verify(secured, keyring);
  ASSERT_NE(result.key, nullptr);
  EXPECT_EQ(result.key->id, "revoked");
  EXPECT_TRUE(revoked.key.public_key->Verify(SigningInput(kCanonical), result.opened_signature));
}

// --- Publishers with several keys ---

TEST(SeveralKeysTest, FindsTheOneThatSignedAmongAll) {
  std::vector<Signer> signers;
  std::vector<PublisherKey> keys;
  const std::pair<KeyAlgorithm, EnvelopeKind> kinds[] = {
      {KeyAlgorithm::kRsaPssSha256, EnvelopeKind::kAes256Cbc},
      {KeyAlgorithm::kRsaPssSha256, EnvelopeKind::kAes256Cbc},
      {KeyAlgorithm::kRsaPkcs1Sha256, EnvelopeKind::kAes128Cbc},
      {KeyAlgorithm::kEd25519, EnvelopeKind::kNone},
      {KeyAlgorithm::kEd25519, EnvelopeKind::kAes256Gcm},
      {KeyAlgorithm::kEcdsaP256Sha256, EnvelopeKind::kNone},
      {KeyAlgorithm::kEcdsaP256Sha256, EnvelopeKind::kAes256Cbc},
      {KeyAlgorithm::kEcdsaP256Sha256, EnvelopeKind::kAes256Gcm}};
  for (const auto& [algorithm, envelope] : kinds) {
    signers.push_back(NewSigner("k" + std::to_string(signers.size()), algorithm, envelope));
    keys.push_back(signers.back().key);
  }
  const Keyring keyring = KeyringOf(keys);
  for (const Signer& signer : signers) {
    const SecuredVerification result = Verify(signer.Sign(), keyring);
    EXPECT_VERDICT(result, Verdict::kValid, VerdictReason::kSignatureVerified);
    ASSERT_NE(result.key, nullptr);
    EXPECT_EQ(result.key->id, signer.key.id);
  }
}

TEST(SeveralKeysTest, OneThatFitsMakesItInvalidAndNotMalformed) {
  const Signer plain = NewSigner("plain");
  const Signer sealed = NewSigner("sealed", KeyAlgorithm::kEd25519, EnvelopeKind::kAes256Gcm);
  const Signer stranger = NewSigner("stranger");
  const Keyring keyring = KeyringOf({sealed.key, plain.key});
  EXPECT_VERDICT(Verify(stranger.Sign(), keyring), Verdict::kInvalid, VerdictReason::kDoesNotVerify);
  EXPECT_VERDICT(Verify(stranger.Sign(), KeyringOf({sealed.key})), Verdict::kMalformed,
                 VerdictReason::kFitsNoKey);
}

TEST(SeveralKeysTest, APublishersKeyIsNotAnothers) {
  const Signer a = NewSigner("a");
  const Signer b = NewSigner("b");
  const Keyring keyring = Keyring::Create({{"a.example", {a.key}}, {"b.example", {b.key}}}).value();
  EXPECT_VERDICT(Verify(a.Sign(), keyring, "a.example"), Verdict::kValid, VerdictReason::kSignatureVerified);
  EXPECT_VERDICT(Verify(a.Sign(), keyring, "b.example"), Verdict::kInvalid, VerdictReason::kDoesNotVerify);
}

// Of keys that verify the same signature, the best standing counts, wherever it is in the keyring. One
// publisher cannot have one public key twice, so a stand-in that takes everything is the second.
class Agreeable final : public PublicKey {
 public:
  explicit Agreeable(std::string spki) : spki_(std::move(spki)) {}
  KeyAlgorithm algorithm() const override { return KeyAlgorithm::kEd25519; }
  const std::string& spki() const override { return spki_; }
  std::size_t min_signature_bytes() const override { return 3; }
  std::size_t max_signature_bytes() const override { return 3; }
  bool Verify(std::string_view, std::string_view) const override { return true; }

 private:
  const std::string spki_;
};

TEST(SeveralKeysTest, TheBestStandingCounts) {
  const auto make = [](const std::string& id) {
    return PublisherKey{.id = id, .public_key = std::make_shared<const Agreeable>(id)};
  };
  PublisherKey valid = make("valid");
  PublisherKey revoked = make("revoked");
  revoked.revoked_at = kNow;
  PublisherKey early = make("early");
  early.not_before = kNow + absl::Hours(1);
  PublisherKey late = make("late");
  late.not_after = kNow;

  const auto best = [](std::vector<PublisherKey> keys) {
    const Keyring keyring = KeyringOf(std::move(keys));
    const SecuredVerification result = Verify("AQID", keyring);
    return result.key->id + " " + std::string(VerdictReasonName(result.reason));
  };
  EXPECT_EQ(best({late, early, revoked, valid}), "valid SIGNATURE_VERIFIED");
  EXPECT_EQ(best({valid, revoked, early, late}), "valid SIGNATURE_VERIFIED");
  EXPECT_EQ(best({late, revoked, early}), "revoked REVOKED");
  EXPECT_EQ(best({revoked, late, early}), "revoked REVOKED");
  EXPECT_EQ(best({late, early}), "late AFTER_PERIOD") << "of equals the first";
  EXPECT_EQ(best({early, late}), "early BEFORE_PERIOD");
}

}  // namespace
}  // namespace chirograph::secured_field_order_test
