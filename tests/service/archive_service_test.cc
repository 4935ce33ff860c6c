// SPDX-License-Identifier: Apache-2.0
#include "service/archive_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <thread>
#include <vector>

#include "crypto/encoding.h"
#include "crypto/limits.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/proto/test_seed.h"
#include "tests/service/test_services.h"

namespace chirograph::archive_service_test {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;
using What = HookedLogStore::What;

std::string DigestBytes(const Digest& digest) { return std::string(AsBytes(digest)); }

// --- IngestArticle ---

using IngestArticleTest = ServicesTest;

TEST_F(IngestArticleTest, AnswersWithAReceiptThatProvesAllOfIt) {
  const std::string document = publisher_.Document(1);
  const auto answer = client().Ingest(document);
  ASSERT_THAT(answer, IsAnswered());
  EXPECT_FALSE(answer->already_archived());
  EXPECT_EQ(answer->receipt().index(), 1u);
  const VerifiedReceipt receipt = VerifyReceipt(answer->receipt(), archive_.log());
  EXPECT_EQ(receipt.checkpoint.tree_size, 2u);
  EXPECT_EQ(receipt.record.verdict_at_ingest(), v1::VERDICT_VALID);
  EXPECT_EQ(receipt.record.key_event_index(), 0u);
  EXPECT_EQ(FromTimestamp(receipt.record.ingest_time()), kTestNow);
  EXPECT_EQ(receipt.opening.source_digest(), AsBytes(Sha256(document)));
  const std::string canonical_form = CanonicalForm(ParseDocument(document).value()).value();
  EXPECT_EQ(receipt.opening.article_digest(), AsBytes(Sha256(canonical_form)));
  // With the public key alone, and no word of the server's.
  EXPECT_TRUE(
      publisher_.key.public_key->Verify(SigningInput(canonical_form), receipt.opening.opened_signature()));

  EXPECT_EQ(answer->verification().verdict(), v1::VERDICT_VALID);
  EXPECT_EQ(answer->verification().key_id(), "key-1");
  EXPECT_EQ(answer->verification().article_digest(), receipt.opening.article_digest());
}

TEST_F(IngestArticleTest, TakesAnArticleAsAMessage) {
  const auto answer = client().Ingest(publisher_.Article(1));
  ASSERT_THAT(answer, IsAnswered());
  const VerifiedReceipt receipt = VerifyReceipt(answer->receipt(), archive_.log());
  EXPECT_FALSE(receipt.opening.has_source_digest());
  EXPECT_EQ(receipt.record.verdict_at_ingest(), v1::VERDICT_VALID);
}

TEST_F(IngestArticleTest, TheSameAgainIsTheSameEntryUnderAFreshProof) {
  const auto first = client().Ingest(publisher_.Document(1));
  ASSERT_THAT(first, IsAnswered());
  ASSERT_THAT(client().Ingest(publisher_.Document(2)), IsAnswered());
  const auto again = client().Ingest(publisher_.Document(1));
  ASSERT_THAT(again, IsAnswered());
  EXPECT_TRUE(again->already_archived());
  EXPECT_EQ(again->receipt().index(), 1u);
  EXPECT_EQ(again->receipt().log_entry(), first->receipt().log_entry());
  EXPECT_EQ(again->receipt().opening(), first->receipt().opening());
  EXPECT_EQ(VerifyReceipt(again->receipt(), archive_.log()).checkpoint.tree_size, 3u);
  EXPECT_EQ(archive_.tree_size(), 3u);
}

TEST_F(IngestArticleTest, AnotherSourceDocumentOfTheSameArticleIsAnotherEntry) {
  ASSERT_THAT(client().Ingest(publisher_.Document(1)), IsAnswered());
  const auto message = client().Ingest(publisher_.Article(1));
  ASSERT_THAT(message, IsAnswered());
  EXPECT_FALSE(message->already_archived());
  EXPECT_EQ(message->receipt().index(), 2u);
}

TEST_F(IngestArticleTest, RefusesARequestWithoutInput) {
  const auto answer = client().Ingest(v1::IngestArticleRequest());
  EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID));
  EXPECT_THAT(answer.error().field_violations, ElementsAre(Pair("input", HasSubstr("source_document"))));
}

