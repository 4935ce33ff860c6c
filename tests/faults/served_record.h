// SPDX-License-Identifier: Apache-2.0
//
// What a server under test serves, byte for byte, so that a test can say whether it served another answer.
#ifndef CHIROGRAPH_TESTS_FAULTS_SERVED_RECORD_H_
#define CHIROGRAPH_TESTS_FAULTS_SERVED_RECORD_H_

#include <grpcpp/server_builder.h>

#include <memory>
#include <string_view>
#include <vector>

#include "crypto/mutex.h"
#include "crypto/sha256.h"

namespace chirograph {

// Thread-safe.
class ServedRecord {
 public:
  // Of all that a server of `builder` answers from now on; `record` must outlive the server.
  static void Keep(grpc::ServerBuilder& builder, ServedRecord* record);

  // A digest of each message and status since the last call, sorted: calls that overlap have no order.
  std::vector<Digest> Take() ABSL_LOCKS_EXCLUDED(mutex_);

  // A message's bytes, or a status.
  void Add(std::string_view method, std::string_view what) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  Mutex mutex_;
  std::vector<Digest> served_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_FAULTS_SERVED_RECORD_H_
