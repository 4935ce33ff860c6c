// SPDX-License-Identifier: Apache-2.0
//
// Commands that ask an archive: what is a mistake of the caller's, and what they say of what they got.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/connection.h"
#include "client/receipt_file.h"
#include "proto/rpc_error.h"
#include "tests/client/cli_run.h"
#include "tests/client/test_log.h"
#include "tests/client/test_server.h"

namespace chirograph {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class CliConnectionTest : public testing::Test {
 protected:
  CliConnectionTest() {
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

TEST_F(CliConnectionTest, AnotherKeyForATrustedLogIsAUsageError) {
  ASSERT_EQ(Run({"log", "trust", server_->log().verifier().vkey()}).code, ExitCode::kWell);
  const Ran run = Run({"log", "trust", TestLog().verifier().vkey()});
  EXPECT_EQ(run.code, ExitCode::kUsage);
  EXPECT_THAT(run.err, HasSubstr(fmt::format("chirograph log forget {}", kTestOrigin)));
  EXPECT_EQ(Run({"log", "forget", "log.example/unknown"}).code, ExitCode::kUsage);
}

TEST_F(CliConnectionTest, SaysThatItTrustsOnlyOnceThatIsKept) {
  WriteBytes(folder_ / "state", "no folder");
  const Ran failed = Run({"checkpoint", "--trust-first-use"});
  EXPECT_EQ(failed.code, ExitCode::kCouldNot);
  EXPECT_THAT(failed.err, Not(HasSubstr("Trusting")));
  std::filesystem::remove(folder_ / "state");
  EXPECT_THAT(Run({"checkpoint", "--trust-first-use"}).err, HasSubstr("Trusting"));
}

TEST_F(CliConnectionTest, HoldsTheFileThatWasNamedAgainstTheReceipt) {
  Ran run = RunTrusting({"--json", "get", folder_ / "a.md"});
  ASSERT_EQ(run.code, ExitCode::kWell) << run.err;
  const auto outcome = [&run](std::string_view subject) {
    const json answer = json::parse(run.out);
    for (const json& check : answer["checks"]) {
      if (check["subject"] == subject) return check["outcome"].get<std::string>();
    }
    return std::string();
  };
  EXPECT_EQ(outcome("source"), "VERIFIED");
  run = RunTrusting({"--json", "proof", "get", folder_ / "a.md", "-o", folder_ / "a.tlog-proof"});
  EXPECT_EQ(outcome("source"), "VERIFIED");
  EXPECT_EQ(outcome("article"), "VERIFIED");
}

TEST_F(CliConnectionTest, SaysThatTheFileDiffersFromTheArchivedDocument) {
  std::string other = document_;
  other.insert(other.find('\n') + 1, "# a comment\n");
  WriteBytes(folder_ / "a.md", other);
  EXPECT_THAT(RunTrusting({"get", folder_ / "a.md"}).err, HasSubstr("not byte for byte"));
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

TEST_F(CliConnectionTest, WhatIsNoArticleIsANo) {
  const Ran run = RunTrusting({"--json", "get", "0"});
  EXPECT_EQ(run.code, ExitCode::kNo);
  EXPECT_EQ(json::parse(run.out)["error"]["kind"], "NOT_ARCHIVED");
  EXPECT_EQ(json::parse(run.out)["error"]["reason"], "NOT_AN_ARTICLE");
  const std::string none = "sha256:" + std::string(64, 'a');
  const Ran digest = RunTrusting({"get", none});
  EXPECT_EQ(digest.code, ExitCode::kNo);
  EXPECT_THAT(digest.err, HasSubstr("neither an article nor a source document"));
}

TEST_F(CliConnectionTest, DoesNotBelieveThatAnArticleIsGoneOfWhichAReceiptIsKept) {
  ASSERT_EQ(RunTrusting({"get", folder_ / "a.md"}).code, ExitCode::kWell);
  Lies lies;
  lies.refuse = [](std::string_view method) {
    return method == "GetArticle" ? MakeError(v1::ERROR_REASON_ARTICLE_NOT_FOUND, "no such article")
                                  : absl::OkStatus();
  };
  server_->Tell(lies);
  const Ran run = RunTrusting({"--json", "get", folder_ / "a.md"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_EQ(json::parse(run.out)["error"]["kind"], "DOES_NOT_CHECK");
}

TEST_F(CliConnectionTest, WriteErrorsAreJsonWithThePath) {
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"get", std::to_string(index_)}, {"proof", "get", std::to_string(index_)}}) {
    std::vector<std::string> arguments = command;
    arguments.insert(arguments.end(), {"--json", "-o", folder_ / "none/x"});
    const Ran run = RunTrusting(arguments);
    EXPECT_EQ(run.code, ExitCode::kCouldNot);
    const json line = json::parse(run.out);
    EXPECT_EQ(line["path"], folder_ / "none/x");
    EXPECT_THAT(line["error"]["message"].get<std::string>(), Not(HasSubstr("none/x:")));
  }
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

TEST_F(CliConnectionTest, ATerminalSeesControlCharactersSpelledOutAndAPipeSeesThemAsTheyAre) {
  TestLog log = server_->log();
  const std::string document = MakeDocument("t", "news.example") + "\xe2\x80\xaetxet\n";
  const std::uint64_t index = log.AddDocument(document, keyring_);
  server_->UseLog(log);
  EXPECT_EQ(RunTrusting({"get", "--source", std::to_string(index)}).out, document);
  host_.terminals = {Stream::kOutput};
  EXPECT_THAT(RunTrusting({"get", "--source", std::to_string(index)}).out,
              AllOf(HasSubstr("\\u202etxet\n"), Not(HasSubstr("\xe2\x80\xae"))));
}

TEST_F(CliConnectionTest, HelpNamesTheCommandOnce) {
  const Ran run = RunCli({"proof", "get", "--help"});
  EXPECT_THAT(run.out, AllOf(HasSubstr("chirograph proof get "), Not(HasSubstr("get get")),
                             HasSubstr("Options for every command: chirograph --help")));
  EXPECT_THAT(RunCli({"--help"}).out, Not(HasSubstr("chirograph chirograph")));
}

}  // namespace
}  // namespace chirograph
