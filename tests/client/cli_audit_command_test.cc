// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "client/receipt_file.h"
#include "tests/client/cli_archive_run.h"

namespace chirograph::cli_audit_command_test {
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

TEST_F(CliAuditCommandTest, ProgressIsOfAllEntriesThatAreLookedAt) {
  host_.terminals = {Stream::kError};
  host_.variables["TERM"] = "xterm";
  EXPECT_THAT(Audit().err, HasSubstr("3/3 ["));
  TestLog log = server_->log();
  for (int i = 0; i < 4; ++i) log.AddDocument(MakeDocument("b" + std::to_string(i), ""));
  server_->UseLog(log);
  const std::string err = Audit().err;
  EXPECT_THAT(err, HasSubstr("0/4 ["));
  EXPECT_THAT(err, HasSubstr("4/4 ["));
  EXPECT_THAT(Audit().err, Not(HasSubstr("/0 [")));
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
  // Of the same size, but with another root.
  const Ran run = Audit({"--receipts", folder_ / ""});
  EXPECT_EQ(run.code, ExitCode::kAlarm) << run.err;
  EXPECT_THAT(run.out, HasSubstr("#3 RECEIPT_NOT_HONOURED " + theirs));
  EXPECT_THAT(run.err, HasSubstr("signed two root hashes for tree size 4"));
  EXPECT_THAT(run.err, HasSubstr("in the receipt " + theirs));
  EXPECT_THAT(run.err, HasSubstr("Evidence: "));
  // It stands for who asks without that receipt.
  const Ran again = Audit();
  EXPECT_EQ(again.code, ExitCode::kNo) << again.err;
  EXPECT_THAT(again.out, HasSubstr("EARLIER    #3 RECEIPT_NOT_HONOURED " + theirs));
}

TEST_F(CliAuditCommandTest, ReceiptsOfTheLogAreCounted) {
  WriteBytes(folder_ / "ours/2.tlog-proof", FormatReceiptFile(server_->log().Receipt(2, 3)).value());
  const Ran run = Audit({"--receipts", folder_ / "ours"});
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
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

TEST_F(CliAuditCommandTest, AReceiptThatIsNoneHidesNoOtherAndNoFinding) {
  SpoilContent();
  WriteBytes(folder_ / "r/bad.tlog-proof", "no receipt");
  WriteBytes(folder_ / "r/good.tlog-proof", FormatReceiptFile(server_->log().Receipt(2, 3)).value());
  const std::string report = folder_ / "a.json";
  Ran run = Audit({"--receipts", folder_ / "r", "--report", report});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr("chirograph: " + (folder_ / "r/bad.tlog-proof") + ": is no receipt: "));
  EXPECT_THAT(run.out, HasSubstr("FINDING    #2 CONTENT_MISMATCH"));
  EXPECT_THAT(run.out, HasSubstr("1 held against the log"));
  EXPECT_THAT(run.out, HasSubstr("1 receipt could not be checked: see standard error"));
  const ordered_json json = ordered_json::parse(ReadBytes(report));
  EXPECT_EQ(json["checked"]["unchecked"]["receipts"][0]["file"], folder_ / "r/bad.tlog-proof");
  EXPECT_EQ(json["result"], "NOT_FINISHED");
  run = Audit({"--receipts", folder_ / "r", "--json"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  const std::vector<std::string> lines = LinesOf(run.out);
  EXPECT_EQ(ordered_json::parse(lines.front())["path"], folder_ / "r/bad.tlog-proof");
  EXPECT_EQ(ordered_json::parse(lines.back())["audit"]["uncheckedReceipts"], 1);
}

TEST_F(CliAuditCommandTest, AReceiptThatIsNoneHidesNoAlarm) {
  TestLog shown = server_->log();
  shown.AddDocument(MakeDocument("shown to somebody else", ""));
  WriteBytes(folder_ / "r/a.tlog-proof", "no receipt");
  WriteBytes(folder_ / "r/b.tlog-proof", FormatReceiptFile(shown.Receipt(3)).value());
  const Ran run = Audit({"--receipts", folder_ / "r", "--report", folder_ / "a.html"});
  EXPECT_EQ(run.code, ExitCode::kAlarm) << run.err;
  EXPECT_THAT(run.err, HasSubstr("r/a.tlog-proof: is no receipt: "));
  EXPECT_THAT(run.out, HasSubstr("RECEIPT_NOT_HONOURED " + (folder_ / "r/b.tlog-proof")));
  EXPECT_THAT(ReadBytes(folder_ / "a.html"), HasSubstr(folder_ / "r/a.tlog-proof"));
}

TEST_F(CliAuditCommandTest, AServerThatIsAwayIsSaidAndHowToGoOn) {
  Lies lies;
  lies.refuse = [](std::string_view method) {
    return method == "StreamEntries" ? absl::InternalError("broken") : absl::OkStatus();
  };
  server_->Tell(lies);
  Ran run = Audit();
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr("Nothing of this audit was kept: run the same again, which begins at #0."));
  server_->Tell({});
  EXPECT_EQ(Audit().code, ExitCode::kWell);
  TestLog log = server_->log();
  for (int i = 0; i < 5; ++i) log.AddDocument(MakeDocument("b" + std::to_string(i), ""));
  server_->UseLog(log);
  lies = {};
  lies.cut = [](std::string_view method, int number) {
    return method == "StreamEntries" && number == 1 ? absl::InternalError("broken") : absl::OkStatus();
  };
  server_->Tell(lies);
  run = Audit({"--report", folder_ / "a.html"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr("What was audited before #6 stands: run the same again to go on from #6."));
  EXPECT_THAT(Audit().out, HasSubstr("entries from #6 on"));
}

TEST_F(CliAuditCommandTest, WhereNoneBeganNothingIsSaidOfGoingOn) {
  Lies lies;
  lies.refuse = [](std::string_view method) {
    return method == "GetCheckpoint" ? absl::InternalError("broken") : absl::OkStatus();
  };
  server_->Tell(lies);
  EXPECT_THAT(Audit().err, HasSubstr("Nothing was audited now; what was audited before stands."));
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

TEST_F(CliAuditCommandTest, WritesReportsAndNamesThem) {
  SpoilContent();
  const std::string page = folder_ / "audit.html";
  const std::string file = folder_ / "audit.json";
  Ran run = Audit({"--report", page, "--report", file});
  EXPECT_EQ(run.code, ExitCode::kNo) << run.err;
  EXPECT_THAT(run.out, HasSubstr("Report     " + page));
  EXPECT_THAT(run.out, HasSubstr("Report     " + file));
  EXPECT_THAT(run.out, HasSubstr("FINDING    #2 CONTENT_MISMATCH"));
  EXPECT_THAT(ReadBytes(page), HasSubstr("<h1>1 finding</h1>"));
  const ordered_json report = ordered_json::parse(ReadBytes(file));
  EXPECT_EQ(report["found"]["findings"][0]["index"], 2);
  run = Audit({"--report", page, "--json"});
  const std::vector<std::string> lines = LinesOf(run.out);
  EXPECT_EQ(ordered_json::parse(lines.back())["audit"]["reports"], ordered_json({page}));
}

TEST_F(CliAuditCommandTest, AnotherEndingIsAUsageErrorBeforeAnythingIsDone) {
  const Ran run = Audit({"--report", folder_ / "a.html", "--report", folder_ / "audit.pdf"});
  EXPECT_EQ(run.code, ExitCode::kUsage);
  EXPECT_THAT(run.err, HasSubstr("audit.pdf: a report's name must end in .html or .json"));
  EXPECT_EQ(server_->Calls("GetLogInfo"), 0);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a.html"));
}

TEST_F(CliAuditCommandTest, AReportThatCannotBeWrittenIsSaidBeforeTheAudit) {
  Ran run = Audit({"--report", folder_ / "none/a.html"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr("none/a.html: cannot be written"));
  EXPECT_EQ(server_->Calls("GetLogInfo"), 0);
  std::filesystem::create_directory(folder_ / "b.json");
  run = Audit({"--report", folder_ / "b.json"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr("b.json: is a folder"));
  EXPECT_EQ(server_->Calls("GetLogInfo"), 0);
}

TEST_F(CliAuditCommandTest, OneThatCannotBeWrittenInTheEndIsAFailure) {
  Lies lies;  // the folder goes while the audit is under way
  lies.entries = [this](int, v1::StreamEntriesResponse&) { std::filesystem::remove_all(folder_ / "out"); };
  server_->Tell(lies);
  std::filesystem::create_directory(folder_ / "out");
  const Ran run = Audit({"--report", folder_ / "out/a.html", "--report", folder_ / "b.html"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr("out/a.html"));
  EXPECT_THAT(run.out, Not(HasSubstr("Report     " + (folder_ / "out/a.html"))));
  EXPECT_THAT(run.out, HasSubstr("Report     " + (folder_ / "b.html")));
}

TEST_F(CliAuditCommandTest, AnAuditThatFailsHasItsReportToo) {
  Lies lies;
  lies.refuse = [](std::string_view method) {
    return method == "StreamEntries" ? absl::InternalError("broken") : absl::OkStatus();
  };
  server_->Tell(lies);
  const Ran run = Audit({"--report", folder_ / "a.html"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr("Report: " + (folder_ / "a.html")));
  EXPECT_THAT(ReadBytes(folder_ / "a.html"), HasSubstr("<h1>Not finished</h1>"));
  EXPECT_THAT(ReadBytes(folder_ / "a.html"), HasSubstr("It is not finished: "));
}

TEST_F(CliAuditCommandTest, AnAlarmHasItsReportToo) {
  EXPECT_EQ(Audit().code, ExitCode::kWell);
  const std::string rolled_back = server_->log().Checkpoint(1);
  Lies lies;
  lies.checkpoint = [&rolled_back](v1::GetCheckpointResponse& response) {
    response.set_checkpoint(rolled_back);
  };
  server_->Tell(lies);
  const Ran run = Audit({"--report", folder_ / "a.html", "--report", folder_ / "a.json"});
  EXPECT_EQ(run.code, ExitCode::kAlarm) << run.err;
  EXPECT_THAT(run.err, HasSubstr("Report: " + (folder_ / "a.html")));
  EXPECT_THAT(ReadBytes(folder_ / "a.html"),
              HasSubstr("<h1>ALARM: the log contradicts what it signed before</h1>"));
  const ordered_json report = ordered_json::parse(ReadBytes(folder_ / "a.json"));
  ASSERT_EQ(report["result"], "ALARM");
  EXPECT_EQ(report["alarm"]["receivedCheckpoint"], rolled_back);
  EXPECT_TRUE(std::filesystem::is_directory(std::string(report["alarm"]["evidenceDir"])));
}

}  // namespace
}  // namespace chirograph::cli_audit_command_test
