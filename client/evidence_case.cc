// SPDX-License-Identifier: Apache-2.0
#include "client/evidence_case.h"

#include <fmt/format.h>

#include <cstddef>
#include <string_view>
#include <utility>

#include "client/internal/case_check.h"
#include "client/internal/case_facts.h"
#include "client/internal/case_manifest.h"
#include "client/internal/zip_file.h"
#include "client/receipt_file.h"
#include "crypto/sha256.h"
#include "crypto/tlog_proof.h"
#include "proto/stored_format.h"

namespace chirograph {
namespace {

using namespace internal::case_file;  // NOLINT(google-build-using-namespace): the names of what is made here

void AddPath(std::string_view folder, const std::vector<internal::PathStep>& path,
             std::vector<EvidenceFile>* files) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    files->push_back({PathFile(folder, i + 1), std::string(AsBytes(path[i].sibling))});
  }
}

// The key event as a .tlog-proof. It has no opening: the entry itself says all.
std::string FormatKeyProof(const ProvenEntry& entry, const std::string& checkpoint) {
  v1::TlogProofExtra extra;
  extra.set_log_entry(entry.log_entry);
  return FormatTlogProof({.extra = extra.SerializeAsString(),
                          .index = entry.index,
                          .inclusion_proof = entry.inclusion_proof,
                          .checkpoint = checkpoint});
}

// All files but CHECK.txt, manifest.json and SHA256SUMS.
absl::StatusOr<std::vector<EvidenceFile>> FilesOf(const internal::CaseFacts& facts) {
  const absl::StatusOr<std::string> proof = FormatReceiptFile(facts.receipt);
  if (!proof.ok()) return proof.status();
  std::vector<EvidenceFile> files;
  const auto add = [&files](std::string_view name, std::string bytes) {
    files.push_back({std::string(name), std::move(bytes)});
  };
  if (facts.source_document) add(kSource, *facts.source_document);
  if (facts.made_document) add(kMadeDocument, *facts.made_document);
  add(kCanonical, facts.canonical_form);
  add(kSigningInput, facts.signing_input);
  if (!facts.secured.empty()) add(kSecured, facts.secured);
  if (facts.key) {
    add(kSignature, facts.opening.opened_signature());
    add(kPublisherKey, facts.key->public_key->ToPem());
  }
  add(kContent, facts.content);
  add(kOpening, facts.receipt.opening());
  add(kRecord, facts.receipt.log_entry());
  add(kProof, *proof);
  AddPath(kRecordPath, facts.path, &files);
  if (facts.key) {
    add(kKeyEvent, facts.key->entry.log_entry);
    add(kKeyProof, FormatKeyProof(facts.key->entry, facts.receipt.checkpoint()));
    AddPath(kKeyPath, facts.key->path, &files);
  }
  add(kCheckpoint, facts.receipt.checkpoint());
  add(kLogKey, facts.verifier_key + "\n");
  add(kLogKeyPem, facts.log_key_pem);
  return files;
}

// As sha256sum writes it.
std::string FormatSums(const std::vector<EvidenceFile>& files) {
  std::string sums;
  for (const EvidenceFile& file : files) {
    sums += fmt::format("{}  {}\n", ToHex(Sha256(file.bytes)), file.name);
  }
  return sums;
}

}  // namespace

Answer<EvidenceCase> MakeEvidenceCase(const EvidenceCaseInput& input) {
  const Answer<internal::CaseFacts> facts = internal::CheckCase(input);
  if (!facts.ok()) return facts.failure();
  absl::StatusOr<std::vector<EvidenceFile>> files = FilesOf(*facts);
  if (!files.ok()) return CouldNot(files.status());
  EvidenceCase evidence{.files = *std::move(files),
                        .ingest_time = FromTimestamp(facts->record.ingest_time()),
                        .folder = fmt::format("evidence-{}", facts->receipt.index())};
  evidence.files.insert(evidence.files.begin(), {std::string(kCheck), internal::WriteCheckText(*facts)});
  evidence.files.push_back({std::string(kManifest), internal::WriteCaseManifest(*facts, evidence.files)});
  evidence.files.insert(evidence.files.begin() + 1, {std::string(kSums), FormatSums(evidence.files)});
  return evidence;
}

absl::StatusOr<std::string> PackEvidenceCase(const EvidenceCase& evidence) {
  std::vector<std::string> names;
  names.reserve(evidence.files.size());
  for (const EvidenceFile& file : evidence.files) {
    names.push_back(fmt::format("{}/{}", evidence.folder, file.name));
  }
  std::vector<internal::ZipMember> members;
  for (std::size_t i = 0; i < names.size(); ++i) members.push_back({names[i], evidence.files[i].bytes});
  return internal::MakeZip(members, evidence.ingest_time);
}

}  // namespace chirograph
