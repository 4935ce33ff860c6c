// SPDX-License-Identifier: Apache-2.0
//
// The words of CHECK.txt; that its commands hold is shown by evidence_case_test.cc.
#include "client/internal/case_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "crypto/encoding.h"
#include "proto/stored_format.h"
#include "tests/client/case_rig.h"

namespace chirograph::internal::case_check_test {
namespace {

using testing::HasSubstr;
using testing::Not;

class CaseCheckTest : public testing::Test {
 protected:
  std::string TextOf(const std::string& document, const Keyring& keyring) {
    TestLog log;
    const ArchivedArticle article = ArticleOf(log, log.AddDocument(document, keyring));
    const Answer<CaseFacts> facts = CheckCase(InputOf(log, article));
    EXPECT_TRUE(facts.ok()) << facts.failure().status;
    return facts.ok() ? WriteCheckText(*facts) : "";
  }
  // In one line, as it is read.
  std::string WordsOf(const std::string& document, const Keyring& keyring) {
    std::istringstream words(TextOf(document, keyring));
    std::string text;
    for (std::string word; words >> word;) text += word + " ";
    return text;
  }

  const TestPublisher publisher_{"news.example", EnvelopeKind::kAes256Cbc};
  const std::string document_ = MakeSignedDocument("a title", publisher_);
};

TEST_F(CaseCheckTest, SaysWhatTheCaseIsAbout) {
  const std::string text = TextOf(document_, publisher_.MakeKeyring());
  for (const std::string_view line :
       {"  Title                a title\n", "  Publisher            news.example\n",
        "  Address              https://news.example/1\n", "  Archive              log.example/test\n",
        "  Entry                1 in a log of 2 (the first entry is 0)\n",
        "  Archived             2026-11-23T08:00:00Z, by the operator's clock\n",
        "  Verdict then         VALID (SIGNATURE_VERIFIED): "}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST_F(CaseCheckTest, SaysOfEachStepWhatItShowsAndWhatNot) {
  const std::string text = TextOf(document_, publisher_.MakeKeyring());
  for (const std::string_view heading :
       {"\n1. The files are whole\n===", "\n2. The document, and the article in it\n===",
        "\n3. The publisher's signature\n===", "\n4. From the article to its record in the log\n===",
        "\n5. The record is in the log\n===", "\n6. The operator signed the log with this root hash\n===",
        "\n7. The operator had named the publisher's key in the log before\n==="}) {
    const std::size_t begin = text.find(heading);
    ASSERT_NE(begin, std::string::npos) << heading;
    const std::string step = text.substr(begin, text.find("\n\n\n", begin + 2) - begin);
    EXPECT_THAT(step, HasSubstr("\n  Shows: ")) << heading;
    EXPECT_THAT(step, HasSubstr("\n  Does not show: ")) << heading;
  }
  EXPECT_THAT(text, HasSubstr("\n8. What you have shown, and what is left to trust\n==="));
}

TEST_F(CaseCheckTest, NoLineButTablesAndCommandsIsWide) {
  std::istringstream lines(TextOf(document_, publisher_.MakeKeyring()));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("  ")) continue;
    EXPECT_LE(line.size(), 80U) << line;
  }
}

TEST_F(CaseCheckTest, ThereIsNoWordOfASourceOrSignatureThatIsNotThere) {
  const std::string words = WordsOf(MakeDocument("t", "news.example"), {});
  EXPECT_THAT(words, Not(HasSubstr("publisher-key.pem")));
  EXPECT_THAT(words, Not(HasSubstr("2a (field 5) and 20")));
  EXPECT_THAT(words, Not(HasSubstr("and that its publisher signed it")));
}

TEST(CaseCheckFieldTest, AFieldIsShownWithItsPlace) {
  v1::Opening opening;
  opening.set_version(1);
  opening.set_url("abc");
  const std::string bytes = opening.SerializeAsString();
  const ShownField field = ShowField("f", bytes, 8);
  EXPECT_EQ(field.whole, "part f 2 5");
  EXPECT_EQ(field.hex, "4203616263");
  EXPECT_EQ(field.value, "part f 4 3");
  v1::LogEntry entry;
  entry.set_version(1);
  entry.mutable_key_event()->set_key_id("id");
  const ShownField inner = ShowInnerField("e", entry.SerializeAsString(), 3, 2);
  EXPECT_EQ(inner.whole, "part e 4 4");
  EXPECT_EQ(inner.hex, "12026964");
}

TEST(CaseCheckFieldTest, TimesHaveTheFractionThatTheyNeed) {
  EXPECT_EQ(CaseTime(ToTimestamp(TestTime() + absl::Milliseconds(250))), "2026-11-23T08:00:00.25Z");
}

TEST(CaseCheckFieldTest, FilesOfAPathAreNumberedFromTheLeaf) {
  EXPECT_EQ(case_file::PathFile("record-path", 1), "record-path/01.hash");
  EXPECT_EQ(case_file::PathFile("record-path", 63), "record-path/63.hash");
}

}  // namespace
}  // namespace chirograph::internal::case_check_test
