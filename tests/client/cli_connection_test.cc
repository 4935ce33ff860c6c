// SPDX-License-Identifier: Apache-2.0
//
// Commands that ask an archive: what is a mistake of the caller's, and what they say of what they got.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/connection.h"
#include "client/receipt_file.h"
#include "tests/client/cli_archive_run.h"

namespace chirograph {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

using CliConnectionTest = CliArchiveTest;

TEST_F(CliConnectionTest, WrongOptionsAreUsageErrorsAndAskNothing) {
  WriteBytes(folder_ / "junk.pem", "junk");
  const std::vector<std::vector<std::string>> wrong = {
      {"--log-key", "nonsense"}, {"--tls-ca", folder_ / "junk.pem"}, {"--tls-ca", folder_ / "none.pem"}};
  for (std::vector<std::string> arguments : wrong) {
    arguments.insert(arguments.begin(), {"--json", "checkpoint"});
    const Ran run = Run(arguments);
    EXPECT_EQ(run.code, ExitCode::kUsage) << arguments[3];
    EXPECT_EQ(run.out, "");
    EXPECT_NE(run.err, "");
  }
  for (const char* server : {"localhost", "http://localhost:7443"}) {
    EXPECT_EQ(RunCli({"checkpoint", "--server", server, "--state-dir", folder_ / "s"}).code,
              ExitCode::kUsage);
  }
  EXPECT_EQ(server_->Calls("GetLogInfo"), 0);
}

TEST_F(CliConnectionTest, WrongKeyInTheEnvironmentIsNotTheProofsFault) {
  WriteBytes(folder_ / "a.tlog-proof", *FormatReceiptFile(server_->log().Receipt(index_)));
  host_.variables["CHIROGRAPH_LOG_KEY"] = "nonsense";
  const Ran run = Run({"proof", "verify", folder_ / "a.tlog-proof"});
  EXPECT_EQ(run.code, ExitCode::kUsage);
  EXPECT_THAT(run.err, AllOf(HasSubstr("CHIROGRAPH_LOG_KEY"), Not(HasSubstr("a.tlog-proof"))));
}

TEST_F(CliConnectionTest, SaysThatItTrustsOnlyOnceThatIsKept) {
  WriteBytes(folder_ / "state", "no folder");
  const Ran failed = Run({"checkpoint", "--trust-first-use"});
  EXPECT_EQ(failed.code, ExitCode::kCouldNot);
  EXPECT_THAT(failed.err, Not(HasSubstr("Trusting")));
  std::filesystem::remove(folder_ / "state");
  EXPECT_THAT(Run({"checkpoint", "--trust-first-use"}).err, HasSubstr("Trusting"));
}

TEST_F(CliConnectionTest, ProofGetSaysWhatAnybodyCanType) {
  const Ran run = RunTrusting({"proof", "get", std::to_string(index_), "-o", folder_ / "a.tlog-proof"});
  ASSERT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_THAT(run.out, HasSubstr(fmt::format("chirograph proof verify --log-key {} {}",
                                             server_->log().verifier().vkey(), folder_ / "a.tlog-proof")));
  // As it was said, by somebody who knows nothing yet.
  EXPECT_EQ(RunCli({"proof", "verify", "--log-key", server_->log().verifier().vkey(),
                    folder_ / "a.tlog-proof", "--state-dir", folder_ / "other"})
                .code,
            ExitCode::kWell);
}

TEST_F(CliConnectionTest, WriteErrorsAreJsonWithThePath) {
  const Ran run = RunTrusting({"--json", "proof", "get", std::to_string(index_), "-o", folder_ / "none/x"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  const json line = json::parse(run.out);
  EXPECT_EQ(line["path"], folder_ / "none/x");
  EXPECT_THAT(line["error"]["message"].get<std::string>(), Not(HasSubstr("none/x:")));
}

TEST_F(CliConnectionTest, AForkIsAnAlarmWhateverElseIsWrongWithTheProof) {
  ASSERT_EQ(RunTrusting({"checkpoint"}).code, ExitCode::kWell);
  v1::Receipt receipt = server_->log().Receipt(index_);
  Digest other = server_->log().RootHash(1);
  receipt.set_checkpoint(server_->log().CheckpointWithRoot(server_->log().tree_size(), other));
  WriteBytes(folder_ / "a.tlog-proof", *FormatReceiptFile(receipt));
  const Ran run = Run({"proof", "verify", folder_ / "a.tlog-proof"});
  EXPECT_EQ(run.code, ExitCode::kAlarm) << run.err;
}

TEST_F(CliConnectionTest, StandardInputIsReadOnce) {
  EXPECT_EQ(RunTrusting({"ingest", "-", "-"}).code, ExitCode::kUsage);
}

TEST_F(CliConnectionTest, HelpNamesTheCommandOnce) {
  const Ran run = RunCli({"proof", "get", "--help"});
  EXPECT_THAT(run.out, AllOf(HasSubstr("chirograph proof get "), Not(HasSubstr("get get")),
                             HasSubstr("Options for every command: chirograph --help")));
  EXPECT_THAT(RunCli({"--help"}).out, Not(HasSubstr("chirograph chirograph")));
}

}  // namespace
}  // namespace chirograph
