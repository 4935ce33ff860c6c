// SPDX-License-Identifier: Apache-2.0
#include "service/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "proto/rpc_error.h"
#include "service/catalog_schema.h"
#include "service/internal/catalog_database.h"
#include "tests/service/catalog_model.h"
#include "tests/service/catalog_pages.h"
#include "tests/service/status_matchers.h"

namespace chirograph::catalog_test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using What = HookedLogStore::What;

v1::ErrorReason Reason(const absl::Status& status) {
  return ReasonOf(status).value_or(v1::ERROR_REASON_UNSPECIFIED);
}

class CatalogTest : public ::testing::Test {
 protected:
  Indexes All() {
    return IndexesOf(AllPages([&](const std::string& at) {
      return archive_.catalog().List({}, archive_.catalog().tree_size(), at, {});
    }));
  }
  // Overwrites one key behind the catalog's back. It must not be open.
  void Put(const std::string& key, const std::string& value) {
    auto database = CatalogDatabase::Open(archive_.catalog_path(), archive_.store(), archive_.log());
    ASSERT_THAT(database, IsOk());
    rocksdb::WriteBatch batch;
    batch.Put(key, value);
    ASSERT_THAT((*database)->Write(&batch), IsOk());
  }
  // Says what is not so of article 0, should the catalog be believed.
  void PutWrongRow() { Put(CatalogRowKey(0), EncodeCatalogRow({.ingest_time = absl::UnixEpoch()})); }
  bool HasWrongRow() { return archive_.catalog().CountBefore(kTestNow, 1).value() > 0; }

  TestArchive archive_;
};

TEST_F(CatalogTest, OfAnEmptyLogIsEmpty) {
  ASSERT_THAT(archive_.StartCatalog(), IsOk());
  EXPECT_EQ(archive_.catalog().tree_size(), 0u);
  EXPECT_THAT(All(), IsEmpty());
  EXPECT_THAT(WaitFor(archive_.catalog(), 0), IsOk());
}

TEST_F(CatalogTest, HasWhatIsPublishedOnceItIsWaitedFor) {
  ASSERT_THAT(archive_.StartCatalog(), IsOk());
  for (int i = 0; i < 5; ++i) {
    ASSERT_THAT(archive_.Ingest(MakeArticle(i)), IsOk());
    ASSERT_THAT(archive_.CatchUp(), IsOk());
    EXPECT_EQ(All().size(), static_cast<std::size_t>(i + 1));
  }
}

TEST_F(CatalogTest, GoesOnAfterARestartWithoutReadingWhatItHas) {
  ASSERT_THAT(archive_.StartCatalog(), IsOk());
  ASSERT_THAT(archive_.Ingest(MakeArticle(0)), IsOk());
  ASSERT_THAT(archive_.CatchUp(), IsOk());
  archive_.StopCatalog();
  ASSERT_THAT(archive_.Ingest(MakeArticle(1)), IsOk());
  archive_.store().Spoil(What::kEntry, 0, absl::UnavailableError("not to be read"));
  ASSERT_THAT(archive_.StartCatalog(), IsOk());
  EXPECT_THAT(archive_.CatchUp(), IsOk());
  EXPECT_THAT(All(), ElementsAre(0, 1));
}

TEST_F(CatalogTest, WhatWasJustCommittedIsNotReadFromTheStore) {
  ASSERT_THAT(archive_.StartCatalog(), IsOk());
  for (const What what : {What::kEntry, What::kOpening, What::kContent}) {
    archive_.store().Spoil(what, 0, absl::DataLossError("not to be read"));
  }
  ASSERT_THAT(archive_.Ingest(MakeArticle(0)), IsOk());
  EXPECT_THAT(archive_.CatchUp(), IsOk());
  EXPECT_THAT(All(), ElementsAre(0));
}

TEST_F(CatalogTest, WhatIsTooMuchToKeepIsReadFromTheStore) {
  ASSERT_THAT(archive_.StartCatalog({.max_recent_bytes = 1}), IsOk());
  ASSERT_THAT(archive_.Ingest(MakeArticle(0)), IsOk());
  ASSERT_THAT(archive_.CatchUp(), IsOk());
  archive_.store().Spoil(What::kContent, 1, absl::DataLossError("torn"));
  ASSERT_THAT(archive_.Ingest(MakeArticle(1)), IsOk());
  EXPECT_EQ(Reason(archive_.CatchUp()), v1::ERROR_REASON_STORE_DAMAGED);
}

