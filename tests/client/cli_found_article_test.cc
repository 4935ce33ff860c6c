// SPDX-License-Identifier: Apache-2.0
//
// What `get` and `proof get` do with their REF.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/found_article.h"
#include "crypto/encoding.h"
#include "crypto/limits.h"
#include "proto/front_matter.h"
#include "proto/rpc_error.h"
#include "tests/client/cli_archive_run.h"

namespace chirograph::cli_found_article_test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class CliFoundArticleTest : public CliArchiveTest {
 protected:
  // The outcome that `run` printed for `subject`.
  static std::string OutcomeOf(const Ran& run, std::string_view subject) {
    const json answer = json::parse(run.out);
    for (const json& check : answer["checks"]) {
      if (check["subject"] == subject) return check["outcome"];
    }
    return "";
  }
  // The document with a comment more, in a file.
  std::string WriteOther() {
    std::string other = document_;
    other.insert(other.find('\n') + 1, "# a comment\n");
    WriteBytes(folder_ / "other.md", other);
    return folder_ / "other.md";
  }
  // Answers `reason` to GetArticle from now on.
  void Refuse(v1::ErrorReason reason) {
    Lies lies;
    lies.refuse = [reason](std::string_view method) {
      return method == "GetArticle" ? MakeError(reason, "says no") : absl::OkStatus();
    };
    server_->Tell(lies);
  }

  const std::string file_ = folder_ / "a.md";
};

TEST_F(CliFoundArticleTest, ARefThatIsNoneIsAUsageErrorAndAsksNothing) {
  for (const char* ref : {"nothing", "sha256:12", "99999999999999999999"}) {
    const Ran run = RunTrusting({"--json", "get", ref});
    EXPECT_EQ(run.code, ExitCode::kUsage) << ref;
    EXPECT_THAT(run.err, HasSubstr(ref));
    EXPECT_EQ(run.out, "");
  }
  EXPECT_EQ(server_->Calls("GetLogInfo"), 0);
}

TEST_F(CliFoundArticleTest, AFileThatCannotBeReadIsCouldNotWithItsPathAndAsksNothing) {
  WriteBytes(folder_ / "big.md", std::string(limits::kMaxSourceDocumentBytes + 1, 'x'));
  WriteBytes(folder_ / "bad.md", "---\na: 1\na: 2\n---\n");
  for (const char* name : {"none.md", "big.md", "bad.md", "."}) {
    const std::string path = folder_ / name;
    const Ran run = RunTrusting({"get", path});
    EXPECT_EQ(run.code, ExitCode::kCouldNot) << run.err;
    EXPECT_THAT(run.err, HasSubstr(path + ":"));
    const Ran as_json = RunTrusting({"--json", "get", path});
    EXPECT_EQ(as_json.code, ExitCode::kCouldNot);
    ASSERT_NE(as_json.out, "") << path;
    EXPECT_EQ(json::parse(as_json.out)["path"], path);
    EXPECT_EQ(as_json.err, "");
  }
  EXPECT_EQ(server_->Calls("GetLogInfo"), 0);
}

TEST_F(CliFoundArticleTest, ARefThatIsNoneIsNamedOnce) {
  EXPECT_THAT(RunTrusting({"get", "foo"}).err,
              StartsWith("chirograph: foo names no article; expected an index"));
  EXPECT_EQ(RunTrusting({"get", "sha256:12"}).err,
            "chirograph: sha256:12 is not sha256: and 64 hexadecimal characters\n");
  EXPECT_EQ(RunTrusting({"get", std::string(25, '9')}).err,
            "chirograph: " + std::string(25, '9') + " is beyond any index\n");
  EXPECT_THAT(RunTrusting({"get", ""}).err, StartsWith("chirograph: an empty REF names no article"));
  // That an option is for URLs is no fault of the file's.
  const Ran run = RunTrusting({"--json", "get", file_, "--publisher", "news.example"});
  EXPECT_EQ(run.code, ExitCode::kUsage);
  EXPECT_THAT(run.err, StartsWith("chirograph: " + file_ + " is no URL"));
  EXPECT_EQ(run.out, "");
}

