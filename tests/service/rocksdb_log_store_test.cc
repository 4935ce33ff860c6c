// SPDX-License-Identifier: Apache-2.0
#include "service/rocksdb_log_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "service/storage_schema.h"
#include "tests/service/temp_folder.h"
#include "tests/service/test_log.h"

namespace chirograph::rocksdb_log_store_test {
namespace {

using absl::StatusCode;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class RocksDbLogStoreTest : public testing::Test {
 protected:
  void Commit(LogStore& store, std::size_t count) {
    const CommitResult result = log_.Commit(store, count);
    EXPECT_EQ(result.outcome, CommitOutcome::kCommitted) << result.cause;
    EXPECT_THAT(result.cause, IsOk());
  }

  std::vector<std::string> NamesIn(const std::string& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  // In the write-ahead logs: what opening has to replay.
  std::uintmax_t BytesToReplay() {
    std::uintmax_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      if (entry.path().extension() == ".log") bytes += entry.file_size();
    }
    return bytes;
  }

  TempFolder folder_;
  const std::string path_ = folder_ / "store";
  TestLog log_;
};

TEST_F(RocksDbLogStoreTest, ANewStoreHasTheCheckpointOfSizeZeroAndNothingElse) {
  const auto store = MakeStore(path_, log_);
  log_.ExpectIsIn(*store);
  EXPECT_EQ(store->FindByArticleDigest(Sha256("")).value(), std::nullopt);
  EXPECT_EQ(store->FindBySourceDigest(Sha256("")).value(), std::nullopt);
  EXPECT_EQ(store->FindSubmission({}).value(), std::nullopt);
  EXPECT_THAT(store->ReadKeyEventIndexes().value(), IsEmpty());
  EXPECT_THAT(store->ReadTile({0, 0}, 1), StatusIs(StatusCode::kDataLoss, "tiles[0/0]"));
}

TEST_F(RocksDbLogStoreTest, ReadsBackWhatWasCommitted) {
  const auto store = MakeStore(path_, log_);
  for (const std::size_t count : {1, 2, 252, 1, 1, 300}) Commit(*store, count);
  EXPECT_EQ(log_.tree_size(), 557u);
  log_.ExpectIsIn(*store);
  EXPECT_THAT(NamesIn(path_), Not(Contains(testing::StartsWith("LOG"))));  // see rocksdb_logger.h
}

TEST_F(RocksDbLogStoreTest, OpeningAgainShowsTheSame) {
  auto store = MakeStore(path_, log_);
  for (int round = 0; round < 3; ++round) {
    Commit(*store, 100);
    store.reset();
    auto opened = RocksDbLogStore::Open(path_, kTestIdentity);
    ASSERT_THAT(opened, IsOk());
    store = *std::move(opened);
    log_.ExpectIsIn(*store);
  }
  Commit(*store, 10);
  log_.ExpectIsIn(*store);
}

TEST_F(RocksDbLogStoreTest, ReopenShowsTheSame) {
  const auto store = MakeStore(path_, log_);
  Commit(*store, 20);
  EXPECT_THAT(store->Reopen(), IsOk());
  log_.ExpectIsIn(*store);
  Commit(*store, 20);
  EXPECT_THAT(store->Reopen(), IsOk());
  EXPECT_THAT(store->Reopen(), IsOk());
  log_.ExpectIsIn(*store);
}

TEST_F(RocksDbLogStoreTest, AfterWriteOutThereIsNothingToReplay) {
  auto store = MakeStore(path_, log_);
  Commit(*store, 300);
  EXPECT_GT(BytesToReplay(), 0u);
  EXPECT_THAT(store->WriteOut(), IsOk());
  EXPECT_EQ(BytesToReplay(), 0u);
  log_.ExpectIsIn(*store);
  store.reset();
  auto opened = RocksDbLogStore::Open(path_, kTestIdentity);
  ASSERT_THAT(opened, IsOk());
  log_.ExpectIsIn(**opened);
  Commit(**opened, 10);
  EXPECT_GT(BytesToReplay(), 0u);
  log_.ExpectIsIn(**opened);
}

TEST_F(RocksDbLogStoreTest, WriteOutIsUnavailableAfterACommitThatFailed) {
  const auto store = MakeStore(path_, log_);
  Commit(*store, 20);
  LogBatch gap = log_.MakeBatch(5);
  ++gap.first_index;
  EXPECT_EQ(store->Commit(gap).outcome, CommitOutcome::kLost);
  EXPECT_THAT(store->WriteOut(), StatusIs(StatusCode::kUnavailable, "must be opened again first"));
  EXPECT_THAT(store->Reopen(), IsOk());
  EXPECT_THAT(store->WriteOut(), IsOk());
  log_.ExpectIsIn(*store);
}

TEST_F(RocksDbLogStoreTest, AReaderMayAskForLessOfATile) {
  const auto store = MakeStore(path_, log_);
  Commit(*store, 7);
  EXPECT_EQ(store->ReadTile({0, 0}, 3).value().substr(0, 96),
            store->ReadTile({0, 0}, 7).value().substr(0, 96));
  EXPECT_THAT(store->ReadTile({0, 0}, 8),
              StatusIs(StatusCode::kDataLoss, "has 224 bytes; expected 8 hashes"));
  EXPECT_THAT(store->ReadTile({0, 1}, 1), StatusIs(StatusCode::kDataLoss, "there is none"));
  for (const auto& [id, width] :
       std::vector<std::pair<TileId, int>>{{{-1, 0}, 1}, {{8, 0}, 1}, {{0, 0}, 0}, {{0, 0}, 257}}) {
    EXPECT_THAT(store->ReadTile(id, width), StatusIs(StatusCode::kInvalidArgument, "there is no tile"));
  }
}

TEST_F(RocksDbLogStoreTest, ADigestFindsTheFirstOfSeveral) {
  const auto store = MakeStore(path_, log_);
  // Submissions of one article, one document sent twice with another field, and neighbours in key order.
  const Digest article = Sha256("article");
  const Digest source = Sha256("source");
  LogBatch batch = log_.MakeBatch(10);
  for (std::size_t i = 1; i < batch.entries.size(); ++i) {
    batch.entries[i].submission = SubmissionId{article, Sha256(fmt::format("signature {}", i)), source};
  }
  Digest neighbour = article;
  ++neighbour.back();
  batch.entries[1].submission->article_digest = neighbour;
  neighbour = source;
  ++neighbour.back();
  batch.entries[1].submission->source_digest = neighbour;
  // In the opposite order of their keys.
  std::sort(batch.entries.begin() + 2, batch.entries.end(), [](const NewEntry& a, const NewEntry& b) {
    return EncodeSubmissionKey(*a.submission) > EncodeSubmissionKey(*b.submission);
  });
  ASSERT_EQ(store->Commit(batch).outcome, CommitOutcome::kCommitted);
  EXPECT_EQ(store->FindByArticleDigest(article).value(), 2u);
  EXPECT_EQ(store->FindBySourceDigest(source).value(), 2u);
  EXPECT_EQ(store->FindSubmission(*batch.entries[7].submission).value(), 7u);
  SubmissionId other = *batch.entries[7].submission;
  other.source_digest.reset();
  EXPECT_EQ(store->FindSubmission(other).value(), std::nullopt);
  // From files too, where filters answer.
  ASSERT_THAT(store->Reopen(), IsOk());
  EXPECT_EQ(store->FindByArticleDigest(article).value(), 2u);
  EXPECT_EQ(store->FindBySourceDigest(source).value(), 2u);
  EXPECT_EQ(store->FindByArticleDigest(Sha256("none")).value(), std::nullopt);
  EXPECT_EQ(store->FindBySourceDigest(Sha256("none")).value(), std::nullopt);
}

TEST_F(RocksDbLogStoreTest, ANewerKeyEventReplacesAnOlderOne) {
  const auto store = MakeStore(path_, log_);
  Commit(*store, 61);
  EXPECT_THAT(store->ReadKeyEventIndexes().value(),
              testing::ElementsAre(std::pair(KeyName{"publisher0.example", "key-1"}, 60u),
                                   std::pair(KeyName{"publisher10.example", "key-1"}, 40u),
                                   std::pair(KeyName{"publisher20.example", "key-1"}, 50u)));
}

// --- Commits that are refused ---

struct BadBatch {
  const char* name;
  void (*spoil)(LogBatch*);
  StatusCode code;
  const char* message;
};

class RefusedCommitTest : public RocksDbLogStoreTest, public testing::WithParamInterface<BadBatch> {};

TEST_P(RefusedCommitTest, LosesTheBatchAndNothingElse) {
  const auto store = MakeStore(path_, log_);
  Commit(*store, 5);
  LogBatch batch = log_.MakeBatch(5);
  GetParam().spoil(&batch);
  const CommitResult result = store->Commit(batch);
  EXPECT_EQ(result.outcome, CommitOutcome::kLost);
  EXPECT_THAT(result.cause, StatusIs(GetParam().code, GetParam().message));
  log_.ExpectIsIn(*store);
  const CommitResult again = log_.Commit(*store, 5);
  EXPECT_EQ(again.outcome, CommitOutcome::kLost);
  EXPECT_THAT(again.cause, StatusIs(StatusCode::kFailedPrecondition, "must be opened again"));
  EXPECT_THAT(store->Reopen(), IsOk());
  Commit(*store, 5);
  log_.ExpectIsIn(*store);
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedCommitTest,
    testing::Values(BadBatch{"AnIndexThatIsTaken", [](LogBatch* batch) { batch->first_index = 4; },
                             StatusCode::kFailedPrecondition, "begins at index 4, but the log in"},
                    BadBatch{"AGap", [](LogBatch* batch) { batch->first_index = 6; },
                             StatusCode::kFailedPrecondition, "begins at index 6, but the log in"},
                    // One of those that batch_writer_test.cc has.
                    BadBatch{"ABadEntry", [](LogBatch* batch) { batch->entries[2].log_entry.clear(); },
                             StatusCode::kInvalidArgument, "entry 7 to commit has 0 bytes"}),
    [](const auto& test) { return test.param.name; });

// --- Making a store ---

TEST_F(RocksDbLogStoreTest, CreateTakesAnEmptyFolder) {
  std::filesystem::create_directory(path_);
  MakeStore(path_, log_);
  EXPECT_THAT(NamesIn(folder_.path()), testing::ElementsAre("store"));
}

TEST_F(RocksDbLogStoreTest, CreateTakesAPathThatEndsInASlash) {
  EXPECT_THAT(RocksDbLogStore::Create(path_ + "/", kTestIdentity, "checkpoint"), IsOk());
  EXPECT_THAT(RocksDbLogStore::Open(path_, kTestIdentity), IsOk());
}

TEST_F(RocksDbLogStoreTest, CreateReplacesNothing) {
  MakeStore(path_, log_);
  EXPECT_THAT(RocksDbLogStore::Create(path_, kTestIdentity, "other"),
              StatusIs(StatusCode::kAlreadyExists, path_));
  const std::string file = folder_ / "file";
  std::ofstream(file) << "mine";
  EXPECT_THAT(RocksDbLogStore::Create(file, kTestIdentity, "other"),
              StatusIs(StatusCode::kAlreadyExists, file));
  const std::string busy = folder_ / "busy";
  std::filesystem::create_directory(busy);
  std::ofstream(busy + "/note.txt") << "mine";
  EXPECT_THAT(RocksDbLogStore::Create(busy, kTestIdentity, "other"),
              StatusIs(StatusCode::kAlreadyExists, busy));
  EXPECT_THAT(NamesIn(busy), testing::ElementsAre("note.txt"));
  auto store = RocksDbLogStore::Open(path_, kTestIdentity);
  ASSERT_THAT(store, IsOk());
  log_.ExpectIsIn(**store);
}

TEST_F(RocksDbLogStoreTest, CreateWithoutAParentFolderIsUnavailable) {
  EXPECT_THAT(RocksDbLogStore::Create(folder_ / "no/such/store", kTestIdentity, "x"),
              StatusIs(StatusCode::kUnavailable, "No such file or directory"));
}

// --- Opening one ---

TEST_F(RocksDbLogStoreTest, FindsAMissingFile) {
  MakeStore(path_, log_);
  {
    auto store = RocksDbLogStore::Open(path_, kTestIdentity);
    Commit(**store, 20);
    ASSERT_THAT((*store)->Reopen(), IsOk());  // so that tables are written
  }
  std::vector<std::string> names = NamesIn(path_);
  int tried = 0;
  for (const std::string& name : names) {
    if (!name.ends_with(".sst") && name != "CURRENT" && name != "COMMITTED" &&
        !name.starts_with("MANIFEST")) {
      continue;
    }
    const std::string copy = folder_ / "copy";
    std::filesystem::remove_all(copy);
    std::filesystem::copy(path_, copy);
    std::filesystem::remove(copy + "/" + name);
    const auto opened = RocksDbLogStore::Open(copy, kTestIdentity);
    EXPECT_EQ(opened.status().code(), StatusCode::kDataLoss) << name << ": " << opened.status();
    EXPECT_THAT(opened.status().ToString(), HasSubstr(copy));
    ++tried;
  }
  EXPECT_GE(tried, 8);
}

// --- While it is opened again ---

TEST_F(RocksDbLogStoreTest, ReopenIsUnavailableWhileTheFolderIsAway) {
  const auto store = MakeStore(path_, log_);
  Commit(*store, 3);
  std::filesystem::rename(path_, folder_ / "away");
  EXPECT_THAT(store->Reopen(), StatusIs(StatusCode::kUnavailable, "there is no store in"));
  EXPECT_THAT(store->ReadEntry(0), StatusIs(StatusCode::kUnavailable, "opened again"));
  EXPECT_THAT(store->ReadOpening(0), StatusIs(StatusCode::kUnavailable, ""));
  EXPECT_THAT(store->ReadContent(0), StatusIs(StatusCode::kUnavailable, ""));
  EXPECT_THAT(store->ReadCheckpoint(), StatusIs(StatusCode::kUnavailable, ""));
  EXPECT_THAT(store->ReadTile({0, 0}, 1), StatusIs(StatusCode::kUnavailable, ""));
  EXPECT_THAT(store->FindSubmission({}), StatusIs(StatusCode::kUnavailable, ""));
  EXPECT_THAT(store->FindByArticleDigest({}), StatusIs(StatusCode::kUnavailable, ""));
  EXPECT_THAT(store->FindBySourceDigest({}), StatusIs(StatusCode::kUnavailable, ""));
  EXPECT_THAT(store->ReadKeyEventIndexes(), StatusIs(StatusCode::kUnavailable, ""));
  EXPECT_EQ(store->Commit(log_.MakeBatch(1)).outcome, CommitOutcome::kLost);
  EXPECT_THAT(store->Reopen(), StatusIs(StatusCode::kUnavailable, ""));
  std::filesystem::rename(folder_ / "away", path_);
  EXPECT_THAT(store->Reopen(), IsOk());
  log_.ExpectIsIn(*store);
  Commit(*store, 3);
}

TEST_F(RocksDbLogStoreTest, ReopenFindsThatTheStoreWasExchanged) {
  const auto store = MakeStore(path_, log_);
  Commit(*store, 3);
  std::filesystem::rename(path_, folder_ / "away");
  EXPECT_THAT(store->Reopen(), StatusIs(StatusCode::kUnavailable, "there is no store in"));
  EXPECT_THAT(RocksDbLogStore::Create(path_, kTestIdentity, log_.EmptyCheckpoint()), IsOk());
  EXPECT_THAT(store->Reopen(),
              StatusIs(StatusCode::kDataLoss, "has 0 entries after it was opened again; expected 3"));
  // It will not get better: "try again" would be untrue.
  EXPECT_THAT(store->ReadEntry(0), StatusIs(StatusCode::kDataLoss, "expected 3"));
}

TEST_F(RocksDbLogStoreTest, ReadersAreSafeDuringCommitsAndReopening) {
  const auto store = MakeStore(path_, log_);
  Commit(*store, 50);
  const TestLog first = log_.Prefix(1);
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> readers;
  for (int t = 0; t < 3; ++t) {
    readers.emplace_back([&] {
      std::uint64_t index = 0;
      while (!stop) {
        index = (index + 7) % 50;
        const auto entry = store->ReadEntry(index);
        const auto tile = store->ReadTile({0, 0}, 50);
        const auto& submission = first.entries()[index].submission;
        const auto found = submission ? store->FindSubmission(*submission) : std::optional(index);
        const auto good = [](const auto& read, auto expected) {
          return read.ok() ? *read == expected : absl::IsUnavailable(read.status());
        };
        wrong += !good(entry, first.entries()[index].log_entry);
        wrong += !good(found, std::optional(index));
        wrong += !(tile.ok() ? tile->size() >= 50 * 32 : absl::IsUnavailable(tile.status()));
      }
    });
  }
  for (int round = 0; round < 60; ++round) {
    Commit(*store, 5);
    if (round % 10 == 9) {
      EXPECT_THAT(store->Reopen(), IsOk());
    }
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0);
  log_.ExpectIsIn(*store);
}

}  // namespace
}  // namespace chirograph::rocksdb_log_store_test
