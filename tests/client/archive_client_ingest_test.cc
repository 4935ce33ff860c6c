// SPDX-License-Identifier: Apache-2.0
//
// Submitting articles: one by one, and by a stream where both must find the same.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "client/ingest_stream.h"
#include "client/internal/archive_client_impl.h"
#include "crypto/source_position.h"
#include "proto/canonical_form.h"
#include "proto/front_matter.h"
#include "proto/rpc_error.h"
#include "tests/client/archive_client_fixture.h"

namespace chirograph::archive_client_ingest_test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ArchiveClientIngestTest : public ArchiveClientFixture {
 protected:
  // What comes of `submission`, by one call or by a stream of it alone. What ends the stream is its failure.
  static Answer<IngestOutcome> IngestBy(bool by_stream, ArchiveClient& client, const Submission& submission) {
    if (!by_stream) return client.Ingest(submission);
    std::optional<Answer<IngestOutcome>> got;
    IngestStreamOptions options;
    options.on_outcome = [&got](std::uint64_t, Answer<IngestOutcome> outcome) { got = std::move(outcome); };
    const auto stream = client.OpenIngestStream(std::move(options));
    stream->Submit(0, submission);
    IngestEnd end = stream->Finish();
    if (end.failure.has_value()) return *std::move(end.failure);
    EXPECT_TRUE(got.has_value());
    return got.has_value() ? *std::move(got) : CouldNot(absl::InternalError("no outcome"));
  }
};

TEST_F(ArchiveClientIngestTest, IngestsADocument) {
  options_.keyring = std::make_shared<const Keyring>(keyring_);
  const std::unique_ptr<ArchiveClient> client = Connect();
  const Answer<IngestOutcome> outcome = client->Ingest(document_);
  ASSERT_TRUE(outcome.ok()) << outcome.failure().status;
  EXPECT_TRUE(outcome->archived);
  EXPECT_FALSE(outcome->already_archived);
  EXPECT_EQ(outcome->verification.verdict(), v1::VERDICT_VALID);
  EXPECT_TRUE(outcome->report.ok());
  EXPECT_EQ(outcome->report.signature->verdict, Verdict::kValid);
  EXPECT_EQ((*client->state().ReadReceipt(outcome->receipt.index()))->SerializeAsString(),
            outcome->receipt.SerializeAsString());
  EXPECT_EQ((*client->state().ReadCheckpoint())->note, outcome->receipt.checkpoint());
}

TEST_F(ArchiveClientIngestTest, IngestsTheSameAgain) {
  const std::unique_ptr<ArchiveClient> client = Connect();
  const std::uint64_t index = client->Ingest(document_)->receipt.index();
  ASSERT_TRUE(client->Ingest(SourceDocument{MakeDocument("another", "other.example")}).ok());
  const Answer<IngestOutcome> again = client->Ingest(document_);
  ASSERT_TRUE(again.ok()) << again.failure().status;
  EXPECT_TRUE(again->already_archived);
  EXPECT_EQ(again->receipt.index(), index);
}

TEST_F(ArchiveClientIngestTest, IngestsAMessage) {
  const std::unique_ptr<ArchiveClient> client = Connect();
  const Answer<IngestOutcome> outcome = client->Ingest(*ParseDocument(document_.bytes));
  ASSERT_TRUE(outcome.ok()) << outcome.failure().status;
  EXPECT_FALSE(outcome->report.opening->has_source_digest());
}

TEST_F(ArchiveClientIngestTest, HandsOnARefusalWithItsVerdict) {
  const TestPublisher impostor("news.example");
  const std::unique_ptr<ArchiveClient> client = Connect();
  const Answer<IngestOutcome> outcome =
      client->Ingest(SourceDocument{MakeSignedDocument("a title", impostor)});
  ASSERT_TRUE(outcome.ok()) << outcome.failure().status;
  EXPECT_FALSE(outcome->archived);
  EXPECT_EQ(outcome->verification.verdict(), v1::VERDICT_INVALID);
  EXPECT_EQ(outcome->refusal, "policy rejects it");
  EXPECT_THAT(*client->state().ListReceipts(), IsEmpty());
}

