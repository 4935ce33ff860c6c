// SPDX-License-Identifier: Apache-2.0
//
// A benchmark that cannot go on ends, and says why: it has no figure to give.
#ifndef CHIROGRAPH_TESTS_BENCHMARKS_BENCH_ERROR_H_
#define CHIROGRAPH_TESTS_BENCHMARKS_BENCH_ERROR_H_

#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chirograph {

[[noreturn]] inline void Die(std::string_view why) {
  fmt::print(stderr, "bench: {}\n", why);
  std::exit(3);
}
inline void OrDie(const absl::Status& status) {
  if (!status.ok()) Die(status.ToString());
}
template <typename T>
T OrDie(absl::StatusOr<T> value) {
  if (!value.ok()) Die(value.status().ToString());
  return *std::move(value);
}

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_BENCHMARKS_BENCH_ERROR_H_
