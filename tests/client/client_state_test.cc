// SPDX-License-Identifier: Apache-2.0
#include "client/client_state.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/client/temp_folder.h"
#include "tests/client/test_log.h"

namespace chirograph::client_state_test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string MessageOf(const absl::Status& status) { return std::string(status.message()); }

class ClientStateTest : public ::testing::Test {
 protected:
  ClientStateTest() {
    for (int i = 0; i < 20; ++i) log_.AddDocument(MakeDocument("t", "news.example"));
  }

  ClientState Open() const {
    absl::StatusOr<ClientState> state = ClientState::Open(folder_.path(), kTestOrigin);
    EXPECT_TRUE(state.ok()) << state.status();
    return *std::move(state);
  }
  ClientState OpenTrusted() const {
    ClientState state = Open();
    EXPECT_TRUE(state.TrustLogKey(log_.verifier()).ok());
    return state;
  }

  // That `status` is DataLoss and names `path`, which still has `contents`.
  static void ExpectDamaged(const absl::Status& status, const std::string& path,
                            const std::string& contents) {
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_THAT(MessageOf(status), HasSubstr(path));
    EXPECT_EQ(Slurp(path), contents);
  }

  const TempFolder folder_;
  TestLog log_;
};

TEST(DefaultStateDirTest, IsTheXdgStateFolder) {
  const char* const home = std::getenv("HOME");
  const std::string kept = home == nullptr ? "" : home;
  setenv("HOME", "/home/somebody", 1);
  setenv("XDG_STATE_HOME", "/var/state", 1);
  EXPECT_EQ(*DefaultStateDir(), "/var/state/chirograph");
  setenv("XDG_STATE_HOME", "relative/is/ignored", 1);
  EXPECT_EQ(*DefaultStateDir(), "/home/somebody/.local/state/chirograph");
  unsetenv("XDG_STATE_HOME");
  EXPECT_EQ(*DefaultStateDir(), "/home/somebody/.local/state/chirograph");
  unsetenv("HOME");
  EXPECT_EQ(DefaultStateDir().status().code(), absl::StatusCode::kFailedPrecondition);
  if (home != nullptr) setenv("HOME", kept.c_str(), 1);
}

TEST(OriginFolderNameTest, KeepsPlainNamesAndEscapesTheRest) {
  EXPECT_EQ(OriginFolderName("log.example"), "log.example");
  EXPECT_EQ(OriginFolderName("log.example/2026"), "log.example%2F2026");
  EXPECT_EQ(OriginFolderName(".."), "%2E.");
  EXPECT_EQ(OriginFolderName(".servers"), "%2Eservers");
  EXPECT_EQ(OriginFolderName("a%2Fb"), "a%252Fb");
  EXPECT_EQ(OriginFolderName("\xc3\xa9"), "%C3%A9");
}

TEST(OriginFolderNameTest, CutsLongNamesAndKeepsThemApart) {
  const std::string long_name(300, 'a');
  const std::string name = OriginFolderName(long_name);
  EXPECT_LE(name.size(), 220u);
  EXPECT_NE(name, OriginFolderName(long_name + "a"));
  EXPECT_NE(name, OriginFolderName(name));
  EXPECT_EQ(OriginFolderName(std::string(200, 'a')), std::string(200, 'a'));
}

TEST_F(ClientStateTest, CreatesNothingBeforeTheFirstWrite) {
  const std::string path = folder_.path() + "/not/there";
  const absl::StatusOr<ClientState> state = ClientState::Open(path, kTestOrigin);
  ASSERT_TRUE(state.ok());
  EXPECT_FALSE(state->ReadLogKey()->has_value());
  EXPECT_FALSE(state->ReadReceipt(1)->has_value());
  EXPECT_THAT(*state->ListReceipts(), IsEmpty());
  EXPECT_THAT(*ClientState::ListOrigins(path), IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(folder_.path() + "/not"));
}

