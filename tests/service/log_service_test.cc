// SPDX-License-Identifier: Apache-2.0
#include "service/log_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "crypto/limits.h"
#include "service/version.h"
#include "tests/service/test_services.h"

namespace chirograph::log_service_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;
using What = HookedLogStore::What;

std::vector<Digest> HashesOf(const google::protobuf::RepeatedPtrField<std::string>& hashes) {
  std::vector<Digest> digests;
  for (const std::string& hash : hashes) digests.push_back(DigestFromBytes(hash).value());
  return digests;
}

class LogServiceTest : public ServicesTest {
 protected:
  LogServiceTest() { IngestArticles(6); }  // a tree of 7

  Digest RootAt(std::uint64_t size) {
    CompactRange range;
    for (std::uint64_t i = 0; i < size; ++i) range.Append(LeafAt(i));
    return range.RootHash();
  }
  Digest LeafAt(std::uint64_t index) { return LeafHash(store().ReadEntry(index).value()); }
};

TEST_F(LogServiceTest, SaysWhichLogItIsAndWhatItTakes) {
  const auto info = client().LogInfo();
  ASSERT_THAT(info, IsAnswered());
  EXPECT_EQ(info->origin(), kTestOrigin);
  EXPECT_EQ(info->verifier_key(), archive_.log().vkey());
  EXPECT_EQ(info->software_version(), kSoftwareVersion);
  EXPECT_EQ(info->limits().max_source_document_bytes(), limits::kMaxSourceDocumentBytes);
  EXPECT_EQ(info->limits().max_front_matter_bytes(), limits::kMaxFrontMatterBytes);
  EXPECT_EQ(info->limits().max_canonical_form_bytes(), limits::kMaxCanonicalFormBytes);
  EXPECT_EQ(info->limits().max_nodes(), limits::kMaxArticleNodes);
  EXPECT_EQ(info->limits().max_secured_bytes(), limits::kMaxSecuredFieldBytes);
  EXPECT_EQ(info->limits().max_url_bytes(), limits::kMaxUrlBytes);
  EXPECT_EQ(info->limits().max_content_bytes(), limits::kMaxContentBytes);
  EXPECT_EQ(info->limits().max_nesting(), static_cast<std::uint32_t>(limits::kMaxNesting));
  // Who has the key from there can check the checkpoint.
  const auto log = NoteVerifier::Parse(info->verifier_key());
  ASSERT_TRUE(log.ok());
  EXPECT_TRUE(OpenCheckpoint(client().Checkpoint()->checkpoint(), *log).ok());
}

TEST_F(LogServiceTest, TheCheckpointIsTheNewest) {
  const auto opened = [&] {
    return OpenCheckpoint(client().Checkpoint()->checkpoint(), archive_.log()).value();
  };
  EXPECT_EQ(opened().tree_size, 7u);
  EXPECT_EQ(opened().root_hash, RootAt(7));
  EXPECT_EQ(opened().origin, kTestOrigin);
  ASSERT_THAT(client().Ingest(publisher_.Article(7)), IsAnswered());
  EXPECT_EQ(opened().tree_size, 8u);
}

TEST(EmptyLogTest, HasACheckpointToo) {
  TestArchive archive;
  TestServices services(archive);
  const auto answer = services.client().Checkpoint();
  ASSERT_THAT(answer, IsAnswered());
  const Checkpoint checkpoint = OpenCheckpoint(answer->checkpoint(), archive.log()).value();
  EXPECT_EQ(checkpoint.tree_size, 0u);
  EXPECT_EQ(checkpoint.root_hash, EmptyRootHash());
  EXPECT_THAT(services.client().Prove(v1::GetInclusionProofRequest()),
              IsRefusedAs(v1::ERROR_REASON_BEYOND_TREE_SIZE));
  const auto proof = services.client().Prove(v1::GetConsistencyProofRequest());
  ASSERT_THAT(proof, IsAnswered());
  EXPECT_EQ(proof->second_tree_size(), 0u);
  EXPECT_EQ(proof->hashes_size(), 0);
}

