// SPDX-License-Identifier: Apache-2.0
//
// Real posts with front matter (18F's blog, public domain), and random damage to them.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/sha256.h"
#include "crypto/source_position.h"
#include "proto/canonical_form.h"
#include "proto/front_matter.h"
#include "tests/proto/test_seed.h"

namespace chirograph::front_matter_corpus_test {
namespace {

const std::filesystem::path kCorpus = CHIROGRAPH_SHARED_DIR "/corpus/18f";

std::string Read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

// In the order of their names.
std::vector<std::filesystem::path> Posts() {
  std::vector<std::filesystem::path> posts;
  for (const auto& file : std::filesystem::directory_iterator(kCorpus)) posts.push_back(file.path());
  std::sort(posts.begin(), posts.end());
  return posts;
}

// All 509 posts are articles: none breaks a rule. In 114 a scalar in quotes goes on in the first column,
// which YAML 1.2 forbids and the rules allow. The canonical forms of the other 395 are, byte for byte, those
// that npm's yaml 2.9.1 (version 1.2, schema core) and JSON.stringify with sorted keys make.
TEST(FrontMatterCorpusTest, EveryPostIsReadAsOthersReadIt) {
  if (!std::filesystem::exists(kCorpus)) GTEST_SKIP() << kCorpus << " is not there";
  int articles = 0;
  std::string digests;
  for (const std::filesystem::path& post : Posts()) {
    const std::string document = Read(post);
    const auto article = ParseDocument(document);
    ASSERT_TRUE(article.ok()) << DescribeInFile(post.string(), article.status());
    const auto form = CanonicalForm(*article);
    ASSERT_TRUE(form.ok()) << post << form.status();
    digests += ToHex(Sha256(*form)) + "\n";
    ++articles;
    const auto layout = FindLayout(document);
    ASSERT_TRUE(layout.ok()) << post;
    EXPECT_FALSE(layout->secured_lines.has_value()) << post;
  }
  EXPECT_EQ(articles, 509);
  EXPECT_EQ(ToHex(Sha256(digests)), "a19f39d7f0722b402495c2d744c719503e69bc821163c17f2230347d469ae699");
}

// Changes `text` in one to six places, mostly to what means something in YAML.
std::string Damage(std::string text, std::mt19937_64& random) {
  constexpr std::string_view kPieces[] = {
      "\"", "'",   "[",   "]",     "{",       "}",    ",",        ": ",  ":",    "- ",   "\n- ",
      "? ", "&a ", "*a",  "!",     "#",       " #",   "|",        ">",   "|+\n", ">-\n", "\t",
      " ",  "\n",  "\n ", "\r\n",  "\r",      "\\",   "~",        "...", "---",  "%",    "<<: ",
      "@",  "`",   "1e9", "\\u12", "\\ud800", "\xFF", "\xC2\x85", "é",   "\\x",
  };
  const auto below = [&random](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  for (std::size_t changes = 1 + below(6); changes > 0; --changes) {
    const std::size_t at = below(text.size() + 1);
    const std::size_t size = below(std::min<std::size_t>(text.size() - at, 40) + 1);
    switch (below(5)) {
      case 0:
        text.erase(at, size);
        break;
      case 1:
        text.insert(at, text.substr(at, size));
        break;
      case 2:
        if (at < text.size()) text[at] = static_cast<char>(random());
        break;
      default:
        text.insert(at, kPieces[below(std::size(kPieces))]);
    }
  }
  return text;
}

TEST(FrontMatterCorpusTest, DamageIsReadOrRefusedWithAPlaceInTheDocument) {
  std::vector<std::string> documents = {Read(CHIROGRAPH_TEST_DATA_DIR "/seed/000_c4c37bbcb50daded.txt")};
  for (const char* name :
       {"shape-anchors", "shape-escapes", "shape-multiline", "shape-nested-extras", "shape-scalars",
        "shape-empty-collections", "shape-numbers", "shape-utf16-key-order", "shape-body-crlf"}) {
    documents.push_back(Read(std::string(CHIROGRAPH_TEST_DATA_DIR "/secured/") + name + ".md"));
  }
  if (std::filesystem::exists(kCorpus)) {
    for (const std::filesystem::path& post : Posts()) {
      // The front matter is what is of interest, and its end.
      const std::string document = Read(post);
      documents.push_back(document.substr(0, document.find("\n---", 4) + 10));
    }
  }
  std::mt19937_64 random(TestSeed());
  int read = 0;
  int refused = 0;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(3);
  while (std::chrono::steady_clock::now() < end) {
    const std::string document = Damage(documents[random() % documents.size()], random);
    SCOPED_TRACE(testing::PrintToString(document));
    const auto article = ParseDocument(document);
    const auto layout = FindLayout(document);
    ASSERT_EQ(layout.status(), article.status());
    if (article.ok()) {
      ++read;
      const auto form = CanonicalForm(*article);
      ASSERT_TRUE(form.ok()) << form.status();
      if (const auto lines = layout->secured_lines) {
        std::string unsigned_document = document;
        unsigned_document.replace(lines->begin, lines->end - lines->begin, "secured:\n");
        const auto again = ParseDocument(unsigned_document);
        // An anchor may have gone with the lines.
        if (again.ok()) {
          ASSERT_EQ(CanonicalForm(*again).value_or(""), *form);
        } else {
          ASSERT_NE(again.status().message().find("anchor"), std::string::npos) << again.status();
        }
      }
      continue;
    }
    ++refused;
    ASSERT_EQ(article.status().code(), absl::StatusCode::kInvalidArgument) << article.status();
    const auto position = PositionOf(article.status());
    ASSERT_TRUE(position.has_value()) << article.status();
    ASSERT_GE(position->line, 1);
    ASSERT_GE(position->column, 1);
    ASSERT_LE(position->line, 1 + std::count(document.begin(), document.end(), '\n'));
  }
  std::cout << read << " read, " << refused << " refused\n";
  EXPECT_GT(read, 0);
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace chirograph::front_matter_corpus_test
