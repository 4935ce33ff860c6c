// SPDX-License-Identifier: Apache-2.0
//
// A catalog as simple as can be: all articles in a vector, looked through for each question. And an archive
// with random articles, of few words, so that questions have answers.
#ifndef CHIROGRAPH_TESTS_SERVICE_CATALOG_MODEL_H_
#define CHIROGRAPH_TESTS_SERVICE_CATALOG_MODEL_H_

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <future>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "chirograph/v1/listing.pb.h"
#include "crypto/utf8.h"
#include "proto/enum_conversion.h"
#include "service/catalog_query.h"
#include "tests/service/test_archive.h"
#include "tests/service/test_publisher.h"

namespace chirograph {

struct ModelArticle {
  std::uint64_t index = 0;
  v1::Article article;
  std::optional<absl::Time> published;  // as the generator meant it
  std::string publisher_domain;
  std::string url;
  Digest digest = {};
  Verdict verdict = Verdict::kUnsigned;
  absl::Time ingest_time;
};

class CatalogModel {
 public:
  void Add(ModelArticle article) { articles_.push_back(std::move(article)); }
  const std::vector<ModelArticle>& articles() const { return articles_; }

  static bool Fits(const CatalogQuery& query, const ModelArticle& a) {
    const auto has_topic = [&](const std::string& topic) {
      return std::find(a.article.topics().begin(), a.article.topics().end(), topic) !=
             a.article.topics().end();
    };
    if (query.publisher_domain && *query.publisher_domain != a.publisher_domain) return false;
    if (!std::all_of(query.topics.begin(), query.topics.end(), has_topic)) return false;
    if (query.category && (!a.article.has_category() || a.article.category() != *query.category))
      return false;
    if (query.type && (!a.article.has_type() || a.article.type() != *query.type)) return false;
    if (!query.verdicts.empty() && !Has(query.verdicts, a.verdict)) return false;
    if (!a.url.starts_with(query.url_prefix)) return false;
    if (query.published_from && !(a.published && *a.published >= *query.published_from)) return false;
    if (query.published_until && !(a.published && *a.published < *query.published_until)) return false;
    if (query.ingested_from && a.ingest_time < *query.ingested_from) return false;
    if (query.ingested_until && a.ingest_time >= *query.ingested_until) return false;
    return a.index >= query.first_index && a.index < query.end_index;
  }

  std::vector<std::uint64_t> List(const CatalogQuery& query, std::uint64_t tree_size) const {
    std::vector<const ModelArticle*> found;
    for (const ModelArticle& article : articles_) {
      if (article.index < tree_size && Fits(query, article)) found.push_back(&article);
    }
    std::sort(found.begin(), found.end(), [&](const ModelArticle* a, const ModelArticle* b) {
      switch (query.order) {
        case CatalogOrder::kIndexAscending:
          return a->index < b->index;
        case CatalogOrder::kIndexDescending:
          return a->index > b->index;
        default:
          break;
      }
      const bool down = query.order == CatalogOrder::kPublishedDescending;
      if (a->published.has_value() != b->published.has_value()) return a->published.has_value();
      if (a->published != b->published) return (*a->published < *b->published) != down;
      return (a->index < b->index) != down;
    });
    std::vector<std::uint64_t> indexes;
    for (const ModelArticle* article : found) indexes.push_back(article->index);
    return indexes;
  }

  std::vector<std::string> Publishers(const std::string& url, const VersionBounds& bounds) const {
    std::set<std::string> publishers;
    for (const ModelArticle& a : articles_) {
      if (a.url == url && Counts(bounds, a)) publishers.insert(a.publisher_domain);
    }
    return {publishers.begin(), publishers.end()};
  }

  std::vector<std::uint64_t> Versions(const PageName& page, const VersionBounds& bounds,
                                      bool newest_first) const {
    std::set<Digest> seen;
    std::vector<std::uint64_t> indexes;
    for (const ModelArticle& a : articles_) {
      if (!IsOf(page, a) || !Counts(bounds, a)) continue;
      if (seen.insert(a.digest).second) indexes.push_back(a.index);
    }
    if (newest_first) std::reverse(indexes.begin(), indexes.end());
    return indexes;
  }

  // The first submissions of a text with a verdict that is not VALID, the newest of them that is later.
  std::optional<std::uint64_t> NewerNotValid(const PageName& page, std::uint64_t index,
                                             std::uint64_t end_index) const {
    const Digest digest = At(index).digest;
    std::set<std::pair<Digest, Verdict>> seen;
    std::optional<std::uint64_t> newest;
    for (const ModelArticle& a : articles_) {
      if (!IsOf(page, a) || a.index >= end_index || !seen.insert({a.digest, a.verdict}).second) continue;
      if (a.index > index && a.verdict != Verdict::kValid && a.digest != digest) newest = a.index;
    }
    return newest;
  }

  const ModelArticle& At(std::uint64_t index) const {
    return *std::find_if(articles_.begin(), articles_.end(),
                         [index](const ModelArticle& a) { return a.index == index; });
  }

