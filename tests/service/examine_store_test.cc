// SPDX-License-Identifier: Apache-2.0
#include "service/internal/examine_store.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/write_batch.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/random.h"
#include "proto/finding.h"
#include "service/internal/database_reader.h"
#include "tests/service/failing_disk.h"
#include "tests/service/spoilable_archive.h"
#include "tests/service/status_matchers.h"
#include "tests/service/test_publisher.h"

namespace chirograph::examine_store_test {
namespace {

using absl::StatusCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint64_t kTreeSize = 3;

// "index CODE subject" of each.
std::vector<std::string> Lines(const std::vector<v1::Finding>& findings) {
  std::vector<std::string> lines;
  for (const v1::Finding& finding : findings) {
    lines.push_back(fmt::format("{} {} {}", finding.has_index() ? std::to_string(finding.index()) : "-",
                                FindingCodeName(finding.code()), finding.subject()));
  }
  return lines;
}

class ExamineStoreTest : public testing::Test {
 protected:
  ExamineStoreTest() {
    for (std::uint64_t i = 0; i < kTreeSize; ++i) {
      EXPECT_THAT(archive_.Ingest(MakeArticle(static_cast<int>(i))), IsOk());
    }
    spoilt_.emplace(archive_);
    checkpoint_ = spoilt_->Get(StoreColumn::kMeta, kMetaCheckpointKey);
  }
  void PutMeta(std::string_view key, std::string_view value) { spoilt_->Put(StoreColumn::kMeta, key, value); }
  void DeleteMeta(std::string_view key) { spoilt_->Delete(StoreColumn::kMeta, key); }
  std::string mark() const { return spoilt_->store().path() + "/COMMITTED"; }

  // What is found, after which all is mended.
  std::vector<std::string> Found() {
    const ArchiveToCheck archive = spoilt_->Examine();
    spoilt_->Mend();
    return Lines(archive.findings);
  }