TEST_F(IngestArticleTest, RefusesADocumentThatCannotBeReadAndSaysWhere) {
  const auto answer = client().Ingest(std::string("---\ntitle: One\n  two: 2\n---\n"));
  EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_DOCUMENT_UNREADABLE));
  EXPECT_THAT(answer.error().metadata, Contains(Pair("line", "3")));
  EXPECT_THAT(answer.error().metadata, Contains(Pair("column", ::testing::_)));
}

TEST_F(IngestArticleTest, RefusesAMessageThatIsNotCanonical) {
  v1::Article article = publisher_.Article(1);
  article.mutable_extra();
  const auto answer = client().Ingest(article);
  EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_ARTICLE_NOT_CANONICAL));
  EXPECT_THAT(answer.error().field_violations, ElementsAre(Pair("article.extra", HasSubstr("empty"))));
}

TEST_F(IngestArticleTest, RefusesWhatIsTooLarge) {
  std::string document = publisher_.Document(1);
  document.resize(limits::kMaxSourceDocumentBytes + 1, 'x');
  EXPECT_THAT(client().Ingest(document), IsRefusedAs(v1::ERROR_REASON_ARTICLE_TOO_LARGE));
}

TEST_F(IngestArticleTest, RefusesByPolicyWithTheVerdictAndStoresNothing) {
  v1::Article article = publisher_.Article(1);
  article.set_title("Tampered");
  const auto answer = client().Ingest(article);
  EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_REJECTED_BY_POLICY));
  EXPECT_EQ(answer.status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  const ReceivedError error = answer.error();
  ASSERT_TRUE(error.verification);
  EXPECT_EQ(error.verification->verdict(), v1::VERDICT_INVALID);
  EXPECT_EQ(error.verification->policy_action(), v1::POLICY_ACTION_REJECT);
  EXPECT_EQ(error.verification->publisher_domain(), kTestDomain);
  EXPECT_EQ(archive_.tree_size(), 1u);
  v1::GetArticleRequest request;
  request.set_article_digest(error.verification->article_digest());
  EXPECT_THAT(client().Get(request), IsRefusedAs(v1::ERROR_REASON_ARTICLE_NOT_FOUND));
}

TEST_F(IngestArticleTest, EveryErrorIsAGoogleRpcStatus) {
  const auto answer = client().Ingest(v1::IngestArticleRequest());
  google::rpc::Status status;
  ASSERT_TRUE(status.ParseFromString(answer.status.error_details()));
  EXPECT_EQ(status.code(), static_cast<int>(answer.status.error_code()));
  EXPECT_EQ(status.message(), answer.status.error_message());
  ASSERT_GE(status.details_size(), 1);
  EXPECT_EQ(status.details(0).type_url(), "type.googleapis.com/google.rpc.ErrorInfo");
  EXPECT_THAT(status.details(0).value(), HasSubstr("chirograph"));
}

TEST_F(IngestArticleTest, ALostCommitIsUnavailable) {
  store().OnCommit([](LogStore&, const LogBatch&) {
    return CommitResult{CommitOutcome::kLost, absl::UnavailableError("the disk is full")};
  });
  EXPECT_THAT(client().Ingest(publisher_.Article(1)), IsRefusedAs(v1::ERROR_REASON_STORE_UNAVAILABLE));
  store().Mend();
  EXPECT_THAT(client().Ingest(publisher_.Article(1)), IsAnswered());
}

TEST_F(IngestArticleTest, AnUncertainCommitIsSaidToBe) {
  std::atomic<bool> failed = false;
  store().OnCommit([](LogStore&, const LogBatch&) {
    return CommitResult{CommitOutcome::kUnknown, absl::UnavailableError("an error of the disk")};
  });
  store().OnReopen([&failed](LogStore& inner) {
    if (failed.exchange(true)) return inner.Reopen();
    return absl::UnavailableError("no such device");
  });
  EXPECT_THAT(client().Ingest(publisher_.Article(1)), IsRefusedAs(v1::ERROR_REASON_COMMIT_UNCERTAIN));
  store().Mend();
  while (!archive_.sequencer().healthy()) std::this_thread::yield();
  EXPECT_THAT(client().Ingest(publisher_.Article(1)), IsAnswered());
}

