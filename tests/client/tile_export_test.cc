// SPDX-License-Identifier: Apache-2.0
//
// ArchiveClient::ExportTiles: a folder that is the log, from an archive or a disk that may be lying.
#include "client/internal/tile_export.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "crypto/checkpoint.h"
#include "crypto/entry_bundle.h"
#include "crypto/tile.h"
#include "proto/rpc_error.h"
#include "tests/client/archive_client_fixture.h"

namespace chirograph::tile_export_test {
namespace {

using ::testing::HasSubstr;
using Files = std::map<std::string, std::string>;

class TileExportTest : public ArchiveClientFixture {
 protected:
  Answer<TileExportSummary> Export() { return client_->ExportTiles(dir_, callbacks_); }
  Failure ExportFailure() {
    const Answer<TileExportSummary> summary = Export();
    EXPECT_FALSE(summary.ok());
    return summary.ok() ? Failure() : summary.failure();
  }

  // What C2SP tlog-tiles has of the log: from its tiles, not from the code under test.
  Files Expected() const {
    const TestLog log = server_.log();
    Files files = {{"checkpoint", log.Checkpoint()}};
    for (int level = 0; level <= kMaxTileLevel; ++level) {
      for (std::uint64_t index = 0;; ++index) {
        const int width = TileWidthAt({level, index}, log.tree_size());
        if (width == 0) break;
        files[TilePath({level, index}, width)] =
            log.ReadTile({level, index}, width)->substr(0, static_cast<std::size_t>(width) * 32);
        if (level > 0) continue;
        std::string& bundle = files[EntryBundlePath(index, width)];
        for (int i = 0; i < width; ++i) {
          const std::uint64_t at = index * kTileWidth + static_cast<std::uint64_t>(i);
          EXPECT_TRUE(AppendToEntryBundle(log.entry(at).log_entry, bundle).ok());
        }
      }
    }
    return files;
  }
  Files Found() const {
    Files files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_)) {
      const std::string name = std::filesystem::relative(entry.path(), dir_).string();
      if (entry.is_regular_file() && name != ".lock") files[name] = Slurp(entry.path().string());
    }
    return files;
  }
  std::string Path(const std::string& name) const { return dir_ + "/" + name; }
  void Spoil(const std::string& name) { Spill(Path(name), FlipBit(Slurp(Path(name)), -1)); }
  // The failure is that of a file, which it names, and which stays as it is.
  void ExpectBlamed(const std::string& name, const std::string& bytes) {
    const Failure failure = ExportFailure();
    EXPECT_EQ(failure.kind, FailureKind::kCouldNot);
    EXPECT_THAT(MessageOf(failure), HasSubstr(Path(name) + ": is not what the log signed"));
    EXPECT_EQ(Slurp(Path(name)), bytes) << name;
  }

  const std::string dir_ = folder_.path() + "/served/tiles";
  TileExportCallbacks callbacks_;
  const std::unique_ptr<ArchiveClient> client_ = Connect();
};

// --- What is written ---

TEST_F(TileExportTest, AnEmptyLogIsACheckpointAlone) {
  const Answer<TileExportSummary> summary = Export();
  ASSERT_TRUE(summary.ok()) << summary.failure().status;
  EXPECT_TRUE(summary->is_complete);
  EXPECT_EQ(Found(), Expected());
  EXPECT_EQ(Found().size(), 1u);
}

TEST_F(TileExportTest, IsTheLogAtEachSizeFromAnEmptyFolder) {
  for (const std::uint64_t size : {1, 255, 256, 257, 600}) {
    GrowTo(size);
    std::filesystem::remove_all(dir_);
    const Answer<TileExportSummary> summary = Export();
    ASSERT_TRUE(summary.ok()) << summary.failure().status;
    EXPECT_TRUE(summary->is_complete);
    EXPECT_EQ(summary->checkpoint.tree_size, size);
    EXPECT_EQ(summary->fetched, size);
    EXPECT_EQ(Found(), Expected()) << size;
    EXPECT_EQ(summary->written, Expected().size() - 1);
    EXPECT_EQ(summary->unchanged, 0u);
  }
}

TEST_F(TileExportTest, GoesOnFromTheFirstBundleThatIsNotFull) {
  Files all;
  std::uint64_t before = 0;
  for (const std::uint64_t size : {1, 255, 256, 257, 511, 513, 513}) {
    GrowTo(size);
    const Answer<TileExportSummary> summary = Export();
    ASSERT_TRUE(summary.ok()) << summary.failure().status;
    EXPECT_EQ(summary->fetched, size - before / 256 * 256) << size;
    // Partial tiles of earlier trees stay, for whoever has an earlier checkpoint.
    for (auto& [name, bytes] : Expected()) all[name] = bytes;
    EXPECT_EQ(Found(), all) << size;
    before = size;
  }
}

