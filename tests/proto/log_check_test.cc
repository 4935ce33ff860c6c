// SPDX-License-Identifier: Apache-2.0
#include "proto/log_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "crypto/merkle.h"
#include "proto/stored_format.h"
#include "tests/client/test_log.h"

namespace chirograph::log_check_test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

void InTurn(std::size_t count, const std::function<void(std::size_t)>& work) {
  for (std::size_t i = 0; i < count; ++i) work(i);
}

class LogCheckTest : public ::testing::Test {
 protected:
  LogCheckTest() {
    log_.AddDocument(MakeSignedDocument("a", publisher_), publisher_.MakeKeyring());
    log_.AddDocument(MakeDocument("b", ""));
    for (std::uint64_t i = 0; i < log_.tree_size(); ++i) entries_.push_back(log_.entry(i));
  }

  // Of the entries from `first` on, in pieces of `piece`.
  std::vector<CheckedEntry> Check(LogCheck& check, std::size_t piece = 100) {
    std::vector<CheckedEntry> all;
    for (std::size_t next = check.past().next_index; next < entries_.size();) {
      std::vector<EntryBytes> bytes;
      for (; next < entries_.size() && bytes.size() < piece; ++next) {
        const TestLog::Entry& entry = entries_[next];
        bytes.push_back({});
        if (!entry.log_entry.empty()) bytes.back().log_entry = entry.log_entry;
        if (!entry.opening.empty()) bytes.back().opening = entry.opening;
        if (!entry.content.empty()) bytes.back().content = entry.content;
      }
      for (CheckedEntry& checked : check.Check(bytes, InTurn)) all.push_back(std::move(checked));
    }
    return all;
  }
  static std::vector<std::pair<std::uint64_t, v1::FindingCode>> Findings(
      const std::vector<CheckedEntry>& all) {
    std::vector<std::pair<std::uint64_t, v1::FindingCode>> findings;
    for (const CheckedEntry& checked : all) {
      for (const v1::Finding& finding : checked.findings)
        findings.emplace_back(finding.index(), finding.code());
    }
    return findings;
  }
  // What stands at `index`, which is an article's, at another time.
  void SetTime(std::uint64_t index, absl::Time time) {
    v1::LogEntry entry = ParseLogEntry(entries_[index].log_entry).value();
    *entry.mutable_article_record()->mutable_ingest_time() = ToTimestamp(time);
    entries_[index].log_entry = SerializeLogEntry(entry).value();
  }

  const TestPublisher publisher_{"news.example"};
  TestLog log_;  // a KeyEvent, a signed article, an unsigned one
  std::vector<TestLog::Entry> entries_;
};

TEST_F(LogCheckTest, OfASoundLogThereIsNothingToFind) {
  for (const std::size_t piece : {1, 2, 3, 100}) {
    LogCheck check({});
    const std::vector<CheckedEntry> all = Check(check, piece);
    ASSERT_THAT(all, SizeIs(3));
    EXPECT_THAT(Findings(all), IsEmpty());
    for (std::uint64_t i = 0; i < 3; ++i) {
      EXPECT_EQ(all[i].index, i);
      EXPECT_EQ(all[i].leaf_hash, LeafHash(entries_[i].log_entry));
      EXPECT_EQ(all[i].article.has_value(), i > 0);
    }
    EXPECT_EQ(all[1].article->signature, SignatureStanding::kVerified);
    EXPECT_EQ(check.past().next_index, 3u);
    EXPECT_EQ(check.past().last_time, TestTime());
    EXPECT_EQ(check.past().keys.events().size(), 1u);
  }
}

TEST_F(LogCheckTest, WithoutArticlesOnlyTheEntriesCount) {
  for (TestLog::Entry& entry : entries_) entry.opening = entry.content = "";
  LogCheck check({.with_articles = false});
  const std::vector<CheckedEntry> all = Check(check);
  EXPECT_THAT(Findings(all), IsEmpty());
  EXPECT_FALSE(all[1].article.has_value());
  LogCheck whole({});
  EXPECT_THAT(Findings(Check(whole)), ElementsAre(std::pair(1, v1::FINDING_CODE_OPENING_MISSING),
                                                  std::pair(2, v1::FINDING_CODE_OPENING_MISSING)));
}

