// SPDX-License-Identifier: Apache-2.0
#include "proto/enum_conversion.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/generated_enum_reflection.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace chirograph::enum_conversion_test {
namespace {

// Every number that the message's enum has but 0 goes there and back; 0 and its neighbours do not.
template <class Theirs>
void ExpectBijection() {
  const google::protobuf::EnumDescriptor* descriptor = google::protobuf::GetEnumDescriptor<Theirs>();
  int max = 0;
  for (int i = 0; i < descriptor->value_count(); ++i) {
    const int number = descriptor->value(i)->number();
    max = std::max(max, number);
    if (number == 0) continue;
    const auto ours = FromProto(static_cast<Theirs>(number));
    ASSERT_TRUE(ours.has_value()) << descriptor->value(i)->name();
    EXPECT_EQ(ToProto(*ours), static_cast<Theirs>(number)) << descriptor->value(i)->name();
  }
  for (const int number :
       {0, -1, max + 1, std::numeric_limits<int>::max(), std::numeric_limits<int>::min()}) {
    EXPECT_FALSE(FromProto(static_cast<Theirs>(number)).has_value()) << number;
  }
}

TEST(EnumConversionTest, ConvertsEachVerdictAndNothingElse) { ExpectBijection<v1::Verdict>(); }
TEST(EnumConversionTest, ConvertsEachReasonAndNothingElse) { ExpectBijection<v1::VerdictReason>(); }
TEST(EnumConversionTest, ConvertsEachAlgorithmAndNothingElse) { ExpectBijection<v1::KeyAlgorithm>(); }
TEST(EnumConversionTest, ConvertsEachEnvelopeAndNothingElse) { ExpectBijection<v1::EnvelopeKind>(); }

TEST(EnumConversionTest, KeepsMeanings) {
  EXPECT_EQ(ToProto(Verdict::kKeyRevoked), v1::VERDICT_KEY_REVOKED);
  EXPECT_EQ(ToProto(VerdictReason::kDoesNotVerify), v1::VERDICT_REASON_DOES_NOT_VERIFY);
  EXPECT_EQ(ToProto(KeyAlgorithm::kEd25519), v1::KEY_ALGORITHM_ED25519);
  EXPECT_EQ(ToProto(EnvelopeKind::kNone), v1::ENVELOPE_KIND_NONE);
}

}  // namespace
}  // namespace chirograph::enum_conversion_test
