// SPDX-License-Identifier: Apache-2.0
#include "crypto/internal/openssl_errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/evp.h>

namespace chirograph::internal::openssl_errors_test {
namespace {

TEST(OpensslErrorsTest, DrainsTheQueueOldestFirst) {
  ERR_clear_error();
  ERR_raise(ERR_LIB_EVP, EVP_R_BAD_DECRYPT);
  ERR_raise(ERR_LIB_EVP, EVP_R_INVALID_KEY_LENGTH);
  EXPECT_EQ(DrainErrors(), "bad decrypt; invalid key length");
  EXPECT_EQ(ERR_peek_error(), 0u);
}

TEST(OpensslErrorsTest, SaysWhereThereIsNoReason) {
  ERR_clear_error();
  EXPECT_EQ(DrainErrors(), "no reason given");
}

TEST(OpensslErrorsTest, GivesTheNumberOfAReasonWithoutAText) {
  ERR_clear_error();
  ERR_raise(ERR_LIB_USER, 1234);
  EXPECT_THAT(DrainErrors(), testing::StartsWith("error "));
}

TEST(OpensslErrorsTest, MakesAnInternalStatus) {
  ERR_clear_error();
  ERR_raise(ERR_LIB_EVP, EVP_R_BAD_DECRYPT);
  const absl::Status status = SslError("sign");
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_EQ(status.message(), "OpenSSL could not sign: bad decrypt");
}

TEST(OpensslErrorsDeathTest, DiesWithTheReason) {
  EXPECT_DEATH(
      {
        ERR_raise(ERR_LIB_EVP, EVP_R_BAD_DECRYPT);
        DieOfSslError("sign");
      },
      "OpenSSL could not sign: .*bad decrypt");
}

}  // namespace
}  // namespace chirograph::internal::openssl_errors_test