TEST_F(CatalogTest, WhoWaitsTooLongIsToldHowFarItIs) {
  Gate gate;
  ASSERT_THAT(archive_.StartCatalog({.before_batch = [&gate] { gate.Pass(); }}), IsOk());
  ASSERT_THAT(archive_.Ingest(MakeArticle(0)), IsOk());
  gate.AwaitArrivals();
  for (const absl::Duration timeout : {-absl::Seconds(1), absl::ZeroDuration(), absl::Milliseconds(1)}) {
    const absl::Status late = WaitFor(archive_.catalog(), 1, timeout);
    EXPECT_EQ(Reason(late), v1::ERROR_REASON_CATALOG_BEHIND) << late;
  }
  EXPECT_EQ(archive_.catalog().tree_size(), 0u);
  gate.Open();
  EXPECT_THAT(WaitFor(archive_.catalog(), 1), IsOk());
}

TEST_F(CatalogTest, AStopEndsTheWaitingAndWhatIsThereIsStillAnswered) {
  ASSERT_THAT(archive_.StartCatalog(), IsOk());
  ASSERT_THAT(archive_.Ingest(MakeArticle(0)), IsOk());
  ASSERT_THAT(archive_.CatchUp(), IsOk());
  std::promise<absl::Status> waiting;
  archive_.catalog().WhenAt(9, absl::Hours(1),
                            [&waiting](const absl::Status& status) { waiting.set_value(status); });
  archive_.catalog().Stop();
  EXPECT_EQ(Reason(waiting.get_future().get()), v1::ERROR_REASON_SHUTTING_DOWN);
  EXPECT_EQ(Reason(WaitFor(archive_.catalog(), 9)), v1::ERROR_REASON_SHUTTING_DOWN);
  EXPECT_THAT(WaitFor(archive_.catalog(), 1), IsOk());
  EXPECT_THAT(All(), ElementsAre(0));
}

TEST_F(CatalogTest, AStoreThatCannotAnswerNowIsAskedAgain) {
  ASSERT_THAT(archive_.Ingest(MakeArticle(0)), IsOk());
  archive_.store().Spoil(What::kContent, 0, absl::UnavailableError("being opened again"));
  Gate tried;
  std::atomic<int> batches = 0;
  ASSERT_THAT(archive_.StartCatalog({.retry_delay = absl::Milliseconds(1),
                                     .before_batch =
                                         [&] {
                                           if (++batches == 2) tried.Pass();
                                         }}),
              IsOk());
  tried.AwaitArrivals();
  EXPECT_EQ(archive_.catalog().tree_size(), 0u);
  archive_.store().Mend();
  tried.Open();
  EXPECT_THAT(archive_.CatchUp(), IsOk());
  EXPECT_THAT(All(), ElementsAre(0));
}

TEST_F(CatalogTest, DamageOfTheLogStopsItAndIsSaid) {
  for (int i = 0; i < 3; ++i) ASSERT_THAT(archive_.Ingest(MakeArticle(i)), IsOk());
  struct Damage {
    What what;
    absl::StatusOr<std::string> answer;
  };
  const std::vector<Damage> damages = {
      {What::kEntry, absl::DataLossError("torn")},   {What::kEntry, archive_.store().ReadEntry(2)},
      {What::kEntry, std::string("no entry")},       {What::kOpening, archive_.store().ReadOpening(2)},
      {What::kOpening, absl::NotFoundError("none")}, {What::kContent, archive_.store().ReadContent(2)},
      {What::kContent, absl::NotFoundError("none")},
  };
  for (const Damage& damage : damages) {
    archive_.StopCatalog();
    std::filesystem::remove_all(archive_.catalog_path());
    archive_.store().Mend();
    archive_.store().Spoil(damage.what, 1, damage.answer);
    ASSERT_THAT(archive_.StartCatalog({.max_batch_entries = 1}), IsOk());
    EXPECT_EQ(Reason(archive_.CatchUp()), v1::ERROR_REASON_STORE_DAMAGED);
    EXPECT_EQ(Reason(archive_.CatchUp()), v1::ERROR_REASON_STORE_DAMAGED) << "for whoever comes later, too";
    EXPECT_THAT(WaitFor(archive_.catalog(), 1), IsOk()) << "what it had is well";
    EXPECT_FALSE(Catalog::Rebuild(archive_.path() + "/rebuilt", archive_.store(), archive_.log()).ok());
  }
}

TEST_F(CatalogTest, AnotherEntryOfTheRightFormIsFoundByTheRootHash) {
  for (int i = 0; i < 2; ++i) ASSERT_THAT(archive_.Ingest(MakeArticle(i)), IsOk());
  for (const What what : {What::kEntry, What::kOpening, What::kContent}) {
    const auto other = what == What::kEntry     ? archive_.store().ReadEntry(0)
                       : what == What::kOpening ? archive_.store().ReadOpening(0)
                                                : archive_.store().ReadContent(0);
    archive_.store().Spoil(what, 1, other);
  }
  ASSERT_THAT(archive_.StartCatalog(), IsOk());
  EXPECT_EQ(Reason(archive_.CatchUp()), v1::ERROR_REASON_STORE_DAMAGED);
}

