// SPDX-License-Identifier: Apache-2.0
//
// The floor: the CPU time for one article of what cannot be avoided, each step by itself in a tight loop.
#ifndef CHIROGRAPH_TESTS_BENCHMARKS_FLOOR_H_
#define CHIROGRAPH_TESTS_BENCHMARKS_FLOOR_H_

#include <string>
#include <vector>

#include "tests/benchmarks/bench_articles.h"

namespace chirograph {

struct FloorStep {
  std::string name;
  double cpu_us = 0;         // for one article
  bool is_checking = false;  // hashing or signature, which who checks an archived article must do, too
};

struct Floor {
  std::vector<FloorStep> steps;
  double cpu_us_per_article = 0;  // their sum
  double fdatasync_us = 0;        // wall clock, of one article's bytes; not in the sum
};

// Measures with `articles`, of `publisher`, in `folder`, on the disk that the archive is on. `program` is
// this one, which is started again to receive. `rounds` times for each step; the median counts.
Floor MeasureFloor(const std::vector<v1::Article>& articles, const BenchPublisher& publisher,
                   const std::string& program, const std::string& folder, int rounds);

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_BENCHMARKS_FLOOR_H_
