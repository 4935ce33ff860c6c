// SPDX-License-Identifier: Apache-2.0
//
// The typed fields of an article's messages, in the order of their names, and which values fit each:
// the one table that the reader (article_fields.cc) and the writer (canonical_form.cc) go by.
#ifndef CHIROGRAPH_PROTO_INTERNAL_ARTICLE_SCHEMA_H_
#define CHIROGRAPH_PROTO_INTERNAL_ARTICLE_SCHEMA_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "chirograph/v1/article.pb.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "proto/article_fields.h"

namespace chirograph::internal {

// A field that is a std::string, a Timestamp or a message of ours.
template <class Owner, class T>
struct Singular {
  using Value = T;
  std::string_view name;  // as in documents and in JSON
  bool (Owner::*has)() const;
  const T& (Owner::*get)() const;
  T* (Owner::*edit)();
};

// A field that is an int32 or a bool.
template <class Owner, class T>
struct Scalar {
  using Value = T;
  std::string_view name;
  bool (Owner::*has)() const;
  T (Owner::*get)() const;
  void (Owner::*set)(T);
};

// A list; an empty one is an absent one.
template <class Owner, class T>
struct Repeated {
  using Value = T;
  std::string_view name;
  const google::protobuf::RepeatedPtrField<T>& (Owner::*get)() const;
  google::protobuf::RepeatedPtrField<T>* (Owner::*edit)();
};

template <class Field>
inline constexpr bool kIsScalar = false;
template <class Owner, class T>
inline constexpr bool kIsScalar<Scalar<Owner, T>> = true;
template <class Field>
inline constexpr bool kIsRepeated = false;
template <class Owner, class T>
inline constexpr bool kIsRepeated<Repeated<Owner, T>> = true;

// The fields that Article and RelatedArticle share, with what Article alone has in between.
template <class M, class Body, class Related>
constexpr auto ArticleFields(Body body, Related related) {
  using Text = Singular<M, std::string>;
  using Number = Scalar<M, std::int32_t>;
  const std::tuple up_to_body(
      Text{"ampWebUrl", &M::has_amp_web_url, &M::amp_web_url, &M::mutable_amp_web_url});
  const std::tuple up_to_related(
      Text{"category", &M::has_category, &M::category, &M::mutable_category},
      Text{"cdnAmpWebUrl", &M::has_cdn_amp_web_url, &M::cdn_amp_web_url, &M::mutable_cdn_amp_web_url},
      Text{"excerpt", &M::has_excerpt, &M::excerpt, &M::mutable_excerpt},
      Number{"heat", &M::has_heat, &M::heat, &M::set_heat},
      Repeated<M, v1::Image>{"images", &M::images, &M::mutable_images},
      Text{"originalUrl", &M::has_original_url, &M::original_url, &M::mutable_original_url},
      Singular<M, v1::Provider>{"provider", &M::has_provider, &M::provider, &M::mutable_provider},
      Scalar<M, bool>{"published", &M::has_published, &M::published, &M::set_published},
      Singular<M, google::protobuf::Timestamp>{"publishedDateTime", &M::has_published_date_time,
                                               &M::published_date_time, &M::mutable_published_date_time},
      Number{"quality", &M::has_quality, &M::quality, &M::set_quality});
  const std::tuple up_to_end(Text{"title", &M::has_title, &M::title, &M::mutable_title},
                             Repeated<M, std::string>{"topics", &M::topics, &M::mutable_topics},
                             Text{"type", &M::has_type, &M::type, &M::mutable_type},
                             Text{"webUrl", &M::has_web_url, &M::web_url, &M::mutable_web_url});
  return std::tuple_cat(up_to_body, body, up_to_related, related, up_to_end);
}

// The typed fields of Message.
template <class Message>
inline constexpr auto kFields = nullptr;

template <>
inline constexpr auto kFields<v1::Provider> =
    std::tuple(Singular<v1::Provider, std::string>{"domain", &v1::Provider::has_domain, &v1::Provider::domain,
                                                   &v1::Provider::mutable_domain},
               Singular<v1::Provider, std::string>{"name", &v1::Provider::has_name, &v1::Provider::name,
                                                   &v1::Provider::mutable_name});

template <>
inline constexpr auto kFields<v1::Image> = std::tuple(
    Scalar<v1::Image, std::int32_t>{"height", &v1::Image::has_height, &v1::Image::height,
                                    &v1::Image::set_height},
    Scalar<v1::Image, bool>{"isCached", &v1::Image::has_is_cached, &v1::Image::is_cached,
                            &v1::Image::set_is_cached},
    Singular<v1::Image, std::string>{"url", &v1::Image::has_url, &v1::Image::url, &v1::Image::mutable_url},
    Scalar<v1::Image, std::int32_t>{"width", &v1::Image::has_width, &v1::Image::width,
                                    &v1::Image::set_width});

template <>
inline constexpr auto kFields<v1::RelatedArticle> = ArticleFields<v1::RelatedArticle>(std::tuple<>(),
                                                                                      std::tuple<>());

template <>
inline constexpr auto kFields<v1::Article> = ArticleFields<v1::Article>(
    std::tuple(Singular<v1::Article, std::string>{"body", &v1::Article::has_body, &v1::Article::body,
                                                  &v1::Article::mutable_body}),
    std::tuple(Repeated<v1::Article, v1::RelatedArticle>{"related", &v1::Article::related,
                                                         &v1::Article::mutable_related}));

// The writer merges by this order.
template <class Message>
inline constexpr bool kIsSorted = std::apply(
    [](const auto&... field) {
      const std::string_view names[] = {field.name...};
      return std::is_sorted(std::begin(names), std::end(names));
    },
    kFields<Message>);
static_assert(kIsSorted<v1::Article> && kIsSorted<v1::RelatedArticle> && kIsSorted<v1::Provider> &&
              kIsSorted<v1::Image>);

// Whether `value` fits a field of T exactly, so that nothing of it would be lost.
template <class T>
bool FitsOne(const google::protobuf::Value& value) {
  using google::protobuf::Value;
  if constexpr (std::is_same_v<T, std::string>) {
    return value.kind_case() == Value::kStringValue;
  } else if constexpr (std::is_same_v<T, google::protobuf::Timestamp>) {
    return value.kind_case() == Value::kStringValue && TimestampFromCanonicalText(value.string_value());
  } else if constexpr (std::is_same_v<T, bool>) {
    return value.kind_case() == Value::kBoolValue;
  } else if constexpr (std::is_same_v<T, std::int32_t>) {
    const double number = value.number_value();
    return value.kind_case() == Value::kNumberValue && number >= INT32_MIN && number <= INT32_MAX &&
           static_cast<std::int32_t>(number) == number;
  } else {
    return value.kind_case() == Value::kStructValue;
  }
}

// The same for `field`, which takes a list only if it is not empty and all of it fits.
template <class Field>
bool Fits(const Field& /*field*/, const google::protobuf::Value& value) {
  if constexpr (kIsRepeated<Field>) {
    const auto& list = value.list_value().values();
    return !list.empty() && std::all_of(list.begin(), list.end(), FitsOne<typename Field::Value>);
  } else {
    return FitsOne<typename Field::Value>(value);
  }
}

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_PROTO_INTERNAL_ARTICLE_SCHEMA_H_