// --- Inclusion ---

TEST_F(LogServiceTest, ProvesInclusionInTheNewestTree) {
  for (std::uint64_t index = 0; index < 7; ++index) {
    v1::GetInclusionProofRequest request;
    request.set_index(index);
    const auto answer = client().Prove(request);
    ASSERT_THAT(answer, IsAnswered());
    EXPECT_EQ(answer->tree_size(), 7u);
    const Checkpoint checkpoint = OpenCheckpoint(answer->checkpoint(), archive_.log()).value();
    EXPECT_EQ(VerifyInclusion(LeafAt(index), index, 7, HashesOf(answer->hashes()), checkpoint.root_hash),
              ProofVerdict::kVerified);
  }
}

TEST_F(LogServiceTest, ProvesInclusionAtOlderSizes) {
  for (std::uint64_t size = 1; size <= 7; ++size) {
    for (std::uint64_t index = 0; index < size; ++index) {
      v1::GetInclusionProofRequest request;
      request.set_index(index);
      request.set_tree_size(size);
      const auto answer = client().Prove(request);
      ASSERT_THAT(answer, IsAnswered());
      EXPECT_EQ(answer->tree_size(), size);
      EXPECT_EQ(answer->checkpoint().empty(), size != 7);
      EXPECT_EQ(VerifyInclusion(LeafAt(index), index, size, HashesOf(answer->hashes()), RootAt(size)),
                ProofVerdict::kVerified);
    }
  }
}

TEST_F(LogServiceTest, AnIndexThatIsNotBelowTheSizeIsInvalid) {
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{3}}) {
    v1::GetInclusionProofRequest request;
    request.set_index(size);
    request.set_tree_size(size);
    const auto answer = client().Prove(request);
    EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID));
    EXPECT_THAT(answer.error().field_violations, ElementsAre(Pair("index", HasSubstr("not below"))));
  }
}

TEST_F(LogServiceTest, AnIndexOrASizeBeyondTheLogIsOutOfRange) {
  v1::GetInclusionProofRequest request;
  request.set_index(7);
  auto answer = client().Prove(request);
  EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_BEYOND_TREE_SIZE));
  EXPECT_THAT(answer.error().metadata,
              UnorderedElementsAre(Pair("index", "7"), Pair("newest_tree_size", "7")));
  request.set_index(0);
  request.set_tree_size(8);
  answer = client().Prove(request);
  EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_BEYOND_TREE_SIZE));
  EXPECT_THAT(answer.error().metadata,
              UnorderedElementsAre(Pair("tree_size", "8"), Pair("newest_tree_size", "7")));
}

TEST_F(LogServiceTest, ADamagedTileMakesNoProof) {
  std::string tile = store().ReadTile({0, 0}, 7).value();
  tile[0] = static_cast<char>(tile[0] ^ 1);
  store().Spoil(What::kTile, 0, tile);
  for (const std::uint64_t size : {5, 7}) {
    v1::GetInclusionProofRequest inclusion;
    inclusion.set_index(4);
    inclusion.set_tree_size(size);
    EXPECT_THAT(client().Prove(inclusion), IsRefusedAs(v1::ERROR_REASON_STORE_DAMAGED));
    v1::GetConsistencyProofRequest consistency;
    consistency.set_first_tree_size(3);
    consistency.set_second_tree_size(size);
    EXPECT_THAT(client().Prove(consistency), IsRefusedAs(v1::ERROR_REASON_STORE_DAMAGED));
  }
}

