// SPDX-License-Identifier: Apache-2.0
#include "service/resume_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "crypto/encoding.h"
#include "proto/rpc_error.h"

namespace chirograph::resume_token_test {
namespace {

const std::string kPosition = std::string("\1", 1) + std::string(8, '\7');

bool IsRefused(const absl::StatusOr<ResumeToken>& token) {
  return ReasonOf(token.status()) == v1::ERROR_REASON_REQUEST_INVALID;
}

TEST(ResumeTokenTest, ComesBack) {
  const auto token = ReadResumeToken("question", 9, MakeResumeToken("question", {42, kPosition}));
  ASSERT_TRUE(token.ok()) << token.status();
  EXPECT_EQ(token->tree_size, 42u);
  EXPECT_EQ(token->position, kPosition);
}

// Clients keep tokens: another form is another version.
TEST(ResumeTokenTest, ItsFormStays) {
  EXPECT_EQ(HexEncode(MakeResumeToken("question", {42, kPosition})),
            "01" + ToHex(Sha256("question")).substr(0, 32) + "000000000000002a" + "010707070707070707");
}

TEST(ResumeTokenTest, WhatIsNoneIsRefused) {
  const std::string good = MakeResumeToken("question", {42, kPosition});
  EXPECT_TRUE(IsRefused(ReadResumeToken("another", 9, good)));
  EXPECT_TRUE(IsRefused(ReadResumeToken("question", 22, good)));
  for (std::size_t size = 1; size < good.size(); ++size) {
    EXPECT_TRUE(IsRefused(ReadResumeToken("question", 9, good.substr(0, size)))) << size;
  }
  EXPECT_TRUE(IsRefused(ReadResumeToken("question", 9, good + "x")));
  EXPECT_TRUE(IsRefused(ReadResumeToken("question", 9, good + std::string(100, 'x'))));
  std::string bad = good;
  bad[0] = 2;
  EXPECT_TRUE(IsRefused(ReadResumeToken("question", 9, bad)));
  bad = good;
  bad[25] = 2;
  EXPECT_TRUE(IsRefused(ReadResumeToken("question", 9, bad)));
}

TEST(QuestionTest, EachPartOfAFilterMakesAnotherQuestion) {
  const std::vector<std::function<void(CatalogQuery&)>> changes = {
      [](CatalogQuery&) {},
      [](CatalogQuery& query) { query.publisher_domain = ""; },
      [](CatalogQuery& query) { query.publisher_domain = "a"; },
      [](CatalogQuery& query) { query.topics = {""}; },
      [](CatalogQuery& query) { query.topics = {"a"}; },
      [](CatalogQuery& query) {
        query.topics = {"a", "b"};
      },
      [](CatalogQuery& query) { query.topics = {"ab"}; },
      [](CatalogQuery& query) { query.category = "a"; },
      [](CatalogQuery& query) { query.type = "a"; },
      [](CatalogQuery& query) { query.verdicts = {Verdict::kValid}; },
      [](CatalogQuery& query) { query.url_prefix = "a"; },
      [](CatalogQuery& query) { query.published_from = absl::UnixEpoch(); },
      [](CatalogQuery& query) { query.published_until = absl::UnixEpoch(); },
      [](CatalogQuery& query) { query.ingested_from = absl::UnixEpoch(); },
      [](CatalogQuery& query) { query.ingested_until = absl::UnixEpoch(); },
      [](CatalogQuery& query) { query.first_index = 1; },
      [](CatalogQuery& query) { query.end_index = 1; },
      [](CatalogQuery& query) { query.order = CatalogOrder::kIndexDescending; },
  };
  std::set<std::string> questions;
  for (const auto& change : changes) {
    CatalogQuery query;
    change(query);
    questions.insert(QuestionOf(query));
  }
  EXPECT_EQ(questions.size(), changes.size());
}

TEST(QuestionTest, EachPartOfAPageMakesAnotherQuestion) {
  const PageQuery page{.url = "u", .verdicts = {Verdict::kValid}};
  PageQuery of_publisher = page;
  of_publisher.publisher_domain = "";
  PageQuery of_time = page;
  of_time.as_of = absl::UnixEpoch();
  PageQuery of_verdicts = page;
  of_verdicts.verdicts = {Verdict::kInvalid};
  const std::set<std::string> questions = {
      QuestionOf(page, false),         QuestionOf(page, true),     QuestionOf({.url = "v"}, false),
      QuestionOf(of_publisher, false), QuestionOf(of_time, false), QuestionOf(of_verdicts, false),
      QuestionOf(CatalogQuery()),
  };
  EXPECT_EQ(questions.size(), 7u);
}

}  // namespace
}  // namespace chirograph::resume_token_test
