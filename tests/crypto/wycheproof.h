// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_CRYPTO_WYCHEPROOF_H_
#define CHIROGRAPH_TESTS_CRYPTO_WYCHEPROOF_H_

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "crypto/encoding.h"

namespace chirograph {

// A file of C2SP/wycheproof, or nothing where this clone has no vectors.
inline std::optional<nlohmann::json> LoadWycheproof(const std::string& name) {
  std::ifstream file(CHIROGRAPH_SHARED_DIR "/vectors/wycheproof/" + name);
  if (!file) return std::nullopt;
  return nlohmann::json::parse(file);
}

inline std::string BytesOf(const nlohmann::json& hex) {
  const std::optional<std::string> bytes = HexDecode(hex.get<std::string>());
  EXPECT_TRUE(bytes.has_value()) << hex;
  return bytes.value_or("");
}

// How many vectors of a file a test used, by what they expect, and how many it had no use for.
struct WycheproofCount {
  int valid = 0;
  int invalid = 0;
  int acceptable = 0;
  int skipped = 0;
  friend bool operator==(const WycheproofCount&, const WycheproofCount&) = default;
  friend std::ostream& operator<<(std::ostream& out, const WycheproofCount& count) {
    return out << count.valid << " valid, " << count.invalid << " invalid, " << count.acceptable
               << " acceptable, " << count.skipped << " skipped";
  }
  void Add(const std::string& result) {
    ++(result == "valid" ? valid : result == "invalid" ? invalid : acceptable);
  }
};

#define CHIROGRAPH_LOAD_WYCHEPROOF_OR_SKIP(variable, name)                           \
  const std::optional<nlohmann::json> variable = ::chirograph::LoadWycheproof(name); \
  if (!variable) GTEST_SKIP() << "no " << (name) << " below " CHIROGRAPH_SHARED_DIR "/vectors/wycheproof"

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_CRYPTO_WYCHEPROOF_H_