TEST_F(ClientStateTest, RefusesANameThatIsNoOrigin) {
  EXPECT_EQ(ClientState::Open(folder_.path(), "").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ClientState::Open(folder_.path(), "a b").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ClientState::Open("", kTestOrigin).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(ClientStateTest, HasAnAbsolutePathThatOthersCannotRead) {
  const ClientState state = OpenTrusted();
  EXPECT_EQ(state.path(), folder_.path() + "/log.example%2Ftest");
  EXPECT_EQ(std::filesystem::status(state.path()).permissions(), std::filesystem::perms::owner_all);
}

// --- The log's key ---

TEST_F(ClientStateTest, TrustsOneKey) {
  ClientState state = OpenTrusted();
  EXPECT_EQ((*Open().ReadLogKey())->vkey(), log_.verifier().vkey());
  EXPECT_TRUE(state.TrustLogKey(log_.verifier()).ok());
  EXPECT_THAT(*ClientState::ListOrigins(folder_.path()), ElementsAre(kTestOrigin));
}

TEST_F(ClientStateTest, RefusesASecondKey) {
  ClientState state = OpenTrusted();
  const TestLog other;
  const absl::Status status = state.TrustLogKey(other.verifier());
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(MessageOf(status), AllOf(HasSubstr(log_.verifier().vkey()), HasSubstr(other.verifier().vkey()),
                                       HasSubstr("chirograph log forget log.example")));
  EXPECT_EQ((*state.ReadLogKey())->vkey(), log_.verifier().vkey());
}

TEST_F(ClientStateTest, RefusesTheKeyOfAnotherOrigin) {
  const TestLog other("log.example/other");
  EXPECT_EQ(Open().TrustLogKey(other.verifier()).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(ClientStateTest, SaysThatTheKeyIsDamaged) {
  ClientState state = OpenTrusted();
  const std::string path = state.path() + "/log-key";
  const TestLog other("log.example/other");
  for (const std::string& contents : {std::string(), std::string("nonsense\n"), log_.verifier().vkey(),
                                      log_.verifier().vkey() + "\n\n", other.verifier().vkey() + "\n"}) {
    Spill(path, contents);
    ExpectDamaged(state.ReadLogKey().status(), path, contents);
    ExpectDamaged(state.TrustLogKey(log_.verifier()), path, contents);
    ExpectDamaged(state.ReadCheckpoint().status(), path, contents);
  }
  Spill(path, "nonsense\n");
  ExpectDamaged(ClientState::ListOrigins(folder_.path()).status(), path, "nonsense\n");
}

TEST_F(ClientStateTest, RefusesAStateOfANewerVersion) {
  const ClientState state = OpenTrusted();
  Spill(state.path() + "/format", "chirograph client state 2\n");
  const absl::Status status = ClientState::Open(folder_.path(), kTestOrigin).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(MessageOf(status), AllOf(HasSubstr(state.path() + "/format"), HasSubstr("newer")));
}

TEST_F(ClientStateTest, SaysWhereItCannotMakeAFolder) {
  Spill(folder_.path() + "/file", "");
  absl::StatusOr<ClientState> state = ClientState::Open(folder_.path() + "/file/state", kTestOrigin);
  ASSERT_FALSE(state.ok() && state->TrustLogKey(log_.verifier()).ok());
  const absl::Status status = state.ok() ? state->TrustLogKey(log_.verifier()) : state.status();
  EXPECT_THAT(MessageOf(status), HasSubstr(folder_.path() + "/file"));
}

// --- The checkpoint ---

TEST_F(ClientStateTest, NeedsAKeyForACheckpoint) {
  EXPECT_EQ(Open().ReadCheckpoint().status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Open().SwapCheckpoint(std::nullopt, log_.Checkpoint(1)).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(ClientStateTest, SwapsCheckpoints) {
  ClientState state = OpenTrusted();
  EXPECT_FALSE(state.ReadCheckpoint()->has_value());
  EXPECT_EQ(*state.SwapCheckpoint(std::nullopt, log_.Checkpoint(3)), ClientState::Swap::kSwapped);
  EXPECT_EQ((*state.ReadCheckpoint())->checkpoint.tree_size, 3u);
  EXPECT_EQ(*state.SwapCheckpoint(log_.Checkpoint(3), log_.Checkpoint(7)), ClientState::Swap::kSwapped);
  EXPECT_EQ((*Open().ReadCheckpoint())->note, log_.Checkpoint(7));
}

TEST_F(ClientStateTest, DoesNotSwapWhatChangedMeanwhile) {
  ClientState state = OpenTrusted();
  ASSERT_EQ(*state.SwapCheckpoint(std::nullopt, log_.Checkpoint(5)), ClientState::Swap::kSwapped);
  EXPECT_EQ(*state.SwapCheckpoint(std::nullopt, log_.Checkpoint(9)), ClientState::Swap::kChangedMeanwhile);
  EXPECT_EQ(*state.SwapCheckpoint(log_.Checkpoint(3), log_.Checkpoint(9)),
            ClientState::Swap::kChangedMeanwhile);
  EXPECT_EQ((*state.ReadCheckpoint())->checkpoint.tree_size, 5u);
}

TEST_F(ClientStateTest, NeverSwapsForASmallerOrAForeignCheckpoint) {
  ClientState state = OpenTrusted();
  ASSERT_EQ(*state.SwapCheckpoint(std::nullopt, log_.Checkpoint(5)), ClientState::Swap::kSwapped);
  const TestLog other;
  for (const std::string& next :
       {log_.Checkpoint(4), other.CheckpointWithRoot(9, Digest{}), std::string("nonsense")}) {
    EXPECT_EQ(state.SwapCheckpoint(log_.Checkpoint(5), next).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ((*state.ReadCheckpoint())->note, log_.Checkpoint(5));
}

TEST_F(ClientStateTest, SaysThatTheCheckpointIsDamaged) {
  ClientState state = OpenTrusted();
  const std::string path = state.path() + "/checkpoint";
  const TestLog other;
  const std::string good = log_.Checkpoint(5);
  for (const std::string& contents : {std::string(), std::string("nonsense"), good.substr(0, good.size() - 5),
                                      FlipBit(good, 20), other.CheckpointWithRoot(5, Digest{})}) {
    Spill(path, contents);
    ExpectDamaged(state.ReadCheckpoint().status(), path, contents);
    ExpectDamaged(state.SwapCheckpoint(std::nullopt, log_.Checkpoint(9)).status(), path, contents);
  }
}

// Tries each size in an order of its own, as answers that overtake each other do.
bool AdvanceInRandomOrder(ClientState& state, const std::vector<std::string>& notes, unsigned seed) {
  std::vector<std::size_t> sizes(notes.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) sizes[i] = i;
  std::shuffle(sizes.begin(), sizes.end(), std::mt19937(seed));
  for (const std::size_t size : sizes) {
    for (;;) {
      const absl::StatusOr<std::optional<TrustedCheckpoint>> current = state.ReadCheckpoint();
      if (!current.ok()) return false;
      if (current->has_value() && (*current)->checkpoint.tree_size >= size) break;
      const absl::StatusOr<ClientState::Swap> swap = state.SwapCheckpoint(
          current->has_value() ? std::optional<std::string>((*current)->note) : std::nullopt, notes[size]);
      if (!swap.ok()) return false;
      if (*swap == ClientState::Swap::kSwapped) break;
    }
  }
  return true;
}

TEST_F(ClientStateTest, NeverGoesBackWithManyThreadsAndProcesses) {
  std::vector<std::string> notes;
  for (std::uint64_t size = 0; size <= log_.tree_size(); ++size) notes.push_back(log_.Checkpoint(size));
  OpenTrusted();

  std::vector<pid_t> children;
  for (unsigned i = 0; i < 3; ++i) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      absl::StatusOr<ClientState> state = ClientState::Open(folder_.path(), kTestOrigin);
      _exit(state.ok() && AdvanceInRandomOrder(*state, notes, i) ? 0 : 1);
    }
    children.push_back(child);
  }
  std::atomic<bool> done = false;
  std::atomic<bool> all_well = true;
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 3; ++i) {
    threads.emplace_back([&, i] {
      ClientState state = Open();
      if (!AdvanceInRandomOrder(state, notes, 100 + i)) all_well = false;
    });
  }
  std::thread reader([&] {
    const ClientState state = Open();
    std::uint64_t last = 0;
    while (!done) {
      const absl::StatusOr<std::optional<TrustedCheckpoint>> current = state.ReadCheckpoint();
      if (!current.ok() || (last > 0 && !current->has_value())) {
        all_well = false;
        return;
      }
      if (!current->has_value()) continue;
      if ((*current)->checkpoint.tree_size < last) all_well = false;
      last = (*current)->checkpoint.tree_size;
    }
  });
  for (std::thread& thread : threads) thread.join();
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  }
  done = true;
  reader.join();
  EXPECT_TRUE(all_well);
  EXPECT_EQ((*Open().ReadCheckpoint())->checkpoint.tree_size, log_.tree_size());
}

// --- Receipts ---

TEST_F(ClientStateTest, KeepsReceipts) {
  ClientState state = OpenTrusted();
  EXPECT_EQ(*state.KeepReceipt(log_.Receipt(4, 9)), ClientState::Kept::kNew);
  const absl::StatusOr<std::optional<v1::Receipt>> read = Open().ReadReceipt(4);
  ASSERT_TRUE(read.ok() && read->has_value());
  EXPECT_EQ((*read)->SerializeAsString(), log_.Receipt(4, 9).SerializeAsString());
  EXPECT_THAT(Slurp(state.ReceiptPath(4)), HasSubstr("c2sp.org/tlog-proof@v1"));
  EXPECT_FALSE(Open().ReadReceipt(5)->has_value());
}

TEST_F(ClientStateTest, KeepsTheFirstReceiptOfAnIndex) {
  ClientState state = OpenTrusted();
  ASSERT_EQ(*state.KeepReceipt(log_.Receipt(4, 9)), ClientState::Kept::kNew);
  const std::string file = Slurp(state.ReceiptPath(4));
  EXPECT_EQ(*state.KeepReceipt(log_.Receipt(4, 12)), ClientState::Kept::kSame);
  v1::Receipt other = log_.Receipt(5, 9);
  other.set_index(4);
  EXPECT_EQ(*state.KeepReceipt(other), ClientState::Kept::kConflict);
  EXPECT_EQ(Slurp(state.ReceiptPath(4)), file);
}

TEST_F(ClientStateTest, KeepsManyReceiptsAtOnceWithAnAnswerEach) {
  ClientState state = OpenTrusted();
  ASSERT_EQ(*state.KeepReceipt(log_.Receipt(4)), ClientState::Kept::kNew);
  v1::Receipt other = log_.Receipt(6);
  other.set_opening(FlipBit(other.opening()));
  const std::vector<v1::Receipt> receipts = {log_.Receipt(3), log_.Receipt(4), log_.Receipt(5),
                                             log_.Receipt(5), log_.Receipt(6), other};
  std::vector<const v1::Receipt*> pointers;
  for (const v1::Receipt& receipt : receipts) pointers.push_back(&receipt);
  const auto kept = state.KeepReceipts(pointers);
  ASSERT_EQ(kept.size(), receipts.size());
  EXPECT_EQ(*kept[0], ClientState::Kept::kNew);
  EXPECT_EQ(*kept[1], ClientState::Kept::kSame);
  EXPECT_EQ(*kept[2], ClientState::Kept::kNew);
  EXPECT_EQ(*kept[3], ClientState::Kept::kSame) << "twice among them";
  EXPECT_EQ(*kept[4], ClientState::Kept::kNew);
  EXPECT_EQ(*kept[5], ClientState::Kept::kConflict);
  EXPECT_THAT(*state.ListReceipts(), ElementsAre(3, 4, 5, 6));
  EXPECT_TRUE(state.KeepReceipts({}).empty());
}

TEST_F(ClientStateTest, ListsReceiptsInOrder) {
  ClientState state = OpenTrusted();
  for (const std::uint64_t index : {12345u, 7u, 999u, 1000u, 1001u, 0u}) {
    v1::Receipt receipt = log_.Receipt(1);
    receipt.set_index(index);
    ASSERT_EQ(*state.KeepReceipt(receipt), ClientState::Kept::kNew);
  }
  Spill(state.path() + "/receipts/0/007.tlog-proof", "");
  Spill(state.path() + "/receipts/0/8.txt", "");
  Spill(state.path() + "/receipts/1/8.tlog-proof", "");
  EXPECT_THAT(*Open().ListReceipts(), ElementsAre(0, 7, 999, 1000, 1001, 12345));
}

TEST_F(ClientStateTest, KeepsNoReceiptOfALogThatIsNotTrusted) {
  EXPECT_EQ(Open().KeepReceipt(log_.Receipt(4)).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(ClientStateTest, SaysThatAReceiptIsDamaged) {
  ClientState state = OpenTrusted();
  ASSERT_EQ(*state.KeepReceipt(log_.Receipt(4)), ClientState::Kept::kNew);
  const std::string path = state.ReceiptPath(4);
  const std::string good = Slurp(path);
  ASSERT_EQ(*state.KeepReceipt(log_.Receipt(5)), ClientState::Kept::kNew);
  for (const std::string& contents : {std::string(), good.substr(0, 40), Slurp(state.ReceiptPath(5))}) {
    Spill(path, contents);
    ExpectDamaged(state.ReadReceipt(4).status(), path, contents);
    ExpectDamaged(state.KeepReceipt(log_.Receipt(4)).status(), path, contents);
  }
}

// --- Evidence ---

TEST_F(ClientStateTest, WritesEvidenceBesideWhatItTrusts) {
  ClientState state = OpenTrusted();
  Alarm alarm;
  alarm.kind = AlarmKind::kRolledBack;
  const absl::StatusOr<std::string> path = state.WriteEvidence(alarm, TestTime());
  ASSERT_TRUE(path.ok()) << path.status();
  EXPECT_EQ(*path, state.path() + "/alarms/20261123T080000Z-ROLLED_BACK");
  EXPECT_EQ(Slurp(*path + "/log-key.txt"), log_.verifier().vkey() + "\n");
}

// --- Forgetting ---

TEST_F(ClientStateTest, ForgetsByPuttingAside) {
  ClientState state = OpenTrusted();
  ASSERT_EQ(*state.SwapCheckpoint(std::nullopt, log_.Checkpoint(5)), ClientState::Swap::kSwapped);
  ASSERT_EQ(*state.KeepReceipt(log_.Receipt(4)), ClientState::Kept::kNew);
  const absl::StatusOr<std::string> aside = state.Forget(TestTime());
  ASSERT_TRUE(aside.ok()) << aside.status();
  EXPECT_EQ(Slurp(*aside + "/checkpoint"), log_.Checkpoint(5));
  EXPECT_TRUE(std::filesystem::exists(*aside + "/receipts/0/4.tlog-proof"));
  EXPECT_FALSE(Open().ReadLogKey()->has_value());
  EXPECT_THAT(*ClientState::ListOrigins(folder_.path()), IsEmpty());
  EXPECT_EQ(state.Forget(TestTime()).status().code(), absl::StatusCode::kNotFound);

  ASSERT_TRUE(state.TrustLogKey(TestLog().verifier()).ok());
  const absl::StatusOr<std::string> again = state.Forget(TestTime());
  ASSERT_TRUE(again.ok());
  EXPECT_NE(*aside, *again);
}

TEST_F(ClientStateTest, KeepsLogsApart) {
  ClientState state = OpenTrusted();
  const TestLog other("log.example/other");
  absl::StatusOr<ClientState> others = ClientState::Open(folder_.path(), "log.example/other");
  ASSERT_TRUE(others->TrustLogKey(other.verifier()).ok());
  ASSERT_EQ(*state.SwapCheckpoint(std::nullopt, log_.Checkpoint(5)), ClientState::Swap::kSwapped);
  EXPECT_FALSE(others->ReadCheckpoint()->has_value());
  EXPECT_THAT(*ClientState::ListOrigins(folder_.path()), ElementsAre("log.example/other", kTestOrigin));
  ASSERT_TRUE(state.Forget(TestTime()).ok());
  EXPECT_TRUE(others->ReadLogKey()->has_value());
}

}  // namespace
}  // namespace chirograph::client_state_test
