// SPDX-License-Identifier: Apache-2.0
//
// What the fuzzers share. What a parser takes must have the properties that its header promises; a fuzzer
// that sees another ends the program, and libFuzzer keeps the input.
#ifndef CHIROGRAPH_TESTS_FUZZ_FUZZ_H_
#define CHIROGRAPH_TESTS_FUZZ_FUZZ_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

// Not assert(): a release build has none.
#define CHIROGRAPH_FUZZ_CHECK(condition)                                                       \
  do {                                                                                         \
    if (!(condition)) {                                                                        \
      std::fprintf(stderr, "%s:%d: this does not hold: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                            \
    }                                                                                          \
  } while (false)

namespace chirograph {

// The fuzzer's input.
void FuzzOne(std::string_view input);

}  // namespace chirograph

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  chirograph::FuzzOne({reinterpret_cast<const char*>(data), size});
  return 0;
}

#endif  // CHIROGRAPH_TESTS_FUZZ_FUZZ_H_
