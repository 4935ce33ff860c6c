// SPDX-License-Identifier: Apache-2.0
//
// All pages of a catalog's list, and waiting for it.
#ifndef CHIROGRAPH_TESTS_SERVICE_CATALOG_PAGES_H_
#define CHIROGRAPH_TESTS_SERVICE_CATALOG_PAGES_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <future>
#include <string>
#include <vector>

#include "service/catalog.h"
#include "tests/service/status_matchers.h"

namespace chirograph {

using Indexes = std::vector<std::uint64_t>;

// All pages of a list from behind `position` on, each hit's position beside it.
template <class NextPage>
std::vector<CatalogHit> AllPages(const NextPage& next_page, std::string position = {}) {
  std::vector<CatalogHit> hits;
  for (int pages = 0; pages < 100'000; ++pages) {
    absl::StatusOr<CatalogPage> page = next_page(position);
    EXPECT_THAT(page, IsOk());
    if (!page.ok()) return hits;
    hits.insert(hits.end(), page->hits.begin(), page->hits.end());
    if (page->end) return hits;
    EXPECT_NE(page->position, position);
    EXPECT_LE(page->position.size(), kMaxPositionBytes);
    position = page->position;
  }
  ADD_FAILURE() << "the list does not end";
  return hits;
}

inline Indexes IndexesOf(const std::vector<CatalogHit>& hits) {
  Indexes indexes;
  for (const CatalogHit& hit : hits) indexes.push_back(hit.index);
  return indexes;
}

inline absl::Status WaitFor(Catalog& catalog, std::uint64_t tree_size,
                            absl::Duration timeout = absl::Seconds(60)) {
  std::promise<absl::Status> promise;
  catalog.WhenAt(tree_size, timeout, [&](const absl::Status& status) { promise.set_value(status); });
  return promise.get_future().get();
}

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_SERVICE_CATALOG_PAGES_H_
