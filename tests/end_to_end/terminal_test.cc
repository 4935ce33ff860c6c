// SPDX-License-Identifier: Apache-2.0
//
// The command line program on a terminal: questions, colour, the progress bar.
#include "tests/end_to_end/terminal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fmt/format.h"
#include "tests/end_to_end/archive_under_test.h"

namespace chirograph::terminal_test {
namespace {

using testing::HasSubstr;
using testing::Not;

class TerminalTest : public testing::Test {
 protected:
  TerminalTest() { archive_.Start(); }

  TerminalSession Cli(std::vector<std::string> arguments,
                      const std::vector<std::pair<std::string, std::string>>& dialogue = {},
                      std::map<std::string, std::string> environment = {}) {
    arguments.insert(arguments.begin(), CliPath());
    environment.insert({{"TERM", "xterm"},
                        {"CHIROGRAPH_SERVER", archive_.address()},
                        {"CHIROGRAPH_STATE_DIR", archive_.state_dir()}});
    return RunOnTerminal(arguments, environment, dialogue);
  }

  ArchiveUnderTest archive_;
};

TEST_F(TerminalTest, FirstContactAsksAndRemembersTheAnswer) {
  const TerminalSession first = Cli({"checkpoint"}, {{"(yes/no)? ", "y\n"}, {"(yes/no)? ", "yes\n"}});
  EXPECT_EQ(first.exit_code, 0) << first.screen;
  EXPECT_THAT(first.screen, HasSubstr(archive_.log_key()));
  EXPECT_THAT(first.screen, HasSubstr("Please type yes or no."));
  const TerminalSession second = Cli({"checkpoint"});
  EXPECT_EQ(second.exit_code, 0);
  EXPECT_THAT(second.screen, Not(HasSubstr("yes/no")));
}

TEST_F(TerminalTest, NoIsNo) {
  const TerminalSession session = Cli({"checkpoint"}, {{"(yes/no)? ", "no\n"}});
  EXPECT_EQ(session.exit_code, 2);
  EXPECT_THAT(session.screen, HasSubstr("is not trusted, so nothing was asked of it"));
  EXPECT_FALSE(std::filesystem::exists(archive_.state_dir()));
}

TEST_F(TerminalTest, IngestShowsABarThatGoesAway) {
  archive_.Trust();
  for (int i = 0; i < 5; ++i) archive_.WriteArticle(fmt::format("posts/{}.md", i), std::to_string(i));
  const TerminalSession session = Cli({"ingest", archive_.folder() / "posts"});
  EXPECT_EQ(session.exit_code, 1);  // unsigned, although the publisher has keys
  EXPECT_THAT(session.screen, HasSubstr("5/5 [##############################] 100%  5 refused"));
  const std::size_t last_bar = session.screen.rfind("5/5 [");
  EXPECT_THAT(session.screen.substr(last_bar), HasSubstr("\r\x1b[K"));
  EXPECT_THAT(session.screen, HasSubstr("5 files in"));
}

TEST_F(TerminalTest, ColourEndsWhereNobodyWantsIt) {
  const std::string article = archive_.WriteSignedArticle("a.md", "A");
  const std::vector<std::string> verify = {"verify", "--keyring", archive_.keyring(), article};
  EXPECT_THAT(Cli(verify).screen, HasSubstr("\x1b[32mVALID"));
  EXPECT_THAT(Cli(verify, {}, {{"NO_COLOR", "1"}}).screen, Not(HasSubstr("\x1b[")));
  EXPECT_THAT(Cli(verify, {}, {{"TERM", "dumb"}}).screen, Not(HasSubstr("\x1b[")));
}

TEST_F(TerminalTest, AHostileTitleCannotMoveTheCursor) {
  archive_.Trust();
  const std::string path = archive_.folder() / "evil.md";
  WriteBytes(path, "---\ntitle: \"a\\e[2Jb\\u202e\"\nwebUrl: \"https://evil.example/\\e[1m\"\n---\n");
  ASSERT_EQ(archive_.Cli({"ingest", path}).exit_code, 0);
  const TerminalSession session = Cli({"get", path});
  EXPECT_EQ(session.exit_code, 0) << session.screen;
  EXPECT_THAT(session.screen, HasSubstr("a\\x1b[2Jb\\u202e"));
  EXPECT_THAT(session.screen, Not(HasSubstr("\x1b[2J")));
  EXPECT_THAT(session.screen, Not(HasSubstr("\x1b[1m")));
}

}  // namespace
}  // namespace chirograph::terminal_test
