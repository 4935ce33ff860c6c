// SPDX-License-Identifier: Apache-2.0
#include "client/internal/listed_article.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <ostream>
#include <string>

#include "tests/client/stream_services_fixture.h"

namespace chirograph::internal::listed_article_test {
namespace {

using ::testing::HasSubstr;

constexpr std::uint64_t kSigned = 2;     // came as a document
constexpr std::uint64_t kAsMessage = 5;  // has no document

class ListedArticleTest : public StreamServicesFixture {
 protected:
  Answer<ArchivedArticle> Check(v1::ListedArticle listed, v1::ArticleView view) {
    return CheckListed(services_, std::move(listed), log_.Checkpoint(), view, "a test's list");
  }
};

TEST_F(ListedArticleTest, EachViewHasWhatItIsToHave) {
  const v1::Content content = *ParseContent(log_.entry(kSigned).content);
  for (const v1::ArticleView view :
       {v1::ARTICLE_VIEW_UNSPECIFIED, v1::ARTICLE_VIEW_RECORD, v1::ARTICLE_VIEW_ARTICLE,
        v1::ARTICLE_VIEW_SOURCE, v1::ARTICLE_VIEW_CONTENT}) {
    SCOPED_TRACE(v1::ArticleView_Name(view));
    const Answer<ArchivedArticle> article = Check(Listed(kSigned, view), view);
    ASSERT_TRUE(article.ok()) << article.failure().status;
    EXPECT_EQ(article->report.index, kSigned);
    EXPECT_EQ(article->receipt.SerializeAsString(), log_.Receipt(kSigned).SerializeAsString())
        << "the checkpoint belongs to it";
    ASSERT_EQ(article->article.has_value(), view >= v1::ARTICLE_VIEW_ARTICLE);
    ASSERT_EQ(article->source_document.has_value(), view >= v1::ARTICLE_VIEW_SOURCE);
    if (article->article.has_value()) {
      EXPECT_EQ(article->article->SerializeAsString(), content.article().SerializeAsString());
      EXPECT_EQ(article->report.signature->verdict, Verdict::kValid) << "the keyring was not used";
    }
    if (article->source_document.has_value()) {
      EXPECT_EQ(*article->source_document, content.source_document());
    }
  }
}

TEST_F(ListedArticleTest, TheSourceViewHasTheArticleWhereThereIsNoDocument) {
  for (const v1::ArticleView view : {v1::ARTICLE_VIEW_SOURCE, v1::ARTICLE_VIEW_CONTENT}) {
    const Answer<ArchivedArticle> article = Check(Listed(kAsMessage, view), view);
    ASSERT_TRUE(article.ok()) << article.failure().status;
    EXPECT_EQ(article->article->title(), "five");
    EXPECT_FALSE(article->source_document.has_value());
  }
}

TEST_F(ListedArticleTest, WhatTheReceiptIsWorthIsHandedOn) {
  std::string came_with;
  Failure failure = CouldNot(absl::DataLossError("the kept one is damaged"));
  services_.recompute = [&](const v1::Receipt&, const ReceiptEvidence&, std::string_view where) {
    came_with = where;
    return failure;
  };
  const auto kind = [&] {
    const Answer<ArchivedArticle> article =
        Check(Listed(kSigned, v1::ARTICLE_VIEW_RECORD), v1::ARTICLE_VIEW_RECORD);
    return article.ok() ? "OK" : FailureKindName(article.failure().kind);
  };
  EXPECT_EQ(kind(), "COULD_NOT");
  EXPECT_EQ(came_with, "index 2 in a test's list");
  failure = Alarmed(Alarm());
  EXPECT_EQ(kind(), "ALARM");
}

// A receipt that holds does not make a payload readable.
TEST_F(ListedArticleTest, APayloadThatCannotBeReadDoesNotCheck) {
  const ReceiptReport report = CheckReceipt(log_.Receipt(kAsMessage), log_.verifier());
  services_.recompute = [&](const v1::Receipt&, const ReceiptEvidence&, std::string_view) { return report; };
  v1::ListedArticle listed = Listed(kAsMessage, v1::ARTICLE_VIEW_RECORD);
  listed.set_content("no content");
  const Answer<ArchivedArticle> article = Check(listed, v1::ARTICLE_VIEW_CONTENT);
  ASSERT_FALSE(article.ok());
  EXPECT_EQ(article.failure().kind, FailureKind::kDoesNotCheck);
  EXPECT_THAT(std::string(article.failure().status.message()), HasSubstr("index 5 in a test's list: "));
  listed.set_source_document("---\ntitle: \"never closed\n---\n");
  EXPECT_FALSE(Check(listed, v1::ARTICLE_VIEW_SOURCE).ok());
}

TEST_F(ListedArticleTest, EvidenceIsThePayloadAsFarAsItGoes) {
  const v1::ListedArticle record = Listed(kSigned, v1::ARTICLE_VIEW_RECORD);
  const ReceiptEvidence none = EvidenceOf(record, &keyring_);
  EXPECT_EQ(none.article, nullptr);
  EXPECT_FALSE(none.source_document.has_value() || none.content.has_value());
  EXPECT_EQ(none.keyring, &keyring_);
  const v1::ListedArticle article = Listed(kSigned, v1::ARTICLE_VIEW_ARTICLE);
  EXPECT_EQ(EvidenceOf(article, nullptr).article, &article.article());
  const v1::ListedArticle source = Listed(kSigned, v1::ARTICLE_VIEW_SOURCE);
  EXPECT_EQ(EvidenceOf(source, nullptr).source_document, source.source_document());
  const v1::ListedArticle content = Listed(kSigned, v1::ARTICLE_VIEW_CONTENT);
  EXPECT_EQ(EvidenceOf(content, nullptr).content, content.content());
}

// --- One thing spoilt at a time ---

struct Spoilt {
  std::string name;
  std::string message;  // in what is said of it
  v1::ArticleView view;
  std::function<void(const TestLog& log, v1::ListedArticle&)> spoil;
};

std::ostream& operator<<(std::ostream& out, const Spoilt& spoilt) { return out << spoilt.name; }

class SpoiltListedArticleTest : public ListedArticleTest, public ::testing::WithParamInterface<Spoilt> {};

TEST_P(SpoiltListedArticleTest, DoesNotCheck) {
  v1::ListedArticle listed = Listed(kSigned, GetParam().view);
  ASSERT_TRUE(Check(listed, GetParam().view).ok()) << "the honest beginning failed";
  GetParam().spoil(log_, listed);
  const Answer<ArchivedArticle> article = Check(listed, GetParam().view);
  ASSERT_FALSE(article.ok()) << "nothing was noticed";
  EXPECT_EQ(FailureKindName(article.failure().kind), "DOES_NOT_CHECK");
  EXPECT_THAT(std::string(article.failure().status.message()), HasSubstr(GetParam().message));
}

std::vector<Spoilt> AllSpoilt() {
  constexpr std::string_view kNotAsked = "has not what was asked for";
  const auto record = v1::ARTICLE_VIEW_RECORD;
  const auto article = v1::ARTICLE_VIEW_ARTICLE;
  const auto source = v1::ARTICLE_VIEW_SOURCE;
  const auto content = v1::ARTICLE_VIEW_CONTENT;
  std::vector<Spoilt> all = {
      {"OwnCheckpoint", "a checkpoint of its own", record,
       [](const TestLog& log, auto& l) { l.mutable_receipt()->set_checkpoint(log.Checkpoint()); }},
      {"LogEntry", "", record,
       [](const TestLog&, auto& l) {
         l.mutable_receipt()->set_log_entry(FlipBit(l.receipt().log_entry(), -1));
       }},
      {"ProofDropped", "", record,
       [](const TestLog&, auto& l) { l.mutable_receipt()->mutable_inclusion_proof()->RemoveLast(); }},
      {"AnotherIndex", "index 3 in a test's list", record,
       [](const TestLog&, auto& l) { l.mutable_receipt()->set_index(3); }},
      {"ArticleAltered", "", article,
       [](const TestLog&, auto& l) { l.mutable_article()->set_title("altered"); }},
      {"SourceAltered", "", source,
       [](const TestLog&, auto& l) { l.mutable_source_document()->push_back(' '); }},
      {"ContentAltered", "", content,
       [](const TestLog&, auto& l) { l.set_content(FlipBit(l.content(), -1)); }},
      {"ArticleInPlaceOfItsSource", "it came as a source document, which was asked for", source,
       [](const TestLog& log, auto& l) {
         *l.mutable_article() = ParseContent(log.entry(kSigned).content)->article();
       }},
  };
  const auto other_payload = [&](std::string name, v1::ArticleView view, v1::ArticleView instead) {
    all.push_back({std::move(name), std::string(kNotAsked), view, [instead](const TestLog& log, auto& l) {
                     l = MakeListed(log, kSigned, log.tree_size(), instead);
                   }});
  };
  other_payload("ArticleForRecord", record, article);
  other_payload("SourceForRecord", record, source);
  other_payload("ContentForRecord", record, content);
  other_payload("NothingForArticle", article, record);
  other_payload("SourceForArticle", article, source);
  other_payload("ContentForArticle", article, content);
  other_payload("NothingForSource", source, record);
  other_payload("ContentForSource", source, content);
  other_payload("NothingForContent", content, record);
  other_payload("ArticleForContent", content, article);
  other_payload("SourceForContent", content, source);
  return all;
}

INSTANTIATE_TEST_SUITE_P(ListedArticles, SpoiltListedArticleTest, ::testing::ValuesIn(AllSpoilt()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace chirograph::internal::listed_article_test