  TestArchive archive_;
  std::optional<SpoilableArchive> spoilt_;
  std::string checkpoint_;
};

TEST_F(ExamineStoreTest, ASoundStoreIsOfItsLogAndAtRest) {
  const LogReader& reader = spoilt_->reader();
  const auto archive = ExamineStore(spoilt_->store(), reader, spoilt_->log());
  ASSERT_THAT(archive, IsOk());
  EXPECT_THAT(Lines(archive->findings), IsEmpty());
  EXPECT_EQ(archive->log, &reader);
  EXPECT_EQ(archive->catalog, nullptr);
  EXPECT_TRUE(archive->is_at_rest);
  EXPECT_EQ(archive->checkpoint, checkpoint_);
  EXPECT_EQ(archive->tree_size, kTreeSize);
  EXPECT_EQ(archive->root_hash, OpenCheckpoint(checkpoint_, spoilt_->log()).value().root_hash);
}

// --- Whose it says it is ---

TEST_F(ExamineStoreTest, AnotherNameOrKeyIsNamed) {
  PutMeta(kMetaOriginKey, "other.example");
  const ArchiveToCheck archive = spoilt_->Examine();
  ASSERT_THAT(Lines(archive.findings), ElementsAre("- STORE_MISLABELLED meta/origin"));
  EXPECT_EQ(archive.findings[0].expected(), kTestOrigin);
  EXPECT_EQ(archive.findings[0].found(), "other.example");
  EXPECT_EQ(archive.tree_size, kTreeSize);
  spoilt_->Mend();
  PutMeta(kMetaVerifierKeyKey, "other.example+12345678+AQID");
  EXPECT_THAT(Found(), ElementsAre("- STORE_MISLABELLED meta/verifier_key"));
}

TEST_F(ExamineStoreTest, AMissingNameOrKeyIsNamed) {
  for (const std::string_view key : {kMetaOriginKey, kMetaVerifierKeyKey}) {
    DeleteMeta(key);
    EXPECT_THAT(Found(), ElementsAre(fmt::format("- STORE_MISLABELLED meta/{}", key)));
  }
}

TEST_F(ExamineStoreTest, ItIsHeldAgainstTheKeyThatIsGiven) {
  const NoteSigner other = NoteSigner::Generate(kTestOrigin).value();
  const auto archive = ExamineStore(spoilt_->store(), spoilt_->reader(), other.verifier());
  ASSERT_THAT(archive, IsOk());
  EXPECT_THAT(Lines(archive->findings),
              ElementsAre("- STORE_MISLABELLED meta/verifier_key", "- CHECKPOINT_INVALID meta/checkpoint"));
}

// --- What was signed ---

TEST_F(ExamineStoreTest, WithoutASignedCheckpointAllEntriesAreItsTree) {
  for (const std::string& note : {WithBitTurned(checkpoint_, -5), std::string("no note"), std::string()}) {
    PutMeta(kMetaCheckpointKey, note);
    if (note.empty()) DeleteMeta(kMetaCheckpointKey);
    const ArchiveToCheck archive = spoilt_->Examine();
    ASSERT_THAT(Lines(archive.findings), ElementsAre("- CHECKPOINT_INVALID meta/checkpoint"));
    EXPECT_EQ(archive.findings[0].expected(), "a note signed by " + spoilt_->log().vkey());
    EXPECT_THAT(archive.findings[0].found(), testing::Not(IsEmpty()));
    EXPECT_THAT(archive.checkpoint, IsEmpty());
    EXPECT_FALSE(archive.root_hash.has_value());
    EXPECT_EQ(archive.tree_size, kTreeSize);
  }
}

TEST_F(ExamineStoreTest, WithoutACheckpointAndALastEntryItsTreeIsEmpty) {
  DeleteMeta(kMetaCheckpointKey);
  spoilt_->Put(StoreColumn::kEntries, "\xff no index", "x");
  spoilt_->SetCommitted(0);
  const ArchiveToCheck archive = spoilt_->Examine();
  ASSERT_THAT(Lines(archive.findings),
              ElementsAre("- CHECKPOINT_INVALID meta/checkpoint", "- ENTRY_MISSING entries"));
  EXPECT_THAT(archive.findings[1].found(), HasSubstr("entries has a key that is no index"));
  EXPECT_EQ(archive.tree_size, 0u);
}

// --- What was acknowledged ---

TEST_F(ExamineStoreTest, MoreThanWasAcknowledgedIsSound) {
  spoilt_->SetCommitted(kTreeSize - 1);
  EXPECT_THAT(Found(), IsEmpty());
}

TEST_F(ExamineStoreTest, LessThanWasAcknowledgedIsNamedWhereItsEndIs) {
  spoilt_->SetCommitted(kTreeSize + 1);
  const ArchiveToCheck archive = spoilt_->Examine();
  ASSERT_THAT(Lines(archive.findings), ElementsAre("3 END_MISSING COMMITTED"));
  EXPECT_EQ(archive.findings[0].expected(), "4 entries, which were acknowledged");
  EXPECT_EQ(archive.findings[0].found(), "3");
  EXPECT_EQ(archive.tree_size, kTreeSize);
}

TEST_F(ExamineStoreTest, AMarkThatIsMissingOrNoneIsNamed) {
  WriteBytes(mark(), "three");
  EXPECT_THAT(Lines(spoilt_->Examine().findings), ElementsAre("- STORE_MISLABELLED COMMITTED"));
  std::filesystem::remove(mark());
  EXPECT_THAT(Lines(spoilt_->Examine().findings), ElementsAre("- STORE_MISLABELLED COMMITTED"));
}

TEST_F(ExamineStoreTest, AllThatIsWrongIsNamed) {
  PutMeta(kMetaOriginKey, "other.example");
  DeleteMeta(kMetaVerifierKeyKey);
  DeleteMeta(kMetaCheckpointKey);
  spoilt_->SetCommitted(kTreeSize + 1);
  EXPECT_THAT(Found(), ElementsAre("- STORE_MISLABELLED meta/origin", "- STORE_MISLABELLED meta/verifier_key",
                                   "- CHECKPOINT_INVALID meta/checkpoint", "3 END_MISSING COMMITTED"));
}

// --- A disk that cannot ---

TEST_F(ExamineStoreTest, ADiskThatCannotAnswerIsAnError) {
  const TempFolder folder;
  CopyStore(archive_.path() + "/store", folder / "store");
  FailingDisk disk;
  const auto open = [&] { return RocksDbDatabase::Open(folder / "store", disk.env()).value(); };
  {
    // All of meta once more, each key in a block of its own; and no note.
    const auto database = open();
    rocksdb::ColumnFamilyHandle* const meta = database->handle(StoreColumn::kMeta);
    rocksdb::WriteBatch batch;
    for (const std::string_view key :
         {kMetaCheckpointKey, kMetaVersionKey, kMetaOriginKey, kMetaVerifierKeyKey}) {
      batch.Put(meta, ToSlice(key), database->GetMeta(key).value());
      batch.Put(meta, std::string(key) + "~", RandomBytes(std::size_t{64} << 10).value());
    }
    batch.Put(meta, ToSlice(kMetaCheckpointKey), "no note");
    ASSERT_TRUE(database->Write(&batch).ok());
  }
  // It fails behind what was read of it already.
  const std::vector<std::string_view> in_order = {kMetaOriginKey, kMetaVerifierKeyKey, kMetaCheckpointKey};
  for (std::size_t read = 0; read <= in_order.size(); ++read) {
    const auto database = open();
    for (std::size_t i = 0; i < read; ++i) ASSERT_THAT(database->GetMeta(in_order[i]), IsOk());
    disk.Set(DiskFault::kReadFails);
    const std::string expected =
        read < in_order.size() ? fmt::format("meta[{}] in ", in_order[read]) : "the last of entries in ";
    EXPECT_THAT(ExamineStore(*database, DatabaseReader(*database), archive_.log()),
                StatusIs(StatusCode::kUnavailable, expected));
    disk.Set(DiskFault::kNone);
  }
}

TEST_F(ExamineStoreTest, AMarkThatCannotBeReadNowIsAnError) {
  std::filesystem::remove(mark());
  std::filesystem::create_directory(mark());
  EXPECT_THAT(ExamineStore(spoilt_->store(), spoilt_->reader(), spoilt_->log()),
              StatusIs(StatusCode::kUnavailable, "COMMITTED"));
}

}  // namespace
}  // namespace chirograph::examine_store_test
