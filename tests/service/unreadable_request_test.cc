// SPDX-License-Identifier: Apache-2.0
#include "service/unreadable_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/service/grpc_call.h"
#include "tests/service/test_archive.h"
#include "tests/service/test_services.h"

namespace chirograph::unreadable_request_test {
namespace {

using ::testing::HasSubstr;

// A tag whose number goes on past its ten bytes: no message at all.
const std::string kNoMessage(12, '\xff');

class UnreadableRequestTest : public ::testing::Test {
 protected:
  Answer<std::string> Send(const std::string& method, const std::string& bytes, bool streaming = false) {
    return CallWithBytes(services_.client().channel(), method, bytes, streaming);
  }

  TestArchive archive_;
  TestServices services_{archive_};
};

TEST_F(UnreadableRequestTest, EachMethodSaysThatItIsNoRequestOfItsOwn) {
  int methods = 0;
  for (const google::protobuf::ServiceDescriptor* service :
       {v1::IngestArticleRequest::descriptor()->file()->service(0),
        v1::GetLogInfoRequest::descriptor()->file()->service(0),
        v1::VerifyArticleRequest::descriptor()->file()->service(0)}) {
    for (int i = 0; i < service->method_count(); ++i) {
      const google::protobuf::MethodDescriptor& method = *service->method(i);
      if (method.client_streaming()) continue;  // theirs to say
      SCOPED_TRACE(method.full_name());
      const auto answer =
          Send("/" + service->full_name() + "/" + method.name(), kNoMessage, method.server_streaming());
      EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID));
      EXPECT_EQ(answer.error().code, absl::StatusCode::kInvalidArgument);
      EXPECT_THAT(answer.error().message, HasSubstr("what was sent is no " + method.name() + "Request"));
      ++methods;
    }
  }
  EXPECT_GE(methods, 12);
  EXPECT_THAT(services_.client().Checkpoint(), IsAnswered());
}

TEST_F(UnreadableRequestTest, TextThatIsNotUtf8IsNoRequest) {
  // IngestArticleRequest.article.title
  const auto answer =
      Send("/chirograph.v1.ArchiveService/IngestArticle", std::string("\x0a\x05\x12\x03\xff\xfe\xfd"));
  EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID));
  EXPECT_THAT(answer.error().message, HasSubstr("UTF-8"));
}

TEST_F(UnreadableRequestTest, AMethodThatIsNotThereIsStillUnimplemented) {
  const auto answer = Send("/chirograph.v1.ArchiveService/NoSuchMethod", "");
  EXPECT_EQ(answer.status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_FALSE(answer.error().reason.has_value());
}

TEST_F(UnreadableRequestTest, AnEmptyRequestIsReadAsEver) {
  EXPECT_THAT(Send("/chirograph.v1.LogService/GetCheckpoint", ""), IsAnswered());
}

}  // namespace
}  // namespace chirograph::unreadable_request_test
