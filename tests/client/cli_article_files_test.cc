// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/cli/article_files.h"
#include "tests/client/cli_run.h"
#include "tests/without_root.h"

namespace chirograph::cli_article_files_test {
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

TEST(CliArticleFilesTest, NamesAFolderThatCannotBeReadAndGoesOn) {
  const WithoutRoot without_root;
  const TemporaryFolder folder;
  for (const char* name : {"a.md", "locked/b.md", "sub/c.md"}) WriteBytes(folder / name, "");
  std::filesystem::permissions(folder / "locked", std::filesystem::perms::none);
  const ArticleFiles files = FindArticleFiles({folder.path()});
  std::filesystem::permissions(folder / "locked", std::filesystem::perms::owner_all);
  EXPECT_THAT(PathsOf(files), testing::ElementsAre(folder / "a.md", folder / "sub/c.md"));
  ASSERT_EQ(files.errors.size(), 1U);
  EXPECT_EQ(files.errors[0].first, folder / "locked");
}

TEST(CliArticleFilesTest, NamesArticlesThatAreLinksToNothing) {
  const TemporaryFolder folder;
  WriteBytes(folder / "posts/a.md", "");
  std::filesystem::create_symlink("gone", folder / "posts/b.md");
  std::filesystem::create_symlink("c.md", folder / "posts/c.md");  // to itself
  std::filesystem::create_symlink("gone", folder / "posts/other");
  const ArticleFiles files = FindArticleFiles({folder / "posts", folder / "posts/other"});
  EXPECT_THAT(PathsOf(files), testing::ElementsAre(folder / "posts/a.md"));
  std::vector<std::string> wrong;
  for (const auto& [path, status] : files.errors) wrong.push_back(path);
  EXPECT_THAT(wrong, testing::UnorderedElementsAre(folder / "posts/b.md", folder / "posts/c.md",
                                                   folder / "posts/other"));
  EXPECT_EQ(files.other_names, 1U);
}

TEST(CliArticleFilesTest, CountsWhatIsNeitherFileNorFolder) {
  const TemporaryFolder folder;
  WriteBytes(folder / "posts/a.md", "");
  ASSERT_EQ(mkfifo((folder / "posts/pipe.md").c_str(), 0600), 0);
  std::filesystem::create_directory_symlink(folder / "posts", folder / "posts/loop");
  const ArticleFiles files = FindArticleFiles({folder / "posts"});
  EXPECT_THAT(PathsOf(files), testing::ElementsAre(folder / "posts/a.md"));
  EXPECT_EQ(files.other_kinds, 2U);
  EXPECT_TRUE(files.errors.empty());
}

TEST(CliArticleFilesTest, IngestSaysThatAFolderHasNoArticles) {
  const TemporaryFolder folder;
  WriteBytes(folder / "posts/a.html", "");
  const Ran run = RunCli({"ingest", folder / "posts"});
  EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
  EXPECT_THAT(run.out, testing::HasSubstr("No articles were found"));
  EXPECT_THAT(run.out, testing::HasSubstr("Skipped: 1 not named"));
}

TEST(CliArticleFilesTest, IngestOfNothingButErrorsStillHasASummary) {
  const TemporaryFolder folder;
  const Ran run = RunCli({"--json", "ingest", folder / "none"});
  EXPECT_EQ(run.code, ExitCode::kCouldNot);
  const std::vector<std::string> lines = LinesOf(run.out);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(nlohmann::json::parse(lines[0])["path"], folder / "none");
  EXPECT_EQ(nlohmann::json::parse(lines[1])["summary"]["unreadablePaths"], 1);
}

}  // namespace
}  // namespace chirograph::cli_article_files_test
