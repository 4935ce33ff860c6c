// SPDX-License-Identifier: Apache-2.0
//
// The parts of a check, each of which can be left out: so that a test can show what it alone finds. No
// program and no RPC leaves any out.
#ifndef CHIROGRAPH_PROTO_CHECK_PART_H_
#define CHIROGRAPH_PROTO_CHECK_PART_H_

#include <bitset>
#include <cstddef>
#include <initializer_list>

namespace chirograph {

enum class CheckPart {
  // Of each entry (LogCheck).
  kEntryForm,  // that it is there, is a LogEntry, and serializes to itself
  kTimes,      // that ingest times are in order
  kKeyForm,    // that a KeyEvent has a key that can be used
  // Of each article (CheckArticle).
  kOpening,    // the Opening against the entry
  kContent,    // the Content against the Opening
  kArticle,    // the article's canonical form against the Opening
  kSource,     // the source document against the Opening and the article
  kSecured,    // the secured field against the Opening
  kNames,      // publisher and URL of the Opening against the article
  kVerdict,    // the recorded verdict against the rules
  kKeyEvents,  // KeyEvents before their first use
  kSignature,  // the opened signature against the canonical form
  kEnvelope,   // what the secured field opens to against the opened signature
  // Of the store (service/archive_check.h).
  kLeaves,      // entries against the level-0 tiles
  kTiles,       // tiles against those above
  kRoot,        // the whole against the root of the checkpoint; an audit's entries against it too
  kCheckpoint,  // the checkpoint against the log's key
  kEnd,         // what was acknowledged, and what lies beyond the tree
  kIndexes,     // what leads to entries, and that there is nothing else
  kCatalog,     // the catalog against the log
  // Of an audit (client/audit.h).
  kReceipts,  // the receipts that the auditor holds
  kCount,     // not a part
};

// Some parts.
class CheckParts {
 public:
  CheckParts() = default;
  CheckParts(std::initializer_list<CheckPart> parts) {
    for (const CheckPart part : parts) bits_.set(static_cast<std::size_t>(part));
  }
  void Add(CheckPart part) { bits_.set(static_cast<std::size_t>(part)); }
  bool has(CheckPart part) const { return bits_.test(static_cast<std::size_t>(part)); }

 private:
  std::bitset<static_cast<std::size_t>(CheckPart::kCount)> bits_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_PROTO_CHECK_PART_H_
