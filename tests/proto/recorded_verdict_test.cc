// SPDX-License-Identifier: Apache-2.0
//
// In full it is tested where receipts are checked: tests/client/signature_check_test.cc.
#include "proto/recorded_verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/verdict.h"
#include "proto/enum_conversion.h"

namespace chirograph::recorded_verdict_test {
namespace {

using ::testing::HasSubstr;

std::optional<std::string> Contradiction(v1::Verdict verdict, v1::VerdictReason reason,
                                         std::optional<std::uint64_t> key_event_index = std::nullopt) {
  v1::ArticleRecord record;
  record.set_verdict_at_ingest(verdict);
  record.set_reason_at_ingest(reason);
  if (key_event_index) record.set_key_event_index(*key_event_index);
  return FindVerdictContradiction({.index = 10, .record = &record});
}

TEST(RecordedVerdictTest, AReasonFitsOneVerdictAlone) {
  const auto* const reasons = v1::VerdictReason_descriptor();
  for (int i = 1; i < reasons->value_count(); ++i) {
    const auto reason = static_cast<v1::VerdictReason>(reasons->value(i)->number());
    int fits = 0;
    for (const Verdict verdict : kAllVerdicts) {
      std::optional<std::uint64_t> key;
      if (IsByAKey(verdict)) key = 3;
      if (!Contradiction(ToProto(verdict), reason, key)) ++fits;
    }
    EXPECT_EQ(fits, 1) << reasons->value(i)->name();
  }
}

TEST(RecordedVerdictTest, AKeyIsNamedWhereOneVerified) {
  EXPECT_EQ(Contradiction(v1::VERDICT_VALID, v1::VERDICT_REASON_SIGNATURE_VERIFIED, 9), std::nullopt);
  EXPECT_THAT(Contradiction(v1::VERDICT_VALID, v1::VERDICT_REASON_SIGNATURE_VERIFIED).value(),
              HasSubstr("names no key"));
  EXPECT_THAT(Contradiction(v1::VERDICT_VALID, v1::VERDICT_REASON_SIGNATURE_VERIFIED, 10).value(),
              HasSubstr("after the record"));
  EXPECT_THAT(Contradiction(v1::VERDICT_INVALID, v1::VERDICT_REASON_DOES_NOT_VERIFY, 9).value(),
              HasSubstr("names a key"));
  EXPECT_THAT(Contradiction(v1::VERDICT_UNSPECIFIED, v1::VERDICT_REASON_DOES_NOT_VERIFY).value(),
              HasSubstr("no verdict"));
}

TEST(RecordedVerdictTest, ThePublisherIsInNormalForm) {
  v1::Article article;
  EXPECT_EQ(PublisherOf(article), "");
  article.mutable_provider()->set_domain("News.Example");
  EXPECT_EQ(PublisherOf(article), "news.example");
  article.mutable_provider()->set_domain("no domain");
  EXPECT_EQ(PublisherOf(article), "");
}

}  // namespace
}  // namespace chirograph::recorded_verdict_test
