// SPDX-License-Identifier: Apache-2.0
#include "client/internal/list_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "tests/client/stream_services_fixture.h"

namespace chirograph::internal::list_check_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Indexes = std::vector<std::uint64_t>;

// Of a log of 7 entries: the key event at 1 is no article.
class ListCheckTest : public StreamServicesFixture {
 protected:
  ListCheckTest() {
    question_.came_with = "a test's list";
    question_.view = v1::ARTICLE_VIEW_RECORD;
    question_.why_not = [](const ArchivedArticle&) { return std::optional<std::string>(); };
  }

  ListMessage Message(const Indexes& indexes, std::string resume_token = "more") const {
    ListMessage message;
    for (const std::uint64_t index : indexes) message.articles.push_back(Listed(index, question_.view));
    message.checkpoint = log_.Checkpoint();
    message.catalog_tree_size = log_.tree_size();
    message.resume_token = std::move(resume_token);
    return message;
  }
  ListCheck Begin() const { return {services_, question_}; }

  // What is said of a list of these articles, one a message. Empty: nothing is wrong.
  std::string Complaint(v1::ListOrder order, const Indexes& indexes) {
    question_.order = order;
    ListCheck check = Begin();
    for (const std::uint64_t index : indexes) {
      const Answer<ListBatch> batch = check.Take(Message({index}), 0);
      if (batch.ok()) continue;
      EXPECT_EQ(FailureKindName(batch.failure().kind), "DOES_NOT_CHECK") << batch.failure().status;
      return std::string(batch.failure().status.message());
    }
    return "";
  }

  ListQuestion question_;
};

TEST_F(ListCheckTest, TakesWhatFitsAndSaysHowFarItIs) {
  ListCheck check = Begin();
  ListMessage message = Message({0, 2}, "on");
  message.catalog_tree_size = 6;  // the catalog may be behind the log
  message.publisher_domain = "a.example";
  Answer<ListBatch> batch = check.Take(message, 0);
  ASSERT_TRUE(batch.ok()) << batch.failure().status;
  Indexes indexes;
  AddIndexes(batch->articles, &indexes);
  EXPECT_THAT(indexes, ElementsAre(0, 2));
  EXPECT_EQ(batch->catalog_tree_size, 6u);
  EXPECT_EQ(batch->resume_token, "on");
  EXPECT_EQ(batch->publisher_domain, "a.example");
  EXPECT_FALSE(check.is_complete());
  message.articles = {Listed(3, question_.view)};
  message.resume_token.clear();
  ASSERT_TRUE(check.Take(message, 0).ok());
  EXPECT_TRUE(check.is_complete());
  EXPECT_EQ(check.end().articles, 3u);
  EXPECT_EQ(check.end().catalog_tree_size, 6u);
  EXPECT_EQ(check.end().resume_token, "");
  EXPECT_EQ(check.end().publisher_domain, "a.example");
}

TEST_F(ListCheckTest, AMessageMayHaveNoArticles) {
  ListCheck check = Begin();
  EXPECT_TRUE(check.Take(Message({}), 0).ok());
  EXPECT_TRUE(check.Take(Message({}, ""), 0).ok());
  EXPECT_TRUE(check.is_complete());
}

TEST_F(ListCheckTest, ItEndsWhereTheServerSaysSoOrTheLimitIsReached) {
  ListCheck check = Begin();
  ASSERT_TRUE(check.End().has_value());
  EXPECT_THAT(std::string(check.End()->status.message()), HasSubstr("breaks off after 0 articles"));
  ASSERT_TRUE(check.Take(Message({0, 2}), 0).ok());
  ASSERT_TRUE(check.End().has_value());
  EXPECT_EQ(check.End()->kind, FailureKind::kDoesNotCheck);
  EXPECT_THAT(std::string(check.End()->status.message()), HasSubstr("breaks off after 2 articles"));
  ASSERT_TRUE(check.Take(Message({3}, ""), 0).ok());
  EXPECT_FALSE(check.End().has_value());

  question_.limit = 2;
  ListCheck limited = Begin();
  ASSERT_TRUE(limited.Take(Message({0}), 0).ok());
  EXPECT_TRUE(limited.End().has_value());
  ASSERT_TRUE(limited.Take(Message({2}), 0).ok());
  EXPECT_TRUE(limited.is_complete());
  EXPECT_FALSE(limited.End().has_value());
}

// --- Orders ---

