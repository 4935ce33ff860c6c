// SPDX-License-Identifier: Apache-2.0
#include "crypto/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "tests/without_root.h"

namespace chirograph::file_test {
namespace {

namespace fs = std::filesystem;

class FileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "chirograph_file_XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  void Put(const std::string& name, const std::string& contents, mode_t mode = 0644) const {
    std::ofstream(Path(name), std::ios::binary) << contents;
    ASSERT_EQ(chmod(Path(name).c_str(), mode), 0);
  }
  std::string Get(const std::string& name) const {
    std::ifstream file(Path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  mode_t Mode(const std::string& name) const {
    struct stat status = {};
    EXPECT_EQ(stat(Path(name).c_str(), &status), 0);
    return status.st_mode & 07777;
  }
  std::size_t CountFiles() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  fs::path folder_;
};

TEST_F(FileTest, ReadsWhatIsThere) {
  const std::string bytes("a\0b\r\n", 5);
  Put("f", bytes);
  EXPECT_EQ(ReadFile(Path("f"), 5).value(), bytes);
}

TEST_F(FileTest, RefusesAFileOverTheLimitNamingIt) {
  Put("f", "123456");
  const absl::Status status = ReadFile(Path("f"), 5).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), Path("f") + ": is over 5 bytes");
}

TEST_F(FileTest, ReadsAFileLargerThanOneChunk) {
  const std::string bytes(200'000, 'x');
  Put("f", bytes);
  EXPECT_EQ(ReadFile(Path("f"), 200'000).value(), bytes);
  EXPECT_FALSE(ReadFile(Path("f"), 199'999).ok());
}

TEST_F(FileTest, SaysThatAFileIsMissing) {
  const absl::Status status = ReadFile(Path("none"), 5).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_NE(status.message().find(Path("none")), absl::string_view::npos);
}

TEST_F(FileTest, SaysThatAFolderIsNoFile) {
  EXPECT_EQ(ReadFile(folder_.string(), 5).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(FileTest, RefusesASecretFileThatOthersCanReadWithTheChmodToType) {
  for (const mode_t mode : {0640, 0604, 0660, 0610}) {
    Put("key", "secret", mode);
    const absl::Status status = ReadSecretFile(Path("key"), 100, false).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied) << std::oct << mode;
    EXPECT_NE(status.message().find("chmod 600 " + Path("key")), absl::string_view::npos);
    EXPECT_EQ(status.message().find("secret\n"), absl::string_view::npos);
  }
}

TEST_F(FileTest, ReadsASecretFileThatIsPrivateOrAllowed) {
  Put("key", "secret", 0600);
  EXPECT_EQ(ReadSecretFile(Path("key"), 100, false).value(), "secret");
  Put("key", "secret", 0644);
  EXPECT_EQ(ReadSecretFile(Path("key"), 100, true).value(), "secret");
}

TEST_F(FileTest, WritesWithTheAccessThatWasAsked) {
  ASSERT_TRUE(WriteFileAtomically(Path("public"), "p", FileAccess::kPublic).ok());
  ASSERT_TRUE(WriteFileAtomically(Path("secret"), "s", FileAccess::kSecret).ok());
  EXPECT_EQ(Get("public"), "p");
  EXPECT_EQ(Mode("public"), 0644U);
  EXPECT_EQ(Mode("secret"), 0600U);
}

TEST_F(FileTest, ReplacesAFileKeepingItsPermissionsAndLeavingNothingBeside) {
  Put("f", "old", 0664);
  ASSERT_TRUE(WriteFileAtomically(Path("f"), "new", FileAccess::kPublic).ok());
  EXPECT_EQ(Get("f"), "new");
  EXPECT_EQ(Mode("f"), 0664U);
  EXPECT_EQ(CountFiles(), 1U);
}

TEST_F(FileTest, ReplacesAnothersFileKeepingItHis) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const std::string path = Path("his");
  ASSERT_TRUE(WriteFileAtomically(path, "old", FileAccess::kPublic).ok());
  ASSERT_EQ(chown(path.c_str(), 65534, 65533), 0);
  ASSERT_TRUE(WriteFileAtomically(path, "new", FileAccess::kPublic).ok());
  struct stat status = {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, 65534u);
  EXPECT_EQ(status.st_gid, 65533u);
}

TEST_F(FileTest, ReplacesTheFileBehindALink) {
  Put("f", "old");
  fs::create_symlink(folder_ / "f", folder_ / "link");
  ASSERT_TRUE(WriteFileAtomically(Path("link"), "new", FileAccess::kPublic).ok());
  EXPECT_EQ(Get("f"), "new");
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
}

TEST_F(FileTest, WritesIntoAFifoAndLeavesItOne) {
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0600), 0);
  fs::create_symlink(folder_ / "fifo", folder_ / "link");
  fs::create_hard_link(folder_ / "fifo", folder_ / "same");
  const std::string bytes(200'000, 'x');  // more than a pipe holds
  for (const std::string name : {"fifo", "link"}) {
    absl::StatusOr<std::string> read = absl::UnknownError("not read");
    std::thread reader([&] { read = ReadFile(Path(name), bytes.size()); });
    EXPECT_TRUE(WriteFileAtomically(Path(name), bytes, FileAccess::kSecret).ok());
    // Where it was replaced instead, the reader still waits for a writer.
    close(open(Path("same").c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
    reader.join();
    EXPECT_TRUE(fs::is_fifo(folder_ / "fifo"));
    EXPECT_TRUE(read.ok() && *read == bytes);
    EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
    EXPECT_EQ(CountFiles(), 3U);
  }
}

// A terminal, for in its folder nobody can put a file: a failure would take /dev/null away from all.
TEST_F(FileTest, WritesIntoADevice) {
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0)
    GTEST_SKIP() << "no pseudo-terminals here";
  char name[64];
  ASSERT_EQ(ptsname_r(terminal, name, sizeof(name)), 0);
  // Held open, or what was written is lost as soon as the writer closes.
  const int other_end = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  ASSERT_GE(other_end, 0);
  const absl::Status status = WriteFileAtomically(name, "text", FileAccess::kPublic);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_TRUE(fs::is_character_file(name));
  if (status.ok()) {
    char bytes[8] = {};
    EXPECT_EQ(read(terminal, bytes, sizeof(bytes)), 4);
    EXPECT_STREQ(bytes, "text");
  }
  close(other_end);
  close(terminal);
}

TEST_F(FileTest, WritesToAPipeByItsDescriptor) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_TRUE(WriteFileAtomically("/dev/fd/" + std::to_string(ends[1]), "text", FileAccess::kPublic).ok());
  close(ends[1]);
  char bytes[8] = {};
  EXPECT_EQ(read(ends[0], bytes, sizeof(bytes)), 4);
  EXPECT_STREQ(bytes, "text");
  close(ends[0]);
}

TEST_F(FileTest, DoesNotWriteOverAFolder) {
  fs::create_directory(folder_ / "d");
  const absl::Status status = WriteFileAtomically(Path("d"), "x", FileAccess::kPublic);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), Path("d") + ": is a folder, not a file");
}

TEST_F(FileTest, CannotWriteIntoAFolderThatIsNotThere) {
  EXPECT_EQ(WriteFileAtomically(Path("no/f"), "x", FileAccess::kPublic).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(WriteNewFile(Path("no/f"), "x", FileAccess::kPublic).code(), absl::StatusCode::kNotFound);
}

TEST_F(FileTest, SaysBeforehandWhetherItCouldWrite) {
  EXPECT_TRUE(CheckWritable(Path("new")).ok());
  EXPECT_EQ(CountFiles(), 0U);
  Put("old", "old", 0644);
  EXPECT_TRUE(CheckWritable(Path("old")).ok());
  EXPECT_EQ(Get("old"), "old");
  EXPECT_EQ(CountFiles(), 1U);
  EXPECT_TRUE(CheckWritable("/dev/null").ok());
  EXPECT_EQ(CheckWritable(folder_.string()).code(), absl::StatusCode::kInvalidArgument);
  const absl::Status status = CheckWritable(Path("none/f"));
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_NE(status.message().find(Path("none/f")), absl::string_view::npos);
  const WithoutRoot without_root;
  std::filesystem::permissions(folder_,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  EXPECT_EQ(CheckWritable(Path("old")).code(), absl::StatusCode::kPermissionDenied);
  std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
}

TEST_F(FileTest, WriteNewFilesAnswersForEach) {
  ASSERT_TRUE(WriteNewFile(Path("there"), "first", FileAccess::kPublic).ok());
  const std::vector<absl::Status> statuses = WriteNewFiles(
      {{Path("a"), "1"}, {Path("there"), "2"}, {Path("no/f"), "3"}, {Path("b"), "4"}, {Path("b"), "5"}},
      FileAccess::kSecret);
  ASSERT_EQ(statuses.size(), 5U);
  EXPECT_TRUE(statuses[0].ok()) << statuses[0];
  EXPECT_EQ(statuses[1].code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(statuses[2].code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(statuses[3].ok()) << statuses[3];
  EXPECT_EQ(statuses[4].code(), absl::StatusCode::kAlreadyExists) << "the first of the two stays";
  EXPECT_EQ(*ReadFile(Path("a"), 10), "1");
  EXPECT_EQ(*ReadFile(Path("there"), 10), "first");
  EXPECT_EQ(*ReadFile(Path("b"), 10), "4");
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(Path(".")))
    files += entry.is_regular_file() ? 1U : 0U;
  EXPECT_EQ(files, 3U) << "a temporary file was left";
  EXPECT_TRUE(WriteNewFiles({}, FileAccess::kPublic).empty());
}

TEST_F(FileTest, NeverReplacesWithWriteNewFile) {
  ASSERT_TRUE(WriteNewFile(Path("f"), "first", FileAccess::kSecret).ok());
  EXPECT_EQ(Mode("f"), 0600U);
  EXPECT_EQ(WriteNewFile(Path("f"), "second", FileAccess::kSecret).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(Get("f"), "first");
  EXPECT_EQ(CountFiles(), 1U);
}

TEST_F(FileTest, MakesAFolderWithTheAccessThatWasAsked) {
  const mode_t before = umask(022);
  ASSERT_TRUE(MakeNewFolder(Path("public"), FileAccess::kPublic).ok());
  ASSERT_TRUE(MakeNewFolder(Path("secret"), FileAccess::kSecret).ok());
  umask(before);
  EXPECT_EQ(Mode("public"), 0755U);
  EXPECT_EQ(Mode("secret"), 0700U);
}

TEST_F(FileTest, MakesNoNewFolderWhereThereIsSomethingOrNoParent) {
  Put("f", "x");
  fs::create_directory(folder_ / "d");
  for (const std::string name : {"f", "d"}) {
    const absl::Status status = MakeNewFolder(Path(name), FileAccess::kSecret);
    EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists) << name;
    EXPECT_EQ(status.message().find(Path(name) + ": "), 0U) << status;
  }
  EXPECT_EQ(MakeNewFolder(Path("no/d"), FileAccess::kSecret).code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(fs::exists(folder_ / "no"));
}

TEST_F(FileTest, MakesTheFoldersAboveWithTheSameAccess) {
  ASSERT_TRUE(MakeFolders(Path("a/b/c"), FileAccess::kSecret).ok());
  for (const std::string name : {"a", "a/b", "a/b/c"}) EXPECT_EQ(Mode(name), 0700U) << name;
  ASSERT_TRUE(MakeFolders(Path("trailing/slash/"), FileAccess::kPublic).ok());
  EXPECT_TRUE(fs::is_directory(folder_ / "trailing/slash"));
}

TEST_F(FileTest, LeavesFoldersThatExistAsTheyAre) {
  ASSERT_TRUE(MakeFolders(Path("a"), FileAccess::kSecret).ok());
  Put("a/f", "x");
  fs::create_directory_symlink(folder_ / "a", folder_ / "link");
  for (const std::string name : {"a", "link", "link/"}) {
    EXPECT_TRUE(MakeFolders(Path(name), FileAccess::kPublic).ok()) << name;
  }
  EXPECT_TRUE(MakeFolders("/", FileAccess::kPublic).ok());
  EXPECT_TRUE(MakeFolders(".", FileAccess::kPublic).ok());
  EXPECT_EQ(Mode("a"), 0700U);
  EXPECT_EQ(Get("a/f"), "x");
}

TEST_F(FileTest, MakesNoFoldersThroughWhatIsNone) {
  Put("f", "x");
  fs::create_symlink(folder_ / "nowhere", folder_ / "dangling");
  for (const std::string name : {"f", "dangling"}) {
    for (const std::string below : {"", "/a", "/a/b"}) {
      const absl::Status status = MakeFolders(Path(name + below), FileAccess::kPublic);
      EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists) << name << below;
      EXPECT_EQ(status.message(), Path(name) + ": is not a folder");
    }
  }
  EXPECT_EQ(Get("f"), "x");
  EXPECT_FALSE(fs::exists(folder_ / "nowhere"));
}

TEST_F(FileTest, ManyWhoMakeTheSameFoldersAtOnceAllSucceed) {
  std::vector<absl::Status> made(8);
  std::vector<std::thread> makers;
  for (absl::Status& status : made) {
    makers.emplace_back([this, &status] {
      for (int i = 0; i < 20 && status.ok(); ++i) {
        status = MakeFolders(Path("many/" + std::to_string(i) + "/x"), FileAccess::kPublic);
      }
    });
  }
  for (std::thread& maker : makers) maker.join();
  for (const absl::Status& status : made) EXPECT_TRUE(status.ok()) << status;
}

TEST_F(FileTest, MakesNoFolderWhereItMayNot) {
  const WithoutRoot without_root;
  ASSERT_TRUE(MakeNewFolder(Path("locked"), FileAccess::kPublic).ok());
  ASSERT_EQ(chmod(Path("locked").c_str(), 0), 0);
  EXPECT_EQ(MakeNewFolder(Path("locked/a"), FileAccess::kPublic).code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(MakeFolders(Path("locked/a"), FileAccess::kPublic).code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(SyncFolder(Path("locked")).code(), absl::StatusCode::kPermissionDenied);
  ASSERT_EQ(chmod(Path("locked").c_str(), 0700), 0);
}

TEST_F(FileTest, SyncsFoldersAlone) {
  Put("f", "x");
  EXPECT_TRUE(SyncFolder(folder_.string()).ok());
  for (const std::string name : {"f", "none"}) {
    const absl::Status status = SyncFolder(Path(name));
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << name;
    EXPECT_EQ(status.message().find(Path(name) + ": the folder cannot be synced: "), 0U) << status;
  }
}

}  // namespace
}  // namespace chirograph::file_test
