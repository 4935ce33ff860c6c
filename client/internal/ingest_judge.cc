// SPDX-License-Identifier: Apache-2.0
#include "client/internal/ingest_judge.h"

#include <algorithm>
#include <string_view>

#include "crypto/parallel.h"
#include "proto/rpc_error.h"

namespace chirograph::internal {
namespace {

constexpr std::string_view kCameWithIngest = "the answer to IngestArticles";

Answer<IngestOutcome> CheckOneOutcome(IngestChecks& checks, const RpcChannel& channel,
                                      const ArticleUnderWay& article, const std::string& checkpoint,
                                      v1::SubmissionOutcome outcome) {
  if (outcome.has_refusal()) {
    return checks.CheckRefused(article.prepared, RefusalOf(channel, outcome.refusal()),
                               "the refusal of IngestArticles");
  }
  v1::IngestArticleResponse response;
  *response.mutable_receipt() = std::move(*outcome.mutable_receipt());
  response.mutable_receipt()->set_checkpoint(checkpoint);
  if (outcome.has_verification())
    *response.mutable_verification() = std::move(*outcome.mutable_verification());
  response.set_already_archived(outcome.already_archived());
  return checks.CheckIngested(article.prepared, std::move(response), kCameWithIngest);
}

// Whether the stream cannot go on after `failure`, which came with one article.
bool EndsTheStream(const Failure& failure) { return failure.kind == FailureKind::kAlarm; }

// Follows the checkpoint of one message, if it has any use for one.
std::optional<Failure> FollowCheckpointOf(IngestChecks& checks, const AnsweredArticles& message,
                                          std::uint64_t* tree_size) {
  const auto& outcomes = message.response.outcomes();
  const bool has_receipt = std::any_of(outcomes.begin(), outcomes.end(),
                                       [](const auto& outcome) { return outcome.has_receipt(); });
  if (!has_receipt) return std::nullopt;
  std::uint64_t seen = 0;
  for (const auto& article : message.articles) seen = std::max(seen, article->seen_when_asked);
  Answer<std::uint64_t> followed =
      checks.FollowCheckpoint(message.response.checkpoint(), kCameWithIngest, seen);
  if (!followed.ok()) return std::move(followed).failure();
  *tree_size = std::max(*tree_size, *followed);
  return std::nullopt;
}

// An answer, and what it is the answer to.
struct Answered {
  const ArticleUnderWay* article = nullptr;
  const std::string* checkpoint = nullptr;
  v1::SubmissionOutcome* outcome = nullptr;
};

// The failure of each receipt that could not be kept, by its answer's place. One that is due to the disk is
// due to it for all to come.
std::vector<std::optional<Failure>> Keep(IngestChecks& checks,
                                         const std::vector<std::optional<Answer<IngestOutcome>>>& answers) {
  std::vector<const v1::Receipt*> receipts;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (!answers[i]->ok() || !(**answers[i]).archived) continue;
    receipts.push_back(&(**answers[i]).receipt);
    places.push_back(i);
  }
  std::vector<std::optional<Failure>> failures(answers.size());
  if (receipts.empty()) return failures;
  std::vector<std::optional<Failure>> kept = checks.KeepAll(receipts, kCameWithIngest);
  for (std::size_t i = 0; i < kept.size(); ++i) failures[places[i]] = std::move(kept[i]);
  return failures;
}

}  // namespace

Failure RefusalOf(const RpcChannel& channel, const google::rpc::Status& refusal) {
  ReceivedError error = ReadRpcStatus(refusal);
  Failure failure = channel.FailureOf("IngestArticles", error);
  // It stands in an answer of the server's, whatever it says.
  failure.server_error = std::move(error);
  return failure;
}

JudgedAnswers JudgeAnswers(IngestChecks& checks, const RpcChannel& channel,
                           std::vector<AnsweredArticles> messages, std::size_t threads) {
  JudgedAnswers judged;
  std::vector<Answered> all;
  for (AnsweredArticles& message : messages) {
    for (std::size_t i = 0; i < message.articles.size(); ++i) {
      all.push_back({message.articles[i].get(), &message.response.checkpoint(),
                     message.response.mutable_outcomes(static_cast<int>(i))});
    }
  }
  // The last one first: it is the largest, so the others need not be written to the disk.
  for (auto message = messages.rbegin(); message != messages.rend() && !judged.failure; ++message) {
    judged.failure = FollowCheckpointOf(checks, *message, &judged.tree_size);
  }
  if (judged.failure.has_value()) {
    for (const Answered& answered : all) judged.unanswered.push_back(answered.article->tag);
    return judged;
  }

  std::vector<std::optional<Answer<IngestOutcome>>> answers(all.size());
  ForEachInParallel(answers.size(), threads, [&](std::size_t i) {
    answers[i] =
        CheckOneOutcome(checks, channel, *all[i].article, *all[i].checkpoint, std::move(*all[i].outcome));
  });
  std::vector<std::optional<Failure>> not_kept = Keep(checks, answers);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    Answer<IngestOutcome>& answer = *answers[i];
    const std::uint64_t tag = all[i].article->tag;
    if (not_kept[i].has_value() || (!answer.ok() && EndsTheStream(answer.failure()))) {
      judged.unanswered.push_back(tag);
      Failure failure = not_kept[i].has_value() ? *std::move(not_kept[i]) : std::move(answer).failure();
      const bool is_worse = !judged.failure.has_value() || failure.kind == FailureKind::kAlarm;
      if (is_worse) judged.failure = std::move(failure);
    } else {
      judged.outcomes.emplace_back(tag, std::move(answer));
    }
  }
  return judged;
}

}  // namespace chirograph::internal