TEST_F(CliFoundArticleTest, ALogThatNobodyTrustsIsAUsageErrorAndNoArticleIsAskedFor) {
  const Ran run = Run({"--json", "get", std::to_string(index_)});
  EXPECT_EQ(run.code, ExitCode::kUsage);
  EXPECT_EQ(run.out, "");
  EXPECT_EQ(server_->Calls("GetArticle"), 0);
}

TEST_F(CliFoundArticleTest, TheFileThatWasNamedIsHeldAgainstTheReceipt) {
  Ran run = RunTrusting({"--json", "get", file_});
  ASSERT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_EQ(OutcomeOf(run, "source"), "VERIFIED");
  run = RunTrusting({"--json", "proof", "get", file_, "-o", folder_ / "a.tlog-proof"});
  EXPECT_EQ(OutcomeOf(run, "source"), "VERIFIED");
  EXPECT_EQ(OutcomeOf(run, "article"), "VERIFIED");
}

TEST_F(CliFoundArticleTest, AFileWithOtherBytesIsFoundByItsArticleAndSaidToDiffer) {
  const std::string other = WriteOther();
  for (const std::vector<std::string>& command : {std::vector<std::string>{"get", other},
                                                  {"get", other, "--source"},
                                                  {"get", other, "-o", folder_ / "out"}}) {
    const Ran run = RunTrusting(command);
    EXPECT_EQ(run.code, ExitCode::kWell);
    EXPECT_THAT(run.err, HasSubstr(std::string(kOtherBytesText))) << command.back();
  }
  EXPECT_THAT(RunTrusting({"get", file_}).err, Not(HasSubstr("not byte for byte")));
  EXPECT_THAT(RunTrusting({"get", file_, "--source"}).err, Not(HasSubstr("not byte for byte")));
}

TEST_F(CliFoundArticleTest, WhatCameAsAMessageHasNoBytesToDifferFrom) {
  TestLog log = server_->log();
  const std::string document = MakeDocument("a message", "news.example");
  log.AddArticle(ParseDocument(document).value());
  server_->UseLog(log);
  WriteBytes(file_, document);
  const Ran run = RunTrusting({"get", file_});
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_THAT(run.err, Not(HasSubstr("not byte for byte")));
}

TEST_F(CliFoundArticleTest, ADigestOfTheDocumentOrOfTheArticleFindsIt) {
  const json found = json::parse(RunTrusting({"--json", "get", std::to_string(index_)}).out);
  for (const char* name : {"articleDigest", "sourceDigest"}) {
    const Ran run = RunTrusting({"--json", "get", "sha256:" + found[name].get<std::string>()});
    EXPECT_EQ(run.code, ExitCode::kWell) << name;
    EXPECT_EQ(json::parse(run.out)["index"], index_);
  }
}

TEST_F(CliFoundArticleTest, WhatIsNotArchivedIsAnAnswerOfNo) {
  const std::string none = "sha256:" + std::string(64, 'a');
  const Ran digest = RunTrusting({"get", none});
  EXPECT_EQ(digest.code, ExitCode::kNo);
  EXPECT_THAT(digest.err, HasSubstr("neither an article nor a source document with the digest " + none));
  WriteBytes(file_, MakeDocument("never sent", "news.example"));
  const Ran file = RunTrusting({"get", file_});
  EXPECT_EQ(file.code, ExitCode::kNo);
  EXPECT_THAT(file.err, HasSubstr(file_ + " is not archived, says the archive"));
  const Ran as_json = RunTrusting({"--json", "get", file_});
  EXPECT_EQ(as_json.code, ExitCode::kNo);
  EXPECT_EQ(json::parse(as_json.out)["error"]["kind"], "NOT_ARCHIVED");
  EXPECT_EQ(json::parse(as_json.out)["error"]["reason"], "ARTICLE_NOT_FOUND");
  EXPECT_EQ(as_json.err, "");
}