TEST_F(ListCheckTest, ByIndexEachIsBeyondTheOneBefore) {
  for (const v1::ListOrder order : {v1::LIST_ORDER_UNSPECIFIED, v1::LIST_ORDER_INDEX_ASCENDING}) {
    EXPECT_EQ(Complaint(order, {0, 2, 3, 6}), "");
    EXPECT_THAT(Complaint(order, {0, 3, 2}), HasSubstr("has index 2, but it is out of order after index 3"));
    EXPECT_THAT(Complaint(order, {2, 2}), HasSubstr("out of order"));
  }
  EXPECT_EQ(Complaint(v1::LIST_ORDER_INDEX_DESCENDING, {6, 3, 2, 0}), "");
  EXPECT_THAT(Complaint(v1::LIST_ORDER_INDEX_DESCENDING, {3, 2, 4}), HasSubstr("out of order after index 2"));
  EXPECT_THAT(Complaint(v1::LIST_ORDER_INDEX_DESCENDING, {2, 2}), HasSubstr("out of order"));
}

TEST_F(ListCheckTest, ByTimeOfPublicationThoseWithoutComeLast) {
  // At 3 and 7 2020, at 0 2021, at 5 2022; 2, 4 and 6 do not say.
  log_.AddDocument(DocumentOf("title: seven\ndate: 2020-01-01\n"));
  question_.view = v1::ARTICLE_VIEW_ARTICLE;
  const v1::ListOrder ascending = v1::LIST_ORDER_PUBLISHED_ASCENDING;
  EXPECT_EQ(Complaint(ascending, {3, 7, 0, 5, 2, 4, 6}), "");
  for (const Indexes& wrong : {Indexes{0, 3}, {7, 3}, {2, 0}, {4, 2}, {0, 0}, {3, 0, 3}}) {
    EXPECT_THAT(Complaint(ascending, wrong), HasSubstr("out of order")) << testing::PrintToString(wrong);
  }
  const v1::ListOrder descending = v1::LIST_ORDER_PUBLISHED_DESCENDING;
  EXPECT_EQ(Complaint(descending, {5, 0, 7, 3, 6, 4, 2}), "");
  for (const Indexes& wrong : {Indexes{3, 0}, {3, 7}, {2, 0}, {2, 4}, {0, 0}, {5, 0, 5}}) {
    EXPECT_THAT(Complaint(descending, wrong), HasSubstr("out of order")) << testing::PrintToString(wrong);
  }
}

TEST_F(ListCheckTest, ByATimeThatIsNotThereToSeeNoneComesTwice) {
  for (const v1::ListOrder order :
       {v1::LIST_ORDER_PUBLISHED_ASCENDING, v1::LIST_ORDER_PUBLISHED_DESCENDING}) {
    EXPECT_EQ(Complaint(order, {4, 0, 6, 2}), "");
    EXPECT_THAT(Complaint(order, {4, 0, 4}), HasSubstr("has index 4, but it comes twice"));
  }
}

// --- Versions ---

TEST_F(ListCheckTest, NoVersionComesTwice) {
  const std::string again = DocumentOf("title: again\nprovider: {domain: a.example}\n");
  const std::uint64_t first = log_.AddDocument(again);
  const std::uint64_t second = log_.AddDocument(again);
  const auto take = [&] {
    ListCheck check = Begin();
    ListMessage message = Message({first, second});
    message.publisher_domain = "a.example";
    return check.Take(message, 0);
  };
  EXPECT_TRUE(take().ok()) << "in a list they may";
  question_.versions = true;
  const Answer<ListBatch> batch = take();
  ASSERT_FALSE(batch.ok());
  EXPECT_EQ(batch.failure().kind, FailureKind::kDoesNotCheck);
  EXPECT_THAT(std::string(batch.failure().status.message()),
              HasSubstr("its text came before, so it is no other version"));
}

// --- Checkpoints ---

TEST_F(ListCheckTest, AnAnswerOlderThanItsQuestionIsLookedInto) {
  ListCheck check = Begin();
  ASSERT_TRUE(check.Take(Message({}), 0).ok());
  ListMessage older;
  older.articles = {MakeListed(log_, 0, 5, question_.view)};
  older.checkpoint = log_.Checkpoint(5);
  older.catalog_tree_size = 5;
  older.resume_token = "more";
  ASSERT_TRUE(Begin().Take(older, 5).ok());
  EXPECT_EQ(checkpoints_fetched_, 0);
  ASSERT_TRUE(Begin().Take(older, 7).ok());
  EXPECT_EQ(checkpoints_fetched_, 1);
}

TEST_F(ListCheckTest, ALogThatContradictsItselfIsAnAlarmWhateverElseIsWrong) {
  ListCheck check = Begin();
  ASSERT_TRUE(check.Take(Message({0}), 0).ok());
  ListMessage message = Message({0});  // and out of order
  message.checkpoint = log_.CheckpointWithRoot(7, log_.RootHash(3));
  const Answer<ListBatch> batch = check.Take(message, 0);
  ASSERT_FALSE(batch.ok());
  ASSERT_EQ(FailureKindName(batch.failure().kind), "ALARM") << batch.failure().status;
  EXPECT_EQ(batch.failure().alarm->kind, AlarmKind::kTwoRoots);
}

