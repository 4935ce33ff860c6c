// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_PROTO_INTERNAL_JSON_WRITER_H_
#define CHIROGRAPH_PROTO_INTERNAL_JSON_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "google/protobuf/timestamp.pb.h"

namespace chirograph::internal {

// Writes RFC 8785's tokens into a string whose memory it reuses. The caller keeps keys in order and
// brackets in pairs. Each value and each key ends in the ',' or ':' that may follow it; End takes the
// last comma back. A function that answers false has written nothing of use: the text is over the
// limit (then overflowed() is true) or is not UTF-8.
class JsonWriter {
 public:
  // Replaces what is in `*out`, which must outlive this. At most `max_bytes` are written.
  JsonWriter(std::string* out, std::size_t max_bytes)
      : out_(out), at_(out->data()), end_(at_ + out->size()), max_bytes_(max_bytes) {}
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  bool Begin(char bracket) {
    if (!Reserve(1)) return false;
    *at_++ = bracket;
    return true;
  }
  // Closes what Begin opened.
  bool End(char bracket) {
    if (!Reserve(2)) return false;
    if (at_[-1] == ',') --at_;
    *at_++ = bracket;
    *at_++ = ',';
    return true;
  }
  // A key that needs no escapes: a typed field's name.
  bool Name(std::string_view name) {
    if (!Reserve(name.size() + 3)) return false;
    *at_++ = '"';
    std::memcpy(at_, name.data(), name.size());
    at_ += name.size();
    *at_++ = '"';
    *at_++ = ':';
    return true;
  }
  bool Key(std::string_view key) { return Quoted(key, ':'); }
  bool String(std::string_view text) { return Quoted(text, ','); }
  bool Literal(std::string_view literal) {
    if (!Reserve(literal.size() + 1)) return false;
    std::memcpy(at_, literal.data(), literal.size());
    at_ += literal.size();
    *at_++ = ',';
    return true;
  }
  bool Integer(std::int32_t number);
  bool Number(double finite);
  bool Time(const google::protobuf::Timestamp& timestamp);

  // Takes back the comma after the outermost value and cuts the string to what was written. False
  // where that is over the limit.
  bool Finish();

  bool overflowed() const { return overflowed_; }

 private:
  // Room that every reservation adds for what a scan writes past its end.
  static constexpr std::size_t kSlack = 16;

  // Makes room for `bytes` and the slack.
  bool Reserve(std::size_t bytes) {
    return static_cast<std::size_t>(end_ - at_) >= bytes + kSlack || Grow(bytes + kSlack);
  }
  bool Grow(std::size_t bytes);
  bool Quoted(std::string_view text, char after);
  // Writes what stands for the byte or sequence at `from`, which is not plain, with room for the rest up
  // to `end`. Answers with what follows it, or null.
  const char* Special(const char* from, const char* end);

  std::string* out_;
  char* at_;
  char* end_;
  std::size_t max_bytes_;
  bool overflowed_ = false;
};

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_PROTO_INTERNAL_JSON_WRITER_H_
