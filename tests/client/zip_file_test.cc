// SPDX-License-Identifier: Apache-2.0
#include "client/internal/zip_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zip.h>

#include <memory>

#include "absl/time/civil_time.h"
#include "tests/client/temp_folder.h"

namespace chirograph::internal::zip_file_test {
namespace {

using testing::HasSubstr;

absl::Time At(absl::CivilSecond second) { return absl::FromCivil(second, absl::UTCTimeZone()); }

const absl::Time kTime = At(absl::CivilSecond(2026, 11, 23, 8, 1, 15));

// Two bytes of `zip`, little-endian.
int Number(const std::string& zip, std::size_t at) {
  return static_cast<unsigned char>(zip.at(at)) | static_cast<unsigned char>(zip.at(at + 1)) << 8;
}

TEST(ZipFileTest, HasEachFileByteForByteInOrderAndReadableByAll) {
  const TempFolder folder;
  const std::string binary("\0\xff\n\r\n", 5);
  const absl::StatusOr<std::string> zip =
      MakeZip({{"f/b.bin", binary}, {"f/a", ""}, {"f/g/c", "text"}}, kTime);
  ASSERT_TRUE(zip.ok()) << zip.status();
  Spill(folder.path() + "/x.zip", *zip);
  int error = 0;
  const std::unique_ptr<zip_t, int (*)(zip_t*)> opened(
      zip_open((folder.path() + "/x.zip").c_str(), ZIP_CHECKCONS | ZIP_RDONLY, &error), zip_close);
  ASSERT_NE(opened, nullptr) << error;
  ASSERT_EQ(zip_get_num_entries(opened.get(), 0), 3);
  const std::string contents[] = {binary, "", "text"};
  const std::string names[] = {"f/b.bin", "f/a", "f/g/c"};
  for (zip_uint64_t i = 0; i < 3; ++i) {
    EXPECT_EQ(zip_get_name(opened.get(), i, 0), names[i]);
    zip_uint8_t system = 0;
    zip_uint32_t attributes = 0;
    EXPECT_EQ(zip_file_get_external_attributes(opened.get(), i, 0, &system, &attributes), 0);
    EXPECT_EQ(system, ZIP_OPSYS_UNIX);
    EXPECT_EQ(attributes >> 16, 0100644U);
    const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(zip_fopen_index(opened.get(), i, 0),
                                                                 zip_fclose);
    std::string read(100, '\0');
    read.resize(static_cast<std::size_t>(zip_fread(file.get(), read.data(), read.size())));
    EXPECT_EQ(read, contents[i]) << names[i];
  }
}

TEST(ZipFileTest, HasTheTimeInUtc) {
  const std::string zip = *MakeZip({{"a", ""}}, kTime);
  EXPECT_EQ(Number(zip, 10), 8 << 11 | 1 << 5 | 7);
  EXPECT_EQ(Number(zip, 12), (2026 - 1980) << 9 | 11 << 5 | 23);
}

TEST(ZipFileTest, CutsTimesThatAZipCannotHave) {
  EXPECT_EQ(Number(*MakeZip({{"a", ""}}, absl::UnixEpoch()), 12), 1 << 5 | 1);
  EXPECT_EQ(Number(*MakeZip({{"a", ""}}, At(absl::CivilSecond(9999, 1, 1))), 12), 127 << 9 | 12 << 5 | 31);
}

TEST(ZipFileTest, TheSameInputMakesTheSameBytes) {
  EXPECT_EQ(*MakeZip({{"a", "1"}, {"b", "2"}}, kTime), *MakeZip({{"a", "1"}, {"b", "2"}}, kTime));
}

TEST(ZipFileTest, RefusesNamesThatAreNone) {
  for (const std::vector<ZipMember>& members :
       {std::vector<ZipMember>{{"", "x"}}, {{"/a", "x"}}, {{"a", "x"}, {"a", "y"}}, {}}) {
    EXPECT_TRUE(absl::IsInvalidArgument(MakeZip(members, kTime).status())) << members.size();
  }
  EXPECT_THAT(std::string(MakeZip({{"a", "x"}, {"a", "y"}}, kTime).status().message()),
              HasSubstr("a would be"));
}

}  // namespace
}  // namespace chirograph::internal::zip_file_test
