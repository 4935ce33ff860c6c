// SPDX-License-Identifier: Apache-2.0
#include "service/store_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "proto/rpc_error.h"

namespace chirograph::store_error_test {
namespace {

using ::testing::HasSubstr;

std::string MessageOf(const absl::Status& status) { return std::string(status.message()); }

TEST(StoreErrorTest, WhatIsMissingOrDamagedIsDamage) {
  for (const absl::Status& cause :
       {absl::NotFoundError("there is no entries[7]"), absl::DataLossError("entries[7] is torn")}) {
    const absl::Status status = FromStoreError(cause);
    EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_STORE_DAMAGED);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(MessageOf(status), HasSubstr(std::string(cause.message())));
  }
}

TEST(StoreErrorTest, WhatCannotBeReadNowIsUnavailable) {
  const absl::Status status = FromStoreError(absl::UnavailableError("being opened again"));
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_STORE_UNAVAILABLE);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(MessageOf(status), HasSubstr("being opened again"));
}

TEST(StoreErrorTest, LeavesOkAndErrorsWithAReasonAlone) {
  EXPECT_TRUE(FromStoreError(absl::OkStatus()).ok());
  const absl::Status known = MakeError(v1::ERROR_REASON_ARTICLE_NOT_FOUND, "no such article");
  EXPECT_EQ(FromStoreError(known), known);
}

TEST(StoreErrorTest, LeavesDefectsWithoutAReason) {
  const absl::Status defect = absl::InternalError("a defect");
  EXPECT_EQ(FromStoreError(defect), defect);
  EXPECT_EQ(ReasonOf(FromStoreError(defect)), std::nullopt);
}

}  // namespace
}  // namespace chirograph::store_error_test
