// SPDX-License-Identifier: Apache-2.0
//
// What a report says to do by hand, done as it stands there.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "nlohmann/json.hpp"
#include "tests/client/cli_run.h"
#include "tests/client/test_log.h"
#include "tests/client/test_server.h"
#include "tests/end_to_end/process.h"

namespace chirograph::by_hand_test {
namespace {

using testing::HasSubstr;

class ByHandTest : public testing::Test {
 protected:
  ByHandTest() {
    TestLog log;
    log.AddKeyEvent("news.example", publisher_.key());
    log.AddDocument(MakeSignedDocument("a title", publisher_), publisher_.MakeKeyring());
    server_ = std::make_unique<TestServer>(log, TestServerOptions{publisher_.MakeKeyring(), "", ""});
    const Ran run = RunCli({"audit", "--report", folder_ / "audit.json", "--server", server_->address(),
                            "--state-dir", folder_ / "state", "--log-key", server_->log().verifier().vkey()});
    EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
    steps_ = nlohmann::json::parse(ReadBytes(folder_ / "audit.json"))["byHand"];
  }

  // In an empty folder of somebody else's.
  ProcessResult Do(const std::string& commands) {
    const std::string bin = std::filesystem::path(CHIROGRAPH_CLI).parent_path();
    std::filesystem::create_directories(folder_ / "home");
    return RunProcess({"bash", "-euc", "PATH=$BIN:$PATH\n" + commands},
                      {folder_ / "home", {{"HOME", folder_ / "home"}, {"BIN", bin}}, ""});
  }

  const TemporaryFolder folder_;
  const TestPublisher publisher_{"news.example"};
  std::unique_ptr<TestServer> server_;
  nlohmann::json steps_;
};

TEST_F(ByHandTest, EachStepIsAsItStandsThere) {
  ASSERT_EQ(steps_.size(), 4U);
  const std::vector<const char*> says = {"nothing wrong was found", "VALID", "log.example/test",
                                         "Signature Verified Successfully"};
  for (std::size_t i = 0; i < says.size(); ++i) {
    const ProcessResult result = Do(steps_[i]["commands"]);
    EXPECT_EQ(result.exit_code, 0) << steps_[i]["commands"] << result.out << result.err;
    EXPECT_THAT(result.out, HasSubstr(says[i]));
  }
}

TEST_F(ByHandTest, OpensslSeesAnotherCheckpoint) {
  std::string commands = steps_[3]["commands"];
  const std::string verify = "openssl pkeyutl";
  commands.insert(commands.find(verify), "printf ' ' >>checkpoint.txt\n");
  EXPECT_NE(Do(commands).exit_code, 0);
}

}  // namespace
}  // namespace chirograph::by_hand_test