TEST_F(IngestArticleTest, AProofThatCannotBeMadeIsDamage) {
  store().OnCommit([this](LogStore& inner, const LogBatch& batch) {
    CommitResult result = inner.Commit(batch);
    store().Spoil(What::kTile, 0, std::string(64, 'x'));
    return result;
  });
  EXPECT_THAT(client().Ingest(publisher_.Article(1)), IsRefusedAs(v1::ERROR_REASON_STORE_DAMAGED));
}

TEST_F(IngestArticleTest, RefusesAfterTheSequencerStopped) {
  archive_.sequencer().Stop();
  EXPECT_THAT(client().Ingest(publisher_.Article(1)), IsRefusedAs(v1::ERROR_REASON_SHUTTING_DOWN));
}

TEST_F(IngestArticleTest, ACallThatItsClientGaveUpIsArchivedAllTheSame) {
  Gate gate;
  store().OnCommit([&gate](LogStore& inner, const LogBatch& batch) {
    gate.Pass();
    return inner.Commit(batch);
  });
  grpc::ClientContext context;
  v1::IngestArticleRequest request;
  *request.mutable_article() = publisher_.Article(1);
  std::thread caller([&] {
    v1::IngestArticleResponse response;
    EXPECT_EQ(client().archive().IngestArticle(&context, request, &response).error_code(),
              grpc::StatusCode::CANCELLED);
  });
  gate.AwaitArrivals();
  context.TryCancel();
  caller.join();
  gate.Open();
  const auto again = client().Ingest(publisher_.Article(1));
  ASSERT_THAT(again, IsAnswered());
  EXPECT_TRUE(again->already_archived());
}

class FullQueueTest : public ServicesTest {
 protected:
  FullQueueTest() : ServicesTest({}, {.max_queued_articles = 1}) {}
};

TEST_F(FullQueueTest, SaysWhenToComeBack) {
  Gate gate;
  store().OnCommit([&gate](LogStore& inner, const LogBatch& batch) {
    gate.Pass();
    return inner.Commit(batch);
  });
  std::thread committing([&] { EXPECT_THAT(client().Ingest(publisher_.Article(1)), IsAnswered()); });
  gate.AwaitArrivals();
  auto queued = archive_.Submit(publisher_.Article(2));
  const auto answer = client().Ingest(publisher_.Article(3));
  EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_QUEUE_FULL));
  EXPECT_EQ(answer.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(answer.error().retry_delay, absl::Milliseconds(200));
  gate.Open();
  committing.join();
  EXPECT_TRUE(queued.get().ok());
}

// --- What a stranger may send ---

