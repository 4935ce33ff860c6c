// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_PROTO_INTERNAL_ES6_NUMBER_TEXT_H_
#define CHIROGRAPH_PROTO_INTERNAL_ES6_NUMBER_TEXT_H_

namespace chirograph::internal {

// Room for any number: at most 25 characters ("-0.0000012345678901234567"), and what to_chars asks for.
inline constexpr int kMaxEs6NumberChars = 32;

// As AppendEs6Number, into the kMaxEs6NumberChars bytes at `to`. Answers with the end of what it wrote.
char* WriteEs6Number(double number, char* to);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_PROTO_INTERNAL_ES6_NUMBER_TEXT_H_
