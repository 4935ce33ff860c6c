// SPDX-License-Identifier: Apache-2.0
//
// A log as static files: `export --tiles` beside what the archive's own HTTP side answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "crypto/tile.h"
#include "fmt/format.h"
#include "tests/end_to_end/archive_under_test.h"

namespace chirograph::tiles_test {
namespace {

using nlohmann::json;

constexpr char kCurl[] = "/usr/bin/curl";

class TilesTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kCurl)) GTEST_SKIP() << "there is no " << kCurl << " here";
    archive_.Start();
    archive_.Trust();
  }

  // What the server answers for that path; "status 404" or the like where it is not well.
  std::string Fetch(const std::string& name) const {
    const ProcessResult result =
        RunProcess({kCurl, "--silent", "--show-error", "--noproxy", "*", "--max-time", "60", "--write-out",
                    "%{stderr}%{http_code}", "http://" + archive_.http_address() + "/" + name});
    EXPECT_EQ(result.exit_code, 0) << name << ": " << result.err;
    return result.err == "200" ? result.out : "status " + result.err;
  }
  // Archives articles until the log has so many entries.
  void GrowTo(std::uint64_t tree_size) {
    if (tree_size_ == tree_size) return;
    const std::string folder = fmt::format("to-{}", tree_size);
    archive_.WriteSignedArticles(folder, folder, static_cast<int>(tree_size - tree_size_));
    const ProcessResult ingest = archive_.Cli({"ingest", folder});
    ASSERT_EQ(ingest.exit_code, 0) << ingest.err;
    tree_size_ = tree_size;
  }
  json Export(const std::string& folder) {
    return archive_.CliJson({"export", "--tiles", folder}, 0).back()["summary"];
  }
  // The names of all files in the folder, each of which is what the server answers for it.
  std::set<std::string> ExpectServed(const std::string& folder) const {
    std::set<std::string> names;
    const std::filesystem::path path = archive_.folder() / folder;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
      if (!entry.is_regular_file() || entry.path().filename() == ".lock") continue;
      const std::string name = std::filesystem::relative(entry.path(), path).string();
      EXPECT_EQ(ReadBytes(entry.path().string()), Fetch(name)) << name;
      names.insert(name);
    }
    return names;
  }
  static std::set<std::string> NamesOf(std::uint64_t tree_size) {
    std::set<std::string> names = {"checkpoint"};
    for (int level = 0; level <= kMaxTileLevel; ++level) {
      for (std::uint64_t index = 0; TileWidthAt({level, index}, tree_size) > 0; ++index) {
        const int width = TileWidthAt({level, index}, tree_size);
        names.insert(TilePath({level, index}, width));
        if (level == 0) names.insert(EntryBundlePath(index, width));
      }
    }
    return names;
  }

  ArchiveUnderTest archive_;
  std::uint64_t tree_size_ = 1;  // the key's entry is there from the start
};

TEST_F(TilesTest, EachFileIsWhatTheServerAnswersAtEachSize) {
  std::set<std::string> all;
  for (const std::uint64_t size : {1, 2, 255, 256, 257, 600}) {
    GrowTo(size);
    const json summary = Export(fmt::format("at-{}", size));
    EXPECT_EQ(summary["treeSize"], size);
    EXPECT_EQ(summary["fetchedEntries"], size);
    EXPECT_EQ(ExpectServed(fmt::format("at-{}", size)), NamesOf(size)) << size;
    // And in one folder from size to size, where the partial tiles of earlier checkpoints stay.
    Export("grown");
    all.merge(NamesOf(size));
    EXPECT_EQ(ExpectServed("grown"), all) << size;
  }
}

TEST_F(TilesTest, WhatAnEarlierRunLeftIsWhatALaterOneGoesOnFrom) {
  GrowTo(520);
  Export("tiles");
  GrowTo(530);
  const json summary = Export("tiles");
  EXPECT_EQ(summary["fetchedEntries"], 530 - 512);
  EXPECT_EQ(summary["unchanged"], 5);
  EXPECT_EQ(summary["written"], 2);
  const json again = Export("tiles");
  EXPECT_EQ(again["written"], 0);
  std::filesystem::remove(archive_.folder() / "tiles/tile/entries/001");
  std::filesystem::remove(archive_.folder() / "tiles/tile/0/001");
  EXPECT_EQ(Export("tiles")["written"], 2);
  ExpectServed("tiles");
}

}  // namespace
}  // namespace chirograph::tiles_test
