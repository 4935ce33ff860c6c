// SPDX-License-Identifier: Apache-2.0
#include "proto/finding_advice.h"

namespace chirograph {
namespace {

// What to do, where it is the same for several codes.
constexpr std::string_view kAskForBackup =
    "Ask the operator for the bytes from a backup: only the archived ones have the digest that the log "
    "signed.";
constexpr std::string_view kHoldAgainstReceipt =
    "Whoever has a receipt for this index can show what was archived: chirograph proof verify. Ask the "
    "operator to explain the difference.";
constexpr std::string_view kDoNotRelyOnVerdict =
    "Do not rely on the recorded verdict of this article. Ask the operator how it was made, and the "
    "publisher "
    "for his public key.";
constexpr std::string_view kRebuildCatalog =
    "The log is the truth and the catalog is made from it: the operator can have it made anew.";
constexpr std::string_view kKeepAndCompare =
    "Keep this report and the checkpoint, and compare the checkpoint with others who use this log.";

}  // namespace

// A case for each code.
FindingAdvice AdviceOn(v1::FindingCode code) {
  switch (code) {
    case v1::FINDING_CODE_ENTRY_MISSING:
      return {"A damaged disk, or an entry that was taken away.", kHoldAgainstReceipt};
    case v1::FINDING_CODE_ENTRY_MALFORMED:
      return {
          "Damage, a newer version of the archive's software, or an entry that it never wrote.",
          "Repeat with the newest version. If it stays, it is the operator's to say what wrote this entry."};
    case v1::FINDING_CODE_ENTRY_MISMATCH:
      return {"The entry was changed or replaced after the log had signed it, or is damaged.",
              kHoldAgainstReceipt};
    case v1::FINDING_CODE_TIME_WENT_BACK:
      return {
          "A time that was written by hand, or a fault of the archive's software: it never lets its time "
          "go back.",
          "Do not rely on the time of this entry or of its neighbours."};
    case v1::FINDING_CODE_KEY_EVENT_MALFORMED:
      return {"Damage, or an entry that the archive's software did not write.",
              "Do not rely on signatures by this key. Ask the publisher for his public key."};
    case v1::FINDING_CODE_KEY_EVENT_MISSING:
    case v1::FINDING_CODE_KEY_EVENT_NOT_IN_FORCE:
      return {
          "The record was made by other software than the archive's, or by hand: the archive names each "
          "key before it relies on it.",
          kDoNotRelyOnVerdict};
    case v1::FINDING_CODE_OPENING_MISSING:
    case v1::FINDING_CODE_CONTENT_MISSING:
      return {
          "A damaged disk, or an article that was taken away, by order of a court for instance.",
          "Why it is gone is the operator's to say. The log still shows that something was archived here."};
    case v1::FINDING_CODE_OPENING_MISMATCH:
    case v1::FINDING_CODE_CONTENT_MISMATCH:
      return {"A damaged disk, or an article that was changed after it had been archived.", kAskForBackup};
    case v1::FINDING_CODE_OPENING_MALFORMED:
    case v1::FINDING_CODE_CONTENT_MALFORMED:
      return {
          "It was logged like this: by a newer version, or by other software than the archive's.",
          "Repeat with the newest version. If it stays, it is the operator's to say what wrote this entry."};
    case v1::FINDING_CODE_ARTICLE_NOT_CANONICAL:
    case v1::FINDING_CODE_ARTICLE_MISMATCH:
    case v1::FINDING_CODE_SOURCE_MISMATCH:
    case v1::FINDING_CODE_SOURCE_DIFFERS:
    case v1::FINDING_CODE_SECURED_MISMATCH:
    case v1::FINDING_CODE_PUBLISHER_MISMATCH:
    case v1::FINDING_CODE_URL_MISMATCH:
      return {
          "It was logged like this: somebody with the log's key had other software write it, or the "
          "archive's software was at fault.",
          "Do not present this article as archived until the operator has explained it."};
    case v1::FINDING_CODE_SIGNATURE_INVALID:
      return {"The operator recorded as genuine what his own logged key does not verify.",
              kDoNotRelyOnVerdict};
    case v1::FINDING_CODE_SIGNATURE_DIFFERS:
    case v1::FINDING_CODE_VERDICT_CONTRADICTED:
      return {"The record was made by other software than the archive's, by other rules, or by hand.",
              kDoNotRelyOnVerdict};
    case v1::FINDING_CODE_KEY_NOT_TRUSTED:
      return {
          "The publisher has a key that your keyring lacks, or the operator took somebody else's key for "
          "his.",
          "Ask the publisher, not the operator, whether this key is his. If it is, add it to the keyring "
          "and audit again with --full."};
    case v1::FINDING_CODE_TILE_MISSING:
    case v1::FINDING_CODE_TILE_MISMATCH:
      return {"A damaged disk, or somebody changed the store.",
              "The tree can be made anew from the entries; compare its root with the signed checkpoint."};
    case v1::FINDING_CODE_ROOT_MISMATCH:
      return {
          "Entries were changed, removed or added after the log had signed them, or the proofs of the "
          "server are false.",
          kKeepAndCompare};
    case v1::FINDING_CODE_CHECKPOINT_INVALID:
      return {"Damage, or a checkpoint by another key.",
              "Compare the log's key with the one that the operator publishes."};
    case v1::FINDING_CODE_ENTRY_BEYOND_TREE:
      return {"A write that was cut off, or somebody changed the store.",
              "Nobody has a receipt for this entry. The operator can restore the store from a backup."};
    case v1::FINDING_CODE_END_MISSING:
      return {"The end of the store was lost or cut off, or an older copy was put in its place.",
              "Do not serve this store: restore it from a copy that has the end. Receipts for what is "
              "missing show what "
              "was archived."};
    case v1::FINDING_CODE_STORE_MISLABELLED:
      return {"Files of another archive were put in its place, or damage.",
              "Put the archive's own store and key back together, from one backup."};
    case v1::FINDING_CODE_ARTICLE_UNLOGGED:
      return {"Something was put into the store beside the log, or damage.",
              "Nothing in the log stands behind it: do not present it as archived."};
    case v1::FINDING_CODE_INDEX_MISMATCH:
      return {"A damaged disk, or somebody changed the store.",
              "The log itself is not touched by it; the operator can restore the store from a backup."};
    case v1::FINDING_CODE_CATALOG_HIDES:
    case v1::FINDING_CODE_CATALOG_INVENTS:
    case v1::FINDING_CODE_CATALOG_DIFFERS:
    case v1::FINDING_CODE_CATALOG_UNREADABLE:
      return {"A damaged catalog, or somebody changed it so that lists are answered wrongly.",
              kRebuildCatalog};
    case v1::FINDING_CODE_RECEIPT_NOT_HONOURED:
      return {"The log was rolled back or rewritten, or split in two, after it had given this receipt.",
              "Keep the receipt: with the checkpoint it convicts the log. Show both to others who use it."};
    default:
      return {"A later version of this software wrote it.", "Read the report with that version."};
  }
}

}  // namespace chirograph
