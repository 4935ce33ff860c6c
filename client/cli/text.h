// SPDX-License-Identifier: Apache-2.0
//
// Values as people read them.
#ifndef CHIROGRAPH_CLIENT_CLI_TEXT_H_
#define CHIROGRAPH_CLIENT_CLI_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "client/terminal_text.h"
#include "crypto/sha256.h"

namespace chirograph {

// Code points of `text`, which is what padding counts.
std::size_t DisplayWidth(std::string_view text);

// `text` with spaces after it up to `width` code points; as it is where it is longer.
std::string PadRight(std::string_view text, std::size_t width);

// "1,204".
std::string WithThousands(std::uint64_t number);

// "1 article", "1,204 articles".
std::string Counted(std::uint64_t number, std::string_view noun);

// "the first entry of the log", "the first 1,204 entries of the log".
std::string FirstEntries(std::uint64_t number);

// "2026-11-23 08:01Z": UTC, cut to minutes, for people.
std::string TimeForPeople(absl::Time time);
// "2026-11-23T08:01:15.25Z": RFC 3339, UTC, with the fraction digits that it needs.
std::string TimeForPrograms(absl::Time time);

// "sha256:4555e22a...".
std::string ShortDigest(const Digest& digest);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_CLI_TEXT_H_
