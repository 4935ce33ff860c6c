// SPDX-License-Identifier: Apache-2.0
#include "client/internal/ingest_judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/mutex.h"
#include "proto/rpc_error.h"
#include "tests/client/stream_services_fixture.h"

namespace chirograph::internal::ingest_judge_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

using Tags = std::vector<std::uint64_t>;

// Finds what it is told to. A checkpoint is its tree size; an article's receipt has its tag for an index.
class FakeChecks final : public IngestChecks {
 public:
  std::uint64_t LargestSeen() override { return 0; }

  Answer<std::uint64_t> FollowCheckpoint(const std::string& note, std::string_view came_with,
                                         std::uint64_t seen_when_asked) override {
    EXPECT_EQ(came_with, "the answer to IngestArticles");
    followed.emplace_back(note, seen_when_asked);
    if (const auto found = of_checkpoint.find(note); found != of_checkpoint.end()) return found->second;
    return std::uint64_t{std::stoull(note)};
  }

  Answer<IngestOutcome> CheckIngested(const PreparedSubmission& prepared, v1::IngestArticleResponse response,
                                      std::string_view came_with) override {
    EXPECT_EQ(came_with, "the answer to IngestArticles");
    const std::uint64_t tag = response.receipt().index();
    EXPECT_EQ(prepared.canonical_form, std::to_string(tag)) << "held against another article";
    MutexLock lock(mutex_);
    if (const auto found = of_article.find(tag); found != of_article.end()) return found->second;
    IngestOutcome outcome;
    outcome.archived = true;
    outcome.already_archived = response.already_archived();
    outcome.receipt = response.receipt();
    checked.emplace(tag, std::move(response));
    return outcome;
  }

  Answer<IngestOutcome> CheckRefused(const PreparedSubmission&, Failure failure,
                                     std::string_view came_with) override {
    EXPECT_EQ(came_with, "the refusal of IngestArticles");
    EXPECT_TRUE(failure.server_error.has_value());
    if (failure.server_error->reason != v1::ERROR_REASON_REJECTED_BY_POLICY) return failure;
    IngestOutcome outcome;
    outcome.refusal = failure.server_error->message;
    return outcome;
  }

  std::vector<std::optional<Failure>> KeepAll(const std::vector<const v1::Receipt*>& receipts,
                                              std::string_view) override {
    ++keeps;
    std::vector<std::optional<Failure>> failures(receipts.size());
    for (std::size_t i = 0; i < receipts.size(); ++i) {
      const auto found = of_keeping.find(receipts[i]->index());
      if (found != of_keeping.end()) {
        failures[i] = found->second;
      } else {
        kept.push_back(receipts[i]->index());
      }
    }
    return failures;
  }

  // What to find wrong: by checkpoint; by tag.
  std::map<std::string, Failure> of_checkpoint;
  std::map<std::uint64_t, Failure> of_article;
  std::map<std::uint64_t, Failure> of_keeping;

  std::vector<std::pair<std::string, std::uint64_t>> followed;  // with seen_when_asked
  std::map<std::uint64_t, v1::IngestArticleResponse> checked;
  Tags kept;
  int keeps = 0;

 private:
  Mutex mutex_;
};

class IngestJudgeTest : public ::testing::Test {
 protected:
  // Answers that all of them are archived.
  void Archived(const std::string& checkpoint, const Tags& tags) {
    AnsweredArticles message;
    message.response.set_checkpoint(checkpoint);
    for (const std::uint64_t tag : tags) {
      message.articles.push_back(std::make_unique<ArticleUnderWay>());
      message.articles.back()->tag = tag;
      message.articles.back()->prepared.canonical_form = std::to_string(tag);
      message.response.add_outcomes()->mutable_receipt()->set_index(tag);
    }
    messages_.push_back(std::move(message));
  }
  v1::SubmissionOutcome& Outcome(std::size_t message, int i) {
    return *messages_[message].response.mutable_outcomes(i);
  }
  JudgedAnswers Judge(std::size_t threads = 1) {
    return JudgeAnswers(checks_, *channel_, std::move(messages_), threads);
  }
  static Tags TagsOf(const JudgedAnswers& judged) {
    Tags tags;
    for (const auto& [tag, outcome] : judged.outcomes) tags.push_back(tag);
    return tags;
  }
  static std::string FailureOf(const JudgedAnswers& judged) {
    return judged.failure.has_value() ? std::string(judged.failure->status.message()) : "";
  }
  static Failure AlarmOf(std::string message) {
    Alarm alarm;
    alarm.message = std::move(message);
    return Alarmed(std::move(alarm));
  }

  const std::unique_ptr<RpcChannel> channel_ = MakeSilentChannel();
  FakeChecks checks_;
  std::vector<AnsweredArticles> messages_;
};

