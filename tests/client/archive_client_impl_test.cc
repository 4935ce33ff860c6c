// SPDX-License-Identifier: Apache-2.0
//
// The client library against a server that is honest; lying_server_test.cc has the others.
#include "client/internal/archive_client_impl.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "proto/canonical_form.h"
#include "proto/front_matter.h"
#include "proto/rpc_error.h"
#include "proto/stored_format.h"
#include "tests/client/archive_client_fixture.h"

namespace chirograph::archive_client_impl_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

using ArchiveClientImplTest = ArchiveClientFixture;

TEST_F(ArchiveClientImplTest, KeepsEveryReceiptOfAWindowOfThreads) {
  options_.sleep = [](absl::Duration) {};
  options_.now = absl::Now;
  const std::unique_ptr<ArchiveClient> client = Connect();
  constexpr int kThreads = 6;
  constexpr int kDocuments = 15;
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kDocuments; ++i) {
        const std::string bytes = MakeDocument(fmt::format("{} of {}", i, t), "other.example");
        const Answer<IngestOutcome> outcome = client->Ingest(SourceDocument{bytes});
        if (!outcome.ok() || !outcome->archived) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  const std::vector<std::uint64_t> indexes = *client->state().ListReceipts();
  ASSERT_THAT(indexes, SizeIs(kThreads * kDocuments));
  for (const std::uint64_t index : indexes) {
    EXPECT_TRUE(CheckReceipt(**client->state().ReadReceipt(index), client->log_key()).ok()) << index;
  }
  EXPECT_EQ((*client->state().ReadCheckpoint())->checkpoint.tree_size, server_.log().tree_size());
}

// --- GetEntry ---

TEST_F(ArchiveClientImplTest, GetsAnEntryWithItsProofInTheTreeThatWasAskedAbout) {
  TestLog log;
  const std::uint64_t event = log.AddKeyEvent("news.example", publisher_.key());
  log.AddDocument(document_.bytes, keyring_);
  server_.UseLog(log);
  options_.log_key = log.verifier().vkey();
  const std::unique_ptr<ArchiveClient> client = Connect();
  const Checkpoint checkpoint = client->LatestCheckpoint()->received.checkpoint;
  log.AddDocument(MakeDocument("later", "other.example"));
  server_.UseLog(log);
  const Answer<ProvenEntry> entry = client->GetEntry(event, checkpoint);
  ASSERT_TRUE(entry.ok()) << entry.failure().status;
  EXPECT_EQ(entry->index, event);
  EXPECT_EQ(entry->log_entry, log.entry(event).log_entry);
  EXPECT_EQ(entry->inclusion_proof, *ProveInclusion(event, checkpoint.tree_size, log));
}

TEST_F(ArchiveClientImplTest, TakesNoEntryThatIsNotProvedToBeInTheTree) {
  TestLog log;
  for (int i = 0; i < 3; ++i) log.AddDocument(MakeDocument("t", "other.example"));
  server_.UseLog(log);
  options_.log_key = log.verifier().vkey();
  const std::unique_ptr<ArchiveClient> client = Connect();
  const Checkpoint checkpoint = client->LatestCheckpoint()->received.checkpoint;
  std::vector<Lies> lies(4);
  lies[0].entries = [](int, v1::StreamEntriesResponse& response) {
    response.mutable_entries(0)->set_log_entry(FlipBit(response.entries(0).log_entry()));
  };
  lies[1].entries = [](int, v1::StreamEntriesResponse& response) {
    response.mutable_entries(0)->clear_log_entry();
  };
  lies[2].inclusion = [](v1::GetInclusionProofResponse& response) {
    response.set_hashes(0, FlipBit(response.hashes(0)));
  };
  lies[3].inclusion = [](v1::GetInclusionProofResponse& response) { response.set_tree_size(2); };
  for (const Lies& lie : lies) {
    server_.Tell(lie);
    const Answer<ProvenEntry> entry = client->GetEntry(1, checkpoint);
    ASSERT_FALSE(entry.ok());
    EXPECT_EQ(entry.failure().kind, FailureKind::kDoesNotCheck) << entry.failure().status;
  }
}

// --- Trying again ---

