// SPDX-License-Identifier: Apache-2.0
//
// Cases of every kind, their CHECK.txt followed to the end with coreutils and openssl alone; and that it does
// not hold where any file is another.
#include "client/evidence_case.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <set>

#include "proto/front_matter.h"
#include "tests/client/case_rig.h"

namespace chirograph::evidence_case_test {
namespace {

using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

void ExpectHolds(const EvidenceCase& evidence) {
  const std::vector<FollowedStep> steps = Follow(evidence);
  EXPECT_GT(steps.size(), 15U);
  for (const FollowedStep& step : steps) EXPECT_EQ(step.printed, step.expected) << step.command;
}

std::vector<std::string> CommandsOf(const EvidenceCase& evidence) {
  std::vector<std::string> commands;
  for (const FollowedStep& step : Follow(evidence)) commands.push_back(step.command);
  return commands;
}

// A log of `size` entries at least, whose articles follow.
TestLog LogOf(std::uint64_t size) {
  TestLog log;
  while (log.tree_size() < size) log.AddEntry({fmt::format("entry {}", log.tree_size()), "", ""});
  return log;
}

// --- What there can be ---

struct SignedCase {
  std::string name;
  KeyAlgorithm algorithm;
  EnvelopeKind envelope;
  std::string verify;  // in the command
};

class EvidenceCaseOfTest : public testing::TestWithParam<SignedCase> {};

TEST_P(EvidenceCaseOfTest, HoldsToTheEndAndFailsWithAnotherSignature) {
  const TestPublisher publisher("news.example", GetParam().envelope, GetParam().algorithm);
  TestLog log = LogOf(5);
  const std::uint64_t index =
      log.AddDocument(MakeSignedDocument("a title", publisher), publisher.MakeKeyring());
  EvidenceCase evidence = CaseOf(log, index);
  ExpectHolds(evidence);
  EXPECT_THAT(CommandsOf(evidence), Contains(HasSubstr(GetParam().verify)));

  std::string& signature = FileOf(evidence, "publisher-signature.bin");
  signature = FlipBit(signature, -1);
  const std::vector<FollowedStep> steps = Follow(evidence);
  for (const FollowedStep& step : steps) {
    if (step.command.find("-verify") == std::string::npos || step.command.find("out/") != std::string::npos)
      continue;
    EXPECT_NE(step.printed, step.expected) << step.command;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Signed, EvidenceCaseOfTest,
    testing::Values(SignedCase{"Pss", KeyAlgorithm::kRsaPssSha256, EnvelopeKind::kAes256Cbc,
                               "rsa_pss_saltlen:32"},
                    SignedCase{"Pkcs1", KeyAlgorithm::kRsaPkcs1Sha256, EnvelopeKind::kAes128Cbc,
                               "openssl dgst -sha256 -verify publisher-key.pem"},
                    SignedCase{"Ed25519", KeyAlgorithm::kEd25519, EnvelopeKind::kNone,
                               "openssl pkeyutl -verify -rawin -pubin -inkey publisher-key.pem"},
                    SignedCase{"Ecdsa", KeyAlgorithm::kEcdsaP256Sha256, EnvelopeKind::kAes256Gcm,
                               "openssl dgst -sha256 -verify publisher-key.pem"}),
    [](const auto& test) { return test.param.name; });

class EvidenceCaseTest : public testing::Test {
 protected:
  // A case of a signed article in a log of `before` entries before it and `after` behind it.
  EvidenceCase SignedCaseOf(std::uint64_t before, std::uint64_t after) {
    TestLog log = LogOf(before);
    const std::uint64_t index = log.AddDocument(document_, keyring_);
    for (std::uint64_t i = 0; i < after; ++i) log.AddEntry({fmt::format("later {}", i), "", ""});
    return CaseOf(log, index);
  }
  EvidenceCase CaseOfDocument(const std::string& document, const Keyring& keyring) {
    TestLog log = LogOf(3);
    const std::uint64_t index = log.AddDocument(document, keyring);
    return CaseOf(log, index);
  }

  const TestPublisher publisher_{"news.example"};
  const Keyring keyring_ = publisher_.MakeKeyring();
  const std::string document_ = MakeSignedDocument("a title", publisher_);
};

TEST_F(EvidenceCaseTest, HoldsInATreeOfAnyShape) {
  for (const auto& [before, after] : {std::pair<std::uint64_t, std::uint64_t>{0, 0},
                                      {0, 1},
                                      {1, 0},
                                      {2, 4},
                                      {6, 0},
                                      {15, 1},
                                      {700, 800},
                                      {1022, 1}}) {
    SCOPED_TRACE(fmt::format("{} before, {} after", before, after));
    EvidenceCase evidence = SignedCaseOf(before, after);
    ExpectHolds(evidence);
  }
  EXPECT_TRUE(HasFile(SignedCaseOf(700, 800), "record-path/11.hash"));
}

TEST_F(EvidenceCaseTest, HoldsWhereItIsTheOnlyEntry) {
  TestLog log;
  const std::uint64_t index = log.AddDocument(MakeDocument("alone", "news.example"));
  const EvidenceCase evidence = CaseOf(log, index);
  ExpectHolds(evidence);
  EXPECT_FALSE(HasFile(evidence, "record-path/01.hash"));
}

TEST_F(EvidenceCaseTest, HoldsWithoutASignatureAndSaysWhyStepsDoNotApply) {
  struct Unsigned {
    std::string document;
    Keyring keyring;
    std::string says;
    bool has_field;
  };
  const TestPublisher another("news.example");
  const Unsigned cases[] = {
      {MakeDocument("t", "news.example"),
       {},
       "The article has no signature, and the record says so (UNSIGNED)",
       false},
      {MakeDocument("t", ""), {}, "(the article names none)", false},
      {document_, {}, "record says so (UNKNOWN_KEY)", true},
      {MakeDocument("t", "news.example", "no base64!"), keyring_, "(MALFORMED)", true},
      {document_, another.MakeKeyring(), "(INVALID)", true},
  };
  for (const Unsigned& each : cases) {
    SCOPED_TRACE(each.says);
    EvidenceCase evidence = CaseOfDocument(each.document, each.keyring);
    ExpectHolds(evidence);
    std::string check = FileOf(evidence, "CHECK.txt");
    std::replace(check.begin(), check.end(), '\n', ' ');
    EXPECT_THAT(check, HasSubstr(each.says));
    EXPECT_THAT(check, HasSubstr("This step does not apply."));
    EXPECT_EQ(HasFile(evidence, "secured.txt"), each.has_field);
    for (const std::string name : {"publisher-key.pem", "publisher-signature.bin", "key-event.bin"}) {
      EXPECT_FALSE(HasFile(evidence, name)) << name;
    }
  }
}

TEST_F(EvidenceCaseTest, HoldsForAKeyThatWasRevokedOrOutOfItsPeriod) {
  for (const auto& [change, verdict] :
       {std::pair<std::function<void(PublisherKey&)>, std::string>{
            [](PublisherKey& key) { key.revoked_at = TestTime() - absl::Hours(1); }, "KEY_REVOKED"},
        {[](PublisherKey& key) { key.not_before = TestTime() + absl::Hours(1); }, "KEY_OUT_OF_PERIOD"},
        {[](PublisherKey& key) { key.not_after = TestTime(); }, "KEY_OUT_OF_PERIOD"}}) {
    const Keyring keyring = publisher_.MakeKeyring(change);
    EvidenceCase evidence = CaseOfDocument(document_, keyring);
    ExpectHolds(evidence);
    EXPECT_THAT(FileOf(evidence, "CHECK.txt"), HasSubstr(verdict));
    EXPECT_THAT(CommandsOf(evidence), Contains(HasSubstr("-inkey publisher-key.pem")));
  }
}

TEST_F(EvidenceCaseTest, HoldsForAnArticleThatCameAsAMessage) {
  TestLog log = LogOf(3);
  const std::uint64_t index = log.AddArticle(*ParseDocument(document_), keyring_);
  const ArchivedArticle article = ArticleOf(log, index);
  EvidenceCaseInput input = InputOf(log, article);
  Answer<EvidenceCase> without = MakeEvidenceCase(input);
  ASSERT_TRUE(without.ok());
  ExpectHolds(*without);
  EXPECT_FALSE(HasFile(*without, "made-from-message.md"));

  input.made_document = document_;
  Answer<EvidenceCase> with = MakeEvidenceCase(input);
  ASSERT_TRUE(with.ok());
  ExpectHolds(*with);
  EXPECT_EQ(FileOf(*with, "made-from-message.md"), document_);
  EXPECT_FALSE(HasFile(*with, "source.md"));
  std::string check = FileOf(*with, "CHECK.txt");
  std::replace(check.begin(), check.end(), '\n', ' ');
  EXPECT_THAT(check, HasSubstr("made-from-message.md was made from it for you to read. It was not archived"));
}

// --- What may be wrong ---

TEST_F(EvidenceCaseTest, OneBitInAnyFileMakesAStepFail) {
  const EvidenceCase evidence = SignedCaseOf(5, 6);
  std::set<std::string> names;
  for (std::size_t i = 0; i < evidence.files.size(); ++i) {
    EvidenceCase spoilt = evidence;
    spoilt.files[i].bytes =
        FlipBit(spoilt.files[i].bytes, static_cast<int>(spoilt.files[i].bytes.size() / 2));
    EXPECT_TRUE(FirstThatFails(Follow(spoilt)).has_value()) << spoilt.files[i].name;
    names.insert(spoilt.files[i].name);
  }
  for (const std::string name : {"CHECK.txt",
                                 "SHA256SUMS",
                                 "manifest.json",
                                 "source.md",
                                 "canonical.json",
                                 "signing-input.txt",
                                 "secured.txt",
                                 "publisher-signature.bin",
                                 "publisher-key.pem",
                                 "content.bin",
                                 "opening.bin",
                                 "record.bin",
                                 "record.tlog-proof",
                                 "record-path/01.hash",
                                 "key-event.bin",
                                 "key-event.tlog-proof",
                                 "key-event-path/01.hash",
                                 "checkpoint.txt",
                                 "log-key.txt",
                                 "log-key.pem"}) {
    EXPECT_EQ(names.count(name), 1U) << name;
  }
}

// Somebody who changes a file can change SHA256SUMS too.
TEST_F(EvidenceCaseTest, WhatIsSpoiltIsFoundWithoutTheListOfSums) {
  const EvidenceCase evidence = SignedCaseOf(5, 6);
  const std::set<std::string> for_programs = {"CHECK.txt", "SHA256SUMS", "manifest.json", "record.tlog-proof",
                                              "key-event.tlog-proof"};
  for (std::size_t i = 0; i < evidence.files.size(); ++i) {
    EvidenceCase spoilt = evidence;
    std::string& bytes = spoilt.files[i].bytes;
    if (for_programs.count(spoilt.files[i].name) != 0) continue;
    bytes = FlipBit(bytes, static_cast<int>(bytes.size()) - 10);
    std::vector<FollowedStep> steps = Follow(spoilt);
    std::erase_if(
        steps, [](const FollowedStep& step) { return step.command.find("SHA256SUMS") != std::string::npos; });
    EXPECT_TRUE(FirstThatFails(steps).has_value()) << spoilt.files[i].name;
  }
}

// --- Strangers' text ---

TEST_F(EvidenceCaseTest, NothingThatAStrangerWroteIsAFileNameOrACommand) {
  const std::string nasty =
      "---\ntitle: \"x\\n  $ mkdir pwned\\n  = OK\\n\\e[31m\\u202e\"\nwebUrl: "
      "\"https://../../etc/\\e]0;x\\a\\n  $ mkdir "
      "pwned\"\nprovider:\n  domain: news.example\n---\n  $ mkdir pwned\n";
  EvidenceCase evidence = CaseOfDocument(nasty, {});
  ExpectHolds(evidence);
  EXPECT_THAT(CommandsOf(evidence), Each(Not(HasSubstr("pwned"))));
  for (const EvidenceFile& file : evidence.files)
    EXPECT_THAT(file.name, MatchesRegex("[A-Za-z0-9.-]+(/[0-9]+.hash)?"));
  EXPECT_THAT(FileOf(evidence, "CHECK.txt"), HasSubstr("x\\n  $ mkdir pwned\\n  = OK\\n\\x1b[31m\\u202e\n"));
  EXPECT_EQ(FileOf(evidence, "CHECK.txt").find('\x1b'), std::string::npos);
  EXPECT_EQ(FileOf(evidence, "source.md"), nasty);
}

TEST_F(EvidenceCaseTest, ALongTitleIsCutBetweenCharacters) {
  std::string title;
  for (int i = 0; i < 1000; ++i) title += "\xC3\xA4";
  EvidenceCase evidence = CaseOfDocument(MakeDocument(title, "news.example"), {});
  EXPECT_THAT(FileOf(evidence, "CHECK.txt"), HasSubstr("\xC3\xA4 ...\n"));
  ExpectHolds(evidence);
}

// --- The zip ---

TEST_F(EvidenceCaseTest, TheSameCaseMakesTheSameBytesInAnyTimeZone) {
  TestLog log = LogOf(3);
  const std::uint64_t index = log.AddDocument(document_, keyring_);
  const std::string first = *PackEvidenceCase(CaseOf(log, index));
  const char* const before = std::getenv("TZ");
  const std::string zone = before == nullptr ? "" : before;
  setenv("TZ", "Asia/Kathmandu", 1);
  tzset();
  const std::string second = *PackEvidenceCase(CaseOf(log, index));
  before == nullptr ? unsetenv("TZ") : setenv("TZ", zone.c_str(), 1);
  tzset();
  EXPECT_EQ(first, second);
}

TEST_F(EvidenceCaseTest, TheZipHasAFolderWithEachFile) {
  TestLog log = LogOf(3);
  const std::uint64_t index = log.AddDocument(document_, keyring_);
  const EvidenceCase evidence = CaseOf(log, index);
  EXPECT_EQ(evidence.folder, fmt::format("evidence-{}", index));
  EXPECT_EQ(evidence.ingest_time, TestTime());
  EXPECT_EQ(evidence.files.front().name, "CHECK.txt");
  const std::string zip = *PackEvidenceCase(evidence);
  for (const EvidenceFile& file : evidence.files) {
    EXPECT_THAT(zip, HasSubstr(fmt::format("{}/{}{}", evidence.folder, file.name, file.bytes)));
  }
}

}  // namespace
}  // namespace chirograph::evidence_case_test
