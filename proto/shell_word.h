// SPDX-License-Identifier: Apache-2.0
//
// For messages that say what to type.
#ifndef CHIROGRAPH_PROTO_SHELL_WORD_H_
#define CHIROGRAPH_PROTO_SHELL_WORD_H_

#include <string>
#include <string_view>

namespace chirograph {

// `word` so that a POSIX shell takes it as one word: as it is where that is safe, else quoted.
std::string ShellWord(std::string_view word);

}  // namespace chirograph

#endif  // CHIROGRAPH_PROTO_SHELL_WORD_H_
