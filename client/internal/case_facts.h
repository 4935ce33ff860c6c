// SPDX-License-Identifier: Apache-2.0
//
// What an evidence case is about, all of it checked.
#ifndef CHIROGRAPH_CLIENT_INTERNAL_CASE_FACTS_H_
#define CHIROGRAPH_CLIENT_INTERNAL_CASE_FACTS_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chirograph/v1/log_entry.pb.h"
#include "chirograph/v1/receipt.pb.h"
#include "client/answer.h"
#include "client/archived_article.h"
#include "client/evidence_case.h"
#include "client/internal/inclusion_path.h"
#include "crypto/checkpoint.h"
#include "crypto/public_key.h"
#include "crypto/sha256.h"

namespace chirograph::internal {

// The key that verified the publisher's signature at ingest.
struct CaseKey {
  ProvenEntry entry;
  v1::KeyEvent event;
  std::shared_ptr<const PublicKey> public_key;
  Digest leaf_hash = {};
  std::vector<PathStep> path;
};

struct CaseFacts {
  std::string verifier_key;
  std::string log_key_pem;
  v1::Receipt receipt;
  Checkpoint checkpoint;
  // Of the note: lines of the text that is signed, and the line, counted from 1, of the log's signature.
  std::size_t signed_lines = 0;
  std::size_t signature_line = 0;
  v1::ArticleRecord record;
  v1::Opening opening;
  Digest leaf_hash = {};
  std::vector<PathStep> path;
  std::string content;
  std::string title;  // empty where there is none
  std::string canonical_form;
  std::string signing_input;
  std::string secured;  // empty where there is none
  std::optional<std::string> source_document;
  std::optional<std::string> made_document;  // where there is no source document, perhaps
  std::optional<CaseKey> key;                // where a key verified the signature
};

// The facts of `input`. Failures as MakeEvidenceCase.
Answer<CaseFacts> CheckCase(const EvidenceCaseInput& input);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_CASE_FACTS_H_
