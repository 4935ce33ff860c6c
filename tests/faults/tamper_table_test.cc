// SPDX-License-Identifier: Apache-2.0
//
// A store of 2,000 articles, spoilt in one thing at a time: what the operator's check finds, what a
// stranger's audit finds, and what each part of the check is there for.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "proto/finding.h"
#include "tests/faults/tamper_audit.h"
#include "tests/faults/tamper_server.h"
#include "tests/faults/tamper_spoilings.h"
#include "tests/faults/tamper_store.h"
#include "tests/service/spoilable_archive.h"
#include "tests/service/temp_folder.h"

namespace chirograph::tamper_table_test {
namespace {

// Of the release build. With a sanitizer each takes ten to thirty times as long: every sixteenth is looked
// at.
#ifdef CHIROGRAPH_SANITIZED
constexpr std::size_t kStride = 16;
#else
constexpr std::size_t kStride = 1;
#endif
constexpr std::size_t kFewestSpoilings = 300;
// Of each part that is left out.
constexpr std::size_t kWithoutEachPart = 2;

// In the order of CheckPart.
constexpr std::array kPartNames = {"the entry's form",
                                   "times",
                                   "a KeyEvent's key",
                                   "Opening",
                                   "Content",
                                   "article digest",
                                   "source",
                                   "secured field",
                                   "names",
                                   "verdict",
                                   "KeyEvents",
                                   "signature",
                                   "envelope",
                                   "leaves",
                                   "tiles",
                                   "root",
                                   "checkpoint",
                                   "ends",
                                   "indexes",
                                   "catalog"};
static_assert(kPartNames.size() == static_cast<std::size_t>(CheckPart::kCount));

bool IsNamed(const std::vector<v1::Finding>& findings, const Spoiling& spoiling) {
  return std::any_of(findings.begin(), findings.end(), [&spoiling](const v1::Finding& finding) {
    const bool is_code =
        std::find(spoiling.codes.begin(), spoiling.codes.end(), finding.code()) != spoiling.codes.end();
    const bool is_there =
        spoiling.index ? finding.has_index() && finding.index() == *spoiling.index : !finding.has_index();
    return is_code && is_there;
  });
}

struct Row {
  std::size_t spoilings = 0;
  std::size_t checked = 0;  // found, at the right index
  std::size_t served = 0;
  std::size_t audited = 0;  // found
};

class TamperTableTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    log_ = new TamperedLog();
    store_ = new SpoilableArchive(log_->archive());
    forger_ = new Forger(*store_, log_->archive().signer());
    // Only so that a server has one.
    ASSERT_TRUE(log_->archive().StartCatalog().ok());
    spoilings_ = new std::vector<Spoiling>(MakeSpoilings(*log_, *store_, *forger_));
  }
  static void TearDownTestSuite() {
    delete spoilings_;
    delete forger_;
    delete store_;
    delete log_;
  }

  static CheckOutcome Check(CheckParts left_out = {}) {
    CheckOutcome outcome = store_->Check({.keyring = &log_->keyring(),
                                          .with_outcomes = false,
                                          .threads = 2,
                                          .max_step_entries = 1024,
                                          .max_step_bytes = std::size_t{8} << 20,
                                          .left_out = left_out});
    EXPECT_TRUE(outcome.status.ok()) << outcome.status;
    return outcome;
  }

  static TamperedLog* log_;
  static SpoilableArchive* store_;
  static Forger* forger_;
  static std::vector<Spoiling>* spoilings_;
};

TamperedLog* TamperTableTest::log_ = nullptr;
SpoilableArchive* TamperTableTest::store_ = nullptr;
Forger* TamperTableTest::forger_ = nullptr;
std::vector<Spoiling>* TamperTableTest::spoilings_ = nullptr;

// Somebody who audited the log when it was sound, and remembers.
class Auditor {
 public:
  Auditor(SpoilableArchive& store, TestArchive& archive) : store_(store), archive_(archive) {
    running_ = TamperServer::Start(store.reader(), archive);
    EXPECT_NE(running_, nullptr);
    const AuditOutcome sound = AuditServer(running_->address(), archive.log().vkey(), state_.path());
    EXPECT_TRUE(sound.is_silent()) << sound.message;
  }

  // Of the spoilt store. Nothing: no server starts on it.
  std::optional<AuditOutcome> Audit(Seen seen) {
    const LogReader& reader = store_.reader();
    if (seen == Seen::kServed) return AuditServer(running_->address(), archive_.log().vkey(), state_.path());
    const std::unique_ptr<TamperServer> restarted = TamperServer::Start(reader, archive_);
    if (restarted == nullptr) return std::nullopt;
    return AuditServer(restarted->address(), archive_.log().vkey(), state_.path());
  }

