// SPDX-License-Identifier: Apache-2.0
//
// A stranger with curl: fetches the whole log over HTTP and checks it against the signed checkpoint.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "crypto/checkpoint.h"
#include "crypto/entry_bundle.h"
#include "crypto/merkle.h"
#include "crypto/note.h"
#include "crypto/sha256.h"
#include "crypto/tile.h"
#include "tests/end_to_end/archive_under_test.h"

namespace chirograph::http_test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr char kCurl[] = "/usr/bin/curl";

// What curl got.
struct Fetched {
  int status = 0;
  std::string head;
  std::string body;
};

class HttpTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kCurl)) GTEST_SKIP() << "there is no " << kCurl << " here";
    archive_.Start();
    archive_.Trust();
  }

  Fetched Fetch(const std::string& path, std::vector<std::string> flags = {}) {
    const std::string head = archive_.folder() / "head";
    std::vector<std::string> command = {kCurl,        "--silent", "--show-error", "--noproxy", "*",
                                        "--max-time", "60"};
    command.insert(command.end(), flags.begin(), flags.end());
    command.insert(command.end(), {"--dump-header", head, "http://" + archive_.http_address() + path});
    const ProcessResult result = RunProcess(command);
    EXPECT_EQ(result.exit_code, 0) << path << ": " << result.err;
    Fetched fetched{0, ReadBytes(head), result.out};
    if (fetched.head.starts_with("HTTP/1.1 ")) fetched.status = std::stoi(fetched.head.substr(9));
    return fetched;
  }
  std::string Body(const std::string& path) {
    const Fetched fetched = Fetch(path);
    EXPECT_EQ(fetched.status, 200) << path << fetched.body;
    return fetched.body;
  }
  Checkpoint FetchCheckpoint() {
    return OpenCheckpoint(Body("/checkpoint"), NoteVerifier::Parse(archive_.log_key()).value()).value();
  }
  // Archives `count` signed articles, and with the key's event there are one more entries.
  void Archive(const std::string& name, int count) {
    archive_.WriteSignedArticles(name, name, count);
    const ProcessResult ingest = archive_.Cli({"ingest", archive_.folder() / name});
    ASSERT_EQ(ingest.exit_code, 0) << ingest.err;
  }

  ArchiveUnderTest archive_;
};

// All tiles of a tree, as they were fetched.
class FetchedTiles : public TileReader {
 public:
  absl::StatusOr<std::string> ReadTile(TileId id, int) const override { return tiles.at(id); }
  std::map<TileId, std::string> tiles;
};

TEST_F(HttpTest, TheWholeLogIsRebuiltFromItsTilesAndBundles) {
  Archive("a", 599);
  const Checkpoint checkpoint = FetchCheckpoint();
  ASSERT_EQ(checkpoint.tree_size, 600u);

  FetchedTiles fetched;
  for (int level = 0; level <= kMaxTileLevel; ++level) {
    for (std::uint64_t index = 0;; ++index) {
      const int width = TileWidthAt({level, index}, checkpoint.tree_size);
      const Fetched beyond = Fetch("/" + TilePath({level, index}, width + 1 > 256 ? 256 : width + 1));
      EXPECT_EQ(beyond.status, width == 256 ? 200 : 404);
      if (width == 0) break;
      fetched.tiles[{level, index}] = Body("/" + TilePath({level, index}, width));
    }
  }
  EXPECT_EQ(fetched.tiles.size(), 4u);
  // Each full tile is what the one above says, and all of them lead to the signed root.
  const absl::StatusOr<TileEdge> edge = TileEdge::Load(checkpoint.tree_size, fetched);
  ASSERT_TRUE(edge.ok()) << edge.status();
  EXPECT_EQ(edge->RootHash(), checkpoint.root_hash);

  // The same tree from the entries alone; with --compressed and without.
  TileEdge rebuilt;
  for (std::uint64_t index = 0; index < 3; ++index) {
    const std::string path = "/" + EntryBundlePath(index, TileWidthAt({0, index}, checkpoint.tree_size));
    const Fetched bundle = Fetch(path, {"--compressed"});
    EXPECT_THAT(bundle.head, HasSubstr("Content-Encoding: gzip"));
    EXPECT_EQ(bundle.body, Body(path));
    const auto entries = ParseEntryBundle(bundle.body);
    ASSERT_TRUE(entries.ok()) << entries.status();
    for (const std::string_view entry : *entries) rebuilt.Append(LeafHash(entry));
  }
  EXPECT_EQ(rebuilt.tree_size(), checkpoint.tree_size);
  EXPECT_EQ(rebuilt.RootHash(), checkpoint.root_hash);
  for (const auto& [id, hashes] : rebuilt.TakeChangedTiles()) EXPECT_EQ(fetched.tiles[id], hashes);
}

