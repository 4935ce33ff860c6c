// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_CLIENT_INTERNAL_RPC_LOG_QUERIES_H_
#define CHIROGRAPH_CLIENT_INTERNAL_RPC_LOG_QUERIES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "client/answer.h"
#include "client/checkpoint_tracker.h"
#include "client/internal/rpc_channel.h"

namespace chirograph::internal {

// The hashes of a proof. kDoesNotCheck: one is not 32 bytes, or there are more than limits::kMaxProofHashes.
Answer<std::vector<Digest>> ReadHashes(const google::protobuf::RepeatedPtrField<std::string>& hashes,
                                       std::string_view came_with);

// The tracker's questions, asked over a channel. Thread-safe. The answers are the server's word: only their
// form was checked.
class RpcLogQueries final : public LogQueries {
 public:
  // `channel` must outlive this.
  explicit RpcLogQueries(RpcChannel& channel) : channel_(channel) {}

  // As LogQueries. Failures: as RpcChannel::Call; kDoesNotCheck where the proof is to another tree size than
  // was asked for, has a hash that is not 32 bytes, or more than limits::kMaxProofHashes of them.
  Answer<std::vector<Digest>> FetchConsistencyProof(std::uint64_t first_size,
                                                    std::uint64_t second_size) override;
  // The proof that the entry at `index` is in the tree of `tree_size`. Failures as FetchConsistencyProof.
  Answer<std::vector<Digest>> FetchInclusionProof(std::uint64_t index, std::uint64_t tree_size);
  // The note as it came, unread. Failures: as RpcChannel::Call.
  Answer<std::string> FetchCheckpoint() override;

 private:
  RpcChannel& channel_;
};

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_RPC_LOG_QUERIES_H_
