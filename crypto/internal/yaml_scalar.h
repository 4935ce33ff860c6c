// SPDX-License-Identifier: Apache-2.0
//
// What a plain scalar means under the YAML 1.2 core schema.
#ifndef CHIROGRAPH_CRYPTO_INTERNAL_YAML_SCALAR_H_
#define CHIROGRAPH_CRYPTO_INTERNAL_YAML_SCALAR_H_

#include <string_view>

namespace chirograph::internal {

enum class ScalarType {
  kNull,
  kBoolean,
  kNumber,
  kString,
  kBigInteger,  // an integer beyond 2^53-1 either way
  kNotFinite,   // an infinity, a NaN, or a float that no double reaches
};

struct PlainScalar {
  ScalarType type = ScalarType::kString;
  bool boolean = false;
  double number = 0;  // never -0
};

// Section 10.3.2 of YAML 1.2.2: anything that none of its expressions match is a string.
PlainScalar ResolvePlainScalar(std::string_view text);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CRYPTO_INTERNAL_YAML_SCALAR_H_
