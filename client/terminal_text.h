// SPDX-License-Identifier: Apache-2.0
//
// What strangers wrote, made safe to look at.
#ifndef CHIROGRAPH_CLIENT_TERMINAL_TEXT_H_
#define CHIROGRAPH_CLIENT_TERMINAL_TEXT_H_

#include <string>
#include <string_view>

namespace chirograph {

// `text` fit for a terminal: what would move the cursor, colour, end the line or turn the direction of
// writing (C0, DEL, C1, line separators, bidirectional controls), and what is not UTF-8, is spelled out as
// \n, \x1b or \u202e. For every text that a stranger could have written.
std::string EscapeForTerminal(std::string_view text);

// The same for text of many lines: line feeds and tabs stay.
std::string EscapeLinesForTerminal(std::string_view text);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_TERMINAL_TEXT_H_
