// SPDX-License-Identifier: Apache-2.0
//
// Publishers' keys made on the spot, and VerifySecured with the usual arguments.
#ifndef CHIROGRAPH_TESTS_CRYPTO_SIGNER_H_
#define CHIROGRAPH_TESTS_CRYPTO_SIGNER_H_

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/secured_field.h"

namespace chirograph {

inline constexpr std::string_view kCanonical = R"({"title":"T"})";
inline constexpr std::string_view kDomain = "example.com";
inline const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

// A publisher's key with its private half.
struct Signer {
  std::shared_ptr<const PrivateKey> private_key;
  PublisherKey key;

  std::string Sign(std::string_view canonical = kCanonical) const {
    const auto secured = MakeSecuredField(canonical, *private_key, key.envelope, key.envelope_key);
    EXPECT_TRUE(secured.ok()) << secured.status();
    return secured.value_or("");
  }
};

inline Signer NewSigner(std::string id, KeyAlgorithm algorithm = KeyAlgorithm::kEd25519,
                        EnvelopeKind envelope = EnvelopeKind::kNone) {
  Signer signer;
  signer.private_key = PrivateKey::Generate(algorithm).value();
  signer.key.id = std::move(id);
  signer.key.public_key = PublicKey::FromSpki(signer.private_key->PublicSpki().value(), algorithm).value();
  signer.key.envelope = envelope;
  signer.key.envelope_key = std::string(EnvelopeKeyBytes(envelope), 'e');
  return signer;
}

inline Keyring KeyringOf(std::vector<PublisherKey> keys) {
  return Keyring::Create({{std::string(kDomain), std::move(keys)}}).value();
}

inline SecuredVerification Verify(std::optional<std::string_view> secured, const Keyring& keyring,
                                  std::optional<std::string_view> domain = kDomain, absl::Time at = kNow,
                                  std::string_view canonical = kCanonical) {
  SecuredVerification result = VerifySecured({canonical, secured, domain}, keyring, at);
  EXPECT_EQ(ERR_peek_error(), 0u) << "an error is left in OpenSSL's queue";
  EXPECT_EQ(result.key != nullptr, !result.opened_signature.empty());
  return result;
}

#define EXPECT_VERDICT(result, expected_verdict, expected_reason)                    \
  do {                                                                               \
    const SecuredVerification& actual = (result);                                    \
    EXPECT_EQ(VerdictName(actual.verdict), VerdictName(expected_verdict));           \
    EXPECT_EQ(VerdictReasonName(actual.reason), VerdictReasonName(expected_reason)); \
  } while (false)

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_CRYPTO_SIGNER_H_
