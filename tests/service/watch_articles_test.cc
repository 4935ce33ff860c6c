// SPDX-License-Identifier: Apache-2.0
#include "service/watch_articles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "service/list_cursor.h"
#include "tests/proto/test_seed.h"
#include "tests/service/catalog_model.h"
#include "tests/service/status_matchers.h"
#include "tests/service/test_services.h"

namespace chirograph::watch_articles_test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using What = HookedLogStore::What;
using Indexes = std::vector<std::uint64_t>;

// One call. Each message is checked as a client would, against the one before.
class WatchCall {
 public:
  WatchCall(TestClient& client, const NoteVerifier& log, v1::WatchArticlesRequest request)
      : log_(log), tree_size_(request.trusted_tree_size()) {
    context_.set_deadline(std::chrono::system_clock::now() + kCallDeadline);
    reader_ = client.archive().WatchArticles(&context_, request);
    if (request.has_start_index()) next_index = request.start_index();
  }
  // The call may hold more than its own.
  ~WatchCall() { context_.TryCancel(); }
  WatchCall(const WatchCall&) = delete;
  WatchCall& operator=(const WatchCall&) = delete;

  // False: the stream has ended.
  bool Read() {
    if (!reader_->Read(&message)) return false;
    const auto checkpoint = OpenCheckpoint(message.checkpoint(), log_);
    EXPECT_THAT(checkpoint, IsOk());
    EXPECT_EQ(message.previous_tree_size(), tree_size_);
    EXPECT_GE(checkpoint->tree_size, tree_size_);
    if (tree_size_ > 0 && root_hash_) {
      std::vector<Digest> proof;
      for (const std::string& hash : message.consistency_proof()) {
        proof.push_back(DigestFromBytes(hash).value());
      }
      EXPECT_EQ(
          VerifyConsistency(tree_size_, *root_hash_, checkpoint->tree_size, checkpoint->root_hash, proof),
          ProofVerdict::kVerified);
    }
    tree_size_ = checkpoint->tree_size;
    root_hash_ = checkpoint->root_hash;
    for (v1::ListedArticle article : message.articles()) {
      const std::uint64_t index = article.receipt().index();
      if (next_index) {
        EXPECT_GE(index, *next_index);
      }
      if (!indexes.empty()) {
        EXPECT_GT(index, indexes.back());
      }
      EXPECT_LT(index, message.next_index());
      article.mutable_receipt()->set_checkpoint(message.checkpoint());
      VerifyReceipt(article.receipt(), log_);
      indexes.push_back(index);
    }
    if (next_index) {
      EXPECT_GE(message.next_index(), *next_index);
    }
    EXPECT_LE(message.next_index(), tree_size_);
    next_index = message.next_index();
    return true;
  }
  // Until everything below `index` was looked at.
  void ReadUpTo(std::uint64_t index) {
    do {
      ASSERT_TRUE(Read()) << Finish().status.error_message();
    } while (*next_index < index);
  }
  void Trust(const Digest& root_hash) { root_hash_ = root_hash; }
  void Cancel() { context_.TryCancel(); }
  Answer<int> Finish() { return {reader_->Finish(), 0}; }

  Indexes indexes;  // of all articles so far
  std::optional<std::uint64_t> next_index;
  v1::WatchArticlesResponse message;  // the last one

 private:
  const NoteVerifier log_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchArticlesResponse>> reader_;
  std::uint64_t tree_size_;
  std::optional<Digest> root_hash_;
};

v1::WatchArticlesRequest From(std::uint64_t index) {
  v1::WatchArticlesRequest request;
  request.set_start_index(index);
  return request;
}

class WatchArticlesTest : public ServicesTest {
 protected:
  std::unique_ptr<WatchCall> Watch(const v1::WatchArticlesRequest& request) {
    return std::make_unique<WatchCall>(client(), archive_.log(), request);
  }
};

// --- What a watch is ---

TEST_F(WatchArticlesTest, SendsWhatIsThereAndThenWhatComes) {
  IngestArticles(3);
  const auto watch = Watch(From(0));
  watch->ReadUpTo(4);
  EXPECT_EQ(watch->indexes, (Indexes{1, 2, 3}));
  for (int i = 4; i <= 20; ++i) {
    ASSERT_THAT(client().Ingest(publisher_.Article(i)), IsAnswered());
    watch->ReadUpTo(static_cast<std::uint64_t>(i) + 1);
    EXPECT_EQ(watch->indexes.back(), static_cast<std::uint64_t>(i));
  }
  EXPECT_EQ(watch->indexes.size(), 20u);
}

