// SPDX-License-Identifier: Apache-2.0
//
// The worked example in docs/storage-format.md, whose messages protoc --encode made.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "absl/time/civil_time.h"
#include "crypto/checkpoint.h"
#include "crypto/encoding.h"
#include "crypto/merkle.h"
#include "crypto/note.h"
#include "proto/canonical_form.h"
#include "proto/stored_format.h"
#include "service/storage_schema.h"
#include "tests/doc_example.h"

namespace chirograph::docs_storage_format_test {
namespace {

constexpr char kPage[] = "storage-format.md";

// The hexadecimal text of an example with its line feeds taken out.
std::string DocHex(const std::string& name) {
  std::string hex;
  for (const std::string& line : DocLines(kPage, name)) hex += line;
  return hex;
}

v1::Article ExampleArticle() {
  v1::Article article;
  article.set_title("Hello");
  return article;
}

class DocsStorageFormat : public testing::Test {
 protected:
  const std::string source_ = DocBlock(kPage, "source");
  const v1::Article article_ = ExampleArticle();
  const Digest article_digest_ = Sha256(CanonicalForm(article_).value());
  const Digest source_digest_ = Sha256(source_);
};

TEST_F(DocsStorageFormat, DigestsAreThePages) {
  EXPECT_EQ(source_.size(), 21u);
  EXPECT_EQ(CanonicalForm(article_).value(), "{\"title\":\"Hello\"}");
  EXPECT_EQ(ToHex(article_digest_), DocLine(kPage, "article-digest"));
  EXPECT_EQ(ToHex(source_digest_), DocLine(kPage, "source-digest"));
}

TEST_F(DocsStorageFormat, MessagesAreThePages) {
  v1::Content content;
  *content.mutable_article() = article_;
  content.set_source_document(source_);
  const std::string content_bytes = SerializeContent(content);
  EXPECT_EQ(HexEncode(content_bytes), DocHex("content"));

  v1::Opening opening;
  opening.set_version(kOpeningVersion);
  for (char byte = 0; byte < 32; ++byte) opening.mutable_salt()->push_back(byte);
  opening.set_article_digest(std::string(AsBytes(article_digest_)));
  opening.set_source_digest(std::string(AsBytes(source_digest_)));
  opening.set_content_digest(std::string(AsBytes(Sha256(content_bytes))));
  const std::string opening_bytes = SerializeOpening(opening).value();
  EXPECT_EQ(HexEncode(opening_bytes), DocHex("opening"));

  v1::LogEntry entry;
  entry.set_version(kLogEntryVersion);
  v1::ArticleRecord& record = *entry.mutable_article_record();
  record.set_opening_digest(std::string(AsBytes(Sha256(opening_bytes))));
  record.set_verdict_at_ingest(v1::VERDICT_UNSIGNED);
  record.set_reason_at_ingest(v1::VERDICT_REASON_NO_SECURED_FIELD);
  *record.mutable_ingest_time() =
      ToTimestamp(absl::FromCivil(absl::CivilSecond(2026, 11, 23, 8, 1, 0), absl::UTCTimeZone()) +
                  absl::Milliseconds(250));
  const std::string entry_bytes = SerializeLogEntry(entry).value();
  EXPECT_EQ(HexEncode(entry_bytes), DocHex("entry"));
  EXPECT_EQ(ToHex(LeafHash(entry_bytes)), DocLine(kPage, "leaf-hash"));
}

TEST_F(DocsStorageFormat, KeysAreThePages) {
  EXPECT_THAT(
      DocLines(kPage, "keys"),
      testing::ElementsAre(HexEncode(EncodeIndex(1)), HexEncode(EncodeTileKey({0, 0})),
                           HexEncode(EncodeSubmissionKey({article_digest_, std::nullopt, source_digest_})),
                           HexEncode(EncodeDigestKey(article_digest_, 1)),
                           HexEncode(EncodeDigestKey(source_digest_, 1))));
}

TEST_F(DocsStorageFormat, KeyEventIsThePages) {
  const auto signer = NoteSigner::Parse(DocLine(kPage, "log.key"));
  ASSERT_TRUE(signer.ok()) << signer.status();
  v1::LogEntry entry;
  entry.set_version(kLogEntryVersion);
  v1::KeyEvent& event = *entry.mutable_key_event();
  event.set_publisher_domain("news.example");
  event.set_key_id("2026");
  event.set_algorithm(v1::KEY_ALGORITHM_ED25519);
  event.set_envelope(v1::ENVELOPE_KIND_NONE);
  // RFC 8410: the DER of an Ed25519 key is 12 bytes, always the same, and the key. It ends the vkey too.
  const std::string vkey = signer->verifier().vkey();
  event.set_public_key(HexDecode("302a300506032b6570032100").value() +
                       Base64Decode(vkey.substr(signer->verifier().name().size() + 10)).value().substr(1));
  *event.mutable_event_time() =
      ToTimestamp(absl::FromCivil(absl::CivilSecond(2026, 11, 23, 8, 0, 0), absl::UTCTimeZone()));
  EXPECT_EQ(HexEncode(SerializeLogEntry(entry).value()), DocHex("key-event"));
  EXPECT_EQ(HexEncode(EncodeKeyName({"news.example", "2026"})), DocLine(kPage, "key-event-key"));
}

TEST_F(DocsStorageFormat, TileMetaAndFilesAreThePages) {
  const Digest leaf0 = LeafHash(HexDecode(DocHex("key-event")).value());
  const Digest leaf1 = LeafHash(HexDecode(DocHex("entry")).value());
  EXPECT_THAT(DocLines(kPage, "tile"), testing::ElementsAre(ToHex(leaf0), ToHex(leaf1)));

  const std::string key = DocBlock(kPage, "log.key");
  const auto signer = NoteSigner::Parse(DocLine(kPage, "log.key"));
  ASSERT_TRUE(signer.ok()) << signer.status();
  EXPECT_EQ(signer->skey() + "\n", key);
  CompactRange range;
  range.Append(leaf0);
  range.Append(leaf1);
  const auto checkpoint = SignCheckpoint({"archive.example/2026", 2, range.RootHash(), {}}, *signer);
  EXPECT_EQ(fmt::format("{}\narchive.example/2026\n{}\n{}", kStoreVersion, signer->verifier().vkey(),
                        checkpoint.value()),
            DocBlock(kPage, "meta"));
  EXPECT_EQ(FormatCommittedMark(2), DocBlock(kPage, "COMMITTED"));
}

TEST(DocsStorageFormatPage, NamesEachColumn) {
  std::ifstream file(std::string(CHIROGRAPH_DOCS_DIR) + "/" + kPage);
  const std::string page{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  for (const StoreColumn column : kAllStoreColumns) {
    EXPECT_THAT(page, testing::HasSubstr("\n| `" + std::string(StoreColumnName(column)) + "` | "));
  }
  EXPECT_THAT(page, testing::HasSubstr("Format version " + std::to_string(kStoreVersion) + "."));
}

}  // namespace
}  // namespace chirograph::docs_storage_format_test
