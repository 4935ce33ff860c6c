// SPDX-License-Identifier: Apache-2.0
//
// What reading costs: single articles, proofs, lists.
#ifndef CHIROGRAPH_TESTS_BENCHMARKS_READS_H_
#define CHIROGRAPH_TESTS_BENCHMARKS_READS_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace chirograph {

// Calls one after another: the median of their times. And many at a time.
struct CallFigures {
  double p50_us = 0;
  double per_s = 0;
  double mean_bytes = 0;  // of an answer
};

// Articles, with their content, at random indexes of [first, end); `count` calls in each way.
CallFigures MeasureGets(const std::string& address, std::uint64_t first, std::uint64_t end,
                        std::size_t count);

// The same calls to a server that `program` is started as, whose answers are of `bytes`.
CallFigures MeasureEcho(const std::string& program, const std::string& folder, std::size_t bytes,
                        std::size_t count);

// Inclusion proofs at random indexes of [first, end), under the newest tree.
CallFigures MeasureProofs(const std::string& address, std::uint64_t first, std::uint64_t end,
                          std::size_t count);

struct ListFigures {
  double articles_per_s = 0;
  double mb_per_s = 0;
};

// All articles with their content and proofs, in one list, by index.
ListFigures MeasureList(const std::string& address);

// The store's content column alone, read from its files in order. Nobody may have the store open.
ListFigures MeasureScan(const std::string& store_path);

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_BENCHMARKS_READS_H_
