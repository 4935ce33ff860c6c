// SPDX-License-Identifier: Apache-2.0
//
// Real posts, archived and read back.
#include <gtest/gtest.h>

#include "client/archive_client.h"
#include "tests/end_to_end/archive_under_test.h"

namespace chirograph::corpus_test {
namespace {

using nlohmann::json;

constexpr char kCorpus[] = CHIROGRAPH_SHARED_DIR "/corpus/18f";

TEST(CorpusTest, EveryReadablePostComesBackByteForByte) {
  if (!std::filesystem::is_directory(kCorpus)) GTEST_SKIP() << "there is no " << kCorpus;
  ArchiveUnderTest archive;
  archive.Start();
  archive.Trust();
  const auto lines = archive.CliJson({"ingest", kCorpus}, 0);
  ASSERT_EQ(lines.size(), 510U);

  ClientOptions options;
  options.server = archive.address();
  options.state_dir = archive.state_dir();
  const auto client = ArchiveClient::Connect(options);
  ASSERT_TRUE(client.ok()) << client.failure().status;
  int archived = 0;
  for (const json& line : lines) {
    if (line.contains("summary")) continue;
    ASSERT_EQ(line["outcome"], "ARCHIVED") << line;
    const auto got = (*client)->Get(line["index"].get<std::uint64_t>(), v1::ARTICLE_VIEW_SOURCE);
    ASSERT_TRUE(got.ok()) << got.failure().status;
    EXPECT_EQ(*got->source_document, ReadBytes(line["path"]));
    ++archived;
  }
  const json& summary = lines.back()["summary"];
  EXPECT_EQ(summary["files"], 509);
  EXPECT_EQ(archived, 509);
  EXPECT_EQ(summary["archived"], 509);

  // All of it again: nothing new.
  const std::uint64_t size = archive.CliJson({"checkpoint"}, 0)[0]["treeSize"];
  const json again = archive.CliJson({"ingest", kCorpus}, 0).back()["summary"];
  EXPECT_EQ(again["alreadyArchived"], archived);
  EXPECT_EQ(again["archived"], 0);
  EXPECT_EQ(archive.CliJson({"checkpoint"}, 0)[0]["treeSize"], size);
}

}  // namespace
}  // namespace chirograph::corpus_test
