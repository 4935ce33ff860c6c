// SPDX-License-Identifier: Apache-2.0
#include "service/internal/lookup_check.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "proto/finding.h"
#include "service/catalog_schema.h"
#include "service/storage_schema.h"
#include "tests/service/sound_archive.h"
#include "tests/service/status_matchers.h"

namespace chirograph::lookup_check_test {
namespace {

using absl::StatusCode;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

using Lines = std::vector<std::string>;

const Digest kNowhere = Sha256("nothing that is archived");

class LookupCheckTest : public testing::Test {
 protected:
  // "index CODE subject" of each.
  static void Append(const absl::StatusOr<LookupCheck::Findings>& findings, Lines* lines) {
    EXPECT_THAT(findings, IsOk());
    if (!findings.ok()) return;
    for (const v1::Finding& finding : *findings) {
      lines->push_back(fmt::format("{} {} {}", finding.has_index() ? std::to_string(finding.index()) : "-",
                                   FindingCodeName(finding.code()), finding.subject()));
    }
  }
  // What a check of each article by itself finds.
  Lines Part() const {
    const KnownArticles articles(archive_.log, kSoundTreeSize);
    LookupCheck check(tables_, "salt", part_);
    Lines lines;
    for (const KnownArticle& article : articles.all()) Append(check.Take(article), &lines);
    EXPECT_TRUE(check.is_scanned());
    EXPECT_FALSE(check.has_extras_to_scan());
    return lines;
  }
  // What a check of the whole finds, in small pieces.
  Lines Whole() const {
    const KnownArticles articles(archive_.log, kSoundTreeSize);
    LookupCheck check(tables_, "salt", whole_);
    Lines lines;
    for (const KnownArticle& article : articles.all()) Append(check.Take(article), &lines);
    while (!check.is_scanned()) Append(check.Scan(kPiece), &lines);
    if (!check.is_suspect()) return lines;
    for (const KnownArticle& article : articles.all()) Append(check.Search(article), &lines);
    check.BeginExtras();
    while (check.has_extras_to_scan()) {
      Append(check.ScanForExtras(kPiece, ExpectedBy(check, articles)), &lines);
    }
    Append(check.Unexplained(), &lines);
    return lines;
  }
  static LookupCheck::ExpectedAt ExpectedBy(const LookupCheck& check, const KnownArticles& articles) {
    return [&](std::uint64_t index) -> absl::StatusOr<LookupCheck::Expected> {
      if (index == 0) return LookupCheck::Expected(std::in_place);  // the KeyEvent
      if (articles.at(index).content == nullptr) return LookupCheck::Expected();
      LookupCheck::Findings ignored;
      absl::StatusOr<std::vector<Lookup>> lookups = check.ExpectedFor(articles.at(index), &ignored);
      if (!lookups.ok()) return lookups.status();
      return LookupCheck::Expected(*std::move(lookups));
    };
  }
  // After Take of all and Scan.
  void Prepare(LookupCheck& check, const KnownArticles& articles) const {
    for (const KnownArticle& article : articles.all()) ASSERT_THAT(check.Take(article), IsOk());
    while (!check.is_scanned()) ASSERT_THAT(check.Scan(kPiece), IsOk());
  }

