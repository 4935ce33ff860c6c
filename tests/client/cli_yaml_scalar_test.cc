// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <variant>

#include "client/cli/yaml_scalar.h"
#include "crypto/strict_yaml.h"

namespace chirograph::cli_yaml_scalar_test {
namespace {

TEST(CliYamlScalarTest, LeavesPlainStringsPlain) {
  EXPECT_EQ(YamlScalar("nyoooz.com"), "nyoooz.com");
  EXPECT_EQ(YamlScalar("2026-rsa"), "2026-rsa");
}

TEST(CliYamlScalarTest, QuotesWhatWouldBeAnotherType) {
  for (const char* text : {"2026", "1e5", "0x1F", "true", "null", "~", "", "-1", ".5"}) {
    EXPECT_EQ(YamlScalar(text), "\"" + std::string(text) + "\"");
  }
}

TEST(CliYamlScalarTest, EveryTextReadsBackAsItself) {
  for (const std::string text : {"a: b",         "#c",
                                 "\"quoted\"",   "back\\slash",
                                 "tab\there",    "line\nfeed",
                                 "\xC3\xA4",     " space ",
                                 "\xC2\x80",     "a\xC2\x9F\xC2\xA0z",
                                 "\xE2\x80\xA8", "\xE2\x80\xA9x",
                                 "\xEF\xBB\xBF", "\xEF\xBF\xBE\xEF\xBF\xBF",
                                 "\x7F",         "- item",
                                 "[list]",       "&anchor",
                                 "!tag",         "yes"}) {
    const auto value = ParseStrictYaml("key: " + YamlScalar(text) + "\n");
    ASSERT_TRUE(value.ok()) << text << ": " << value.status();
    EXPECT_EQ(std::get<std::string>(value->Find("key")->value), text);
    const auto key = ParseStrictYaml(YamlScalar(text) + ": value\n");
    ASSERT_TRUE(key.ok()) << text << ": " << key.status();
    EXPECT_NE(key->Find(text), nullptr) << text;
  }
}

}  // namespace
}  // namespace chirograph::cli_yaml_scalar_test
