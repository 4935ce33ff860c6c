// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/article_report.h"
#include "client/receipt_check.h"
#include "nlohmann/json.hpp"
#include "proto/canonical_form.h"
#include "proto/front_matter.h"
#include "tests/client/test_log.h"

namespace chirograph::cli_article_report_test {
namespace {

using nlohmann::ordered_json;
using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class CliArticleReportTest : public testing::Test {
 protected:
  CliArticleReportTest() { index_ = log_.AddDocument(document_, keyring_); }

  ReceiptReport Check(const ReceiptEvidence& evidence) {
    ReceiptReport report = CheckReceipt(log_.Receipt(index_), log_.verifier(), evidence);
    EXPECT_TRUE(report.ok()) << report.ToStatus();
    return report;
  }
  // With everything that there is to hold against the receipt.
  ReceiptReport CheckAll(const Keyring& keyring) {
    ReceiptEvidence evidence;
    evidence.article = &article_;
    evidence.source_document = document_;
    evidence.keyring = &keyring;
    return Check(evidence);
  }
  ReportContext Everything() const { return {&article_, document_, true}; }

  // The line that begins with `label`, or nothing.
  static std::string LineOf(const std::vector<std::string>& lines, std::string_view label) {
    for (const std::string& line : lines) {
      if (line.starts_with(label)) return line;
    }
    return "";
  }

  const TestPublisher publisher_{"news.example"};
  const Keyring keyring_ = publisher_.MakeKeyring();
  const std::string document_ = MakeSignedDocument("a title", publisher_);
  const v1::Article article_ = ParseDocument(document_).value();
  TestLog log_;
  std::uint64_t index_ = 0;
};

TEST_F(CliArticleReportTest, EachLineSaysWhoVouchesForIt) {
  const auto lines = ArticleReportLines(CheckAll(keyring_), Everything());
  EXPECT_THAT(
      lines,
      ElementsAre(AllOf(StartsWith("Article    #1  sha256:"), HasSubstr("...  news.example"),
                        EndsWith("   checked here")),
                  AllOf(StartsWith("Title      a title "), EndsWith("   checked here")),
                  AllOf(StartsWith("URL        https://news.example/1 "), EndsWith("   checked here")),
                  AllOf(StartsWith("Source     sha256:"), HasSubstr(" bytes "), EndsWith("   checked here")),
                  AllOf(StartsWith("Signature  VALID at 2026-11-23, key "), EndsWith("   checked here")),
                  AllOf(StartsWith("In the log yes, tree size 2 "), EndsWith("   checked here")),
                  AllOf(StartsWith("Archived   2026-11-23 08:00Z "),
                        EndsWith("   by the operator's clock; no witness"))));
}

TEST_F(CliArticleReportTest, WhoVouchesStandsInOneColumn) {
  const auto lines = ArticleReportLines(CheckAll(keyring_), Everything());
  const std::size_t column = lines[0].find("checked here");
  ASSERT_NE(column, std::string::npos);
  for (const std::string& line : lines) {
    const std::size_t at = line.find("checked here");
    EXPECT_TRUE(at == std::string::npos || at == column) << line;
  }
}

TEST_F(CliArticleReportTest, ALongTitleDoesNotPushTheColumnAway) {
  const v1::Article article =
      ParseDocument("---\ntitle: " + std::string(200, 't') + "\nwebUrl: https://a/\n---\n").value();
  index_ = log_.AddArticle(article);
  ReceiptEvidence evidence;
  evidence.article = &article;
  const auto lines = ArticleReportLines(Check(evidence), {&article, {}, false});
  EXPECT_EQ(LineOf(lines, "Title"), "Title      " + std::string(200, 't') + "   checked here");
  EXPECT_LT(LineOf(lines, "URL").size(), 100U);
}

TEST_F(CliArticleReportTest, WhatWasNotAtHandIsNotCheckedAndSaysWhy) {
  const auto lines = ArticleReportLines(Check({}), {});
  EXPECT_THAT(LineOf(lines, "Article"), HasSubstr("not checked: "));
  EXPECT_THAT(LineOf(lines, "Source"), AllOf(HasSubstr("not checked: "), Not(HasSubstr("bytes"))));
  EXPECT_THAT(LineOf(lines, "In the log"), EndsWith("checked here"));
  EXPECT_EQ(LineOf(lines, "Title"), "");
  EXPECT_THAT(LineOf(lines, "URL"), EndsWith("   as logged, checked here; no article here to compare"));
}

TEST_F(CliArticleReportTest, WithoutAKeyringTheSignatureIsTheOperatorsWord) {
  ReceiptEvidence evidence;
  evidence.article = &article_;
  EXPECT_THAT(LineOf(ArticleReportLines(Check(evidence), {&article_, {}, false}), "Signature"),
              AllOf(HasSubstr("VALID when archived"), EndsWith("by the operator's word; no keyring here")));
}

TEST_F(CliArticleReportTest, WithoutTheArticleTheSignatureIsTheOperatorsWord) {
  ReceiptEvidence evidence;
  evidence.keyring = &keyring_;
  EXPECT_THAT(LineOf(ArticleReportLines(Check(evidence), {nullptr, {}, true}), "Signature"),
              AllOf(HasSubstr("VALID when archived"), EndsWith("by the operator's word; no article here")));
}

TEST_F(CliArticleReportTest, AVerdictThatDiffersFromTheRecordedOneHasBoth) {
  const Keyring revoked = publisher_.MakeKeyring([](PublisherKey& key) { key.revoked_at = TestTime(); });
  const auto lines = ArticleReportLines(CheckAll(revoked), Everything());
  EXPECT_THAT(LineOf(lines, "Signature"), HasSubstr("KEY_REVOKED at 2026-11-23, key "));
  EXPECT_THAT(LineOf(lines, "           "),
              AllOf(HasSubstr("VALID when archived"), EndsWith("by the operator's word")));
}

TEST_F(CliArticleReportTest, ASignatureThatTheOperatorOpenedIsSaidToBe) {
  const TestPublisher sealed("sealed.example", EnvelopeKind::kAes256Cbc);
  const std::string document = MakeSignedDocument("t", sealed);
  const v1::Article article = ParseDocument(document).value();
  index_ = log_.AddDocument(document, sealed.MakeKeyring());
  const Keyring without = sealed.MakeKeyring([](PublisherKey& key) {
    key.envelope = EnvelopeKind::kNone;
    key.envelope_key.clear();
  });
  ReceiptEvidence evidence;
  evidence.article = &article;
  evidence.keyring = &without;
  const ReceiptReport report = Check(evidence);
  EXPECT_THAT(LineOf(ArticleReportLines(report, {&article, {}, true}), "Signature"),
              EndsWith("checked here, as the operator opened it"));
  EXPECT_EQ(ReportJson(report)["signature"]["byOpenedSignature"], true);
}

TEST_F(CliArticleReportTest, AnArticleThatCameAsAMessageHasNoSourceAndMayHaveNoPublisher) {
  index_ = log_.AddArticle(ParseDocument(MakeDocument("t", "")).value());
  const ReceiptReport report = Check({});
  const auto lines = ArticleReportLines(report, {});
  EXPECT_THAT(LineOf(lines, "Article"), HasSubstr("no publisher"));
  for (const char* label : {"Source", "URL"}) EXPECT_EQ(LineOf(lines, label), "");
  const ordered_json json = ReportJson(report);
  for (const char* name : {"sourceDigest", "publisher", "url", "keyEventIndex", "signature"}) {
    EXPECT_TRUE(json[name].is_null()) << name;
  }
  EXPECT_EQ(json["verdictAtIngest"], "UNSIGNED");
}

TEST_F(CliArticleReportTest, WhatAnArticleSaysCannotDriveTheTerminal) {
  const v1::Article article =
      ParseDocument("---\ntitle: \"a\\x1b[2Jb\"\nwebUrl: \"https://a/\\x1b[2J\"\n---\n").value();
  index_ = log_.AddArticle(article);
  const auto lines = ArticleReportLines(Check({}), {&article, {}, false});
  EXPECT_THAT(LineOf(lines, "Title"), HasSubstr("[2Jb"));
  for (const std::string& line : lines) EXPECT_THAT(line, Not(HasSubstr("\x1b")));
}

TEST_F(CliArticleReportTest, JsonHasTheValuesThatWereChecked) {
  const ordered_json json = ReportJson(CheckAll(keyring_));
  EXPECT_EQ(json["index"], index_);
  EXPECT_EQ(json["articleDigest"], ToHex(Sha256(CanonicalForm(article_).value())));
  EXPECT_EQ(json["sourceDigest"], ToHex(Sha256(document_)));
  EXPECT_EQ(json["publisher"], "news.example");
  EXPECT_EQ(json["keyEventIndex"], 0);
  EXPECT_EQ(json["ingestTime"], "2026-11-23T08:00:00Z");
  EXPECT_EQ(json["origin"], kTestOrigin);
  EXPECT_EQ(json["rootHash"], ToHex(log_.RootHash(2)));
  EXPECT_EQ(json["signature"]["verdict"], "VALID");
  EXPECT_EQ(json["signature"]["at"], "2026-11-23T08:00:00Z");
  EXPECT_EQ(json["signature"]["byOpenedSignature"], false);
  EXPECT_EQ(json["ok"], true);
  EXPECT_EQ(json["checks"].front()["by"], "HERE");
  EXPECT_EQ(json["checks"].back()["subject"], "ingestTime");
  EXPECT_EQ(json["checks"].back()["by"], "OPERATORS_CLOCK");
}

TEST_F(CliArticleReportTest, OfAReceiptThatCannotBeReadAllIsNullAndNotOk) {
  v1::Receipt receipt = log_.Receipt(index_);
  receipt.set_checkpoint("no note");
  receipt.set_log_entry("no entry");
  receipt.set_opening("no opening");
  const ReceiptReport report = CheckReceipt(receipt, log_.verifier());
  const ordered_json json = ReportJson(report);
  for (const auto& [name, value] : json.items()) {
    if (name == "index" || name == "ok" || name == "checks") continue;
    EXPECT_TRUE(value.is_null()) << name;
  }
  EXPECT_EQ(json["ok"], false);
  EXPECT_EQ(json["checks"].front()["outcome"], "FAILED");
  const std::vector<std::string> lines = FindingLines(report.findings);
  ASSERT_EQ(lines.size(), report.findings.size() + 1);
  EXPECT_EQ(lines[0], "CHECK            RESULT       BY               DETAIL");
  EXPECT_THAT(lines[1], StartsWith("checkpoint       FAILED       here             expected "));
  EXPECT_THAT(LineOf(lines, "inclusion"),
              StartsWith("inclusion        NOT_CHECKED  nobody           there "));
  EXPECT_THAT(lines.back(), StartsWith("ingestTime       NOT_CHECKED  operator's clock "));
}

TEST(CliFindingLinesTest, OfNothingThereIsNoTable) { EXPECT_THAT(FindingLines({}), testing::IsEmpty()); }

TEST(CliFindingLinesTest, WhatAServerSaysCannotDriveTheTerminal) {
  EXPECT_THAT(FindingLines({{CheckSubject::kUrl, CheckOutcome::kFailed, CheckedBy::kHere, "a\x1b[2Jb"}}),
              ElementsAre(Not(HasSubstr("\x1b")), Not(HasSubstr("\x1b"))));
}

}  // namespace
}  // namespace chirograph::cli_article_report_test