// --- Opening ---

TEST_F(CatalogTest, ThatIsWellIsBelieved) {
  ASSERT_THAT(archive_.Ingest(MakeArticle(0)), IsOk());
  ASSERT_THAT(archive_.StartCatalog(), IsOk());
  ASSERT_THAT(archive_.CatchUp(), IsOk());
  archive_.StopCatalog();
  PutWrongRow();
  ASSERT_THAT(archive_.StartCatalog(), IsOk());
  EXPECT_TRUE(HasWrongRow());
}

TEST_F(CatalogTest, OfAnotherVersionIsMadeAnew) {
  ASSERT_THAT(archive_.Ingest(MakeArticle(0)), IsOk());
  for (const char* version : {"0", "1", "3", "x", ""}) {
    PutWrongRow();
    Put(CatalogMetaKey(kCatalogVersionKey), version);
    ASSERT_THAT(archive_.StartCatalog(), IsOk());
    ASSERT_THAT(archive_.CatchUp(), IsOk());
    EXPECT_FALSE(HasWrongRow());
    EXPECT_THAT(All(), ElementsAre(0));
    archive_.StopCatalog();
  }
}

TEST_F(CatalogTest, OfAnotherLogIsNotBelieved) {
  TestArchive other;
  for (int i = 0; i < 3; ++i) ASSERT_THAT(other.Ingest(MakeArticle(i + 10)), IsOk());
  ASSERT_THAT(Catalog::Rebuild(archive_.catalog_path(), other.store(), other.log()), IsOk());
  ASSERT_THAT(archive_.Ingest(MakeArticle(0)), IsOk());
  ASSERT_THAT(archive_.StartCatalog(), IsOk());
  EXPECT_LE(archive_.catalog().tree_size(), 1u);
  ASSERT_THAT(archive_.CatchUp(), IsOk());
  EXPECT_THAT(All(), ElementsAre(0));
}

TEST_F(CatalogTest, ThatDoesNotAgreeWithTheLogIsMadeAnew) {
  for (int i = 0; i < 3; ++i) ASSERT_THAT(archive_.Ingest(MakeArticle(i)), IsOk());
  const std::vector<std::string> wrong = {
      EncodeCatalogProgress({2, Sha256("another root")}),  // of a log that went another way
      EncodeCatalogProgress({4, Sha256("any root")}),      // ahead of the log
      "short",
  };
  for (const std::string& progress : wrong) {
    ASSERT_THAT(archive_.StartCatalog(), IsOk());
    ASSERT_THAT(archive_.CatchUp(), IsOk());
    archive_.StopCatalog();
    PutWrongRow();
    Put(CatalogMetaKey(kCatalogProgressKey), progress);
    ASSERT_THAT(archive_.StartCatalog(), IsOk());
    ASSERT_THAT(archive_.CatchUp(), IsOk());
    EXPECT_FALSE(HasWrongRow());
    EXPECT_THAT(All(), ElementsAre(0, 1, 2));
    archive_.StopCatalog();
  }
}

TEST_F(CatalogTest, ThatIsNoCatalogIsMadeAnew) {
  ASSERT_THAT(archive_.Ingest(MakeArticle(0)), IsOk());
  for (const char* file : {"CURRENT", "something"}) {
    std::filesystem::create_directories(archive_.catalog_path());
    std::ofstream(archive_.catalog_path() + "/" + file) << "not of RocksDB";
    ASSERT_THAT(archive_.StartCatalog(), IsOk());
    ASSERT_THAT(archive_.CatchUp(), IsOk());
    EXPECT_THAT(All(), ElementsAre(0));
    archive_.StopCatalog();
  }
}

TEST_F(CatalogTest, DamageThatAnAnswerMeetsIsSaidAndMendedByTheNextStart) {
  for (int i = 0; i < 2; ++i) ASSERT_THAT(archive_.Ingest(MakeArticle(i)), IsOk());
  ASSERT_THAT(archive_.StartCatalog(), IsOk());
  ASSERT_THAT(archive_.CatchUp(), IsOk());
  archive_.StopCatalog();
  Put(CatalogRowKey(1), "no row");
  ASSERT_THAT(archive_.StartCatalog(), IsOk());
  const auto page = archive_.catalog().List({}, 2, {}, {});
  EXPECT_EQ(Reason(page.status()), v1::ERROR_REASON_CATALOG_UNAVAILABLE);
  EXPECT_EQ(Reason(archive_.catalog().CountBefore(absl::InfiniteFuture(), 2).status()),
            v1::ERROR_REASON_CATALOG_UNAVAILABLE);
  ASSERT_THAT(archive_.StartCatalog(), IsOk());
  ASSERT_THAT(archive_.CatchUp(), IsOk());
  EXPECT_THAT(All(), ElementsAre(0, 1));
}

