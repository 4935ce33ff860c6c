// SPDX-License-Identifier: Apache-2.0
//
// The examples of docs/client-state.md.
#include <gtest/gtest.h>

#include <string>

#include "client/client_state.h"
#include "client/server_origin.h"
#include "tests/client/temp_folder.h"
#include "tests/client/test_log.h"
#include "tests/doc_example.h"

namespace chirograph::docs_client_state_test {
namespace {

TEST(DocsClientStateTest, NamesFoldersAsThePageSays) {
  const std::vector<std::string> lines = DocLines("client-state.md", "folder-names");
  ASSERT_EQ(lines.size(), 4u);
  for (const std::string& line : lines) {
    const std::size_t space = line.find(' ');
    ASSERT_NE(space, std::string::npos) << line;
    EXPECT_EQ(OriginFolderName(line.substr(0, space)), line.substr(space + 1));
  }
}

TEST(DocsClientStateTest, LaysOutFilesAsThePageSays) {
  const TempFolder folder;
  TestLog log("log.example/2026");
  log.AddDocument(MakeDocument("t", "news.example"));
  ClientState state = *ClientState::Open(folder.path(), "log.example/2026");
  ASSERT_TRUE(state.TrustLogKey(log.verifier()).ok());
  ASSERT_TRUE(state.SwapCheckpoint(std::nullopt, log.Checkpoint()).ok());
  const std::string path = folder.path() + "/log.example%2F2026";
  EXPECT_EQ(Slurp(path + "/format"), "chirograph client state 1\n");
  EXPECT_EQ(Slurp(path + "/log-key"), log.verifier().vkey() + "\n");
  EXPECT_EQ(Slurp(path + "/checkpoint"), log.Checkpoint());
  EXPECT_EQ(state.ReceiptPath(41), path + "/receipts/0/41.tlog-proof");
  EXPECT_EQ(state.ReceiptPath(12345), path + "/receipts/12/12345.tlog-proof");
  EXPECT_TRUE(std::filesystem::exists(folder.path() + "/.locks/log.example%2F2026"));
  ASSERT_TRUE(WriteServerOrigin(folder.path(), "127.0.0.1:7443", "log.example/2026").ok());
  EXPECT_EQ(Slurp(folder.path() + "/.servers/127.0.0.1%3A7443"), "log.example/2026\n");
  EXPECT_EQ(*state.Forget(TestTime()), folder.path() + "/.forgotten/20261123T080000Z-log.example%2F2026");
}

}  // namespace
}  // namespace chirograph::docs_client_state_test
