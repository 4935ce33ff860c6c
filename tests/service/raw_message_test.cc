// SPDX-License-Identifier: Apache-2.0
#include "service/raw_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "chirograph/v1/archive_service.pb.h"
#include "crypto/limits.h"
#include "proto/rpc_error.h"

namespace chirograph::raw_message_test {
namespace {

using ::testing::HasSubstr;

grpc::ByteBuffer Buffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return {&slice, 1};
}

v1::IngestArticleRequest Request(int related) {
  v1::IngestArticleRequest request;
  for (int i = 0; i < related; ++i) request.mutable_article()->add_related();
  return request;
}

TEST(RawMessageTest, WhatIsWrittenIsRead) {
  v1::IngestArticleRequest request;
  request.mutable_article()->set_body(std::string(3'000'000, 'x'));
  grpc::ByteBuffer bytes = Buffer("what was there before");
  WriteRawMessage(request, &bytes);
  EXPECT_EQ(bytes.Length(), request.ByteSizeLong());
  for (int i = 0; i < 2; ++i) {  // reading leaves them as they are
    v1::IngestArticleRequest read;
    ASSERT_TRUE(ReadRawMessage(bytes, &read).ok());
    EXPECT_EQ(read.SerializeAsString(), request.SerializeAsString());
  }
}

TEST(RawMessageTest, NothingIsAnEmptyMessage) {
  v1::IngestArticleRequest read;
  EXPECT_TRUE(ReadRawMessage(Buffer(""), &read).ok());
}

TEST(RawMessageTest, WhatIsNoSuchMessageIsSaidToBeNone) {
  for (const std::string& bytes : {std::string(12, '\xff'), std::string("\x0a\x05\x12\x03\xff\xfe\xfd")}) {
    v1::IngestArticleRequest read;
    const absl::Status status = ReadRawMessage(Buffer(bytes), &read);
    EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_REQUEST_INVALID);
    EXPECT_THAT(std::string(status.message()), HasSubstr("is no IngestArticleRequest: "));
  }
}

TEST(RawMessageTest, WhatWouldTakeTooMuchMemoryIsNotParsed) {
  // 600 KB of related articles without anything in them, which are 60 MB; and twice as many.
  v1::IngestArticleRequest read;
  grpc::ByteBuffer bytes;
  WriteRawMessage(Request(100'000), &bytes);
  EXPECT_TRUE(ReadRawMessage(bytes, &read).ok());
  EXPECT_LE(read.SpaceUsedLong(), limits::kMaxParsedMessageBytes);
  WriteRawMessage(Request(1'000'000), &bytes);
  ASSERT_LT(bytes.Length(), static_cast<std::size_t>(limits::kMaxGrpcMessageBytes));
  v1::IngestArticleRequest untouched;
  const absl::Status status = ReadRawMessage(bytes, &untouched);
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_REQUEST_INVALID);
  EXPECT_THAT(std::string(status.message()), HasSubstr("over 64 MiB of memory"));
  EXPECT_FALSE(untouched.has_article());
}

TEST(RawMessageTest, TheLargestArticleThatIsTakenIsParsed) {
  // As many nodes as an article may have, each of the kind that takes most.
  v1::IngestArticleRequest request;
  auto& fields = *request.mutable_article()->mutable_extra()->mutable_fields();
  for (std::size_t i = 0; i < limits::kMaxArticleNodes / 2; ++i) {
    fields["k" + std::to_string(i)].mutable_struct_value();
  }
  grpc::ByteBuffer bytes;
  WriteRawMessage(request, &bytes);
  v1::IngestArticleRequest read;
  EXPECT_TRUE(ReadRawMessage(bytes, &read).ok());
  EXPECT_EQ(read.article().extra().fields_size(), static_cast<int>(limits::kMaxArticleNodes / 2));
}

}  // namespace
}  // namespace chirograph::raw_message_test