TEST_F(CliFoundArticleTest, WhatIsNoArticleIsAnAnswerOfNo) {
  const Ran run = RunTrusting({"get", "0"});
  EXPECT_EQ(run.code, ExitCode::kNo);
  EXPECT_THAT(run.err, HasSubstr("0 is no article"));
  const json error = json::parse(RunTrusting({"--json", "get", "0"}).out)["error"];
  EXPECT_EQ(error["kind"], "NOT_ARCHIVED");
  EXPECT_EQ(error["reason"], "NOT_AN_ARTICLE");
}

TEST_F(CliFoundArticleTest, AnyOtherNoOfTheServersIsCouldNot) {
  Refuse(v1::ERROR_REASON_REQUEST_INVALID);
  const Ran run = RunTrusting({"--json", "get", std::to_string(index_)});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_EQ(json::parse(run.out)["error"]["kind"], "COULD_NOT");
  EXPECT_EQ(json::parse(run.out)["error"]["reason"], "REQUEST_INVALID");
}

TEST_F(CliFoundArticleTest, DoesNotBelieveThatAnArticleIsGoneOfWhichAReceiptIsKept) {
  ASSERT_EQ(RunTrusting({"get", file_}).code, ExitCode::kWell);
  Refuse(v1::ERROR_REASON_ARTICLE_NOT_FOUND);
  const Ran run = RunTrusting({"--json", "get", file_});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_EQ(json::parse(run.out)["error"]["kind"], "DOES_NOT_CHECK");
}

TEST_F(CliFoundArticleTest, OfAReceiptThatDoesNotCheckEveryFindingIsShown) {
  Lies lies;
  lies.get = [](v1::GetArticleResponse& response) {
    response.mutable_receipt()->set_opening(FlipBit(response.receipt().opening(), -1));
  };
  server_->Tell(lies);
  const Ran run = RunTrusting({"get", std::to_string(index_)});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, AllOf(HasSubstr("the archive's answer does not check"),
                             HasSubstr("\ncheckpoint       VERIFIED     "),
                             HasSubstr("\nopening          FAILED       ")));
  const Ran as_json = RunTrusting({"--json", "get", std::to_string(index_)});
  EXPECT_EQ(json::parse(as_json.out)["error"]["kind"], "DOES_NOT_CHECK");
  EXPECT_EQ(as_json.err, "");
}

// The record's view has no article in it: only the file shows that the signature is not this keyring's.
TEST_F(CliFoundArticleTest, AFileWhoseSignatureTheKeyringContradictsDoesNotCheck) {
  const TestPublisher other("news.example");
  WriteBytes(folder_ / "key.pem", fmt::format("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
                                              Base64Encode(other.key().public_key->spki())));
  WriteBytes(folder_ / "keyring.yaml",
             "publishers:\n  news.example:\n    - id: k1\n      algorithm: ed25519\n"
             "      public_key: key.pem\n");
  const std::string proof = folder_ / "a.tlog-proof";
  const Ran run = RunTrusting({"proof", "get", file_, "-o", proof, "--keyring", folder_ / "keyring.yaml"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, AllOf(HasSubstr("does not check"), HasSubstr("\nsignature        FAILED ")));
  EXPECT_FALSE(std::filesystem::exists(proof));
}

TEST_F(CliFoundArticleTest, AReceiptOfAnotherPastIsAnAlarm) {
  ASSERT_EQ(RunTrusting({"checkpoint"}).code, ExitCode::kWell);
  const TestLog log = server_->log();
  TestLog fork = log;
  fork.AddDocument(MakeDocument("one", "other.example"));
  TestLog other_fork = log;
  other_fork.AddDocument(MakeDocument("two", "other.example"));
  server_->UseLog(fork);
  ASSERT_EQ(RunTrusting({"checkpoint"}).code, ExitCode::kWell);
  server_->UseLog(other_fork);
  const Ran run = RunTrusting({"--json", "get", std::to_string(index_)});
  EXPECT_EQ(run.code, ExitCode::kAlarm);
  EXPECT_EQ(json::parse(run.out)["error"]["kind"], "ALARM");
  EXPECT_THAT(run.err, HasSubstr("ALARM"));
}

}  // namespace
}  // namespace chirograph::cli_found_article_test