TEST_F(LogCheckTest, AMissingEntryIsFoundAndTheNextOnesKeepTheirPlaces) {
  entries_[1].log_entry = "";
  LogCheck check({});
  const std::vector<CheckedEntry> all = Check(check);
  EXPECT_THAT(Findings(all), ElementsAre(std::pair(1, v1::FINDING_CODE_ENTRY_MISSING)));
  EXPECT_FALSE(all[1].leaf_hash.has_value());
  EXPECT_EQ(all[2].leaf_hash, LeafHash(entries_[2].log_entry));
}

TEST_F(LogCheckTest, AnEntryThatIsNoneIsFound) {
  entries_[2].log_entry = "no entry";
  LogCheck check({});
  const std::vector<CheckedEntry> all = Check(check);
  EXPECT_THAT(Findings(all), ElementsAre(std::pair(2, v1::FINDING_CODE_ENTRY_MALFORMED)));
  EXPECT_TRUE(all[2].leaf_hash.has_value());
}

TEST_F(LogCheckTest, BytesThatSerializeToOthersAreFound) {
  // The version a second time: the same message, other bytes.
  entries_[2].log_entry += std::string("\x08\x01", 2);
  LogCheck check({});
  EXPECT_THAT(Findings(Check(check)), ElementsAre(std::pair(2, v1::FINDING_CODE_ENTRY_MALFORMED)));
}

TEST_F(LogCheckTest, ATimeThatGoesBackIsFoundOnce) {
  SetTime(2, TestTime() - absl::Microseconds(1));
  log_.AddDocument(MakeDocument("c", ""));
  entries_.push_back(log_.entry(3));
  LogCheck check({});
  EXPECT_THAT(Findings(Check(check)), ElementsAre(std::pair(2, v1::FINDING_CODE_TIME_WENT_BACK)));
}

TEST_F(LogCheckTest, OneTimeThatIsWrongIsFoundAtItsOwnIndexAlone) {
  for (int i = 0; i < 5; ++i) {
    log_.AddDocument(MakeDocument("c" + std::to_string(i), ""));
    entries_.push_back(log_.entry(log_.tree_size() - 1));
  }
  const std::vector<TestLog::Entry> sound = entries_;
  // Of the first two alone nobody can tell which is at fault.
  for (std::uint64_t index = 2; index + 1 < entries_.size(); ++index) {
    for (const absl::Duration wrong : {-absl::Hours(1), absl::Hours(1)}) {
      entries_ = sound;
      SetTime(index, TestTime() + wrong);
      for (const std::size_t piece : {1, 3, 100}) {
        LogCheck check({});
        EXPECT_THAT(Findings(Check(check, piece)),
                    ElementsAre(std::pair(index, v1::FINDING_CODE_TIME_WENT_BACK)));
      }
    }
  }
}

TEST_F(LogCheckTest, AKeyEventWithoutAKeyIsFound) {
  v1::LogEntry entry = ParseLogEntry(entries_[0].log_entry).value();
  entry.mutable_key_event()->set_public_key("none");
  entries_[0].log_entry = SerializeLogEntry(entry).value();
  LogCheck check({});
  EXPECT_THAT(Findings(Check(check)), ElementsAre(std::pair(0, v1::FINDING_CODE_KEY_EVENT_MALFORMED)));
}

TEST_F(LogCheckTest, GoesOnBehindWhatWasCheckedBefore) {
  LogCheck first({});
  const TestLog::Entry last = entries_.back();
  entries_.pop_back();
  Check(first);
  entries_.push_back(last);
  SetTime(2, TestTime() - absl::Hours(1));
  LogCheck second({}, first.past());
  EXPECT_THAT(Findings(Check(second)), ElementsAre(std::pair(2, v1::FINDING_CODE_TIME_WENT_BACK)));
}

}  // namespace
}  // namespace chirograph::log_check_test
