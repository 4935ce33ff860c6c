// SPDX-License-Identifier: Apache-2.0
#include "service/gzip.h"

#include <zlib.h>

#include <cstddef>
#include <memory>

namespace chirograph {
namespace {

// Window of 32 KiB, and the format gzip instead of zlib's own.
constexpr int kWindowBits = 15 + 16;
constexpr int kMemoryLevel = 8;

std::string_view Trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// What is before the first `separator`, which is taken from `rest` with it.
std::string_view TakeUntil(char separator, std::string_view& rest) {
  const std::size_t at = rest.find(separator);
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
  return Trim(taken);
}

// Whether parameters such as "q=0.000" say "not this one".
bool SaysNo(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string parameter = Lower(TakeUntil(';', parameters));
    if (parameter.starts_with("q=") && parameter.find_first_not_of("0.", 2) == std::string::npos) return true;
  }
  return false;
}

}  // namespace

bool AcceptsGzip(std::string_view accept_encoding) {
  std::optional<bool> any;
  while (!accept_encoding.empty()) {
    std::string_view parameters = TakeUntil(',', accept_encoding);
    const std::string coding = Lower(TakeUntil(';', parameters));
    if (coding == "gzip" || coding == "x-gzip") return !SaysNo(parameters);
    if (coding == "*") any = !SaysNo(parameters);
  }
  return any.value_or(false);
}

std::optional<std::string> Gzip(std::string_view bytes) {
  z_stream stream = {};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kWindowBits, kMemoryLevel,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return std::nullopt;
  }
  const std::unique_ptr<z_stream, int (*)(z_stream*)> closer(&stream, deflateEnd);
  std::string packed(bytes.size(), '\0');
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast,cppcoreguidelines-pro-type-reinterpret-cast): zlib's
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): zlib's
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
    return std::nullopt;  // it does not fit, so it is not shorter
  if (stream.total_out >= bytes.size()) return std::nullopt;
  packed.resize(stream.total_out);
  return packed;
}

}  // namespace chirograph
