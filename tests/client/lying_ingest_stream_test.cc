// SPDX-License-Identifier: Apache-2.0
//
// A server that lies in the answers of an ingest stream. What it says of one article is that article's
// failure; what it says of all ends the stream. ingest_stream_sending_test.cc has answers to what was not
// asked.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "client/ingest_stream.h"
#include "proto/rpc_error.h"
#include "tests/client/test_log.h"
#include "tests/client/world.h"

namespace chirograph::lying_ingest_stream_test {
namespace {

constexpr std::uint64_t kLiedAbout = 7;

struct StreamLie {
  std::string name;
  std::function<void(World&, v1::IngestArticlesResponse&)> lie;
  // Of the whole stream; else of the first article alone.
  std::optional<FailureKind> ends;
};

std::ostream& operator<<(std::ostream& out, const StreamLie& lie) { return out << lie.name; }

struct StreamRun {
  std::vector<std::pair<std::uint64_t, Answer<IngestOutcome>>> outcomes;
  IngestEnd end;
};

// Two articles, the first of which is lied about.
StreamRun SendTo(World& world) {
  StreamRun run;
  IngestStreamOptions options;
  options.on_outcome = [&run](std::uint64_t tag, Answer<IngestOutcome> outcome) {
    run.outcomes.emplace_back(tag, std::move(outcome));
  };
  const auto stream = world.client().OpenIngestStream(std::move(options));
  stream->Submit(kLiedAbout, world.new_document());
  stream->Submit(8, SourceDocument{MakeDocument("another", "other.example")});
  run.end = stream->Finish();
  return run;
}

class LyingIngestStreamTest : public ::testing::TestWithParam<StreamLie> {};

TEST_P(LyingIngestStreamTest, IsFoundOut) {
  World world;
  ASSERT_FALSE(world.second_receipt().log_entry().empty()) << "the honest beginning failed";
  const std::string trusted = (*world.client().state().ReadCheckpoint())->note;
  const std::size_t kept_before = world.client().state().ListReceipts()->size();
  Lies lies;
  bool told = false;
  lies.ingest_stream = [&world, &told](v1::IngestArticlesResponse& response) {
    if (!std::exchange(told, true)) GetParam().lie(world, response);
  };
  world.server().Tell(lies);
  const StreamRun run = SendTo(world);

  const auto lied_about = std::find_if(run.outcomes.begin(), run.outcomes.end(),
                                       [](const auto& outcome) { return outcome.first == kLiedAbout; });
  if (GetParam().ends.has_value()) {
    ASSERT_TRUE(run.end.failure.has_value()) << "nothing was noticed";
    EXPECT_EQ(FailureKindName(run.end.failure->kind), FailureKindName(*GetParam().ends))
        << run.end.failure->status;
    if (run.end.failure->kind == FailureKind::kAlarm) ExpectEvidence(world, *run.end.failure, trusted);
    EXPECT_EQ(run.outcomes.size() + run.end.unanswered.size() + run.end.not_sent.size(), 2U);
  } else {
    EXPECT_FALSE(run.end.failure.has_value()) << run.end.failure->status;
    EXPECT_EQ(run.outcomes.size(), 2U) << "it did not go on";
    ASSERT_NE(lied_about, run.outcomes.end());
    ASSERT_FALSE(lied_about->second.ok()) << "nothing was noticed";
    EXPECT_EQ(FailureKindName(lied_about->second.failure().kind), "DOES_NOT_CHECK");
  }
  std::size_t archived = 0;
  for (const auto& [tag, outcome] : run.outcomes) archived += outcome.ok() ? 1U : 0U;
  EXPECT_EQ(world.client().state().ListReceipts()->size(), kept_before + archived)
      << "what did not check was kept";
}

StreamLie OfReceipt(std::string name, std::function<void(World&, v1::Receipt&)> lie) {
  return {"Receipt_" + name,
          [lie = std::move(lie)](World& world, v1::IngestArticlesResponse& response) {
            lie(world, *response.mutable_outcomes(0)->mutable_receipt());
          },
          std::nullopt};
}

StreamLie OfOutcome(std::string name, std::function<void(v1::SubmissionOutcome&)> lie) {
  return {"Outcome_" + name,
          [lie = std::move(lie)](World&, v1::IngestArticlesResponse& response) {
            lie(*response.mutable_outcomes(0));
          },
          std::nullopt};
}

StreamLie OfAll(std::string name, std::function<void(World&, v1::IngestArticlesResponse&)> lie,
                FailureKind kind = FailureKind::kDoesNotCheck) {
  return {"All_" + name, std::move(lie), kind};
}

using Response = v1::IngestArticlesResponse;

std::vector<StreamLie> AllLies() {
  return {
      OfReceipt("LogEntry", [](World&, v1::Receipt& r) { r.set_log_entry(FlipBit(r.log_entry(), -1)); }),
      OfReceipt("Opening", [](World&, v1::Receipt& r) { r.set_opening(FlipBit(r.opening(), 10)); }),
      OfReceipt("Index", [](World&, v1::Receipt& r) { r.set_index(r.index() - 1); }),
      OfReceipt("ProofHash",
                [](World&, v1::Receipt& r) { r.set_inclusion_proof(0, FlipBit(r.inclusion_proof(0))); }),
      OfReceipt("ProofHashDropped",
                [](World&, v1::Receipt& r) { r.mutable_inclusion_proof()->RemoveLast(); }),
      OfReceipt("Empty", [](World&, v1::Receipt& r) { r.Clear(); }),
      OfReceipt("OfAnotherArticle", [](World& w, v1::Receipt& r) { r = w.server().log().Receipt(2); }),
      OfOutcome("NoVerification", [](v1::SubmissionOutcome& o) { o.clear_verification(); }),
      OfOutcome("OtherVerdict",
                [](v1::SubmissionOutcome& o) {
                  o.mutable_verification()->set_verdict(v1::VERDICT_UNKNOWN_KEY);
                  o.mutable_verification()->set_reason(v1::VERDICT_REASON_NO_KEY_FOR_PUBLISHER);
                }),
      OfOutcome("RejectedButArchived",
                [](v1::SubmissionOutcome& o) {
                  o.mutable_verification()->set_policy_action(v1::POLICY_ACTION_REJECT);
                }),
      OfOutcome("VerificationOfAnotherArticle",
                [](v1::SubmissionOutcome& o) {
                  o.mutable_verification()->set_article_digest(std::string(32, 'x'));
                }),
      OfOutcome("RefusedByPolicyWithoutVerification",
                [](v1::SubmissionOutcome& o) {
                  *o.mutable_refusal() = ToRpcStatus(MakeError(v1::ERROR_REASON_REJECTED_BY_POLICY, "no"));
                }),
      OfAll("LeftUnanswered", [](World&, Response& r) { r.mutable_outcomes()->DeleteSubrange(0, 1); }),
      OfAll("NoCheckpoint", [](World&, Response& r) { r.clear_checkpoint(); }),
      OfAll("CheckpointText", [](World&, Response& r) { r.set_checkpoint(FlipBit(r.checkpoint(), 20)); }),
      OfAll("CheckpointSignature",
            [](World&, Response& r) { r.set_checkpoint(FlipBit(r.checkpoint(), -10)); }),
      OfAll("CheckpointOfAnotherKey",
            [](World& w, Response& r) {
              r.set_checkpoint(TestLog().CheckpointWithRoot(w.log().tree_size(), Digest{}));
            }),
      OfAll(
          "SecondRoot",
          [](World& w, Response& r) {
            r.set_checkpoint(w.log().CheckpointWithRoot(w.log().tree_size(), Digest{}));
          },
          FailureKind::kAlarm),
      OfAll(
          "NotAnExtension",
          [](World& w, Response& r) {
            r.set_checkpoint(w.log().CheckpointWithRoot(w.server().log().tree_size(), Digest{}));
          },
          FailureKind::kAlarm),
  };
}

INSTANTIATE_TEST_SUITE_P(Lies, LyingIngestStreamTest, ::testing::ValuesIn(AllLies()),
                         [](const auto& test) { return test.param.name; });

TEST(HonestIngestStreamTest, PassesTheSame) {
  World world;
  const StreamRun run = SendTo(world);
  EXPECT_FALSE(run.end.failure.has_value()) << run.end.failure->status;
  ASSERT_EQ(run.outcomes.size(), 2U);
  for (const auto& [tag, outcome] : run.outcomes) EXPECT_TRUE(outcome.ok()) << outcome.failure().status;
  EXPECT_FALSE(std::filesystem::exists(world.client().state().path() + "/alarms"));
}

}  // namespace
}  // namespace chirograph::lying_ingest_stream_test
