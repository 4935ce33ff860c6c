// SPDX-License-Identifier: Apache-2.0
#include "proto/parsed_size.h"

#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <random>
#include <set>
#include <string>

#include "chirograph/v1/archive_service.pb.h"
#include "chirograph/v1/verification_service.pb.h"
#include "tests/proto/random_article.h"

namespace chirograph::parsed_size_test {
namespace {

constexpr std::size_t kEnough = std::size_t{1} << 30;

std::size_t Estimate(const google::protobuf::Descriptor& type, const std::string& bytes,
                     std::size_t enough = kEnough) {
  google::protobuf::io::ArrayInputStream in(bytes.data(), static_cast<int>(bytes.size()));
  return EstimateParsedSize(type, in, enough);
}

std::size_t Estimate(const google::protobuf::Message& message) {
  return Estimate(*message.GetDescriptor(), message.SerializeAsString());
}

std::uint64_t Seed() {
  const char* given = std::getenv("CHIROGRAPH_TEST_SEED");
  return given == nullptr ? std::random_device()() : std::strtoull(given, nullptr, 10);
}

void Collect(const google::protobuf::Descriptor* type, std::set<const google::protobuf::Descriptor*>& types) {
  if (!types.insert(type).second) return;
  for (int i = 0; i < type->field_count(); ++i) {
    if (type->field(i)->message_type() != nullptr) Collect(type->field(i)->message_type(), types);
  }
}

TEST(ParsedSizeTest, NoFieldOfOursTakesMoreThanIsSaidForAByte) {
  std::set<const google::protobuf::Descriptor*> types;
  for (const google::protobuf::Descriptor* type :
       {v1::IngestArticleRequest::descriptor(), v1::IngestArticlesRequest::descriptor(),
        v1::VerifyArticleRequest::descriptor(), v1::VerifyArticlesRequest::descriptor()}) {
    Collect(type, types);
  }
  ASSERT_GT(types.size(), 10U);
  for (const google::protobuf::Descriptor* type : types) {
    const std::string nothing;
    const std::size_t empty = Estimate(*type, nothing);
    for (int i = 0; i < type->field_count(); ++i) {
      const google::protobuf::FieldDescriptor& field = *type->field(i);
      if (field.message_type() == nullptr) continue;
      // One that is there and empty: its tag, and a length of 0.
      std::string bytes;
      for (std::uint32_t tag = static_cast<std::uint32_t>(field.number()) << 3 | 2; tag != 0; tag >>= 7) {
        bytes += static_cast<char>((tag & 0x7f) | (tag > 0x7f ? 0x80 : 0));
      }
      bytes += '\0';
      EXPECT_LE(Estimate(*type, bytes) - empty, kMaxBytesParsedOfOne * bytes.size()) << field.full_name();
    }
  }
}

TEST(ParsedSizeTest, IsNeverLessThanWhatARandomArticleTakes) {
  const std::uint64_t seed = Seed();
  std::cout << "CHIROGRAPH_TEST_SEED=" << seed << "\n";
  std::mt19937_64 random(seed);
  RandomArticles articles(&random);
  for (int i = 0; i < 1000; ++i) {
    v1::Article article;
    ASSERT_TRUE(article.ParseFromString(articles.Next().SerializeAsString()));
    EXPECT_GE(Estimate(article), article.SpaceUsedLong());
  }
}

TEST(ParsedSizeTest, ManySmallThingsTakeFarMoreThanTheirBytes) {
  v1::Article article;
  for (int i = 0; i < 10'000; ++i) article.add_related();
  EXPECT_GE(Estimate(article), article.SpaceUsedLong());
  EXPECT_GT(Estimate(article), 50 * article.ByteSizeLong());
  v1::Article text;
  text.set_body(std::string(1'000'000, 'x'));
  EXPECT_LT(Estimate(text), text.ByteSizeLong() + 2000);
}

TEST(ParsedSizeTest, UnknownFieldsAndGroupsCount) {
  std::string unknown;
  for (int i = 0; i < 1000; ++i) unknown += std::string("\xfa\x7f\x00", 3);  // field 2047, an empty text
  v1::Article article;
  ASSERT_TRUE(article.ParseFromString(unknown));
  EXPECT_GE(Estimate(article), article.SpaceUsedLong());
  std::string groups;
  for (int i = 0; i < 1000; ++i) groups += "\xfb\x7f\xfc\x7f";  // field 2047 as a group of nothing
  ASSERT_TRUE(article.ParseFromString(groups));
  EXPECT_GE(Estimate(article), article.SpaceUsedLong());
}

TEST(ParsedSizeTest, StopsOnceItIsEnough) {
  v1::Article article;
  for (int i = 0; i < 10'000; ++i) article.add_topics();
  const std::size_t estimate =
      Estimate(*v1::Article::descriptor(), article.SerializeAsString(), std::size_t{100} << 10);
  EXPECT_GT(estimate, std::size_t{100} << 10);
  EXPECT_LT(estimate, std::size_t{101} << 10);
}

TEST(ParsedSizeTest, WhatIsNoMessageEndsIt) {
  const google::protobuf::Descriptor& type = *v1::IngestArticleRequest::descriptor();
  v1::IngestArticleRequest request;
  request.mutable_article()->set_title("t");
  request.mutable_article()->add_images()->set_url("u");
  const std::string whole = request.SerializeAsString();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_LE(Estimate(type, whole.substr(0, size)), Estimate(request)) << size;
  }
  EXPECT_LT(Estimate(type, std::string(1'000'000, '\xff')), 10'000U);
  EXPECT_LT(Estimate(type, "\x0a\xff\xff\xff\xff\x0f"), 10'000U);  // 4 GiB that are not there
  // A message within itself, deeper than the parser goes.
  std::string nested;
  for (int i = 0; i < 500; ++i) {
    std::string length;
    for (std::size_t rest = nested.size();; rest >>= 7) {
      length += static_cast<char>((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
      if (rest <= 0x7f) break;
    }
    nested.insert(0, "\x0a" + length);  // ListValue.values, Value.null_value's number is no text: any will do
  }
  EXPECT_LT(Estimate(*google::protobuf::ListValue::descriptor(), nested), kEnough);
}

}  // namespace
}  // namespace chirograph::parsed_size_test
