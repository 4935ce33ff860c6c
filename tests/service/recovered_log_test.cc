// SPDX-License-Identifier: Apache-2.0
#include "service/recovered_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "service/internal/rocksdb_database.h"
#include "tests/service/signed_test_log.h"
#include "tests/service/store_image.h"
#include "tests/service/temp_folder.h"

namespace chirograph::recovered_log_test {
namespace {

using absl::StatusCode;

class RecoveredLogTest : public testing::Test {
 protected:
  // A store of `tree_size` entries, committed by 100.
  void MakeLog(std::uint64_t tree_size) {
    store_ = MakeStore(path_, log_);
    while (log_.tree_size() < tree_size) {
      const std::uint64_t count = std::min<std::uint64_t>(100, tree_size - log_.tree_size());
      ASSERT_EQ(log_.Commit(*store_, count).outcome, CommitOutcome::kCommitted);
    }
  }

  // Changes the store's bytes behind its back, with checksums that are right.
  void Spoil(const std::function<void(RocksDbDatabase&, rocksdb::WriteBatch&)>& spoil) {
    store_.reset();
    {
      auto database = RocksDbDatabase::Open(path_, rocksdb::Env::Default());
      ASSERT_THAT(database, IsOk());
      rocksdb::WriteBatch batch;
      spoil(**database, batch);
      ASSERT_TRUE((*database)->Write(&batch).ok());
    }
    SetMark(path_, 0);
    auto store = RocksDbLogStore::Open(path_, kTestIdentity);
    ASSERT_THAT(store, IsOk());
    store_ = *std::move(store);
  }
  void Overwrite(StoreColumn column, const std::string& key, const std::string& value) {
    Spoil([&](RocksDbDatabase& database, rocksdb::WriteBatch& batch) {
      batch.Put(database.handle(column), key, value);
    });
  }
  void Remove(StoreColumn column, const std::string& key) {
    Spoil([&](RocksDbDatabase& database, rocksdb::WriteBatch& batch) {
      batch.Delete(database.handle(column), key);
    });
  }
  std::string FlipInTile(TileId id, int width, std::size_t position) {
    std::string hashes = store_->ReadTile(id, width).value();
    hashes[position] = static_cast<char>(hashes[position] ^ 1);
    return hashes;
  }

  absl::StatusOr<RecoveredLog> Recover() { return RecoverLog(*store_, log_.signer.verifier()); }