TEST_F(CatalogTest, AChunkThatIsDamagedIsSaidAndMendedByTheNextStart) {
  for (int i = 0; i < 2; ++i) ASSERT_THAT(archive_.Ingest(MakeArticle(i)), IsOk());
  ASSERT_THAT(archive_.StartCatalog(), IsOk());
  ASSERT_THAT(archive_.CatchUp(), IsOk());
  const CatalogTerm term{CatalogDimension::kPublisher, std::string(kTestDomain)};
  for (const CatalogOrder order : {CatalogOrder::kIndexDescending, CatalogOrder::kPublishedAscending}) {
    archive_.StopCatalog();
    Put(CatalogPostingPrefix(term) + std::string("\0\0\0\0\0\0\0\1", 8), "\3");
    ASSERT_THAT(archive_.StartCatalog(), IsOk());
    const CatalogQuery query{.publisher_domain = term.value, .order = order};
    EXPECT_EQ(Reason(archive_.catalog().List(query, 2, {}, {}).status()),
              v1::ERROR_REASON_CATALOG_UNAVAILABLE);
    ASSERT_THAT(archive_.StartCatalog(), IsOk());
    ASSERT_THAT(archive_.CatchUp(), IsOk());
    EXPECT_EQ(archive_.catalog().List(query, 2, {}, {})->hits.size(), 2u);
  }
}

TEST_F(CatalogTest, WhatIsReportedIsMendedByTheNextStart) {
  ASSERT_THAT(archive_.Ingest(MakeArticle(0)), IsOk());
  ASSERT_THAT(archive_.StartCatalog(), IsOk());
  ASSERT_THAT(archive_.CatchUp(), IsOk());
  EXPECT_EQ(Reason(archive_.catalog().ReportDamage("odd")), v1::ERROR_REASON_CATALOG_UNAVAILABLE);
  Gate gate;
  ASSERT_THAT(archive_.StartCatalog({.before_batch = [&gate] { gate.Pass(); }}), IsOk());
  gate.AwaitArrivals();
  EXPECT_EQ(archive_.catalog().tree_size(), 0u);
  gate.Open();
  EXPECT_THAT(archive_.CatchUp(), IsOk());
}

TEST_F(CatalogTest, ThatAnotherProcessHasOpenIsLeftAlone) {
  ASSERT_THAT(archive_.Ingest(MakeArticle(0)), IsOk());
  ASSERT_THAT(archive_.StartCatalog(), IsOk());
  ASSERT_THAT(archive_.CatchUp(), IsOk());
  const auto second = Catalog::Start(archive_.catalog_path(), archive_.store(), archive_.log());
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition) << second.status();
  EXPECT_THAT(All(), ElementsAre(0));
}

TEST_F(CatalogTest, AFolderThatCannotBeMadeIsAnError) {
  std::ofstream(archive_.path() + "/file") << "";
  const auto catalog = Catalog::Start(archive_.path() + "/file/catalog", archive_.store(), archive_.log());
  EXPECT_FALSE(catalog.ok());
}

TEST_F(CatalogTest, OfAStoreThatIsDamagedIsNotStarted) {
  archive_.store().Spoil(What::kCheckpoint, 0, std::string("no note"));
  EXPECT_EQ(archive_.StartCatalog().code(), absl::StatusCode::kDataLoss);
  archive_.store().Spoil(What::kCheckpoint, 0, absl::UnavailableError("being opened again"));
  EXPECT_EQ(archive_.StartCatalog().code(), absl::StatusCode::kUnavailable);
}

// --- URL prefixes ---

TEST_F(CatalogTest, APrefixIsNotThatOfAShorterUrlAndTheBytesBehindIt) {
  v1::Article article = MakeArticle(0);
  article.set_web_url("u");
  ASSERT_THAT(archive_.Ingest(article), IsOk());
  ASSERT_THAT(archive_.StartCatalog(), IsOk());
  ASSERT_THAT(archive_.CatchUp(), IsOk());
  const CatalogQuery query{.url_prefix = std::string("u\0\0", 3)};
  EXPECT_THAT(archive_.catalog().List(query, 1, {}, {})->hits, IsEmpty());
}

}  // namespace
}  // namespace chirograph::catalog_test
