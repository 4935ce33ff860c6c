// SPDX-License-Identifier: Apache-2.0
#include "client/internal/rpc_log_queries.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>
#include <utility>

#include "crypto/limits.h"

namespace chirograph::internal {

Answer<std::vector<Digest>> ReadHashes(const google::protobuf::RepeatedPtrField<std::string>& hashes,
                                       std::string_view came_with) {
  std::vector<Digest> proof;
  for (const std::string& bytes : hashes) {
    const std::optional<Digest> hash = DigestFromBytes(bytes);
    if (!hash.has_value() || proof.size() == limits::kMaxProofHashes) {
      return DoesNotCheck(fmt::format("{}: expected at most {} hashes of 32 bytes, hash {} has {}", came_with,
                                      limits::kMaxProofHashes, proof.size(), bytes.size()));
    }
    proof.push_back(*hash);
  }
  return proof;
}

Answer<std::vector<Digest>> RpcLogQueries::FetchConsistencyProof(std::uint64_t first_size,
                                                                 std::uint64_t second_size) {
  v1::GetConsistencyProofRequest request;
  request.set_first_tree_size(first_size);
  request.set_second_tree_size(second_size);
  Answer<v1::GetConsistencyProofResponse> response = channel_.Call(
      "GetConsistencyProof", &v1::LogService::Stub::GetConsistencyProof, channel_.log(), request);
  if (!response.ok()) return std::move(response).failure();
  if (response->second_tree_size() != second_size) {
    return DoesNotCheck(fmt::format("asked for a consistency proof of tree sizes {} and {}, got one to {}",
                                    first_size, second_size, response->second_tree_size()));
  }
  return ReadHashes(response->hashes(), "the answer to GetConsistencyProof");
}

Answer<std::vector<Digest>> RpcLogQueries::FetchInclusionProof(std::uint64_t index, std::uint64_t tree_size) {
  v1::GetInclusionProofRequest request;
  request.set_index(index);
  request.set_tree_size(tree_size);
  Answer<v1::GetInclusionProofResponse> response =
      channel_.Call("GetInclusionProof", &v1::LogService::Stub::GetInclusionProof, channel_.log(), request);
  if (!response.ok()) return std::move(response).failure();
  if (response->tree_size() != tree_size) {
    return DoesNotCheck(fmt::format("asked for an inclusion proof in tree size {}, got one in {}", tree_size,
                                    response->tree_size()));
  }
  return ReadHashes(response->hashes(), "the answer to GetInclusionProof");
}

Answer<std::string> RpcLogQueries::FetchCheckpoint() {
  Answer<v1::GetCheckpointResponse> response = channel_.Call(
      "GetCheckpoint", &v1::LogService::Stub::GetCheckpoint, channel_.log(), v1::GetCheckpointRequest());
  if (!response.ok()) return std::move(response).failure();
  return std::move(*response->mutable_checkpoint());
}

}  // namespace chirograph::internal
