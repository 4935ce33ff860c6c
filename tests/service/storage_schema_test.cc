// SPDX-License-Identifier: Apache-2.0
#include "service/storage_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <string>
#include <vector>

#include "crypto/encoding.h"

namespace chirograph::storage_schema_test {
namespace {

using testing::ElementsAre;

Digest DigestOf(char byte) { return *DigestFromBytes(std::string(32, byte)); }

// These values are on disk: a change here is a new format version.
TEST(StorageSchemaTest, NamesStayWhatIsOnDisk) {
  EXPECT_EQ(kStoreVersion, 1u);
  std::vector<std::string> names;
  for (const StoreColumn column : kAllStoreColumns) names.emplace_back(StoreColumnName(column));
  EXPECT_THAT(names, ElementsAre("meta", "entries", "openings", "content", "tiles", "submissions", "articles",
                                 "sources", "key_events"));
  EXPECT_EQ(kMetaVersionKey, "format_version");
  EXPECT_EQ(kMetaOriginKey, "origin");
  EXPECT_EQ(kMetaVerifierKeyKey, "verifier_key");
  EXPECT_EQ(kMetaCheckpointKey, "checkpoint");
  EXPECT_EQ(kCommittedMarkFile, "COMMITTED");
}

TEST(StorageSchemaTest, IndexesAreBigEndian) {
  EXPECT_EQ(HexEncode(EncodeIndex(0)), "0000000000000000");
  EXPECT_EQ(HexEncode(EncodeIndex(0x0102030405060708)), "0102030405060708");
  EXPECT_LT(EncodeIndex(255), EncodeIndex(256));
  for (const std::uint64_t index :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{255}, std::uint64_t{256}, std::uint64_t{1} << 40,
        std::numeric_limits<std::uint64_t>::max()}) {
    EXPECT_EQ(DecodeIndex(EncodeIndex(index)), index);
  }
  EXPECT_EQ(DecodeIndex(std::string(7, '\0')), std::nullopt);
  EXPECT_EQ(DecodeIndex(std::string(9, '\0')), std::nullopt);
}

TEST(StorageSchemaTest, TileKeysSortByLevelThenIndex) {
  EXPECT_EQ(HexEncode(EncodeTileKey({2, 0x0304})), "020000000000000304");
  EXPECT_LT(EncodeTileKey({0, 256}), EncodeTileKey({1, 0}));
  EXPECT_LT(EncodeTileKey({1, 255}), EncodeTileKey({1, 256}));
}

TEST(StorageSchemaTest, SubmissionKeysStayWhatIsOnDisk) {
  const Digest article = DigestOf('\xaa');
  const std::string prefix(64, 'a');
  const auto tag = [](std::string_view preimage) { return ToHex(Sha256(preimage)).substr(0, 32); };
  const std::string secured(32, '\xbb');
  const std::string source(32, '\xcc');
  EXPECT_EQ(HexEncode(EncodeSubmissionKey({article, {}, {}})), prefix + tag(std::string(2, '\0')));
  EXPECT_EQ(HexEncode(EncodeSubmissionKey({article, DigestOf('\xbb'), {}})),
            prefix + tag("\1" + secured + std::string(1, '\0')));
  EXPECT_EQ(HexEncode(EncodeSubmissionKey({article, {}, DigestOf('\xcc')})),
            prefix + tag(std::string(1, '\0') + "\1" + source));
  EXPECT_EQ(HexEncode(EncodeSubmissionKey({article, DigestOf('\xbb'), DigestOf('\xcc')})),
            prefix + tag("\1" + secured + "\1" + source));
}

TEST(StorageSchemaTest, SubmissionsThatDifferHaveOtherKeys) {
  std::set<std::string> keys;
  const std::vector<std::optional<Digest>> digests = {std::nullopt, DigestOf('\0'), DigestOf('\1')};
  for (const auto& secured : digests) {
    for (const auto& source : digests) keys.insert(EncodeSubmissionKey({DigestOf('x'), secured, source}));
  }
  EXPECT_EQ(keys.size(), 9u);
}

TEST(StorageSchemaTest, DigestKeysSortByIndex) {
  const std::string key = EncodeDigestKey(DigestOf('\xdd'), 258);
  EXPECT_EQ(HexEncode(key), std::string(64, 'd') + "0000000000000102");
  const std::optional<DigestKey> decoded = DecodeDigestKey(key);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->digest, DigestOf('\xdd'));
  EXPECT_EQ(decoded->index, 258u);
  EXPECT_FALSE(DecodeDigestKey(key.substr(1)));
  EXPECT_FALSE(DecodeDigestKey(key + "x"));
}

TEST(StorageSchemaTest, KeyNamesSortAsTheirStructs) {
  EXPECT_EQ(EncodeKeyName({"a.example", "k1"}), std::string("a.example\0k1", 12));
  const std::vector<KeyName> names = {{"a", "z"}, {"a.b", "a"}, {"a.b", "b"}, {"aa", "a"}};
  for (std::size_t i = 0; i + 1 < names.size(); ++i) {
    EXPECT_LT(names[i], names[i + 1]);
    EXPECT_LT(EncodeKeyName(names[i]), EncodeKeyName(names[i + 1]));
    EXPECT_EQ(DecodeKeyName(EncodeKeyName(names[i])), names[i]);
  }
}

TEST(StorageSchemaTest, RefusesKeyNamesThatAreNone) {
  for (const std::string& bytes :
       {std::string(), std::string("domain"), std::string("\0id", 3), std::string("domain\0", 7),
        std::string("domain\0id\0", 10), std::string("a\0b\0c", 5)}) {
    EXPECT_EQ(DecodeKeyName(bytes), std::nullopt) << HexEncode(bytes);
  }
}

TEST(StorageSchemaTest, VersionsAreDecimalNumbers) {
  EXPECT_EQ(ParseStoreVersion("1"), 1u);
  EXPECT_EQ(ParseStoreVersion("4294967295"), 4294967295u);
  for (const char* const text : {"", "01", "+1", "-1", " 1", "1 ", "1\n", "x", "4294967296"}) {
    EXPECT_EQ(ParseStoreVersion(text), std::nullopt) << text;
  }
}

TEST(StorageSchemaTest, MarksAreTwentyDigitsAndALineFeed) {
  EXPECT_EQ(FormatCommittedMark(41), "00000000000000000041\n");
  EXPECT_EQ(FormatCommittedMark(41).size(), kCommittedMarkBytes);
  EXPECT_EQ(ParseCommittedMark(FormatCommittedMark(std::numeric_limits<std::uint64_t>::max())),
            std::numeric_limits<std::uint64_t>::max());
  for (const char* const text :
       {"", "41\n", "00000000000000000041", "00000000000000000041\n\n", "0000000000000000004x\n",
        "-0000000000000000041\n", "99999999999999999999\n"}) {
    EXPECT_EQ(ParseCommittedMark(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace chirograph::storage_schema_test
