// SPDX-License-Identifier: Apache-2.0
//
// The secured field: grammar, verdict, and how one is made (docs/secured-field.md).
#ifndef CHIROGRAPH_CRYPTO_SECURED_FIELD_H_
#define CHIROGRAPH_CRYPTO_SECURED_FIELD_H_

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "crypto/envelope.h"
#include "crypto/keyring.h"
#include "crypto/private_key.h"
#include "crypto/verdict.h"

namespace chirograph {

// What goes before the canonical form in the bytes that are signed: 22 bytes with the line feed.
inline constexpr std::string_view kSigningPrefix = "chirograph.article.v1\n";

// The bytes that a publisher signs.
std::string SigningInput(std::string_view canonical_form);

// A field of the grammar: the signature itself, or a sealed one. Raw bytes, base64 undone.
using ParsedSecuredField = std::variant<std::string, SealedSignature>;

// The parts of `secured` (not empty), or why it is not of the grammar: kWrongParts, kNotBase64, kTooLong.
std::variant<ParsedSecuredField, VerdictReason> ParseSecuredField(std::string_view secured);

// The text of a field.
std::string FormatSecuredField(const ParsedSecuredField& field);

// One document to check. The views need only outlive the call.
struct SecuredDocument {
  std::string_view canonical_form;
  std::optional<std::string_view> secured;          // as in the document
  std::optional<std::string_view> provider_domain;  // as in the document
};

struct SecuredVerification {
  Verdict verdict;
  VerdictReason reason;
  // In normal form; empty where the document names none that is a domain name.
  std::string publisher_domain;
  // The key that verified (VALID, KEY_REVOKED, KEY_OUT_OF_PERIOD); otherwise null. It points into the
  // keyring.
  const PublisherKey* key = nullptr;
  // The signature that it verified; otherwise empty.
  std::string opened_signature;
};

// The verdict on `document` at `at`: a pure function, decided in the order of docs/secured-field.md.
// Every key whose lengths fit is tried until one is VALID, with a signature verification of full size
// whether its envelope opened or not. Thread-safe.
SecuredVerification VerifySecured(const SecuredDocument& document, const Keyring& keyring, absl::Time at);

// The text of a secured field for `canonical_form`, signed by `private_key` and put in the envelope.
// Internal: OpenSSL could not, or what was made does not open and verify (it is checked before it is
// returned). InvalidArgument: `envelope_key` is of the wrong length.
absl::StatusOr<std::string> MakeSecuredField(std::string_view canonical_form, const PrivateKey& private_key,
                                             EnvelopeKind envelope, std::string_view envelope_key);

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_SECURED_FIELD_H_