TEST_F(ArchiveClientImplTest, TriesAgainWhereTheServerIsUnavailable) {
  const std::unique_ptr<ArchiveClient> client = Connect();
  RefuseFirst("IngestArticle", {MakeError(v1::ERROR_REASON_COMMIT_UNCERTAIN, "perhaps")});
  EXPECT_TRUE(client->Ingest(document_).ok());
  EXPECT_EQ(server_.Calls("IngestArticle"), 2);
  EXPECT_THAT(waits_, SizeIs(1));
}

// --- Get ---

class GetTest : public ArchiveClientFixture {
 protected:
  GetTest() : client_(Connect()) {
    index_ = client_->Ingest(document_)->receipt.index();
    message_ = client_->Ingest(*ParseDocument(MakeDocument("a message", "news.example")))->receipt.index();
  }
  std::unique_ptr<ArchiveClient> client_;
  std::uint64_t index_ = 0;
  std::uint64_t message_ = 0;
};

TEST_F(GetTest, GetsEachView) {
  const std::string digest(AsBytes(Sha256(*CanonicalForm(*ParseDocument(document_.bytes)))));
  for (const v1::ArticleView view :
       {v1::ARTICLE_VIEW_UNSPECIFIED, v1::ARTICLE_VIEW_RECORD, v1::ARTICLE_VIEW_ARTICLE,
        v1::ARTICLE_VIEW_SOURCE, v1::ARTICLE_VIEW_CONTENT}) {
    const Answer<ArchivedArticle> got = client_->Get(index_, view);
    ASSERT_TRUE(got.ok()) << v1::ArticleView_Name(view) << ": " << got.failure().status;
    EXPECT_EQ(got->receipt.index(), index_);
    EXPECT_EQ(got->report.opening->article_digest(), digest);
    const bool whole = view >= v1::ARTICLE_VIEW_ARTICLE;
    EXPECT_EQ(got->article.has_value(), whole);
    if (whole) {
      EXPECT_EQ(got->article->title(), "a title");
    }
    EXPECT_EQ(got->source_document.has_value(), view >= v1::ARTICLE_VIEW_SOURCE);
    if (got->source_document.has_value()) {
      EXPECT_EQ(*got->source_document, document_.bytes);
    }
    EXPECT_EQ(got->report.Find(CheckSubject::kArticle).outcome,
              whole ? CheckOutcome::kVerified : CheckOutcome::kNotChecked);
  }
}

TEST_F(GetTest, GetsByDigest) {
  const Digest article = Sha256(*CanonicalForm(*ParseDocument(document_.bytes)));
  const Digest source = Sha256(document_.bytes);
  EXPECT_EQ(client_->Get(ArticleDigestRef{article}, v1::ARTICLE_VIEW_CONTENT)->receipt.index(), index_);
  EXPECT_EQ(client_->Get(SourceDigestRef{source}, v1::ARTICLE_VIEW_CONTENT)->receipt.index(), index_);
}

TEST_F(GetTest, HandsOnThatThereIsNone) {
  const Answer<ArchivedArticle> digest = client_->Get(ArticleDigestRef{Digest{}}, v1::ARTICLE_VIEW_RECORD);
  ASSERT_FALSE(digest.ok());
  EXPECT_EQ(digest.failure().kind, FailureKind::kCouldNot);
  EXPECT_EQ(digest.failure().server_error->reason, v1::ERROR_REASON_ARTICLE_NOT_FOUND);
  const Answer<ArchivedArticle> beyond = client_->Get(1000u, v1::ARTICLE_VIEW_RECORD);
  ASSERT_FALSE(beyond.ok());
  EXPECT_EQ(beyond.failure().server_error->reason, v1::ERROR_REASON_BEYOND_TREE_SIZE);
  const Answer<ArchivedArticle> key_event = client_->Get(0u, v1::ARTICLE_VIEW_RECORD);
  ASSERT_FALSE(key_event.ok());
  EXPECT_EQ(key_event.failure().server_error->reason, v1::ERROR_REASON_NOT_AN_ARTICLE);
  const Answer<ArchivedArticle> source = client_->Get(message_, v1::ARTICLE_VIEW_SOURCE);
  ASSERT_FALSE(source.ok());
  EXPECT_EQ(source.failure().kind, FailureKind::kCouldNot);
  EXPECT_EQ(source.failure().server_error->reason, v1::ERROR_REASON_NO_SOURCE_DOCUMENT);
}