TEST_F(WatchArticlesTest, TheFirstMessageComesAtOnceAndSaysWhereItBegins) {
  IngestArticles(2);
  const auto from_now = Watch({});
  ASSERT_TRUE(from_now->Read());
  EXPECT_EQ(from_now->message.next_index(), 3u);
  EXPECT_THAT(from_now->message.articles(), IsEmpty());
  EXPECT_EQ(from_now->message.previous_tree_size(), 0u);
  EXPECT_THAT(from_now->message.consistency_proof(), IsEmpty());
  ASSERT_THAT(client().Ingest(publisher_.Article(7)), IsAnswered());
  from_now->ReadUpTo(4);
  EXPECT_EQ(from_now->indexes, Indexes{3});
}

TEST_F(WatchArticlesTest, BeginsWithAProofFromTheTreeThatTheClientTrusts) {
  const Checkpoint trusted = archive_.sequencer().tree()->checkpoint;
  IngestArticles(5);
  v1::WatchArticlesRequest request = From(6);
  request.set_trusted_tree_size(trusted.tree_size);
  const auto watch = Watch(request);
  watch->Trust(trusted.root_hash);
  ASSERT_TRUE(watch->Read());
  EXPECT_EQ(watch->message.previous_tree_size(), 1u);
  EXPECT_FALSE(watch->message.consistency_proof().empty());
}

TEST_F(WatchArticlesTest, EndsWhereTheFilterEnds) {
  IngestArticles(5);
  v1::WatchArticlesRequest request = From(2);
  request.mutable_filter()->set_end_index(4);
  auto watch = Watch(request);
  while (watch->Read()) {
  }
  EXPECT_THAT(watch->Finish(), IsAnswered());
  EXPECT_EQ(watch->indexes, (Indexes{2, 3}));
  EXPECT_GE(*watch->next_index, 4u);
  // And where there is nothing left to come.
  request.mutable_filter()->set_end_index(1);
  watch = Watch(request);
  EXPECT_TRUE(watch->Read());
  EXPECT_FALSE(watch->Read());
  EXPECT_THAT(watch->Finish(), IsAnswered());
}

TEST_F(WatchArticlesTest, WhatTheFilterLeavesOutIsToldOfNowAndThen) {
  v1::WatchArticlesRequest request;
  request.mutable_filter()->set_publisher_domain("nobody.example");
  const auto watch = Watch(request);
  ASSERT_TRUE(watch->Read());
  IngestArticles(3);
  watch->ReadUpTo(4);
  EXPECT_THAT(watch->indexes, IsEmpty());
}

TEST_F(WatchArticlesTest, TheViewSaysWhatIsSent) {
  ASSERT_THAT(client().Ingest(publisher_.Document(1)), IsAnswered());
  v1::WatchArticlesRequest request = From(0);
  request.set_view(v1::ARTICLE_VIEW_SOURCE);
  const auto watch = Watch(request);
  watch->ReadUpTo(2);
  ASSERT_EQ(watch->message.articles_size(), 1);
  EXPECT_EQ(watch->message.articles(0).source_document(), publisher_.Document(1));
}

TEST_F(WatchArticlesTest, NoMessageIsOverOneMebibyteUnlessItHasOneArticleAlone) {
  const std::vector<std::size_t> sizes = {400'000, 400'000, 400'000, 1'300'000, 10, 1'000'000, 300'000, 10};
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    v1::Article article = MakeArticle(static_cast<int>(i), "unknown.example");
    article.set_body(std::string(sizes[i], 'x'));
    ASSERT_THAT(client().Ingest(article), IsAnswered());
  }
  ASSERT_THAT(archive_.CatchUp(), IsOk());
  v1::WatchArticlesRequest request = From(0);
  request.set_view(v1::ARTICLE_VIEW_CONTENT);
  request.mutable_filter()->set_end_index(9);
  const auto watch = Watch(request);
  std::vector<int> counts;
  while (watch->Read()) {
    counts.push_back(watch->message.articles_size());
    if (counts.back() > 1) {
      EXPECT_LE(watch->message.ByteSizeLong(), kMaxListMessageBytes);
    }
  }
  EXPECT_THAT(counts, ElementsAre(0, 2, 1, 1, 2, 2));
}

// --- Against the model, and restarts ---

