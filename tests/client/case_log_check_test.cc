// SPDX-License-Identifier: Apache-2.0
//
// What steps 5 to 8 of CHECK.txt say; that their commands hold is shown by evidence_case_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <sstream>

#include "client/internal/case_check.h"
#include "tests/client/case_rig.h"

namespace chirograph::internal::case_log_check_test {
namespace {

using testing::HasSubstr;
using testing::Not;

// The words of the steps for an article with `title` of a key as `change` makes it, in one line.
std::string WordsFor(EnvelopeKind envelope, const std::function<void(PublisherKey&)>& change = nullptr) {
  const TestPublisher publisher("news.example", envelope);
  TestLog log;
  log.AddEntry({"an entry", "", ""});
  const std::uint64_t index =
      log.AddDocument(MakeSignedDocument("a title", publisher), publisher.MakeKeyring(change));
  const ArchivedArticle article = ArticleOf(log, index);
  const Answer<CaseFacts> facts = CheckCase(InputOf(log, article));
  EXPECT_TRUE(facts.ok()) << facts.failure().status;
  if (!facts.ok()) return "";
  CheckText text;
  AddLogSteps(*facts, &text);
  std::istringstream words(std::move(text).Take());
  std::string line;
  for (std::string word; words >> word;) line += word + " ";
  return line;
}

TEST(CaseLogCheckTest, NamesTheEntriesAndTheLog) {
  const std::string words = WordsFor(EnvelopeKind::kNone);
  EXPECT_THAT(words, HasSubstr("follows from the entry's number, 2."));
  EXPECT_THAT(words, HasSubstr("log.example/test, the log's size (3 entries)"));
  EXPECT_THAT(words, HasSubstr("put this key into the log at entry 1, before the article at entry 2"));
  EXPECT_THAT(words, HasSubstr("It is of the key \"k1\" (ed25519), which has no bounds in time, and names"));
}

TEST(CaseLogCheckTest, SaysWhenTheKeyCounted) {
  EXPECT_THAT(WordsFor(EnvelopeKind::kNone,
                       [](PublisherKey& key) {
                         key.not_before = TestTime() - absl::Hours(1);
                         key.not_after = TestTime() + absl::Hours(1);
                         key.revoked_at = TestTime() + absl::Hours(2);
                       }),
              HasSubstr("which counts from 2026-11-23T07:00:00Z on, and no longer counts from "
                        "2026-11-23T09:00:00Z on, and is revoked from 2026-11-23T10:00:00Z on, and names"));
}

TEST(CaseLogCheckTest, WhatIsLeftToTrustIsSaid) {
  const std::string words = WordsFor(EnvelopeKind::kAes256Gcm);
  for (const std::string_view what :
       {"That the log's key is the archive's.", "That the publisher's key is the publisher's.",
        "The operator's clock.", "No witness has signed this checkpoint", "opens to publisher-signature.bin",
        "Nothing here says that the article is true"}) {
    EXPECT_THAT(words, HasSubstr(what));
  }
  EXPECT_THAT(WordsFor(EnvelopeKind::kNone), Not(HasSubstr("opens to publisher-signature.bin")));
}

}  // namespace
}  // namespace chirograph::internal::case_log_check_test
