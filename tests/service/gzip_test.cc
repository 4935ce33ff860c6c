// SPDX-License-Identifier: Apache-2.0
#include "service/gzip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

namespace chirograph::gzip_test {
namespace {

std::string Unzip(const std::string& packed, std::size_t size) {
  std::string bytes(size, '\0');
  z_stream stream = {};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string input = packed;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  inflateEnd(&stream);
  bytes.resize(stream.total_out);
  return bytes;
}

TEST(AcceptsGzipTest, WhereItIsNamed) {
  for (const char* header :
       {"gzip", "GZip", "x-gzip", "br, gzip", "deflate,gzip;q=0.5", "gzip ; q=1.0", "*", " gzip",
        "identity;q=0, *;q=0.1", "gzip, *;q=0", "*;q=0, gzip", "gzip;x=0", "gzip,,"}) {
    EXPECT_TRUE(AcceptsGzip(header)) << header;
  }
}

TEST(AcceptsGzipTest, NotWhereItIsNotOrRefused) {
  for (const char* header : {"", "identity", "br", "gzip;q=0", "gzip;q=0.000", "gzip; Q=0", "*;q=0",
                             "*, gzip;q=0", "gzipped", "not-gzip", ",", "gzip;a=1;q=0"}) {
    EXPECT_FALSE(AcceptsGzip(header)) << header;
  }
}

TEST(GzipTest, IsReadByZlib) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i * 7919 % 1000);
  const auto packed = Gzip(text);
  ASSERT_TRUE(packed);
  EXPECT_LT(packed->size(), text.size());
  EXPECT_EQ(packed->substr(0, 2), "\x1f\x8b");
  EXPECT_EQ(Unzip(*packed, text.size() + 1), text);
}

TEST(GzipTest, IsNothingWhereItWouldNotBeShorter) {
  EXPECT_FALSE(Gzip(""));
  EXPECT_FALSE(Gzip("a"));
  std::string noise;
  for (unsigned i = 0, x = 1; i < 10'000; ++i, x = x * 1664525 + 1013904223)
    noise += static_cast<char>(x >> 24);
  EXPECT_FALSE(Gzip(noise));
}

}  // namespace
}  // namespace chirograph::gzip_test
