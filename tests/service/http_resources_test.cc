// SPDX-License-Identifier: Apache-2.0
#include "service/http_resources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "crypto/entry_bundle.h"
#include "tests/service/hooked_log_store.h"
#include "tests/service/signed_test_log.h"
#include "tests/service/status_matchers.h"
#include "tests/service/temp_folder.h"
#include "tests/service/test_archive.h"
#include "tests/service/test_publisher.h"

namespace chirograph::http_resources_test {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using What = HookedLogStore::What;

constexpr char kForEver[] = "public, max-age=31536000, immutable";

// A log of 600 entries, of which the first 560 are published unless a test says otherwise.
class HttpResourcesTest : public ::testing::Test {
 protected:
  HttpResourcesTest() : store_(MakeStore(folder_ / "store", log_)) {
    for (const std::size_t count : {560, 40}) {
      EXPECT_EQ(log_.Commit(store_, count).outcome, CommitOutcome::kCommitted);
    }
    Publish(560);
  }

  void Publish(std::uint64_t tree_size) {
    tree_ = {{.origin = "log.example/2026", .tree_size = tree_size, .root_hash = {}}, "the note\n"};
  }
  HttpAnswer Get(const std::string& path, bool content = false) {
    return AnswerHttpGet(store_, tree_, content, path);
  }
  // That the answer is one sentence, and which.
  void ExpectSentence(const HttpAnswer& answer, int status, const std::string& part) {
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(answer.content_type, "text/plain; charset=utf-8");
    EXPECT_EQ(answer.cache_control, "no-cache");
    EXPECT_THAT(answer.body, EndsWith(".\n"));
    EXPECT_THAT(answer.body, HasSubstr(part));
  }

  const TempFolder folder_;
  SignedTestLog log_;
  HookedLogStore store_;
  PublishedTree tree_;
};

TEST_F(HttpResourcesTest, TheCheckpointIsTheNoteAndIsNotKept) {
  const HttpAnswer answer = Get("/checkpoint");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "the note\n");
  EXPECT_EQ(answer.content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(answer.cache_control, "no-cache");
}

// Of each tile every width up to that in the published tree, and nothing beyond, whatever the store has.
TEST_F(HttpResourcesTest, ServesEveryWidthOfEveryTileAndNoOther) {
  for (const std::uint64_t size : {0, 1, 255, 256, 257, 512, 560, 600}) {
    Publish(size);
    for (int level = 0; level < 3; ++level) {
      for (std::uint64_t index = 0; index < 4; ++index) {
        const int now = TileWidthAt({level, index}, size);
        for (const int width : {1, 2, 43, 44, 48, 49, 88, 89, 254, 255, 256}) {
          const HttpAnswer answer = Get("/" + TilePath({level, index}, width));
          ASSERT_EQ(answer.status, width <= now ? 200 : 404) << size << TilePath({level, index}, width);
          if (width > now) continue;
          EXPECT_EQ(answer.body, store_.ReadTile({level, index}, width)->substr(0, width * kSha256Bytes));
          EXPECT_EQ(answer.content_type, "application/octet-stream");
          EXPECT_EQ(answer.cache_control, kForEver);
          EXPECT_FALSE(answer.compressible);
        }
      }
    }
  }
}

TEST_F(HttpResourcesTest, ServesEveryWidthOfEveryBundleAndNoOther) {
  for (const std::uint64_t size : {0, 1, 255, 256, 257, 560}) {
    Publish(size);
    for (std::uint64_t index = 0; index < 4; ++index) {
      const int now = TileWidthAt({0, index}, size);
      for (const int width : {1, 47, 48, 49, 255, 256}) {
        const HttpAnswer answer = Get("/" + EntryBundlePath(index, width));
        ASSERT_EQ(answer.status, width <= now ? 200 : 404) << size << EntryBundlePath(index, width);
        if (width > now) continue;
        std::vector<std::string_view> expected;
        for (int i = 0; i < width; ++i) expected.emplace_back(log_.entries()[index * 256 + i].log_entry);
        EXPECT_EQ(ParseEntryBundle(answer.body).value(), expected);
        EXPECT_EQ(answer.content_type, "application/octet-stream");
        EXPECT_EQ(answer.cache_control, kForEver);
        EXPECT_TRUE(answer.compressible);
      }
    }
  }
}

TEST_F(HttpResourcesTest, SaysWhatThereIsInPlaceOfWhatIsBeyond) {
  ExpectSentence(Get("/tile/0/002"), 404,
                 "560 entries, and in it this tile has a width of 48: ask for /tile/0/002.p/48");
  ExpectSentence(Get("/tile/entries/002.p/49"), 404, "ask for /tile/entries/002.p/48.");
  ExpectSentence(Get("/tile/0/003"), 404, "560 entries, and in it there is no such tile");
  ExpectSentence(Get("/tile/8/000.p/1"), 404, "there is no such tile");
  ExpectSentence(Get("/tile/63/000.p/1"), 404, "there is no such tile");
}

TEST_F(HttpResourcesTest, EveryOtherSpellingIsNotThere) {
  ExpectSentence(Get("/tile/0/0"), 404, "groups of three digits");
  ExpectSentence(Get("/tile/0/x000/000"), 404, "groups of three digits");
  ExpectSentence(Get("/tile/00/000"), 404, "its level, 0 to 63");
  ExpectSentence(Get("/tile/64/000"), 404, "its level, 0 to 63");
  ExpectSentence(Get("/tile/0/000.p/0"), 404, "1 to 255");
  ExpectSentence(Get("/tile/0/000.p/256"), 404, "1 to 255");
  for (const char* path : {"//tile/0/000", "/checkpoint/", "/Checkpoint", "/tile", "/tiles/0/000",
                           "/index.html", "//checkpoint", "/../checkpoint", "/content"}) {
    ExpectSentence(Get(path, true), 404, "There is nothing here");
  }
}

TEST_F(HttpResourcesTest, TheRootSaysWhatThereIs) {
  const HttpAnswer answer = Get("/");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("log.example/2026"));
  EXPECT_THAT(answer.body, HasSubstr("/tile/entries/NUMBER"));
}