TEST_F(IngestArticleTest, RandomBytesAsADocumentAreRefused) {
  std::mt19937_64 random(TestSeed());
  for (int i = 0; i < 300; ++i) {
    std::string bytes(random() % 2000, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    if (i % 2 == 0) bytes = "---\n" + bytes + "\n---\n";
    EXPECT_THAT(client().Ingest(bytes), IsRefusedAs(v1::ERROR_REASON_DOCUMENT_UNREADABLE))
        << HexEncode(bytes);
  }
  EXPECT_EQ(archive_.tree_size(), 1u);
}

TEST_F(IngestArticleTest, ADocumentWithSpoiltBytesIsArchivedOrRefusedButNeverHarmful) {
  std::mt19937_64 random(TestSeed());
  const std::string document = publisher_.Document(1);
  for (int i = 0; i < 300; ++i) {
    std::string spoilt = document;
    for (int n = static_cast<int>(random() % 3); n >= 0; --n) {
      spoilt[random() % spoilt.size()] = static_cast<char>(random());
    }
    const auto answer = client().Ingest(spoilt);
    if (answer.ok()) {
      VerifyReceipt(answer->receipt(), archive_.log());
    } else {
      EXPECT_TRUE(answer.error().reason.has_value());
      EXPECT_NE(answer.error().reason, v1::ERROR_REASON_INTERNAL) << HexEncode(spoilt);
    }
  }
}

TEST_F(IngestArticleTest, ATruncatedRequestIsRefused) {
  v1::IngestArticleRequest request;
  *request.mutable_article() = publisher_.Article(1);
  const std::string whole = request.SerializeAsString();
  for (std::size_t size = 1; size < whole.size(); size += 7) {
    const auto answer = CallWithBytes(client().channel(), "/chirograph.v1.ArchiveService/IngestArticle",
                                      whole.substr(0, size));
    // Cut between two fields it is a whole message of less.
    EXPECT_EQ(answer.error().code, absl::StatusCode::kInvalidArgument) << size;
    EXPECT_TRUE(answer.error().reason.has_value()) << size;
  }
  EXPECT_EQ(archive_.tree_size(), 1u);
  EXPECT_THAT(client().Ingest(publisher_.Article(1)), IsAnswered());
}

TEST_F(IngestArticleTest, AMessageNestedPastWhatProtobufTakesIsRefused) {
  // 200 Structs within each other, as bytes: the recursion limit of protobuf's parser is 100.
  google::protobuf::Value value;
  value.set_bool_value(true);
  std::string nested = value.SerializeAsString();
  const auto field = [](int number, const std::string& bytes) {
    std::string out(1, static_cast<char>(number << 3 | 2));
    for (std::size_t size = bytes.size();; size >>= 7) {
      out += static_cast<char>((size & 0x7F) | (size > 0x7F ? 0x80 : 0));
      if (size <= 0x7F) break;
    }
    return out + bytes;
  };
  for (int i = 0; i < 200; ++i) nested = field(5, field(1, field(1, "k") + field(2, nested)));
  const std::string extra = field(1, field(1, "k") + field(2, nested));
  const std::string article = std::string("\x9A\x01", 2) + field(0, extra).substr(1);  // field 19
  const auto answer =
      CallWithBytes(client().channel(), "/chirograph.v1.ArchiveService/IngestArticle", field(1, article));
  EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID));
  EXPECT_THAT(client().Ingest(publisher_.Article(1)), IsAnswered());
}

TEST_F(IngestArticleTest, AMessageOverFourMebibytesIsRefusedByGrpc) {
  v1::Article article = publisher_.Article(1);
  article.set_body(std::string(limits::kMaxGrpcMessageBytes, 'x'));
  const auto answer = client().Ingest(article);
  EXPECT_EQ(answer.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(archive_.tree_size(), 1u);
}

TEST_F(IngestArticleTest, TheDetailsOfALongErrorArriveWithinGrpcsLimit) {
  v1::Article article = publisher_.Article(1);
  auto* at = article.mutable_extra();
  for (int level = 0; level < 14; ++level) {
    at = at->mutable_fields()->operator[](std::string(1000, '\x01')).mutable_struct_value();
  }
  (*at->mutable_fields())["x"].set_number_value(-0.0);
  const auto answer = client().Ingest(article);
  EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_ARTICLE_NOT_CANONICAL));

  std::string document = publisher_.Document(1);
  document.insert(4, "\"" + std::string(20'000, 'k') + "\": 1\n\"" + std::string(20'000, 'k') + "\": 2\n");
  EXPECT_THAT(client().Ingest(document), IsRefusedAs(v1::ERROR_REASON_DOCUMENT_UNREADABLE));
}

// --- GetArticle ---

class GetArticleTest : public ServicesTest {
 protected:
  // Entry 1 came as a document, entry 2 as a message.
  GetArticleTest() : document_(publisher_.Document(1)) {
    EXPECT_THAT(client().Ingest(document_), IsAnswered());
    EXPECT_THAT(client().Ingest(publisher_.Article(2)), IsAnswered());
  }
  const std::string document_;
};

TEST_F(GetArticleTest, TheRecordIsTheReceiptUnderTheNewestCheckpoint) {
  for (const v1::ArticleView view : {v1::ARTICLE_VIEW_UNSPECIFIED, v1::ARTICLE_VIEW_RECORD}) {
    const auto answer = client().Get(1, view);
    ASSERT_THAT(answer, IsAnswered());
    EXPECT_EQ(answer->payload_case(), v1::GetArticleResponse::PAYLOAD_NOT_SET);
    EXPECT_EQ(answer->receipt().index(), 1u);
    EXPECT_EQ(VerifyReceipt(answer->receipt(), archive_.log()).checkpoint.tree_size, 3u);
  }
}

