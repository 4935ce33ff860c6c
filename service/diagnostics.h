// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_DIAGNOSTICS_H_
#define CHIROGRAPH_SERVICE_DIAGNOSTICS_H_

#include <string>

#include "service/config.h"

namespace chirograph {

// Sends spdlog's default logger, and what gRPC has to say, to stderr: lines for a person, with control
// characters escaped, or one JSON object a line with "time" (UTC), "level", "message". `level` is one of
// ServerConfig's. Not thread-safe: once, at start.
void StartDiagnostics(DiagnosticsFormat format, const std::string& level);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_DIAGNOSTICS_H_
