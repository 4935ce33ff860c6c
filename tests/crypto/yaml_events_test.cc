// SPDX-License-Identifier: Apache-2.0
//
// What YamlCollector keeps of a document, and what TextBuffer lets through. yaml_events_errors_test.cc has
// what it refuses.
#include "crypto/internal/yaml_events.h"

#include <string>
#include <string_view>
#include <vector>

#include "crypto/limits.h"
#include "fmt/format.h"
#include "gtest/gtest.h"
#include "tests/crypto/yaml_reading.h"

namespace chirograph::internal::yaml_events_test {
namespace {

// Each node as what it is and the index where it ends.
std::string Describe(const std::vector<FlatNode>& nodes) {
  std::string out;
  for (const FlatNode& node : nodes) {
    switch (node.kind) {
      case FlatNode::Kind::kScalar:
        out += fmt::format("<{}>", node.text);
        break;
      case FlatNode::Kind::kSequence:
        out += "list";
        break;
      case FlatNode::Kind::kMapping:
        out += "map";
        break;
      case FlatNode::Kind::kAlias:
        out += fmt::format("*{}", node.target);
        break;
    }
    out += fmt::format(":{} ", node.end);
  }
  return out;
}

std::string Collect(std::string_view document) {
  YamlReading reading(document);
  const absl::Status status = reading.Read();
  return status.ok() ? Describe(reading.collector().nodes()) : DescribeInFile("error", status);
}

TEST(YamlEventsTest, NodesAreFollowedByWhatIsInThem) {
  EXPECT_EQ(Collect("a: [1, {b: c}]\nd:\n"), "map:9 <a>:2 list:7 <1>:4 map:7 <b>:6 <c>:7 <d>:8 <>:9 ");
  EXPECT_EQ(Collect("a:\n- - b\n- {}\n"), "map:6 <a>:2 list:6 list:5 <b>:5 map:6 ");
}

TEST(YamlEventsTest, ADocumentWithoutContentIsARootWithoutKeys) {
  EXPECT_EQ(Collect(""), "map:1 ");
  EXPECT_EQ(Collect("# c\n\n"), "map:1 ");
}

TEST(YamlEventsTest, AliasesNameTheNodeOfTheLastAnchorOfThatName) {
  YamlReading reading("a: &x 1\nb: *x\nc: &x [d]\n*x : 2\n");
  EXPECT_FALSE(reading.collector().has_aliases());
  EXPECT_EQ(DescribeInFile("error", reading.Read()), "error:4:1: a key must be a string");
  YamlReading good("a: &x 1\nb: *x\nc: &x [d]\ne: *x\n");
  ASSERT_TRUE(good.Read().ok());
  EXPECT_TRUE(good.collector().has_aliases());
  EXPECT_EQ(Describe(good.collector().nodes()),
            "map:10 <a>:2 <1>:3 <b>:4 *2:5 <c>:6 list:8 <d>:8 <e>:9 *6:10 ");
}

TEST(YamlEventsTest, OnlyPlainScalarsAreTyped) {
  YamlReading reading("a: 1\nb: '1'\nc: |-\n  1\nd: \"null\"\ne: null\n");
  ASSERT_TRUE(reading.Read().ok());
  const ScalarType expected[] = {ScalarType::kNumber, ScalarType::kString, ScalarType::kString,
                                 ScalarType::kString, ScalarType::kNull};
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_EQ(reading.collector().nodes()[2 + 2 * i].scalar.type, expected[i]) << i;
}

TEST(YamlEventsTest, NodesStandBehindTheirAnchors) {
  YamlReading reading("é: &x # c\n  b\n", 7);
  ASSERT_TRUE(reading.Read().ok());
  EXPECT_EQ(reading.collector().nodes()[1].position, (SourcePosition{7, 1}));
  EXPECT_EQ(reading.collector().nodes()[2].position, (SourcePosition{8, 3}));
}

TEST(YamlEventsTest, IsCompleteOnceTheLastLineCameBack) {
  YamlReading whole("a: b\n");
  EXPECT_FALSE(whole.collector().complete());
  EXPECT_TRUE(whole.Read().ok());
  EXPECT_TRUE(whole.collector().complete());
  for (const std::string_view text : {"a: \"b\n", "a: b\n...\n", "a: [b\n"}) {
    YamlReading cut(text);
    EXPECT_FALSE(cut.Read().ok()) << text;
    EXPECT_FALSE(cut.collector().complete()) << text;
  }
}

// The sentinel is chosen so that the text does not have it, but escapes can spell anything.
TEST(YamlEventsTest, TheSentinelInEscapesIsText) {
  EXPECT_EQ(Collect("a: \"the\\x2dend\"\nb: c\n"), "map:5 <a>:2 <the-end>:3 <b>:4 <c>:5 ");
  EXPECT_EQ(Collect("\"the\\x2dend\": ~\nb: c\n"), "map:5 <the-end>:2 <~>:3 <b>:4 <c>:5 ");
  EXPECT_EQ(Collect("a: \"the-\\\n  end\"\n"), "map:3 <a>:2 <the-end>:3 ");
}

TEST(YamlEventsTest, AnAliasOutsideAMappingIsRefused) {
  YamlReading reading("a: b\n");
  try {
    reading.collector().OnAlias(YAML::Mark(), 1);
    FAIL() << "accepted";
  } catch (const YamlError& error) {
    EXPECT_EQ(DescribeInFile("f", error.status), "f:1:1: expected 'key: value' lines");
  }
}

// Bytes that `buffer` gives of `count` asked for.
std::streamsize Take(TextBuffer& buffer, std::streamsize count) {
  std::string out(static_cast<std::size_t>(count), '\0');
  return buffer.sgetn(out.data(), count);
}

TEST(YamlEventsTest, ABufferGivesItsTextAndThenNothing) {
  std::string text = "a: b";
  TextBuffer buffer(text);
  std::string out(10, '.');
  EXPECT_EQ(buffer.sgetn(out.data(), 3), 3);
  EXPECT_EQ(buffer.sgetn(out.data() + 3, 7), 1);
  EXPECT_EQ(out, "a: b......");
  EXPECT_EQ(buffer.sgetn(out.data(), 1), 0);
}

TEST(YamlEventsTest, ABufferThrowsWhereTooMuchCouldBeQueued) {
  for (const char indicator : std::string_view("[]{},\"'&*!")) {
    std::string text = std::string(limits::kMaxYamlLookahead, indicator) + "a" + indicator;
    TextBuffer buffer(text);
    EXPECT_EQ(Take(buffer, limits::kMaxYamlLookahead + 1), limits::kMaxYamlLookahead + 1);
    EXPECT_THROW(Take(buffer, 1), LookaheadError) << indicator;
  }
  std::string harmless(limits::kMaxYamlLookahead + 1, '-');
  TextBuffer buffer(harmless);
  EXPECT_NO_THROW(Take(buffer, static_cast<std::streamsize>(harmless.size())));
}

TEST(YamlEventsTest, ManyValuesMayHaveMoreThanOneMayHave) {
  const std::string value(limits::kMaxYamlLookahead / 3, '"');
  std::string document;
  for (int i = 0; i < 4; ++i) document += fmt::format("k{}: x{}\n", i, value);
  EXPECT_EQ(ReadingError(document), "accepted");
}

}  // namespace
}  // namespace chirograph::internal::yaml_events_test
