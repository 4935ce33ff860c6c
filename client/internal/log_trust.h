// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_INTERNAL_LOG_TRUST_H_
#define CHIROGRAPH_CLIENT_INTERNAL_LOG_TRUST_H_

#include <string>

#include "chirograph/v1/log_service.pb.h"
#include "client/answer.h"
#include "client/archive_client.h"
#include "client/client_state.h"
#include "crypto/note.h"

namespace chirograph::internal {

struct TrustedLog {
  ClientState state;
  NoteVerifier key;
};

// Decides whether the log that `info` describes is one to trust: by options.log_key, by what `state_dir`
// remembers of the log and of the server's address, or by asking. What is decided is remembered. Failures as
// ArchiveClient::Connect.
Answer<TrustedLog> SettleTrust(const ClientOptions& options, const std::string& state_dir,
                               const v1::GetLogInfoResponse& info);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_LOG_TRUST_H_
