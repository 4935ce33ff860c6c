// SPDX-License-Identifier: Apache-2.0
#include "service/archive_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>

#include "crypto/checkpoint.h"
#include "crypto/merkle.h"
#include "service/config.h"
#include "tests/service/status_matchers.h"
#include "tests/service/temp_folder.h"

namespace chirograph::archive_directory_test {
namespace {

namespace fs = std::filesystem;
constexpr char kOrigin[] = "archive.example/2026";

mode_t ModeOf(const std::string& path) {
  struct stat status = {};
  EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777;
}

std::string TextOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class ArchiveDirectoryTest : public ::testing::Test {
 protected:
  NoteVerifier Init() {
    auto log = InitArchive(path_, kOrigin);
    EXPECT_THAT(log, IsOk());
    return *std::move(log);
  }

  const TempFolder folder_;
  const std::string path_ = folder_ / "archive";
};

TEST_F(ArchiveDirectoryTest, MakesALogThatIsEmptyAndSigned) {
  const NoteVerifier log = Init();
  EXPECT_EQ(log.name(), kOrigin);
  const auto opened = OpenArchive(path_, false);
  ASSERT_THAT(opened, IsOk());
  EXPECT_EQ(opened->signer.verifier().vkey(), log.vkey());
  const auto checkpoint = OpenCheckpoint(opened->store->ReadCheckpoint().value(), log);
  ASSERT_THAT(checkpoint, IsOk());
  EXPECT_EQ(checkpoint->tree_size, 0u);
  EXPECT_EQ(checkpoint->root_hash, EmptyRootHash());
}

TEST_F(ArchiveDirectoryTest, TheKeyAndTheFolderAreTheOwnersAlone) {
  Init();
  EXPECT_EQ(ModeOf(path_ + "/log.key"), 0600u);
  EXPECT_EQ(ModeOf(path_), 0700u);
}

TEST_F(ArchiveDirectoryTest, TakesAFolderThatIsEmpty) {
  fs::create_directory(path_);
  Init();
  EXPECT_EQ(ModeOf(path_), 0700u);
}

TEST_F(ArchiveDirectoryTest, MakesFoldersOnTheWay) {
  EXPECT_THAT(InitArchive(folder_ / "a/b/c", kOrigin), IsOk());
  EXPECT_THAT(OpenArchive(folder_ / "a/b/c", false), IsOk());
}

TEST_F(ArchiveDirectoryTest, EachArchiveHasAKeyOfItsOwn) {
  EXPECT_NE(Init().vkey(), InitArchive(folder_ / "other", kOrigin).value().vkey());
}

TEST_F(ArchiveDirectoryTest, NeverMakesOneWhereSomethingIs) {
  Init();
  const std::string key = TextOf(path_ + "/log.key");
  EXPECT_THAT(InitArchive(path_, kOrigin), StatusIs(absl::StatusCode::kAlreadyExists, path_));
  EXPECT_EQ(TextOf(path_ + "/log.key"), key);
  std::ofstream(folder_ / "file") << "text";
  EXPECT_THAT(InitArchive(folder_ / "file", kOrigin), StatusIs(absl::StatusCode::kAlreadyExists, "file"));
  fs::create_directory(folder_ / "used");
  std::ofstream(folder_ / "used/.hidden") << "text";
  EXPECT_THAT(InitArchive(folder_ / "used", kOrigin), StatusIs(absl::StatusCode::kAlreadyExists, "used"));
}

TEST_F(ArchiveDirectoryTest, RefusesANameThatNamesNoLogAndMakesNothing) {
  for (const std::string& origin : {std::string(), std::string("two words"), std::string("a+b"),
                                    std::string("a\nb"), std::string("\xFF"), std::string(5000, 'a')}) {
    EXPECT_EQ(InitArchive(path_, origin).status().code(), absl::StatusCode::kInvalidArgument) << origin;
    EXPECT_FALSE(fs::exists(path_));
  }
}

TEST_F(ArchiveDirectoryTest, TheLongestNameThatIsTakenCanBeOpened) {
  // Wherever the bound is, an archive that was made opens.
  int made = 0;
  for (const std::size_t size : {100, 200, 500, 800, 900, 950, 970, 975, 980, 985, 990, 1000, 1024}) {
    const std::string path = folder_ / std::to_string(size);
    if (!InitArchive(path, std::string(size, 'a')).ok()) continue;
    ++made;
    EXPECT_THAT(OpenArchive(path, false), IsOk()) << size;
  }
  EXPECT_GT(made, 0);
}

TEST_F(ArchiveDirectoryTest, CannotMakeFoldersInAFile) {
  std::ofstream(folder_ / "file") << "text";
  EXPECT_FALSE(InitArchive(folder_ / "file/archive", kOrigin).ok());
}

// --- The configuration that it writes ---

TEST_F(ArchiveDirectoryTest, TheConfigurationSaysNothingYet) {
  Init();
  const auto config = LoadServerConfig(ConfigPath(path_));
  ASSERT_THAT(config, IsOk());
  EXPECT_EQ(config->listen, kDefaultListen);
  EXPECT_EQ(config->keyring, "");
}

TEST_F(ArchiveDirectoryTest, TheConfigurationsCommentsAreTheDefaults) {
  Init();
  // "# key: value", and what is indented below it; prose has no colon behind its first word.
  const std::string text =
      std::regex_replace(TextOf(ConfigPath(path_)), std::regex("(^|\n)# (?=( *)[a-z_]+:( |\n))"), "$1");
  const auto config = ParseServerConfig("c.yaml", text);
  ASSERT_THAT(config, IsOk()) << text;
  const ServerConfig defaults;
  EXPECT_EQ(config->listen, defaults.listen);
  EXPECT_EQ(config->insecure, defaults.insecure);
  EXPECT_EQ(config->allow_shared_key_file, defaults.allow_shared_key_file);
  EXPECT_EQ(config->diagnostics_format, defaults.diagnostics_format);
  EXPECT_EQ(config->diagnostics_level, defaults.diagnostics_level);
  for (const bool has_keys : {false, true}) {
    for (const Verdict verdict : kAllVerdicts) {
      EXPECT_EQ(config->policy.Decide(verdict, has_keys), defaults.policy.Decide(verdict, has_keys));
    }
  }
  // What has no default is an example.
  EXPECT_EQ(config->keyring, "keyring.yaml");
  EXPECT_EQ(config->tls_certificate, "server.pem");
  EXPECT_EQ(config->tls_private_key, "server.key");
}

// --- Opening ---

TEST_F(ArchiveDirectoryTest, AFolderWithoutAnArchiveSaysHowToMakeOne) {
  fs::create_directory(folder_ / "empty");
  for (const std::string& path : {path_, folder_ / "empty"}) {
    EXPECT_THAT(OpenArchive(path, false),
                StatusIs(absl::StatusCode::kNotFound, "no archive at " + path + "; is the volume mounted?"));
    EXPECT_THAT(OpenArchive(path, false),
                StatusIs(absl::StatusCode::kNotFound, "chirographd init --data-dir " + path));
  }
  EXPECT_FALSE(fs::exists(path_));
  EXPECT_TRUE(fs::is_empty(folder_ / "empty"));
}

TEST_F(ArchiveDirectoryTest, AStoreWithoutItsKeySaysThatItIsTheKeyThatIsMissing) {
  Init();
  fs::remove(path_ + "/log.key");
  const auto opened = OpenArchive(path_, false);
  EXPECT_THAT(opened, StatusIs(absl::StatusCode::kFailedPrecondition, "no log.key"));
  EXPECT_THAT(opened, StatusIs(absl::StatusCode::kFailedPrecondition, "put back the copy"));
}

TEST_F(ArchiveDirectoryTest, AKeyWithoutItsStoreSaysThatItIsTheStoreThatIsMissing) {
  Init();
  fs::remove_all(path_ + "/store");
  EXPECT_THAT(OpenArchive(path_, false), StatusIs(absl::StatusCode::kFailedPrecondition, "no store"));
}

TEST_F(ArchiveDirectoryTest, AKeyThatOthersCanReadIsRefusedWithTheChmodToType) {
  Init();
  fs::permissions(path_ + "/log.key", fs::perms::group_read, fs::perm_options::add);
  EXPECT_THAT(OpenArchive(path_, false),
              StatusIs(absl::StatusCode::kPermissionDenied, "chmod 600 " + path_ + "/log.key"));
  EXPECT_THAT(OpenArchive(path_, true), IsOk());
}

TEST_F(ArchiveDirectoryTest, AKeyThatIsNoneIsRefusedWithoutBeingShown) {
  Init();
  const std::string key = TextOf(path_ + "/log.key");
  for (const std::string& text : {std::string(), std::string("no key"), key.substr(0, key.size() - 5)}) {
    std::ofstream(path_ + "/log.key") << text;
    const auto opened = OpenArchive(path_, false);
    EXPECT_THAT(opened, StatusIs(absl::StatusCode::kInvalidArgument, path_ + "/log.key"));
    EXPECT_EQ(std::string(opened.status().message()).find(key.substr(key.size() - 30, 20)),
              std::string::npos);
  }
}

TEST_F(ArchiveDirectoryTest, AnotherLogsKeyIsRefused) {
  Init();
  ASSERT_THAT(InitArchive(folder_ / "other", kOrigin), IsOk());
  fs::copy_file(folder_ / "other/log.key", path_ + "/log.key", fs::copy_options::overwrite_existing);
  EXPECT_EQ(OpenArchive(path_, false).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(ArchiveDirectoryTest, TheKeysLineMayEndAsEditorsEndIt) {
  Init();
  const std::string key = TextOf(path_ + "/log.key");
  ASSERT_EQ(key.back(), '\n');
  for (const std::string& end : {std::string(), std::string("\r\n"), std::string("\n\n")}) {
    std::ofstream(path_ + "/log.key") << key.substr(0, key.size() - 1) << end;
    EXPECT_THAT(OpenArchive(path_, false), IsOk());
  }
}

TEST_F(ArchiveDirectoryTest, IsOpenOnceAtATime) {
  Init();
  {
    const auto first = OpenArchive(path_, false);
    ASSERT_THAT(first, IsOk());
    EXPECT_FALSE(OpenArchive(path_, false).ok());
  }
  EXPECT_THAT(OpenArchive(path_, false), IsOk());
}

}  // namespace
}  // namespace chirograph::archive_directory_test
