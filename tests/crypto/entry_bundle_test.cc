// SPDX-License-Identifier: Apache-2.0
#include "crypto/entry_bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "crypto/limits.h"

namespace chirograph::entry_bundle_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string BundleOf(const std::vector<std::string>& entries) {
  std::string bundle;
  for (const std::string& entry : entries) EXPECT_TRUE(AppendToEntryBundle(entry, bundle).ok());
  return bundle;
}

// The message of an error, which must be InvalidArgument.
std::string ErrorIn(std::string_view bundle) {
  const absl::Status status = ParseEntryBundle(bundle).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  return std::string(status.message());
}

TEST(EntryBundleTest, EachEntryIsItsLengthAndItsBytes) {
  EXPECT_EQ(BundleOf({"abc", "", std::string("\0", 1)}), std::string("\0\3abc\0\0\0\1\0", 10));
  const std::string bundle = BundleOf({std::string(0x1234, 'x')});
  EXPECT_EQ(bundle.substr(0, 3), "\x12\x34x");
  EXPECT_EQ(bundle.size(), 0x1236u);
}

TEST(EntryBundleTest, ReadsWhatItWrote) {
  const std::string large(limits::kMaxBundledEntryBytes, '\xFF');
  const std::string bundle = BundleOf({"a", "", large, "b"});
  const auto entries = ParseEntryBundle(bundle);
  ASSERT_TRUE(entries.ok()) << entries.status();
  EXPECT_THAT(*entries, ElementsAre("a", "", large, "b"));
  EXPECT_EQ(entries->front().data(), bundle.data() + 2);  // a view, not a copy
}

TEST(EntryBundleTest, AnEntryMayBeAsLargeAsItsLengthCanSay) {
  std::string bundle = "before";
  const absl::Status status = AppendToEntryBundle(std::string(65536, 'x'), bundle);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("65536 bytes is over the 65535"));
  EXPECT_EQ(bundle, "before");
}

TEST(EntryBundleTest, HasAtMost256Entries) {
  const std::string full = BundleOf(std::vector<std::string>(256, "e"));
  EXPECT_EQ(ParseEntryBundle(full).value().size(), 256u);
  EXPECT_THAT(ErrorIn(full + BundleOf({""})),
              HasSubstr("at most 256 entries, and after them there are 2 bytes"));
  EXPECT_THAT(ErrorIn(full + "x"), HasSubstr("after them there are 1 bytes"));
}

TEST(EntryBundleTest, HasAtLeastOne) { EXPECT_THAT(ErrorIn(""), HasSubstr("at least one entry")); }

TEST(EntryBundleTest, SaysWhereItsBytesEndTooEarly) {
  const std::string bundle = BundleOf({"abc", "defg"});
  EXPECT_THAT(ErrorIn(bundle.substr(0, 1)), HasSubstr("within the length of its entry 0"));
  EXPECT_THAT(ErrorIn(bundle.substr(0, 4)), HasSubstr("within its entry 0: 2 bytes of 3"));
  EXPECT_THAT(ErrorIn(bundle.substr(0, 6)), HasSubstr("within the length of its entry 1"));
  EXPECT_THAT(ErrorIn(bundle.substr(0, 7)), HasSubstr("within its entry 1: 0 bytes of 4"));
  EXPECT_THAT(ErrorIn(bundle + "x"), HasSubstr("within the length of its entry 2"));
}

// No prefix of a bundle is read as anything but a prefix of its entries.
TEST(EntryBundleTest, APrefixIsAPrefixOrAnError) {
  const std::string bundle = BundleOf({"one", "", "three", std::string(300, '4')});
  const auto all = ParseEntryBundle(bundle).value();
  for (std::size_t length = 0; length < bundle.size(); ++length) {
    const auto some = ParseEntryBundle(std::string_view(bundle).substr(0, length));
    if (!some.ok()) continue;
    ASSERT_LT(some->size(), all.size());
    for (std::size_t i = 0; i < some->size(); ++i) EXPECT_EQ((*some)[i], all[i]) << length;
  }
}

}  // namespace
}  // namespace chirograph::entry_bundle_test