TEST(WatchArticlesModelTest, EveryWatchIsTheModelsList) {
  ModelArchive models(TestSeed());
  models.Grow(60);
  TestServices services(models.archive);
  for (int watched = 0; watched < 60;) {
    CatalogQuery query = models.RandomQuery();
    query.order = CatalogOrder::kIndexAscending;
    v1::WatchArticlesRequest request = From(models.articles.Below(models.archive.tree_size() + 1));
    *request.mutable_filter() = FilterFor(query);
    models.Grow(2);
    const std::uint64_t end = models.archive.tree_size() + models.articles.Below(3);
    query.first_index = std::max(query.first_index, request.start_index());
    query.end_index = std::min(query.end_index, end);
    request.mutable_filter()->set_end_index(query.end_index);
    WatchCall watch(services.client(), models.archive.log(), request);
    if (!watch.Read()) {
      // The server hears of the end of those before in its own time.
      ASSERT_THAT(watch.Finish(), IsRefusedAs(v1::ERROR_REASON_TOO_MANY_STREAMS));
      continue;
    }
    ++watched;
    while (models.archive.tree_size() < end) models.Grow(1);
    while (watch.Read()) {
    }
    ASSERT_THAT(watch.Finish(), IsAnswered());
    ASSERT_EQ(watch.indexes, models.model.List(query, end));
  }
}

TEST(WatchArticlesRestartTest, Over50RestartsEachArticleIsSeenOnce) {
  constexpr int kRestarts = 50;
  ModelArchive models(TestSeed());
  Indexes seen;
  std::uint64_t next_index = 0;
  std::optional<Checkpoint> trusted;
  for (int i = 0; i < kRestarts; ++i) {
    std::optional<TestServices> services(models.archive);
    v1::WatchArticlesRequest request = From(next_index);
    if (trusted) request.set_trusted_tree_size(trusted->tree_size);
    WatchCall watch(services->client(), models.archive.log(), request);
    if (trusted) watch.Trust(trusted->root_hash);
    ASSERT_TRUE(watch.Read());
    std::thread writer([&] { models.Grow(1 + static_cast<int>(models.articles.Below(8))); });
    // The server ends while articles come in, and the client has read some of them.
    const std::size_t messages = static_cast<std::size_t>(i) % 4;
    for (std::size_t n = 0; n < messages && *watch.next_index < models.archive.tree_size(); ++n) {
      if (!watch.Read()) break;
    }
    writer.join();
    services->watches().StopAll();
    while (watch.Read()) {
    }
    EXPECT_THAT(watch.Finish(), IsRefusedAs(v1::ERROR_REASON_SHUTTING_DOWN));
    seen.insert(seen.end(), watch.indexes.begin(), watch.indexes.end());
    next_index = *watch.next_index;
    const auto checkpoint = OpenCheckpoint(watch.message.checkpoint(), models.archive.log());
    ASSERT_THAT(checkpoint, IsOk());
    trusted = *checkpoint;
    services.reset();
    ASSERT_THAT(models.archive.Restart(KeyringOf({&models.publisher}), TakeEverything()), IsOk());
    if (i % 10 == 9) std::filesystem::remove_all(models.archive.catalog_path());
  }
  TestServices services(models.archive);
  WatchCall watch(services.client(), models.archive.log(), From(next_index));
  while (*watch.next_index < models.archive.tree_size()) ASSERT_TRUE(watch.Read());
  seen.insert(seen.end(), watch.indexes.begin(), watch.indexes.end());
  EXPECT_EQ(seen, models.model.List({}, models.archive.tree_size()));
}

// --- What it costs ---

