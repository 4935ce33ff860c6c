// SPDX-License-Identifier: Apache-2.0
//
// What docs/canonical-form.md shows: the worked example, whose values Node made, and its tables.
#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/encoding.h"
#include "crypto/limits.h"
#include "crypto/secured_field.h"
#include "crypto/sha256.h"
#include "crypto/source_position.h"
#include "proto/canonical_form.h"
#include "proto/front_matter.h"
#include "tests/doc_example.h"

namespace chirograph::docs_canonical_form_test {
namespace {

constexpr char kPage[] = "canonical-form.md";

// The pieces of `text` in backquotes.
std::vector<std::string> Quoted(std::string_view text) {
  std::vector<std::string> quoted;
  for (std::size_t at = 0; (at = text.find('`', at)) != std::string_view::npos;) {
    const std::size_t end = text.find('`', at + 1);
    if (end == std::string_view::npos) break;
    quoted.emplace_back(text.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return quoted;
}

// The rows, without the two of the head, of the table behind "<!-- table: NAME -->", each as its cells.
std::vector<std::vector<std::string>> DocTable(const std::string& name) {
  std::ifstream file(std::string(CHIROGRAPH_DOCS_DIR) + "/" + kPage);
  std::vector<std::vector<std::string>> rows;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line == "<!-- table: " + name + " -->") {
      inside = true;
    } else if (inside && !line.starts_with("|")) {
      break;
    } else if (inside) {
      std::vector<std::string> cells;
      std::istringstream row(line.substr(1));
      for (std::string cell; std::getline(row, cell, '|');) cells.push_back(cell);
      rows.push_back(cells);
    }
  }
  EXPECT_GT(rows.size(), 3u) << "docs/" << kPage << " has no table " << name;
  rows.erase(rows.begin(), rows.begin() + std::min<std::ptrdiff_t>(2, std::ssize(rows)));
  return rows;
}

v1::Article ArticleOf(const std::string& document) {
  const auto article = ParseDocument(document);
  EXPECT_TRUE(article.ok()) << article.status() << "\n" << document;
  return article.value_or(v1::Article());
}

TEST(DocsCanonicalForm, TheDocumentHasTheFormAndDigestsOnThePage) {
  const v1::Article article = ArticleOf(DocBlock(kPage, "document"));
  const auto form = CanonicalForm(article);
  ASSERT_TRUE(form.ok()) << form.status();
  EXPECT_EQ(*form, DocLine(kPage, "canonical-form"));
  EXPECT_EQ(ToHex(Sha256(*form)), DocLine(kPage, "article-digest"));
  const std::string signing_input = SigningInput(*form);
  const std::string start = HexDecode(DocLine(kPage, "signing-input-start")).value_or("");
  EXPECT_GT(start.size(), 22u);
  EXPECT_TRUE(signing_input.starts_with(start));
  EXPECT_EQ(ToHex(Sha256(signing_input)), DocLine(kPage, "signing-input-digest"));
}

TEST(DocsCanonicalForm, TheDocumentHasTheMessageOnThePage) {
  v1::Article shown;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(DocBlock(kPage, "message"), &shown));
  const v1::Article article = ArticleOf(DocBlock(kPage, "document"));
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(article, shown)) << article.DebugString();
}

TEST(DocsCanonicalForm, ScalarsAreTypedAsTheTableSays) {
  for (const auto& row : DocTable("scalars")) {
    ASSERT_EQ(row.size(), 2u);
    const auto form = CanonicalForm(ArticleOf(fmt::format("---\nx: {}\n---\n", Quoted(row[0]).at(0))));
    ASSERT_TRUE(form.ok()) << form.status();
    EXPECT_EQ(*form, fmt::format(R"({{"x":{}}})", Quoted(row[1]).at(0)));
  }
}

TEST(DocsCanonicalForm, RefusesWhatTheTableSaysWithAPosition) {
  for (const auto& row : DocTable("refused")) {
    std::string front_matter = Quoted(row.back()).at(0);
    for (const auto& [shown, meant] : {std::pair{"⏎", "\n"}, {"⇥", "\t"}, {"␛", "\x1B"}, {"␍", "\r"}}) {
      for (std::size_t at = 0; (at = front_matter.find(shown)) != std::string::npos;) {
        front_matter.replace(at, std::string_view(shown).size(), meant);
      }
    }
    const auto article = ParseDocument(fmt::format("---\n{}\n---\n", front_matter));
    EXPECT_EQ(article.status().code(), absl::StatusCode::kInvalidArgument) << front_matter;
    EXPECT_TRUE(PositionOf(article.status()).has_value()) << front_matter;
  }
}

// Descriptor's word for what the table's last column says.
std::string KindOf(const google::protobuf::FieldDescriptor& field) {
  using google::protobuf::FieldDescriptor;
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING)
    return field.is_repeated() ? "strings" : "any string";
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_INT32) return "an int32";
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL) return "a boolean";
  if (field.message_type()->name() == "Timestamp") return "a time";
  return std::string(field.message_type()->name());
}

TEST(DocsCanonicalForm, TheTableOfFieldsIsTheMessages) {
  std::set<std::string> shown;
  for (const auto& row : DocTable("fields")) {
    for (const std::string& message : Quoted(row.at(0))) {
      const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(
          "chirograph.v1." + message);
      ASSERT_NE(descriptor, nullptr) << message;
      for (const std::string& key : Quoted(row.at(1))) {
        const auto* field = descriptor->FindFieldByCamelcaseName(key);
        ASSERT_NE(field, nullptr) << message << "." << key;
        EXPECT_NE(row.at(2).find(KindOf(*field)), std::string::npos) << message << "." << key;
        EXPECT_EQ(field->is_repeated(), row.at(2).starts_with(" a list")) << message << "." << key;
        shown.insert(field->full_name());
      }
    }
  }
  for (const auto* descriptor : {v1::Article::descriptor(), v1::RelatedArticle::descriptor(),
                                 v1::Provider::descriptor(), v1::Image::descriptor()}) {
    for (int i = 0; i < descriptor->field_count(); ++i) {
      if (descriptor->field(i)->name() == "extra") continue;
      EXPECT_TRUE(shown.contains(descriptor->field(i)->full_name())) << descriptor->field(i)->full_name();
    }
  }
}

TEST(DocsCanonicalForm, TheLimitsAreThoseOfTheCode) {
  std::vector<std::size_t> shown;
  for (const auto& row : DocTable("limits")) {
    std::string number = row.at(1);
    std::erase(number, ',');  // 1,000
    shown.push_back(std::stoull(number));
  }
  EXPECT_EQ(shown, (std::vector<std::size_t>{limits::kMaxSourceDocumentBytes, limits::kMaxFrontMatterBytes,
                                             limits::kMaxCanonicalFormBytes, limits::kMaxExpandedScalarBytes,
                                             limits::kMaxArticleNodes, limits::kMaxNesting,
                                             limits::kMaxYamlLookahead, limits::kMaxSecuredFieldBytes,
                                             limits::kMaxUrlBytes, limits::kMaxContentBytes}));
}

}  // namespace
}  // namespace chirograph::docs_canonical_form_test