 private:
  SpoilableArchive& store_;
  TestArchive& archive_;
  const TempFolder state_;
  std::unique_ptr<TamperServer> running_;  // since before anything was spoilt
};

TEST_F(TamperTableTest, EverySpoilingIsFound) {
  ASSERT_THAT(Check().Text(), testing::IsEmpty());
  Auditor auditor(*store_, log_->archive());
  std::map<std::string, Row> table;
  Row all;
  for (std::size_t i = 0; i < spoilings_->size(); i += kStride) {
    const Spoiling& spoiling = (*spoilings_)[i];
    SCOPED_TRACE(fmt::format("spoiling {}, {}", i, spoiling.kind));
    Row row{.spoilings = 1};
    spoiling.apply();
    const CheckOutcome outcome = Check();
    if (spoiling.is_inside) {
      row.checked = IsNamed(outcome.findings, spoiling) ? 1 : 0;
      EXPECT_EQ(row.checked, 1u) << "expected at " << (spoiling.index ? std::to_string(*spoiling.index) : "-")
                                 << "; found:\n"
                                 << outcome.Text().substr(0, 2000);
    } else {
      EXPECT_THAT(outcome.Text(), testing::IsEmpty());
    }
    if (spoiling.seen != Seen::kNothing) {
      const std::optional<AuditOutcome> audit = auditor.Audit(spoiling.seen);
      if (audit) {
        row.served = 1;
        row.audited = audit->is_silent() ? 0 : 1;
        EXPECT_EQ(row.audited, 1u);
        if (spoiling.seen == Seen::kRestart) {
          EXPECT_TRUE(audit->is_alarm) << audit->message;
        } else {
          EXPECT_FALSE(audit->findings.empty()) << audit->message;
        }
      }
    }
    store_->Mend();
    for (Row* const sum : {&table[spoiling.kind], &all}) {
      sum->spoilings += row.spoilings;
      sum->checked += row.checked;
      sum->served += row.served;
      sum->audited += row.audited;
    }
  }
  EXPECT_THAT(Check().Text(), testing::IsEmpty());
  fmt::print("{:<48} {:>9} {:>9} {:>9} {:>9}\n", "spoilt", "times", "by check", "served", "by audit");
  for (const auto& [kind, row] : table) {
    fmt::print("{:<48} {:>9} {:>9} {:>9} {:>9}\n", kind, row.spoilings, row.checked, row.served, row.audited);
  }
  fmt::print("{:<48} {:>9} {:>9} {:>9} {:>9}\n", "all", all.spoilings, all.checked, all.served, all.audited);
  EXPECT_GE(spoilings_->size(), kFewestSpoilings);
  EXPECT_GE(all.spoilings * kStride, kFewestSpoilings);
}

// Without a part, what it is there for is missed, and some of it in all ways.
TEST_F(TamperTableTest, EachPartIsThereForSomething) {
  fmt::print("{:<20} {:>9} {:>9} {:>17}\n", "the check without", "spoilings", "not named",
             "nothing is found");
  for (int number = 0; number < static_cast<int>(CheckPart::kCount); ++number) {
    const auto part = static_cast<CheckPart>(number);
    std::map<std::string, std::size_t> of_kind;
    std::size_t tried = 0;
    std::size_t missed = 0;
    std::size_t silent = 0;
    for (const Spoiling& spoiling : *spoilings_) {
      if (spoiling.part != part || !spoiling.is_inside || of_kind[spoiling.kind]++ >= kWithoutEachPart)
        continue;
      SCOPED_TRACE(
          fmt::format("without {}, {}", kPartNames.at(static_cast<std::size_t>(number)), spoiling.kind));
      spoiling.apply();
      const CheckOutcome outcome = Check({part});
      store_->Mend();
      ++tried;
      EXPECT_FALSE(IsNamed(outcome.findings, spoiling)) << outcome.Text().substr(0, 2000);
      missed += IsNamed(outcome.findings, spoiling) ? 0 : 1;
      silent += outcome.findings.empty() ? 1 : 0;
    }
    const std::string name = kPartNames.at(static_cast<std::size_t>(number));
    fmt::print("{:<20} {:>9} {:>9} {:>17}\n", name, tried, missed, silent);
    EXPECT_GT(tried, 0u) << "nothing is spoilt for " << name;
    EXPECT_GT(silent, 0u) << "another part finds all that is found by: " << name;
  }
}

}  // namespace
}  // namespace chirograph::tamper_table_test