TEST_F(TileExportTest, ALevelThatIsFullHasNoPartialTile) {
  GrowTo(65537);
  const Files expected = Expected();
  EXPECT_TRUE(expected.contains("tile/1/000"));
  EXPECT_TRUE(expected.contains("tile/2/000.p/1"));
  // With all but the last bundle there is little to fetch.
  for (const auto& [name, bytes] : expected) {
    if (name.starts_with("tile/entries/") && !name.ends_with(".p/1")) Spill(Path(name), bytes);
  }
  const Answer<TileExportSummary> summary = Export();
  ASSERT_TRUE(summary.ok()) << summary.failure().status;
  EXPECT_EQ(summary->fetched, 1u);
  EXPECT_EQ(Found(), expected);
}

TEST_F(TileExportTest, WhatIsProvedIsWrittenOnTheWay) {
  TestLog log = server_.log();
  GrowTo(log, 5000, std::string(4000, 'x'));
  server_.UseLog(log);
  Lies lies;
  lies.cut = [](std::string_view method, int number) {
    if (method != "StreamEntries" || number < 1600) return absl::OkStatus();
    return MakeError(v1::ERROR_REASON_STORE_DAMAGED, "damaged");
  };
  server_.Tell(lies);
  EXPECT_EQ(ExportFailure().kind, FailureKind::kCouldNot);
  EXPECT_TRUE(Found().contains("tile/entries/015"));
  EXPECT_FALSE(Found().contains("checkpoint"));
  server_.Tell({});
  const Answer<TileExportSummary> rest = Export();
  ASSERT_TRUE(rest.ok()) << rest.failure().status;
  EXPECT_LT(rest->fetched, 1000u);
  EXPECT_EQ(Found(), Expected());
}

TEST_F(TileExportTest, AsksForEntriesWithoutArticles) {
  TestLog log = server_.log();
  log.AddDocument(MakeSignedDocument("a title", publisher_), keyring_);
  server_.UseLog(log);
  bool has_articles = false;
  Lies lies;
  lies.entries = [&has_articles](int, v1::StreamEntriesResponse& message) {
    for (const v1::StoredEntry& entry : message.entries()) has_articles |= entry.has_content();
  };
  server_.Tell(lies);
  ASSERT_TRUE(Export().ok());
  EXPECT_FALSE(has_articles);
}

TEST_F(TileExportTest, TheCheckpointIsWrittenBehindAllThatItPromises) {
  GrowTo(257);
  ASSERT_TRUE(Export().ok());
  GrowTo(600);
  // A file in the way of the last tile: all else is there by then.
  Spill(Path("tile/1/000.p/2"), "in the way");
  const Files before = Found();
  ExpectBlamed("tile/1/000.p/2", "in the way");
  EXPECT_EQ(Found()["checkpoint"], before.at("checkpoint"));
  std::filesystem::remove(Path("tile/1/000.p/2"));
  ASSERT_TRUE(Export().ok());
  EXPECT_EQ(Found()["checkpoint"], server_.log().Checkpoint());
}

// --- A folder that was changed ---

TEST_F(TileExportTest, AnyFileThatDiffersIsNamedAndLeftAsItIs) {
  GrowTo(600);
  ASSERT_TRUE(Export().ok());
  const Files good = Found();
  for (const auto& [name, bytes] : good) {
    if (name == "checkpoint") continue;
    Spoil(name);
    ExpectBlamed(name, FlipBit(bytes, -1));
    Spill(Path(name), bytes + "x");
    ExpectBlamed(name, bytes + "x");
    std::filesystem::remove(Path(name));
    ASSERT_TRUE(Export().ok()) << name << " is made anew";
    EXPECT_EQ(Found(), good);
  }
}

TEST_F(TileExportTest, ABundleAndItsTileChangedTogetherAreFoundOut) {
  GrowTo(1300);
  ASSERT_TRUE(Export().ok());
  // Four times the entries of another log, with the tiles that belong to them, and nothing above.
  TestLog other;
  GrowTo(other, 1300, "other");
  std::string bundle;
  for (std::uint64_t i = 512; i < 768; ++i) {
    ASSERT_TRUE(AppendToEntryBundle(other.entry(i).log_entry, bundle).ok());
  }
  Spill(Path("tile/entries/002"), bundle);
  Spill(Path("tile/0/002"), *other.ReadTile({0, 2}, 256));
  ExpectBlamed("tile/entries/002", bundle);
}