TEST_F(ArchiveClientIngestTest, ReadsADocumentBeforeItSendsIt) {
  const std::unique_ptr<ArchiveClient> client = Connect();
  const Answer<IngestOutcome> outcome = client->Ingest(SourceDocument{"---\ntitle: \"never closed\n---\n"});
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.failure().kind, FailureKind::kCouldNot);
  EXPECT_EQ(outcome.failure().status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(PositionOf(outcome.failure().status).has_value());
  EXPECT_FALSE(outcome.failure().server_error.has_value());
  EXPECT_EQ(server_.Calls("IngestArticle"), 0);
}

TEST_F(ArchiveClientIngestTest, SendsNoMessageThatIsNotCanonical) {
  const std::unique_ptr<ArchiveClient> client = Connect();
  v1::Article article;
  article.set_body(" ");
  const Answer<IngestOutcome> outcome = client->Ingest(article);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.failure().status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(server_.Calls("IngestArticle"), 0);
}

TEST_F(ArchiveClientIngestTest, HandsOnTheServersReason) {
  const std::unique_ptr<ArchiveClient> client = Connect();
  RefuseFirst("IngestArticle", {MakeError(v1::ERROR_REASON_ARTICLE_TOO_LARGE, "it is too large")});
  const Answer<IngestOutcome> outcome = client->Ingest(document_);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.failure().kind, FailureKind::kCouldNot);
  EXPECT_EQ(outcome.failure().status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(outcome.failure().server_error->reason, v1::ERROR_REASON_ARTICLE_TOO_LARGE);
  EXPECT_THAT(MessageOf(outcome.failure()), HasSubstr("it is too large"));
}

// --- What is kept ---

TEST_F(ArchiveClientIngestTest, AnArticleThatIsThereAlreadyMayBeJudgedOtherwiseNow) {
  const std::unique_ptr<ArchiveClient> client = Connect();
  ASSERT_TRUE(client->Ingest(document_).ok());
  Lies lies;
  lies.ingest = [](v1::IngestArticleResponse& response) {
    response.mutable_verification()->set_verdict(v1::VERDICT_INVALID);
    response.mutable_verification()->set_reason(v1::VERDICT_REASON_REVOKED);
    response.mutable_verification()->set_policy_action(v1::POLICY_ACTION_REJECT);
  };
  server_.Tell(lies);
  for (const bool by_stream : {false, true}) {
    const Answer<IngestOutcome> again = IngestBy(by_stream, *client, document_);
    ASSERT_TRUE(again.ok()) << again.failure().status;
    EXPECT_TRUE(again->archived && again->already_archived);
    EXPECT_EQ(again->verification.verdict(), v1::VERDICT_INVALID);
  }
}

TEST_F(ArchiveClientIngestTest, AnotherEntryAtTheIndexOfAKeptReceiptIsAnAlarm) {
  TestLog fork = server_.log();
  const std::unique_ptr<ArchiveClient> client = Connect();
  const std::uint64_t index = fork.AddDocument(MakeDocument("instead", "other.example"));
  ASSERT_EQ(*client->state().KeepReceipt(fork.Receipt(index)), ClientState::Kept::kNew);
  for (const bool by_stream : {false, true}) {
    const Answer<IngestOutcome> outcome =
        IngestBy(by_stream, *client, SourceDocument{MakeDocument("now", "other.example")});
    ASSERT_FALSE(outcome.ok());
    ASSERT_EQ(FailureKindName(outcome.failure().kind), "ALARM") << outcome.failure().status;
    EXPECT_EQ(outcome.failure().alarm->kind, AlarmKind::kTwoEntries);
    EXPECT_EQ((*client->state().ReadReceipt(index))->log_entry(), fork.entry(index).log_entry)
        << "it was written over";
  }
}

