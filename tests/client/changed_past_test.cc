// SPDX-License-Identifier: Apache-2.0
//
// A log that forks, goes back or puts one entry in another's place, under a server that is honest about it:
// each call of the client library raises the alarm, with evidence that anybody can check.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "client/archive_client.h"
#include "client/receipt_file.h"
#include "proto/rpc_error.h"
#include "tests/client/temp_folder.h"
#include "tests/client/test_log.h"
#include "tests/client/test_server.h"
#include "tests/client/world.h"

namespace chirograph::changed_past_test {
namespace {

using ::testing::HasSubstr;

TestLog Fork(const World& world, int more) {
  TestLog fork = world.log_before();
  for (int i = 0; i < more; ++i) fork.AddDocument(MakeDocument(fmt::format("forged {}", i), "other.example"));
  return fork;
}

struct PastCase {
  std::string name;
  std::function<void(World&)> change;
  std::function<std::optional<Failure>(World&)> ask;
  AlarmKind alarm;
};

std::ostream& operator<<(std::ostream& out, const PastCase& past) { return out << past.name; }

template <typename T>
std::optional<Failure> FailureOf(const Answer<T>& answer) {
  if (answer.ok()) return std::nullopt;
  return answer.failure();
}

class ChangedPastTest : public ::testing::TestWithParam<PastCase> {};

TEST_P(ChangedPastTest, RaisesAnAlarm) {
  World world;
  ASSERT_FALSE(world.second_receipt().log_entry().empty()) << "the honest beginning failed";
  const std::string trusted = (*world.client().state().ReadCheckpoint())->note;
  GetParam().change(world);
  const std::optional<Failure> failure = GetParam().ask(world);
  ASSERT_TRUE(failure.has_value()) << "nothing was noticed";
  ASSERT_EQ(FailureKindName(failure->kind), "ALARM") << failure->status;
  EXPECT_EQ(AlarmKindName(failure->alarm->kind), AlarmKindName(GetParam().alarm)) << failure->status;
  ExpectEvidence(world, *failure, trusted);
}

std::vector<PastCase> ChangedPasts() {
  using Ask = std::function<std::optional<Failure>(World&)>;
  const std::vector<std::pair<std::string, Ask>> asks = {
      {"LatestCheckpoint", [](World& w) { return FailureOf(w.client().LatestCheckpoint()); }},
      {"Ingest", [](World& w) { return FailureOf(w.client().Ingest(w.new_document())); }},
      {"IngestKnown", [](World& w) { return FailureOf(w.client().Ingest(w.known_document())); }},
      {"GetKnown",
       [](World& w) { return FailureOf(w.client().Get(w.receipt().index(), v1::ARTICLE_VIEW_CONTENT)); }},
      {"GetReplaced",
       [](World& w) {
         return FailureOf(w.client().Get(w.second_receipt().index(), v1::ARTICLE_VIEW_RECORD));
       }},
      {"RefreshKnown", [](World& w) { return FailureOf(w.client().RefreshReceipt(w.receipt())); }},
      {"RefreshReplaced", [](World& w) { return FailureOf(w.client().RefreshReceipt(w.second_receipt())); }},
  };
  std::vector<PastCase> cases;
  for (const auto& [name, ask] : asks) {
    const bool appends = name == "Ingest";
    // One entry was taken away. An ingest puts another in its place, and more: its key's event.
    cases.push_back({"RolledBack_" + name, [](World& w) { w.server().UseLog(w.log_before()); }, ask,
                     appends ? AlarmKind::kInconsistent : AlarmKind::kRolledBack});
    cases.push_back({"SameSizeFork_" + name, [](World& w) { w.server().UseLog(Fork(w, 1)); }, ask,
                     appends ? AlarmKind::kInconsistent : AlarmKind::kTwoRoots});
    cases.push_back({"LargerFork_" + name, [](World& w) { w.server().UseLog(Fork(w, 5)); }, ask,
                     AlarmKind::kInconsistent});
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Logs, ChangedPastTest, ::testing::ValuesIn(ChangedPasts()),
                         [](const auto& test) { return test.param.name; });

TEST(ChangedPastTest, IsNoAlarmWhereTheLogOnlyGrew) {
  World world;
  TestLog log = world.log();
  for (int i = 0; i < 9; ++i) log.AddDocument(MakeDocument(fmt::format("grown {}", i), "other.example"));
  world.server().UseLog(log);
  std::string step;
  const std::optional<Failure> failure = world.Journey(&step);
  EXPECT_FALSE(failure.has_value()) << step << ": " << failure->status;
}

// Somebody else holds a receipt from a fork: held against what this client trusts, it shows the fork.
TEST(ChangedPastTest, FindsAForkInAReceiptOfSomebodyElse) {
  World world;
  const TestLog fork = Fork(world, 1);
  const std::string trusted = (*world.client().state().ReadCheckpoint())->note;
  const Answer<v1::Receipt> answer = world.client().RefreshReceipt(fork.Receipt(2));
  ASSERT_FALSE(answer.ok());
  ASSERT_EQ(answer.failure().kind, FailureKind::kAlarm) << answer.failure().status;
  EXPECT_EQ(answer.failure().alarm->kind, AlarmKind::kTwoRoots);
  ExpectEvidence(world, answer.failure(), trusted);
}

TEST(ChangedPastTest, FindsTwoEntriesAtOneIndex) {
  World world;
  // The state of a client whose checkpoint was lost, but not its receipts.
  const TestLog fork = Fork(world, 3);
  const std::uint64_t index = fork.tree_size() - 1;
  ASSERT_EQ(*world.client().state().KeepReceipt(fork.Receipt(index)), ClientState::Kept::kNew);
  TestLog log = world.log();
  while (log.tree_size() <= index) log.AddDocument(MakeDocument("honest", "other.example"));
  world.server().UseLog(log);
  const Answer<ArchivedArticle> answer = world.client().Get(index, v1::ARTICLE_VIEW_RECORD);
  ASSERT_FALSE(answer.ok());
  ASSERT_EQ(answer.failure().kind, FailureKind::kAlarm) << answer.failure().status;
  EXPECT_EQ(answer.failure().alarm->kind, AlarmKind::kTwoEntries);
  const std::string exchange = Slurp(answer.failure().alarm->evidence_dir + "/exchange.txt");
  EXPECT_THAT(exchange, HasSubstr(*FormatReceiptFile(fork.Receipt(index))));
  EXPECT_THAT(exchange, HasSubstr(*FormatReceiptFile(log.Receipt(index))));
}

// A kept receipt that was damaged on disk is no proof against the log.
TEST(ChangedPastTest, DoesNotAccuseTheLogOfADamagedReceipt) {
  World world;
  const std::string path = world.client().state().ReceiptPath(world.receipt().index());
  v1::Receipt spoilt = world.receipt();
  spoilt.set_opening(FlipBit(spoilt.opening(), 10));
  Spill(path, *FormatReceiptFile(spoilt));
  const Answer<ArchivedArticle> answer = world.client().Get(world.receipt().index(), v1::ARTICLE_VIEW_RECORD);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.failure().kind, FailureKind::kCouldNot);
  EXPECT_EQ(answer.failure().status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(answer.failure().status.message()), HasSubstr(path));
}

TEST(ChangedPastTest, IsNoAlarmWhereTheServerIsOnlyAway) {
  World world;
  Lies lies;
  lies.refuse = [](std::string_view method) {
    return method == "GetConsistencyProof" || method == "GetCheckpoint"
               ? MakeError(v1::ERROR_REASON_SHUTTING_DOWN, "stopping")
               : absl::OkStatus();
  };
  world.server().Tell(lies);
  const Answer<IngestOutcome> answer = world.client().Ingest(world.new_document());
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.failure().kind, FailureKind::kCouldNot) << answer.failure().status;
  EXPECT_EQ(answer.failure().server_error->reason, v1::ERROR_REASON_SHUTTING_DOWN);
  EXPECT_EQ(world.client().LatestCheckpoint().failure().kind, FailureKind::kCouldNot);
  EXPECT_FALSE(std::filesystem::exists(world.client().state().path() + "/alarms"));
  // Once it is back, the same article is answered with its receipt.
  world.server().Tell({});
  EXPECT_TRUE(world.client().Ingest(world.new_document())->already_archived);
}

}  // namespace
}  // namespace chirograph::changed_past_test
