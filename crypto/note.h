// SPDX-License-Identifier: Apache-2.0
//
// Signed notes with Ed25519 keys, exactly C2SP signed-note.
#ifndef CHIROGRAPH_CRYPTO_NOTE_H_
#define CHIROGRAPH_CRYPTO_NOTE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/private_key.h"
#include "crypto/public_key.h"

namespace chirograph {

// Whether `name` can name a key: UTF-8, not empty, no Unicode space, no '+', no control character (below
// U+0020).
bool IsNoteKeyName(std::string_view name);

// Whether `text` can be signed: UTF-8 that ends in a line feed and has no other control character.
bool IsNoteText(std::string_view text);

// A key that verifies notes. Thread-safe; copies share the key.
class NoteVerifier {
 public:
  // From "NAME+HEXID+BASE64" (signature type 0x01), as Go's x/mod/sumdb/note writes it. InvalidArgument,
  // saying what was found: not of that form, a bad name, an id that is not the key's, another signature type,
  // a wrong length.
  static absl::StatusOr<NoteVerifier> Parse(std::string_view vkey);

  // As Parse takes it, the id in lower case: one text for each key.
  const std::string& vkey() const { return vkey_; }
  const std::string& name() const { return name_; }
  std::uint32_t key_id() const { return key_id_; }
  // The Ed25519 key itself.
  const PublicKey& public_key() const { return *key_; }
  // Whether `signature` (64 bytes, without the key id) is this key's over `text`.
  bool Verify(std::string_view text, std::string_view signature) const;

 private:
  NoteVerifier() = default;
  std::string vkey_;
  std::string name_;
  std::uint32_t key_id_ = 0;
  std::shared_ptr<const PublicKey> key_;
};

// A key that signs notes. Thread-safe.
class NoteSigner {
 public:
  // A new key. InvalidArgument: not IsNoteKeyName. Internal: OpenSSL could not.
  static absl::StatusOr<NoteSigner> Generate(std::string_view name);

  // From "PRIVATE+KEY+NAME+HEXID+BASE64", as Go's x/mod/sumdb/note writes it. InvalidArgument as
  // NoteVerifier::Parse; the message never holds the key.
  static absl::StatusOr<NoteSigner> Parse(std::string_view skey);

  // As Parse takes it, the id in lower case: secret.
  const std::string& skey() const { return skey_; }
  const NoteVerifier& verifier() const { return verifier_; }

  // `text` with its blank line and this key's signature line. InvalidArgument: not IsNoteText, or the note
  // would be over limits.h. Internal: OpenSSL could not.
  absl::StatusOr<std::string> Sign(std::string_view text) const;

 private:
  NoteSigner(std::string skey, NoteVerifier verifier, std::shared_ptr<const PrivateKey> key)
      : skey_(std::move(skey)), verifier_(std::move(verifier)), key_(std::move(key)) {}
  std::string skey_;
  NoteVerifier verifier_;
  std::shared_ptr<const PrivateKey> key_;
};

// A note that at least one known key signed.
struct OpenedNote {
  std::string text;  // with its last line feed
  std::vector<std::string>
      signers;  // names of the known keys that signed, each key once, in the note's order
  std::size_t unknown_signatures = 0;  // signature lines of other keys, not looked at
};

// Opens `note`: a key is known where both its name and its id are those of one of `known`. InvalidArgument:
// it is not of the format, or over limits.h. Unauthenticated: a known key's signature does not verify, or no
// known key signed.
absl::StatusOr<OpenedNote> OpenNote(std::string_view note, std::span<const NoteVerifier> known);

}  // namespace chirograph

#endif  // CHIROGRAPH_CRYPTO_NOTE_H_
