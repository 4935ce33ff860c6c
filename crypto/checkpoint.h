// SPDX-License-Identifier: Apache-2.0
//
// Checkpoints, exactly C2SP tlog-checkpoint.
#ifndef CHIROGRAPH_CRYPTO_CHECKPOINT_H_
#define CHIROGRAPH_CRYPTO_CHECKPOINT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/note.h"
#include "crypto/sha256.h"

namespace chirograph {

// What a log says of itself at one size.
struct Checkpoint {
  std::string origin;
  std::uint64_t tree_size = 0;
  Digest root_hash = {};
  std::vector<std::string> extensions;  // lines without their line feed; Chirograph writes none
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// The note text. The fields must be valid: origin a line that is not empty, extensions likewise.
std::string FormatCheckpoint(const Checkpoint& checkpoint);

// The checkpoint that `text` (a note's text, not the note) is. InvalidArgument: not of the format: under
// three lines, a size with leading zeroes or over 2^63-1, a hash that is not base64 of 32 bytes, an empty
// line.
absl::StatusOr<Checkpoint> ParseCheckpoint(std::string_view text);

// FormatCheckpoint, signed. InvalidArgument: the origin is not the signer's name.
absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint, const NoteSigner& signer);

// The checkpoint in a signed note of the log with this key, whose origin is the key's name.
// InvalidArgument: not of the format, or of another origin. Unauthenticated: as OpenNote.
absl::StatusOr<Checkpoint> OpenCheckpoint(std::string_view note, const NoteVerifier& log);

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_CHECKPOINT_H_