TEST_F(GetArticleTest, TheArticleIsAsItCame) {
  const auto answer = client().Get(2, v1::ARTICLE_VIEW_ARTICLE);
  ASSERT_THAT(answer, IsAnswered());
  ASSERT_TRUE(answer->has_article());
  const VerifiedReceipt receipt = VerifyReceipt(answer->receipt(), archive_.log());
  EXPECT_EQ(receipt.opening.article_digest(), AsBytes(Sha256(CanonicalForm(answer->article()).value())));
  EXPECT_TRUE(MessageDifferencer::Equals(answer->article(), publisher_.Article(2)));
}

TEST_F(GetArticleTest, TheArticleOfADocumentHasItsSecuredField) {
  const auto answer = client().Get(1, v1::ARTICLE_VIEW_ARTICLE);
  ASSERT_THAT(answer, IsAnswered());
  EXPECT_TRUE(MessageDifferencer::Equals(answer->article(), ParseDocument(document_).value()));
  EXPECT_TRUE(answer->article().has_secured());
}

TEST_F(GetArticleTest, TheSourceIsTheDocumentByteForByte) {
  const auto answer = client().Get(1, v1::ARTICLE_VIEW_SOURCE);
  ASSERT_THAT(answer, IsAnswered());
  ASSERT_TRUE(answer->has_source_document());
  EXPECT_EQ(answer->source_document(), document_);
}

TEST_F(GetArticleTest, TheContentHashesToTheOpeningsDigest) {
  for (const std::uint64_t index : {1, 2}) {
    const auto answer = client().Get(index, v1::ARTICLE_VIEW_CONTENT);
    ASSERT_THAT(answer, IsAnswered());
    ASSERT_TRUE(answer->has_content());
    const VerifiedReceipt receipt = VerifyReceipt(answer->receipt(), archive_.log());
    EXPECT_EQ(receipt.opening.content_digest(), AsBytes(Sha256(answer->content())));
    EXPECT_EQ(ParseContent(answer->content()).value().has_source_document(), index == 1);
  }
}

TEST_F(GetArticleTest, FindsByArticleDigest) {
  v1::GetArticleRequest request;
  request.set_article_digest(DigestBytes(Sha256(CanonicalForm(publisher_.Article(2)).value())));
  const auto answer = client().Get(request);
  ASSERT_THAT(answer, IsAnswered());
  EXPECT_EQ(answer->receipt().index(), 2u);
}

TEST_F(GetArticleTest, FindsBySourceDigest) {
  v1::GetArticleRequest request;
  request.set_source_digest(DigestBytes(Sha256(document_)));
  request.set_view(v1::ARTICLE_VIEW_SOURCE);
  const auto answer = client().Get(request);
  ASSERT_THAT(answer, IsAnswered());
  EXPECT_EQ(answer->receipt().index(), 1u);
  EXPECT_EQ(answer->source_document(), document_);
}

TEST_F(GetArticleTest, OfSeveralSubmissionsOfAnArticleItFindsTheFirst) {
  ASSERT_THAT(client().Ingest(publisher_.Document(2)), IsAnswered());
  v1::GetArticleRequest request;
  request.set_article_digest(DigestBytes(Sha256(CanonicalForm(publisher_.Article(2)).value())));
  const auto answer = client().Get(request);
  ASSERT_THAT(answer, IsAnswered());
  EXPECT_EQ(answer->receipt().index(), 2u);
}

TEST_F(GetArticleTest, RefusesARequestWithoutARef) {
  const auto answer = client().Get(v1::GetArticleRequest());
  EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID));
  EXPECT_THAT(answer.error().field_violations, ElementsAre(Pair("ref", HasSubstr("article_digest"))));
}

