// SPDX-License-Identifier: Apache-2.0
//
// What a stream takes and hands on; ingest_stream_sending_test.cc has how it sends.
#include "client/internal/ingest_stream_impl.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "absl/time/clock.h"
#include "crypto/limits.h"
#include "proto/rpc_error.h"
#include "tests/client/ingest_stream_fixture.h"

namespace chirograph::ingest_stream_impl_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// That it comes to `count`, however long that takes, and does not go past it for a moment. A slow machine
// makes the test weaker, and never fail.
void ExpectStaysAt(const std::atomic<int>& number, int count) {
  while (number < count) absl::SleepFor(absl::Milliseconds(1));
  absl::SleepFor(absl::Milliseconds(100));
  EXPECT_EQ(number, count);
}

class IngestStreamImplTest : public IngestStreamFixture {
 protected:
  static SourceDocument Document(std::uint64_t number, const std::string& body = "") {
    return {MakeDocument(std::to_string(number), "o.example") + body};
  }

  // Makes the server hold its answers until `answer`, and then end the stream with `end`, if there is one.
  void HoldAnswers(const std::atomic<bool>& answer, std::optional<absl::Status> end = std::nullopt) {
    Lies lies;
    lies.stream_step = [&answer, end](StreamStep step, int) -> std::optional<absl::Status> {
      if (step != StreamStep::kStored) return std::nullopt;
      while (!answer) absl::SleepFor(absl::Milliseconds(1));
      return end;
    };
    server_.Tell(lies);
  }

  // That `taken` of `count` articles are taken before there is any answer, and all once there are answers.
  void ExpectTakenUnanswered(int taken, int count, const std::string& body) {
    std::atomic<bool> answer = false;
    HoldAnswers(answer);
    const auto stream = Open();
    std::atomic<int> number = 0;
    std::thread caller([&] {
      for (int i = 0; i < count; ++i) {
        stream->Submit(static_cast<std::uint64_t>(i), Document(static_cast<std::uint64_t>(i), body));
        ++number;
      }
    });
    ExpectStaysAt(number, taken);
    answer = true;
    caller.join();
    EXPECT_FALSE(stream->Finish().failure.has_value());
    EXPECT_THAT(outcomes_, SizeIs(count));
  }
};

TEST_F(IngestStreamImplTest, WithoutArticlesNothingIsAsked) {
  EXPECT_FALSE(Send(0).failure.has_value());
  EXPECT_EQ(server_.Calls("IngestArticles"), 0);
}

TEST_F(IngestStreamImplTest, NoMoreThanTheWindowIsTakenWhileTheServerDoesNotAnswer) {
  stream_options_.window_articles = 7;
  ExpectTakenUnanswered(7, 20, "");
}

