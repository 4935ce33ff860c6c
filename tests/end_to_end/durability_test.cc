// SPDX-License-Identifier: Apache-2.0
//
// chirographd killed at random moments under ingest. The client's receipts are the judge.
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <random>

#include "absl/time/clock.h"
#include "client/archive_client.h"
#include "client/client_state.h"
#include "fmt/format.h"
#include "tests/end_to_end/archive_under_test.h"

namespace chirograph::durability_test {
namespace {

using nlohmann::json;

constexpr int kRounds = 25;
constexpr int kArticlesARound = 150;

unsigned Seed() {
  const char* given = std::getenv("CHIROGRAPH_TEST_SEED");
  return given == nullptr ? std::random_device()() : static_cast<unsigned>(std::strtoul(given, nullptr, 10));
}

class DurabilityTest : public testing::Test {
 protected:
  // Kills the server at a random moment after the first receipt of this round, and then the client, which may
  // be waiting to try again. Returns what the client had said by then, by path.
  std::map<std::string, std::uint64_t> IngestAndKill(const std::string& folder, std::mt19937& random) {
    const auto client = archive_.StartCli({"--json", "ingest", "--jobs", "8", folder});
    const absl::Time deadline = absl::Now() + absl::Seconds(60);
    while (client->OutSoFar().empty() && client->IsRunning() && absl::Now() < deadline) {
      absl::SleepFor(absl::Milliseconds(1));
    }
    absl::SleepFor(absl::Microseconds(std::uniform_int_distribution<int>(0, 100'000)(random)));
    archive_.server().Signal(SIGKILL);
    EXPECT_EQ(archive_.server().Wait().exit_code, 128 + SIGKILL);
    client->Signal(SIGKILL);
    client->Wait();

    std::map<std::string, std::uint64_t> acknowledged;
    for (const std::string& line : LinesOf(client->OutSoFar())) {
      const json object = json::parse(line, nullptr, /*allow_exceptions=*/false);  // the last may be cut
      if (object.is_object() && object.value("index", json()).is_number()) {
        acknowledged[object["path"]] = object["index"].get<std::uint64_t>();
      }
    }
    return acknowledged;
  }

  // Every receipt that the client holds is still there, at its index, and verifies.
  std::size_t JudgeReceipts() {
    ClientOptions options;
    options.server = archive_.address();
    options.state_dir = archive_.state_dir();
    const auto client = ArchiveClient::Connect(options);
    EXPECT_TRUE(client.ok()) << client.failure().status;
    if (!client.ok()) return 0;
    const auto indexes = (*client)->state().ListReceipts();
    EXPECT_TRUE(indexes.ok()) << indexes.status();
    for (const std::uint64_t index : *indexes) {
      const auto kept = (*client)->state().ReadReceipt(index);
      EXPECT_TRUE(kept.ok() && kept->has_value()) << index << kept.status();
      const auto served = (*client)->Get(index, v1::ARTICLE_VIEW_RECORD);
      EXPECT_TRUE(served.ok()) << index << ": " << served.failure().status;
      if (!served.ok()) return 0;
      EXPECT_EQ(served->receipt.log_entry(), (*kept)->log_entry()) << index;
      EXPECT_EQ(served->receipt.opening(), (*kept)->opening()) << index;
      EXPECT_TRUE(CheckReceipt(**kept, (*client)->log_key()).ok()) << index;
    }
    return indexes->size();
  }

  ArchiveUnderTest archive_;
};

TEST_F(DurabilityTest, NothingAcknowledgedIsLostWhenTheServerIsKilled) {
  const unsigned seed = Seed();
  std::cout << "CHIROGRAPH_TEST_SEED=" << seed << "\n";
  std::mt19937 random(seed);
  archive_.Start();
  archive_.Trust();
  std::size_t receipts = 0;
  int killed_in_the_middle = 0;
  for (int round = 0; round < kRounds && !HasFailure(); ++round) {
    const std::string folder = fmt::format("round-{}", round);
    archive_.WriteSignedArticles(folder, fmt::format("round {}", round), kArticlesARound);
    const auto acknowledged = IngestAndKill(folder, random);
    if (acknowledged.size() < kArticlesARound) ++killed_in_the_middle;

    archive_.Start(archive_.port());
    const std::size_t now = JudgeReceipts();
    EXPECT_GE(now, receipts + acknowledged.size()) << "round " << round;
    receipts = now;

    // Submitted again, what was acknowledged is answered with the index that it had.
    for (const json& line : archive_.CliJson({"ingest", folder}, 0)) {
      if (!line.contains("path")) continue;
      const auto before = acknowledged.find(line["path"]);
      if (before == acknowledged.end()) continue;
      EXPECT_EQ(line["outcome"], "ALREADY_ARCHIVED") << line;
      EXPECT_EQ(line["index"], before->second) << line;
    }
    receipts = static_cast<std::size_t>((round + 1) * kArticlesARound);
  }
  EXPECT_EQ(JudgeReceipts(), receipts);
  std::cout << receipts << " receipts, " << killed_in_the_middle << " of " << kRounds
            << " rounds killed in the middle\n";
  EXPECT_GE(killed_in_the_middle, kRounds / 4) << "the server was killed too late to prove anything";
  archive_.Stop();
}

}  // namespace
}  // namespace chirograph::durability_test
