// SPDX-License-Identifier: Apache-2.0
//
// What the command asks, refuses, writes and prints; evidence_case_test.cc has what is in the zip.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/client_state.h"
#include "proto/canonical_form.h"
#include "proto/front_matter.h"
#include "tests/client/case_rig.h"
#include "tests/client/cli_archive_run.h"

namespace chirograph::cli_evidence_command_test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class CliEvidenceCommandTest : public CliArchiveTest {
 protected:
  // The zip that must be written for an article of the server's log.
  std::string ZipOf(std::uint64_t index) { return *PackEvidenceCase(CaseOf(server_->log(), index)); }

  void ExpectNothingWritten(const Ran& run, ExitCode code, std::string_view says) {
    EXPECT_EQ(run.code, code) << run.out << run.err;
    EXPECT_THAT(run.out + run.err, HasSubstr(says));
    EXPECT_FALSE(std::filesystem::exists(zip_));
  }

  const std::string ref_ = std::to_string(index_);
  const std::string zip_ = folder_ / "case.zip";
};

TEST_F(CliEvidenceCommandTest, WritesTheCaseAndSaysWhatWasCheckedAndWhatToType) {
  const Ran run = RunTrusting({"evidence", ref_, "-o", zip_});
  ASSERT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_EQ(ReadBytes(zip_), ZipOf(index_));
  EXPECT_THAT(
      run.out,
      AllOf(HasSubstr("In the log"), HasSubstr("Written to " + zip_),
            HasSubstr(fmt::format("\n  unzip {} && cd evidence-{} && less CHECK.txt\n", zip_, index_))));
}

TEST_F(CliEvidenceCommandTest, TakesEveryKindOfRef) {
  const v1::Article article = *ParseDocument(document_);
  for (const std::string& ref :
       {folder_ / "a.md", "sha256:" + ToHex(Sha256(document_)),
        "sha256:" + ToHex(Sha256(*CanonicalForm(article))), std::string("https://news.example/1")}) {
    const Ran run = RunTrusting({"evidence", ref, "-o", zip_, "--force"});
    ASSERT_EQ(run.code, ExitCode::kWell) << ref << run.err;
    EXPECT_EQ(ReadBytes(zip_), ZipOf(index_)) << ref;
  }
}

TEST_F(CliEvidenceCommandTest, KeepsTheReceipt) {
  ASSERT_EQ(RunTrusting({"evidence", ref_, "-o", zip_}).code, ExitCode::kWell);
  absl::StatusOr<ClientState> state = ClientState::Open(folder_ / "state", std::string(kTestOrigin));
  ASSERT_TRUE(state.ok()) << state.status();
  EXPECT_EQ((*state->ReadReceipt(index_))->log_entry(), server_->log().entry(index_).log_entry);
}

TEST_F(CliEvidenceCommandTest, SaysThatAFileWithOtherBytesHasTheSameArticle) {
  WriteBytes(folder_ / "a.md", "---\n# a comment\n" + document_.substr(4));
  const Ran run = RunTrusting({"evidence", folder_ / "a.md", "-o", zip_});
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_THAT(run.out, HasSubstr("not byte for byte the archived document"));
}

TEST_F(CliEvidenceCommandTest, MakesADocumentForAnArticleThatCameAsAMessage) {
  TestLog log = server_->log();
  const std::uint64_t index = log.AddArticle(*ParseDocument(document_), keyring_);
  server_->UseLog(log);
  const Ran run = RunTrusting({"--json", "evidence", std::to_string(index), "-o", zip_});
  ASSERT_EQ(run.code, ExitCode::kWell) << run.out << run.err;
  EXPECT_THAT(json::parse(run.out)["files"], testing::Contains("made-from-message.md"));
  EXPECT_THAT(ReadBytes(zip_), HasSubstr("made-from-message.md---\n"));
}

TEST_F(CliEvidenceCommandTest, AnUnsignedArticleNeedsNoKeyEvent) {
  TestLog log = server_->log();
  const std::uint64_t index = log.AddDocument(MakeDocument("unsigned", "other.example"));
  server_->UseLog(log);
  ASSERT_EQ(RunTrusting({"evidence", std::to_string(index), "-o", zip_}).code, ExitCode::kWell);
  EXPECT_EQ(ReadBytes(zip_), ZipOf(index));
  EXPECT_EQ(server_->Calls("StreamEntries"), 0);
}

