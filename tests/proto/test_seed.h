// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_PROTO_TEST_SEED_H_
#define CHIROGRAPH_TESTS_PROTO_TEST_SEED_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>

namespace chirograph {

// The seed of a random test: CHIROGRAPH_TEST_SEED where it is set, else a new one. Either way it is in
// the test's output.
inline std::uint64_t TestSeed() {
  const char* given = std::getenv("CHIROGRAPH_TEST_SEED");
  const std::uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::uint64_t{std::random_device{}()};
  std::cout << "CHIROGRAPH_TEST_SEED=" << seed << std::endl;
  return seed;
}

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_PROTO_TEST_SEED_H_
