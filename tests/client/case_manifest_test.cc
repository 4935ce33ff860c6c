// SPDX-License-Identifier: Apache-2.0
#include "client/internal/case_manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "crypto/encoding.h"
#include "crypto/merkle.h"
#include "tests/client/case_rig.h"

namespace chirograph::internal::case_manifest_test {
namespace {

using nlohmann::json;

TEST(CaseManifestTest, HasEveryValueThatAProgramWants) {
  const TestPublisher publisher("news.example", EnvelopeKind::kAes128Cbc);
  TestLog log;
  const std::string document = MakeSignedDocument("a title", publisher);
  const std::uint64_t index = log.AddDocument(document, publisher.MakeKeyring());
  EvidenceCase evidence = CaseOf(log, index);
  const json manifest = json::parse(FileOf(evidence, "manifest.json"));
  EXPECT_EQ(manifest["format"], "chirograph-evidence-v1");
  EXPECT_EQ(manifest["origin"], "log.example/test");
  EXPECT_EQ(manifest["verifierKey"], log.verifier().vkey());
  EXPECT_EQ(manifest["index"], 1);
  EXPECT_EQ(manifest["treeSize"], 2);
  EXPECT_EQ(manifest["rootHash"], ToHex(log.RootHash(2)));
  EXPECT_EQ(manifest["leafHash"], ToHex(LeafHash(log.entry(1).log_entry)));
  EXPECT_EQ(manifest["openingDigest"], ToHex(Sha256(log.entry(1).opening)));
  EXPECT_EQ(manifest["articleDigest"], ToHex(Sha256(FileOf(evidence, "canonical.json"))));
  EXPECT_EQ(manifest["sourceDigest"], ToHex(Sha256(document)));
  EXPECT_EQ(manifest["securedDigest"], ToHex(Sha256(FileOf(evidence, "secured.txt"))));
  EXPECT_EQ(manifest["contentDigest"], ToHex(Sha256(log.entry(1).content)));
  EXPECT_EQ(manifest["publisher"], "news.example");
  EXPECT_EQ(manifest["url"], "https://news.example/1");
  EXPECT_EQ(manifest["verdictAtIngest"], "VALID");
  EXPECT_EQ(manifest["reasonAtIngest"], "SIGNATURE_VERIFIED");
  EXPECT_EQ(manifest["ingestTime"], "2026-11-23T08:00:00Z");
  EXPECT_EQ(manifest["key"], json({{"index", 0},
                                   {"leafHash", ToHex(LeafHash(log.entry(0).log_entry))},
                                   {"publisher", "news.example"},
                                   {"keyId", "k1"},
                                   {"algorithm", "ed25519"},
                                   {"envelope", "aes-128-cbc"},
                                   {"notBefore", nullptr},
                                   {"notAfter", nullptr},
                                   {"revokedAt", nullptr},
                                   {"eventTime", "2026-11-23T08:00:00Z"}}));
}

TEST(CaseManifestTest, ListsEveryFileButItselfAndTheSums) {
  TestLog log;
  EvidenceCase evidence = CaseOf(log, log.AddDocument(MakeDocument("t", "")));
  const json manifest = json::parse(FileOf(evidence, "manifest.json"));
  EXPECT_EQ(manifest["key"], nullptr);
  EXPECT_EQ(manifest["publisher"], nullptr);
  EXPECT_EQ(manifest["url"], nullptr);
  EXPECT_EQ(manifest["securedDigest"], nullptr);
  EXPECT_EQ(manifest["files"].size() + 2, evidence.files.size());
  for (const json& file : manifest["files"]) {
    const std::string& bytes = FileOf(evidence, file["name"].get<std::string>());
    EXPECT_EQ(file["bytes"], bytes.size());
    EXPECT_EQ(file["sha256"], ToHex(Sha256(bytes)));
  }
}

}  // namespace
}  // namespace chirograph::internal::case_manifest_test
