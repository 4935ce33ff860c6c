// SPDX-License-Identifier: Apache-2.0
//
// One archived article with all that shows it, as files that a stranger checks with sha256sum and openssl
// (docs/evidence.md). Not to be confused with the evidence of an ALARM, which is about a log that lied.
#ifndef CHIROGRAPH_CLIENT_EVIDENCE_CASE_H_
#define CHIROGRAPH_CLIENT_EVIDENCE_CASE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/answer.h"
#include "client/archived_article.h"
#include "crypto/note.h"

namespace chirograph {

// What a case is made of.
struct EvidenceCaseInput {
  // Of the content view, as ArchiveClient::Get gave it.
  const ArchivedArticle* article = nullptr;
  // ArchiveClient::log_key().
  const NoteVerifier* log = nullptr;
  // The entry at the record's key_event_index, where it has one, as ArchiveClient::GetEntry gave it for the
  // article's checkpoint.
  std::optional<ProvenEntry> key_event;
  // For an article that came as a message: a document that reads as this article, for people to read.
  std::optional<std::string> made_document;
};

// A file of a case.
struct EvidenceFile {
  std::string name;  // of letters, digits, `-`, `.` and `/`, none of which a stranger chose
  std::string bytes;
};

struct EvidenceCase {
  // CHECK.txt first, SHA256SUMS and manifest.json among them.
  std::vector<EvidenceFile> files;
  // When the article was archived, by the operator's clock.
  absl::Time ingest_time;
  // "evidence-42", of the index: the folder that the files lie in within the zip.
  std::string folder;
};

// The case. All of `input` is checked once more, and the steps of CHECK.txt say what was computed here. The
// same input makes the same files. Thread-safe. Failures: kDoesNotCheck: something in it does not hold, is
// not the article's, or does not fit the record; kCouldNot with InvalidArgument: content or key event are
// missing, or the made document reads as another article.
Answer<EvidenceCase> MakeEvidenceCase(const EvidenceCaseInput& input);

// `evidence` as a zip, not compressed, whose files are all of its ingest_time. The same case makes the same
// bytes. Internal: libzip could not.
absl::StatusOr<std::string> PackEvidenceCase(const EvidenceCase& evidence);

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_EVIDENCE_CASE_H_