TEST_F(ArchiveClientIngestTest, AKeptReceiptThatIsDamagedIsNotWrittenOver) {
  const std::unique_ptr<ArchiveClient> client = Connect();
  const std::string path = client->state().ReceiptPath(client->Ingest(document_)->report.index);
  Spill(path, "nonsense");
  for (const bool by_stream : {false, true}) {
    const Answer<IngestOutcome> outcome = IngestBy(by_stream, *client, document_);
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.failure().kind, FailureKind::kCouldNot) << outcome.failure().status;
    EXPECT_THAT(MessageOf(outcome.failure()), HasSubstr(path));
    EXPECT_EQ(Slurp(path), "nonsense");
  }
}

TEST_F(ArchiveClientIngestTest, AReceiptThatCannotBeKeptIsNotHandedOn) {
  const std::unique_ptr<ArchiveClient> client = Connect();
  Spill(client->state().path() + "/receipts", "a file where the folder must be");
  for (const bool by_stream : {false, true}) {
    const Answer<IngestOutcome> outcome = IngestBy(by_stream, *client, document_);
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.failure().kind, FailureKind::kCouldNot) << outcome.failure().status;
    EXPECT_THAT(MessageOf(outcome.failure()), HasSubstr("receipts"));
  }
}

// --- Lies ---

struct IngestLie {
  std::string name;
  std::string message;  // in what is said of it
  // Either alters an honest answer, or makes an error in its place.
  std::function<void(v1::IngestArticleResponse&)> lie;
  std::function<absl::Status(const v1::VerificationResult& honest)> refuse;
};

std::ostream& operator<<(std::ostream& out, const IngestLie& lie) { return out << lie.name; }

class LyingIngestTest : public ArchiveClientIngestTest, public ::testing::WithParamInterface<IngestLie> {
 protected:
  LyingIngestTest() {
    honest_.set_verdict(v1::VERDICT_INVALID);
    honest_.set_reason(v1::VERDICT_REASON_DOES_NOT_VERIFY);
    honest_.set_article_digest(std::string(AsBytes(Sha256(*CanonicalForm(*ParseDocument(document_.bytes))))));
    honest_.set_publisher_domain("news.example");
    honest_.set_policy_action(v1::POLICY_ACTION_REJECT);
  }
  v1::VerificationResult honest_;  // in a refusal
};

TEST_P(LyingIngestTest, IsFoundOutByOneCallAndByAStream) {
  const std::unique_ptr<ArchiveClient> client = Connect();
  Lies lies;
  lies.ingest = GetParam().lie;
  if (GetParam().refuse) {
    lies.refuse = [this](std::string_view method) {
      return method == "IngestArticle" || method == "submission" ? GetParam().refuse(honest_)
                                                                 : absl::OkStatus();
    };
  }
  server_.Tell(lies);
  for (const bool by_stream : {false, true}) {
    const Answer<IngestOutcome> outcome = IngestBy(by_stream, *client, document_);
    ASSERT_FALSE(outcome.ok()) << "nothing was noticed";
    EXPECT_EQ(FailureKindName(outcome.failure().kind), "DOES_NOT_CHECK") << outcome.failure().status;
    EXPECT_THAT(MessageOf(outcome.failure()), HasSubstr(GetParam().message));
  }
  EXPECT_THAT(*client->state().ListReceipts(), IsEmpty()) << "what does not check was kept";
  EXPECT_FALSE(std::filesystem::exists(client->state().path() + "/alarms")) << "a false accusation";
}