// --- Damage ---

TEST_F(HttpResourcesTest, ADamagedStoreIsSaidAndNotServed) {
  store_.Spoil(What::kTile, 1, absl::DataLossError("a checksum does not fit"));
  ExpectSentence(Get("/tile/0/001"), 500, "damaged");
  EXPECT_THAT(Get("/tile/0/001").body, testing::Not(HasSubstr("checksum")));
  ExpectSentence(Get("/tile/entries/001"), 500, "damaged");
  store_.Spoil(What::kEntry, 3, absl::NotFoundError("entries[3]"));
  ExpectSentence(Get("/tile/entries/000"), 500, "damaged");
  ExpectSentence(Get("/tile/entries/000.p/4"), 500, "damaged");
  EXPECT_EQ(Get("/tile/entries/000.p/3").status, 200);
  EXPECT_EQ(Get("/tile/0/000").status, 200);
}

TEST_F(HttpResourcesTest, AStoreThatCannotAnswerNowIsUnavailable) {
  store_.Spoil(What::kTile, 1, absl::UnavailableError("it is being opened again"));
  ExpectSentence(Get("/tile/0/001"), 503, "cannot answer now: it is being opened again");
  ExpectSentence(Get("/tile/entries/001"), 503, "cannot answer now");
  EXPECT_EQ(Get("/checkpoint").status, 200);
}

// What is kept for a year is looked at before.
TEST_F(HttpResourcesTest, AFullTileThatDoesNotHashToTheOneAboveIsDamage) {
  std::string tile = store_.ReadTile({0, 1}, 256).value();
  tile[5000] = static_cast<char>(tile[5000] ^ 1);
  store_.Spoil(What::kTile, 1, tile);
  ExpectSentence(Get("/tile/0/001"), 500, "damaged");
  ExpectSentence(Get("/tile/0/001.p/7"), 500, "damaged");
}

TEST_F(HttpResourcesTest, AShortTileIsDamage) {
  store_.Spoil(What::kTile, 2, store_.ReadTile({0, 2}, 48)->substr(0, 48 * 32 - 1));
  ExpectSentence(Get("/tile/0/002.p/48"), 500, "damaged");
  ExpectSentence(Get("/tile/entries/002.p/48"), 500, "damaged");
}

