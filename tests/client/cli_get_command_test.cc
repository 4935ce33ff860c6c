// SPDX-License-Identifier: Apache-2.0
//
// How an article is found, and what is said where it is not: cli_found_article_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/canonical_form.h"
#include "proto/front_matter.h"
#include "tests/client/cli_archive_run.h"

namespace chirograph::cli_get_command_test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class CliGetCommandTest : public CliArchiveTest {
 protected:
  // `get` of the article at index_.
  Ran Get(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"get", std::to_string(index_)});
    return RunTrusting(std::move(more));
  }
  // Puts another article into the log, in place of the one at index_.
  template <typename Add>
  void Use(const Add& add) {
    TestLog log = server_->log();
    index_ = add(log);
    server_->UseLog(log);
  }
  static std::string CanonicalFormOf(const std::string& document) {
    return CanonicalForm(ParseDocument(document).value()).value();
  }

  const std::string out_ = folder_ / "out";
};

TEST_F(CliGetCommandTest, SaysLineByLineWhatWasChecked) {
  const Ran run = Get();
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_THAT(run.out, AllOf(StartsWith("Article    #2  sha256:"), HasSubstr("Title      a title "),
                             HasSubstr("no keyring here"), HasSubstr("In the log yes, tree size ")));
  EXPECT_EQ(run.err, "");
}

TEST_F(CliGetCommandTest, AnIndexBeyondTheLogIsAnAnswerOfNo) {
  const Ran run = RunTrusting({"get", "4000"});
  EXPECT_EQ(run.code, ExitCode::kNo);
  EXPECT_THAT(run.err, HasSubstr("4000 is not archived, says the archive"));
  EXPECT_EQ(run.out, "");
}

TEST_F(CliGetCommandTest, FindsAnArticleByItsUrl) {
  const Ran run = RunTrusting({"get", "https://news.example/1"});
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_THAT(run.out, StartsWith("Article    #2  sha256:"));
  const json printed = json::parse(RunTrusting({"get", "https://news.example/1", "--json"}).out);
  EXPECT_EQ(printed["catalogTreeSize"], 3);
  EXPECT_TRUE(printed["newerNotValidIndex"].is_null());
  EXPECT_EQ(RunTrusting({"get", "https://news.example/2"}).code, ExitCode::kNo);
  EXPECT_EQ(RunTrusting({"get", "https://news.example/1", "--verdict", "INVALID"}).code, ExitCode::kNo);
  EXPECT_EQ(RunTrusting({"get", "42", "--as-of", "2026-01-01"}).code, ExitCode::kUsage);
}

TEST_F(CliGetCommandTest, SaysWhoElseHasTheUrl) {
  Use([](TestLog& log) {
    return log.AddDocument("---\nwebUrl: https://news.example/1\nprovider: {domain: thief.example}\n---\n");
  });
  const Ran run = RunTrusting({"get", "https://news.example/1"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr("--publisher news.example, --publisher thief.example"));
  EXPECT_EQ(RunTrusting({"get", "https://news.example/1", "--publisher", "NEWS.example"}).code,
            ExitCode::kWell);
  const json error = json::parse(RunTrusting({"get", "https://news.example/1", "--json"}).out)["error"];
  EXPECT_EQ(error["reason"], "AMBIGUOUS_PUBLISHER");
}

TEST_F(CliGetCommandTest, SaysThatANewerTextWasNotValid) {
  Lies lies;
  lies.get = [](v1::GetArticleResponse& response) {
    response.set_catalog_tree_size(4);
    response.set_newer_not_valid_index(3);
  };
  Use([this](TestLog& log) {
    log.AddDocument(MakeDocument("newer", "other.example"));
    return index_;
  });
  server_->Tell(lies);
  const Ran run = RunTrusting({"get", "https://news.example/1"});
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_THAT(run.err, HasSubstr("not VALID when it was archived, says the archive:\n  chirograph get 3"));
  EXPECT_EQ(json::parse(RunTrusting({"get", "https://news.example/1", "--json"}).out)["newerNotValidIndex"],
            3);
}

TEST_F(CliGetCommandTest, JsonHasTheArticleAsSignedAndItsSecuredFieldBesides) {
  const Ran run = Get({"--json"});
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  const json printed = json::parse(run.out);
  EXPECT_EQ(printed["article"], json::parse(CanonicalFormOf(document_)));
  EXPECT_EQ(printed["secured"], ParseDocument(document_)->secured());
  EXPECT_FALSE(printed.contains("source"));
  EXPECT_EQ(printed["ok"], true);
}

TEST_F(CliGetCommandTest, AnArticleWithoutSecuredFieldHasNullInJson) {
  Use([](TestLog& log) { return log.AddDocument(MakeDocument("t", "news.example")); });
  EXPECT_TRUE(json::parse(Get({"--json"}).out).at("secured").is_null());
}

TEST_F(CliGetCommandTest, TheSourceIsTheOutputByteForByteAndTheReportStandsBesideIt) {
  const Ran run = Get({"--source"});
  EXPECT_EQ(run.code, ExitCode::kWell);
  EXPECT_EQ(run.out, document_);
  EXPECT_THAT(run.err,
              AllOf(StartsWith("Article    #2"), HasSubstr("Source     sha256:"), HasSubstr(" bytes")));
}

TEST_F(CliGetCommandTest, JsonHasTheSourceInPlaceOfTheArticle) {
  const Ran run = Get({"--source", "--json"});
  EXPECT_EQ(run.code, ExitCode::kWell);
  const json printed = json::parse(run.out);
  EXPECT_EQ(printed["source"], document_);
  for (const char* name : {"article", "secured"}) EXPECT_FALSE(printed.contains(name)) << name;
  EXPECT_EQ(run.err, "");
}

TEST_F(CliGetCommandTest, AFileGetsTheDocumentOrElseTheCanonicalFormAndTheReportIsTheOutput) {
  Ran run = Get({"--source", "-o", out_});
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_EQ(ReadBytes(out_), document_);
  EXPECT_THAT(run.out, StartsWith("Article    #2"));
  run = Get({"--source", "-o", out_});
  EXPECT_EQ(run.code, ExitCode::kWell) << "the same bytes: " << run.err;
  // In place of what was there, if that is wanted.
  run = Get({"--output", out_});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr("--force replaces it"));
  EXPECT_EQ(ReadBytes(out_), document_);
  run = Get({"--output", out_, "--force"});
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_EQ(ReadBytes(out_), CanonicalFormOf(document_));
  EXPECT_EQ(PermissionsOf(out_) & 0600U, 0600U);
  // And with --json both.
  run = Get({"--source", "--json", "--force", "-o", out_});
  EXPECT_EQ(ReadBytes(out_), document_);
  EXPECT_EQ(json::parse(run.out)["source"], document_);
}

