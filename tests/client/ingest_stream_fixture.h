// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_CLIENT_INGEST_STREAM_FIXTURE_H_
#define CHIROGRAPH_TESTS_CLIENT_INGEST_STREAM_FIXTURE_H_

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "client/ingest_stream.h"
#include "tests/client/archive_client_fixture.h"

namespace chirograph {

// A stream, and what it says.
class IngestStreamFixture : public ArchiveClientFixture {
 protected:
  static constexpr std::uint64_t kFirstTag = 1000;

  IngestStreamFixture() : empty_log_(server_.log()), client_(Connect()) {}

  // An empty archive, and a client that knows nothing of it yet.
  void Restart() {
    server_.Tell({});
    server_.UseLog(empty_log_);
    options_.state_dir = fmt::format("{}/{}", folder_.path(), ++restarts_);
    client_ = Connect();
    outcomes_.clear();
    ended_ = 0;
  }

  std::unique_ptr<IngestStream> Open() {
    IngestStreamOptions options = stream_options_;
    options.on_outcome = [this](std::uint64_t tag, Answer<IngestOutcome> outcome) {
      outcomes_.emplace_back(tag, std::move(outcome));
    };
    options.on_end = [this] { ++ended_; };
    return client_->OpenIngestStream(std::move(options));
  }

  // Sends so many unsigned articles, with tags from kFirstTag on.
  IngestEnd Send(std::size_t count) {
    const auto stream = Open();
    taken_ = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const SourceDocument document{MakeDocument(fmt::format("article {}", i), "other.example")};
      if (stream->Submit(kFirstTag + i, document)) ++taken_;
    }
    return stream->Finish();
  }

  // The most articles in a message, when `count` wait to be sent, each with `body`. `max_submissions` as
  // LogLimits has it.
  std::size_t Messages(std::size_t count, const std::string& body, std::uint32_t max_submissions = 0) {
    Restart();
    std::atomic<bool> go = false;
    std::atomic<std::size_t> most = 0;
    Lies lies;
    lies.log_info = [max_submissions](v1::GetLogInfoResponse& info) {
      info.mutable_limits()->set_max_submissions_per_message(max_submissions);
    };
    lies.stream_step = [&go](StreamStep, int) -> std::optional<absl::Status> {
      while (!go) absl::SleepFor(absl::Milliseconds(1));
      return std::nullopt;
    };
    lies.ingest_stream = [&most](v1::IngestArticlesResponse& response) {
      most = std::max(most.load(), static_cast<std::size_t>(response.outcomes_size()));
    };
    server_.Tell(lies);
    client_ = Connect();
    const auto stream = Open();
    for (std::size_t i = 0; i < count; ++i) {
      stream->Submit(i, SourceDocument{MakeDocument(std::to_string(i), "other.example") + body});
    }
    go = true;
    EXPECT_FALSE(stream->Finish().failure.has_value());
    EXPECT_EQ(outcomes_.size(), count);
    return most;
  }

  std::map<std::uint64_t, Answer<IngestOutcome>> ByTag() const {
    return {outcomes_.begin(), outcomes_.end()};
  }

  // Of so many that Send sent to an empty archive.
  void ExpectEachArchivedOnce(std::size_t count) {
    EXPECT_EQ(server_.log().tree_size() - empty_log_.tree_size(), count) << "archived twice, or not at all";
    EXPECT_EQ(outcomes_.size(), count) << "reported twice, or not at all";
    std::set<std::uint64_t> tags;
    std::set<std::uint64_t> indexes;
    for (const auto& [tag, outcome] : outcomes_) {
      ASSERT_TRUE(outcome.ok()) << outcome.failure().status;
      EXPECT_TRUE(outcome->archived);
      tags.insert(tag);
      indexes.insert(outcome->report.index);
    }
    EXPECT_EQ(tags.size(), count);
    EXPECT_EQ(indexes.size(), count);
    EXPECT_EQ(client_->state().ListReceipts()->size(), count);
  }

  const TestLog empty_log_;
  IngestStreamOptions stream_options_;
  std::unique_ptr<ArchiveClient> client_;
  std::vector<std::pair<std::uint64_t, Answer<IngestOutcome>>> outcomes_;
  std::atomic<int> ended_ = 0;
  std::size_t taken_ = 0;
  int restarts_ = 0;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_CLIENT_INGEST_STREAM_FIXTURE_H_
