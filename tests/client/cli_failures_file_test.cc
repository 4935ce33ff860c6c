// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/failures_file.h"
#include "tests/client/cli_fake_host.h"

namespace chirograph::cli_failures_file_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class CliFailuresFileTest : public testing::Test {
 protected:
  // The paths that it lists.
  std::vector<std::string> Listed() const {
    const auto failures = ReadFailuresFile(path_);
    EXPECT_TRUE(failures.ok()) << failures.status();
    std::vector<std::string> paths;
    for (const NotArchived& failure : *failures) paths.push_back(failure.path);
    return paths;
  }

  TemporaryFolder folder_;
  FakeHost host_;
  const std::string path_ = folder_ / "left.jsonl";
};

TEST_F(CliFailuresFileTest, EveryPathComesBackAsItWas) {
  const std::vector<std::string> paths = {"a.md", "b \"c\"\n.md", "-", "\xc3\xa9.md", "\xff\xfe.md", "\t"};
  FailuresFile file(path_, {}, host_);
  ASSERT_TRUE(file.Begin().ok());
  EXPECT_THAT(Listed(), IsEmpty());
  for (const std::string& path : paths) file.Add({path, "REFUSED", "\xff why"});
  ASSERT_TRUE(file.Finish().ok());
  EXPECT_EQ(Listed(), paths);
  EXPECT_EQ(file.size(), paths.size());
}

TEST_F(CliFailuresFileTest, UntilTheEndItHasWhatIsStillToBeTried) {
  FailuresFile file(path_, {{"a", "REFUSED", ""}, {"b", "NOT_SENT", ""}, {"c", "COULD_NOT", ""}}, host_);
  ASSERT_TRUE(file.Begin().ok());
  EXPECT_THAT(Listed(), ElementsAre("a", "b", "c"));
  file.Settle("b");  // it is archived
  file.Settle("a");
  file.Add({"a", "REFUSED", "again"});
  file.WriteNowAndThen();
  EXPECT_THAT(Listed(), ElementsAre("a", "b", "c")) << "not so soon";
  host_.now += absl::Seconds(6);
  file.WriteNowAndThen();
  EXPECT_THAT(Listed(), ElementsAre("a", "c")) << "a crash now must not lose c";
  ASSERT_TRUE(file.Finish().ok());
  EXPECT_THAT(Listed(), ElementsAre("a"));
}

TEST_F(CliFailuresFileTest, AFolderInItsPlaceIsAnError) {
  std::filesystem::create_directories(path_);
  EXPECT_FALSE(FailuresFile(path_, {}, host_).Begin().ok());
}

}  // namespace
}  // namespace chirograph::cli_failures_file_test