  std::map<std::string, std::string, std::less<>>& PairsOf(LookupTable table) { return TableOf(table).pairs; }
  MemoryTable& TableOf(LookupTable table) {
    switch (table) {
      case LookupTable::kSubmissions:
        return archive_.log[StoreColumn::kSubmissions];
      case LookupTable::kArticles:
        return archive_.log[StoreColumn::kArticles];
      case LookupTable::kSources:
        return archive_.log[StoreColumn::kSources];
      default:
        return archive_.catalog.table;
    }
  }
  std::vector<StoredPair> Stored(LookupTable table) const {
    return tables_.ReadPairs(table, "", std::size_t{1} << 30).value();
  }
  static std::vector<std::uint64_t> IndexesOf(LookupTable table, const StoredPair& pair) {
    std::vector<Lookup> lookups;
    EXPECT_TRUE(DecodeLookups(table, pair, &lookups));
    std::vector<std::uint64_t> indexes;
    for (const Lookup& lookup : lookups) indexes.push_back(lookup.index);
    return indexes;
  }
  CatalogRow RowOf(std::uint64_t index) {
    return *DecodeCatalogRow(PairsOf(LookupTable::kRows)[CatalogRowKey(index)]);
  }
  std::string SubmissionKeyOf(std::uint64_t index) {
    for (const auto& [key, value] : PairsOf(LookupTable::kSubmissions)) {
      if (value == EncodeIndex(index)) return key;
    }
    return "";
  }
  void Mend() { archive_ = SoundArchive(); }
  static Lines At(const std::vector<std::uint64_t>& indexes, LookupTable table, std::string_view of_catalog) {
    Lines lines;
    for (const std::uint64_t index : indexes) {
      lines.push_back(fmt::format("{} {} {}", index, IsOfCatalog(table) ? of_catalog : "INDEX_MISMATCH",
                                  LookupTableName(table)));
    }
    return lines;
  }

