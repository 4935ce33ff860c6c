// SPDX-License-Identifier: Apache-2.0
#include "crypto/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "crypto/encoding.h"
#include "crypto/merkle.h"

namespace chirograph::checkpoint_test {
namespace {

using ::testing::HasSubstr;

// The example of C2SP tlog-checkpoint.
constexpr std::string_view kExampleText =
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

Checkpoint Example() {
  return {"example.com/behind-the-sofa",
          20852163,
          DigestFromBytes(Base64Decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=").value()).value(),
          {}};
}

std::string WithSize(std::string_view size) {
  return "a\n" + std::string(size) + "\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
}

TEST(CheckpointTest, WritesAndReadsTheSpecificationsExample) {
  EXPECT_EQ(FormatCheckpoint(Example()), kExampleText);
  const absl::StatusOr<Checkpoint> parsed = ParseCheckpoint(kExampleText);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(*parsed, Example());
}

TEST(CheckpointTest, TheEmptyTreeHasSizeZero) {
  const Checkpoint empty = {"a", 0, EmptyRootHash(), {}};
  EXPECT_EQ(FormatCheckpoint(empty), "a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
  EXPECT_EQ(ParseCheckpoint(FormatCheckpoint(empty)).value(), empty);
}

TEST(CheckpointTest, KeepsExtensionLinesAndAnyOrigin) {
  Checkpoint checkpoint = Example();
  checkpoint.origin = "an origin with spaces + a plus";  // the specification tells clients to expect it
  checkpoint.extensions = {"one", " two ", "\u00e8"};
  EXPECT_EQ(ParseCheckpoint(FormatCheckpoint(checkpoint)).value(), checkpoint);
}

TEST(CheckpointTest, SizesHaveOneSpellingUpTo2To63Minus1) {
  for (const char* size : {"0", "1", "10", "9223372036854775807"}) {
    EXPECT_TRUE(ParseCheckpoint(WithSize(size)).ok()) << size;
  }
  for (const char* size : {"00", "01", "+1", "-1", "-0", " 1", "1 ", "1x", "0x1", "1.0", "1e3", "one",
                           "9223372036854775808", "18446744073709551616", "99999999999999999999999"}) {
    const absl::Status status = ParseCheckpoint(WithSize(size)).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << size;
    EXPECT_THAT(std::string(status.message()), HasSubstr("tree size")) << size;
  }
}

TEST(CheckpointTest, RefusesWhatIsNoCheckpoint) {
  const std::string hash = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  const std::pair<std::string, const char*> bad[] = {
      {"", "line feed"},
      {"a", "line feed"},
      {"\n", "line 1 is empty"},
      {"a\n", "1 lines"},
      {"a\n1\n", "2 lines"},
      {"\n1\n" + hash, "line 1 is empty"},
      {"a\n\n" + hash, "line 2 is empty"},
      {"a\n1\n\n", "line 3 is empty"},
      {"a\n1\n" + hash + "\n", "line 4 is empty"},
      {"a\n1\n" + hash + "b\n\nc\n", "line 5 is empty"},
      {"a\n1\n" + hash + "no line feed", "line feed"},
      {"a\n1\n" + hash.substr(0, hash.size() - 2) + "\n", "root hash"},       // no padding
      {"a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", "root hash"},  // stray bits
      {"a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n", "root hash"},  // 31 bytes
      {"a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2Jr\n", "root hash"},  // 33 bytes
      {"a\n1\n " + hash, "root hash"},
      {"a\r\n1\n" + hash, "control character"},
      {"a\tb\n1\n" + hash, "control character"},
      {"\xff\n1\n" + hash, "UTF-8"},
  };
  for (const auto& [text, why] : bad) {
    const absl::Status status = ParseCheckpoint(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(std::string(status.message()), HasSubstr(why)) << text;
  }
}

TEST(SignedCheckpointTest, SignsAndOpens) {
  const NoteSigner log = NoteSigner::Generate("example.com/behind-the-sofa").value();
  const absl::StatusOr<std::string> note = SignCheckpoint(Example(), log);
  ASSERT_TRUE(note.ok()) << note.status();
  EXPECT_TRUE(note->starts_with(std::string(kExampleText) + "\n\u2014 example.com/behind-the-sofa "));
  EXPECT_EQ(OpenCheckpoint(*note, log.verifier()).value(), Example());
}

TEST(SignedCheckpointTest, SignsOnlyUnderItsOwnName) {
  const NoteSigner log = NoteSigner::Generate("example.com/other").value();
  EXPECT_EQ(SignCheckpoint(Example(), log).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(SignedCheckpointTest, SignsNothingThatReadsAsAnother) {
  const NoteSigner log = NoteSigner::Generate("example.com/behind-the-sofa").value();
  Checkpoint checkpoint = Example();
  checkpoint.extensions = {""};
  EXPECT_EQ(SignCheckpoint(checkpoint, log).status().code(), absl::StatusCode::kInvalidArgument);
  checkpoint.extensions = {"two\nlines"};
  EXPECT_EQ(SignCheckpoint(checkpoint, log).status().code(), absl::StatusCode::kInvalidArgument);
  checkpoint = Example();
  checkpoint.tree_size = kMaxTreeSize + 1;
  EXPECT_EQ(SignCheckpoint(checkpoint, log).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(SignedCheckpointTest, RefusesAnotherOriginUnderTheLogsKey) {
  const NoteSigner log = NoteSigner::Generate("example.com/log").value();
  const std::string note = log.Sign(kExampleText).value();
  const absl::Status status = OpenCheckpoint(note, log.verifier()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("example.com/behind-the-sofa"));
}

TEST(SignedCheckpointTest, RefusesANoteThatIsNoCheckpoint) {
  const NoteSigner log = NoteSigner::Generate("example.com/log").value();
  EXPECT_EQ(OpenCheckpoint(log.Sign("example.com/log\n1\n").value(), log.verifier()).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(OpenCheckpoint(kExampleText, log.verifier()).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(SignedCheckpointTest, ASignatureOfAnotherKeyIsUnauthenticated) {
  const NoteSigner log = NoteSigner::Generate("example.com/behind-the-sofa").value();
  const NoteSigner impostor = NoteSigner::Generate("example.com/behind-the-sofa").value();
  const std::string note = SignCheckpoint(Example(), impostor).value();
  EXPECT_EQ(OpenCheckpoint(note, log.verifier()).status().code(), absl::StatusCode::kUnauthenticated);
  std::string spoilt = SignCheckpoint(Example(), log).value();
  spoilt[spoilt.find("20852163")] = '3';
  EXPECT_EQ(OpenCheckpoint(spoilt, log.verifier()).status().code(), absl::StatusCode::kUnauthenticated);
}

}  // namespace
}  // namespace chirograph::checkpoint_test
