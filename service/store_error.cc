// SPDX-License-Identifier: Apache-2.0
#include "service/store_error.h"

#include <fmt/format.h>

#include <string>

#include "proto/rpc_error.h"

namespace chirograph {

absl::Status FromStoreError(const absl::Status& status) {
  if (status.ok() || ReasonOf(status)) return status;
  const std::string message(status.message());
  switch (status.code()) {
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kDataLoss:
      return MakeError(
          v1::ERROR_REASON_STORE_DAMAGED,
          fmt::format("the archive's store is damaged: {}; its operator must look at it", message));
    case absl::StatusCode::kUnavailable:
      return MakeError(v1::ERROR_REASON_STORE_UNAVAILABLE,
                       fmt::format("the archive's store cannot answer now: {}", message));
    default:
      return status;
  }
}

}  // namespace chirograph
