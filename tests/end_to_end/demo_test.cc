// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end_to_end/archive_under_test.h"

namespace chirograph::demo_test {
namespace {

using testing::HasSubstr;

TEST(DemoTest, ShowsTheJourneyInAScreenAndCanBeRunAgain) {
  const TemporaryFolder folder;
  const std::string bin = std::filesystem::path(CliPath()).parent_path().string();
  const ProcessOptions options = {
      folder.path(), {{"CHIROGRAPH_BIN_DIR", bin}, {"CHIROGRAPH_DEMO_DIR", folder / "demo"}}, ""};
  const std::string script = CHIROGRAPH_SOURCE_DIR "/client/demo.sh";

  const ProcessResult first = RunProcess({"bash", script}, options);
  ASSERT_EQ(first.exit_code, 0) << first.out << first.err;
  EXPECT_THAT(first.out, HasSubstr("archived          UNKNOWN_KEY        seed.md"));
  EXPECT_THAT(first.out, HasSubstr("archived          VALID              article.md"));
  EXPECT_THAT(first.out, HasSubstr("refused           INVALID            tampered.md"));
  EXPECT_THAT(first.out, HasSubstr("48 files in"));
  EXPECT_THAT(first.out, HasSubstr("No server was asked."));
  EXPECT_LE(LinesOf(first.out).size(), 70U) << first.out;

  const ProcessResult second = RunProcess({"bash", script}, options);
  ASSERT_EQ(second.exit_code, 0) << second.out << second.err;
  EXPECT_THAT(second.out, HasSubstr("already archived  VALID              article.md"));
  EXPECT_THAT(second.out, HasSubstr("already archived  UNKNOWN_KEY        seed.md"));
}

}  // namespace
}  // namespace chirograph::demo_test
