// SPDX-License-Identifier: Apache-2.0
//
// Between crypto's enums and the messages' ones: one function for each direction. What comes from
// outside may be a number that no enum has, hence the optional.
#ifndef CHIROGRAPH_PROTO_ENUM_CONVERSION_H_
#define CHIROGRAPH_PROTO_ENUM_CONVERSION_H_

#include <optional>

#include "chirograph/v1/verification.pb.h"
#include "crypto/key_types.h"
#include "crypto/verdict.h"

namespace chirograph {

v1::Verdict ToProto(Verdict verdict);
std::optional<Verdict> FromProto(v1::Verdict verdict);

v1::VerdictReason ToProto(VerdictReason reason);
std::optional<VerdictReason> FromProto(v1::VerdictReason reason);

v1::KeyAlgorithm ToProto(KeyAlgorithm algorithm);
std::optional<KeyAlgorithm> FromProto(v1::KeyAlgorithm algorithm);

v1::EnvelopeKind ToProto(EnvelopeKind kind);
std::optional<EnvelopeKind> FromProto(v1::EnvelopeKind kind);

}  // namespace chirograph

#endif  // CHIROGRAPH_PROTO_ENUM_CONVERSION_H_