TEST_F(CliEvidenceCommandTest, JsonSaysWhatWasWritten) {
  const Ran run = RunTrusting({"--json", "evidence", ref_, "-o", zip_});
  ASSERT_EQ(run.code, ExitCode::kWell) << run.out << run.err;
  const json answer = json::parse(run.out);
  const std::string zip = ReadBytes(zip_);
  EXPECT_EQ(answer["index"], index_);
  EXPECT_EQ(answer["ok"], true);
  EXPECT_EQ(answer["path"], zip_);
  EXPECT_EQ(answer["bytes"], zip.size());
  EXPECT_EQ(answer["sha256"], ToHex(Sha256(zip)));
  EXPECT_EQ(answer["folder"], fmt::format("evidence-{}", index_));
  EXPECT_EQ(answer["files"].size(), CaseOf(server_->log(), index_).files.size());
}

TEST_F(CliEvidenceCommandTest, AFileThatIsThereIsReplacedByForceAlone) {
  WriteBytes(zip_, "mine");
  Ran run = RunTrusting({"evidence", ref_, "-o", zip_});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr(zip_ + ": there is another file of this name"));
  EXPECT_THAT(run.err, HasSubstr("--force"));
  EXPECT_EQ(ReadBytes(zip_), "mine");
  run = RunTrusting({"--json", "evidence", ref_, "-o", zip_});
  EXPECT_EQ(json::parse(run.out)["path"], zip_);
  EXPECT_EQ(RunTrusting({"evidence", ref_, "-o", zip_, "--force"}).code, ExitCode::kWell);
  EXPECT_EQ(ReadBytes(zip_), ZipOf(index_));
  EXPECT_EQ(RunTrusting({"evidence", ref_, "-o", zip_}).code, ExitCode::kWell) << "the same bytes";
}

TEST_F(CliEvidenceCommandTest, AFolderThatIsNotThereIsNamed) {
  const Ran run = RunTrusting({"evidence", ref_, "-o", folder_ / "none/case.zip"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr(folder_ / "none/case.zip"));
}

TEST_F(CliEvidenceCommandTest, WhatIsNotArchivedIsAnAnswerOfNo) {
  ExpectNothingWritten(RunTrusting({"evidence", "0", "-o", zip_}), ExitCode::kNo, "is no article");
  ExpectNothingWritten(RunTrusting({"--json", "evidence", "sha256:" + std::string(64, 'a'), "-o", zip_}),
                       ExitCode::kNo, "NOT_ARCHIVED");
}

TEST_F(CliEvidenceCommandTest, AnArchiveThatLiesAboutTheArticleGetsNothingWritten) {
  Lies lies;
  lies.get = [](v1::GetArticleResponse& response) { response.set_content(FlipBit(response.content(), -1)); };
  server_->Tell(lies);
  ExpectNothingWritten(RunTrusting({"evidence", ref_, "-o", zip_}), ExitCode::kCouldNot, "does not check");
}

TEST_F(CliEvidenceCommandTest, AnArchiveThatLiesAboutTheKeyGetsNothingWritten) {
  Lies lies;
  lies.entries = [](int, v1::StreamEntriesResponse& response) {
    response.mutable_entries(0)->set_log_entry(FlipBit(response.entries(0).log_entry(), -1));
  };
  server_->Tell(lies);
  ExpectNothingWritten(RunTrusting({"evidence", ref_, "-o", zip_}), ExitCode::kCouldNot,
                       "is not shown to be in the log");
  ExpectNothingWritten(RunTrusting({"--json", "evidence", ref_, "-o", zip_}), ExitCode::kCouldNot,
                       "DOES_NOT_CHECK");
}

TEST_F(CliEvidenceCommandTest, ARecordThatNamesAnotherKeyGetsNothingWritten) {
  TestLog log = server_->log();
  const TestPublisher another("news.example");
  const std::uint64_t event = log.AddKeyEvent("news.example", another.key());
  const std::uint64_t index = log.AddDocument(
      document_, keyring_,
      [event](v1::ArticleRecord& record, v1::Opening&, v1::Content&) { record.set_key_event_index(event); });
  server_->UseLog(log);
  ExpectNothingWritten(RunTrusting({"evidence", std::to_string(index), "-o", zip_}), ExitCode::kCouldNot,
                       "does not verify the opened signature");
}

TEST_F(CliEvidenceCommandTest, WithoutWhatToDoItIsAUsageError) {
  EXPECT_EQ(RunCli({"evidence"}).code, ExitCode::kUsage);
  EXPECT_EQ(RunCli({"evidence", "1"}).code, ExitCode::kUsage);
  EXPECT_EQ(RunTrusting({"evidence", "no-such-file", "-o", zip_}).code, ExitCode::kUsage);
}

}  // namespace
}  // namespace chirograph::cli_evidence_command_test
