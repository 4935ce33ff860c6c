// SPDX-License-Identifier: Apache-2.0
#include "service/stream_entries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "crypto/limits.h"
#include "tests/service/test_services.h"

namespace chirograph::stream_entries_test {
namespace {

using ::testing::IsEmpty;
using What = HookedLogStore::What;

constexpr std::uint64_t kTreeSize = 7;

class StreamEntriesTest : public ServicesTest {
 protected:
  StreamEntriesTest() { IngestArticles(kTreeSize - 1); }

  v1::StreamEntriesRequest Range(std::uint64_t start, std::optional<std::uint64_t> end, bool articles) {
    v1::StreamEntriesRequest request;
    request.set_start_index(start);
    if (end) request.set_end_index(*end);
    request.set_include_articles(articles);
    return request;
  }

  // All entries of a stream, which must have no gap.
  std::vector<v1::StoredEntry> Stream(const v1::StreamEntriesRequest& request) {
    const auto answer = client().Entries(request);
    EXPECT_THAT(answer, IsAnswered());
    std::vector<v1::StoredEntry> entries;
    for (const v1::StreamEntriesResponse& message : answer.response) {
      EXPECT_EQ(message.first_index(), request.start_index() + entries.size());
      EXPECT_GT(message.entries_size(), 0);
      entries.insert(entries.end(), message.entries().begin(), message.entries().end());
    }
    return entries;
  }
};

TEST_F(StreamEntriesTest, SendsWhatIsStoredByteForByte) {
  const std::vector<v1::StoredEntry> entries = Stream(Range(0, std::nullopt, true));
  ASSERT_EQ(entries.size(), kTreeSize);
  EXPECT_EQ(entries[0].log_entry(), store().ReadEntry(0).value());
  EXPECT_FALSE(entries[0].has_opening());  // a key's event
  EXPECT_FALSE(entries[0].has_content());
  for (std::uint64_t index = 1; index < kTreeSize; ++index) {
    EXPECT_EQ(entries[index].log_entry(), store().ReadEntry(index).value());
    EXPECT_EQ(entries[index].opening(), store().ReadOpening(index).value());
    EXPECT_EQ(entries[index].content(), store().ReadContent(index).value());
  }
}

TEST_F(StreamEntriesTest, EveryRangeIsThatRange) {
  for (std::uint64_t start = 0; start <= kTreeSize; ++start) {
    for (std::uint64_t end = start; end <= kTreeSize; ++end) {
      const std::vector<v1::StoredEntry> entries = Stream(Range(start, end, false));
      ASSERT_EQ(entries.size(), end - start);
      for (std::uint64_t i = 0; i < entries.size(); ++i) {
        EXPECT_EQ(entries[i].log_entry(), store().ReadEntry(start + i).value());
        EXPECT_FALSE(entries[i].has_opening());
        EXPECT_FALSE(entries[i].has_content());
      }
    }
  }
}

TEST_F(StreamEntriesTest, NothingBeyondTheTree) {
  EXPECT_THAT(client().Entries(Range(0, kTreeSize + 1, false)),
              IsRefusedAs(v1::ERROR_REASON_BEYOND_TREE_SIZE));
  EXPECT_THAT(client().Entries(Range(kTreeSize + 1, std::nullopt, false)),
              IsRefusedAs(v1::ERROR_REASON_BEYOND_TREE_SIZE));
  EXPECT_THAT(client().Entries(Range(3, 2, false)), IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID));
}

TEST_F(StreamEntriesTest, WhatCannotBeReadIsAbsentAndTheRestGoesOn) {
  store().Spoil(What::kEntry, 2, absl::DataLossError("spoilt"));
  store().Spoil(What::kOpening, 3, absl::DataLossError("spoilt"));
  store().Spoil(What::kContent, 4, absl::NotFoundError("gone"));
  const std::vector<v1::StoredEntry> entries = Stream(Range(0, std::nullopt, true));
  ASSERT_EQ(entries.size(), kTreeSize);
  EXPECT_THAT(entries[2].log_entry(), IsEmpty());
  EXPECT_TRUE(entries[2].has_content());
  EXPECT_FALSE(entries[3].has_opening());
  EXPECT_TRUE(entries[3].has_content());
  EXPECT_TRUE(entries[4].has_opening());
  EXPECT_FALSE(entries[4].has_content());
  EXPECT_TRUE(entries[5].has_content());
}

TEST_F(StreamEntriesTest, AStoreThatCannotAnswerNowEndsIt) {
  store().Spoil(What::kEntry, 5, absl::UnavailableError("away"));
  EXPECT_THAT(client().Entries(Range(0, std::nullopt, false)),
              IsRefusedAs(v1::ERROR_REASON_STORE_UNAVAILABLE));
}

TEST_F(StreamEntriesTest, AMessageHasAMebibyteAtMost) {
  v1::Article article = MakeArticle(100);
  article.set_body(std::string(200'000, 'x'));
  for (int i = 0; i < 12; ++i) {
    article.set_quality(1000 + i);
    article.set_secured(publisher_.Secured(article));
    ASSERT_THAT(client().Ingest(article), IsAnswered());
  }
  const auto answer = client().Entries(Range(0, std::nullopt, true));
  ASSERT_THAT(answer, IsAnswered());
  EXPECT_GT(answer.response.size(), 2u);
  EXPECT_LT(answer.response.size(), 8u);
  for (const v1::StreamEntriesResponse& message : answer.response) {
    EXPECT_LE(message.ByteSizeLong(), limits::kMaxStreamMessageBytes);
  }
}

TEST_F(StreamEntriesTest, AnArticleThatIsLargerIsSentAlone) {
  v1::Article article = MakeArticle(100);
  article.set_body(std::string(1'500'000, 'x'));
  article.set_secured(publisher_.Secured(article));
  ASSERT_THAT(client().Ingest(article), IsAnswered());
  const auto answer = client().Entries(Range(0, std::nullopt, true));
  ASSERT_THAT(answer, IsAnswered());
  ASSERT_EQ(answer.response.size(), 2u);
  EXPECT_EQ(answer.response[1].entries_size(), 1);
}

TEST_F(StreamEntriesTest, AClientThatGoesAwayEndsIt) {
  grpc::ClientContext context;
  const auto reader = client().log().StreamEntries(&context, Range(0, std::nullopt, true));
  context.TryCancel();
  v1::StreamEntriesResponse message;
  while (reader->Read(&message)) continue;
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

}  // namespace
}  // namespace chirograph::stream_entries_test
