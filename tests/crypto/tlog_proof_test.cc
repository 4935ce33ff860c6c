// SPDX-License-Identifier: Apache-2.0
#include "crypto/tlog_proof.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "crypto/encoding.h"
#include "crypto/limits.h"
#include "crypto/source_position.h"

namespace chirograph::tlog_proof_test {
namespace {

using ::testing::HasSubstr;

// The example of C2SP tlog-proof, to the letter: the specification cut the signatures, which nothing here
// looks at.
constexpr std::string_view kExample =
    "c2sp.org/tlog-proof@v1\n"
    "extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6kYXJ3aW4tYXJ\n"
    "index 73894\n"
    "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\n"
    "B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=\n"
    "EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=\n"
    "RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=\n"
    "AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=\n"
    "\n"
    "example.com/fancylog\n"
    "109482\n"
    "sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=\n"
    "\n"
    "\u2014 example.com/fancylog hI2DJw[...]1roloI=\n"
    "\u2014 witness1.example mJirIklj[...]qY9v2B/5bg==\n"
    "\u2014 witness2.example TnKKVHLX[...]xwYwrSjgow==\n"
    "\u2014 witness3.example S4X82uH5[...]3oEcROGLFQ==\n";

// The example with one line in place of another, or with it taken out.
std::string With(std::string_view line, std::string_view other) {
  std::string file(kExample);
  const std::size_t at = file.find(line);
  EXPECT_NE(at, std::string::npos) << line;
  return file.replace(at, line.size(), other);
}

TEST(TlogProofTest, ReadsAndWritesTheSpecificationsExample) {
  const absl::StatusOr<TlogProof> proof = ParseTlogProof(kExample);
  ASSERT_TRUE(proof.ok()) << proof.status();
  EXPECT_THAT(proof->extra.value(), testing::StartsWith("age-v1.2.1-darwin-arm64.tar.gz"));
  EXPECT_EQ(proof->index, 73894u);
  ASSERT_EQ(proof->inclusion_proof.size(), 5u);
  EXPECT_EQ(Base64Encode(AsBytes(proof->inclusion_proof[0])), "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=");
  EXPECT_EQ(Base64Encode(AsBytes(proof->inclusion_proof[4])), "AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=");
  EXPECT_EQ(proof->checkpoint, kExample.substr(kExample.find("\n\n") + 2));
  EXPECT_EQ(FormatTlogProof(*proof), kExample);
}

TEST(TlogProofTest, ExtraAndHashesMayBeMissing) {
  const TlogProof proof = {std::nullopt, 0, {}, "checkpoint\n"};
  EXPECT_EQ(FormatTlogProof(proof), "c2sp.org/tlog-proof@v1\nindex 0\n\ncheckpoint\n");
  EXPECT_EQ(ParseTlogProof(FormatTlogProof(proof)).value(), proof);
}

TEST(TlogProofTest, AnEmptyExtraIsLeftOut) {
  EXPECT_EQ(FormatTlogProof({"", 0, {}, "checkpoint\n"}), "c2sp.org/tlog-proof@v1\nindex 0\n\ncheckpoint\n");
}

TEST(TlogProofTest, WhatIsWrittenIsReadBack) {
  std::string bytes;
  for (int b = 0; b < 256; ++b) bytes.push_back(static_cast<char>(b));
  const TlogProof proof = {bytes, (std::uint64_t{1} << 63) - 1, std::vector<Digest>(64, Sha256("x")),
                           "with\n\nempty lines\n"};
  EXPECT_EQ(ParseTlogProof(FormatTlogProof(proof)).value(), proof);
}

TEST(TlogProofTest, SaysWhichLineIsWrong) {
  struct Case {
    std::string file;
    int line;
    const char* why;
  };
  const std::string header = "c2sp.org/tlog-proof@v1\n";
  const std::string hash = "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=";
  const std::string index_line = "index 73894\n";
  std::string too_many;
  for (int i = 0; i < 65; ++i) too_many += hash + "\n";
  const Case cases[] = {
      {"", 1, "no .tlog-proof"},
      {"c2sp.org/tlog-proof@v1", 1, "no .tlog-proof"},
      {With("proof@v1", "proof@v2"), 1, "no .tlog-proof"},
      {"\n" + std::string(kExample), 1, "no .tlog-proof"},
      {With("@v1\n", "@v1\r\n"), 1, "no .tlog-proof"},
      {header, 2, "ends before the line of the index"},
      {header + "index 1", 2, "ends before the line of the index"},
      {header + "extra QQ==\n", 3, "ends before the line of the index"},
      {With("tYXJ\n", "tYX\n"), 2, "extra data"},
      {With("tYXJ\n", "tYXJ====\n"), 2, "extra data"},
      {With("extra YWdl", "extra  YWdl"), 2, "extra data"},
      {header + "extra \nindex 1\n\nc\n", 2, "left out"},
      {With(index_line, ""), 3, "expected 'index '"},
      {With(index_line, "extra QQ==\nindex 1\n"), 3, "expected 'index '"},
      {With(index_line, "index  73894\n"), 3, "expected 'index '"},
      {With(index_line, "Index 73894\n"), 3, "expected 'index '"},
      {With(index_line, "index 073894\n"), 3, "expected 'index '"},
      {With(index_line, "index 00\n"), 3, "expected 'index '"},
      {With(index_line, "index +1\n"), 3, "expected 'index '"},
      {With(index_line, "index -1\n"), 3, "expected 'index '"},
      {With(index_line, "index \n"), 3, "expected 'index '"},
      {With(index_line, "index 1 \n"), 3, "expected 'index '"},
      {With(index_line, "index 73894\r\n"), 3, "expected 'index '"},
      {With(index_line, "index 9223372036854775808\n"), 3, "expected 'index '"},
      {With(index_line, "index 18446744073709551617\n"), 3, "expected 'index '"},
      {With(hash, "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlR="), 4, "a hash of the proof"},
      {With(hash, "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPg=="), 4, "a hash of the proof"},
      {With(hash, hash + " "), 4, "a hash of the proof"},
      {With("AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=\n\n", ""), 8, "a hash of the proof"},
      {header + "index 1\n" + too_many + "\nc\n", 67, "at most 64"},
      {header + "index 1\n", 3, "ends before the empty line"},
      {header + "index 1\n" + hash, 3, "ends before the empty line"},
      {header + "index 1\n" + hash + "\n", 4, "ends before the empty line"},
      {header + "index 1\n\n", 4, "ends before the checkpoint"},
  };
  for (const Case& c : cases) {
    const absl::Status status = ParseTlogProof(c.file).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.file;
    EXPECT_EQ(PositionOf(status), (SourcePosition{c.line, 1})) << c.file << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(c.why)) << c.file;
  }
}

TEST(TlogProofTest, HasALimit) {
  const std::string file = std::string(kExample) + std::string(limits::kMaxTlogProofBytes, 'x');
  EXPECT_EQ(ParseTlogProof(file).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace chirograph::tlog_proof_test