TEST_F(IngestStreamImplTest, TheWindowIsOfBytesTooButALargeArticlePasses) {
  stream_options_.window_bytes = 100'000;
  ExpectTakenUnanswered(1, 4, std::string(200'000, 'x'));
}

TEST_F(IngestStreamImplTest, StoppedItSendsNoMoreAndWaitsForWhatIsUnderWay) {
  std::atomic<bool> answer = false;
  std::atomic<int> stored = 0;
  Lies lies;
  lies.stream_step = [&](StreamStep step, int) -> std::optional<absl::Status> {
    if (step != StreamStep::kStored) return std::nullopt;
    ++stored;
    while (!answer) absl::SleepFor(absl::Milliseconds(1));
    return std::nullopt;
  };
  server_.Tell(lies);
  stream_options_.window_articles = 500;
  const auto stream = Open();
  for (std::uint64_t i = 0; i < 400; ++i) {
    ASSERT_TRUE(stream->Submit(i, SourceDocument{MakeDocument(fmt::format("{}", i), "o.example")}));
  }
  while (stored == 0) absl::SleepFor(absl::Milliseconds(1));
  stream->Stop();
  EXPECT_FALSE(stream->Submit(1000, document_));
  answer = true;
  const IngestEnd end = stream->Finish();
  EXPECT_FALSE(end.failure.has_value()) << end.failure->status;
  EXPECT_THAT(end.unanswered, IsEmpty());
  EXPECT_GT(outcomes_.size(), 0U);
  EXPECT_EQ(outcomes_.size() + end.not_sent.size(), 400U);
}

TEST_F(IngestStreamImplTest, GivenUpInTheMiddleItGoesAtOnce) {
  auto stream = Open();
  for (std::uint64_t i = 0; i < 50; ++i) {
    stream->Submit(i, SourceDocument{MakeDocument(fmt::format("{}", i), "o.example")});
  }
  stream.reset();
  EXPECT_LE(outcomes_.size(), 50U);
  EXPECT_EQ(ended_, 0);
}

TEST_F(IngestStreamImplTest, AReceiptThatCannotBeKeptEndsItRatherThanBeReported) {
  Spill(client_->state().path() + "/receipts", "a file where the folder must be");
  const IngestEnd end = Send(3);
  ASSERT_TRUE(end.failure.has_value());
  EXPECT_EQ(end.failure->kind, FailureKind::kCouldNot);
  EXPECT_THAT(MessageOf(*end.failure), HasSubstr("receipts"));
  EXPECT_THAT(outcomes_, IsEmpty());
  EXPECT_EQ(end.unanswered.size() + end.not_sent.size(), taken_);
}

TEST_F(IngestStreamImplTest, ASubmitThatWaitsForRoomIsToldThatTheStreamWasStopped) {
  std::atomic<bool> answer = false;
  HoldAnswers(answer);
  stream_options_.window_articles = 1;
  const auto stream = Open();
  ASSERT_TRUE(stream->Submit(1, Document(1)));
  bool taken = true;
  std::thread caller([&] { taken = stream->Submit(2, Document(2)); });
  stream->Stop();
  caller.join();
  EXPECT_FALSE(taken);
  answer = true;
  EXPECT_FALSE(stream->Finish().failure.has_value());
  EXPECT_EQ(ended_, 0);
}

TEST_F(IngestStreamImplTest, ASubmitThatWaitsForRoomIsToldThatTheStreamFailed) {
  std::atomic<bool> answer = false;
  HoldAnswers(answer, MakeError(v1::ERROR_REASON_REQUEST_INVALID, "never again"));
  stream_options_.window_articles = 1;
  const auto stream = Open();
  ASSERT_TRUE(stream->Submit(1, Document(1)));
  bool taken = true;
  std::thread caller([&] { taken = stream->Submit(2, Document(2)); });
  answer = true;
  caller.join();
  EXPECT_FALSE(taken);
  EXPECT_FALSE(stream->Submit(3, Document(3))) << "it stays failed";
  const IngestEnd end = stream->Finish();
  ASSERT_TRUE(end.failure.has_value());
  EXPECT_EQ(end.failure->server_error->reason, v1::ERROR_REASON_REQUEST_INVALID);
  EXPECT_THAT(end.unanswered, ElementsAre(1));
  EXPECT_THAT(end.not_sent, IsEmpty());
  EXPECT_EQ(ended_, 1);
}

TEST_F(IngestStreamImplTest, WhatCannotBeSentHasItsOutcomeWithinSubmit) {
  const auto stream = Open();
  EXPECT_TRUE(stream->Submit(1, SourceDocument{"---\na: 1\na: 2\n---\n"}));
  ASSERT_THAT(outcomes_, SizeIs(1));
  EXPECT_TRUE(absl::IsInvalidArgument(outcomes_[0].second.failure().status));
  // Its canonical form is small: the secured field is not part of it.
  v1::Article article;
  article.set_title("too large for a message");
  article.set_secured(std::string(limits::kMaxContentBytes, 'x'));
  EXPECT_TRUE(stream->Submit(2, article));
  ASSERT_THAT(outcomes_, SizeIs(2));
  EXPECT_EQ(outcomes_[1].first, 2U);
  EXPECT_TRUE(absl::IsResourceExhausted(outcomes_[1].second.failure().status));
  stream->Stop();
  EXPECT_FALSE(stream->Submit(3, SourceDocument{"---\na: 1\na: 2\n---\n"}));
  EXPECT_FALSE(stream->Finish().failure.has_value());
  EXPECT_THAT(outcomes_, SizeIs(2)) << "what was not taken gets no outcome";
  EXPECT_EQ(server_.Calls("IngestArticles"), 0);
}

TEST_F(IngestStreamImplTest, AnyNumberOfThreadsMayCheck) {
  for (const int threads : {-1, 0, 1, 7}) {
    Restart();
    stream_options_.check_threads = threads;
    EXPECT_FALSE(Send(40).failure.has_value());
    ExpectEachArchivedOnce(40);
  }
}

}  // namespace
}  // namespace chirograph::ingest_stream_impl_test