TEST_F(IngestJudgeTest, EachArticleHasItsOutcomeInOrderAndItsReceiptIsKept) {
  Archived("10", {3, 1, 2});
  Archived("20", {5, 4});
  const JudgedAnswers judged = Judge();
  EXPECT_FALSE(judged.failure.has_value());
  EXPECT_THAT(judged.unanswered, IsEmpty());
  EXPECT_EQ(judged.tree_size, 20u);
  EXPECT_THAT(TagsOf(judged), ElementsAre(3, 1, 2, 5, 4));
  for (const auto& [tag, outcome] : judged.outcomes) EXPECT_EQ(outcome->receipt.index(), tag);
  EXPECT_THAT(checks_.kept, ElementsAre(3, 1, 2, 5, 4));
  EXPECT_EQ(checks_.keeps, 1) << "the disk is paid for once";
}

TEST_F(IngestJudgeTest, ManyThreadsFindTheSameInTheSameOrder) {
  Tags tags;
  for (std::uint64_t tag = 0; tag < 100; ++tag) tags.push_back(tag);
  Archived("100", tags);
  checks_.of_article.emplace(50, DoesNotCheck("spoilt"));
  const JudgedAnswers judged = Judge(4);
  EXPECT_EQ(TagsOf(judged), tags);
  EXPECT_EQ(checks_.checked.size(), 99u);
}

TEST_F(IngestJudgeTest, WhatIsCheckedIsTheWholeAnswer) {
  Archived("10", {1, 2});
  Outcome(0, 0).mutable_verification()->set_publisher_domain("news.example");
  Outcome(0, 0).set_already_archived(true);
  Archived("20", {3});
  const JudgedAnswers judged = Judge();
  const v1::IngestArticleResponse& first = checks_.checked.at(1);
  EXPECT_EQ(first.receipt().checkpoint(), "10");
  EXPECT_EQ(first.verification().publisher_domain(), "news.example");
  EXPECT_TRUE(first.already_archived());
  const v1::IngestArticleResponse& second = checks_.checked.at(2);
  EXPECT_FALSE(second.has_verification());
  EXPECT_FALSE(second.already_archived());
  EXPECT_EQ(checks_.checked.at(3).receipt().checkpoint(), "20") << "each message has its own";
  EXPECT_EQ(judged.outcomes[0].second->receipt.checkpoint(), "10") << "kept without its checkpoint";
}

// --- Checkpoints ---

TEST_F(IngestJudgeTest, TheLastCheckpointIsFollowedFirst) {
  Archived("10", {1, 2});
  messages_[0].articles[0]->seen_when_asked = 4;
  messages_[0].articles[1]->seen_when_asked = 3;
  Archived("20", {3});
  EXPECT_EQ(Judge().tree_size, 20u);
  EXPECT_THAT(checks_.followed, ElementsAre(Pair("20", 0), Pair("10", 4)));
}

TEST_F(IngestJudgeTest, RefusalsAloneNeedNoCheckpoint) {
  Archived("", {1});
  *Outcome(0, 0).mutable_refusal() = ToRpcStatus(MakeError(v1::ERROR_REASON_REJECTED_BY_POLICY, "no"));
  const JudgedAnswers judged = Judge();
  EXPECT_THAT(checks_.followed, IsEmpty());
  EXPECT_EQ(judged.tree_size, 0u);
  ASSERT_THAT(TagsOf(judged), ElementsAre(1));
  EXPECT_EQ(judged.outcomes[0].second->refusal, "no");
  EXPECT_EQ(checks_.keeps, 0) << "there is nothing to keep";
}

TEST_F(IngestJudgeTest, UnderACheckpointThatDoesNotCheckNothingIsBelieved) {
  for (const std::string bad : {"10", "20"}) {
    checks_.of_checkpoint = {{bad, DoesNotCheck("not signed")}};
    Archived("10", {1, 2});
    Archived("20", {3});
    const JudgedAnswers judged = Judge();
    EXPECT_EQ(FailureOf(judged), "not signed");
    EXPECT_THAT(judged.unanswered, ElementsAre(1, 2, 3));
    EXPECT_THAT(judged.outcomes, IsEmpty());
    EXPECT_THAT(checks_.checked, IsEmpty());
    EXPECT_EQ(checks_.keeps, 0);
    messages_.clear();
  }
  EXPECT_EQ(checks_.followed.size(), 3u) << "after the first that is wrong, none is looked at";
}

// --- Articles ---

TEST_F(IngestJudgeTest, AnAnswerThatDoesNotCheckIsThatArticlesFailureAlone) {
  for (const Failure& failure : {DoesNotCheck("spoilt"), CouldNot(absl::DataLossError("spoilt"))}) {
    checks_.of_article.insert_or_assign(2, failure);
    checks_.kept.clear();
    messages_.clear();
    Archived("10", {1, 2, 3});
    const JudgedAnswers judged = Judge();
    EXPECT_FALSE(judged.failure.has_value()) << FailureOf(judged);
    ASSERT_THAT(TagsOf(judged), ElementsAre(1, 2, 3));
    ASSERT_FALSE(judged.outcomes[1].second.ok());
    EXPECT_EQ(judged.outcomes[1].second.failure().kind, failure.kind);
    EXPECT_THAT(checks_.kept, ElementsAre(1, 3)) << "what does not check is not kept";
  }
}

