// SPDX-License-Identifier: Apache-2.0
//
// What a finding may come from, and what to do: for reports.
#ifndef CHIROGRAPH_PROTO_FINDING_ADVICE_H_
#define CHIROGRAPH_PROTO_FINDING_ADVICE_H_

#include <string_view>

#include "chirograph/v1/finding.pb.h"

namespace chirograph {

// Whole sentences, for a person who does not know the log's parts.
struct FindingAdvice {
  std::string_view may_come_from;
  std::string_view what_to_do;
};

FindingAdvice AdviceOn(v1::FindingCode code);

}  // namespace chirograph

#endif  // CHIROGRAPH_PROTO_FINDING_ADVICE_H_