  TempFolder folder_;
  const std::string path_ = folder_ / "store";
  SignedTestLog log_;
  std::unique_ptr<LogStore> store_;
};

TEST_F(RecoveredLogTest, FindsWhereTheLogEnds) {
  store_ = MakeStore(path_, log_);
  for (const std::uint64_t tree_size : {0, 1, 2, 255, 256, 257, 512, 700}) {
    SCOPED_TRACE(tree_size);
    if (tree_size > 0) {
      ASSERT_EQ(log_.Commit(*store_, tree_size - log_.tree_size()).outcome, CommitOutcome::kCommitted);
    }
    const auto recovered = Recover();
    ASSERT_THAT(recovered, IsOk());
    CompactRange range;
    for (const NewEntry& entry : log_.entries()) range.Append(LeafHash(entry.log_entry));
    EXPECT_EQ(recovered->checkpoint.tree_size, tree_size);
    EXPECT_EQ(recovered->checkpoint.root_hash, range.RootHash());
    EXPECT_EQ(recovered->checkpoint_note, store_->ReadCheckpoint().value());
    EXPECT_EQ(recovered->edge.tree_size(), tree_size);
    EXPECT_EQ(recovered->edge.RootHash(), range.RootHash());
    EXPECT_EQ(recovered->last_time, tree_size == 0 ? absl::InfinitePast() : EntryTime(tree_size - 1));
  }
}

TEST_F(RecoveredLogTest, ACheckpointOfAnotherKeyIsDataLoss) {
  MakeLog(5);
  const NoteSigner other = NoteSigner::Generate(kTestIdentity.origin).value();
  EXPECT_THAT(RecoverLog(*store_, other.verifier()),
              StatusIs(StatusCode::kDataLoss, "is not one that " + other.verifier().vkey() + " signed"));
}

TEST_F(RecoveredLogTest, ASpoiltCheckpointIsDataLoss) {
  MakeLog(5);
  std::string note = store_->ReadCheckpoint().value();
  note[note.find("\n5\n") + 1] = '6';
  Overwrite(StoreColumn::kMeta, std::string(kMetaCheckpointKey), note);
  EXPECT_THAT(Recover(), StatusIs(StatusCode::kDataLoss, "the stored checkpoint is not one that"));
  Overwrite(StoreColumn::kMeta, std::string(kMetaCheckpointKey), "");
  EXPECT_THAT(Recover(), StatusIs(StatusCode::kDataLoss, "the stored checkpoint"));
  Remove(StoreColumn::kMeta, std::string(kMetaCheckpointKey));
  EXPECT_THAT(Recover(), StatusIs(StatusCode::kDataLoss, "meta[checkpoint] is missing"));
}

TEST_F(RecoveredLogTest, ACheckpointOfAnotherTreeIsDataLoss) {
  MakeLog(5);
  const Digest root = OpenCheckpoint(store_->ReadCheckpoint().value(), log_.signer.verifier())->root_hash;
  Overwrite(StoreColumn::kMeta, std::string(kMetaCheckpointKey), log_.Sign(5, Sha256("other")));
  EXPECT_THAT(Recover(), StatusIs(StatusCode::kDataLoss, "of 5 entries hash to the root " + ToHex(root)));
}

TEST_F(RecoveredLogTest, AnOlderCheckpointIsDataLoss) {
  MakeLog(105);
  Overwrite(StoreColumn::kMeta, std::string(kMetaCheckpointKey), log_.Prefix(1).MakeBatch(0).checkpoint);
  EXPECT_THAT(Recover(),
              StatusIs(StatusCode::kDataLoss, "there is an entry 100, but the checkpoint is of 100"));
}

TEST_F(RecoveredLogTest, EntriesUnderTheEmptyCheckpointAreDataLoss) {
  MakeLog(5);
  Overwrite(StoreColumn::kMeta, std::string(kMetaCheckpointKey), log_.EmptyCheckpoint());
  EXPECT_THAT(Recover(), StatusIs(StatusCode::kDataLoss, "there is an entry 0"));
}

TEST_F(RecoveredLogTest, ANewerCheckpointIsDataLoss) {
  MakeLog(5);
  Overwrite(StoreColumn::kMeta, std::string(kMetaCheckpointKey), log_.MakeBatch(3).checkpoint);
  EXPECT_THAT(Recover(), StatusIs(StatusCode::kDataLoss, "the right edge of the tree of 8 entries"));
}

TEST_F(RecoveredLogTest, SpoiltTilesAtTheRightEdgeAreDataLoss) {
  MakeLog(600);
  for (const auto& [id, width] : std::vector<std::pair<TileId, int>>{{{0, 2}, 88}, {{1, 0}, 2}}) {
    const std::string good = store_->ReadTile(id, width).value();
    for (const std::size_t position : {std::size_t{0}, good.size() / 2, good.size() - 1}) {
      Overwrite(StoreColumn::kTiles, EncodeTileKey(id), FlipInTile(id, width, position));
      EXPECT_THAT(Recover(), StatusIs(StatusCode::kDataLoss, "right edge of the tree of 600 entries"))
          << id.level << "/" << id.index << " at " << position;
    }
    Overwrite(StoreColumn::kTiles, EncodeTileKey(id), good.substr(32));
    EXPECT_THAT(Recover(), StatusIs(StatusCode::kDataLoss, "right edge of the tree of 600 entries"));
    Remove(StoreColumn::kTiles, EncodeTileKey(id));
    EXPECT_THAT(Recover(), StatusIs(StatusCode::kDataLoss, "right edge of the tree of 600 entries"));
    Overwrite(StoreColumn::kTiles, EncodeTileKey(id), good);
    EXPECT_THAT(Recover(), IsOk());
  }
}

TEST_F(RecoveredLogTest, ASpoiltLastEntryIsDataLoss) {
  MakeLog(12);
  std::string entry = store_->ReadEntry(11).value();
  entry.back() = static_cast<char>(entry.back() ^ 1);
  Overwrite(StoreColumn::kEntries, EncodeIndex(11), entry);
  EXPECT_THAT(Recover(), StatusIs(StatusCode::kDataLoss,
                                  "entry 11, the log's last, hashes to " + ToHex(LeafHash(entry))));
  Remove(StoreColumn::kEntries, EncodeIndex(11));
  EXPECT_THAT(Recover(),
              StatusIs(StatusCode::kDataLoss, "entry 11, the log's last: there is no entries[11]"));
}

TEST_F(RecoveredLogTest, ALastEntryThatIsNoLogEntryIsDataLoss) {
  log_.make_entry = [](std::uint64_t index) { return fmt::format("no log entry {}", index); };
  MakeLog(3);
  EXPECT_THAT(Recover(), StatusIs(StatusCode::kDataLoss, "entry 2, the log's last: "));
}

TEST_F(RecoveredLogTest, AnEntryBeyondIsDataLoss) {
  MakeLog(12);
  Overwrite(StoreColumn::kEntries, EncodeIndex(12), MakeLogEntry(12));
  EXPECT_THAT(Recover(),
              StatusIs(StatusCode::kDataLoss, "there is an entry 12, but the checkpoint is of 12"));
}

// --- Spoilt bytes that are not at the end: whoever reads them finds them, or they hash to something else ---

TEST_F(RecoveredLogTest, AValueThatIsNoIndexIsDataLossToItsReader) {
  MakeLog(12);
  const SubmissionId id = *log_.entries()[7].submission;
  Overwrite(StoreColumn::kSubmissions, EncodeSubmissionKey(id), "7");
  EXPECT_THAT(store_->FindSubmission(id),
              StatusIs(StatusCode::kDataLoss, "has 1 bytes; expected an index of 8"));
  Overwrite(StoreColumn::kArticles, std::string(AsBytes(Sha256("an article"))) + std::string(9, '\0'), "");
  EXPECT_THAT(store_->FindByArticleDigest(Sha256("an article")),
              StatusIs(StatusCode::kDataLoss, "has a key of 41 bytes; expected 40"));
  Overwrite(StoreColumn::kSources, std::string(AsBytes(Sha256("a source"))) + std::string(9, '\0'), "");
  EXPECT_THAT(store_->FindBySourceDigest(Sha256("a source")),
              StatusIs(StatusCode::kDataLoss, "has a key of 41 bytes; expected 40"));
  Overwrite(StoreColumn::kKeyEvents, EncodeKeyName({"a.example", "k"}), "7");
  EXPECT_THAT(store_->ReadKeyEventIndexes(), StatusIs(StatusCode::kDataLoss, "key_events in " + path_));
  Remove(StoreColumn::kKeyEvents, EncodeKeyName({"a.example", "k"}));
  Overwrite(StoreColumn::kKeyEvents, "no name", EncodeIndex(7));
  EXPECT_THAT(store_->ReadKeyEventIndexes(), StatusIs(StatusCode::kDataLoss, "key_events in " + path_));
}

TEST_F(RecoveredLogTest, AnEntriesKeyThatIsNoIndexIsDataLossWhenOpening) {
  MakeLog(3);
  store_.reset();
  {
    auto database = RocksDbDatabase::Open(path_, rocksdb::Env::Default());
    rocksdb::WriteBatch batch;
    batch.Put((*database)->handle(StoreColumn::kEntries), "zzz", "x");
    ASSERT_TRUE((*database)->Write(&batch).ok());
  }
  EXPECT_THAT(RocksDbLogStore::Open(path_, kTestIdentity), StatusIs(StatusCode::kDataLoss, "entries"));
}

}  // namespace
}  // namespace chirograph::recovered_log_test
