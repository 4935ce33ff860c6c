// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_POLICY_H_
#define CHIROGRAPH_SERVICE_POLICY_H_

#include <map>
#include <optional>
#include <string_view>

#include "crypto/verdict.h"

namespace chirograph {

enum class PolicyAction { kAccept, kReject };

// "accept", "reject": as configurations spell them.
std::string_view PolicyActionName(PolicyAction action);
std::optional<PolicyAction> PolicyActionFromName(std::string_view name);

// What ingest does with each verdict. A value; thread-safe to read.
class Policy {
 public:
  // Rejects INVALID, MALFORMED, and UNSIGNED where the publisher has keys (somebody stripped a signature);
  // accepts and records the rest.
  Policy() = default;

  // Sets what is done with a verdict; for UNSIGNED: where the publisher has no keys.
  void Set(Verdict verdict, PolicyAction action) { actions_[verdict] = action; }
  void SetUnsignedWithKeys(PolicyAction action) { unsigned_with_keys_ = action; }

  PolicyAction Decide(Verdict verdict, bool publisher_has_keys) const;

 private:
  std::map<Verdict, PolicyAction> actions_ = {
      {Verdict::kValid, PolicyAction::kAccept},      {Verdict::kUnsigned, PolicyAction::kAccept},
      {Verdict::kMalformed, PolicyAction::kReject},  {Verdict::kUnknownKey, PolicyAction::kAccept},
      {Verdict::kKeyRevoked, PolicyAction::kAccept}, {Verdict::kKeyOutOfPeriod, PolicyAction::kAccept},
      {Verdict::kInvalid, PolicyAction::kReject},
  };
  PolicyAction unsigned_with_keys_ = PolicyAction::kReject;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_POLICY_H_