TEST_F(IngestJudgeTest, AnAlarmEndsTheStreamAndTheOthersStillCount) {
  checks_.of_article.emplace(2, AlarmOf("two entries"));
  Archived("10", {1, 2, 3});
  const JudgedAnswers judged = Judge();
  EXPECT_EQ(FailureOf(judged), "two entries");
  EXPECT_EQ(judged.failure->kind, FailureKind::kAlarm);
  EXPECT_THAT(judged.unanswered, ElementsAre(2));
  EXPECT_THAT(TagsOf(judged), ElementsAre(1, 3));
  EXPECT_THAT(checks_.kept, ElementsAre(1, 3));
  EXPECT_EQ(judged.tree_size, 10u);
}

TEST_F(IngestJudgeTest, ARefusalIsJudgedInItsPlaceAndKeepsNothing) {
  Archived("10", {1, 2, 3});
  *Outcome(0, 0).mutable_refusal() = ToRpcStatus(MakeError(v1::ERROR_REASON_REJECTED_BY_POLICY, "no"));
  *Outcome(0, 2).mutable_refusal() = ToRpcStatus(MakeError(v1::ERROR_REASON_STORE_DAMAGED, "damaged"));
  const JudgedAnswers judged = Judge();
  EXPECT_FALSE(judged.failure.has_value()) << FailureOf(judged);
  ASSERT_THAT(TagsOf(judged), ElementsAre(1, 2, 3));
  EXPECT_FALSE(judged.outcomes[0].second->archived);
  EXPECT_TRUE(judged.outcomes[1].second->archived);
  ASSERT_FALSE(judged.outcomes[2].second.ok());
  EXPECT_EQ(judged.outcomes[2].second.failure().server_error->reason, v1::ERROR_REASON_STORE_DAMAGED);
  EXPECT_THAT(checks_.kept, ElementsAre(2));
}

// --- Keeping ---

TEST_F(IngestJudgeTest, AReceiptThatCannotBeKeptEndsTheStreamAndIsNotHandedOn) {
  checks_.of_keeping.emplace(2, CouldNot(absl::UnavailableError("disk full")));
  // Before it is one that has no receipt: places are not those of the receipts.
  checks_.of_article.emplace(1, DoesNotCheck("spoilt"));
  Archived("10", {1, 2, 3});
  const JudgedAnswers judged = Judge();
  EXPECT_EQ(FailureOf(judged), "disk full");
  EXPECT_THAT(judged.unanswered, ElementsAre(2));
  EXPECT_THAT(TagsOf(judged), ElementsAre(1, 3));
}

TEST_F(IngestJudgeTest, OfSeveralFailuresTheFirstIsSaidButAnAlarmIsWorse) {
  checks_.of_keeping = {{1, CouldNot(absl::UnavailableError("disk full"))},
                        {2, CouldNot(absl::UnavailableError("disk gone"))}};
  Archived("10", {1, 2});
  EXPECT_EQ(FailureOf(Judge()), "disk full");
  for (const std::uint64_t alarmed : {1, 3}) {
    checks_.of_article = {{alarmed, AlarmOf("two entries")}};
    messages_.clear();
    Archived("10", {1, 2, 3});
    const JudgedAnswers judged = Judge();
    EXPECT_EQ(FailureOf(judged), "two entries") << alarmed;
    EXPECT_EQ(judged.unanswered, alarmed == 1 ? Tags({1, 2}) : Tags({1, 2, 3}));
  }
}

// --- Refusals ---

TEST_F(IngestJudgeTest, ARefusalIsAlwaysTheServersOwnError) {
  const Failure known =
      RefusalOf(*channel_, ToRpcStatus(MakeError(v1::ERROR_REASON_STORE_DAMAGED, "damaged")));
  EXPECT_EQ(known.kind, FailureKind::kCouldNot);
  ASSERT_TRUE(known.server_error.has_value());
  EXPECT_EQ(known.server_error->reason, v1::ERROR_REASON_STORE_DAMAGED);
  EXPECT_THAT(std::string(known.status.message()), HasSubstr("damaged"));
  // What would be gRPC's own trouble at the end of a call is none in an answer.
  for (const int code : {4, 14}) {
    google::rpc::Status bare;
    bare.set_code(code);
    bare.set_message("bare");
    const Failure failure = RefusalOf(*channel_, bare);
    EXPECT_EQ(failure.kind, FailureKind::kCouldNot);
    ASSERT_TRUE(failure.server_error.has_value()) << code;
    EXPECT_EQ(static_cast<int>(failure.server_error->code), code);
    EXPECT_EQ(failure.server_error->message, "bare");
  }
}

}  // namespace
}  // namespace chirograph::internal::ingest_judge_test
