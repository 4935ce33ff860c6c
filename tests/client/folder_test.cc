// SPDX-License-Identifier: Apache-2.0
#include "client/internal/folder.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/client/temp_folder.h"
#include "tests/without_root.h"

namespace chirograph::internal::folder_test {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class FolderTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const { return folder_.path() + "/" + name; }

  // Whether somebody holds that lock, and for himself alone.
  bool IsLocked(const std::string& name) const {
    const UniqueFd file(open(Path(name).c_str(), O_RDWR | O_CLOEXEC));
    EXPECT_GE(file.get(), 0) << name;
    return flock(file.get(), LOCK_SH | LOCK_NB) != 0;
  }

  const TempFolder folder_;
};

TEST_F(FolderTest, ListsSortedAndWithoutWhatIsHidden) {
  for (const char* name : {"b", "a/below", ".hidden", ".servers/x", "c"}) Spill(Path(name), "");
  EXPECT_THAT(*ListFolder(folder_.path()), ElementsAre("a", "b", "c"));
}

TEST_F(FolderTest, ListsNothingWhereThereIsNoFolder) { EXPECT_THAT(*ListFolder(Path("none")), IsEmpty()); }

TEST_F(FolderTest, DoesNotListWhatIsNoFolder) {
  Spill(Path("f"), "");
  const absl::Status status = ListFolder(Path("f")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), StartsWith(Path("f") + ": cannot list the folder: "));
}

TEST_F(FolderTest, DoesNotListWhatItMayNotRead) {
  const WithoutRoot without_root;
  fs::create_directory(Path("locked"));
  fs::permissions(Path("locked"), fs::perms::none);
  EXPECT_EQ(ListFolder(Path("locked")).status().code(), absl::StatusCode::kPermissionDenied);
  fs::permissions(Path("locked"), fs::perms::owner_all);
}

TEST_F(FolderTest, ALinkToNothingIsThere) {
  fs::create_symlink(Path("nowhere"), Path("link"));
  EXPECT_TRUE(PathExists(Path("link")));
  EXPECT_TRUE(PathExists(folder_.path()));
  EXPECT_FALSE(PathExists(Path("nowhere")));
}

TEST_F(FolderTest, RenamesAFolderWithAllThatIsInIt) {
  Spill(Path("from/a"), "a");
  fs::create_directory(Path("aside"));
  ASSERT_TRUE(RenameDurably(Path("from"), Path("aside/to")).ok());
  EXPECT_EQ(Slurp(Path("aside/to/a")), "a");
  EXPECT_FALSE(PathExists(Path("from")));
}

TEST_F(FolderTest, SaysWhatCouldNotBeRenamedAndWhereTo) {
  const absl::Status status = RenameDurably(Path("none"), Path("to"));
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), StartsWith(Path("none") + ": cannot rename to " + Path("to")));
}

TEST_F(FolderTest, NeverRenamesOverAFolderThatHasSomething) {
  Spill(Path("from/a"), "mine");
  Spill(Path("to/b"), "yours");
  EXPECT_FALSE(RenameDurably(Path("from"), Path("to")).ok());
  EXPECT_EQ(Slurp(Path("from/a")), "mine");
  EXPECT_EQ(Slurp(Path("to/b")), "yours");
}

TEST_F(FolderTest, HoldsALockUntilTheResultGoes) {
  {
    absl::StatusOr<UniqueFd> lock = LockFile(Path("lock"));
    ASSERT_TRUE(lock.ok()) << lock.status();
    EXPECT_TRUE(IsLocked("lock"));
    const UniqueFd moved = *std::move(lock);
    lock = absl::UnknownError("gone");
    EXPECT_TRUE(IsLocked("lock")) << "the descriptor moved on";
  }
  EXPECT_FALSE(IsLocked("lock"));
  EXPECT_EQ(fs::status(Path("lock")).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(FolderTest, LocksAFileThatIsThereAndLeavesItsBytes) {
  Spill(Path("lock"), "bytes");
  EXPECT_TRUE(LockFile(Path("lock")).ok());
  EXPECT_EQ(Slurp(Path("lock")), "bytes");
}

TEST_F(FolderTest, ThreadsHoldALockOneAtATime) {
  std::atomic<int> inside = 0;
  std::atomic<int> violations = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int turn = 0; turn < 50; ++turn) {
        const absl::StatusOr<UniqueFd> lock = LockFile(Path("lock"));
        if (!lock.ok() || ++inside > 1) ++violations;
        std::this_thread::yield();
        --inside;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(violations, 0);
}

TEST_F(FolderTest, SaysWhereNoLockCanBe) {
  EXPECT_EQ(LockFile(Path("none/lock")).status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(LockFile(Path("none/lock")).status().message()),
              StartsWith(Path("none/lock") + ": cannot open the lock file: "));
  Spill(Path("f"), "");
  EXPECT_EQ(LockFile(Path("f/lock")).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(LockFile(folder_.path()).status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace chirograph::internal::folder_test
