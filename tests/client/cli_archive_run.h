// SPDX-License-Identifier: Apache-2.0
//
// For commands that ask an archive: one with a key event and a signed article, whose document is a file here.
#ifndef CHIROGRAPH_TESTS_CLIENT_CLI_ARCHIVE_RUN_H_
#define CHIROGRAPH_TESTS_CLIENT_CLI_ARCHIVE_RUN_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "crypto/keyring.h"
#include "tests/client/cli_run.h"
#include "tests/client/test_log.h"
#include "tests/client/test_server.h"

namespace chirograph {

class CliArchiveTest : public testing::Test {
 protected:
  CliArchiveTest() {
    TestLog log;
    log.AddKeyEvent("news.example", publisher_.key());
    index_ = log.AddDocument(document_, keyring_);
    server_ = std::make_unique<TestServer>(log, TestServerOptions{keyring_, "", ""});
    WriteBytes(folder_ / "a.md", document_);
  }

  Ran Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", server_->address(), "--state-dir", folder_ / "state"});
    return RunCli(arguments, host_);
  }
  Ran RunTrusting(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--log-key", server_->log().verifier().vkey()});
    return Run(std::move(arguments));
  }

  FakeHost host_;
  const TemporaryFolder folder_;
  const TestPublisher publisher_{"news.example"};
  const Keyring keyring_ = publisher_.MakeKeyring();
  const std::string document_ = MakeSignedDocument("a title", publisher_);
  std::unique_ptr<TestServer> server_;
  std::uint64_t index_ = 0;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_CLIENT_CLI_ARCHIVE_RUN_H_
