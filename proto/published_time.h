// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_PROTO_PUBLISHED_TIME_H_
#define CHIROGRAPH_PROTO_PUBLISHED_TIME_H_

#include <optional>
#include <string_view>

#include "absl/time/time.h"
#include "chirograph/v1/article.pb.h"

namespace chirograph {

// When `article` says that it was published, to the nanosecond, for filters and order alone: the typed
// published_date_time, else a string publishedDateTime in its extra, else a string `date` there, each read by
// ReadLooseTime. Nothing where none of them is a time.
std::optional<absl::Time> PublishedTimeOf(const v1::Article& article);

// The time that `text` is in one of the spellings that people use: RFC 3339, with "T", "t" or a space, with
// or without seconds, fraction and offset (without one: UTC; "+02:00", "+0200", "Z", " UTC"); a date alone
// (its first instant, UTC), also with slashes; RFC 2822 ("Sun, 14 Feb 2021 15:21:00 +0000"). Years 0001 to
// 9999. White space around it does not matter. Nothing where it is none of these.
std::optional<absl::Time> ReadLooseTime(std::string_view text);

}  // namespace chirograph

#endif  // CHIROGRAPH_PROTO_PUBLISHED_TIME_H_