std::vector<IngestLie> LiesAboutSubmissions() {
  const auto rejected = [] { return MakeError(v1::ERROR_REASON_REJECTED_BY_POLICY, "no"); };
  return {
      {"NoVerification", "has no verdict", [](auto& r) { r.clear_verification(); }, nullptr},
      {"OtherVerdict", "it says VERDICT_UNKNOWN_KEY, ",
       [](auto& r) {
         r.set_already_archived(false);
         r.mutable_verification()->set_verdict(v1::VERDICT_UNKNOWN_KEY);
       },
       nullptr},
      {"OtherReason", "VERDICT_REASON_DOES_NOT_VERIFY, POLICY_ACTION_ACCEPT, but recorded VERDICT_VALID",
       [](auto& r) {
         r.set_already_archived(false);
         r.mutable_verification()->set_reason(v1::VERDICT_REASON_DOES_NOT_VERIFY);
       },
       nullptr},
      {"RejectedButArchived", "POLICY_ACTION_REJECT, but recorded",
       [](auto& r) {
         r.set_already_archived(false);
         r.mutable_verification()->set_policy_action(v1::POLICY_ACTION_REJECT);
       },
       nullptr},
      {"OfAnotherArticle", "is about the article sha256:7878",
       [](auto& r) { r.mutable_verification()->set_article_digest(std::string(32, 'x')); }, nullptr},
      {"OfAnotherPublisher", "is about the publisher 'other.example'",
       [](auto& r) { r.mutable_verification()->set_publisher_domain("other.example"); }, nullptr},
      {"Receipt", "does not check",
       [](auto& r) { r.mutable_receipt()->set_opening(FlipBit(r.receipt().opening(), 10)); }, nullptr},
      {"RefusedWithoutVerification", "comes without a verification result", nullptr,
       [rejected](const v1::VerificationResult&) { return rejected(); }},
      {"RefusedButAccepted", "its verification result says POLICY_ACTION_ACCEPT", nullptr,
       [rejected](v1::VerificationResult result) {
         result.set_policy_action(v1::POLICY_ACTION_ACCEPT);
         return WithVerification(rejected(), result);
       }},
      {"RefusedAnotherArticle", "is about the article sha256:7878", nullptr,
       [rejected](v1::VerificationResult result) {
         result.set_article_digest(std::string(32, 'x'));
         return WithVerification(rejected(), result);
       }},
  };
}

INSTANTIATE_TEST_SUITE_P(Submissions, LyingIngestTest, ::testing::ValuesIn(LiesAboutSubmissions()),
                         [](const auto& test) { return test.param.name; });

TEST_F(ArchiveClientIngestTest, AReceiptForTheOtherFormOfAnArticleDoesNotCheck) {
  TestLog log = server_.log();
  const v1::Article article = *ParseDocument(document_.bytes);
  const std::uint64_t as_document = log.AddDocument(document_.bytes, keyring_);
  const std::uint64_t as_message = log.AddArticle(article, keyring_);
  for (const bool by_stream : {false, true}) {
    for (const bool send_document : {false, true}) {
      options_.state_dir = fmt::format("{}/{}{}", folder_.path(), by_stream, send_document);
      const std::unique_ptr<ArchiveClient> client = Connect();
      Lies lies;
      lies.ingest = [&](v1::IngestArticleResponse& response) {
        *response.mutable_receipt() = log.Receipt(send_document ? as_message : as_document);
      };
      server_.UseLog(log);
      server_.Tell(lies);
      const Submission submission = send_document ? Submission(document_) : Submission(article);
      const Answer<IngestOutcome> outcome = IngestBy(by_stream, *client, submission);
      ASSERT_FALSE(outcome.ok()) << "nothing was noticed";
      EXPECT_EQ(FailureKindName(outcome.failure().kind), "DOES_NOT_CHECK") << outcome.failure().status;
      if (!send_document) {
        EXPECT_THAT(MessageOf(outcome.failure()),
                    HasSubstr("a message was sent, the receipt is for a source document"));
      }
    }
  }
}

TEST_F(ArchiveClientIngestTest, TheSignatureIsHeldAgainstTheClientsOwnKeyring) {
  options_.keyring = std::make_shared<const Keyring>(TestPublisher("news.example").MakeKeyring());
  const std::unique_ptr<ArchiveClient> client = Connect();
  for (const bool by_stream : {false, true}) {
    const Answer<IngestOutcome> outcome = IngestBy(by_stream, *client, document_);
    ASSERT_FALSE(outcome.ok()) << "the operator's word was taken";
    EXPECT_EQ(FailureKindName(outcome.failure().kind), "DOES_NOT_CHECK") << outcome.failure().status;
  }
}

}  // namespace
}  // namespace chirograph::archive_client_ingest_test
