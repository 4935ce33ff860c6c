// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_INTERNAL_ENTRY_STREAM_H_
#define CHIROGRAPH_CLIENT_INTERNAL_ENTRY_STREAM_H_

#include <cstdint>
#include <functional>

#include "chirograph/v1/log_service.pb.h"
#include "client/answer.h"
#include "client/article_stream.h"
#include "client/internal/listed_article.h"

namespace chirograph::internal {

// The next entries, as they were served: only that they are the next was checked.
using OnEntries = std::function<Answer<StreamNext>(const v1::StreamEntriesResponse& entries)>;

// Fetches the entries of `request`, whose end_index must be set, over as many connections as it takes, in
// order and without a gap or a repetition. What is given back is the first index that was not taken:
// end_index, unless the callback had enough. Failures: the callback's; kDoesNotCheck: a message is not what
// comes next, or the stream ends early; kCouldNot; where the server says that it has not so many entries,
// what that is worth beside what it signed.
Answer<std::uint64_t> StreamEntries(const StreamServices& services, v1::StreamEntriesRequest request,
                                    const OnEntries& on_entries);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_ENTRY_STREAM_H_
