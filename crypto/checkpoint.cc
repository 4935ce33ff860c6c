// SPDX-License-Identifier: Apache-2.0
#include "crypto/checkpoint.h"

#include <fmt/core.h>

#include <cstddef>
#include <optional>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "crypto/encoding.h"
#include "crypto/internal/decimal.h"
#include "crypto/merkle.h"

namespace chirograph {
namespace {

absl::Status MalformedCheckpoint(std::string_view why) {
  return absl::InvalidArgumentError(fmt::format("not a checkpoint: {}", why));
}

}  // namespace

std::string FormatCheckpoint(const Checkpoint& checkpoint) {
  std::string text = fmt::format("{}\n{}\n{}\n", checkpoint.origin, checkpoint.tree_size,
                                 Base64Encode(AsBytes(checkpoint.root_hash)));
  for (const std::string& extension : checkpoint.extensions) {
    text += extension;
    text += '\n';
  }
  return text;
}

absl::StatusOr<Checkpoint> ParseCheckpoint(std::string_view text) {
  if (!IsNoteText(text)) {
    return MalformedCheckpoint(
        "it is not UTF-8, does not end in a line feed or has another control character");
  }
  std::vector<std::string_view> lines;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    if (end == 0) return MalformedCheckpoint(fmt::format("line {} is empty", lines.size() + 1));
    lines.push_back(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  if (lines.size() < 3) {
    return MalformedCheckpoint(
        fmt::format("it has {} lines of origin, tree size and root hash", lines.size()));
  }
  const std::optional<std::uint64_t> tree_size = internal::ParseDecimal(lines[1], kMaxTreeSize);
  if (!tree_size.has_value()) {
    return MalformedCheckpoint(
        "line 2, the tree size, is not a decimal number up to 2^63-1 without leading zeroes");
  }
  const std::optional<std::string> root_bytes = Base64Decode(lines[2]);
  const std::optional<Digest> root_hash =
      root_bytes.has_value() ? DigestFromBytes(*root_bytes) : std::nullopt;
  if (!root_hash.has_value()) {
    return MalformedCheckpoint("line 3, the root hash, is not canonical base64 of 32 bytes");
  }
  Checkpoint checkpoint;
  checkpoint.origin = lines[0];
  checkpoint.tree_size = *tree_size;
  checkpoint.root_hash = *root_hash;
  checkpoint.extensions.assign(lines.begin() + 3, lines.end());
  return checkpoint;
}

absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint, const NoteSigner& signer) {
  if (checkpoint.origin != signer.verifier().name()) {
    return absl::InvalidArgumentError(fmt::format("a checkpoint of {} is not signed with the key of {}",
                                                  checkpoint.origin, signer.verifier().name()));
  }
  const std::string text = FormatCheckpoint(checkpoint);
  // What is signed once stands for ever: it must say what was meant, also to whoever reads it.
  const absl::StatusOr<Checkpoint> read_back = ParseCheckpoint(text);
  if (!read_back.ok()) return read_back.status();
  if (*read_back != checkpoint) return MalformedCheckpoint("a field of it has a line feed");
  return signer.Sign(text);
}

absl::StatusOr<Checkpoint> OpenCheckpoint(std::string_view note, const NoteVerifier& log) {
  const absl::StatusOr<OpenedNote> opened = OpenNote(note, std::span(&log, 1));
  if (!opened.ok()) return opened.status();
  absl::StatusOr<Checkpoint> checkpoint = ParseCheckpoint(opened->text);
  if (checkpoint.ok() && checkpoint->origin != log.name()) {
    return absl::InvalidArgumentError(
        fmt::format("the checkpoint is of {}, and one of {} was expected", checkpoint->origin, log.name()));
  }
  return checkpoint;
}

}  // namespace chirograph