TEST_F(LogServiceTest, AStoreThatCannotAnswerNowIsUnavailable) {
  store().Spoil(What::kTile, 0, absl::UnavailableError("being opened again"));
  EXPECT_THAT(client().Prove(v1::GetInclusionProofRequest()),
              IsRefusedAs(v1::ERROR_REASON_STORE_UNAVAILABLE));
  v1::GetConsistencyProofRequest consistency;
  consistency.set_first_tree_size(3);
  EXPECT_THAT(client().Prove(consistency), IsRefusedAs(v1::ERROR_REASON_STORE_UNAVAILABLE));
  EXPECT_THAT(client().Checkpoint(), IsAnswered());
}

// --- Consistency ---

TEST_F(LogServiceTest, ProvesConsistencyWithTheNewestTree) {
  for (std::uint64_t first = 0; first <= 7; ++first) {
    v1::GetConsistencyProofRequest request;
    request.set_first_tree_size(first);
    const auto answer = client().Prove(request);
    ASSERT_THAT(answer, IsAnswered());
    EXPECT_EQ(answer->second_tree_size(), 7u);
    const Checkpoint checkpoint = OpenCheckpoint(answer->checkpoint(), archive_.log()).value();
    EXPECT_EQ(VerifyConsistency(first, RootAt(first), 7, checkpoint.root_hash, HashesOf(answer->hashes())),
              ProofVerdict::kVerified);
  }
}

TEST_F(LogServiceTest, ProvesConsistencyOfTwoOlderTrees) {
  for (std::uint64_t second = 0; second < 7; ++second) {
    for (std::uint64_t first = 0; first <= second; ++first) {
      v1::GetConsistencyProofRequest request;
      request.set_first_tree_size(first);
      request.set_second_tree_size(second);
      const auto answer = client().Prove(request);
      ASSERT_THAT(answer, IsAnswered());
      EXPECT_EQ(answer->second_tree_size(), second);
      EXPECT_EQ(answer->checkpoint(), "");
      EXPECT_EQ(VerifyConsistency(first, RootAt(first), second, RootAt(second), HashesOf(answer->hashes())),
                ProofVerdict::kVerified);
    }
  }
}

TEST_F(LogServiceTest, SizesTheWrongWayRoundAreInvalid) {
  v1::GetConsistencyProofRequest request;
  request.set_first_tree_size(5);
  request.set_second_tree_size(4);
  const auto answer = client().Prove(request);
  EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID));
  EXPECT_THAT(answer.error().field_violations,
              ElementsAre(Pair("first_tree_size", HasSubstr("over second_tree_size"))));
}

TEST_F(LogServiceTest, SizesBeyondTheLogAreOutOfRange) {
  v1::GetConsistencyProofRequest request;
  request.set_first_tree_size(8);
  auto answer = client().Prove(request);
  EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_BEYOND_TREE_SIZE));
  EXPECT_THAT(answer.error().metadata,
              UnorderedElementsAre(Pair("first_tree_size", "8"), Pair("newest_tree_size", "7")));
  request.set_first_tree_size(3);
  request.set_second_tree_size(9);
  answer = client().Prove(request);
  EXPECT_THAT(answer, IsRefusedAs(v1::ERROR_REASON_BEYOND_TREE_SIZE));
  EXPECT_THAT(answer.error().metadata,
              UnorderedElementsAre(Pair("second_tree_size", "9"), Pair("newest_tree_size", "7")));
}

TEST_F(LogServiceTest, AnswersWhileACommitIsHeld) {
  Gate gate;
  store().OnCommit([&gate](LogStore& inner, const LogBatch& batch) {
    gate.Pass();
    return inner.Commit(batch);
  });
  auto held = archive_.Submit(publisher_.Article(99));
  gate.AwaitArrivals();
  EXPECT_EQ(OpenCheckpoint(client().Checkpoint()->checkpoint(), archive_.log()).value().tree_size, 7u);
  EXPECT_THAT(client().Prove(v1::GetInclusionProofRequest()), IsAnswered());
  gate.Open();
  EXPECT_TRUE(held.get().ok());
}

}  // namespace
}  // namespace chirograph::log_service_test
