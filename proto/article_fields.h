// SPDX-License-Identifier: Apache-2.0
//
// The one definition of which values are typed fields of a message and which stay in `extra`
// (docs/canonical-form.md, section "Message").
#ifndef CHIROGRAPH_PROTO_ARTICLE_FIELDS_H_
#define CHIROGRAPH_PROTO_ARTICLE_FIELDS_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "chirograph/v1/article.pb.h"
#include "crypto/strict_yaml.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace chirograph {

// The Article of a front matter's members and a body: `secured` is taken out (a scalar's text; null is
// absent; empty is absent), a body of white space alone is none, and everything else is typed or kept.
// InvalidArgument with a SourcePosition: a `body` key, a `secured` that is a collection.
absl::StatusOr<v1::Article> ArticleFromMembers(const YamlMapping& members, std::string_view body);

// The Timestamp whose proto3 JSON form `text` is to the letter (UTC, 'Z', 0, 3, 6 or 9 fraction digits
// and no more than it needs, years 0001 to 9999), or nothing.
std::optional<google::protobuf::Timestamp> TimestampFromCanonicalText(std::string_view text);

// Appends that form. The timestamp must be in range (IsValidTimestamp).
void AppendTimestampText(const google::protobuf::Timestamp& timestamp, std::string* out);
bool IsValidTimestamp(const google::protobuf::Timestamp& timestamp);

// Whether `body` is nothing but space, tab, CR and LF (or nothing at all), and so is no body.
bool IsBlankBody(std::string_view body);

}  // namespace chirograph

#endif  // CHIROGRAPH_PROTO_ARTICLE_FIELDS_H_
