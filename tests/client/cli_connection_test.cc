// SPDX-License-Identifier: Apache-2.0
//
// Commands that ask an archive: what is a mistake of the caller's, and what they say of what they got.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/connection.h"
#include "tests/client/cli_archive_run.h"

namespace chirograph::cli_connection_test {
namespace {

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
  for (const char* server :
       {"localhost", "http://localhost:7443", "localhost:0", "localhost:72979", "unix:c.sock"}) {
    EXPECT_EQ(RunCli({"checkpoint", "--server", server, "--state-dir", folder_ / "s"}).code,
              ExitCode::kUsage);
  }
  EXPECT_EQ(server_->Calls("GetLogInfo"), 0);
}

TEST_F(CliConnectionTest, SaysThatItTrustsOnlyOnceThatIsKept) {
  WriteBytes(folder_ / "state", "no folder");
  const Ran failed = Run({"checkpoint", "--trust-first-use"});
  EXPECT_EQ(failed.code, ExitCode::kCouldNot);
  EXPECT_THAT(failed.err, Not(HasSubstr("Trusting")));
  std::filesystem::remove(folder_ / "state");
  EXPECT_THAT(Run({"checkpoint", "--trust-first-use"}).err, HasSubstr("Trusting"));
}

TEST_F(CliConnectionTest, AServerOnASocketIsAskedWithoutTls) {
  const TestServer local(server_->log(), {{}, "", "", "unix:" + (folder_ / "c.sock")});
  FakeHost host;
  const Ran run = RunCli({"checkpoint", "--server", local.address(), "--state-dir", folder_ / "state",
                          "--log-key", local.log().verifier().vkey()},
                         host);
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_EQ(run.out, local.log().Checkpoint());
}

TEST_F(CliConnectionTest, HelpNamesTheCommandOnce) {
  const Ran run = RunCli({"proof", "get", "--help"});
  EXPECT_THAT(run.out, AllOf(HasSubstr("chirograph proof get "), Not(HasSubstr("get get")),
                             HasSubstr("Options for every command: chirograph --help")));
  EXPECT_THAT(RunCli({"--help"}).out, Not(HasSubstr("chirograph chirograph")));
}

}  // namespace
}  // namespace chirograph::cli_connection_test
