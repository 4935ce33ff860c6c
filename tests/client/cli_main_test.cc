// SPDX-License-Identifier: Apache-2.0
//
// What only the process shows: its exit code, its two outputs, and that gRPC's own complaints stay out of
// them. What each command does is tested within the test's process.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <string>

#include "tests/client/temp_folder.h"
#include "tests/client/test_log.h"
#include "tests/client/test_server.h"

namespace chirograph::cli_main_test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class CliMainTest : public ::testing::Test {
 protected:
  // Runs `chirograph ARGUMENTS` from a shell; its exit code.
  int Run(const std::string& arguments, const std::string& environment = "") {
    const std::string command = fmt::format(
        "env -u GRPC_VERBOSITY {} CHIROGRAPH_STATE_DIR='{}/state' '{}' {} >'{}' 2>'{}' </dev/null",
        environment, folder_.path(), CHIROGRAPH_CLI_BINARY, arguments, out_, err_);
    const int status = std::system(command.c_str());  // NOLINT(cert-env33-c): the words are the test's own
    EXPECT_TRUE(WIFEXITED(status)) << command;
    return WEXITSTATUS(status);
  }

  const TempFolder folder_;
  const TestServer server_{TestLog()};
  const std::string out_ = folder_.path() + "/out";
  const std::string err_ = folder_.path() + "/err";
};

TEST_F(CliMainTest, AnAnswerGoesToStandardOutput) {
  EXPECT_EQ(Run("--version"), 0);
  EXPECT_THAT(Slurp(out_), HasSubstr("chirograph "));
  EXPECT_THAT(Slurp(err_), IsEmpty());
}

TEST_F(CliMainTest, AMistakenCommandLineExitsWithTwo) {
  EXPECT_EQ(Run("no-such-command"), 2);
  EXPECT_THAT(Slurp(out_), IsEmpty());
  EXPECT_THAT(Slurp(err_), HasSubstr("no-such-command"));
}

// gRPC writes of a failed handshake at its usual level; a server without TLS makes one.
TEST_F(CliMainTest, AServerThatCannotBeSpokenToExitsWithThreeInOurWordsAlone) {
  EXPECT_EQ(Run("--tls --server " + server_.address() + " checkpoint"), 3);
  EXPECT_THAT(Slurp(err_), HasSubstr(server_.address()));
  EXPECT_THAT(Slurp(err_), Not(HasSubstr(".cc:"))) << "gRPC's own lines name its sources";
}

TEST_F(CliMainTest, WhoAsksForGrpcsLinesGetsThem) {
  EXPECT_EQ(Run("--tls --server " + server_.address() + " checkpoint", "GRPC_VERBOSITY=ERROR"), 3);
  EXPECT_THAT(Slurp(err_), HasSubstr(".cc:"));
}

}  // namespace
}  // namespace chirograph::cli_main_test
