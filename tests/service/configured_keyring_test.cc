// SPDX-License-Identifier: Apache-2.0
#include "service/configured_keyring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/service/status_matchers.h"
#include "tests/service/temp_folder.h"

namespace chirograph::configured_keyring_test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ConfiguredKeyringTest, IsEmptyWhereNoneIsNamed) {
  const auto keyring = LoadConfiguredKeyring(ServerConfig());
  ASSERT_THAT(keyring, IsOk());
  EXPECT_TRUE(keyring->publishers().empty());
}

TEST(ConfiguredKeyringTest, AFaultNamesTheFileAndWhatNamedIt) {
  const TempFolder folder;
  ServerConfig config;
  config.keyring = folder / "none.yaml";
  const absl::Status of_flag = LoadConfiguredKeyring(config).status();
  EXPECT_THAT(of_flag, StatusIs(absl::StatusCode::kNotFound, "none.yaml"));
  EXPECT_THAT(std::string(of_flag.message()), Not(HasSubstr("the keyring of")));
  config.places["keyring"] = "c.yaml:3:10";
  EXPECT_THAT(LoadConfiguredKeyring(config).status(),
              StatusIs(absl::StatusCode::kNotFound, "(the keyring of c.yaml:3:10)"));
  std::ofstream(folder / "none.yaml") << "publisher: {}\n";
  EXPECT_THAT(LoadConfiguredKeyring(config).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "none.yaml:1:1: "));
}

}  // namespace
}  // namespace chirograph::configured_keyring_test