TEST_F(HttpTest, WhatWasFetchedStaysTrueAsTheLogGrows) {
  Archive("a", 4);
  const std::string tile = Body("/tile/0/000.p/5");
  const std::string bundle = Body("/tile/entries/000.p/5");
  Archive("b", 300);
  EXPECT_EQ(FetchCheckpoint().tree_size, 305u);
  EXPECT_EQ(Body("/tile/0/000.p/5"), tile);
  EXPECT_EQ(Body("/tile/entries/000.p/5"), bundle);
  EXPECT_THAT(Body("/tile/0/000"), StartsWith(tile));
  EXPECT_THAT(Body("/tile/entries/000"), StartsWith(bundle));
  archive_.Stop();
  archive_.Start();
  EXPECT_EQ(FetchCheckpoint().tree_size, 305u);
  EXPECT_EQ(Body("/tile/0/000.p/5"), tile);
}

TEST_F(HttpTest, AnArticleIsFetchedByTheSha256OfItsFile) {
  const std::string article = archive_.WriteSignedArticle("a.md", "A");
  ASSERT_EQ(archive_.Cli({"ingest", article}).exit_code, 0);
  EXPECT_EQ(Body("/content/" + ToHex(Sha256(ReadBytes(article)))), ReadBytes(article));
  const std::string canonical = archive_.Cli({"canonical", article}).out;
  EXPECT_EQ(Body("/content/" + ToHex(Sha256(canonical))), canonical);
}

TEST_F(HttpTest, TheHeadersAreThoseOfTheSpecification) {
  Archive("a", 3);
  EXPECT_THAT(Fetch("/checkpoint").head, HasSubstr("Content-Type: text/plain; charset=utf-8\r\n"));
  EXPECT_THAT(Fetch("/checkpoint").head, HasSubstr("Cache-Control: no-cache\r\n"));
  for (const std::string path : {"/tile/0/000.p/4", "/tile/entries/000.p/4"}) {
    const Fetched head = Fetch(path, {"--head"});
    EXPECT_EQ(head.status, 200);
    EXPECT_THAT(head.head, HasSubstr("Content-Type: application/octet-stream\r\n"));
    EXPECT_THAT(head.head, HasSubstr("Cache-Control: public, max-age=31536000, immutable\r\n"));
    EXPECT_THAT(head.head, HasSubstr("Content-Length: " + std::to_string(Body(path).size()) + "\r\n"));
  }
  EXPECT_EQ(Fetch("/checkpoint", {"--data", "x"}).status, 405);
  EXPECT_EQ(Fetch("/tile/0/0").status, 404);
}

TEST_F(HttpTest, AServerThatStoppedIsGone) {
  archive_.Stop();
  const ProcessResult result =
      RunProcess({kCurl, "--silent", "--noproxy", "*", "http://" + archive_.http_address()});
  EXPECT_EQ(result.exit_code, 7);  // could not connect
}

}  // namespace
}  // namespace chirograph::http_test