TEST_F(GetTest, AKeptReceiptThatIsDamagedIsNamedAndNotWrittenOver) {
  const std::string path = client_->state().ReceiptPath(index_);
  Spill(path, "nonsense");
  const Answer<ArchivedArticle> got = client_->Get(index_, v1::ARTICLE_VIEW_RECORD);
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.failure().kind, FailureKind::kCouldNot);
  EXPECT_THAT(MessageOf(got.failure()), HasSubstr(path));
  EXPECT_EQ(Slurp(path), "nonsense");
}

TEST_F(GetTest, ARefusalToGiveWhatAReceiptProvesIsNotBelieved) {
  const ArticleDigestRef digest{Sha256(*CanonicalForm(*ParseDocument(document_.bytes)))};
  for (const ArticleRef& ref : {ArticleRef(index_), ArticleRef(digest)}) {
    RefuseFirst("GetArticle", {MakeError(v1::ERROR_REASON_ARTICLE_NOT_FOUND, "never heard of it")});
    const Answer<ArchivedArticle> got = client_->Get(ref, v1::ARTICLE_VIEW_RECORD);
    ASSERT_FALSE(got.ok());
    EXPECT_EQ(got.failure().kind, FailureKind::kDoesNotCheck);
    EXPECT_THAT(MessageOf(got.failure()),
                AllOf(HasSubstr("never heard of it"), HasSubstr(client_->state().ReceiptPath(index_))));
  }
}

TEST_F(GetTest, ATreeSaidToEndBeforeWhatWasSignedIsNotBelieved) {
  RefuseFirst("GetArticle", {MakeError(v1::ERROR_REASON_BEYOND_TREE_SIZE, "there are but two")});
  const Answer<ArchivedArticle> got = client_->Get(index_, v1::ARTICLE_VIEW_RECORD);
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.failure().kind, FailureKind::kDoesNotCheck);
  EXPECT_THAT(MessageOf(got.failure()),
              HasSubstr(fmt::format("signed tree size {}", server_.log().tree_size())));
}

// --- The rest ---

TEST_F(GetTest, RefreshesAReceipt) {
  const v1::Receipt old = **client_->state().ReadReceipt(index_);
  const Answer<v1::Receipt> fresh = client_->RefreshReceipt(old);
  ASSERT_TRUE(fresh.ok()) << fresh.failure().status;
  EXPECT_EQ(fresh->log_entry(), old.log_entry());
  EXPECT_EQ(CheckReceipt(*fresh, client_->log_key()).checkpoint->tree_size, server_.log().tree_size());
}

TEST_F(GetTest, RefreshesNoReceiptThatDoesNotCheck) {
  v1::Receipt spoilt = **client_->state().ReadReceipt(index_);
  spoilt.set_opening(FlipBit(spoilt.opening(), 10));
  const Answer<v1::Receipt> fresh = client_->RefreshReceipt(spoilt);
  ASSERT_FALSE(fresh.ok());
  EXPECT_EQ(fresh.failure().kind, FailureKind::kDoesNotCheck);
  EXPECT_EQ(server_.Calls("GetInclusionProof"), 0);
}

TEST_F(GetTest, AsksWhatTheServerSaysOfAnArticle) {
  const Answer<ServerVerification> known = client_->Verify(document_, std::nullopt);
  ASSERT_TRUE(known.ok()) << known.failure().status;
  EXPECT_EQ(known->verification.verdict(), v1::VERDICT_VALID);
  EXPECT_EQ(known->archived_index, index_);
  EXPECT_EQ(known->canonical_form, *CanonicalForm(*ParseDocument(document_.bytes)));
  const absl::Time at = TestTime() + absl::Hours(5) + absl::Nanoseconds(1);
  const Answer<ServerVerification> unknown =
      client_->Verify(*ParseDocument(MakeDocument("unknown", "other.example")), at);
  ASSERT_TRUE(unknown.ok()) << unknown.failure().status;
  EXPECT_FALSE(unknown->archived_index.has_value());
  EXPECT_EQ(FromTimestamp(unknown->verification.evaluated_at()), TestTime() + absl::Hours(5));
}

TEST_F(GetTest, FindsTheLatestCheckpoint) {
  const Answer<TrackedCheckpoint> latest = client_->LatestCheckpoint();
  ASSERT_TRUE(latest.ok()) << latest.failure().status;
  EXPECT_EQ(latest->received.checkpoint.tree_size, server_.log().tree_size());
}

}  // namespace
}  // namespace chirograph::archive_client_impl_test
