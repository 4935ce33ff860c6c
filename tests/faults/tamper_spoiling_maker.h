// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_FAULTS_TAMPER_SPOILING_MAKER_H_
#define CHIROGRAPH_TESTS_FAULTS_TAMPER_SPOILING_MAKER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/faults/tamper_spoilings.h"

namespace chirograph {

// Makes the rows of the tamper table.
class SpoilingMaker {
 public:
  SpoilingMaker(const TamperedLog& log, SpoilableArchive& store, Forger& forger)
      : log_(log), store_(store), forger_(forger) {}

  std::vector<Spoiling> Make() {
    AddEntries();
    AddKeptBeside();
    AddTree();
    AddLabels();
    AddColumns();
    AddCatalog();
    AddMoved();
    AddForgeries();
    AddPasts();
    return std::move(all_);
  }

 private:
  struct Expected {
    CheckPart part;
    std::vector<v1::FindingCode> codes;
    std::optional<std::uint64_t> index;
  };
  void Add(const std::string& kind, Expected expected, std::function<void()> apply) {
    all_.push_back({.kind = kind,
                    .part = expected.part,
                    .codes = std::move(expected.codes),
                    .index = expected.index,
                    .is_inside = true,
                    .is_past = false,
                    .apply = std::move(apply)});
  }
  std::size_t Random(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
  }
  // Of an article whose page has no other.
  std::uint64_t RandomArticle() {
    for (;;) {
      const std::uint64_t index = log_.first_article() + Random(TamperedLog::kArticles);
      if ((index - log_.first_article() + 10'000) % 7 != 0 && taken_.insert(index).second) return index;
    }
  }
  std::uint64_t RandomOf(ArticleKind kind) {
    for (;;) {
      const int number = static_cast<int>(Random(TamperedLog::kArticles / TamperedLog::kKinds));
      const std::uint64_t index = log_.IndexOf(kind, number);
      if ((index - log_.first_article() + 10'000) % 7 != 0 && taken_.insert(index).second) return index;
    }
  }
  std::string TurnRandomBit(const std::string& bytes) {
    return WithBitTurned(bytes, static_cast<int>(Random(bytes.size())), static_cast<int>(Random(8)));
  }
  void TurnBitIn(const std::string& kind, int count, StoreColumn column, Expected expected) {
    for (int i = 0; i < count; ++i) {
      expected.index = RandomArticle();
      const std::string key = EncodeIndex(*expected.index);
      const std::string spoilt = TurnRandomBit(store_.Get(column, key));
      Add(kind, expected, [this, column, key, spoilt] { store_.Put(column, key, spoilt); });
    }
  }
  void DeleteFrom(const std::string& kind, int count, StoreColumn column, Expected expected) {
    for (int i = 0; i < count; ++i) {
      expected.index = RandomArticle();
      const std::string key = EncodeIndex(*expected.index);
      Add(kind, expected, [this, column, key] { store_.Delete(column, key); });
    }
  }
  // A log that somebody with its key changed at one article of `kind`, and signed again.
  void Forge(const std::string& kind, ArticleKind article, CheckPart part, std::vector<v1::FindingCode> codes,
             const Forger::Change& change) {
    for (int i = 0; i < 3; ++i) {
      const std::uint64_t index = RandomOf(article);
      Add("re-signed: " + kind, {part, codes, index}, [this, index, change] {
        forger_.Rewrite(index, change);
        forger_.Sign(log_.tree_size());
      });
    }
  }

  void AddEntries();
  void AddKeptBeside();
  void AddTree();
  void AddLabels();
  void AddColumns();
  void AddCatalog();
  void AddChunks();
  void AddInvented();
  void AddMoved();
  void AddForgeries();
  void AddForgedRecords();
  void AddPasts();

  const TamperedLog& log_;
  SpoilableArchive& store_;
  Forger& forger_;
  std::mt19937 random_{20260301};
  std::set<std::uint64_t> taken_;
  std::vector<Spoiling> all_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_FAULTS_TAMPER_SPOILING_MAKER_H_
