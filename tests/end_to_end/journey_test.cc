// SPDX-License-Identifier: Apache-2.0
//
// The journey of one article, as a user makes it: sign, ingest, verify, read back, prove.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end_to_end/archive_under_test.h"

namespace chirograph::journey_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class JourneyTest : public testing::Test {
 protected:
  JourneyTest() { archive_.Start(); }

  std::uint64_t TreeSize() { return archive_.CliJson({"checkpoint"}, 0)[0]["treeSize"]; }

  ArchiveUnderTest archive_;
};

TEST_F(JourneyTest, ASignedArticleIsArchivedReadBackAndProved) {
  archive_.Trust();
  const std::string article = archive_.WriteSignedArticle("a.md", "A");

  const ProcessResult ingest = archive_.Cli({"ingest", article});
  ASSERT_EQ(ingest.exit_code, 0) << ingest.err;
  EXPECT_THAT(ingest.out, testing::StartsWith("archived          VALID"));
  EXPECT_THAT(ingest.out, HasSubstr("checked here"));
  EXPECT_EQ(ingest.err, "");

  const ProcessResult again = archive_.Cli({"ingest", article});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.out, testing::StartsWith("already archived  VALID"));

  const ProcessResult get = archive_.Cli({"--keyring", archive_.keyring(), "get", article, "--source"});
  EXPECT_EQ(get.exit_code, 0) << get.err;
  EXPECT_EQ(get.out, ReadBytes(article));
  EXPECT_THAT(get.err, HasSubstr("Signature  VALID at "));
  EXPECT_THAT(get.err, HasSubstr(", key k"));
  EXPECT_THAT(get.err, HasSubstr("In the log yes, tree size "));
  EXPECT_THAT(get.err, HasSubstr("by the operator's clock; no witness"));

  const std::string proof = archive_.folder() / "a.tlog-proof";
  ASSERT_EQ(archive_.Cli({"proof", "get", article, "-o", proof}).exit_code, 0);
  EXPECT_THAT(ReadBytes(proof), testing::StartsWith("c2sp.org/tlog-proof@v1\n"));
  EXPECT_EQ(archive_.Cli({"proof", "get", article}).out, ReadBytes(proof));

  archive_.Stop();
  const ProcessResult offline =
      archive_.Cli({"proof", "verify", "--keyring", archive_.keyring(), proof, article});
  EXPECT_EQ(offline.exit_code, 0) << offline.out << offline.err;
  EXPECT_THAT(offline.out, HasSubstr("Signature  VALID at "));
  EXPECT_THAT(offline.out, HasSubstr("No server was asked."));
}

TEST_F(JourneyTest, EachWayToNameAnArticleLeadsToIt) {
  archive_.Trust();
  const std::string article = archive_.WriteSignedArticle("a.md", "A");
  const json archived = archive_.CliJson({"ingest", article}, 0)[0];
  for (const std::string& ref : {std::to_string(archived["index"].get<std::uint64_t>()),
                                 "sha256:" + archived["articleDigest"].get<std::string>(),
                                 "sha256:" + archived["sourceDigest"].get<std::string>(),
                                 std::string("./a.md"), std::string("a.md")}) {
    const json got = archive_.CliJson({"get", ref}, 0)[0];
    EXPECT_EQ(got["index"], archived["index"]) << ref;
    EXPECT_EQ(got["article"]["title"], "A");
    EXPECT_TRUE(got["ok"]);
  }
  // The same article with another comment is found by its article's digest.
  std::string text = ReadBytes(article);
  WriteBytes(archive_.folder() / "b.md", text.insert(4, "# a comment\n"));
  EXPECT_EQ(archive_.CliJson({"get", "b.md"}, 0)[0]["index"], archived["index"]);
}

TEST_F(JourneyTest, ATamperedArticleIsRefusedAndNothingOfItIsStored) {
  archive_.Trust();
  std::string text = ReadBytes(archive_.WriteSignedArticle("a.md", "A"));
  WriteBytes(archive_.folder() / "tampered.md", text.replace(text.find("The text"), 8, "The next"));
  const std::uint64_t before = TreeSize();

  const ProcessResult ingest = archive_.Cli({"ingest", "tampered.md"});
  EXPECT_EQ(ingest.exit_code, 1);
  EXPECT_THAT(ingest.out, testing::StartsWith("refused           INVALID            tampered.md: "));
  const auto lines = archive_.CliJson({"ingest", "tampered.md"}, 1);
  EXPECT_EQ(lines[0]["outcome"], "REFUSED");
  EXPECT_EQ(lines[0]["verdict"], "INVALID");
  EXPECT_EQ(lines[0]["reason"], "DOES_NOT_VERIFY");
  EXPECT_TRUE(lines[0]["index"].is_null());

  EXPECT_EQ(TreeSize(), before);
  EXPECT_EQ(archive_.Cli({"get", "tampered.md"}).exit_code, 1);
}