 private:
  static bool Has(const std::vector<Verdict>& verdicts, Verdict verdict) {
    return std::find(verdicts.begin(), verdicts.end(), verdict) != verdicts.end();
  }
  static bool IsOf(const PageName& page, const ModelArticle& a) {
    return a.publisher_domain == page.publisher_domain && a.url == page.url;
  }
  static bool Counts(const VersionBounds& bounds, const ModelArticle& a) {
    return a.index < bounds.end_index && Has(bounds.verdicts, a.verdict);
  }

  std::vector<ModelArticle> articles_;
};

// Takes whatever it is given.
inline Policy TakeEverything() {
  Policy policy;
  for (const Verdict verdict : kAllVerdicts) policy.Set(verdict, PolicyAction::kAccept);
  policy.SetUnsignedWithKeys(PolicyAction::kAccept);
  return policy;
}

class RandomArticles {
 public:
  RandomArticles(std::uint64_t seed, const TestPublisher& publisher) : random_(seed), publisher_(publisher) {}

  std::size_t Below(std::size_t n) { return random_() % n; }
  bool Sometimes(int percent) { return Below(100) < static_cast<std::size_t>(percent); }
  template <class Choices>
  auto OneOf(const Choices& choices) {
    return *(std::begin(choices) + static_cast<std::ptrdiff_t>(Below(std::size(choices))));
  }

  static const std::vector<std::string>& Publishers() {
    static const std::vector<std::string> kPublishers = {std::string(kTestDomain), "other.example",
                                                         "third.example", ""};
    return kPublishers;
  }
  static const std::vector<std::string>& Urls() {
    static const std::vector<std::string> kUrls = {
        "",        "https://news.example/a",    "https://news.example/a/b", "https://news.example/b",
        "http://", "https://other.example/a",   "https://ö.example/",       "\x7f",
        "h",       "https://news.example/a?x=1"};
    return kUrls;
  }
  std::string Topic() { return fmt::format("topic {}", Below(4)); }
  std::string Category() { return OneOf(std::array{"news", "sport", ""}); }
  std::string Type() { return OneOf(std::array{"article", "video"}); }
  absl::Time Published() {
    return absl::FromUnixSeconds(static_cast<std::int64_t>(Below(6)) - 3) +
           absl::Nanoseconds(OneOf(std::array{0, 0, 1, 999'999'999}));
  }

  // An article, all but where it gets to.
  ModelArticle Make() {
    if (!made_.empty() && Sometimes(40)) {
      // A text that was there, in another way.
      ModelArticle again = OneOf(made_);
      again.article.clear_secured();
      again.verdict = SetSecured(again.article);
      return again;
    }
    ModelArticle made;
    v1::Article& article = made.article;
    article.set_title(fmt::format("Text {}", Below(6)));
    made.publisher_domain = OneOf(Publishers());
    if (!made.publisher_domain.empty()) article.mutable_provider()->set_domain(made.publisher_domain);
    made.url = OneOf(Urls());
    if (!made.url.empty()) {
      Sometimes(70) ? article.set_web_url(made.url) : article.set_original_url(made.url);
    }
    if (Sometimes(60)) article.set_category(Category());
    if (Sometimes(60)) article.set_type(Type());
    for (std::size_t n = Below(4); n > 0; --n) article.add_topics(Topic());
    SetPublished(made);
    made.verdict = SetSecured(article);
    made_.push_back(made);
    return made;
  }

 private:
  void SetPublished(ModelArticle& made) {
    v1::Article& article = made.article;
    if (Sometimes(30)) return;
    const absl::Time time = Published();
    made.published = time;
    const int how = static_cast<int>(Below(3));
    if (how == 0) {
      const std::int64_t seconds = absl::ToUnixSeconds(time);
      article.mutable_published_date_time()->set_seconds(seconds);
      article.mutable_published_date_time()->set_nanos(
          static_cast<int>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
      return;
    }
    auto& extra = *article.mutable_extra()->mutable_fields();
    extra[how == 1 ? "publishedDateTime" : "date"].set_string_value(
        absl::FormatTime("%Y-%m-%d %H:%M:%E9S +0000", time, absl::UTCTimeZone()));
  }

  Verdict SetSecured(v1::Article& article) {
    const bool has_keys = article.provider().domain() == publisher_.domain();
    switch (Below(4)) {
      case 0:
        return Verdict::kUnsigned;
      case 1:
        article.set_secured("A" + std::string(1, OneOf(std::string("ABC"))));
        return Verdict::kMalformed;
      default:
        break;
    }
    article.set_secured(publisher_.Secured(Sometimes(30) ? MakeArticle(1) : article));
    if (!has_keys) return Verdict::kUnknownKey;
    v1::Article unsecured = article;
    unsecured.clear_secured();
    return publisher_.Secured(unsecured) == article.secured() ? Verdict::kValid : Verdict::kInvalid;
  }

  std::mt19937_64 random_;
  std::vector<ModelArticle> made_;
  const TestPublisher& publisher_;
};

inline google::protobuf::Timestamp Exactly(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(absl::ToUnixSeconds(time));
  timestamp.set_nanos(
      static_cast<int>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(timestamp.seconds()))));
  return timestamp;
}