TEST_F(WatchArticlesTest, AClientThatDoesNotReadCostsAFewMessages) {
  constexpr int kArticles = 60;
  for (int i = 1; i <= kArticles; ++i) {
    v1::Article article = MakeArticle(i, "unknown.example");
    article.set_body(std::string(600'000, 'x'));
    ASSERT_THAT(client().Ingest(article), IsAnswered());
  }
  ASSERT_THAT(archive_.CatchUp(), IsOk());
  v1::WatchArticlesRequest request = From(0);
  request.set_view(v1::ARTICLE_VIEW_CONTENT);
  const std::size_t before = store().contents_read();
  const auto slow = Watch(request);
  ASSERT_TRUE(slow->Read());
  ASSERT_TRUE(slow->Read());
  // Others are served meanwhile, which takes the time in which the slow one could have been.
  for (int i = 0; i < 2; ++i) {
    request.mutable_filter()->set_end_index(kArticles + 1);
    TestClient other(services_.address());
    std::optional<WatchCall> quick;
    // The server hears of the end of the one before in its own time.
    do quick.emplace(other, archive_.log(), request);
    while (!quick->Read());
    while (quick->Read()) {
    }
    EXPECT_EQ(quick->indexes.size(), static_cast<std::size_t>(kArticles));
  }
  // Its own, and what is read again because it did not fit, is what is left.
  const std::size_t for_one = 2 * kArticles;
  EXPECT_LT(store().contents_read() - before, 2 * for_one + for_one / 2);
  slow->ReadUpTo(kArticles + 1);
  EXPECT_EQ(slow->indexes.size(), static_cast<std::size_t>(kArticles));
}

// --- Its end ---

TEST_F(WatchArticlesTest, RefusesWhatIsOutOfItsRangeAndSaysWhich) {
  using Change = std::function<void(v1::WatchArticlesRequest&)>;
  const std::vector<std::pair<std::string, Change>> changes = {
      {"view", [](auto& request) { request.set_view(static_cast<v1::ArticleView>(99)); }},
      {"filter.publisher_domain", [](auto& r) { r.mutable_filter()->set_publisher_domain("no domain"); }},
      {"filter.verdicts", [](auto& r) { r.mutable_filter()->add_verdicts(static_cast<v1::Verdict>(99)); }},
  };
  for (const auto& [field, change] : changes) {
    v1::WatchArticlesRequest request;
    change(request);
    const auto watch = Watch(request);
    EXPECT_FALSE(watch->Read());
    const auto end = watch->Finish();
    EXPECT_THAT(end, IsRefusedAs(v1::ERROR_REASON_REQUEST_INVALID)) << field;
    EXPECT_THAT(end.error().field_violations, ElementsAre(Pair(field, ::testing::_)));
  }
}

TEST_F(WatchArticlesTest, BeyondTheLogThereIsNothingToBeginWith) {
  const auto start = Watch(From(2));
  EXPECT_FALSE(start->Read());
  const auto beyond = start->Finish();
  EXPECT_THAT(beyond, IsRefusedAs(v1::ERROR_REASON_BEYOND_TREE_SIZE));
  EXPECT_THAT(beyond.error().metadata, Contains(Pair("start_index", "2")));
  v1::WatchArticlesRequest request;
  request.set_trusted_tree_size(2);
  const auto trusted = Watch(request);
  EXPECT_FALSE(trusted->Read());
  EXPECT_THAT(trusted->Finish(), IsRefusedAs(v1::ERROR_REASON_BEYOND_TREE_SIZE));
}

TEST_F(WatchArticlesTest, AServerThatStopsEndsAWaitAtOnce) {
  const auto watch = Watch({});
  ASSERT_TRUE(watch->Read());
  services_.watches().StopAll();
  EXPECT_FALSE(watch->Read());
  EXPECT_THAT(watch->Finish(), IsRefusedAs(v1::ERROR_REASON_SHUTTING_DOWN));
  const auto late = Watch({});
  EXPECT_FALSE(late->Read());
  EXPECT_THAT(late->Finish(), IsRefusedAs(v1::ERROR_REASON_SHUTTING_DOWN));
}

TEST_F(WatchArticlesTest, ThereIsANumberOfThem) {
  std::vector<std::unique_ptr<WatchCall>> watches;
  for (std::size_t i = 0; i < kTestStreams; ++i) {
    watches.push_back(Watch({}));
    ASSERT_TRUE(watches.back()->Read());
  }
  const auto one_more = Watch({});
  EXPECT_FALSE(one_more->Read());
  EXPECT_THAT(one_more->Finish(), IsRefusedAs(v1::ERROR_REASON_TOO_MANY_STREAMS));
  // One that is cancelled makes room as soon as the catalog lets go of it: at the next entry at the latest.
  watches.front()->Cancel();
  EXPECT_FALSE(watches.front()->Read());
  EXPECT_EQ(watches.front()->Finish().status.error_code(), grpc::StatusCode::CANCELLED);
  IngestArticles(1);
  for (bool taken = false; !taken;) {
    const auto next = Watch({});
    taken = next->Read();
    if (!taken) {
      ASSERT_THAT(next->Finish(), IsRefusedAs(v1::ERROR_REASON_TOO_MANY_STREAMS));
    }
  }
}

TEST_F(WatchArticlesTest, ADamagedEntryEndsItAfterWhatIsWell) {
  IngestArticles(2);
  ASSERT_THAT(archive_.CatchUp(), IsOk());
  store().Spoil(What::kOpening, 2, std::string("spoilt"));
  const auto watch = Watch(From(0));
  while (watch->Read()) {
  }
  EXPECT_THAT(watch->Finish(), IsRefusedAs(v1::ERROR_REASON_STORE_DAMAGED));
}

}  // namespace
}  // namespace chirograph::watch_articles_test
