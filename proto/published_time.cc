// SPDX-License-Identifier: Apache-2.0
#include "proto/published_time.h"

#include <algorithm>
#include <array>
#include <string>

#include "crypto/limits.h"
#include "proto/article_fields.h"

namespace chirograph {
namespace {

constexpr std::array kFormats = {
    "%Y-%m-%dT%H:%M:%E*S%Ez",   "%Y-%m-%dT%H:%M%Ez",       "%Y-%m-%dT%H:%M:%E*S",
    "%Y-%m-%dT%H:%M",           "%Y-%m-%d %H:%M:%E*S %Ez", "%Y-%m-%d %H:%M:%E*S",
    "%Y-%m-%d %H:%M %Ez",       "%Y-%m-%d %H:%M",          "%Y-%m-%d",
    "%Y/%m/%d %H:%M:%E*S",      "%Y/%m/%d %H:%M",          "%Y/%m/%d",
    "%a, %d %b %Y %H:%M:%S %z", "%d %b %Y %H:%M:%S %z",
};

std::optional<absl::Time> StringTime(const google::protobuf::Struct& extra, const char* key) {
  const auto found = extra.fields().find(key);
  if (found == extra.fields().end() || found->second.kind_case() != google::protobuf::Value::kStringValue) {
    return std::nullopt;
  }
  return ReadLooseTime(found->second.string_value());
}

// `text` with its zone spelt as an offset and its T in upper case.
std::string Normalize(std::string_view text) {
  std::string normal(text);
  if (normal.size() > 10 && normal[10] == 't') normal[10] = 'T';
  if (normal.back() == 'z') normal.back() = 'Z';
  for (const std::string_view zone : {" UTC", " GMT"}) {
    if (normal.ends_with(zone)) normal.replace(normal.size() - zone.size(), zone.size(), " +0000");
  }
  return normal;
}

}  // namespace

std::optional<absl::Time> ReadLooseTime(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return std::nullopt;
  text = text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
  if (text.size() > limits::kMaxPublishedTimeChars || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  const std::string normal = Normalize(text);
  static const absl::Time kFirst = absl::FromCivil(absl::CivilSecond(1, 1, 1), absl::UTCTimeZone());
  static const absl::Time kEnd = absl::FromCivil(absl::CivilSecond(10000, 1, 1), absl::UTCTimeZone());
  for (const char* format : kFormats) {
    absl::Time time;
    if (!absl::ParseTime(format, normal, absl::UTCTimeZone(), &time, nullptr)) continue;
    if (time < kFirst || time >= kEnd) return std::nullopt;
    return time;
  }
  return std::nullopt;
}

std::optional<absl::Time> PublishedTimeOf(const v1::Article& article) {
  if (article.has_published_date_time() && IsValidTimestamp(article.published_date_time())) {
    return absl::FromUnixSeconds(article.published_date_time().seconds()) +
           absl::Nanoseconds(article.published_date_time().nanos());
  }
  if (auto time = StringTime(article.extra(), "publishedDateTime")) return time;
  return StringTime(article.extra(), "date");
}

}  // namespace chirograph