TEST_F(JourneyTest, TheSeedAsItCameIsArchivedAsUnknownKey) {
  archive_.Trust();
  const std::string seed = std::string(CHIROGRAPH_TEST_DATA_DIR) + "/seed/000_c4c37bbcb50daded.txt";
  const auto lines = archive_.CliJson({"ingest", seed}, 0);
  EXPECT_EQ(lines[0]["outcome"], "ARCHIVED");
  EXPECT_EQ(lines[0]["verdict"], "UNKNOWN_KEY");
  EXPECT_EQ(lines[0]["publisher"], "nyoooz.com");
  EXPECT_EQ(lines[0]["articleDigest"], "4555e22ac5d8ddd06cf1178940e287a7022b741686ea78fd567bef5f33f4cb50");
  const json got = archive_.CliJson({"get", seed}, 0)[0];
  EXPECT_EQ(got["verdictAtIngest"], "UNKNOWN_KEY");
  EXPECT_TRUE(got["keyEventIndex"].is_null());
}

TEST_F(JourneyTest, AFolderIsIngestedWithASummary) {
  archive_.Trust();
  archive_.WriteSignedArticle("posts/a.md", "A");
  archive_.WriteSignedArticle("posts/b.markdown", "B");
  archive_.WriteArticle("posts/deep/unsigned.txt", "C");  // its publisher has keys: refused
  WriteBytes(archive_.folder() / "posts/bad.md", "---\na: 1\na: 2\n---\n");
  WriteBytes(archive_.folder() / "posts/.hidden.md", "");
  WriteBytes(archive_.folder() / "posts/logo.png", "");

  const ProcessResult ingest = archive_.Cli({"ingest", "posts"});
  EXPECT_EQ(ingest.exit_code, 3);
  EXPECT_THAT(ingest.out, HasSubstr("4 files in "));
  EXPECT_THAT(ingest.out, HasSubstr("refused           UNSIGNED           posts/deep/unsigned.txt: "));
  EXPECT_THAT(ingest.out, HasSubstr("Could not be done: 1"));
  EXPECT_THAT(ingest.out, HasSubstr("Skipped: 1 hidden, 1 not named .md, .markdown or .txt"));
  EXPECT_THAT(ingest.err, HasSubstr("chirograph: posts/bad.md:3:1: "));
  EXPECT_EQ(ingest.err.find('\x1b'), std::string::npos);

  const auto lines = archive_.CliJson({"ingest", "posts"}, 3);
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines[0]["path"], "posts/a.md");
  EXPECT_EQ(lines[0]["outcome"], "ALREADY_ARCHIVED");
  EXPECT_EQ(lines[2]["path"], "posts/bad.md");
  EXPECT_EQ(lines[2]["error"]["line"], 3);
  EXPECT_EQ(lines[4]["summary"]["alreadyArchived"], 2);
  EXPECT_EQ(lines[4]["summary"]["refused"], 1);
  EXPECT_EQ(lines[4]["summary"]["failed"], 1);
  EXPECT_EQ(lines[4]["summary"]["byVerdict"]["UNSIGNED"]["refused"], 1);
}

TEST_F(JourneyTest, RequireValidSendsNothingElse) {
  archive_.Trust();
  const std::string seed = std::string(CHIROGRAPH_TEST_DATA_DIR) + "/seed/000_c4c37bbcb50daded.txt";
  const std::string article = archive_.WriteSignedArticle("a.md", "A");
  const std::uint64_t before = TreeSize();
  const auto lines = archive_.CliJson({"ingest", "--require", "valid", seed, article}, 1);
  EXPECT_EQ(lines[0]["outcome"], "NOT_WANTED");
  EXPECT_EQ(lines[1]["outcome"], "ARCHIVED");
  EXPECT_EQ(TreeSize(), before + 1);
}

