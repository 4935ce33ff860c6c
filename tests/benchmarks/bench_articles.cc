// SPDX-License-Identifier: Apache-2.0
#include "tests/benchmarks/bench_articles.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <random>
#include <thread>
#include <utility>

#include "crypto/encoding.h"
#include "crypto/file.h"
#include "crypto/random.h"
#include "crypto/secured_field.h"
#include "proto/canonical_form.h"
#include "proto/front_matter.h"
#include "tests/benchmarks/bench_error.h"

namespace chirograph {
namespace {

constexpr char kDomain[] = "bench.example";
constexpr std::size_t kFewestBodyBytes = 900;
constexpr std::size_t kMostBodyBytes = 3900;

std::string MakeBody(std::mt19937_64& random) {
  const std::size_t bytes = kFewestBodyBytes + random() % (kMostBodyBytes - kFewestBodyBytes);
  std::string body;
  while (body.size() < bytes) body += fmt::format("word{} ", random() % 5000);
  return body + "\n";
}

// On as many threads as there are processors.
void ForEachInParallel(std::size_t count, const std::function<void(std::size_t)>& make) {
  const std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::thread> workers;
  for (std::size_t worker = 0; worker < threads; ++worker) {
    workers.emplace_back([&, worker] {
      for (std::size_t i = worker; i < count; i += threads) make(i);
    });
  }
  for (std::thread& worker : workers) worker.join();
}

}  // namespace

BenchPublisher::BenchPublisher(const std::string& folder)
    : private_key_(OrDie(PrivateKey::Generate(KeyAlgorithm::kRsaPssSha256))),
      envelope_key_(OrDie(RandomBytes(EnvelopeKeyBytes(EnvelopeKind::kAes256Cbc)))),
      keyring_(folder + "/keyring.yaml") {
  OrDie(WriteNewFile(folder + "/key.pem", OrDie(private_key_->PublicPem()), FileAccess::kPublic));
  OrDie(WriteNewFile(folder + "/key.hex", HexEncode(envelope_key_) + "\n", FileAccess::kSecret));
  OrDie(WriteNewFile(keyring_,
                     fmt::format("publishers:\n  {}:\n    - id: bench\n      algorithm: rsa-pss-sha256\n"
                                 "      public_key: key.pem\n      envelope: aes-256-cbc\n"
                                 "      envelope_key_file: key.hex\n",
                                 kDomain),
                     FileAccess::kPublic));
}

v1::Article BenchPublisher::MakeArticle(std::uint64_t number) const {
  std::mt19937_64 random(number);
  v1::Article article;
  article.set_category("news");
  article.set_title(fmt::format("Article {} of a benchmark", number));
  article.set_excerpt(
      "An excerpt as long as such excerpts are, for a reader who wants to know in two sentences "
      "what the text is about before it is read. This is the second one of them.");
  article.mutable_published_date_time()->set_seconds(1600000000 + static_cast<std::int64_t>(number));
  article.set_original_url(fmt::format("https://{}/features/technology/{}/original.html", kDomain, number));
  article.set_web_url(fmt::format("https://{}/features/technology/{}.html", kDomain, number));
  article.set_type("article");
  article.set_quality(static_cast<std::int32_t>(number % 100));
  article.mutable_provider()->set_name("A benchmark");
  article.mutable_provider()->set_domain(kDomain);
  for (const char* topic : {"Technology", "Police", "Moscow"}) article.add_topics(topic);
  v1::Image& image = *article.add_images();
  image.set_url(fmt::format("https://{}/images/{}.jpg", kDomain, number));
  image.set_width(1200);
  image.set_height(800);
  article.set_body(MakeBody(random));
  article.set_secured(Secured(article));
  return article;
}

std::string BenchPublisher::MakeDocument(std::uint64_t number) const {
  std::mt19937_64 random(number);
  const std::string url = fmt::format("https://{}/features/technology/{}", kDomain, number);
  const std::string rest = fmt::format(
      "category: news\ntitle: \"Document {1} of a benchmark\"\n"
      "excerpt: \"An excerpt as long as such excerpts are, for a reader who wants to know in two sentences "
      "what "
      "the text is about before it is read. This is the second one of them.\"\n"
      "publishedDateTime: 2020-09-13T12:26:40Z\noriginalUrl: \"{0}/original.html\"\nwebUrl: \"{0}.html\"\n"
      "type: article\nquality: {2}\nprovider:\n  name: A benchmark\n  domain: {3}\n"
      "topics:\n  - Technology\n  - Police\n  - Moscow\n"
      "images:\n  - url: \"https://{3}/images/{1}.jpg\"\n    width: 1200\n    height: 800\n---\n{4}",
      url, number, number % 100, kDomain, MakeBody(random));
  const v1::Article article = OrDie(ParseDocument("---\n" + rest));
  return fmt::format("---\nsecured: \"{}\"\n{}", Secured(article), rest);
}

std::string BenchPublisher::Secured(const v1::Article& article) const {
  return OrDie(MakeSecuredField(OrDie(CanonicalForm(article)), *private_key_, EnvelopeKind::kAes256Cbc,
                                envelope_key_));
}

std::vector<v1::Article> MakeArticles(const BenchPublisher& publisher, std::uint64_t first,
                                      std::size_t count) {
  std::vector<v1::Article> articles(count);
  ForEachInParallel(count, [&](std::size_t i) { articles[i] = publisher.MakeArticle(first + i); });
  return articles;
}

std::vector<v1::IngestArticlesRequest> MakePackedDocuments(const BenchPublisher& publisher,
                                                           std::uint64_t first, std::size_t count,
                                                           std::size_t packing) {
  std::vector<std::string> documents(count);
  ForEachInParallel(count, [&](std::size_t i) { documents[i] = publisher.MakeDocument(first + i); });
  std::vector<v1::IngestArticlesRequest> messages;
  for (std::size_t i = 0; i < count; ++i) {
    if (i % packing == 0) messages.emplace_back();
    v1::TaggedSubmission& submission = *messages.back().add_submissions();
    submission.set_tag(i);
    submission.set_source_document(std::move(documents[i]));
  }
  return messages;
}

std::vector<v1::IngestArticlesRequest> PackArticles(const std::vector<v1::Article>& articles,
                                                    std::size_t packing) {
  std::vector<v1::IngestArticlesRequest> messages;
  for (std::size_t i = 0; i < articles.size(); ++i) {
    if (i % packing == 0) messages.emplace_back();
    v1::TaggedSubmission& submission = *messages.back().add_submissions();
    submission.set_tag(i);
    *submission.mutable_article() = articles[i];
  }
  return messages;
}

}  // namespace chirograph