// --- One thing spoilt at a time ---

struct Spoilt {
  std::string name;
  std::string message;  // in what is said of it
  // Spoils message 0 or 1 of a list.
  std::function<void(const TestLog& log, int number, ListMessage&)> spoil;
  std::function<void(ListQuestion&)> ask;
};

std::ostream& operator<<(std::ostream& out, const Spoilt& spoilt) { return out << spoilt.name; }

class SpoiltListTest : public ListCheckTest, public ::testing::WithParamInterface<Spoilt> {
 protected:
  // The first failure.
  std::optional<Failure> TakeTwo(bool spoilt) {
    ListCheck check = Begin();
    for (const int number : {0, 1}) {
      ListMessage message = number == 0 ? Message({0, 3}) : Message({4, 6}, "");
      if (spoilt) GetParam().spoil(log_, number, message);
      const Answer<ListBatch> batch = check.Take(message, 0);
      if (!batch.ok()) return batch.failure();
    }
    return std::nullopt;
  }
};

TEST_P(SpoiltListTest, DoesNotCheck) {
  ASSERT_FALSE(TakeTwo(false).has_value()) << "the honest beginning failed";
  if (GetParam().ask) GetParam().ask(question_);
  const std::optional<Failure> failure = TakeTwo(true);
  ASSERT_TRUE(failure.has_value()) << "nothing was noticed";
  EXPECT_EQ(FailureKindName(failure->kind), "DOES_NOT_CHECK") << failure->status;
  EXPECT_THAT(std::string(failure->status.message()), HasSubstr(GetParam().message));
}

std::vector<Spoilt> AllSpoilt() {
  const auto nothing = [](const TestLog&, int, ListMessage&) {};
  return {
      {"GoesOnAfterItsEnd", "a test's list goes on after its end",
       [](const TestLog&, int, ListMessage& m) { m.resume_token.clear(); }},
      {"CatalogBeyondCheckpoint", "is of 8 entries of the log, but its checkpoint has tree size 7",
       [](const TestLog&, int, ListMessage& m) { m.catalog_tree_size = 8; }},
      {"CatalogChanges", "is first of 7 entries of the log, then of 6",
       [](const TestLog&, int number, ListMessage& m) {
         if (number == 1) m.catalog_tree_size = 6;
       }},
      {"CatalogTooSmall", "is of 6 entries of the log; at least 7 were asked for",
       [](const TestLog&, int, ListMessage& m) { m.catalog_tree_size = 6; },
       [](ListQuestion& q) { q.least_tree_size = 7; }},
      {"PublisherChanges", "is first of the publisher a.example, then of b.example",
       [](const TestLog&, int number, ListMessage& m) {
         m.publisher_domain = number == 0 ? "a.example" : "b.example";
       }},
      {"BeyondCatalog", "has index 6, but the list is of the first 6 entries",
       [](const TestLog&, int, ListMessage& m) { m.catalog_tree_size = 6; }},
      {"BeyondLimit", "has index 6, but 3 were asked for at most", nothing,
       [](ListQuestion& q) { q.limit = 3; }},
      {"NotAskedFor", "has index 4, but it is not wanted", nothing,
       [](ListQuestion& q) {
         q.why_not = [](const ArchivedArticle& article) {
           return article.report.index == 4 ? std::optional<std::string>("it is not wanted") : std::nullopt;
         };
       }},
      {"VersionOfAnotherPublisher", "has index 4, but the answer is of the publisher 'a.example'",
       [](const TestLog&, int, ListMessage& m) { m.publisher_domain = "a.example"; },
       [](ListQuestion& q) { q.versions = true; }},
      {"ArticleDoesNotCheck", "index 4 in a test's list",
       [](const TestLog&, int number, ListMessage& m) {
         if (number == 1) m.articles[0].set_content("x");
       }},
      {"NoCheckpoint", "expected a checkpoint",
       [](const TestLog&, int, ListMessage& m) { m.checkpoint.clear(); }},
      {"CheckpointOfAnotherKey", "expected a checkpoint",
       [](const TestLog& log, int, ListMessage& m) {
         m.checkpoint = TestLog().CheckpointWithRoot(7, log.RootHash(7));
       }},
  };
}

INSTANTIATE_TEST_SUITE_P(Lists, SpoiltListTest, ::testing::ValuesIn(AllSpoilt()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace chirograph::internal::list_check_test
