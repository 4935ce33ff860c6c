// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CRYPTO_INTERNAL_PEM_H_
#define CHIROGRAPH_CRYPTO_INTERNAL_PEM_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "crypto/internal/ssl_ptr.h"

namespace chirograph::internal {

// The bytes of the one PEM block "-----BEGIN LABEL-----" (RFC 7468) that `pem` is, with nothing but white
// space around it. InvalidArgument: anything else, saying what was found and, where that is a key in
// another form, the openssl command that converts it.
absl::StatusOr<SslBytes> DecodePem(std::string_view pem, std::string_view label);

// `der` as a PEM block, with a line feed at its end.
std::string EncodePem(std::string_view der, std::string_view label);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CRYPTO_INTERNAL_PEM_H_
