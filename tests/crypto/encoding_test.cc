// SPDX-License-Identifier: Apache-2.0
#include "crypto/encoding.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace chirograph::encoding_test {
namespace {

std::string EveryByte() {
  std::string bytes;
  for (int b = 0; b < 256; ++b) bytes.push_back(static_cast<char>(b));
  return bytes;
}

TEST(HexTest, WritesLowerCaseAndReadsEitherCase) {
  EXPECT_EQ(HexEncode(std::string("\x00\x7f\x80\xff", 4)), "007f80ff");
  EXPECT_EQ(HexDecode("007f80ff"), std::string("\x00\x7f\x80\xff", 4));
  EXPECT_EQ(HexDecode("DEADbeef"), "\xde\xad\xbe\xef");
  EXPECT_EQ(HexEncode(""), "");
  EXPECT_EQ(HexDecode(""), "");
  EXPECT_EQ(HexDecode(HexEncode(EveryByte())), EveryByte());
}

TEST(HexTest, RefusesWhatIsNotHex) {
  for (const char* bad : {"0", "000", "0g", "g0", "0x00", " 00", "00 ", "00\n", "0:0", "/0", "@0", "`0"}) {
    EXPECT_EQ(HexDecode(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(HexDecode(std::string("0\0", 2)), std::nullopt);
}

// RFC 4648 section 10.
TEST(Base64Test, MatchesTheExamplesOfRfc4648) {
  const std::pair<const char*, const char*> examples[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
  };
  for (const auto& [bytes, text] : examples) {
    EXPECT_EQ(Base64Encode(bytes), text);
    EXPECT_EQ(Base64Decode(text), bytes);
  }
}

TEST(Base64Test, EveryLengthSurvivesTheRoundTrip) {
  std::string bytes;
  for (int length = 0; length < 600; ++length) {
    EXPECT_EQ(Base64Decode(Base64Encode(bytes)), bytes) << length;
    bytes.push_back(static_cast<char>(length * 167 + 13));
  }
}

// Longer than what OpenSSL is given at once, with the seam at each place in a group.
TEST(Base64Test, LongTextsHaveNoSeam) {
  for (const std::size_t over : {0, 1, 2, 3}) {
    std::string bytes((3 << 20) + over, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7 + i / 251);
    const std::string text = Base64Encode(bytes);
    EXPECT_EQ(text.size(), (bytes.size() + 2) / 3 * 4);
    EXPECT_EQ(text.find('\0'), std::string::npos);
    EXPECT_TRUE(Base64Decode(text) == bytes) << over;
  }
}

TEST(Base64Test, RefusesEverySpellingButTheOne) {
  const char* const bad[] = {
      "====",                                                  // OpenSSL: nothing
      "QQ=A",     "QQ=Q",     "Q=Q=",     "=QQQ",              // padding inside
      "QR==",     "QUF=",     "QUE=QUE=", "QQ==QQ==",          // stray bits; padding before the end
      "QQ",       "QUE",      "QQ=",      "Q",        "Q===",  // wrong padding
      " QUFB",    "QUFB ",    "QUFB\n",   "\nQUFB",   "QU FB", "QUFB\r\n\r\n", "    ",
      "    QUFB", "QUFB    ", "QUF-",     "QUF_",     "QU.B",  "QUFBQUE\x01",
  };
  for (const char* text : bad) EXPECT_EQ(Base64Decode(text), std::nullopt) << '"' << text << '"';
  EXPECT_EQ(Base64Decode(std::string("QUF\0", 4)), std::nullopt);
  EXPECT_EQ(Base64Decode("\xff\xff\xff\xff"), std::nullopt);
}

// All texts of one group over an alphabet that has each kind of character: those that decode are
// exactly those that some bytes encode to.
TEST(Base64Test, OneSpellingForEachValue) {
  const std::string alphabet = "AQgw/+=- \n";
  int taken = 0;
  for (const char a : alphabet) {
    for (const char b : alphabet) {
      for (const char c : alphabet) {
        for (const char d : alphabet) {
          const std::string text{a, b, c, d};
          const std::optional<std::string> bytes = Base64Decode(text);
          if (!bytes.has_value()) continue;
          ++taken;
          EXPECT_EQ(Base64Encode(*bytes), text);
        }
      }
    }
  }
  // 6 digits: 6^4 of 3 bytes; 6^2 * 4 of 2 bytes (A, Q, g, w leave no stray bits); 6 * 4 of 1 byte.
  EXPECT_EQ(taken, 1296 + 144 + 24);
}

}  // namespace
}  // namespace chirograph::encoding_test
