// SPDX-License-Identifier: Apache-2.0
//
// Values as people read them.
#ifndef CHIROGRAPH_CLIENT_CLI_TEXT_H_
#define CHIROGRAPH_CLIENT_CLI_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/sha256.h"
#include "proto/readable_text.h"  // WithThousands, Counted, TimeForPeople, TimeForPrograms

namespace chirograph {

// VisibleText: for every text that a stranger could have written.
std::string EscapeForTerminal(std::string_view text);

// The same for text of many lines: line feeds and tabs stay.
std::string EscapeLinesForTerminal(std::string_view text);

// Code points of `text`, which is what padding counts.
std::size_t DisplayWidth(std::string_view text);

// `text` with spaces after it up to `width` code points; as it is where it is longer.
std::string PadRight(std::string_view text, std::size_t width);

// "the first entry of the log", "the first 1,204 entries of the log".
std::string FirstEntries(std::uint64_t number);

// "sha256:4555e22a...".
std::string ShortDigest(const Digest& digest);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_TEXT_H_
