// SPDX-License-Identifier: Apache-2.0
//
// Signed notes and the texts of their keys: the input is tried as each of them.
#include <string>
#include <vector>

#include "crypto/note.h"
#include "tests/fuzz/fuzz.h"

namespace chirograph {
namespace {

// Both of docs/merkle-log.md; the private key is the first of RFC 8032's test vectors.
constexpr std::string_view kVerifierKey =
    "archive.example/2026+47fc971c+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
constexpr std::string_view kSignedText =
    "archive.example/2026\n3\nNmQuc8JUCrEh46a/lUWwokmCzYMOsT080Z3jzmwCHsE=\n";

void FuzzNote(std::string_view note) {
  static const std::vector<NoteVerifier> known = {NoteVerifier::Parse(kVerifierKey).value()};
  const absl::StatusOr<OpenedNote> opened = OpenNote(note, known);
  if (!opened.ok()) {
    CHIROGRAPH_FUZZ_CHECK(opened.status().code() == absl::StatusCode::kInvalidArgument ||
                          opened.status().code() == absl::StatusCode::kUnauthenticated);
    return;
  }
  // Nothing but this was ever signed with that key, however the input came about.
  CHIROGRAPH_FUZZ_CHECK(opened->text == kSignedText);
  CHIROGRAPH_FUZZ_CHECK(note.substr(0, opened->text.size() + 1) == opened->text + "\n");
  CHIROGRAPH_FUZZ_CHECK(opened->signers == std::vector<std::string>{known[0].name()});
}

void FuzzText(std::string_view text) {
  static const NoteSigner signer = NoteSigner::Generate("fuzz.example").value();
  const absl::StatusOr<std::string> note = signer.Sign(text);
  if (!note.ok()) return;
  CHIROGRAPH_FUZZ_CHECK(IsNoteText(text));
  const std::vector<NoteVerifier> known = {signer.verifier()};
  const absl::StatusOr<OpenedNote> opened = OpenNote(*note, known);
  CHIROGRAPH_FUZZ_CHECK(opened.ok());
  CHIROGRAPH_FUZZ_CHECK(opened->text == text);
  CHIROGRAPH_FUZZ_CHECK(opened->unknown_signatures == 0);
}

void FuzzKeys(std::string_view text) {
  if (const absl::StatusOr<NoteVerifier> verifier = NoteVerifier::Parse(text); verifier.ok()) {
    CHIROGRAPH_FUZZ_CHECK(IsNoteKeyName(verifier->name()));
    const absl::StatusOr<NoteVerifier> again = NoteVerifier::Parse(verifier->vkey());
    CHIROGRAPH_FUZZ_CHECK(again.ok() && again->vkey() == verifier->vkey());
    CHIROGRAPH_FUZZ_CHECK(again->key_id() == verifier->key_id() && again->name() == verifier->name());
    CHIROGRAPH_FUZZ_CHECK(text.size() == verifier->vkey().size());  // but for the case of the id
  }
  if (const absl::StatusOr<NoteSigner> signer = NoteSigner::Parse(text); signer.ok()) {
    const absl::StatusOr<NoteSigner> again = NoteSigner::Parse(signer->skey());
    CHIROGRAPH_FUZZ_CHECK(again.ok() && again->skey() == signer->skey());
    CHIROGRAPH_FUZZ_CHECK(again->verifier().vkey() == signer->verifier().vkey());
  }
}

}  // namespace

void FuzzOne(std::string_view input) {
  FuzzNote(input);
  FuzzText(input);
  FuzzKeys(input);
}

}  // namespace chirograph
