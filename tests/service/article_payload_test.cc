// SPDX-License-Identifier: Apache-2.0
//
// Of one article: archive_service_test.cc, by GetArticle. Here, of one of a list.
#include "service/article_payload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "google/protobuf/util/message_differencer.h"
#include "proto/rpc_error.h"
#include "service/receipt_builder.h"
#include "tests/service/status_matchers.h"
#include "tests/service/test_archive.h"
#include "tests/service/test_publisher.h"

namespace chirograph::article_payload_test {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using What = HookedLogStore::What;

// Article 0 came as a document, article 1 as a message.
class ArticlePayloadTest : public ::testing::Test {
 protected:
  ArticlePayloadTest() {
    EXPECT_THAT(archive_.Ingest(document_), IsOk());
    EXPECT_THAT(archive_.Ingest(MakeArticle(1)), IsOk());
  }
  v1::ListedArticle Listed(std::uint64_t index) {
    v1::ListedArticle listed;
    *listed.mutable_receipt() = ReadReceipt(archive_.store(), *archive_.sequencer().tree(), index).value();
    return listed;
  }
  v1::ListedArticle With(v1::ArticleView view, std::uint64_t index) {
    v1::ListedArticle listed = Listed(index);
    EXPECT_THAT(AddPayload(archive_.store(), view, &listed), IsOk());
    return listed;
  }

  const std::string document_ = MakeDocument(0);
  TestArchive archive_;
};

TEST_F(ArticlePayloadTest, TheRecordHasNone) {
  EXPECT_EQ(With(v1::ARTICLE_VIEW_UNSPECIFIED, 0).payload_case(), v1::ListedArticle::PAYLOAD_NOT_SET);
  EXPECT_EQ(With(v1::ARTICLE_VIEW_RECORD, 0).payload_case(), v1::ListedArticle::PAYLOAD_NOT_SET);
}

TEST_F(ArticlePayloadTest, IsWhatTheViewSays) {
  EXPECT_TRUE(MessageDifferencer::Equals(With(v1::ARTICLE_VIEW_ARTICLE, 0).article(), MakeArticle(0)));
  EXPECT_EQ(With(v1::ARTICLE_VIEW_SOURCE, 0).source_document(), document_);
  EXPECT_EQ(With(v1::ARTICLE_VIEW_CONTENT, 0).content(), archive_.store().ReadContent(0).value());
}

TEST_F(ArticlePayloadTest, OfAListTheArticleStandsInForASourceThatIsNotThere) {
  EXPECT_TRUE(MessageDifferencer::Equals(With(v1::ARTICLE_VIEW_SOURCE, 1).article(), MakeArticle(1)));
}

TEST_F(ArticlePayloadTest, WhatIsDamagedIsNotSent) {
  archive_.store().Spoil(What::kContent, 0, archive_.store().ReadContent(1));
  for (const v1::ArticleView view :
       {v1::ARTICLE_VIEW_ARTICLE, v1::ARTICLE_VIEW_SOURCE, v1::ARTICLE_VIEW_CONTENT}) {
    v1::ListedArticle listed = Listed(0);
    EXPECT_EQ(ReasonOf(AddPayload(archive_.store(), view, &listed)), v1::ERROR_REASON_STORE_DAMAGED);
    EXPECT_EQ(listed.payload_case(), v1::ListedArticle::PAYLOAD_NOT_SET);
  }
}

TEST(CheckViewTest, ANumberThatIsNoViewIsRefused) {
  EXPECT_THAT(CheckView(v1::ARTICLE_VIEW_CONTENT), IsOk());
  EXPECT_EQ(ReasonOf(CheckView(static_cast<v1::ArticleView>(5))), v1::ERROR_REASON_REQUEST_INVALID);
}

}  // namespace
}  // namespace chirograph::article_payload_test
