// SPDX-License-Identifier: Apache-2.0
//
// The stream beneath an audit, over a connection that breaks.
#include "client/internal/entry_stream.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "proto/rpc_error.h"
#include "tests/client/archive_client_fixture.h"

namespace chirograph::entry_stream_test {
namespace {

using ::testing::HasSubstr;

class EntryStreamTest : public ArchiveClientFixture {
 protected:
  EntryStreamTest() {
    TestLog log = server_.log();
    for (int i = 0; i < 10; ++i) log.AddDocument(MakeDocument("a" + std::to_string(i), ""));
    server_.UseLog(log);
  }
  Answer<AuditSummary> Audit() {
    AuditCallbacks callbacks;
    callbacks.on_entry = [this](const CheckedEntry& entry) { EXPECT_EQ(entry.index, entries_++); };
    return Connect()->Audit({}, callbacks);
  }

  std::uint64_t entries_ = 0;
};

TEST_F(EntryStreamTest, IsTakenUpWhereItWasCut) {
  for (int at = 0; at < 4; ++at) {
    Lies lies;
    auto left = std::make_shared<int>(3);
    lies.cut = [left, at](std::string_view method, int number) {
      if (method != "StreamEntries" || number != at || (*left)-- <= 0) return absl::OkStatus();
      return MakeError(v1::ERROR_REASON_STORE_UNAVAILABLE, "cut");
    };
    server_.Tell(lies);
    entries_ = 0;
    const Answer<AuditSummary> summary = Connect()->Audit(
        {.full = true},
        {.on_entry = [this](const CheckedEntry& entry) { EXPECT_EQ(entry.index, entries_++); }});
    ASSERT_TRUE(summary.ok()) << summary.failure().status;
    EXPECT_EQ(entries_, 10u) << at;
    EXPECT_EQ(summary->findings, 0u);
  }
}

TEST_F(EntryStreamTest, OneThatNeverComesIsGivenUp) {
  Lies lies;
  lies.cut = [](std::string_view method, int) {
    return method == "StreamEntries" ? MakeError(v1::ERROR_REASON_STORE_UNAVAILABLE, "cut")
                                     : absl::OkStatus();
  };
  server_.Tell(lies);
  const Answer<AuditSummary> summary = Audit();
  ASSERT_FALSE(summary.ok());
  EXPECT_EQ(summary.failure().kind, FailureKind::kCouldNot);
  EXPECT_FALSE(waits_.empty());
}

TEST_F(EntryStreamTest, OneThatEndsEarlyDoesNotCheck) {
  Lies lies;
  lies.cut = [](std::string_view method, int number) {
    return method == "StreamEntries" && number == 1 ? absl::CancelledError("") : absl::OkStatus();
  };
  server_.Tell(lies);
  EXPECT_FALSE(Audit().ok());
  EXPECT_EQ(entries_, 3u);
}

TEST_F(EntryStreamTest, AGapOrARepetitionDoesNotCheck) {
  // What came before the lie was audited: the second audit goes on behind it.
  for (const auto& [step, first, expected] : {std::tuple(-1, 0, "index 3"), std::tuple(1, 3, "index 6")}) {
    Lies lies;
    lies.entries = [step = step](int number, v1::StreamEntriesResponse& message) {
      if (number == 1) message.set_first_index(message.first_index() + static_cast<std::uint64_t>(step));
    };
    server_.Tell(lies);
    entries_ = first;
    const Answer<AuditSummary> summary = Audit();
    ASSERT_FALSE(summary.ok());
    EXPECT_EQ(summary.failure().kind, FailureKind::kDoesNotCheck);
    EXPECT_THAT(MessageOf(summary.failure()), HasSubstr(fmt::format("expected some from {}", expected)));
  }
}

TEST_F(EntryStreamTest, AMessageOfNothingOrOfTooMuchDoesNotCheck) {
  Lies lies;
  lies.entries = [](int, v1::StreamEntriesResponse& message) { message.clear_entries(); };
  server_.Tell(lies);
  EXPECT_EQ(Audit().failure().kind, FailureKind::kDoesNotCheck);
  lies.entries = [](int, v1::StreamEntriesResponse& message) {
    while (message.entries_size() <= 10) *message.add_entries() = message.entries(0);
  };
  server_.Tell(lies);
  EXPECT_EQ(Audit().failure().kind, FailureKind::kDoesNotCheck);
}

}  // namespace
}  // namespace chirograph::entry_stream_test
