// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_PROTO_ES6_NUMBER_H_
#define CHIROGRAPH_PROTO_ES6_NUMBER_H_

#include <string>

namespace chirograph {

// Appends `number`, which must be finite, as ECMAScript's Number::toString writes it (RFC 8785 section
// 3.2.2.3): the shortest digits that read back as the same double. -0 is "0".
void AppendEs6Number(double number, std::string* out);

}  // namespace chirograph

#endif  // CHIROGRAPH_PROTO_ES6_NUMBER_H_
