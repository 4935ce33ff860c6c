// SPDX-License-Identifier: Apache-2.0
#include "crypto/tlog_proof.h"

#include <fmt/core.h>

#include <cstddef>

#include "absl/status/status.h"
#include "crypto/encoding.h"
#include "crypto/internal/decimal.h"
#include "crypto/limits.h"
#include "crypto/merkle.h"
#include "crypto/source_position.h"

namespace chirograph {
namespace {

constexpr std::string_view kExtraPrefix = "extra ";
constexpr std::string_view kIndexPrefix = "index ";

// Takes lines off a file and counts them.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  // The next line without its line feed; nothing where there is no further line feed.
  std::optional<std::string_view> Next() {
    const std::size_t end = rest_.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    ++number_;
    return line;
  }

  std::string_view rest() const { return rest_; }

  // An error in the line that Next gave last, or in the one that it did not find.
  absl::Status Error(std::string_view why) const { return ErrorAt({number_, 1}, why); }
  absl::Status MissingLine(std::string_view what) const {
    return ErrorAt({number_ + 1, 1}, fmt::format("the file ends before {}", what));
  }

 private:
  std::string_view rest_;
  int number_ = 0;
};

}  // namespace

std::string FormatTlogProof(const TlogProof& proof) {
  std::string file = fmt::format("{}\n", kTlogProofHeader);
  if (proof.extra.has_value() && !proof.extra->empty()) {
    file += fmt::format("{}{}\n", kExtraPrefix, Base64Encode(*proof.extra));
  }
  file += fmt::format("{}{}\n", kIndexPrefix, proof.index);
  for (const Digest& hash : proof.inclusion_proof) file += Base64Encode(AsBytes(hash)) + "\n";
  file += "\n";
  file += proof.checkpoint;
  return file;
}

absl::StatusOr<TlogProof> ParseTlogProof(std::string_view file) {
  if (file.size() > limits::kMaxTlogProofBytes) {
    return ErrorAt({1, 1}, fmt::format("the file has {} bytes; at most {} are taken", file.size(),
                                       limits::kMaxTlogProofBytes));
  }
  Lines lines(file);
  std::optional<std::string_view> line = lines.Next();
  if (line != kTlogProofHeader) {
    return ErrorAt({1, 1},
                   fmt::format("this is no .tlog-proof file: its first line is not {}", kTlogProofHeader));
  }

  TlogProof proof;
  line = lines.Next();
  if (line.has_value() && line->starts_with(kExtraPrefix)) {
    proof.extra = Base64Decode(line->substr(kExtraPrefix.size()));
    if (!proof.extra.has_value()) return lines.Error("the extra data is not canonical base64");
    if (proof.extra->empty()) return lines.Error("a line of extra data without any must be left out");
    line = lines.Next();
  }
  if (!line.has_value()) return lines.MissingLine("the line of the index");
  const std::optional<std::uint64_t> index =
      line->starts_with(kIndexPrefix)
          ? internal::ParseDecimal(line->substr(kIndexPrefix.size()), kMaxTreeSize)
          : std::nullopt;
  if (!index.has_value()) {
    return lines.Error("expected 'index ' and a decimal number up to 2^63-1 without leading zeroes");
  }
  proof.index = *index;

  for (line = lines.Next(); line.has_value() && !line->empty(); line = lines.Next()) {
    if (proof.inclusion_proof.size() == limits::kMaxProofHashes) {
      return lines.Error(fmt::format("an inclusion proof has at most {} hashes", limits::kMaxProofHashes));
    }
    const std::optional<std::string> bytes = Base64Decode(*line);
    const std::optional<Digest> hash = bytes.has_value() ? DigestFromBytes(*bytes) : std::nullopt;
    if (!hash.has_value()) {
      return lines.Error("expected a hash of the proof, canonical base64 of 32 bytes, or an empty line");
    }
    proof.inclusion_proof.push_back(*hash);
  }
  if (!line.has_value()) return lines.MissingLine("the empty line below the proof");
  if (lines.rest().empty()) return lines.MissingLine("the checkpoint");
  proof.checkpoint = lines.rest();
  return proof;
}

}  // namespace chirograph
