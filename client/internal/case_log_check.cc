// SPDX-License-Identifier: Apache-2.0
//
// The steps of CHECK.txt that are about the log.
#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "client/internal/case_check.h"
#include "crypto/encoding.h"
#include "crypto/key_types.h"
#include "proto/enum_conversion.h"
#include "proto/readable_text.h"

namespace chirograph::internal {
namespace {

using namespace case_file;  // NOLINT(google-build-using-namespace): the names of this file's own subject

constexpr int kKeyEventField = 3;  // of a LogEntry

// An entry and its way up to the root.
struct Climb {
  std::string_view file;    // the entry
  std::string_view folder;  // of its path
  char letter;              // of its files in out/
  const Digest& leaf_hash;
  const std::vector<PathStep>& path;
};

void AddClimb(const Climb& climb, CheckText* text) {
  const auto out = [&climb](std::size_t step) { return fmt::format("out/{}{:02}", climb.letter, step); };
  const auto add = [&](std::string_view byte, const std::string& files, std::size_t step,
                       const Digest& hash) {
    text->Command(fmt::format("{{ printf '\\00{}'; cat {}; }} | openssl dgst -sha256 -binary > {}; hex < {}",
                              byte, files, out(step), out(step)),
                  ToHex(hash));
  };
  add("0", std::string(climb.file), 0, climb.leaf_hash);
  for (std::size_t i = 0; i < climb.path.size(); ++i) {
    const PathStep& step = climb.path[i];
    const std::string sibling = PathFile(climb.folder, i + 1);
    add("1", step.sibling_is_left ? sibling + " " + out(i) : out(i) + " " + sibling, i + 1, step.hash);
  }
}

void AddInclusion(const CaseFacts& facts, CheckText* text) {
  text->Heading("5. The record is in the log");
  text->Paragraph(
      "The log is a tree of hashes (RFC 6962, RFC 9162). The record is hashed with a zero byte before it. "
      "That "
      "hash and its neighbour's are hashed together, with a byte 1 before them, and the result with its "
      "neighbour's, and so on, up to one hash that stands for all entries: the root hash.");
  if (facts.path.empty()) {
    text->Paragraph("This log had one entry, so the record's hash is the root hash:");
  } else {
    text->Paragraph(fmt::format(
        "The folder {} has the neighbours' hashes, 32 bytes each. The first command makes the record's hash, "
        "each after it goes one level up; the last line is the root hash. Whether a neighbour stands left or "
        "right follows from the entry's number, {}.",
        kRecordPath, facts.receipt.index()));
  }
  AddClimb({kRecord, kRecordPath, 'r', facts.leaf_hash, facts.path}, text);
  text->Item("Shows:",
             "a tree with the last hash as its root hash has this record in it. No other record fits there.");
  text->Item("Does not show:", "yet, that this tree is the archive's log: step 6 does.");
}

void AddCheckpoint(const CaseFacts& facts, CheckText* text) {
  text->Heading("6. The operator signed the log with this root hash");
  text->Paragraph(
      fmt::format("checkpoint.txt is what the operator's server signed (C2SP tlog-checkpoint): {}, the log's "
                  "size ({} entries) "
                  "and its root hash in base64, which must be the last line of step 5:",
                  VisibleText(facts.checkpoint.origin), facts.checkpoint.tree_size));
  text->Command(fmt::format("head -n 2 {} | tail -n 1", kCheckpoint),
                fmt::format("{}", facts.checkpoint.tree_size));
  text->Command(fmt::format("head -n 3 {} | tail -n 1 | base64 -d | hex", kCheckpoint),
                ToHex(facts.checkpoint.root_hash));
  text->Paragraph(
      "log-key.txt is the log's public key as the operator publishes it: name, number and key, with \"+\" "
      "between "
      "them. log-key.pem is the same key for openssl; both print:");
  const std::optional<std::string> key = Base64Decode(
      facts.verifier_key.substr(facts.verifier_key.find('+', facts.verifier_key.find('+') + 1) + 1));
  const std::string key_hex = HexEncode(key.value_or("").substr(1));
  text->Command(fmt::format("cut -d + -f 3- {} | base64 -d | tail -c 32 | hex", kLogKey), key_hex);
  text->Command(fmt::format("openssl pkey -pubin -in {} -outform DER | tail -c 32 | hex", kLogKeyPem),
                key_hex);
  text->Paragraph(
      fmt::format("Signed are the first {} lines; the signature is the last 64 bytes of what stands in line "
                  "{} (Ed25519):",
                  facts.signed_lines, facts.signature_line));
  text->Command(fmt::format("head -n {} {} > out/signed-text", facts.signed_lines, kCheckpoint));
  text->Command(
      fmt::format("head -n {} {} | tail -n 1 | cut -d ' ' -f 3 | base64 -d | tail -c 64 > out/log-signature",
                  facts.signature_line, kCheckpoint));
  text->Command(
      fmt::format(
          "openssl pkeyutl -verify -rawin -pubin -inkey {} -sigfile out/log-signature -in out/signed-text",
          kLogKeyPem),
      "Signature Verified Successfully");
  text->Item(
      "Shows:",
      "who holds the log's private key signed a log of that size and root hash, and so one with this record "
      "in it. He cannot take the record away or change it without contradicting this signature.");
  text->Item("Does not show:", "whose key it is (step 8).");
}

// When the event says that the key counts.
std::string PeriodText(const v1::KeyEvent& event) {
  std::string text;
  const auto add = [&text](bool present, std::string_view what, const google::protobuf::Timestamp& time) {
    if (present) text += fmt::format("{}{} {} on", text.empty() ? "" : ", and ", what, CaseTime(time));
  };
  add(event.has_not_before(), "counts from", event.not_before());
  add(event.has_not_after(), "no longer counts from", event.not_after());
  add(event.has_revoked_at(), "is revoked from", event.revoked_at());
  return text.empty() ? "has no bounds in time" : text;
}

void AddKeyEvent(const CaseFacts& facts, CheckText* text) {
  text->Heading("7. The operator had named the publisher's key in the log before");
  if (!facts.key) {
    text->Paragraph("This step does not apply: no key verified a signature, so the record names none.");
    return;
  }
  const CaseKey& key = *facts.key;
  text->Paragraph(
      fmt::format("The record says which entry of the log the key is in: entry {}, behind 20 (field 4), in "
                  "the way of Protocol "
                  "Buffers (seven bits a byte, the lowest first):",
                  key.entry.index));
  const ShownField index = ShowInnerField(kRecord, facts.receipt.log_entry(), 2, 4);
  text->Command(index.whole + " | hex", index.hex);
  text->Paragraph(
      fmt::format("key-event.bin is that entry, of {} by the operator's clock. It is of the key \"{}\" ({}), "
                  "which {}, and "
                  "names the publisher that the opening names:",
                  CaseTime(key.event.event_time()), VisibleText(key.event.key_id()),
                  KeyAlgorithmName(key.public_key->algorithm()), PeriodText(key.event)));
  const std::string& domain = facts.opening.publisher_domain();
  text->Command(ShowInnerField(kKeyEvent, key.entry.log_entry, kKeyEventField, 1).value + "; echo", domain);
  text->Command(ShowField(kOpening, facts.receipt.opening(), 7).value + "; echo", domain);
  text->Paragraph("The key in it is publisher-key.pem:");
  const std::string key_sum = ToHex(Sha256(key.public_key->spki())) + "  -";
  text->Command(ShowInnerField(kKeyEvent, key.entry.log_entry, kKeyEventField, 5).value + " | sha256sum",
                key_sum);
  text->Command(fmt::format("openssl pkey -pubin -in {} -outform DER | sha256sum", kPublisherKey), key_sum);
  text->Paragraph("It is in the same log: as in step 5, the last line must be the root hash of step 6.");
  AddClimb({kKeyEvent, kKeyPath, 'k', key.leaf_hash, key.path}, text);
  text->Item("Shows:",
             fmt::format(
                 "the operator put this key into the log at entry {}, before the article at entry {}, as one "
                 "that speaks for {}. He cannot deny it, or name another key afterwards.",
                 key.entry.index, facts.receipt.index(), domain));
  text->Item(
      "Does not show:",
      "that no entry between the two took the key back; \"chirograph audit\" reads the whole log for that. "
      "Nor that the operator was right about whose key it is (step 8).");
}

void AddTrust(const CaseFacts& facts, CheckText* text) {
  text->Heading("8. What you have shown, and what is left to trust");
  text->Paragraph(fmt::format(
      "You have shown that this article is entry {} of a log of {} entries that was signed with the log's "
      "key{}. "
      "These are left:",
      facts.receipt.index(), facts.checkpoint.tree_size,
      facts.key ? ", and that it was signed with the publisher's key, which the log has named before" : ""));
  text->Item(
      "-",
      "That the log's key is the archive's. Compare log-key.txt with what the operator publishes, on his web "
      "site or in print, or with what others have who use the archive. It must be the same, character for "
      "character.");
  if (facts.key) {
    text->Item("-", fmt::format(
                        "That the publisher's key is the publisher's. Compare publisher-key.pem with what {} "
                        "publishes, or ask there. The log shows only that the operator took it for that.",
                        facts.opening.publisher_domain()));
    if (facts.key->event.envelope() != v1::ENVELOPE_KIND_NONE) {
      text->Item(
          "-",
          "That the secured field, which is encrypted, opens to publisher-signature.bin. That takes a secret "
          "key, and is the operator's word. It matters little: the signature is good by itself.");
    }
  }
  text->Item(
      "-",
      "The operator's clock. The time of archiving is his word. He cannot date an entry before one that "
      "somebody has seen in the log already.");
  text->Item(
      "-",
      "That everybody is shown the same log. No witness has signed this checkpoint: an operator who lies "
      "could keep two logs. Keep checkpoint.txt; a checkpoint of somebody else's, of the same or a larger "
      "size, that does not contain this log (\"chirograph audit\", or client/examples/go) would prove it.");
  text->Item("-", "SHA-256 and the signatures' mathematics, and the openssl and sha256sum that you used.");
  text->Paragraph("Nothing here says that the article is true, or that its publisher still stands by it.");
  text->Paragraph("All commands at once, with sed and diff besides; it says ALL OK, or prints what differs:");
  text->Row("sed -n 's/^  = //p' CHECK.txt > expected", "", 0);
  text->Row("sed -n 's/^  [$] //p' CHECK.txt | sh > printed 2>&1; diff expected printed && echo ALL OK", "",
            0);
  text->Paragraph(
      "The other files: manifest.json has all values for programs. record.tlog-proof and "
      "key-event.tlog-proof are "
      "the two proofs as C2SP tlog-proof has them, for other people's tools. docs/evidence.md in "
      "Chirograph's source "
      "describes every file and gives these steps in general, to compare this text with.");
}

}  // namespace

void AddLogSteps(const CaseFacts& facts, CheckText* text) {
  AddInclusion(facts, text);
  AddCheckpoint(facts, text);
  AddKeyEvent(facts, text);
  AddTrust(facts, text);
}

}  // namespace chirograph::internal
