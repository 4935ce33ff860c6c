// SPDX-License-Identifier: Apache-2.0
#include "tests/client/world.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>
#include <utility>

#include "crypto/checkpoint.h"
#include "proto/canonical_form.h"
#include "proto/front_matter.h"

namespace chirograph {
namespace {

TestLog MakeLog() {
  TestLog log;
  for (int i = 0; i < 6; ++i) log.AddDocument(MakeDocument(fmt::format("earlier {}", i), "other.example"));
  return log;
}

}  // namespace

World::World() : server_(MakeLog(), {keyring_, "", ""}) {
  options_.server = server_.address();
  options_.state_dir = folder_.path();
  options_.log_key = server_.log().verifier().vkey();
  options_.retry_for = absl::ZeroDuration();
  options_.keyring = std::make_shared<const Keyring>(keyring_);
  Answer<std::unique_ptr<ArchiveClient>> client = ArchiveClient::Connect(options_);
  if (!client.ok()) return;
  client_ = *std::move(client);
  const Answer<IngestOutcome> outcome = client_->Ingest(known_);
  if (!outcome.ok()) return;
  receipt_ = outcome->receipt;
  log_before_ = server_.log();
  // So that there are sizes below the trusted one.
  const Answer<IngestOutcome> second = client_->Ingest(second_);
  if (second.ok()) second_receipt_ = second->receipt;
  log_ = server_.log();
}

std::optional<Failure> World::Journey(std::string* step) {
  std::optional<Failure> failure;
  const auto go = [&](std::string_view name, const auto& call) {
    if (failure.has_value()) return;
    *step = name;
    const auto answer = call();
    if (!answer.ok()) failure = answer.failure();
  };
  go("LatestCheckpoint", [this] { return client_->LatestCheckpoint(); });
  go("Ingest new", [this] { return client_->Ingest(new_); });
  go("Ingest known", [this] { return client_->Ingest(known_); });
  go("Ingest message",
     [this] { return client_->Ingest(*ParseDocument(MakeDocument("m", "other.example"))); });
  for (const v1::ArticleView view : {v1::ARTICLE_VIEW_RECORD, v1::ARTICLE_VIEW_ARTICLE,
                                     v1::ARTICLE_VIEW_SOURCE, v1::ARTICLE_VIEW_CONTENT}) {
    go("Get " + v1::ArticleView_Name(view), [&] { return client_->Get(receipt_.index(), view); });
  }
  go("Get article digest", [this] {
    return client_->Get(ArticleDigestRef{Sha256(*CanonicalForm(*ParseDocument(known_.bytes)))},
                        v1::ARTICLE_VIEW_RECORD);
  });
  go("Get source digest",
     [this] { return client_->Get(SourceDigestRef{Sha256(known_.bytes)}, v1::ARTICLE_VIEW_RECORD); });
  go("RefreshReceipt", [this] { return client_->RefreshReceipt(receipt_); });
  go("Verify", [this] { return client_->Verify(known_, TestTime()); });
  return failure;
}

void ExpectEvidence(World& world, const Failure& failure, const std::string& trusted_before) {
  ASSERT_TRUE(failure.alarm.has_value());
  const Alarm& alarm = *failure.alarm;
  ASSERT_TRUE(alarm.evidence_status.ok()) << alarm.evidence_status;
  ASSERT_FALSE(alarm.evidence_dir.empty());
  const std::string first = Slurp(alarm.evidence_dir + "/trusted.checkpoint");
  const std::string second = Slurp(alarm.evidence_dir + "/received.checkpoint");
  EXPECT_EQ(first, alarm.trusted_note);
  EXPECT_EQ(second, alarm.received_note);
  const absl::StatusOr<Checkpoint> first_opened = OpenCheckpoint(first, world.client().log_key());
  const absl::StatusOr<Checkpoint> second_opened = OpenCheckpoint(second, world.client().log_key());
  ASSERT_TRUE(first_opened.ok()) << first_opened.status();
  ASSERT_TRUE(second_opened.ok()) << second_opened.status();
  if (alarm.kind == AlarmKind::kTwoRoots) {
    EXPECT_EQ(first_opened->tree_size, second_opened->tree_size);
    EXPECT_NE(first_opened->root_hash, second_opened->root_hash);
  }
  if (alarm.kind == AlarmKind::kRolledBack) {
    EXPECT_GT(first_opened->tree_size, second_opened->tree_size);
  }
  EXPECT_THAT(Slurp(alarm.evidence_dir + "/README.txt"), ::testing::HasSubstr(alarm.message));
  EXPECT_EQ((*world.client().state().ReadCheckpoint())->note, trusted_before);
}

}  // namespace chirograph
