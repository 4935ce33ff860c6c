// SPDX-License-Identifier: Apache-2.0
#include "service/version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/service/store_image.h"

namespace chirograph::version_test {
namespace {

TEST(VersionTest, IsTheProjects) {
  const std::string project = ReadBytes(std::string(CHIROGRAPH_DOCS_DIR) + "/../CMakeLists.txt");
  EXPECT_THAT(project,
              testing::HasSubstr("project(chirograph VERSION " + std::string(kSoftwareVersion) + " "));
}

TEST(VersionTest, IsThreeNumbers) {
  EXPECT_THAT(std::string(kSoftwareVersion), testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
}

}  // namespace
}  // namespace chirograph::version_test
