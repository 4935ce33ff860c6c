// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "proto/canonical_form.h"
#include "proto/front_matter.h"
#include "proto/rpc_error.h"
#include "tests/client/cli_archive_run.h"

namespace chirograph::cli_export_command_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class CliExportCommandTest : public CliArchiveTest {
 protected:
  CliExportCommandTest() {
    TestLog log = server_->log();
    log.AddArticle(*ParseDocument(message_));
    log.AddDocument("---\r\n# a comment\r\ntitle: no publisher\r\n---\r\n\r\n");
    server_->UseLog(log);
  }

  Ran Export(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"export", out_});
    return RunTrusting(std::move(more));
  }

  const std::string message_ = MakeDocument("a message", "other.example");
  const std::string out_ = folder_ / "deep/out";
  const std::string signed_ = out_ + "/news.example/000002-1.md";
};

TEST_F(CliExportCommandTest, WritesDocumentsByteForByteAndMakesThoseThatThereAreNot) {
  const Ran run = Export();
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_THAT(run.out, HasSubstr("3 documents written to " + out_ + ", 0 there already; 0 failed."));
  EXPECT_THAT(run.out, HasSubstr("That is all of the first 5 entries of the log."));
  EXPECT_THAT(run.out, HasSubstr("1 article came as a message"));
  EXPECT_EQ(ReadBytes(signed_), document_);
  EXPECT_EQ(ReadBytes(out_ + "/_/000004.md"), "---\r\n# a comment\r\ntitle: no publisher\r\n---\r\n\r\n");
  const std::string made = ReadBytes(out_ + "/other.example/000003-1.md");
  EXPECT_EQ(*CanonicalForm(*ParseDocument(made)), *CanonicalForm(*ParseDocument(message_)));
}

TEST_F(CliExportCommandTest, CanBeRunAgainAndReplacesNothing) {
  ASSERT_EQ(Export().code, ExitCode::kWell);
  const Ran again = Export();
  EXPECT_EQ(again.code, ExitCode::kWell) << again.err;
  EXPECT_THAT(again.out, HasSubstr("0 documents written"));
  EXPECT_THAT(again.out, HasSubstr("3 there already"));
  WriteBytes(signed_, "mine");
  std::filesystem::remove(out_ + "/_/000004.md");
  const Ran other = Export();
  EXPECT_EQ(other.code, ExitCode::kCouldNot);
  EXPECT_THAT(other.err,
              HasSubstr(signed_ + ": there is another file of this name, which was left as it is"));
  EXPECT_EQ(ReadBytes(signed_), "mine");
  EXPECT_TRUE(std::filesystem::exists(out_ + "/_/000004.md")) << "the others are written all the same";
}

TEST_F(CliExportCommandTest, TakesFiltersAndAnswersInJson) {
  const Ran run = Export({"--publisher", "news.example", "--json"});
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  const std::vector<std::string> lines = LinesOf(run.out);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(json::parse(lines[0]),
            json({{"path", signed_}, {"index", 2}, {"outcome", "WRITTEN"}, {"fromSource", true}}));
  EXPECT_EQ(json::parse(lines[1])["summary"]["written"], 1);
  EXPECT_FALSE(std::filesystem::exists(out_ + "/_"));
  EXPECT_EQ(json::parse(LinesOf(Export({"--json"}).out)[0])["outcome"], "UNCHANGED");
}

TEST_F(CliExportCommandTest, AFilterTakesOneValueAndLeavesTheFolderAlone) {
  const Ran run = RunTrusting({"export", "--topic", "none such", "--verdict", "VALID", out_});
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_THAT(run.out, HasSubstr("0 documents written to " + out_));
  EXPECT_THAT(run.out, HasSubstr("That is all that fits the filter in the first 5 entries of the log."));
}

TEST_F(CliExportCommandTest, SaysHowToGoOnAfterAFailure) {
  Lies lies;
  lies.cut = [](std::string_view, int number) {
    return number == 1 ? MakeError(v1::ERROR_REASON_STORE_DAMAGED, "damaged") : absl::OkStatus();
  };
  server_->Tell(lies);
  const Ran run = Export();
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr("Run the same command again for the rest."));
  EXPECT_EQ(ReadBytes(signed_), document_);
}

TEST_F(CliExportCommandTest, AFolderThatCannotBeMadeIsSaid) {
  WriteBytes(folder_ / "deep", "a file");
  const Ran run = Export();
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  EXPECT_THAT(run.err, HasSubstr(folder_ / "deep"));
}

}  // namespace
}  // namespace chirograph::cli_export_command_test
