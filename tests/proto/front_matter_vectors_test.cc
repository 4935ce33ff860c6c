// SPDX-License-Identifier: Apache-2.0
//
// The documents of vectors/secured, made and read by other people's YAML and JCS code: the canonical bytes of
// those that are articles, and the place of the error in those that are not.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "crypto/sha256.h"
#include "crypto/source_position.h"
#include "proto/canonical_form.h"
#include "proto/front_matter.h"

namespace chirograph::front_matter_vectors_test {
namespace {

using nlohmann::json;

constexpr char kFolder[] = CHIROGRAPH_TEST_DATA_DIR "/secured/";

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(FrontMatterVectorsTest, EveryArticleHasItsCanonicalBytes) {
  const json manifest = json::parse(Read(std::string(kFolder) + "manifest.json"));
  int articles = 0;
  for (const json& entry : manifest.at("cases")) {
    const std::string name = entry.at("name");
    if (entry.at("expect") == "IMPORT_ERROR") continue;
    SCOPED_TRACE(name);
    const std::string document = Read(kFolder + entry.at("document").get<std::string>());
    const auto article = ParseDocument(document);
    ASSERT_TRUE(article.ok()) << DescribeInFile(name, article.status());
    const auto form = CanonicalForm(*article);
    ASSERT_TRUE(form.ok()) << form.status();
    EXPECT_EQ(*form, Read(kFolder + name + ".canonical.json"));
    EXPECT_EQ(ToHex(Sha256(*form)), entry.at("canonical_sha256").get<std::string>());
    ++articles;
  }
  EXPECT_EQ(articles, 58);
}

TEST(FrontMatterVectorsTest, EveryOtherDocumentIsRefusedAtItsError) {
  // All have the same eight lines first.
  const std::map<std::string, SourcePosition> places = {
      {"reject-body-key", {9, 1}},          {"reject-boolean-key", {9, 1}},
      {"reject-control-character", {9, 5}}, {"reject-cyclic-alias", {9, 8}},
      {"reject-document-end", {9, 1}},      {"reject-duplicate-key", {9, 1}},
      {"reject-explicit-tag", {9, 4}},      {"reject-not-a-number", {9, 4}},
      {"reject-number-key", {9, 1}},        {"reject-secured-list", {9, 10}},
      {"reject-surrogate-escape", {9, 5}},  {"reject-tab-indent", {10, 1}},
      {"reject-too-big-integer", {9, 4}},   {"reject-too-deep", {9, 19}},
      {"reject-unclosed-bracket", {9, 4}},  {"reject-unclosed-quote", {9, 4}},
  };
  const json manifest = json::parse(Read(std::string(kFolder) + "manifest.json"));
  std::size_t refused = 0;
  for (const json& entry : manifest.at("cases")) {
    const std::string name = entry.at("name");
    if (entry.at("expect") != "IMPORT_ERROR") continue;
    SCOPED_TRACE(name);
    const std::string document = Read(kFolder + entry.at("document").get<std::string>());
    const auto article = ParseDocument(document);
    ASSERT_FALSE(article.ok());
    EXPECT_EQ(article.status().code(), absl::StatusCode::kInvalidArgument);
    ASSERT_TRUE(places.contains(name));
    EXPECT_EQ(PositionOf(article.status()), places.at(name)) << DescribeInFile(name, article.status());
    const auto layout = FindLayout(document);
    ASSERT_FALSE(layout.ok());
    EXPECT_EQ(layout.status(), article.status());
    ++refused;
  }
  EXPECT_EQ(refused, places.size());
}

TEST(FrontMatterVectorsTest, TheCopiesAreTheOnesOfTheSharedFolder) {
  const std::filesystem::path shared = CHIROGRAPH_SHARED_DIR "/vectors/secured";
  if (!std::filesystem::exists(shared)) GTEST_SKIP() << shared << " is not there";
  int files = 0;
  for (const auto& file : std::filesystem::directory_iterator(shared)) {
    EXPECT_EQ(Read(file.path()), Read(kFolder + file.path().filename().string())) << file.path();
    ++files;
  }
  EXPECT_GT(files, 0);
}

}  // namespace
}  // namespace chirograph::front_matter_vectors_test
