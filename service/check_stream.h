// SPDX-License-Identifier: Apache-2.0
//
// VerificationService.CheckArchive: an ArchiveCheck whose steps are on a worker, one at a time, and the next
// one when gRPC has taken what there was to say of the last.
#ifndef CHIROGRAPH_SERVICE_CHECK_STREAM_H_
#define CHIROGRAPH_SERVICE_CHECK_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include <cstddef>
#include <string_view>

#include "chirograph/v1/check_archive.pb.h"
#include "service/archive.h"

namespace chirograph {

// Checks at a time: each keeps a worker busy, of which there are as many as cores, and at least 2.
inline constexpr std::size_t kMaxCheckStreams = 2;
// What is said of one more.
inline constexpr std::string_view kTooManyChecks =
    "checks of the archive are under way already, which is all that the server does at a time; try again "
    "when "
    "one of them has ended";

// Starts the handling of one call. `archive` and its parts must outlive the call.
grpc::ServerWriteReactor<v1::CheckArchiveResponse>* StartCheckStream(const Archive& archive,
                                                                     const v1::CheckArchiveRequest& request);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_CHECK_STREAM_H_
