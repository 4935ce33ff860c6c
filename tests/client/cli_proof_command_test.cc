// SPDX-License-Identifier: Apache-2.0
//
// What the two commands print and write; cli_proof_verification_test.cc has what is checked.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "client/receipt_file.h"
#include "tests/client/cli_archive_run.h"

namespace chirograph::cli_proof_command_test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class CliProofCommandTest : public CliArchiveTest {
 protected:
  // The archived article's receipt, after `change`, as a file.
  void WriteProof(const std::function<void(v1::Receipt&)>& change = nullptr) {
    v1::Receipt receipt = server_->log().Receipt(index_);
    if (change != nullptr) change(receipt);
    WriteBytes(proof_, *FormatReceiptFile(receipt));
  }

  const std::string ref_ = std::to_string(index_);
  const std::string proof_ = folder_ / "a.tlog-proof";
};

// --- get ---

TEST_F(CliProofCommandTest, WithoutAFileTheReceiptItselfIsTheOutput) {
  const std::string file = *FormatReceiptFile(server_->log().Receipt(index_));
  EXPECT_EQ(RunTrusting({"proof", "get", ref_}).out, file);
  EXPECT_EQ(RunTrusting({"--json", "proof", "get", ref_}).out, file);
  EXPECT_EQ(RunTrusting({"proof", "get", folder_ / "a.md"}).out, file);
}

TEST_F(CliProofCommandTest, AWrittenProofIsReportedWithWhatAnybodyCanType) {
  const Ran run = RunTrusting({"proof", "get", ref_, "-o", proof_});
  ASSERT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_EQ(ReadBytes(proof_), *FormatReceiptFile(server_->log().Receipt(index_)));
  EXPECT_THAT(run.out, AllOf(HasSubstr("In the log"), HasSubstr("Written to " + proof_),
                             HasSubstr(fmt::format("chirograph proof verify --log-key {} {}\n",
                                                   server_->log().verifier().vkey(), proof_))));
  // As it was said, by somebody who knows nothing yet.
  EXPECT_EQ(RunCli({"proof", "verify", "--log-key", server_->log().verifier().vkey(), proof_, "--state-dir",
                    folder_ / "other"})
                .code,
            ExitCode::kWell);
}

TEST_F(CliProofCommandTest, AFileThatIsThereIsReplacedByForceAlone) {
  const std::vector<std::string> command = {"proof", "get", ref_, "-o", proof_};
  WriteBytes(proof_, "mine");
  Ran run = RunTrusting(command);
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr(proof_ + ": there is another file of this name"));
  EXPECT_EQ(ReadBytes(proof_), "mine");
  EXPECT_EQ(RunTrusting({"proof", "get", ref_, "-o", proof_, "--force"}).code, ExitCode::kWell);
  EXPECT_EQ(ReadBytes(proof_), *FormatReceiptFile(server_->log().Receipt(index_)));
  EXPECT_EQ(RunTrusting(command).code, ExitCode::kWell) << "the same bytes";
}

TEST_F(CliProofCommandTest, WhatAnybodyCanTypeIsQuotedForAShell) {
  const Ran run = RunTrusting({"proof", "get", ref_, "-o", folder_ / "it's a proof"});
  ASSERT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_THAT(run.out, HasSubstr(" '" + (folder_ / "it'\\''s a proof") + "'\n"));
}

TEST_F(CliProofCommandTest, AFileWithOtherBytesHasItsArticlesProofAndIsToldSo) {
  WriteBytes(folder_ / "a.md", "---\n# a comment\n" + document_.substr(4));
  const Ran run = RunTrusting({"proof", "get", folder_ / "a.md", "-o", proof_});
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_THAT(run.out, HasSubstr("not byte for byte the archived document"));
}

TEST_F(CliProofCommandTest, JsonOfAWrittenProofNamesTheFile) {
  const Ran run = RunTrusting({"--json", "proof", "get", ref_, "-o", proof_});
  ASSERT_EQ(run.code, ExitCode::kWell) << run.err;
  const json report = json::parse(run.out);
  EXPECT_EQ(report["path"], proof_);
  EXPECT_EQ(report["index"], index_);
  EXPECT_EQ(report["ok"], true);
}

TEST_F(CliProofCommandTest, WhatIsNotArchivedIsAnAnswerOfNoAndWritesNothing) {
  for (const std::string& ref : {std::string("0"), "sha256:" + std::string(64, 'a')}) {
    const Ran run = RunTrusting({"--json", "proof", "get", ref, "-o", proof_});
    EXPECT_EQ(run.code, ExitCode::kNo) << ref;
    EXPECT_EQ(json::parse(run.out)["error"]["kind"], "NOT_ARCHIVED") << ref;
  }
  EXPECT_FALSE(std::filesystem::exists(proof_));
}

