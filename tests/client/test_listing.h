// SPDX-License-Identifier: Apache-2.0
//
// What an honest server lists, of a TestLog in memory: written from the protos, by looking at every entry.
#ifndef CHIROGRAPH_TESTS_CLIENT_TEST_LISTING_H_
#define CHIROGRAPH_TESTS_CLIENT_TEST_LISTING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "chirograph/v1/archive_service.pb.h"
#include "chirograph/v1/listing.pb.h"
#include "tests/client/test_log.h"

namespace chirograph {

// Whether the entry at `index` is an article to which all of `filter` applies.
bool Fits(const TestLog& log, std::uint64_t index, const v1::ArticleFilter& filter);

// The indexes of such articles in the first `tree_size` entries, in `order`.
std::vector<std::uint64_t> ListIndexes(const TestLog& log, std::uint64_t tree_size,
                                       const v1::ArticleFilter& filter, v1::ListOrder order);

// The publishers with a submission that counts at the URL of `request` (of either kind), sorted.
template <typename Request>
std::vector<std::string> ListPublishers(const TestLog& log, const Request& request);

// The first submission of each version of `publisher`'s article, ascending by index.
template <typename Request>
std::vector<std::uint64_t> ListVersionIndexes(const TestLog& log, const Request& request,
                                              const std::string& publisher);

// The article at `index`, without the checkpoint, as `view` has it.
v1::ListedArticle MakeListed(const TestLog& log, std::uint64_t index, std::uint64_t tree_size,
                             v1::ArticleView view);

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_CLIENT_TEST_LISTING_H_
