// SPDX-License-Identifier: Apache-2.0
#include "service/policy.h"

namespace chirograph {

std::string_view PolicyActionName(PolicyAction action) {
  return action == PolicyAction::kAccept ? "accept" : "reject";
}

std::optional<PolicyAction> PolicyActionFromName(std::string_view name) {
  if (name == "accept") return PolicyAction::kAccept;
  if (name == "reject") return PolicyAction::kReject;
  return std::nullopt;
}

PolicyAction Policy::Decide(Verdict verdict, bool publisher_has_keys) const {
  if (verdict == Verdict::kUnsigned && publisher_has_keys) return unsigned_with_keys_;
  return actions_.at(verdict);
}

}  // namespace chirograph