// The same but for the order, as a request has it.
inline v1::ArticleFilter FilterFor(const CatalogQuery& query) {
  v1::ArticleFilter filter;
  if (query.publisher_domain) filter.set_publisher_domain(*query.publisher_domain);
  for (const std::string& topic : query.topics) filter.add_topics(topic);
  if (query.category) filter.set_category(*query.category);
  if (query.type) filter.set_type(*query.type);
  for (const Verdict verdict : query.verdicts) filter.add_verdicts(ToProto(verdict));
  filter.set_url_prefix(query.url_prefix);
  if (query.published_from) *filter.mutable_published_from() = Exactly(*query.published_from);
  if (query.published_until) *filter.mutable_published_until() = Exactly(*query.published_until);
  if (query.ingested_from) *filter.mutable_ingested_from() = Exactly(*query.ingested_from);
  if (query.ingested_until) *filter.mutable_ingested_until() = Exactly(*query.ingested_until);
  filter.set_first_index(query.first_index);
  if (query.end_index != CatalogQuery().end_index) filter.set_end_index(query.end_index);
  return filter;
}

// An archive with random articles, and a model that knows them.
class ModelArchive {
 public:
  explicit ModelArchive(std::uint64_t seed)
      : articles(seed, publisher), archive(KeyringOf({&publisher}), TakeEverything()) {}

  // Archives `count` more, some of which are there already.
  void Grow(int count) {
    std::vector<std::pair<ModelArticle, std::future<Sequenced>>> waiting;
    for (int i = 0; i < count; ++i) {
      ModelArticle made = articles.Make();
      waiting.emplace_back(made, archive.Submit(made.article));
      if (waiting.size() < 8 && i + 1 < count) continue;
      for (auto& [article, answer] : waiting) Record(std::move(article), answer.get());
      waiting.clear();
      if (articles.Sometimes(50)) archive.clock.Advance(absl::Microseconds(articles.Below(3)));
    }
  }

  CatalogQuery RandomQuery() {
    CatalogQuery query;
    if (articles.Sometimes(30)) query.publisher_domain = articles.OneOf(RandomArticles::Publishers());
    for (int n = articles.Sometimes(30) ? 1 + articles.Sometimes(30) : 0; n > 0; --n) {
      query.topics.push_back(articles.Topic());
    }
    if (articles.Sometimes(20)) query.category = articles.Category();
    if (articles.Sometimes(20)) query.type = articles.Type();
    if (articles.Sometimes(40)) query.verdicts = RandomVerdicts();
    if (articles.Sometimes(30)) {
      query.url_prefix = articles.OneOf(RandomArticles::Urls());
      if (articles.Sometimes(50)) query.url_prefix.resize(articles.Below(query.url_prefix.size() + 1));
      query.url_prefix.resize(ValidUtf8Prefix(query.url_prefix));  // else no message can have it
    }
    if (articles.Sometimes(20)) query.published_from = articles.Published();
    if (articles.Sometimes(20)) query.published_until = articles.Published();
    if (articles.Sometimes(15)) query.ingested_from = RandomIngestTime();
    if (articles.Sometimes(15)) query.ingested_until = RandomIngestTime();
    if (articles.Sometimes(15)) query.first_index = articles.Below(archive.tree_size() + 2);
    if (articles.Sometimes(15)) query.end_index = articles.Below(archive.tree_size() + 2);
    query.order =
        articles.OneOf(std::array{CatalogOrder::kIndexAscending, CatalogOrder::kIndexDescending,
                                  CatalogOrder::kPublishedAscending, CatalogOrder::kPublishedDescending});
    return query;
  }
  std::vector<Verdict> RandomVerdicts() {
    std::vector<Verdict> verdicts;
    for (const Verdict verdict : kAllVerdicts) {
      if (articles.Sometimes(40)) verdicts.push_back(verdict);
    }
    if (verdicts.empty()) verdicts.push_back(Verdict::kValid);
    return verdicts;
  }
  absl::Time RandomIngestTime() {
    return articles.OneOf(model.articles()).ingest_time + absl::Microseconds(articles.Below(2));
  }

  const TestPublisher publisher;
  RandomArticles articles;
  TestArchive archive;
  CatalogModel model;

 private:
  void Record(ModelArticle made, const Sequenced& sequenced) {
    ASSERT_TRUE(sequenced.ok()) << sequenced.status();
    const Placement& placement = sequenced->placement;
    if (placement.already_archived) return;
    made.index = placement.index;
    made.digest = Sha256(CanonicalForm(made.article).value());
    const v1::LogEntry entry = archive.ReadEntry(made.index);
    EXPECT_EQ(FromProto(entry.article_record().verdict_at_ingest()), made.verdict);
    made.ingest_time = FromTimestamp(entry.article_record().ingest_time());
    model.Add(std::move(made));
  }
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_SERVICE_CATALOG_MODEL_H_
