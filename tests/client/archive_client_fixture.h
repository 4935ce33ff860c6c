// SPDX-License-Identifier: Apache-2.0
//
// A client library on one side, a server that is honest unless told otherwise on the other.
#ifndef CHIROGRAPH_TESTS_CLIENT_ARCHIVE_CLIENT_FIXTURE_H_
#define CHIROGRAPH_TESTS_CLIENT_ARCHIVE_CLIENT_FIXTURE_H_

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "client/archive_client.h"
#include "tests/client/temp_folder.h"
#include "tests/client/test_log.h"
#include "tests/client/test_server.h"

namespace chirograph {

inline std::string MessageOf(const Failure& failure) { return std::string(failure.status.message()); }

class ArchiveClientFixture : public ::testing::Test {
 protected:
  ArchiveClientFixture() : server_(TestLog(), {keyring_, "", ""}) {
    options_.server = server_.address();
    options_.state_dir = folder_.path();
    options_.log_key = server_.log().verifier().vkey();
    options_.now = [this] { return now_; };
    options_.sleep = [this](absl::Duration wait) {
      now_ += wait;
      waits_.push_back(wait);
    };
  }

  std::unique_ptr<ArchiveClient> Connect() {
    Answer<std::unique_ptr<ArchiveClient>> client = ArchiveClient::Connect(options_);
    EXPECT_TRUE(client.ok()) << client.failure().status;
    return *std::move(client);
  }
  Failure ConnectFailure() {
    const Answer<std::unique_ptr<ArchiveClient>> client = ArchiveClient::Connect(options_);
    EXPECT_FALSE(client.ok());
    return client.ok() ? Failure() : client.failure();
  }
  // Entries whose bytes nobody reads.
  static void GrowTo(TestLog& log, std::uint64_t tree_size, std::string_view word = "entry") {
    while (log.tree_size() < tree_size) log.AddEntry({fmt::format("{} {}", word, log.tree_size()), "", ""});
  }
  void GrowTo(std::uint64_t tree_size) {
    TestLog log = server_.log();
    GrowTo(log, tree_size);
    server_.UseLog(log);
  }
  // Makes `method` answer with these errors first, one a call.
  void RefuseFirst(std::string_view method, std::vector<absl::Status> errors) {
    Lies lies;
    auto left = std::make_shared<std::vector<absl::Status>>(std::move(errors));
    lies.refuse = [method, left](std::string_view called) {
      if (called != method || left->empty()) return absl::OkStatus();
      const absl::Status error = left->front();
      left->erase(left->begin());
      return error;
    };
    server_.Tell(lies);
  }

  const TempFolder folder_;
  const TestPublisher publisher_{"news.example"};
  const Keyring keyring_ = publisher_.MakeKeyring();
  const SourceDocument document_{MakeSignedDocument("a title", publisher_)};
  TestServer server_;
  ClientOptions options_;
  absl::Time now_ = TestTime();
  std::vector<absl::Duration> waits_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_CLIENT_ARCHIVE_CLIENT_FIXTURE_H_