TEST_F(GetArticleTest, RefusesADigestOfAnotherLength) {
  for (const std::size_t size : {0, 31, 33}) {
    v1::GetArticleRequest request;
    request.set_article_digest(std::string(size, 'd'));
    auto answer = client().Get(request);
    EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID));
    EXPECT_THAT(answer.error().field_violations, ElementsAre(Pair("article_digest", HasSubstr("32 bytes"))));
    request.set_source_digest(std::string(size, 'd'));
    answer = client().Get(request);
    EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID));
    EXPECT_THAT(answer.error().field_violations, ElementsAre(Pair("source_digest", ::testing::_)));
  }
}

TEST_F(GetArticleTest, RefusesAnUnknownView) {
  const auto answer = client().Get(1, static_cast<v1::ArticleView>(99));
  EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID));
  EXPECT_THAT(answer.error().field_violations, ElementsAre(Pair("view", HasSubstr("99"))));
}

TEST_F(GetArticleTest, AnIndexBeyondTheLogIsOutOfRange) {
  for (const std::uint64_t index : {std::uint64_t{3}, ~std::uint64_t{0}}) {
    const auto answer = client().Get(index);
    EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_BEYOND_TREE_SIZE));
    EXPECT_THAT(answer.error().metadata,
                UnorderedElementsAre(Pair("index", std::to_string(index)), Pair("newest_tree_size", "3")));
  }
}

TEST_F(GetArticleTest, ADigestThatIsNotArchivedIsNotFound) {
  const Digest digest = Sha256("nothing");
  v1::GetArticleRequest request;
  request.set_article_digest(DigestBytes(digest));
  auto answer = client().Get(request);
  EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_ARTICLE_NOT_FOUND));
  EXPECT_THAT(answer.error().metadata, ElementsAre(Pair("article_digest", ToHex(digest))));
  request.set_source_digest(DigestBytes(digest));
  answer = client().Get(request);
  EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_ARTICLE_NOT_FOUND));
  EXPECT_THAT(answer.error().metadata, ElementsAre(Pair("source_digest", ToHex(digest))));
}

TEST_F(GetArticleTest, AKeyEventIsNoArticle) {
  const auto answer = client().Get(0, v1::ARTICLE_VIEW_ARTICLE);
  EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_NOT_AN_ARTICLE));
  EXPECT_THAT(answer.error().metadata, ElementsAre(Pair("index", "0")));
}

TEST_F(GetArticleTest, WhatCameAsAMessageHasNoSource) {
  const auto answer = client().Get(2, v1::ARTICLE_VIEW_SOURCE);
  EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_NO_SOURCE_DOCUMENT));
  EXPECT_THAT(answer.error().metadata, ElementsAre(Pair("index", "2")));
}

TEST_F(GetArticleTest, WhatIsCommittedButNotPublishedIsNotThereYet) {
  Gate gate;
  store().OnCommit([&gate](LogStore& inner, const LogBatch& batch) {
    CommitResult result = inner.Commit(batch);
    gate.Pass();
    return result;
  });
  auto answer = archive_.Submit(publisher_.Document(3));
  gate.AwaitArrivals();
  EXPECT_THAT(client().Get(3), IsRefusedAs(v1::ERROR_REASON_BEYOND_TREE_SIZE));
  v1::GetArticleRequest request;
  request.set_source_digest(DigestBytes(Sha256(publisher_.Document(3))));
  EXPECT_THAT(client().Get(request), IsRefusedAs(v1::ERROR_REASON_ARTICLE_NOT_FOUND));
  gate.Open();
  EXPECT_TRUE(answer.get().ok());
  EXPECT_THAT(client().Get(request), IsAnswered());
}

TEST_F(GetArticleTest, NothingThatIsDamagedIsServed) {
  const std::string content = store().ReadContent(1).value();
  std::string spoilt = content;
  spoilt.back() = static_cast<char>(spoilt.back() ^ 1);
  struct Damage {
    What what;
    absl::StatusOr<std::string> answer;
  };
  const std::vector<Damage> damages = {
      {What::kContent, spoilt},
      {What::kContent, store().ReadContent(2)},
      {What::kContent, absl::NotFoundError("there is no content[1]")},
      {What::kContent, absl::DataLossError("content[1] is torn")},
      {What::kOpening, store().ReadOpening(2)},
      {What::kOpening, absl::NotFoundError("there is no openings[1]")},
      {What::kEntry, store().ReadEntry(2)},
      {What::kEntry, absl::DataLossError("entries[1] is torn")},
  };
  for (const Damage& damage : damages) {
    store().Mend();
    store().Spoil(damage.what, 1, damage.answer);
    const auto answer = client().Get(1, v1::ARTICLE_VIEW_CONTENT);
    EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_STORE_DAMAGED));
    EXPECT_EQ(answer.status.error_code(), grpc::StatusCode::DATA_LOSS);
    EXPECT_THAT(client().Get(2, v1::ARTICLE_VIEW_CONTENT), IsAnswered());
  }
}