TEST_F(CliGetCommandTest, AFileThatCannotBeWrittenIsCouldNotAndNothingIsShown) {
  for (const std::string& path : {folder_ / "none/x", folder_.path()}) {
    const Ran run = Get({"-o", path});
    EXPECT_EQ(run.code, ExitCode::kCouldNot) << path;
    EXPECT_THAT(run.err, HasSubstr(path));
    EXPECT_EQ(run.out, "");
    const json line = json::parse(Get({"--json", "-o", path}).out);
    EXPECT_EQ(line["path"], path);
    EXPECT_THAT(line["error"]["message"].get<std::string>(), Not(HasSubstr(path + ":")));
  }
}

TEST_F(CliGetCommandTest, ASourceThatWasNeverSentIsCouldNotAndLeavesNoFile) {
  Use([](TestLog& log) { return log.AddArticle(ParseDocument(MakeDocument("t", "news.example")).value()); });
  EXPECT_EQ(Get().code, ExitCode::kWell);
  const Ran run = Get({"--source", "--json", "-o", out_});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_EQ(json::parse(run.out)["error"]["reason"], "NO_SOURCE_DOCUMENT");
  EXPECT_FALSE(std::filesystem::exists(out_));
}

TEST_F(CliGetCommandTest, AnAnswerThatDoesNotCheckIsNeitherShownNorWritten) {
  Lies lies;
  lies.get = [](v1::GetArticleResponse& response) {
    if (response.has_article()) response.mutable_article()->set_title("forged");
    if (response.has_source_document()) response.set_source_document(MakeDocument("forged", "news.example"));
  };
  server_->Tell(lies);
  for (const bool source : {false, true}) {
    std::vector<std::string> more = {"-o", out_};
    if (source) more.emplace_back("--source");
    const Ran run = Get(more);
    EXPECT_EQ(run.code, ExitCode::kCouldNot);
    EXPECT_THAT(run.err, HasSubstr("the archive's answer does not check"));
    EXPECT_EQ(run.out, "");
    EXPECT_FALSE(std::filesystem::exists(out_));
  }
}

TEST_F(CliGetCommandTest, OutputThatCannotBeWrittenIsCouldNot) {
  host_.write_status = absl::UnavailableError("no space left");
  const Ran run = Get({"--source"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr("no space left"));
}

TEST_F(CliGetCommandTest, WithoutARefItIsAUsageError) {
  EXPECT_EQ(RunTrusting({"get"}).code, ExitCode::kUsage);
  EXPECT_EQ(server_->Calls("GetLogInfo"), 0);
}

TEST_F(CliGetCommandTest, ATerminalSeesControlCharactersSpelledOutAndAPipeSeesThemAsTheyAre) {
  const std::string document = MakeDocument("t", "news.example") + "\xe2\x80\xaetxet\n";
  Use([&document](TestLog& log) { return log.AddDocument(document); });
  EXPECT_EQ(Get({"--source"}).out, document);
  host_.terminals = {Stream::kOutput};
  EXPECT_THAT(Get({"--source"}).out, AllOf(HasSubstr("\\u202etxet\n"), Not(HasSubstr("\xe2\x80\xae"))));
}

}  // namespace
}  // namespace chirograph::cli_get_command_test
