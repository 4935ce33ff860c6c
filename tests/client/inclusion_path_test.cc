// SPDX-License-Identifier: Apache-2.0
#include "client/internal/inclusion_path.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "crypto/merkle.h"
#include "tests/client/test_log.h"

namespace chirograph::internal::inclusion_path_test {
namespace {

TEST(InclusionPathTest, LeadsFromEachLeafOfEachTreeToItsRoot) {
  TestLog log;
  for (std::uint64_t size = 1; size <= 40; ++size) {
    log.AddEntry({fmt::format("entry {}", size), "", ""});
    for (std::uint64_t index = 0; index < size; ++index) {
      const Digest leaf = LeafHash(log.entry(index).log_entry);
      const std::vector<Digest> proof = *ProveInclusion(index, size, log);
      const std::vector<PathStep> steps = WalkInclusion(leaf, index, size, proof);
      ASSERT_EQ(steps.size(), proof.size());
      Digest hash = leaf;
      for (std::size_t i = 0; i < steps.size(); ++i) {
        EXPECT_EQ(steps[i].sibling, proof[i]);
        hash = steps[i].sibling_is_left ? NodeHash(proof[i], hash) : NodeHash(hash, proof[i]);
        EXPECT_EQ(steps[i].hash, hash);
      }
      EXPECT_EQ(hash, log.RootHash(size)) << "index " << index << ", tree size " << size;
    }
  }
}

}  // namespace
}  // namespace chirograph::internal::inclusion_path_test
