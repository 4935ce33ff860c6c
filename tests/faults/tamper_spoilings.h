// SPDX-License-Identifier: Apache-2.0
//
// The rows of the tamper table: one way to spoil a store each.
#ifndef CHIROGRAPH_TESTS_FAULTS_TAMPER_SPOILINGS_H_
#define CHIROGRAPH_TESTS_FAULTS_TAMPER_SPOILINGS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "chirograph/v1/finding.pb.h"
#include "proto/check_part.h"
#include "tests/faults/tamper_store.h"
#include "tests/service/spoilable_archive.h"

namespace chirograph {

struct Spoiling {
  std::string kind;
  // The part of the check that is there for it, and what it says: one of `codes`, at `index` or of none.
  CheckPart part = CheckPart::kLeaves;
  std::vector<v1::FindingCode> codes;
  std::optional<std::uint64_t> index;
  // False: the store is a sound one, of another past, and the check has nothing to say.
  bool is_inside = true;
  // What a server serves of it is a sound log, of another past: only who remembers sees it.
  bool is_past = false;
  std::function<void()> apply;
};

// All of them, always the same. `log`, `store` and `forger` must outlive what is returned.
std::vector<Spoiling> MakeSpoilings(const TamperedLog& log, SpoilableArchive& store, Forger& forger);

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_FAULTS_TAMPER_SPOILINGS_H_
