// SPDX-License-Identifier: Apache-2.0
//
// What yaml-cpp 0.7 reads otherwise than YAML 1.2 says, put right from the text itself.
#ifndef CHIROGRAPH_CRYPTO_INTERNAL_YAML_REPAIR_H_
#define CHIROGRAPH_CRYPTO_INTERNAL_YAML_REPAIR_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace chirograph::internal {

// `text` of a scalar in double quotes, with the escapes \N and \_ made whole: yaml-cpp writes them as the
// bytes 0x85 and 0xA0, which are U+0085 and U+00A0 without their first byte.
std::string RepairEscapes(std::string_view text);

// The text of `scalar`, which has its quotes. yaml-cpp keeps at most one of the empty lines that end a
// scalar in quotes, as it should for block scalars only; here all are kept.
std::string ReadWithLineEnds(std::string_view scalar);

// How many line ends the folded block scalar whose header is at `header` ends with, if its header says to
// keep them all (">+"): yaml-cpp gives one too few. It is in a collection at `parent_column`, 0-based.
std::optional<std::size_t> CountKeptLineEnds(std::string_view text, std::size_t header,
                                             std::size_t parent_column);

// The offset of the first escape \' in the scalar in double quotes at `begin`: yaml-cpp takes it, YAML 1.2
// has no such escape.
std::optional<std::size_t> FindEscapedApostrophe(std::string_view text, std::size_t begin);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CRYPTO_INTERNAL_YAML_REPAIR_H_
