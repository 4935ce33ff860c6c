// SPDX-License-Identifier: Apache-2.0
//
// What key files may look like is tested with the keys, in public_key_test.cc and private_key_test.cc.
#include "crypto/internal/pem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace chirograph::internal::pem_test {
namespace {

TEST(PemTest, WritesLinesOf64Characters) {
  EXPECT_EQ(EncodePem(std::string(49, '\0'), "PUBLIC KEY"),
            "-----BEGIN PUBLIC KEY-----\n" + std::string(64, 'A') + "\nAA==\n-----END PUBLIC KEY-----\n");
}

TEST(PemTest, ReadsBackEveryLength) {
  for (std::size_t size = 1; size < 300; ++size) {
    const std::string bytes(size, static_cast<char>(size));
    const absl::StatusOr<SslBytes> again = DecodePem(EncodePem(bytes, "PRIVATE KEY"), "PRIVATE KEY");
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->view(), bytes);
  }
}

TEST(PemTest, RefusesAnEndOfAnotherLabel) {
  const absl::StatusOr<SslBytes> bytes =
      DecodePem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "PUBLIC KEY");
  EXPECT_EQ(bytes.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(bytes.status().message()), testing::HasSubstr("-----END PUBLIC KEY-----"));
}

TEST(PemTest, RefusesAnEndWithinALine) {
  EXPECT_FALSE(DecodePem("-----BEGIN PUBLIC KEY-----\nAAAA-----END PUBLIC KEY-----\n", "PUBLIC KEY").ok());
}

}  // namespace
}  // namespace chirograph::internal::pem_test
