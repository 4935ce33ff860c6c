// SPDX-License-Identifier: Apache-2.0
//
// Resume tokens: where a list goes on. Opaque to clients, and kept by them for as long as they like, so that
// their form has a version. Nobody's secret, and no proof of anything: who makes one up gets a part of a
// list.
//
//     version     1 byte, 0x01
//     question    first 16 bytes of the SHA-256 of what was asked
//     tree_size   8 bytes, big-endian: the list is of the first so many entries
//     position    9 or 22 bytes, as the catalog gave it
#ifndef CHIROGRAPH_SERVICE_RESUME_TOKEN_H_
#define CHIROGRAPH_SERVICE_RESUME_TOKEN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "service/catalog_query.h"
#include "service/catalog_request.h"

namespace chirograph {

// A question in bytes: filter and order, and whatever else decides which articles come in which order. Two
// questions with the same bytes have the same list.
std::string QuestionOf(const CatalogQuery& query);
std::string QuestionOf(const PageQuery& query, bool newest_first);

struct ResumeToken {
  std::uint64_t tree_size = 0;
  std::string position;
};

std::string MakeResumeToken(std::string_view question, const ResumeToken& token);

// The token in `bytes`, which are not empty. `position_bytes` is the length of a position in the list.
// REQUEST_INVALID: too long, of another version, of another question, or no token at all.
absl::StatusOr<ResumeToken> ReadResumeToken(std::string_view question, std::size_t position_bytes,
                                            std::string_view bytes);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_RESUME_TOKEN_H_
