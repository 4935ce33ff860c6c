// SPDX-License-Identifier: Apache-2.0
//
// ArchiveClient::ExportTiles: what it makes of the folder, and of what the log says now, before it writes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "crypto/checkpoint.h"
#include "tests/client/archive_client_fixture.h"

namespace chirograph::archive_client_tiles_test {
namespace {

using ::testing::HasSubstr;

class ArchiveClientTilesTest : public ArchiveClientFixture {
 protected:
  Answer<TileExportSummary> Export() { return client_->ExportTiles(dir_, {}); }
  // By somebody who has seen nothing of this log but the folder.
  Answer<TileExportSummary> ExportByAnother() {
    options_.state_dir = other_state_.path();
    return Connect()->ExportTiles(dir_, {});
  }
  std::string Note() const { return Slurp(dir_ + "/checkpoint"); }

  const std::string dir_ = folder_.path() + "/tiles";
  const TempFolder other_state_;
  const std::unique_ptr<ArchiveClient> client_ = Connect();
};

TEST_F(ArchiveClientTilesTest, WritesWhatTheLogHasNow) {
  GrowTo(9);
  const Answer<TileExportSummary> summary = Export();
  ASSERT_TRUE(summary.ok()) << summary.failure().status;
  EXPECT_EQ(Note(), server_.log().Checkpoint());
}

TEST_F(ArchiveClientTilesTest, AFolderThatIsAFileIsNamedBeforeAnythingIsAsked) {
  Spill(dir_, "a file");
  const Answer<TileExportSummary> summary = Export();
  ASSERT_FALSE(summary.ok());
  EXPECT_EQ(summary.failure().kind, FailureKind::kCouldNot);
  EXPECT_THAT(std::string(summary.failure().status.message()), HasSubstr(dir_));
  EXPECT_EQ(server_.Calls("GetCheckpoint"), 0);
}

TEST_F(ArchiveClientTilesTest, AnotherLogsFolderIsRefusedAndStays) {
  GrowTo(3);
  TestLog other;  // the same name, and another key
  Spill(dir_ + "/checkpoint", other.Checkpoint());
  const Answer<TileExportSummary> summary = Export();
  ASSERT_FALSE(summary.ok());
  EXPECT_EQ(summary.failure().kind, FailureKind::kCouldNot);
  EXPECT_THAT(std::string(summary.failure().status.message()),
              HasSubstr(dir_ + "/checkpoint: is no checkpoint of the log log.example/test"));
  EXPECT_EQ(Note(), other.Checkpoint());
}

TEST_F(ArchiveClientTilesTest, ALogThatGoesBackFromTheFoldersCheckpointIsAnAlarm) {
  GrowTo(4);
  const TestLog smaller = server_.log();
  GrowTo(9);
  ASSERT_TRUE(Export().ok());
  const std::string note = Note();
  server_.UseLog(smaller);
  const Answer<TileExportSummary> summary = ExportByAnother();
  ASSERT_FALSE(summary.ok());
  EXPECT_EQ(summary.failure().kind, FailureKind::kAlarm);
  EXPECT_EQ(Note(), note);
}

TEST_F(ArchiveClientTilesTest, AForkOfTheFoldersLogIsAnAlarm) {
  GrowTo(4);
  TestLog fork = server_.log();
  GrowTo(9);
  ASSERT_TRUE(Export().ok());
  const std::string note = Note();
  GrowTo(fork, 20, "forked");
  server_.UseLog(fork);
  const Answer<TileExportSummary> summary = ExportByAnother();
  ASSERT_FALSE(summary.ok());
  EXPECT_EQ(summary.failure().kind, FailureKind::kAlarm);
  EXPECT_EQ(Note(), note);
}

}  // namespace
}  // namespace chirograph::archive_client_tiles_test
