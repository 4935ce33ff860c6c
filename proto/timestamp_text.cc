// SPDX-License-Identifier: Apache-2.0
//
// The part of article_fields.h that is about times.
#include "proto/internal/timestamp_text.h"

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "proto/article_fields.h"

namespace chirograph {
namespace {

using google::protobuf::Timestamp;

constexpr std::int64_t kMinSeconds = -62135596800;  // 0001-01-01T00:00:00Z
constexpr std::int64_t kMaxSeconds = 253402300799;  // 9999-12-31T23:59:59Z
constexpr std::int32_t kNanosPerSecond = 1'000'000'000;
constexpr std::int64_t kSecondsPerDay = 86400;
constexpr std::int64_t kSecondsPerHour = 3600;
constexpr std::int64_t kSecondsPerMinute = 60;
constexpr std::size_t kDateTimeChars = 19;  // "2021-02-14T15:21:00"

// Writes `value` with `count` digits, zeros in front.
char* WriteDigits(std::uint32_t value, int count, char* to) {
  for (int i = count - 1; i >= 0; --i) {
    to[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return to + count;
}

// The number that the `count` characters at `at` are, or -1 where one is no digit.
int ReadDigits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

// The nanoseconds that `fraction` ("", or a point and 3, 6 or 9 digits) spells, or -1 where it is
// anything else or longer than it needs to be.
int ReadFraction(std::string_view fraction) {
  if (fraction.empty()) return 0;
  const std::size_t digits = fraction.size() - 1;
  if (fraction[0] != '.' || (digits != 3 && digits != 6 && digits != 9)) return -1;
  const int value = ReadDigits(fraction, 1, digits);
  if (value <= 0 || (digits > 3 && value % 1000 == 0)) return -1;
  return digits == 3 ? value * 1'000'000 : digits == 6 ? value * 1000 : value;
}

}  // namespace

namespace internal {

char* WriteTimestampText(const Timestamp& timestamp, char* to) {
  const std::chrono::sys_seconds time{std::chrono::seconds(timestamp.seconds())};
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(midnight);
  const auto second_of_day = static_cast<std::uint32_t>((time - midnight).count());
  to = WriteDigits(static_cast<std::uint32_t>(static_cast<int>(date.year())), 4, to);
  *to++ = '-';
  to = WriteDigits(static_cast<unsigned>(date.month()), 2, to);
  *to++ = '-';
  to = WriteDigits(static_cast<unsigned>(date.day()), 2, to);
  *to++ = 'T';
  to = WriteDigits(second_of_day / 3600, 2, to);
  *to++ = ':';
  to = WriteDigits(second_of_day / 60 % 60, 2, to);
  *to++ = ':';
  to = WriteDigits(second_of_day % 60, 2, to);
  if (const auto nanos = static_cast<std::uint32_t>(timestamp.nanos()); nanos != 0) {
    *to++ = '.';
    if (nanos % 1'000'000 == 0) {
      to = WriteDigits(nanos / 1'000'000, 3, to);
    } else if (nanos % 1000 == 0) {
      to = WriteDigits(nanos / 1000, 6, to);
    } else {
      to = WriteDigits(nanos, 9, to);
    }
  }
  *to++ = 'Z';
  return to;
}

}  // namespace internal

bool IsValidTimestamp(const Timestamp& timestamp) {
  return timestamp.seconds() >= kMinSeconds && timestamp.seconds() <= kMaxSeconds && timestamp.nanos() >= 0 &&
         timestamp.nanos() < kNanosPerSecond;
}

void AppendTimestampText(const Timestamp& timestamp, std::string* out) {
  char text[internal::kMaxTimestampChars];
  out->append(text, internal::WriteTimestampText(timestamp, text));
}

std::optional<Timestamp> TimestampFromCanonicalText(std::string_view text) {
  if (text.size() <= kDateTimeChars || text.back() != 'Z') return std::nullopt;
  if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  const int year = ReadDigits(text, 0, 4);
  const int month = ReadDigits(text, 5, 2);
  const int day = ReadDigits(text, 8, 2);
  const int hour = ReadDigits(text, 11, 2);
  const int minute = ReadDigits(text, 14, 2);
  const int second = ReadDigits(text, 17, 2);
  const int nanos = ReadFraction(text.substr(kDateTimeChars, text.size() - kDateTimeChars - 1));
  if (year < 1 || month < 1 || day < 1 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
      second > 59 || nanos < 0) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  Timestamp timestamp;
  timestamp.set_seconds(days * kSecondsPerDay + hour * kSecondsPerHour + minute * kSecondsPerMinute + second);
  timestamp.set_nanos(nanos);
  return timestamp;
}

}  // namespace chirograph