TEST_F(JourneyTest, WhatIsNotArchivedIsANo) {
  archive_.Trust();
  const std::string article = archive_.WriteSignedArticle("a.md", "A");
  const ProcessResult get = archive_.Cli({"get", article});
  EXPECT_EQ(get.exit_code, 1);
  EXPECT_THAT(get.err, HasSubstr("is not archived, says the archive"));
  EXPECT_EQ(archive_.CliJson({"get", "4000"}, 1)[0]["error"]["kind"], "NOT_ARCHIVED");
  EXPECT_EQ(archive_.Cli({"get", "https://news.example/A"}).exit_code, 1);
  EXPECT_EQ(archive_.Cli({"get", "./none.md"}).exit_code, 3);
}

TEST_F(JourneyTest, FirstContactInAPipeNeedsADecision) {
  const std::string article = archive_.WriteSignedArticle("a.md", "A");
  const ProcessResult refused = archive_.Cli({"ingest", article}, "yes\n");
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("chirograph log trust " + archive_.log_key()));
  EXPECT_THAT(refused.err, HasSubstr("--trust-first-use"));
  EXPECT_FALSE(std::filesystem::exists(archive_.state_dir()));

  const ProcessResult trusted = archive_.Cli({"ingest", "--trust-first-use", article});
  EXPECT_EQ(trusted.exit_code, 0) << trusted.err;
  EXPECT_THAT(trusted.err, HasSubstr(archive_.log_key()));
  EXPECT_EQ(archive_.Cli({"ingest", article}).exit_code, 0);
}

TEST_F(JourneyTest, AKeyFromElsewhereIsHeldAgainstTheServer) {
  const std::string article = archive_.WriteSignedArticle("a.md", "A");
  EXPECT_EQ(archive_.Cli({"--log-key", archive_.log_key(), "ingest", article}).exit_code, 0);

  ArchiveUnderTest other;
  const ProcessResult wrong = archive_.Cli(
      {"--log-key", other.log_key(), "--state-dir", archive_.folder() / "state2", "ingest", article});
  EXPECT_EQ(wrong.exit_code, 3);
  EXPECT_THAT(wrong.err, HasSubstr(archive_.log_key()));
}

TEST_F(JourneyTest, LogShowTrustAndForget) {
  EXPECT_THAT(archive_.Cli({"log", "show"}).out, HasSubstr("No log is trusted yet"));
  archive_.Trust();
  ASSERT_EQ(archive_.Cli({"ingest", archive_.WriteSignedArticle("a.md", "A")}).exit_code, 0);
  const json shown = archive_.CliJson({"log", "show"}, 0)[0];
  EXPECT_EQ(shown["origin"], kOrigin);
  EXPECT_EQ(shown["verifierKey"], archive_.log_key());
  EXPECT_EQ(shown["receipts"], 1);
  EXPECT_THAT(archive_.Cli({"log", "show"}).out, HasSubstr("Receipts    1\n"));

  const json forgotten = archive_.CliJson({"log", "forget", kOrigin}, 0)[0];
  EXPECT_TRUE(std::filesystem::is_directory(forgotten["movedTo"].get<std::string>()));
  EXPECT_THAT(archive_.Cli({"log", "show"}).out, HasSubstr("No log is trusted yet"));
  EXPECT_EQ(archive_.Cli({"log", "forget", kOrigin}).exit_code, 2);
  EXPECT_EQ(archive_.Cli({"log", "trust", "nonsense"}).exit_code, 2);
}

TEST_F(JourneyTest, TheCheckpointIsPrintedAsItWasSigned) {
  archive_.Trust();
  const ProcessResult text = archive_.Cli({"checkpoint"});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  const json object = archive_.CliJson({"checkpoint"}, 0)[0];
  EXPECT_EQ(object["note"], text.out);
  EXPECT_EQ(object["origin"], kOrigin);
  EXPECT_THAT(text.out, testing::StartsWith(std::string(kOrigin) + "\n"));
  EXPECT_THAT(text.err, HasSubstr("Checked here"));
}

