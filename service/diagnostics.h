// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_DIAGNOSTICS_H_
#define CHIROGRAPH_SERVICE_DIAGNOSTICS_H_

#include <string>
#include <string_view>

#include "service/config.h"

namespace chirograph {

// Sends spdlog's default logger, and what gRPC and protobuf have to say, to stderr: lines for a person, with
// control characters escaped, or one JSON object a line with "time" (UTC), "level", "message". `level` is one
// of ServerConfig's. Not thread-safe: once, at start.
void StartDiagnostics(DiagnosticsFormat format, const std::string& level);

// While this lives, what gRPC complains of is kept instead of written: for a call that says itself why it
// failed. One at a time; gRPC may complain on any thread. Keeps nothing before StartDiagnostics.
class GrpcComplaints {
 public:
  GrpcComplaints();
  ~GrpcComplaints();
  GrpcComplaints(const GrpcComplaints&) = delete;
  GrpcComplaints& operator=(const GrpcComplaints&) = delete;

  // The operating system's error in them, such as "Address already in use". Empty: there is none.
  std::string os_error() const;
};

// `text` with \xHH for each ASCII control character: for one line on a terminal, so that nobody who has a
// say in it can make it look like two, or move the cursor.
std::string EscapeControls(std::string_view text);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_DIAGNOSTICS_H_
