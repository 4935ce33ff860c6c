// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_INTERNAL_CASE_MANIFEST_H_
#define CHIROGRAPH_CLIENT_INTERNAL_CASE_MANIFEST_H_

#include <string>
#include <vector>

#include "client/evidence_case.h"
#include "client/internal/case_facts.h"

namespace chirograph::internal {

// manifest.json of a case with these facts and `files` (docs/evidence.md): UTF-8 JSON, with a line feed at
// its end.
std::string WriteCaseManifest(const CaseFacts& facts, const std::vector<EvidenceFile>& files);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_CASE_MANIFEST_H_
