// SPDX-License-Identifier: Apache-2.0
//
// What the tests of the tamper table share.
#ifndef CHIROGRAPH_TESTS_FAULTS_TAMPER_RIG_H_
#define CHIROGRAPH_TESTS_FAULTS_TAMPER_RIG_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <vector>

#include "chirograph/v1/finding.pb.h"
#include "proto/check_part.h"
#include "tests/faults/tamper_spoilings.h"
#include "tests/faults/tamper_store.h"
#include "tests/service/spoilable_archive.h"

namespace chirograph {

// Of the release build. With a sanitizer each takes ten to thirty times as long: every sixteenth is looked
// at.
#ifdef CHIROGRAPH_SANITIZED
inline constexpr std::size_t kTamperStride = 16;
#else
inline constexpr std::size_t kTamperStride = 1;
#endif
inline constexpr std::size_t kFewestSpoilings = 300;

// In the order of CheckPart.
inline constexpr std::array kPartNames = {"the entry's form",
                                          "times",
                                          "a KeyEvent's key",
                                          "Opening",
                                          "Content",
                                          "article digest",
                                          "source",
                                          "secured field",
                                          "names",
                                          "verdict",
                                          "KeyEvents",
                                          "signature",
                                          "envelope",
                                          "leaves",
                                          "tiles",
                                          "root",
                                          "checkpoint",
                                          "ends",
                                          "indexes",
                                          "catalog",
                                          "receipts"};
static_assert(kPartNames.size() == static_cast<std::size_t>(CheckPart::kCount));

// Whether a finding has one of the codes, at the index or of none, that there must be of `spoiling`.
inline bool IsNamed(const std::vector<v1::Finding>& findings, const Spoiling& spoiling) {
  return std::any_of(findings.begin(), findings.end(), [&spoiling](const v1::Finding& finding) {
    const bool is_code =
        std::find(spoiling.codes.begin(), spoiling.codes.end(), finding.code()) != spoiling.codes.end();
    const bool is_there =
        spoiling.index ? finding.has_index() && finding.index() == *spoiling.index : !finding.has_index();
    return is_code && is_there;
  });
}

// The log, a copy of it to spoil, and all ways in which that is done.
struct TamperRig {
  explicit TamperRig(const std::function<void(TestArchive& archive)>& at_half = nullptr) : log(at_half) {}

  TamperedLog log;
  SpoilableArchive store{log.archive()};
  Forger forger{store, log.archive().signer()};
  const std::vector<Spoiling> spoilings = MakeSpoilings(log, store, forger);
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_FAULTS_TAMPER_RIG_H_
