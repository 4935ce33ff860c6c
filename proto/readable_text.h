// SPDX-License-Identifier: Apache-2.0
//
// Values as people read them, on a terminal or a page.
#ifndef CHIROGRAPH_PROTO_READABLE_TEXT_H_
#define CHIROGRAPH_PROTO_READABLE_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace chirograph {

// `text` fit to be shown in a line: what would move a terminal's cursor, colour, end the line or turn the
// direction of writing (C0, DEL, C1, line separators, bidirectional controls), and what is not UTF-8, is
// spelled out as \n, \x1b or \u202e. What comes out is UTF-8.
std::string VisibleText(std::string_view text);

// The same for text of many lines: line feeds and tabs stay.
std::string VisibleLines(std::string_view text);

// `text`, or of one over `max_bytes` so many at most, and how many are left out.
std::string Shortened(std::string_view text, std::size_t max_bytes);

// "1,204".
std::string WithThousands(std::uint64_t number);

// "1 article", "1,204 articles"; "2 entries", where `plural` is another than an s makes it.
std::string Counted(std::uint64_t number, std::string_view noun, std::string_view plural = "");

// "2026-11-23 08:01Z": UTC, cut to minutes, for people.
std::string TimeForPeople(absl::Time time);
// "2026-11-23T08:01:15.25Z": RFC 3339, UTC, with the fraction digits that it needs.
std::string TimeForPrograms(absl::Time time);

}  // namespace chirograph

#endif  // CHIROGRAPH_PROTO_READABLE_TEXT_H_
