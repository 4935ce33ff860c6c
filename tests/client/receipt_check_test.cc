// SPDX-License-Identifier: Apache-2.0
#include "client/receipt_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "crypto/merkle.h"
#include "google/protobuf/stubs/logging.h"
#include "proto/front_matter.h"
#include "proto/stored_format.h"
#include "tests/client/test_log.h"

namespace chirograph::receipt_check_test {
namespace {

using ::testing::HasSubstr;

// The names of the findings with `outcome`.
std::vector<std::string> Names(const ReceiptReport& report, CheckOutcome outcome) {
  std::vector<std::string> names;
  for (const Finding& finding : report.findings) {
    if (finding.outcome == outcome) names.emplace_back(CheckSubjectName(finding.subject));
  }
  return names;
}

std::vector<std::string> Failed(const ReceiptReport& report) { return Names(report, CheckOutcome::kFailed); }
std::vector<std::string> Verified(const ReceiptReport& report) {
  return Names(report, CheckOutcome::kVerified);
}

using Strings = std::vector<std::string>;

class ReceiptCheckTest : public ::testing::Test {
 protected:
  ReceiptCheckTest() {
    for (int i = 0; i < 5; ++i) log_.AddDocument(MakeDocument("before", "other.example"));
    index_ = log_.AddDocument(document_, keyring_);
    for (int i = 0; i < 3; ++i) log_.AddDocument(MakeDocument("after", "other.example"));
    article_ = *ParseDocument(document_);
    receipt_ = log_.Receipt(index_);
    evidence_.article = &article_;
    evidence_.source_document = document_;
    evidence_.content = log_.entry(index_).content;
    evidence_.keyring = &keyring_;
  }

  ReceiptReport Check(const v1::Receipt& receipt) const {
    return CheckReceipt(receipt, log_.verifier(), evidence_);
  }

  // The report on an article that was archived with `change` made to what is recorded of it.
  ReceiptReport CheckChanged(const std::string& document, const Keyring& keyring,
                             const TestLog::Change& change) {
    const std::uint64_t index = log_.AddDocument(document, keyring, change);
    ReceiptEvidence evidence;
    evidence.source_document = document;
    evidence.content = log_.entry(index).content;
    return CheckReceipt(log_.Receipt(index), log_.verifier(), evidence);
  }
  ReceiptReport CheckChanged(const TestLog::Change& change) {
    return CheckChanged(document_, keyring_, change);
  }

