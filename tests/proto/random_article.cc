// SPDX-License-Identifier: Apache-2.0
#include "tests/proto/random_article.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>

#include "crypto/limits.h"
#include "google/protobuf/descriptor.h"

namespace chirograph {
namespace {

// Pieces of text that a writer may get wrong: what JSON escapes, the ends of each length of UTF-8, and
// the two sides of the place where UTF-8 and UTF-16 sort differently.
constexpr std::array<std::string_view, 30> kPieces = {"a",
                                                      "Z",
                                                      "0",
                                                      " ",
                                                      "plain words ",
                                                      "eight888",
                                                      "\"",
                                                      "\\",
                                                      "/",
                                                      std::string_view("\0", 1),
                                                      "\x01",
                                                      "\x1F",
                                                      "\b",
                                                      "\f",
                                                      "\n",
                                                      "\r",
                                                      "\t",
                                                      "\x7F",
                                                      "\xC2\x80",
                                                      "\xDF\xBF",
                                                      "\xE0\xA0\x80",
                                                      "\xE2\x80\xA8",
                                                      "\xED\x9F\xBF",
                                                      "\xEE\x80\x80",
                                                      "\xEF\xAC\xB3",
                                                      "\xEF\xBF\xBF",
                                                      "\xF0\x90\x80\x80",
                                                      "\xF0\x9F\x98\x82",
                                                      "\xF4\x8F\xBF\xBF",
                                                      "</script>"};

}  // namespace

std::string RandomArticles::Text() {
  std::string text;
  const int pieces = OneIn(20) ? Below(400) : Below(6);
  for (int i = 0; i < pieces; ++i) text += kPieces[static_cast<std::size_t>(Below(kPieces.size()))];
  return text;
}

std::int32_t RandomArticles::Int() {
  switch (Below(5)) {
    case 0:
      return 0;
    case 1:
      return OneIn(2) ? std::numeric_limits<std::int32_t>::min() : std::numeric_limits<std::int32_t>::max();
    case 2:
      return Below(200) - 100;
    default:
      return static_cast<std::int32_t>(random_());
  }
}

double RandomArticles::Number() {
  switch (Below(4)) {
    case 0:
      return Int();
    case 1:
      return Int() / 1000.0 + 0.0;
    case 2:
      return std::ldexp(1.0, Below(140) - 70);
    default:
      const double number = std::bit_cast<double>(random_());
      return std::isfinite(number) ? number : 1e21;
  }
}

google::protobuf::Timestamp RandomArticles::Time() {
  google::protobuf::Timestamp time;
  time.set_seconds(std::uniform_int_distribution<std::int64_t>(-62135596800, 253402300799)(random_));
  constexpr std::array<int, 4> kSteps = {1'000'000'000, 1'000'000, 1000, 1};
  const int step = kSteps[static_cast<std::size_t>(Below(4))];
  time.set_nanos(Below(1'000'000'000 / step) * step);
  return time;
}

google::protobuf::Value RandomArticles::Value(int levels) {
  google::protobuf::Value value;
  switch (Below(levels > 0 ? 6 : 4)) {
    case 0:
      value.set_null_value(google::protobuf::NULL_VALUE);
      break;
    case 1:
      value.set_bool_value(OneIn(2));
      break;
    case 2:
      value.set_number_value(Number());
      break;
    case 3:
      value.set_string_value(Text());
      break;
    case 4:
      value.mutable_list_value();
      for (int i = Below(4); i > 0; --i) *value.mutable_list_value()->add_values() = Value(levels - 1);
      break;
    default:
      *value.mutable_struct_value() = Struct(levels - 1);
  }
  return value;
}

google::protobuf::Struct RandomArticles::Struct(int levels) {
  google::protobuf::Struct members;
  for (int i = Below(4); i > 0; --i) (*members.mutable_fields())[Text()] = Value(levels);
  return members;
}

google::protobuf::Value RandomArticles::Misfit() {
  google::protobuf::Value value;
  switch (Below(4)) {
    case 0:
      value.set_null_value(google::protobuf::NULL_VALUE);
      break;
    case 1:
      value.set_number_value(0.5);
      break;
    case 2:
      value.mutable_list_value();
      break;
    default:
      value.mutable_list_value()->add_values()->set_string_value("a");
      value.mutable_list_value()->add_values()->mutable_struct_value();
  }
  return value;
}

template <class Message>
void RandomArticles::AddExtra(int levels, Message* message) {
  const auto* descriptor = Message::descriptor();
  for (int i = OneIn(2) ? 0 : Below(20); i > 0; --i) {
    std::string key = Text();
    if (OneIn(3)) {
      key = descriptor->field(Below(descriptor->field_count()))->json_name();
    } else if (OneIn(5)) {
      // Typed in another message only, if at all.
      constexpr std::array<std::string_view, 6> kOthers = {"body",      "secured", "related",
                                                           "is_cached", "Title",   "altText"};
      key = kOthers[static_cast<std::size_t>(Below(kOthers.size()))];
    }
    if (std::is_same_v<Message, v1::Article> && (key == "body" || key == "secured")) continue;
    const auto* field = descriptor->FindFieldByCamelcaseName(key);
    if (field == nullptr || key == "extra") {
      (*message->mutable_extra()->mutable_fields())[key] = Value(levels);
    } else if (const auto* reflection = message->GetReflection();
               field->is_repeated() ? reflection->FieldSize(*message, field) == 0
                                    : !reflection->HasField(*message, field)) {
      (*message->mutable_extra()->mutable_fields())[key] = Misfit();
    }
  }
}

v1::Provider RandomArticles::Provider(int levels) {
  v1::Provider provider;
  if (OneIn(2)) provider.set_name(Text());
  if (OneIn(2)) provider.set_domain(Text());
  AddExtra(levels, &provider);
  return provider;
}

v1::Image RandomArticles::Image(int levels) {
  v1::Image image;
  if (OneIn(2)) image.set_url(Text());
  if (OneIn(2)) image.set_width(Int());
  if (OneIn(2)) image.set_height(Int());
  if (OneIn(2)) image.set_is_cached(OneIn(2));
  AddExtra(levels, &image);
  return image;
}

template <class Message>
void RandomArticles::FillShared(int levels, Message* message) {
  if (OneIn(2)) message->set_category(Text());
  if (OneIn(2)) message->set_title(Text());
  if (OneIn(2)) message->set_excerpt(Text());
  if (OneIn(2)) *message->mutable_published_date_time() = Time();
  if (OneIn(2)) message->set_original_url(Text());
  if (OneIn(2)) message->set_web_url(Text());
  if (OneIn(2)) message->set_amp_web_url(Text());
  if (OneIn(2)) message->set_cdn_amp_web_url(Text());
  if (OneIn(2)) message->set_type(Text());
  if (OneIn(2)) message->set_quality(Int());
  if (OneIn(2)) message->set_heat(Int());
  if (OneIn(2)) message->set_published(OneIn(2));
  if (OneIn(2)) *message->mutable_provider() = Provider(levels - 1);
  if (OneIn(2)) {
    for (int i = Below(4); i > 0; --i) message->add_topics(Text());
  }
  if (OneIn(2)) {
    for (int i = Below(4); i > 0; --i) *message->add_images() = Image(levels - 2);
  }
  AddExtra(levels, message);
}

v1::Article RandomArticles::Next() {
  v1::Article article;
  constexpr int kLevels = limits::kMaxNesting - 1;
  FillShared(kLevels, &article);
  if (OneIn(3)) {
    for (int i = Below(4); i > 0; --i) FillShared(kLevels - 2, article.add_related());
  }
  if (OneIn(2)) article.set_body(Text() + "x");
  if (OneIn(3)) article.set_secured(Text());
  // Related articles that were added after an extra of that name was.
  if (article.related_size() > 0 && article.has_extra())
    article.mutable_extra()->mutable_fields()->erase("related");
  if (article.has_extra() && article.extra().fields().empty()) article.clear_extra();
  return article;
}

}  // namespace chirograph