TEST_F(HttpResourcesTest, AnEntryThatDoesNotHashToItsLeafIsDamage) {
  store_.Spoil(What::kEntry, 559, "another entry");
  ExpectSentence(Get("/tile/entries/002.p/48"), 500, "damaged");
  EXPECT_EQ(Get("/tile/entries/002.p/47").status, 200);
}

// --- Content ---

class HttpContentTest : public ::testing::Test {
 protected:
  HttpContentTest() {
    EXPECT_THAT(archive_.Ingest(MakeDocument(1)), IsOk());
    EXPECT_THAT(archive_.Ingest(MakeArticle(2)), IsOk());
  }
  HttpAnswer Get(const std::string& hex, bool content = true) {
    return AnswerHttpGet(archive_.store(), *archive_.sequencer().tree(), content, "/content/" + hex);
  }
  static std::string HexOf(const std::string& text) { return ToHex(Sha256(text)); }

  TestArchive archive_;
  const std::string canonical_ = CanonicalForm(MakeArticle(2)).value();
};

TEST_F(HttpContentTest, ServesWhatHasThatDigest) {
  const HttpAnswer source = Get(HexOf(MakeDocument(1)));
  EXPECT_EQ(source.status, 200);
  EXPECT_EQ(source.body, MakeDocument(1));
  EXPECT_EQ(source.content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(source.cache_control, "no-cache");
  EXPECT_TRUE(source.compressible);
  const HttpAnswer canonical = Get(HexOf(canonical_));
  EXPECT_EQ(canonical.status, 200);
  EXPECT_EQ(canonical.body, canonical_);
  EXPECT_EQ(canonical.content_type, "application/json");
  EXPECT_EQ(canonical.cache_control, "no-cache");
  EXPECT_EQ(Get(HexOf(CanonicalForm(MakeArticle(1)).value())).body, CanonicalForm(MakeArticle(1)).value());
}

TEST_F(HttpContentTest, ServesNothingUnlessTheOperatorSaysSo) {
  for (const std::string& hex : {HexOf(MakeDocument(1)), HexOf("nothing"), std::string("x"), std::string()}) {
    const HttpAnswer answer = Get(hex, false);
    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(answer.body, "The operator of this archive does not serve the articles' text over HTTP.\n");
  }
}

TEST_F(HttpContentTest, AnotherDigestIsNotThere) {
  EXPECT_THAT(Get(HexOf("nothing")).body, HasSubstr("No article in this archive has that digest"));
  std::string upper = HexOf(MakeDocument(1));
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  for (const std::string& hex : {std::string(), std::string("ab"), upper, HexOf(MakeDocument(1)) + "00",
                                 HexOf(MakeDocument(1)).substr(1), HexOf(MakeDocument(1)) + "/"}) {
    EXPECT_EQ(Get(hex).status, 404) << hex;
    EXPECT_THAT(Get(hex).body, HasSubstr("lower-case hexadecimal")) << hex;
  }
}

TEST_F(HttpContentTest, WhatIsNotPublishedYetIsNotThere) {
  PublishedTree before = *archive_.sequencer().tree();
  before.checkpoint.tree_size = 1;
  EXPECT_EQ(AnswerHttpGet(archive_.store(), before, true, "/content/" + HexOf(canonical_)).status, 404);
  EXPECT_EQ(AnswerHttpGet(archive_.store(), before, true, "/content/" + HexOf(MakeDocument(1))).status, 200);
}

TEST_F(HttpContentTest, DamageIsSaidAndNotServed) {
  archive_.store().Spoil(What::kContent, 0, archive_.store().ReadContent(1));
  EXPECT_EQ(Get(HexOf(MakeDocument(1))).status, 500);
  archive_.store().Spoil(What::kContent, 0, std::string("\xFF"));
  EXPECT_EQ(Get(HexOf(MakeDocument(1))).status, 500);
  archive_.store().Spoil(What::kContent, 0, absl::NotFoundError("content[0]"));
  EXPECT_EQ(Get(HexOf(MakeDocument(1))).status, 500);
  archive_.store().Spoil(What::kContent, 0, absl::UnavailableError("away"));
  EXPECT_EQ(Get(HexOf(MakeDocument(1))).status, 503);
  archive_.store().SpoilFind(absl::DataLossError("a checksum"));
  EXPECT_EQ(Get(HexOf(canonical_)).status, 500);
}

}  // namespace
}  // namespace chirograph::http_resources_test
