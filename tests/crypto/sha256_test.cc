// SPDX-License-Identifier: Apache-2.0
#include "crypto/sha256.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <string>
#include <thread>
#include <vector>

namespace chirograph::sha256_test {
namespace {

// FIPS 180-4's examples, as NIST publishes them.
TEST(Sha256Test, MatchesTheExamplesOfNist) {
  EXPECT_EQ(ToHex(Sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(ToHex(Sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(ToHex(Sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(ToHex(Sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256Test, PartsHashAsTheirConcatenation) {
  const std::string text = "the quick brown fox jumps over the lazy dog, then over sixty-four bytes";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    const std::string_view view = text;
    EXPECT_EQ(Sha256({view.substr(0, cut), view.substr(cut)}), Sha256(text)) << cut;
  }
  EXPECT_EQ(Sha256({}), Sha256(""));
}

TEST(Sha256Test, ThreadsDoNotDisturbEachOther) {
  const Digest expected = Sha256("abc");
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  std::latch start(4);
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&start, &wrong, &expected, t] {
      start.arrive_and_wait();
      for (int i = 0; i < 100'000; ++i) wrong[t] += Sha256({"a", "bc"}) != expected;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(wrong, testing::Each(0));
}

TEST(Sha256Test, ADigestIsExactly32Bytes) {
  const Digest digest = Sha256("abc");
  EXPECT_EQ(AsBytes(digest).size(), 32u);
  EXPECT_EQ(DigestFromBytes(AsBytes(digest)), digest);
  EXPECT_EQ(DigestFromBytes(std::string(31, 'x')), std::nullopt);
  EXPECT_EQ(DigestFromBytes(std::string(33, 'x')), std::nullopt);
  EXPECT_EQ(DigestFromBytes(""), std::nullopt);
}

}  // namespace
}  // namespace chirograph::sha256_test
