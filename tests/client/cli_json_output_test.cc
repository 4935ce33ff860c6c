// SPDX-License-Identifier: Apache-2.0
//
// Which members there are is held against docs/json-output.md in docs_json_output_test.cc; here, their
// values.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/json_output.h"
#include "tests/client/test_log.h"

namespace chirograph::cli_json_output_test {
namespace {

using nlohmann::ordered_json;

TEST(CliJsonOutputTest, AnEmptyTextIsNull) {
  EXPECT_EQ(TextOrNull(""), ordered_json(nullptr));
  EXPECT_EQ(TextOrNull("a"), ordered_json("a"));
}

TEST(CliJsonOutputTest, AnErrorHasAPlaceOrNulls) {
  const ordered_json placed = ErrorJson("twice", SourcePosition{4, 2});
  EXPECT_EQ(placed.dump(), R"({"message":"twice","line":4,"column":2,"kind":"COULD_NOT",)"
                           R"("reason":null,"evidenceDir":null})");
  const ordered_json unplaced = ErrorJson("gone", std::nullopt);
  EXPECT_TRUE(unplaced["line"].is_null());
  EXPECT_TRUE(unplaced["column"].is_null());
}

TEST(CliJsonOutputTest, TheMessageDoesNotNameThePathOnceMore) {
  const ordered_json json = InputErrorJson("a.md", {"a.md: is a folder", std::nullopt});
  EXPECT_EQ(json["path"], "a.md");
  EXPECT_EQ(json["error"]["message"], "is a folder");
}

TEST(CliJsonOutputTest, APathThatOnlyBeginsTheMessageStaysInIt) {
  EXPECT_EQ(InputErrorJson("a", {"a.md: gone", std::nullopt})["error"]["message"], "a.md: gone");
  EXPECT_EQ(InputErrorJson("a", {"not a: b", std::nullopt})["error"]["message"], "not a: b");
}

TEST(CliJsonOutputTest, AVerificationNamesTheKeyThatVerified) {
  const TestPublisher publisher("news.example");
  const PublisherKey key = publisher.key();
  const SecuredVerification verification{Verdict::kKeyRevoked, VerdictReason::kRevoked, "news.example", &key,
                                         "signature"};
  const Digest digest = Sha256("x");
  const ordered_json json = VerificationJson("a.md", verification, digest);
  EXPECT_EQ(json["path"], "a.md");
  EXPECT_EQ(json["verdict"], "KEY_REVOKED");
  EXPECT_EQ(json["reason"], "REVOKED");
  EXPECT_EQ(json["publisher"], "news.example");
  EXPECT_EQ(json["keyId"], key.id);
  EXPECT_EQ(json["algorithm"], "ed25519");
  EXPECT_EQ(json["articleDigest"], ToHex(digest));
}

TEST(CliJsonOutputTest, AVerificationWithoutKeyOrPublisherHasNulls) {
  const SecuredVerification verification{Verdict::kUnknownKey, VerdictReason::kNoPublisher, "", nullptr, ""};
  const ordered_json json = VerificationJson("a.md", verification, Sha256("x"));
  for (const char* name : {"publisher", "keyId", "algorithm"}) EXPECT_TRUE(json[name].is_null()) << name;
}

}  // namespace
}  // namespace chirograph::cli_json_output_test
