// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CRYPTO_INTERNAL_OPENSSL_ERRORS_H_
#define CHIROGRAPH_CRYPTO_INTERNAL_OPENSSL_ERRORS_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace chirograph::internal {

// What this thread's OpenSSL error queue says, oldest first and joined by "; ", or "no reason given". The
// queue is empty afterwards. Never holds key material.
std::string DrainErrors();

// Internal: "OpenSSL could not WHAT: ...", with the queue drained into it.
absl::Status SslError(std::string_view what);

// Ends the process with SslError's text. For what fails only where memory or OpenSSL itself is gone, in
// functions that could otherwise only answer with a wrong "no".
[[noreturn]] void DieOfSslError(std::string_view what);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CRYPTO_INTERNAL_OPENSSL_ERRORS_H_
