// SPDX-License-Identifier: Apache-2.0
#include "proto/internal/json_writer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>

#include "crypto/utf8.h"
#include "proto/internal/es6_number_text.h"
#include "proto/internal/timestamp_text.h"

namespace chirograph::internal {
namespace {

static_assert(std::endian::native == std::endian::little, "the scan counts from a word's low byte");

constexpr std::size_t kWord = sizeof(std::uint64_t);
constexpr std::size_t kFirstBytes = 4096;
constexpr std::uint64_t kOnes = 0x0101010101010101;
constexpr std::uint64_t kHighs = 0x8080808080808080;

// Non-zero where a byte of `word` is not plain: '"', '\\', a control character (or 0) or not ASCII. Its
// lowest set bit is in the first such byte; the bits above that mean nothing.
std::uint64_t NotPlain(std::uint64_t word) {
  const auto zero_bytes = [](std::uint64_t x) { return (x - kOnes) & ~x; };
  const std::uint64_t control = (word - kOnes * 0x20) & ~word;
  return (word | control | zero_bytes(word ^ (kOnes * '"')) | zero_bytes(word ^ (kOnes * '\\'))) & kHighs;
}

std::uint64_t LoadWord(const char* from) {
  std::uint64_t word = 0;
  std::memcpy(&word, from, kWord);
  return word;
}

// The `left` bytes (under kWord) from `from` on, then zeros. `begin` is where its text begins.
std::uint64_t LoadTail(const char* begin, const char* from, std::size_t left) {
  if (left == 0) return 0;
  if (from + left - begin >= static_cast<std::ptrdiff_t>(kWord)) {
    return LoadWord(from + left - kWord) >> (8 * (kWord - left));
  }
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < left; ++i) {
    word |= static_cast<std::uint64_t>(static_cast<unsigned char>(from[i])) << (8 * i);
  }
  return word;
}

// Copies plain bytes from `*from` to `to` up to the first other one or `end`. May write a word past that.
char* CopyPlain(const char* begin, const char** from, const char* end, char* to) {
  const char* at = *from;
  while (true) {
    const auto left = static_cast<std::size_t>(end - at);
    const std::uint64_t word = left >= kWord ? LoadWord(at) : LoadTail(begin, at, left);
    std::memcpy(to, &word, kWord);
    if (const std::uint64_t found = NotPlain(word); found != 0) {
      const auto plain = static_cast<std::size_t>(std::countr_zero(found)) / 8;
      *from = at + plain;
      return to + plain;
    }
    at += kWord;
    to += kWord;
  }
}

// The escape of each byte that has one of two characters.
constexpr std::array<char, 256> kShortEscapes = [] {
  std::array<char, 256> escapes{};
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  escapes['\b'] = 'b';
  escapes['\f'] = 'f';
  escapes['\n'] = 'n';
  escapes['\r'] = 'r';
  escapes['\t'] = 't';
  return escapes;
}();

}  // namespace

bool JsonWriter::Grow(std::size_t bytes) {
  const auto used = static_cast<std::size_t>(at_ - out_->data());
  if (used + bytes > max_bytes_ + 2 * kSlack) {  // surely too much; Finish sees to the last few bytes
    overflowed_ = true;
    return false;
  }
  out_->resize(std::max({kFirstBytes, used + bytes, std::min(2 * out_->size(), max_bytes_ + 2 * kSlack)}));
  at_ = out_->data() + used;
  end_ = out_->data() + out_->size();
  return true;
}

bool JsonWriter::Integer(std::int32_t number) {
  if (!Reserve(11)) return false;
  at_ = std::to_chars(at_, at_ + 11, number).ptr;
  *at_++ = ',';
  return true;
}

bool JsonWriter::Number(double finite) {
  char text[kMaxEs6NumberChars];
  return Literal({text, static_cast<std::size_t>(WriteEs6Number(finite, text) - text)});
}

bool JsonWriter::Time(const google::protobuf::Timestamp& timestamp) {
  char text[kMaxTimestampChars + 2];
  text[0] = '"';
  char* end = WriteTimestampText(timestamp, text + 1);
  *end++ = '"';
  return Literal({text, static_cast<std::size_t>(end - text)});
}

const char* JsonWriter::Special(const char* from, const char* end) {
  const auto byte = static_cast<unsigned char>(*from);
  if (byte >= 0x80) {
    // All up to the next ASCII character, which is a whole number of sequences or not UTF-8.
    const char* const ascii =
        std::find_if(from, end, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    const std::string_view run(from, static_cast<std::size_t>(ascii - from));
    if (ValidUtf8Prefix(run) != run.size()) return nullptr;
    std::memcpy(at_, run.data(), run.size());
    at_ += run.size();
    return ascii;
  }
  constexpr std::size_t kLongestEscape = 6;
  if (!Reserve(static_cast<std::size_t>(end - from) + kLongestEscape + 2)) return nullptr;
  *at_++ = '\\';
  if (kShortEscapes[byte] != 0) {
    *at_++ = kShortEscapes[byte];
    return from + 1;
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  std::memcpy(at_, "u00", 3);
  at_[3] = kHex[byte >> 4];
  at_[4] = kHex[byte & 15];
  at_ += 5;
  return from + 1;
}

bool JsonWriter::Quoted(std::string_view text, char after) {
  if (!Reserve(text.size() + 3)) return false;
  const char* from = text.data();
  const char* const end = from + text.size();
  *at_++ = '"';
  while (true) {
    at_ = CopyPlain(text.data(), &from, end, at_);
    if (from == end) break;
    from = Special(from, end);
    if (from == nullptr) return false;
  }
  *at_++ = '"';
  *at_++ = after;
  return true;
}

bool JsonWriter::Finish() {
  if (at_[-1] == ',') --at_;
  const auto used = static_cast<std::size_t>(at_ - out_->data());
  overflowed_ = used > max_bytes_;
  if (overflowed_) return false;
  out_->resize(used);
  return true;
}

}  // namespace chirograph::internal