TEST_F(GetArticleTest, AStoreThatCannotAnswerNowIsUnavailable) {
  store().SpoilFind(absl::UnavailableError("being opened again"));
  v1::GetArticleRequest request;
  request.set_article_digest(std::string(32, 'd'));
  EXPECT_THAT(client().Get(request), IsRefusedAs(v1::ERROR_REASON_STORE_UNAVAILABLE));
  store().Mend();
  store().Spoil(What::kContent, 1, absl::UnavailableError("being opened again"));
  EXPECT_THAT(client().Get(1, v1::ARTICLE_VIEW_SOURCE), IsRefusedAs(v1::ERROR_REASON_STORE_UNAVAILABLE));
}

TEST_F(GetArticleTest, AnArticleOfTheLargestSizesComesBack) {
  // A document of the limit, most of it body: the Content has that twice.
  std::string document = publisher_.Document(9);
  document.resize(limits::kMaxSourceDocumentBytes, 'x');
  v1::Article article = ParseDocument(document).value();
  const std::string secured = publisher_.Secured(article);
  const std::size_t begin = document.find("secured: \"") + 10;
  document.replace(begin, document.find('"', begin) - begin, secured);
  ASSERT_EQ(document.size(), limits::kMaxSourceDocumentBytes);
  const auto ingested = client().Ingest(document);
  ASSERT_THAT(ingested, IsAnswered());
  EXPECT_EQ(ingested->verification().verdict(), v1::VERDICT_VALID);
  const std::uint64_t index = ingested->receipt().index();
  for (const v1::ArticleView view :
       {v1::ARTICLE_VIEW_ARTICLE, v1::ARTICLE_VIEW_SOURCE, v1::ARTICLE_VIEW_CONTENT}) {
    const auto answer = client().Get(index, view);
    ASSERT_THAT(answer, IsAnswered());
    EXPECT_LT(answer->ByteSizeLong(), static_cast<std::size_t>(limits::kMaxGrpcMessageBytes));
  }
  EXPECT_EQ(client().Get(index, v1::ARTICLE_VIEW_SOURCE)->source_document(), document);
}

TEST_F(GetArticleTest, AMessageOfTheLargestSizesComesBack) {
  v1::Article article = MakeArticle(9, "unknown.example");
  article.set_web_url(std::string(limits::kMaxUrlBytes, 'u'));
  article.set_secured(std::string(limits::kMaxSecuredFieldBytes, 'A'));
  auto& list = *article.mutable_extra()->mutable_fields()->operator[]("zeros").mutable_list_value();
  constexpr std::size_t kZeros = limits::kMaxArticleNodes - 100;  // two bytes of JSON each, eleven here
  for (std::size_t i = 0; i < kZeros; ++i) list.add_values()->set_number_value(0);
  article.set_body(std::string(limits::kMaxCanonicalFormBytes - 2 * kZeros - 32'000, 'x'));
  TestArchive archive({}, Policy());
  TestServices services(archive);
  const auto ingested = services.client().Ingest(article);
  ASSERT_THAT(ingested, IsAnswered());
  const auto answer = services.client().Get(0, v1::ARTICLE_VIEW_CONTENT);
  ASSERT_THAT(answer, IsAnswered());
  EXPECT_LT(answer->ByteSizeLong(), static_cast<std::size_t>(limits::kMaxGrpcMessageBytes));
  EXPECT_TRUE(MessageDifferencer::Equals(ParseContent(answer->content()).value().article(), article));
}

}  // namespace
}  // namespace chirograph::archive_service_test