TEST_F(CliProofCommandTest, AFileThatCannotBeWrittenIsNamed) {
  const Ran run = RunTrusting({"proof", "get", ref_, "-o", folder_ / "none/x"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr(folder_ / "none/x: "));
  EXPECT_THAT(run.out, Not(HasSubstr("Written")));
  const json line = json::parse(RunTrusting({"--json", "proof", "get", ref_, "-o", folder_ / "none/x"}).out);
  EXPECT_EQ(line["path"], folder_ / "none/x");
  EXPECT_THAT(line["error"]["message"].get<std::string>(), Not(HasSubstr("none/x:")));
}

TEST_F(CliProofCommandTest, AFullDiskUnderTheOutputIsAnError) {
  host_.write_status = absl::UnavailableError("No space left on device");
  EXPECT_EQ(RunTrusting({"proof", "get", ref_}).code, ExitCode::kCouldNot);
}

// --- verify ---

TEST_F(CliProofCommandTest, AProofThatHoldsIsReportedAndNoServerIsAsked) {
  WriteProof();
  const Ran run = RunTrusting({"proof", "verify", proof_, folder_ / "a.md"});
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("Title"), HasSubstr("a title"), HasSubstr("In the log"),
                             HasSubstr("no keyring here"), HasSubstr("No server was asked.")));
  EXPECT_EQ(server_->Calls("GetLogInfo"), 0);
}

TEST_F(CliProofCommandTest, OtherBytesOfTheSameArticleHoldAndAreToldSo) {
  WriteProof();
  WriteBytes(folder_ / "a.md", "---\n# a comment\n" + document_.substr(4));
  const Ran run = RunTrusting({"proof", "verify", proof_, folder_ / "a.md"});
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_THAT(run.out, HasSubstr("not byte for byte the archived one"));
}

TEST_F(CliProofCommandTest, AProofThatDoesNotHoldIsAnAnswerOfNoWithEveryFinding) {
  WriteProof([](v1::Receipt& receipt) { receipt.set_opening(FlipBit(receipt.opening(), -1)); });
  Ran run = RunTrusting({"proof", "verify", proof_});
  EXPECT_EQ(run.code, ExitCode::kNo);
  EXPECT_THAT(run.out, AllOf(HasSubstr("checkpoint       VERIFIED"), HasSubstr("opening          FAILED")));
  EXPECT_THAT(run.err, HasSubstr(proof_ + ": the proof does not hold"));
  run = RunTrusting({"--json", "proof", "verify", proof_});
  EXPECT_EQ(run.code, ExitCode::kNo);
  EXPECT_EQ(json::parse(run.out)["path"], proof_);
  EXPECT_EQ(json::parse(run.out)["ok"], false);
}

TEST_F(CliProofCommandTest, JsonSaysWhichInputCouldNotBeRead) {
  WriteProof();
  WriteBytes(folder_ / "bad.md", "---\na: 1\na: 2\n---\n");
  WriteBytes(folder_ / "bad.tlog-proof", "nonsense\n");
  for (const std::vector<std::string>& inputs :
       {std::vector<std::string>{proof_, folder_ / "bad.md"}, {folder_ / "bad.tlog-proof"}}) {
    std::vector<std::string> arguments = {"--json", "proof", "verify"};
    arguments.insert(arguments.end(), inputs.begin(), inputs.end());
    const Ran run = RunTrusting(arguments);
    EXPECT_EQ(run.code, ExitCode::kCouldNot);
    EXPECT_EQ(json::parse(run.out)["path"], inputs.back());
    EXPECT_TRUE(json::parse(run.out)["error"]["line"].is_number());
  }
}

TEST_F(CliProofCommandTest, WhatIsWrongWithTheConfigurationIsSaidOnStandardErrorAlone) {
  WriteProof();
  const Ran run = Run({"--json", "proof", "verify", proof_});
  EXPECT_EQ(run.code, ExitCode::kUsage);
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, AllOf(HasSubstr(proof_), HasSubstr("chirograph log trust VKEY")));
}

TEST_F(CliProofCommandTest, WithoutWhatToDoItIsAUsageError) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"proof"}, {"proof", "get"}, {"proof", "verify"}, {"proof", "make", "x"}}) {
    EXPECT_EQ(RunCli(arguments).code, ExitCode::kUsage) << arguments.size();
  }
}

}  // namespace
}  // namespace chirograph::cli_proof_command_test
