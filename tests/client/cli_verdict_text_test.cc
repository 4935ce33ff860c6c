// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/text.h"
#include "client/cli/verdict_text.h"
#include "tests/client/cli_fake_host.h"
#include "tests/client/test_log.h"

namespace chirograph::cli_verdict_text_test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr char kGreen[] = "\x1b[32m";
constexpr char kRed[] = "\x1b[31m";
constexpr char kYellow[] = "\x1b[33m";

TEST(CliVerdictTextTest, EveryVerdictIsOfOneWidthAndSetOffFromWhatFollows) {
  FakeHost host;
  const Console console(host);
  for (const Verdict verdict : kAllVerdicts) {
    const std::string text = PaintedVerdict(verdict, console);
    EXPECT_THAT(text, StartsWith(std::string(VerdictName(verdict))));
    EXPECT_EQ(DisplayWidth(text), std::string_view("KEY_OUT_OF_PERIOD").size());
  }
}

TEST(CliVerdictTextTest, OnlyAValidSignatureIsGreenAndOnlyWhatNobodyKnowsIsYellow) {
  FakeHost host;
  host.terminals = {Stream::kOutput};
  host.variables["TERM"] = "xterm";
  const Console console(host);
  for (const Verdict verdict : kAllVerdicts) {
    const bool doubtful = verdict == Verdict::kUnsigned || verdict == Verdict::kUnknownKey;
    EXPECT_THAT(PaintedVerdict(verdict, console), StartsWith(verdict == Verdict::kValid ? kGreen
                                                             : doubtful                 ? kYellow
                                                                                        : kRed))
        << VerdictName(verdict);
  }
}

TEST(CliVerdictTextTest, AValidSignatureIsSaidByPublisherAndKeyAlone) {
  const PublisherKey key = TestPublisher("news.example").key();
  const SecuredVerification verification{Verdict::kValid, VerdictReason::kSignatureVerified, "news.example",
                                         &key, ""};
  EXPECT_EQ(VerdictDetail(verification), "news.example, key " + key.id);
}

TEST(CliVerdictTextTest, AKeyThatVerifiesButIsNotGoodIsNamedWithTheReason) {
  const PublisherKey key = TestPublisher("news.example").key();
  const SecuredVerification verification{Verdict::kKeyOutOfPeriod, VerdictReason::kAfterPeriod,
                                         "news.example", &key, ""};
  EXPECT_EQ(VerdictDetail(verification),
            "news.example, key " + key.id + ": the signature verifies, but its key was no longer valid");
}

TEST(CliVerdictTextTest, APublisherWithoutKeysIsNamed) {
  const SecuredVerification verification{Verdict::kUnknownKey, VerdictReason::kNoKeyForPublisher,
                                         "news.example", nullptr, ""};
  EXPECT_EQ(VerdictDetail(verification), "news.example: the keyring has no key for this publisher");
}

TEST(CliVerdictTextTest, OtherwiseItIsTheReasonInASentence) {
  for (const VerdictReason reason : {VerdictReason::kNoSecuredField, VerdictReason::kNotBase64,
                                     VerdictReason::kNoPublisher, VerdictReason::kDoesNotVerify}) {
    const SecuredVerification verification{Verdict::kInvalid, reason, "", nullptr, ""};
    EXPECT_EQ(VerdictDetail(verification), VerdictReasonText(reason));
  }
}

TEST(CliVerdictTextTest, APublisherFromElsewhereCannotDriveTheTerminal) {
  const SecuredVerification verification{Verdict::kUnknownKey, VerdictReason::kNoKeyForPublisher, "a\x1b[2Jb",
                                         nullptr, ""};
  EXPECT_THAT(VerdictDetail(verification), testing::Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace chirograph::cli_verdict_text_test