TEST_F(JourneyTest, ProofVerifySaysNoToASpoiltProofAndToAnotherArticle) {
  archive_.Trust();
  const std::string article = archive_.WriteSignedArticle("a.md", "A");
  const std::string other = archive_.WriteSignedArticle("b.md", "B");
  ASSERT_EQ(archive_.Cli({"ingest", article, other}).exit_code, 0);
  const std::string proof = archive_.folder() / "a.tlog-proof";
  ASSERT_EQ(archive_.Cli({"proof", "get", article, "-o", proof}).exit_code, 0);

  const ProcessResult wrong = archive_.Cli({"proof", "verify", proof, other});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.err, HasSubstr("the proof does not hold"));
  EXPECT_THAT(wrong.out, HasSubstr("FAILED"));

  std::string spoilt = ReadBytes(proof);
  const std::size_t index = spoilt.find("\nindex ");
  ASSERT_NE(index, std::string::npos);
  spoilt.insert(index + 7, "1");
  WriteBytes(archive_.folder() / "spoilt.tlog-proof", spoilt);
  EXPECT_EQ(archive_.Cli({"proof", "verify", "spoilt.tlog-proof", article}).exit_code, 1);
  const json object = archive_.CliJson({"proof", "verify", "spoilt.tlog-proof", article}, 1)[0];
  EXPECT_FALSE(object["ok"]);

  WriteBytes(archive_.folder() / "none.tlog-proof", "nonsense\n");
  EXPECT_EQ(archive_.Cli({"proof", "verify", "none.tlog-proof"}).exit_code, 3);
  EXPECT_EQ(archive_.Cli({"proof", "verify", proof, "--state-dir", archive_.folder() / "empty"}).exit_code,
            2);
  EXPECT_EQ(archive_
                .Cli({"proof", "verify", proof, "--state-dir", archive_.folder() / "empty", "--log-key",
                      archive_.log_key()})
                .exit_code,
            0);
}

TEST_F(JourneyTest, AServerThatIsGoneIsNotAnAlarm) {
  archive_.Trust();
  const std::string article = archive_.WriteSignedArticle("a.md", "A");
  archive_.Stop();
  const ProcessResult result = archive_.Cli({"ingest", article});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr(archive_.address()));
  EXPECT_EQ(archive_.CliJson({"checkpoint"}, 3)[0]["error"]["kind"], "COULD_NOT");
}

TEST_F(JourneyTest, ALogThatIsRolledBackIsAnAlarmWithEvidence) {
  archive_.Trust();
  ASSERT_EQ(archive_.Cli({"ingest", archive_.WriteSignedArticle("a.md", "A")}).exit_code, 0);
  archive_.Stop();
  std::filesystem::copy(archive_.folder() / "archive", archive_.folder() / "backup",
                        std::filesystem::copy_options::recursive);
  archive_.Start();
  ASSERT_EQ(archive_.Cli({"ingest", archive_.WriteSignedArticle("b.md", "B")}).exit_code, 0);
  archive_.Stop();
  std::filesystem::remove_all(archive_.folder() / "archive");
  std::filesystem::rename(archive_.folder() / "backup", archive_.folder() / "archive");
  archive_.Start();

  const ProcessResult alarm = archive_.Cli({"checkpoint"});
  EXPECT_EQ(alarm.exit_code, 4);
  EXPECT_THAT(alarm.err, HasSubstr("ALARM"));
  EXPECT_THAT(alarm.err, HasSubstr("Evidence: "));
  const json object = archive_.CliJson({"checkpoint"}, 4)[0];
  EXPECT_EQ(object["error"]["kind"], "ALARM");
  const std::string evidence = object["error"]["evidenceDir"];
  EXPECT_TRUE(std::filesystem::exists(evidence + "/README.txt"));

  // Another article at the index of the one that is gone.
  EXPECT_EQ(archive_.Cli({"ingest", archive_.WriteSignedArticle("c.md", "C")}).exit_code, 4);
}

TEST_F(JourneyTest, AReaderThatGoesAwayEndsNothing) {
  archive_.Trust();
  archive_.WriteSignedArticle("posts/a.md", "A");
  archive_.WriteSignedArticle("posts/b.md", "B");
  const ProcessResult piped =
      RunProcess({"bash", "-c", "set -o pipefail; \"$CLI\" --json ingest posts | true"},
                 {archive_.folder().path(),
                  {{"CLI", CliPath()},
                   {"CHIROGRAPH_SERVER", archive_.address()},
                   {"CHIROGRAPH_STATE_DIR", archive_.state_dir()}},
                  ""});
  EXPECT_EQ(piped.exit_code, 0) << piped.err;
  EXPECT_EQ(piped.err, "");
  EXPECT_EQ(archive_.CliJson({"log", "show"}, 0)[0]["receipts"], 2);
}

}  // namespace
}  // namespace chirograph::journey_test
