// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "client/receipt_file.h"
#include "tests/client/cli_archive_run.h"

namespace chirograph {
namespace {

using nlohmann::ordered_json;
using testing::HasSubstr;
using testing::Not;

class CliAuditCommandTest : public CliArchiveTest {
 protected:
  Ran Audit(std::vector<std::string> more = {}) {
    more.insert(more.begin(), "audit");
    return RunTrusting(std::move(more));
  }
  // Makes the server send another content for the article.
  void SpoilContent() {
    Lies lies;
    lies.entries = [this](int, v1::StreamEntriesResponse& message) {
      v1::StoredEntry& entry = *message.mutable_entries(static_cast<int>(index_ - message.first_index()));
      entry.set_content(FlipBit(entry.content(), 5));
    };
    server_->Tell(lies);
  }
};

TEST_F(CliAuditCommandTest, SaysWhatWasCheckedAndByWhom) {
  const Ran run = Audit();
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_THAT(run.out, HasSubstr("Audit      log.example/test, 3 entries from #0 on"));
  EXPECT_THAT(run.out, HasSubstr("Tree       tree size 3, signed by the log's key"));
  EXPECT_THAT(run.out, HasSubstr("Articles   1: 1 VALID"));
  EXPECT_THAT(run.out, HasSubstr("1 genuine, by keys that the log names"));
  EXPECT_THAT(run.out, HasSubstr("the operator's word"));
  EXPECT_THAT(run.out, HasSubstr("by the operator's clock; no witness"));
  EXPECT_THAT(run.out, HasSubstr("Result     nothing wrong was found"));
  EXPECT_EQ(run.err, "");
}

TEST_F(CliAuditCommandTest, WhatIsWrongIsALineAndExitsWithOne) {
  SpoilContent();
  const Ran run = Audit();
  EXPECT_EQ(run.code, ExitCode::kNo) << run.err;
  EXPECT_THAT(run.out, HasSubstr("FINDING    #2 CONTENT_MISMATCH: the stored article is not the one that was "
                                 "archived (expected sha256:"));
  EXPECT_THAT(run.out, HasSubstr("Result     1 finding"));
  // It stands, although the server behaves now.
  server_->Tell({});
  const Ran again = Audit();
  EXPECT_EQ(again.code, ExitCode::kNo);
  EXPECT_THAT(again.out, HasSubstr("EARLIER    #2 CONTENT_MISMATCH"));
  EXPECT_THAT(again.out, HasSubstr("--full looks at all again"));
  EXPECT_EQ(Audit({"--full"}).code, ExitCode::kWell);
}

TEST_F(CliAuditCommandTest, WithoutArticlesItSaysSo) {
  SpoilContent();
  const Ran run = Audit({"--entries-only"});
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_THAT(run.out, HasSubstr("their texts and signatures were left out"));
  EXPECT_THAT(run.out, Not(HasSubstr("genuine")));
}

TEST_F(CliAuditCommandTest, HoldsTheLogToReceiptsInAFolder) {
  TestLog shown = server_->log();
  const std::uint64_t index = shown.AddDocument(MakeDocument("shown to somebody else", ""));
  const std::string theirs = folder_ / "theirs.tlog-proof";
  WriteBytes(theirs, FormatReceiptFile(shown.Receipt(index)).value());
  TestLog log = server_->log();
  log.AddDocument(MakeDocument("another", ""));
  server_->UseLog(log);
  const Ran run = Audit({"--receipts", folder_ / ""});
  EXPECT_EQ(run.code, ExitCode::kNo) << run.err;
  EXPECT_THAT(run.out, HasSubstr("#3 RECEIPT_NOT_HONOURED " + theirs));
  EXPECT_THAT(run.out, HasSubstr("1 held against the log"));
}

TEST_F(CliAuditCommandTest, AFolderOrFileThatIsNoneIsNamed) {
  Ran run = Audit({"--receipts", folder_ / "nowhere"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr(folder_ / "nowhere"));
  WriteBytes(folder_ / "bad.tlog-proof", "no receipt");
  run = Audit({"--receipts", folder_ / ""});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr("bad.tlog-proof: is no receipt"));
}

TEST_F(CliAuditCommandTest, AServerThatIsAwayIsSaidAndHowToGoOn) {
  Lies lies;
  lies.refuse = [](std::string_view method) {
    return method == "StreamEntries" ? absl::InternalError("broken") : absl::OkStatus();
  };
  server_->Tell(lies);
  const Ran run = Audit();
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr("run the same again to go on"));
}

TEST_F(CliAuditCommandTest, InJsonAFindingIsALineAndTheSummaryTheLast) {
  SpoilContent();
  const Ran run = Audit({"--json"});
  EXPECT_EQ(run.code, ExitCode::kNo);
  std::vector<ordered_json> lines;
  std::istringstream stream(run.out);
  for (std::string line; std::getline(stream, line);) lines.push_back(ordered_json::parse(line));
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0]["finding"]["code"], "CONTENT_MISMATCH");
  EXPECT_EQ(lines[0]["finding"]["index"], 2);
  EXPECT_EQ(lines[1]["audit"]["findings"], 1);
  EXPECT_EQ(lines[1]["audit"]["complete"], true);
  EXPECT_EQ(lines[1]["audit"]["atIngest"]["byVerdict"]["VALID"], 1);
}

}  // namespace
}  // namespace chirograph