TEST_F(TileExportTest, WithoutTheTilesAChangedBundleIsFoundBeforeAnythingIsFetched) {
  GrowTo(1300);
  ASSERT_TRUE(Export().ok());
  for (const char* tiles : {"tile/0", "tile/1"}) std::filesystem::remove_all(Path(tiles));
  Spoil("tile/entries/003");
  const int asked = server_.Calls("StreamEntries");
  ExpectBlamed("tile/entries/003", Slurp(Path("tile/entries/003")));
  EXPECT_EQ(server_.Calls("StreamEntries"), asked);
  EXPECT_FALSE(std::filesystem::exists(Path("tile/0")));
}

TEST_F(TileExportTest, ABundleOfOtherThan256EntriesIsNone) {
  GrowTo(512);
  ASSERT_TRUE(Export().ok());
  std::string bundle;
  for (int i = 0; i < 255; ++i) ASSERT_TRUE(AppendToEntryBundle("entry", bundle).ok());
  Spill(Path("tile/entries/001"), bundle);
  ExpectBlamed("tile/entries/001", bundle);
}

TEST_F(TileExportTest, WhatLiesBehindAGapIsComparedToo) {
  GrowTo(1024);
  ASSERT_TRUE(Export().ok());
  std::filesystem::remove(Path("tile/entries/001"));
  Spoil("tile/entries/003");
  ExpectBlamed("tile/entries/003", Slurp(Path("tile/entries/003")));
}

// --- A log that lies ---

TEST_F(TileExportTest, EntriesThatAreNotTheTreesAreNotWritten) {
  GrowTo(300);
  ASSERT_TRUE(Export().ok());
  const Files before = Found();
  GrowTo(900);
  Lies lies;
  lies.entries = [](int number, v1::StreamEntriesResponse& message) {
    if (number == 150) message.mutable_entries(1)->set_log_entry("another");
  };
  server_.Tell(lies);
  const Failure failure = ExportFailure();
  EXPECT_EQ(failure.kind, FailureKind::kDoesNotCheck);
  EXPECT_THAT(MessageOf(failure), HasSubstr("its entries from index 256 to 899 are not those"));
  EXPECT_EQ(Found(), before);
}

TEST_F(TileExportTest, AnEntryThatIsMissingIsSaid) {
  GrowTo(10);
  Lies lies;
  lies.entries = [](int number, v1::StreamEntriesResponse& message) {
    if (number == 1) message.mutable_entries(2)->clear_log_entry();
  };
  server_.Tell(lies);
  const Failure failure = ExportFailure();
  EXPECT_EQ(failure.kind, FailureKind::kDoesNotCheck);
  EXPECT_THAT(MessageOf(failure), HasSubstr("the entry at index 5"));
}

// --- One that does not come to its end ---

TEST_F(TileExportTest, OneThatIsStoppedKeepsWhatItHasAndGoesOnFromThere) {
  GrowTo(2000);
  ASSERT_TRUE(Export().ok());
  std::filesystem::remove_all(dir_);
  int asked = 0;
  callbacks_.should_stop = [&asked] { return ++asked > 300; };
  const Answer<TileExportSummary> stopped = Export();
  ASSERT_TRUE(stopped.ok()) << stopped.failure().status;
  EXPECT_FALSE(stopped->is_complete);
  EXPECT_GT(stopped->next_index, 256u);
  EXPECT_FALSE(Found().contains("checkpoint"));
  EXPECT_TRUE(Found().contains("tile/entries/000"));
  callbacks_.should_stop = nullptr;
  const Answer<TileExportSummary> rest = Export();
  ASSERT_TRUE(rest.ok()) << rest.failure().status;
  EXPECT_EQ(rest->fetched, 2000 - stopped->next_index / 256 * 256);
  EXPECT_EQ(Found(), Expected());
}

TEST_F(TileExportTest, IsTakenUpWhereTheConnectionBroke) {
  GrowTo(300);
  Lies lies;
  int left = 3;
  lies.cut = [&left](std::string_view method, int number) {
    if (method != "StreamEntries" || number != 20 || left-- <= 0) return absl::OkStatus();
    return MakeError(v1::ERROR_REASON_STORE_UNAVAILABLE, "cut");
  };
  server_.Tell(lies);
  ASSERT_TRUE(Export().ok());
  EXPECT_EQ(Found(), Expected());
}

TEST_F(TileExportTest, ShowsHowFarItIs) {
  GrowTo(600);
  std::uint64_t reached = 0;
  callbacks_.on_progress = [&reached](std::uint64_t next_index, std::uint64_t tree_size) {
    EXPECT_EQ(tree_size, 600u);
    EXPECT_GT(next_index, reached);
    reached = next_index;
  };
  ASSERT_TRUE(Export().ok());
  EXPECT_EQ(reached, 600u);
  reached = 0;
  ASSERT_TRUE(Export().ok());
  EXPECT_EQ(reached, 600u);
}

}  // namespace
}  // namespace chirograph::tile_export_test
