// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_SERVICE_STATUS_MATCHERS_H_
#define CHIROGRAPH_TESTS_SERVICE_STATUS_MATCHERS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"

namespace chirograph {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& status_or) {
  return status_or.status();
}

// A status (or StatusOr) of this code whose message has `text` in it.
MATCHER_P2(StatusIs, code, text, "") {
  *result_listener << "which is " << StatusOf(arg).ToString();
  return StatusOf(arg).code() == code && StatusOf(arg).ToString().find(text) != std::string::npos;
}

MATCHER(IsOk, "") {
  *result_listener << "which is " << StatusOf(arg).ToString();
  return arg.ok();
}

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_SERVICE_STATUS_MATCHERS_H_
