// SPDX-License-Identifier: Apache-2.0
#include "crypto/internal/openssl_errors.h"

#include <fmt/format.h>
#include <openssl/err.h>

#include <cstdio>
#include <cstdlib>

namespace chirograph::internal {

std::string DrainErrors() {
  std::string text;
  while (const unsigned long error = ERR_get_error()) {
    const char* const reason = ERR_reason_error_string(error);
    if (!text.empty()) text += "; ";
    text += reason != nullptr ? std::string(reason) : fmt::format("error {:08x}", error);
  }
  return text.empty() ? "no reason given" : text;
}

absl::Status SslError(std::string_view what) {
  return absl::InternalError(fmt::format("OpenSSL could not {}: {}", what, DrainErrors()));
}

void DieOfSslError(std::string_view what) {
  static_cast<void>(
      std::fputs(fmt::format("chirograph: OpenSSL could not {}: {}\n", what, DrainErrors()).c_str(), stderr));
  std::abort();
}

}  // namespace chirograph::internal
