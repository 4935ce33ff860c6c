// SPDX-License-Identifier: Apache-2.0
//
// The worked example in docs/catalog-format.md, whose bytes were made by other code.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "chirograph/v1/article.pb.h"
#include "chirograph/v1/log_entry.pb.h"
#include "crypto/encoding.h"
#include "proto/article_fields.h"
#include "proto/stored_format.h"
#include "service/catalog_schema.h"
#include "service/internal/catalog_follower.h"
#include "service/resume_token.h"
#include "service/storage_schema.h"
#include "tests/doc_example.h"

namespace chirograph::docs_catalog_format_test {
namespace {

constexpr char kPage[] = "catalog-format.md";

std::string DocHex(const std::string& name) {
  std::string hex;
  for (const std::string& line : DocLines(kPage, name)) hex += line;
  return hex;
}

class DocsCatalogFormat : public ::testing::Test {
 protected:
  DocsCatalogFormat() {
    v1::ArticleRecord record;
    record.set_verdict_at_ingest(v1::VERDICT_VALID);
    *record.mutable_ingest_time() = TimestampFromCanonicalText("2026-11-23T08:01:00.250Z").value();
    v1::Opening opening;
    opening.set_article_digest(std::string(AsBytes(Sha256("an article"))));
    opening.set_publisher_domain("news.example");
    opening.set_url("https://news.example/1");
    v1::Article article;
    article.set_category("news");
    article.set_type("article");
    article.add_topics("testing");
    *article.mutable_published_date_time() = TimestampFromCanonicalText("2021-02-14T15:21:00Z").value();
    described_ = DescribeArticle(record, opening, article);
  }
  const CatalogRow& row() const { return described_.row; }

  CatalogedArticle described_;
  const std::string index_ = EncodeIndex(1);
};

TEST_F(DocsCatalogFormat, TheRowIsThePages) {
  EXPECT_EQ(HexEncode(EncodePublished(row().published)), DocHex("published"));
  EXPECT_EQ(HexEncode(EncodeCatalogRow(row())), DocHex("row"));
  EXPECT_EQ(HexEncode(CatalogRowKey(1)), "010000000000000001");
}

TEST_F(DocsCatalogFormat, TheListsByIndexAreThePages) {
  std::vector<std::string> keys;
  for (const CatalogTerm& term : described_.terms) {
    keys.push_back(HexEncode(CatalogPostingPrefix(term) + index_));
  }
  EXPECT_EQ(keys, DocLines(kPage, "by-index"));
  const std::string published = EncodePublished(row().published);
  const std::string without = EncodePublished(std::nullopt);
  const std::string later = EncodePublished(*row().published - absl::Seconds(100) + absl::Nanoseconds(5));
  CatalogChunkWriter chunk;
  chunk.Add(MakeCatalogPosting(1, published).value());
  EXPECT_EQ(HexEncode(chunk.bytes()), DocHex("chunk-of-one"));
  chunk.Add(MakeCatalogPosting(2, without).value());
  chunk.Add(MakeCatalogPosting(300, later).value());
  EXPECT_EQ(HexEncode(chunk.bytes()), DocHex("chunk-of-three"));
}

TEST_F(DocsCatalogFormat, TheListByPublishedIsThePages) {
  std::string tags;
  for (const CatalogTerm& term : described_.terms) tags += CatalogTermTag(term);
  EXPECT_EQ(HexEncode(CatalogPublishedKey(EncodePublished(row().published), 1)), DocHex("published-key"));
  EXPECT_EQ(HexEncode(tags), DocHex("published-value"));
}

TEST_F(DocsCatalogFormat, TheKeysOfTheUrlAreThePages) {
  const CatalogPageTags page = TagsOfPage(row().publisher_domain, row().url);
  const std::vector<std::string> keys = {
      CatalogUrlPrefix(row().url) + index_,
      CatalogClaimPrefix(CatalogUrlTag(row().url), row().verdict) + row().publisher_domain,
      CatalogVersionKey(page, row().article_digest, row().verdict),
      CatalogVersionListPrefix(page, row().verdict) + index_,
  };
  std::vector<std::string> hex;
  for (const std::string& key : keys) hex.push_back(HexEncode(key));
  EXPECT_EQ(hex, DocLines(kPage, "url-keys"));
}

TEST_F(DocsCatalogFormat, TheMetaKeysAreThePages) {
  EXPECT_EQ(HexEncode(CatalogMetaKey(kCatalogVersionKey)), "00" + HexEncode("format_version"));
  EXPECT_EQ(HexEncode(CatalogMetaKey(kCatalogVerifierKeyKey)), "00" + HexEncode("verifier_key"));
  EXPECT_EQ(HexEncode(CatalogMetaKey(kCatalogProgressKey)), "00" + HexEncode("progress"));
  EXPECT_EQ(kCatalogVersion, 2u);
  EXPECT_EQ(kCatalogDamagedFile, "DAMAGED");
}

TEST_F(DocsCatalogFormat, TheTokenIsThePages) {
  EXPECT_EQ(HexEncode(MakeResumeToken("question", {2, "\1" + index_})), DocHex("resume-token"));
}

}  // namespace
}  // namespace chirograph::docs_catalog_format_test
