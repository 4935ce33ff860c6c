// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <future>
#include <string>

#include "client/cli/output_file.h"
#include "tests/client/cli_fake_host.h"

namespace chirograph::cli_output_file_test {
namespace {

using testing::HasSubstr;

class CliOutputFileTest : public testing::Test {
 protected:
  const TemporaryFolder folder_;
  const std::string path_ = folder_ / "out";
};

TEST_F(CliOutputFileTest, WritesANewFileAndTheSameAgain) {
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(WriteOutputFile(path_, "bytes", /*force=*/false).ok());
  EXPECT_EQ(ReadBytes(path_), "bytes");
}

TEST_F(CliOutputFileTest, LeavesAnotherFileAsItIsUnlessForced) {
  for (const std::string mine : {"mine", "bytesX", "byte", ""}) {
    WriteBytes(path_, mine);
    const absl::Status status = WriteOutputFile(path_, "bytes", /*force=*/false);
    EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists) << mine;
    EXPECT_EQ(std::string(status.message()),
              path_ + ": there is another file of this name, which was left as it is; --force replaces it");
    EXPECT_EQ(ReadBytes(path_), mine);
  }
  EXPECT_TRUE(WriteOutputFile(path_, "bytes", /*force=*/true).ok());
  EXPECT_EQ(ReadBytes(path_), "bytes");
}

TEST_F(CliOutputFileTest, LeavesALinkThatLeadsNowhereAsItIs) {
  std::filesystem::create_symlink(folder_ / "gone", path_);
  EXPECT_EQ(WriteOutputFile(path_, "bytes", /*force=*/false).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "gone"));
}

TEST_F(CliOutputFileTest, WritesIntoAPipeWithoutForce) {
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  auto read = std::async(std::launch::async, [this] { return ReadBytes(path_); });
  EXPECT_TRUE(WriteOutputFile(path_, "bytes", /*force=*/false).ok());
  EXPECT_EQ(read.get(), "bytes");
}

TEST_F(CliOutputFileTest, SaysThatAFolderIsNone) {
  const absl::Status status = WriteOutputFile(folder_.path(), "bytes", /*force=*/false);
  EXPECT_THAT(std::string(status.message()), HasSubstr("is a folder, not a file"));
}

}  // namespace
}  // namespace chirograph::cli_output_file_test
