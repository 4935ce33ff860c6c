// SPDX-License-Identifier: Apache-2.0
//
// A client of an archive whose articles differ in all that a list can ask for.
#ifndef CHIROGRAPH_TESTS_CLIENT_LISTING_FIXTURE_H_
#define CHIROGRAPH_TESTS_CLIENT_LISTING_FIXTURE_H_

#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/front_matter.h"
#include "proto/stored_format.h"
#include "tests/client/archive_client_fixture.h"

namespace chirograph {

// A document with this front matter but for the dashes.
inline std::string DocumentOf(std::string_view front_matter) {
  return fmt::format("---\n{}---\nA body.\n", front_matter);
}

// Appends articles at 0, 2, 3, 4, 5 and 6, and a key event at 1. 2 is signed by `publisher`, 5 came as a
// message.
inline void AddVariedArticles(TestLog& log, const TestPublisher& publisher, const Keyring& keyring) {
  log.AddDocument(
      DocumentOf("title: zero\nwebUrl: https://a.example/x/0\nprovider: {domain: a.example}\n"
                 "topics: [sun, moon]\ncategory: sky\ntype: news\n"
                 "publishedDateTime: 2021-02-14T15:21:00Z\n"));
  log.AddDocument(MakeSignedDocument("signed", publisher), keyring);  // index 2, after its key event
  log.AddDocument(
      DocumentOf("title: three\nwebUrl: https://a.example/x/3\nprovider: {domain: a.example}\n"
                 "topics: [moon]\ncategory: sky\ndate: 2020-01-01\n"));
  log.AddDocument(DocumentOf("title: four\n"));
  log.AddArticle(
      *ParseDocument(DocumentOf("title: five\nwebUrl: https://b.example/x\n"
                                "provider: {domain: b.example}\ntopics: [sun]\ntype: news\n"
                                "publishedDateTime: 2022-02-14T15:21:00Z\n")));
  log.AddDocument(DocumentOf("title: six\nwebUrl: https://a.example/y\nprovider: {domain: a.example}\n"), {},
                  [](v1::ArticleRecord& record, v1::Opening&, v1::Content&) {
                    *record.mutable_ingest_time() = ToTimestamp(TestTime() + absl::Hours(1));
                  });
}

class ListingFixture : public ArchiveClientFixture {
 protected:
  ListingFixture() {
    TestLog log = server_.log();
    AddVariedArticles(log, publisher_, keyring_);
    server_.UseLog(std::move(log));
    options_.keyring = std::make_shared<const Keyring>(keyring_);
    options_.retry_for = absl::Seconds(10);
    client_ = Connect();
  }

  // The indexes of all articles, in the order of the log.
  const std::vector<std::uint64_t> all_ = {0, 2, 3, 4, 5, 6};
  std::unique_ptr<ArchiveClient> client_;
};

inline void AddIndexes(const std::vector<ArchivedArticle>& articles, std::vector<std::uint64_t>* indexes) {
  for (const ArchivedArticle& article : articles) indexes->push_back(article.report.index);
}

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_CLIENT_LISTING_FIXTURE_H_