  const TestPublisher publisher_{"news.example"};
  const Keyring keyring_ = publisher_.MakeKeyring();
  const std::string document_ = MakeSignedDocument("a title", publisher_);
  TestLog log_;
  std::uint64_t index_ = 0;
  v1::Article article_;
  v1::Receipt receipt_;
  ReceiptEvidence evidence_;
};

TEST_F(ReceiptCheckTest, VerifiesEverythingOfAnHonestReceipt) {
  const ReceiptReport report = Check(receipt_);
  EXPECT_TRUE(report.ok()) << report.ToStatus();
  EXPECT_TRUE(report.ToStatus().ok());
  EXPECT_EQ(Verified(report), (Strings{"checkpoint", "logEntry", "inclusion", "opening", "article", "secured",
                                       "source", "content", "publisher", "url", "signature"}));
  EXPECT_EQ(Names(report, CheckOutcome::kNotChecked), (Strings{"recordedVerdict", "ingestTime"}));
  EXPECT_EQ(report.Find(CheckSubject::kRecordedVerdict).by, CheckedBy::kOperator);
  EXPECT_EQ(report.Find(CheckSubject::kIngestTime).by, CheckedBy::kOperatorsClock);
  EXPECT_EQ(report.index, index_);
  EXPECT_EQ(report.checkpoint->tree_size, log_.tree_size());
  ASSERT_TRUE(report.signature.has_value());
  EXPECT_EQ(report.signature->verdict, Verdict::kValid);
  EXPECT_EQ(report.signature->key_id, "k1");
  EXPECT_EQ(report.signature->algorithm, KeyAlgorithm::kEd25519);
  EXPECT_EQ(report.signature->at, TestTime());
  EXPECT_FALSE(report.signature->by_opened_signature);
}

TEST_F(ReceiptCheckTest, HasOneFindingForEachSubjectInOrder) {
  for (const ReceiptReport& report : {Check(receipt_), Check(v1::Receipt())}) {
    ASSERT_EQ(report.findings.size(), static_cast<std::size_t>(CheckSubject::kIngestTime) + 1);
    for (std::size_t i = 0; i < report.findings.size(); ++i) {
      EXPECT_EQ(report.findings[i].subject, static_cast<CheckSubject>(i));
      EXPECT_FALSE(report.findings[i].detail.empty()) << i;
    }
  }
}

TEST_F(ReceiptCheckTest, WithoutEvidenceVerifiesTheLogAndSaysWhatItDidNotCheck) {
  const ReceiptReport report = CheckReceipt(receipt_, log_.verifier());
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(Verified(report), (Strings{"checkpoint", "logEntry", "inclusion", "opening"}));
  EXPECT_FALSE(report.signature.has_value());
}

TEST_F(ReceiptCheckTest, TakesArticleAndSourceFromTheContent) {
  ReceiptEvidence evidence;
  evidence.content = log_.entry(index_).content;
  const ReceiptReport report = CheckReceipt(receipt_, log_.verifier(), evidence);
  EXPECT_EQ(Verified(report), (Strings{"checkpoint", "logEntry", "inclusion", "opening", "article", "secured",
                                       "source", "content", "publisher", "url"}));
}

TEST_F(ReceiptCheckTest, MakesTheArticleFromTheSource) {
  ReceiptEvidence evidence;
  evidence.source_document = document_;
  const ReceiptReport report = CheckReceipt(receipt_, log_.verifier(), evidence);
  EXPECT_EQ(Verified(report), (Strings{"checkpoint", "logEntry", "inclusion", "opening", "article", "secured",
                                       "source", "publisher", "url"}));
}

TEST_F(ReceiptCheckTest, TakesAnArticleThatCameAsAMessage) {
  const std::uint64_t index = log_.AddArticle(article_, keyring_);
  ReceiptEvidence evidence;
  evidence.article = &article_;
  evidence.content = log_.entry(index).content;
  const ReceiptReport report = CheckReceipt(log_.Receipt(index), log_.verifier(), evidence);
  EXPECT_TRUE(report.ok()) << report.ToStatus();
  EXPECT_EQ(report.Find(CheckSubject::kSource).outcome, CheckOutcome::kNotChecked);
  evidence.source_document = document_;
  EXPECT_EQ(Failed(CheckReceipt(log_.Receipt(index), log_.verifier(), evidence)), Strings{"source"});
}

TEST_F(ReceiptCheckTest, VerifiesEachIndexInEachTreeSize) {
  for (std::uint64_t size = 1; size <= log_.tree_size(); ++size) {
    for (std::uint64_t index = 0; index < size; ++index) {
      const ReceiptReport report = CheckReceipt(log_.Receipt(index, size), log_.verifier());
      const bool is_article = ParseLogEntry(log_.entry(index).log_entry)->has_article_record();
      EXPECT_EQ(report.ok(), is_article) << index << " of " << size << ": " << report.ToStatus();
    }
  }
}

// --- The receipt spoilt ---

struct Spoilt {
  std::string name;
  std::function<void(v1::Receipt&)> spoil;
  Strings failed;
};

TEST_F(ReceiptCheckTest, FindsEachFieldThatIsSpoilt) {
  const TestLog other;
  TestLog forged = log_;
  forged.AddDocument(MakeDocument("forged", "other.example"));
  const std::vector<Spoilt> cases = {
      {"empty log entry", [](v1::Receipt& r) { r.clear_log_entry(); }, {"logEntry", "inclusion"}},
      {"empty opening", [](v1::Receipt& r) { r.clear_opening(); }, {"opening"}},
      {"empty checkpoint", [](v1::Receipt& r) { r.clear_checkpoint(); }, {"checkpoint"}},
      {"no proof", [](v1::Receipt& r) { r.clear_inclusion_proof(); }, {"inclusion"}},
      {"short hash", [](v1::Receipt& r) { r.mutable_inclusion_proof(0)->pop_back(); }, {"inclusion"}},
      {"long hash", [](v1::Receipt& r) { r.mutable_inclusion_proof(1)->push_back('x'); }, {"inclusion"}},
      {"hash too many", [](v1::Receipt& r) { r.add_inclusion_proof(std::string(32, 'x')); }, {"inclusion"}},
      {"65 hashes",
       [](v1::Receipt& r) {
         while (r.inclusion_proof_size() < 65) r.add_inclusion_proof(std::string(32, 'x'));
       },
       {"inclusion"}},
      {"hash dropped", [](v1::Receipt& r) { r.mutable_inclusion_proof()->RemoveLast(); }, {"inclusion"}},
      {"index", [](v1::Receipt& r) { r.set_index(r.index() - 1); }, {"inclusion", "recordedVerdict"}},
      {"index beyond", [](v1::Receipt& r) { r.set_index(1000); }, {"inclusion"}},
      {"another entry",
       [this](v1::Receipt& r) { r.set_log_entry(log_.entry(1).log_entry); },
       {"inclusion", "opening", "recordedVerdict"}},
      {"key event",
       [this](v1::Receipt& r) { r.set_log_entry(log_.entry(5).log_entry); },
       {"logEntry", "inclusion"}},
      {"another opening",
       [this](v1::Receipt& r) { r.set_opening(log_.entry(1).opening); },
       {"opening", "article", "secured", "source", "content", "publisher", "url", "recordedVerdict"}},
      {"checkpoint of an older tree",
       [this](v1::Receipt& r) { r.set_checkpoint(log_.Checkpoint(7)); },
       {"inclusion"}},
      {"checkpoint of a forged tree",
       [&forged](v1::Receipt& r) { r.set_checkpoint(forged.Checkpoint()); },
       {"inclusion"}},
      {"checkpoint by another key of that name",
       [&other](v1::Receipt& r) { r.set_checkpoint(other.CheckpointWithRoot(10, Digest{})); },
       {"checkpoint"}},
  };
  for (const Spoilt& spoilt : cases) {
    v1::Receipt receipt = receipt_;
    spoilt.spoil(receipt);
    const ReceiptReport report = Check(receipt);
    EXPECT_EQ(Failed(report), spoilt.failed) << spoilt.name << ": " << report.ToStatus();
    EXPECT_FALSE(report.ok()) << spoilt.name;
    EXPECT_EQ(report.ToStatus().code(), absl::StatusCode::kDataLoss) << spoilt.name;
  }
}

TEST_F(ReceiptCheckTest, FindsEachBitThatIsTurned) {
  const google::protobuf::LogSilencer silencer;  // of what protobuf says to text that is not UTF-8
  const auto flip_each = [this](const char* name, const std::function<std::string*(v1::Receipt&)>& field) {
    v1::Receipt original = receipt_;
    const std::size_t size = field(original)->size();
    ASSERT_GT(size, 0u) << name;
    for (std::size_t i = 0; i < size * 8; ++i) {
      v1::Receipt receipt = receipt_;
      (*field(receipt))[i / 8] ^= static_cast<char>(1 << (i % 8));
      ASSERT_FALSE(CheckReceipt(receipt, log_.verifier()).ok()) << name << ", bit " << i;
    }
  };
  flip_each("log_entry", [](v1::Receipt& r) { return r.mutable_log_entry(); });
  flip_each("opening", [](v1::Receipt& r) { return r.mutable_opening(); });
  flip_each("checkpoint", [](v1::Receipt& r) { return r.mutable_checkpoint(); });
  for (int i = 0; i < receipt_.inclusion_proof_size(); ++i) {
    flip_each("inclusion_proof", [i](v1::Receipt& r) { return r.mutable_inclusion_proof(i); });
  }
  for (int bit = 0; bit < 64; ++bit) {
    v1::Receipt receipt = receipt_;
    receipt.set_index(receipt.index() ^ (std::uint64_t{1} << bit));
    EXPECT_FALSE(CheckReceipt(receipt, log_.verifier()).ok()) << "index, bit " << bit;
  }
}

TEST_F(ReceiptCheckTest, RefusesAnotherOrigin) {
  const TestLog other("log.example/other");
  EXPECT_EQ(Failed(CheckReceipt(receipt_, other.verifier())), Strings{"checkpoint"});
}

TEST_F(ReceiptCheckTest, CountsNothingThatHangsOnWhatFailed) {
  v1::Receipt receipt = receipt_;
  receipt.clear_checkpoint();
  EXPECT_EQ(Verified(Check(receipt)), (Strings{"logEntry", "signature"}));
  receipt = receipt_;
  receipt.set_index(0);
  EXPECT_EQ(Verified(Check(receipt)), (Strings{"checkpoint", "logEntry", "signature"}));
  EXPECT_THAT(Check(receipt).Find(CheckSubject::kArticle).detail, HasSubstr("not shown to be in the log"));
}

// --- The evidence spoilt ---

TEST_F(ReceiptCheckTest, FindsAnotherArticle) {
  v1::Article changed = article_;
  changed.set_title("another title");
  evidence_.article = &changed;
  EXPECT_EQ(Failed(Check(receipt_)), (Strings{"article", "source", "content", "signature"}));
}

TEST_F(ReceiptCheckTest, RefusesAnArticleThatIsNotItsCanonicalFormsMessage) {
  v1::Article changed = article_;
  changed.set_body(" ");
  ReceiptEvidence evidence;
  evidence.article = &changed;
  EXPECT_EQ(Failed(CheckReceipt(receipt_, log_.verifier(), evidence)), Strings{"article"});
}

TEST_F(ReceiptCheckTest, FindsAnotherSecuredField) {
  v1::Article changed = article_;
  changed.set_secured(FlipBit(changed.secured(), 3));
  ReceiptEvidence evidence;
  evidence.article = &changed;
  EXPECT_EQ(Failed(CheckReceipt(receipt_, log_.verifier(), evidence)),
            (Strings{"secured", "recordedVerdict"}));
  changed.clear_secured();
  EXPECT_EQ(Failed(CheckReceipt(receipt_, log_.verifier(), evidence)),
            (Strings{"secured", "recordedVerdict"}));
}

TEST_F(ReceiptCheckTest, FindsASecuredFieldWhereThereWasNone) {
  v1::Article changed = *ParseDocument(MakeDocument("before", "other.example"));
  changed.set_secured("AAAA");
  ReceiptEvidence evidence;
  evidence.article = &changed;
  EXPECT_EQ(Failed(CheckReceipt(log_.Receipt(0), log_.verifier(), evidence)),
            (Strings{"secured", "recordedVerdict"}));
}

TEST_F(ReceiptCheckTest, FindsAnotherSource) {
  const std::string changed = document_ + " ";
  evidence_.source_document = changed;
  EXPECT_EQ(Failed(Check(receipt_)), (Strings{"source", "content"}));
}

TEST_F(ReceiptCheckTest, FindsAnotherContent) {
  const std::string changed = FlipBit(std::string(*evidence_.content), -1);
  evidence_.content = changed;
  EXPECT_EQ(Failed(Check(receipt_)), Strings{"content"});
  evidence_.content = "";
  EXPECT_EQ(Failed(Check(receipt_)), Strings{"content"});
}

// --- An operator who signs what is not so ---

TEST_F(ReceiptCheckTest, TheHonestRecordOfThoseTestsPasses) {
  EXPECT_TRUE(CheckChanged(nullptr).ok()) << CheckChanged(nullptr).ToStatus();
}

TEST_F(ReceiptCheckTest, FindsASourceThatMakesAnotherArticle) {
  const ReceiptReport report =
      CheckChanged([](v1::ArticleRecord&, v1::Opening& opening, v1::Content& content) {
        content.set_source_document(MakeDocument("another", "news.example"));
        opening.set_source_digest(std::string(AsBytes(Sha256(content.source_document()))));
      });
  EXPECT_THAT(Failed(report), ::testing::Contains("source"));
}

TEST_F(ReceiptCheckTest, FindsASourceWithAnotherSecuredField) {
  std::string source;
  const std::uint64_t index = log_.AddDocument(
      document_, keyring_, [this, &source](v1::ArticleRecord&, v1::Opening& opening, v1::Content& content) {
        source = MakeDocument("a title", "news.example", FlipBit(article_.secured(), 3));
        content.set_source_document(source);
        opening.set_source_digest(std::string(AsBytes(Sha256(source))));
      });
  ReceiptEvidence evidence;
  evidence.content = log_.entry(index).content;
  const ReceiptReport report = CheckReceipt(log_.Receipt(index), log_.verifier(), evidence);
  EXPECT_EQ(Failed(report), Strings{"source"});
  EXPECT_THAT(report.ToStatus().message(), HasSubstr("another secured field"));
}

TEST_F(ReceiptCheckTest, FindsASourceThatCannotBeRead) {
  std::string source = "no front matter";
  const std::uint64_t index = log_.AddDocument(
      document_, keyring_, [&](v1::ArticleRecord&, v1::Opening& opening, v1::Content& content) {
        content.set_source_document(source);
        opening.set_source_digest(std::string(AsBytes(Sha256(source))));
      });
  ReceiptEvidence evidence;
  evidence.content = log_.entry(index).content;
  EXPECT_EQ(Failed(CheckReceipt(log_.Receipt(index), log_.verifier(), evidence)), Strings{"source"});
}

TEST_F(ReceiptCheckTest, FindsContentThatHoldsAnotherArticle) {
  const ReceiptReport report = CheckChanged([](v1::ArticleRecord&, v1::Opening&, v1::Content& content) {
    content.mutable_article()->set_title("another");
  });
  EXPECT_THAT(Failed(report), ::testing::IsSupersetOf({"article", "source"}));
}

TEST_F(ReceiptCheckTest, FindsContentThatLacksTheSource) {
  const ReceiptReport report = CheckChanged(
      [](v1::ArticleRecord&, v1::Opening&, v1::Content& content) { content.clear_source_document(); });
  EXPECT_EQ(Failed(report), Strings{"content"});
}

TEST_F(ReceiptCheckTest, FindsContentWithASourceThatTheOpeningDoesNotKnow) {
  const std::uint64_t index =
      log_.AddArticle(article_, keyring_, [this](v1::ArticleRecord&, v1::Opening&, v1::Content& content) {
        content.set_source_document(document_);
      });
  ReceiptEvidence evidence;
  evidence.content = log_.entry(index).content;
  EXPECT_EQ(Failed(CheckReceipt(log_.Receipt(index), log_.verifier(), evidence)),
            (Strings{"source", "content"}));
}

TEST_F(ReceiptCheckTest, FindsDigestsThatAreNotTheArticles) {
  const std::string digest(32, 'x');
  EXPECT_EQ(Failed(CheckChanged(
                [&](v1::ArticleRecord&, v1::Opening& o, v1::Content&) { o.set_article_digest(digest); })),
            Strings{"article"});
  EXPECT_EQ(Failed(CheckChanged(
                [&](v1::ArticleRecord&, v1::Opening& o, v1::Content&) { o.set_source_digest(digest); })),
            Strings{"source"});
  EXPECT_EQ(Failed(CheckChanged(
                [&](v1::ArticleRecord&, v1::Opening& o, v1::Content&) { o.set_secured_digest(digest); })),
            Strings{"secured"});
  EXPECT_EQ(Failed(CheckChanged(
                [&](v1::ArticleRecord&, v1::Opening& o, v1::Content&) { o.set_content_digest(digest); })),
            Strings{"content"});
  EXPECT_EQ(Failed(CheckChanged(
                [&](v1::ArticleRecord& r, v1::Opening&, v1::Content&) { r.set_opening_digest(digest); })),
            Strings{"opening"});
}

TEST_F(ReceiptCheckTest, FindsAnotherPublisherOrUrl) {
  EXPECT_EQ(Failed(CheckChanged([](v1::ArticleRecord&, v1::Opening& o, v1::Content&) {
              o.set_publisher_domain("other.example");
            })),
            Strings{"publisher"});
  EXPECT_THAT(Failed(CheckChanged([](v1::ArticleRecord&, v1::Opening& o, v1::Content&) {
                o.set_publisher_domain("News.Example");
              })),
              Strings{"publisher"});
  EXPECT_EQ(
      Failed(CheckChanged([](v1::ArticleRecord&, v1::Opening& o, v1::Content&) { o.set_url("https://x/"); })),
      Strings{"url"});
  EXPECT_EQ(Failed(CheckChanged([](v1::ArticleRecord&, v1::Opening& o, v1::Content&) { o.clear_url(); })),
            Strings{"url"});
}

TEST_F(ReceiptCheckTest, TakesTheOriginalUrlWhereThereIsNoOther) {
  v1::Article article;
  article.set_original_url("https://original.example/");
  const std::uint64_t index = log_.AddArticle(article);
  ReceiptEvidence evidence;
  evidence.article = &article;
  const ReceiptReport report = CheckReceipt(log_.Receipt(index), log_.verifier(), evidence);
  EXPECT_TRUE(report.ok()) << report.ToStatus();
  EXPECT_EQ(report.Find(CheckSubject::kUrl).detail, "https://original.example/");
}

}  // namespace
}  // namespace chirograph::receipt_check_test
