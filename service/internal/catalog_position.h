// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_SERVICE_INTERNAL_CATALOG_POSITION_H_
#define CHIROGRAPH_SERVICE_INTERNAL_CATALOG_POSITION_H_

#include <optional>
#include <string>
#include <string_view>

namespace chirograph {

// A place in a list: what sorts its articles, at which or behind which it goes on.
struct CatalogPosition {
  std::string at;  // an index of 8 bytes, or a published time of 13 and an index
  bool behind = false;
};

// One byte, 1 where behind, else 0; then `at`. Clients hold it in resume tokens.
inline std::string EncodePosition(const CatalogPosition& position) {
  return std::string(1, position.behind ? '\1' : '\0').append(position.at);
}
inline std::optional<CatalogPosition> DecodePosition(std::string_view bytes) {
  if (bytes.empty() || (bytes.front() != '\0' && bytes.front() != '\1')) return std::nullopt;
  return CatalogPosition{std::string(bytes.substr(1)), bytes.front() == '\1'};
}

// The string of as many bytes that is next to `at`, upwards or `down`; nothing behind the last.
inline std::optional<std::string> Neighbour(std::string at, bool down) {
  for (std::size_t i = at.size(); i-- > 0;) {
    const bool wraps = at[i] == (down ? '\0' : '\xff');
    at[i] = static_cast<char>(static_cast<unsigned char>(at[i]) + (down ? 255 : 1));
    if (!wraps) return at;
  }
  return std::nullopt;
}

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INTERNAL_CATALOG_POSITION_H_
