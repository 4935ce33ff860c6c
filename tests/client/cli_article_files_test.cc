// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/article_files.h"
#include "tests/client/cli_fake_host.h"

namespace chirograph {
namespace {

std::vector<std::string> PathsOf(const ArticleFiles& files) {
  std::vector<std::string> paths;
  for (const ArticleFile& file : files.files) paths.push_back(file.path);
  return paths;
}

TEST(CliArticleFilesTest, TakesFoldersRecursivelyAndSorted) {
  const TemporaryFolder folder;
  for (const char* name : {"b.md", "a.markdown", "sub/c.txt", "sub/deep/d.MD", "e.html", "sub/f"}) {
    WriteBytes(folder / name, "");
  }
  const ArticleFiles files = FindArticleFiles({folder.path()});
  EXPECT_THAT(PathsOf(files), testing::ElementsAre(folder / "a.markdown", folder / "b.md",
                                                   folder / "sub/c.txt", folder / "sub/deep/d.MD"));
  EXPECT_TRUE(files.has_folder);
  EXPECT_EQ(files.other_names, 2U);
  EXPECT_EQ(files.hidden, 0U);
  EXPECT_FALSE(files.files[0].named);
}

TEST(CliArticleFilesTest, SkipsAndCountsWhatIsHidden) {
  const TemporaryFolder folder;
  for (const char* name : {"a.md", ".hidden.md", ".git/x.md", ".git/y.md"}) WriteBytes(folder / name, "");
  const ArticleFiles files = FindArticleFiles({folder.path()});
  EXPECT_THAT(PathsOf(files), testing::ElementsAre(folder / "a.md"));
  EXPECT_EQ(files.hidden, 2U);
}

TEST(CliArticleFilesTest, TakesNamedFilesWhateverTheirName) {
  const TemporaryFolder folder;
  WriteBytes(folder / ".draft", "");
  const ArticleFiles files = FindArticleFiles({folder / ".draft", "-"});
  EXPECT_THAT(PathsOf(files), testing::ElementsAre(folder / ".draft", "-"));
  EXPECT_TRUE(files.files[0].named);
  EXPECT_FALSE(files.has_folder);
}

TEST(CliArticleFilesTest, GoesOnAfterAPathThatIsNotThere) {
  const TemporaryFolder folder;
  WriteBytes(folder / "a.md", "");
  const ArticleFiles files = FindArticleFiles({folder / "none", folder / "a.md"});
  EXPECT_THAT(PathsOf(files), testing::ElementsAre(folder / "a.md"));
  ASSERT_EQ(files.errors.size(), 1U);
  EXPECT_EQ(files.errors[0].first, folder / "none");
  EXPECT_TRUE(absl::IsNotFound(files.errors[0].second));
}

TEST(CliArticleFilesTest, DoesNotFollowLinksToFolders) {
  const TemporaryFolder folder;
  WriteBytes(folder / "posts/a.md", "");
  std::filesystem::create_directory_symlink(folder / "posts", folder / "posts/loop");
  EXPECT_THAT(PathsOf(FindArticleFiles({folder / "posts"})), testing::ElementsAre(folder / "posts/a.md"));
}

}  // namespace
}  // namespace chirograph
