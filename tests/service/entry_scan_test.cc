// SPDX-License-Identifier: Apache-2.0
#include "service/internal/entry_scan.h"

#include <gtest/gtest.h>
#include <rocksdb/write_batch.h>

#include <string>
#include <vector>

#include "tests/service/temp_folder.h"

namespace chirograph::entry_scan_test {
namespace {

class EntryScanTest : public testing::Test {
 protected:
  EntryScanTest() : database_(RocksDbDatabase::Create(folder_ / "store", rocksdb::Env::Default()).value()) {}

  void Put(std::uint64_t index, const std::string& value) {
    rocksdb::WriteBatch batch;
    batch.Put(database_->handle(StoreColumn::kOpenings), EncodeIndex(index), value);
    ASSERT_TRUE(database_->Write(&batch).ok());
  }
  EntryScan Scan() {
    return {*database_, StoreColumn::kOpenings, [this](std::uint64_t index) -> absl::StatusOr<std::string> {
              asked_.push_back(index);
              return absl::NotFoundError("asked");
            }};
  }

  const TempFolder folder_;
  const std::unique_ptr<RocksDbDatabase> database_;
  std::vector<std::uint64_t> asked_;  // by itself
};

TEST_F(EntryScanTest, ReadsInOrderWithoutAsking) {
  for (std::uint64_t index = 0; index < 1000; ++index) Put(index, std::to_string(index));
  EntryScan scan = Scan();
  for (std::uint64_t index = 3; index < 1000; index += 1 + index % 3) {
    EXPECT_EQ(scan.Read(index).value(), std::to_string(index));
  }
  EXPECT_TRUE(asked_.empty());
}

TEST_F(EntryScanTest, AsksForWhatIsNotThereAndGoesOn) {
  Put(1, "one");
  Put(4, "four");
  EntryScan scan = Scan();
  EXPECT_TRUE(absl::IsNotFound(scan.Read(0).status()));
  EXPECT_EQ(scan.Read(1).value(), "one");
  EXPECT_TRUE(absl::IsNotFound(scan.Read(2).status()));
  EXPECT_TRUE(absl::IsNotFound(scan.Read(3).status()));
  EXPECT_EQ(scan.Read(4).value(), "four");
  EXPECT_TRUE(absl::IsNotFound(scan.Read(5).status()));
  EXPECT_TRUE(absl::IsNotFound(scan.Read(6).status()));
  EXPECT_EQ(asked_, (std::vector<std::uint64_t>{0, 2, 3, 5, 6}));
}

TEST_F(EntryScanTest, AnEmptyColumnHasNothing) { EXPECT_TRUE(absl::IsNotFound(Scan().Read(0).status())); }

}  // namespace
}  // namespace chirograph::entry_scan_test