  static constexpr std::size_t kPiece = 300;
  MemoryArchive archive_ = SoundArchive();
  const LookupTables tables_{archive_.log, &archive_.catalog};
  LookupCheck::Options part_ = {.tree_size = kSoundTreeSize, .catalog_size = kSoundTreeSize};
  LookupCheck::Options whole_ = {
      .is_whole = true, .tree_size = kSoundTreeSize, .catalog_size = kSoundTreeSize};
};

// --- What is sound ---

TEST_F(LookupCheckTest, OfASoundArchiveNothingIsFound) {
  EXPECT_THAT(Part(), IsEmpty());
  EXPECT_THAT(Whole(), IsEmpty());
}

TEST_F(LookupCheckTest, ASoundWholeIsScannedOnceAndNotSuspectInWhateverOrderItWasTaken) {
  const KnownArticles articles(archive_.log, kSoundTreeSize);
  std::uint64_t keys = 0;
  for (const LookupTable table : kAllLookupTables) keys += Stored(table).size();
  LookupCheck check(tables_, "salt", whole_);
  std::vector<KnownArticle> reversed(articles.all().rbegin(), articles.all().rend());
  const auto take = [&](std::size_t first) {
    for (std::size_t i = first; i < reversed.size(); i += 2) EXPECT_THAT(check.Take(reversed[i]), IsOk());
  };
  std::thread other(take, 1);
  take(0);
  other.join();
  while (!check.is_scanned()) EXPECT_THAT(check.Scan(1).value(), IsEmpty());
  EXPECT_EQ(check.scanned(), keys);
  EXPECT_FALSE(check.is_suspect());
  EXPECT_THAT(check.Unexplained(), IsEmpty());
}

TEST_F(LookupCheckTest, TheDamageOfAnArticleIsNotFoundInWhatLeadsToItOnceMore) {
  for (const StoreColumn column : {StoreColumn::kEntries, StoreColumn::kOpenings, StoreColumn::kContent}) {
    for (std::uint64_t index = 1; index < kSoundTreeSize; ++index) {
      archive_.log[column].pairs[EncodeIndex(index)] += "x";
      EXPECT_THAT(Part(), IsEmpty()) << index;
      EXPECT_THAT(Whole(), IsEmpty()) << index;
      Mend();
    }
  }
}

TEST_F(LookupCheckTest, WhatLeadsBeyondTheTreeIsLeftAlone) {
  PairsOf(LookupTable::kArticles)[EncodeDigestKey(kNowhere, kSoundTreeSize)] = "";
  PairsOf(LookupTable::kRows)[CatalogRowKey(kSoundTreeSize)] = EncodeCatalogRow({});
  EXPECT_THAT(Whole(), IsEmpty());
}

TEST_F(LookupCheckTest, WhatACatalogThatIsBehindDoesNotHaveYetIsNotMissed) {
  for (std::uint64_t size = 0; size < kSoundTreeSize; ++size) {
    whole_.catalog_size = part_.catalog_size = size;
    EXPECT_THAT(Part(), IsEmpty());
    EXPECT_THAT(Whole(), IsEmpty());  // nor is what it has got since too much
  }
}

TEST_F(LookupCheckTest, WhatIsLeftOutIsNotLookedAt) {
  for (const LookupTable table : kAllLookupTables) {
    PairsOf(table).clear();
    TableOf(table).Spoil("", absl::UnavailableError("not now"));
  }
  whole_.left_out = part_.left_out = {CheckPart::kIndexes, CheckPart::kCatalog};
  EXPECT_THAT(Part(), IsEmpty());
  EXPECT_THAT(Whole(), IsEmpty());
}

TEST_F(LookupCheckTest, WithoutACatalogTheStoreIsChecked) {
  const LookupTables tables(archive_.log, nullptr);
  const KnownArticles articles(archive_.log, kSoundTreeSize);
  for (const bool is_sound : {true, false}) {
    if (!is_sound) PairsOf(LookupTable::kSources).clear();
    LookupCheck check(tables, "salt", whole_);
    Prepare(check, articles);
    EXPECT_EQ(check.is_suspect(), !is_sound);
  }
}

// --- What is missing, or is something else ---

TEST_F(LookupCheckTest, AKeyThatIsMissingIsNamedAtEachArticleThatItLeadsTo) {
  for (const LookupTable table : kAllLookupTables) {
    ASSERT_THAT(Stored(table), Not(IsEmpty()));
    for (const StoredPair& pair : Stored(table)) {
      const Lines expected = At(IndexesOf(table, pair), table, "CATALOG_HIDES");
      ASSERT_THAT(expected, Not(IsEmpty()));
      PairsOf(table).erase(pair.key);
      if (table == LookupTable::kPages) {  // where later articles ask for it too
        EXPECT_THAT(Part(), Contains(expected.front()));
        EXPECT_THAT(Whole(), Contains(expected.front()));
        EXPECT_THAT(Whole(), Each(EndsWith("CATALOG_HIDES catalog/pages")));
      } else {
        EXPECT_THAT(Part(), testing::UnorderedElementsAreArray(expected));
        EXPECT_THAT(Whole(), testing::UnorderedElementsAreArray(expected));
      }
      Mend();
    }
  }
}

TEST_F(LookupCheckTest, AVersionThatIsMissingIsNamedAtEachArticleOfIt) {
  PairsOf(LookupTable::kPages).erase(PageLookupsOf(RowOf(1), 1).version);
  const auto expected =
      UnorderedElementsAre("1 CATALOG_HIDES catalog/pages", "3 CATALOG_HIDES catalog/pages");
  EXPECT_THAT(Part(), expected);
  EXPECT_THAT(Whole(), expected);
}

TEST_F(LookupCheckTest, AValueThatIsAnotherIsNamedAtItsArticle) {
  for (const LookupTable table : kAllLookupTables) {
    if (table == LookupTable::kByIndex) continue;
    for (const StoredPair& pair : Stored(table)) {
      const Lines expected = At(IndexesOf(table, pair), table, "CATALOG_DIFFERS");
      ASSERT_THAT(expected, Not(IsEmpty()));
      PairsOf(table)[pair.key] += "x";
      EXPECT_THAT(Part(), Contains(expected.front()));
      EXPECT_THAT(Whole(), Contains(expected.front()));
      Mend();
    }
  }
}

TEST_F(LookupCheckTest, APostingOfAnotherTimeIsNamedAtItsArticle) {
  const StoredPair chunk = Stored(LookupTable::kByIndex).front();
  CatalogChunkWriter writer;
  for (const std::uint64_t index : IndexesOf(LookupTable::kByIndex, chunk)) {
    writer.Add(*MakeCatalogPosting(index, EncodePublished(absl::FromUnixSeconds(1))));
  }
  PairsOf(LookupTable::kByIndex)[chunk.key] = writer.bytes();
  const Lines expected =
      At(IndexesOf(LookupTable::kByIndex, chunk), LookupTable::kByIndex, "CATALOG_DIFFERS");
  EXPECT_THAT(Part(), testing::UnorderedElementsAreArray(expected));
  EXPECT_THAT(Whole(), testing::UnorderedElementsAreArray(expected));
}

TEST_F(LookupCheckTest, SubmissionsThatLeadToEachOthersEntriesAreNamed) {
  std::swap(PairsOf(LookupTable::kSubmissions)[SubmissionKeyOf(1)],
            PairsOf(LookupTable::kSubmissions)[SubmissionKeyOf(2)]);
  const auto expected = UnorderedElementsAre("1 INDEX_MISMATCH submissions", "2 INDEX_MISMATCH submissions");
  EXPECT_THAT(Part(), expected);
  EXPECT_THAT(Whole(), expected);
}

TEST_F(LookupCheckTest, AClaimThatLeadsToAnotherPageIsNamedAtEachArticleOfItsPage) {
  PairsOf(LookupTable::kPages)[PageLookupsOf(RowOf(1), 1).claim] = EncodeIndex(2);
  EXPECT_THAT(Part(),
              UnorderedElementsAre("1 CATALOG_DIFFERS catalog/pages", "3 CATALOG_DIFFERS catalog/pages",
                                   "4 CATALOG_DIFFERS catalog/pages"));
  EXPECT_THAT(Whole(),
              UnorderedElementsAre("1 CATALOG_DIFFERS catalog/pages", "3 CATALOG_DIFFERS catalog/pages",
                                   "4 CATALOG_DIFFERS catalog/pages", "2 CATALOG_INVENTS catalog/pages"));
}

TEST_F(LookupCheckTest, AClaimThatLeadsToNoArticleIsNamedAtEachArticleOfItsPage) {
  PairsOf(LookupTable::kPages)[PageLookupsOf(RowOf(1), 1).claim] = EncodeIndex(0);
  const Lines led_astray = {"1 CATALOG_DIFFERS catalog/pages", "3 CATALOG_DIFFERS catalog/pages",
                            "4 CATALOG_DIFFERS catalog/pages"};
  EXPECT_THAT(Part(), testing::UnorderedElementsAreArray(led_astray));
  EXPECT_THAT(Whole(), testing::IsSupersetOf(led_astray));
}

TEST_F(LookupCheckTest, WhatIsNotOfTheFormatIsNamedAndLooksLikeNothing) {
  for (const LookupTable table : kAllLookupTables) {
    std::string key = Stored(table).front().key.substr(0, 5);
    PairsOf(table)[key] = "x";
    EXPECT_THAT(Whole(),
                ElementsAre(fmt::format("- {} {}", IsOfCatalog(table) ? "CATALOG_DIFFERS" : "INDEX_MISMATCH",
                                        LookupTableName(table))));
    EXPECT_THAT(Part(), IsEmpty());
    Mend();
  }
}

// --- What is too much ---

TEST_F(LookupCheckTest, WhatIsTooMuchIsNamedByTheWholeAlone) {
  const std::string at = EncodePublished(absl::FromUnixSeconds(1));
  CatalogChunkWriter chunk;
  chunk.Add(*MakeCatalogPosting(5, at));
  const CatalogPageTags page = TagsOfPage("un.example", "https://un.example/none");
  const std::vector<std::pair<LookupTable, StoredPair>> extras = {
      {LookupTable::kSubmissions, {EncodeSubmissionKey({.article_digest = kNowhere}), EncodeIndex(5)}},
      {LookupTable::kArticles, {EncodeDigestKey(kNowhere, 5), ""}},
      {LookupTable::kSources, {EncodeDigestKey(kNowhere, 5), ""}},
      {LookupTable::kByIndex,
       {CatalogPostingPrefix(CatalogTerm{CatalogDimension::kTopic, "none"}) + EncodeIndex(5), chunk.bytes()}},
      {LookupTable::kByPublished, {CatalogPublishedKey(at, 5), ""}},
      {LookupTable::kUrls, {CatalogUrlPrefix("https://un.example/none") + EncodeIndex(5), at}},
      {LookupTable::kPages,
       {CatalogClaimPrefix(page.url, Verdict::kUnsigned) + "un.example", EncodeIndex(5)}},
      {LookupTable::kPages, {CatalogVersionKey(page, kNowhere, Verdict::kUnsigned), EncodeIndex(5)}},
      {LookupTable::kPages, {CatalogVersionListPrefix(page, Verdict::kUnsigned) + EncodeIndex(5), ""}}};
  for (const auto& [table, pair] : extras) {
    PairsOf(table)[pair.key] = pair.value;
    EXPECT_THAT(Part(), IsEmpty());
    EXPECT_THAT(Whole(), testing::ElementsAreArray(At({5}, table, "CATALOG_INVENTS")));
    Mend();
  }
}

TEST_F(LookupCheckTest, ARowOfAKeyEventIsTooMuch) {
  PairsOf(LookupTable::kRows)[CatalogRowKey(0)] = EncodeCatalogRow(RowOf(1));
  EXPECT_THAT(Whole(), ElementsAre("0 CATALOG_INVENTS catalog/rows"));
}

TEST_F(LookupCheckTest, WhatIsTooMuchDoesNotHideBehindWhatIsMissing) {
  PairsOf(LookupTable::kArticles).erase(Stored(LookupTable::kArticles).front().key);
  PairsOf(LookupTable::kArticles)[EncodeDigestKey(kNowhere, 5)] = "";
  EXPECT_THAT(Whole(), Contains("5 INDEX_MISMATCH articles"));
  EXPECT_EQ(Whole().size(), 2u);
}

TEST_F(LookupCheckTest, WhatMayBelongToAnArticleThatIsNotKnownIsNotCalledTooMuch) {
  archive_.log[StoreColumn::kContent].pairs.erase(EncodeIndex(5));
  PairsOf(LookupTable::kArticles)[EncodeDigestKey(kNowhere, 5)] = "";
  // But that there is more of it than there must be.
  EXPECT_THAT(Whole(), ElementsAre("- INDEX_MISMATCH articles"));
}

TEST_F(LookupCheckTest, APostingThatIsThereTwiceIsNamed) {
  for (const StoredPair& pair : Stored(LookupTable::kByIndex)) {
    const std::vector<std::uint64_t> indexes = IndexesOf(LookupTable::kByIndex, pair);
    if (indexes.size() < 2) continue;
    CatalogChunkWriter again;  // the last of the chunk
    again.Add(*MakeCatalogPosting(indexes.back(), EncodePublished(RowOf(indexes.back()).published)));
    PairsOf(
        LookupTable::kByIndex)[pair.key.substr(0, kCatalogPostingPrefixBytes) + EncodeIndex(indexes.back())] =
        again.bytes();
    EXPECT_THAT(Whole(), ElementsAre("- CATALOG_DIFFERS catalog/by-index"));
    Mend();
  }
}

// --- What cannot be read ---

TEST_F(LookupCheckTest, AKeyThatCannotBeReadIsNamedAtItsArticle) {
  for (const LookupTable table : kAllLookupTables) {
    const StoredPair pair = Stored(table).front();
    const std::vector<std::uint64_t> indexes = IndexesOf(table, pair);
    TableOf(table).Spoil(pair.key, absl::DataLossError("torn"));
    const Lines expected = At(indexes, table, "CATALOG_UNREADABLE");
    const Lines part = Part();
    const Lines whole = Whole();
    for (const std::string& line : expected) {
      EXPECT_THAT(part, Contains(line));
      EXPECT_THAT(whole, Contains(line));
    }
    EXPECT_THAT(whole,
                Contains(fmt::format("- {} {}", IsOfCatalog(table) ? "CATALOG_UNREADABLE" : "INDEX_MISMATCH",
                                     LookupTableName(table))));
    // The table before cannot tell whether what is torn is the end of it.
    EXPECT_LE(whole.size(), part.size() + 2);
    Mend();
  }
}

TEST_F(LookupCheckTest, WhatIsTooMuchDoesNotHideBehindWhatCannotBeRead) {
  PairsOf(LookupTable::kArticles)[EncodeDigestKey(kNowhere, 5)] = "";
  TableOf(LookupTable::kArticles)
      .Spoil(Stored(LookupTable::kArticles).front().key, absl::DataLossError("torn"));
  EXPECT_THAT(Whole(), Contains("5 INDEX_MISMATCH articles"));
}

TEST_F(LookupCheckTest, WhatLiesBehindWhatCannotBeReadOfTheCatalogIsRead) {
  const std::string far = std::string(1, static_cast<char>(CatalogTable::kPages)) +
                          std::string(kCatalogTagBytes, '\xff') +
                          std::string(1, static_cast<char>(CatalogPageList::kClaims)) + "x";
  PairsOf(LookupTable::kPages)[far] = EncodeIndex(5);
  TableOf(LookupTable::kPages).Spoil(Stored(LookupTable::kPages).front().key, absl::DataLossError("torn"));
  EXPECT_THAT(Whole(), Contains("5 CATALOG_INVENTS catalog/pages"));
}

TEST_F(LookupCheckTest, ATableThatCannotBeReadAtAllIsPassedOver) {
  TableOf(LookupTable::kArticles).Spoil("", absl::DataLossError("torn"));
  PairsOf(LookupTable::kSources)[EncodeDigestKey(kNowhere, 5)] = "";
  const Lines lines = Whole();
  EXPECT_THAT(lines, Contains("- INDEX_MISMATCH articles"));
  EXPECT_THAT(lines, Contains("5 INDEX_MISMATCH sources"));
}

TEST_F(LookupCheckTest, WhatCannotBeReadNowIsAnError) {
  const auto is_unavailable = StatusIs(StatusCode::kUnavailable, "not now");
  for (const LookupTable table : kAllLookupTables) {
    PairsOf(LookupTable::kRows).erase(CatalogRowKey(6));  // so that both are suspect
    PairsOf(LookupTable::kArticles)[EncodeDigestKey(kNowhere, 5)] = "";
    const KnownArticles articles(archive_.log, kSoundTreeSize);
    LookupCheck scanned(tables_, "salt", whole_);
    Prepare(scanned, articles);
    LookupCheck part(tables_, "salt", part_);
    LookupCheck whole(tables_, "salt", whole_);
    TableOf(table).Spoil(Stored(table).front().key, absl::UnavailableError("not now"));

    absl::Status taken;
    for (const KnownArticle& article : articles.all()) taken.Update(part.Take(article).status());
    EXPECT_THAT(taken, is_unavailable) << LookupTableName(table);
    absl::Status scan;
    while (scan.ok() && !whole.is_scanned()) scan = whole.Scan(kPiece).status();
    EXPECT_THAT(scan, is_unavailable) << LookupTableName(table);
    if (table == LookupTable::kArticles || table == LookupTable::kRows) {
      absl::Status searched;
      for (const KnownArticle& article : articles.all()) searched.Update(scanned.Search(article).status());
      EXPECT_THAT(searched, is_unavailable) << LookupTableName(table);
    }
    Mend();
  }
}

TEST_F(LookupCheckTest, WhatCannotBeReadNowInTheSearchForExtrasIsAnErrorAndTriedAgain) {
  PairsOf(LookupTable::kArticles)[EncodeDigestKey(kNowhere, 5)] = "";
  const KnownArticles articles(archive_.log, kSoundTreeSize);
  LookupCheck check(tables_, "salt", whole_);
  Prepare(check, articles);
  for (const KnownArticle& article : articles.all()) ASSERT_THAT(check.Search(article).value(), IsEmpty());
  check.BeginExtras();
  const auto none = [](std::uint64_t) { return absl::UnavailableError("no article now"); };
  TableOf(LookupTable::kArticles).Spoil("", absl::UnavailableError("no key now"));
  EXPECT_THAT(check.ScanForExtras(kPiece, none), StatusIs(StatusCode::kUnavailable, "no key now"));
  Mend();
  EXPECT_THAT(check.ScanForExtras(kPiece, none), StatusIs(StatusCode::kUnavailable, "no article now"));
}

}  // namespace
}  // namespace chirograph::lookup_check_test
