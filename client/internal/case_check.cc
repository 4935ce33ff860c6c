// SPDX-License-Identifier: Apache-2.0
#include "client/internal/case_check.h"

#include <fmt/format.h>

#include <array>

#include "absl/time/time.h"
#include "crypto/encoding.h"
#include "crypto/key_types.h"
#include "crypto/verdict.h"
#include "proto/enum_conversion.h"
#include "proto/readable_text.h"
#include "proto/stored_format.h"

namespace chirograph::internal {

std::string case_file::PathFile(std::string_view folder, std::size_t step) {
  return fmt::format("{}/{:02}.hash", folder, step);
}

namespace {

using namespace case_file;  // NOLINT(google-build-using-namespace): the names of this file's own subject

ShownField Show(std::string_view name, std::string_view bytes, const FieldPosition& at) {
  const auto part = [name](std::size_t begin, std::size_t end) {
    return fmt::format("part {} {} {}", name, begin, end - begin);
  };
  return {part(at.begin, at.end), HexEncode(bytes.substr(at.begin, at.end - at.begin)),
          part(at.value, at.end), at};
}

std::string HexSha256(std::string_view bytes) { return ToHex(Sha256(bytes)); }

// What of a stranger's text has room in a row.
std::string Shortened(std::string_view text) {
  constexpr std::size_t kMost = 400;
  std::string escaped = VisibleText(text);
  if (escaped.size() <= kMost) return escaped;
  std::size_t end = kMost;
  while ((static_cast<unsigned char>(escaped[end]) & 0xC0) == 0x80) --end;
  return escaped.substr(0, end) + " ...";
}

std::string VerdictText(const CaseFacts& facts) {
  const auto verdict = FromProto(facts.record.verdict_at_ingest());
  const auto reason = FromProto(facts.record.reason_at_ingest());
  if (!verdict || !reason) return "none";
  return fmt::format("{} ({}): {}", VerdictName(*verdict), VerdictReasonName(*reason),
                     VerdictReasonText(*reason));
}

void AddHead(const CaseFacts& facts, CheckText* text) {
  text->Heading("HOW TO CHECK THIS CASE BY HAND");
  text->Paragraph(fmt::format(
      "This folder holds an article and all that shows that it stands in the log of an archive, unchanged "
      "since it was archived{}. You need not trust who gave you this folder, nor the archive, nor its "
      "programs: you compute everything yourself, in about twenty minutes. Step 8 says what is left to "
      "trust.",
      facts.key.has_value() ? ", and that its publisher signed it" : ""));
  text->Row("Title", facts.title.empty() ? "(none)" : Shortened(facts.title));
  text->Row("Publisher", facts.opening.publisher_domain().empty()
                             ? "(the article names none)"
                             : VisibleText(facts.opening.publisher_domain()));
  text->Row("Address", facts.opening.url().empty() ? "(none)" : Shortened(facts.opening.url()));
  text->Row("Archive", VisibleText(facts.checkpoint.origin));
  text->Row("Entry", fmt::format("{} in a log of {} (the first entry is 0)", facts.receipt.index(),
                                 facts.checkpoint.tree_size));
  text->Row("Archived", CaseTime(facts.record.ingest_time()) + ", by the operator's clock");
  text->Row("Verdict then", VerdictText(facts));
  text->Paragraph(
      "You need a terminal with sh, openssl 3.0 or later, sha256sum, and the small tools that come with it: "
      "base64, cat, cut, head, mkdir, od, tail, tr. Every Linux has them. On Windows use WSL; on a Mac "
      "install coreutils and openssl with Homebrew. No network is needed.");
  text->Paragraph(
      "A line that begins with \"$\" is a command: type what follows the \"$\", or paste it, in the folder "
      "that this file is in. The line below, after the \"=\", is what it must print, character for "
      "character. Where it prints anything else, that step does not hold, and neither does what rests on it. "
      "Stay in one terminal window from beginning to end. The commands read files and compute; they write "
      "into the folder \"out\" alone. A command that does anything else does not belong here.");
  text->Paragraph("Begin with these, which print nothing:");
  text->Command("hex() { od -An -v -tx1 | tr -d ' \\n'; echo; }");
  text->Command("part() { tail -c +$(($2 + 1)) \"$1\" | head -c \"$3\"; }");
  text->Command("mkdir -p out");
  text->Paragraph(
      "\"hex\" writes bytes as hexadecimal digits, two for each byte. \"part FILE SKIP COUNT\" passes over "
      "the "
      "first SKIP bytes of a file and takes the next COUNT.");
}

void AddWholeFiles(CheckText* text) {
  text->Heading("1. The files are whole");
  text->Command(fmt::format("sha256sum --strict --quiet -c {} && echo OK", kSums), "OK");
  text->Item("Shows:", "no file was damaged on its way to you.");
  text->Item("Does not show:",
             "who made them. Whoever changes a file can change SHA256SUMS too. Nothing below relies on this "
             "step.");
}

std::string_view OpeningField(int number) {
  constexpr std::array<std::string_view, 10> kNames = {
      "",
      "the format's version",
      "32 random bytes, so that nobody can guess the rest",
      "the digest of the article (canonical.json)",
      "the digest of the document (source.md)",
      "the digest of the secured field (secured.txt)",
      "the publisher's signature (publisher-signature.bin)",
      "the publisher's domain",
      "the article's address",
      "the digest of the stored content (content.bin)",
  };
  return number > 0 && number < static_cast<int>(kNames.size()) ? kNames[static_cast<std::size_t>(number)]
                                                                : "";
}

void AddOpening(const CaseFacts& facts, CheckText* text) {
  text->Paragraph(
      "opening.bin is what the archive noted of the article when it took it. It is in the format of Protocol "
      "Buffers: one field after the other, each with its number, its length, and its value. A \"digest\" "
      "here "
      "is a SHA-256, 32 bytes, which no two different files are known to share. These are its fields:");
  for (const FieldPosition& field :
       FindFields(facts.receipt.opening()).value_or(std::vector<FieldPosition>())) {
    text->Row(fmt::format("field {}, from byte {}", field.number, field.begin),
              fmt::format("{:>4} bytes  {}", field.end - field.begin, OpeningField(field.number)), 22);
  }
}

void AddDocument(const CaseFacts& facts, CheckText* text) {
  text->Heading("2. The document, and the article in it");
  AddOpening(facts, text);
  const std::string& opening = facts.receipt.opening();
  if (facts.source_document) {
    text->Paragraph(
        "source.md is the document, byte for byte as the archive received it. Compute its digest, and find "
        "it "
        "in the opening, behind 22 (field 4) and 20 (32 bytes):");
    text->Command(fmt::format("sha256sum {}", kSource),
                  fmt::format("{}  {}", HexSha256(*facts.source_document), kSource));
    const ShownField field = ShowField(kOpening, opening, 4);
    text->Command(field.whole + " | hex", field.hex);
  } else {
    text->Paragraph(
        "The archive received this article from another program, as a message: there was no document.");
    if (facts.made_document) {
      text->Paragraph(
          fmt::format("{} was made from it for you to read. It was not archived, and no step below "
                      "rests on it.",
                      kMadeDocument));
    }
  }
  text->Paragraph(
      "canonical.json is the article in the one form in which articles are compared and signed: what stands "
      "between the document's two lines of dashes, but for \"secured\", and the text after them as \"body\", "
      "as "
      "JSON without spaces, sorted by name (RFC 8785). Its digest stands in the opening behind 1a (field 3) "
      "and 20 (32 bytes):");
  text->Command(fmt::format("sha256sum {}", kCanonical),
                fmt::format("{}  {}", HexSha256(facts.canonical_form), kCanonical));
  const ShownField article = ShowField(kOpening, opening, 3);
  text->Command(article.whole + " | hex", article.hex);
  if (facts.source_document) {
    text->Paragraph(
        "That canonical.json says what source.md says is the one thing here that sha256sum cannot show, for "
        "the document is YAML. Open both in a text editor and compare: each name and value of the one must "
        "be "
        "in the other, and the text after the second line of dashes must be the \"body\". Or let a program "
        "do "
        "it: \"chirograph canonical source.md | sha256sum\" prints the digest above, and so do the few lines "
        "of "
        "client/examples/node in Chirograph's source, which use other people's code for YAML and JSON.");
  }
  if (!facts.secured.empty()) {
    text->Paragraph(
        "secured.txt is the article's \"secured\" field, in which a publisher's signature travels. Its "
        "digest "
        "stands in the opening behind 2a (field 5) and 20 (32 bytes):");
    text->Command(fmt::format("sha256sum {}", kSecured),
                  fmt::format("{}  {}", HexSha256(facts.secured), kSecured));
    const ShownField field = ShowField(kOpening, opening, 5);
    text->Command(field.whole + " | hex", field.hex);
  }
  text->Item("Shows:", "the opening is of this very article. One changed character makes other digests.");
  text->Item("Does not show:", "yet, that the opening is in the log: steps 4 to 6 do.");
}

std::string VerifyCommand(KeyAlgorithm algorithm) {
  switch (algorithm) {
    case KeyAlgorithm::kRsaPssSha256:
      return fmt::format(
          "openssl dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 -verify {} "
          "-signature {} {}",
          kPublisherKey, kSignature, kSigningInput);
    case KeyAlgorithm::kRsaPkcs1Sha256:
    case KeyAlgorithm::kEcdsaP256Sha256:
      return fmt::format("openssl dgst -sha256 -verify {} -signature {} {}", kPublisherKey, kSignature,
                         kSigningInput);
    case KeyAlgorithm::kEd25519:
      break;
  }
  return fmt::format("openssl pkeyutl -verify -rawin -pubin -inkey {} -sigfile {} -in {}", kPublisherKey,
                     kSignature, kSigningInput);
}

// Why there is no signature to verify.
std::string_view WhyNoSignature(Verdict verdict) {
  switch (verdict) {
    case Verdict::kUnsigned:
      return "The article has no signature, and the record says so (UNSIGNED). Nothing here shows who wrote "
             "it.";
    case Verdict::kUnknownKey:
      return "The article has a secured field, but the operator had no key of its publisher when it was "
             "archived, "
             "so he could neither open nor verify it, and the record says so (UNKNOWN_KEY). Nothing here "
             "shows "
             "who wrote the article. Somebody who has the publisher's keys can still verify the field: "
             "docs/secured-field.md in Chirograph's source says how.";
    case Verdict::kMalformed:
      return "The article's secured field is none that a publisher's key could have made, and the record "
             "says so "
             "(MALFORMED). Nothing here shows who wrote the article.";
    default:
      return "No key that the operator had of the publisher verified the article's secured field, and the "
             "record "
             "says so (INVALID). Nothing here shows who wrote the article.";
  }
}

void AddSignature(const CaseFacts& facts, CheckText* text) {
  text->Heading("3. The publisher's signature");
  if (!facts.key) {
    text->Paragraph("This step does not apply.");
    text->Paragraph(WhyNoSignature(FromProto(facts.record.verdict_at_ingest()).value_or(Verdict::kInvalid)));
    return;
  }
  text->Paragraph(
      "What is signed is a fixed first line and the canonical form, which signing-input.txt has put "
      "together:");
  const std::string input_sum = HexSha256(facts.signing_input) + "  -";
  text->Command(fmt::format("{{ printf 'chirograph.article.v1\\n'; cat {}; }} | sha256sum", kCanonical),
                input_sum);
  text->Command(fmt::format("sha256sum < {}", kSigningInput), input_sum);
  text->Paragraph(
      "publisher-signature.bin is the signature as the archive took it out of the secured field; the opening "
      "has it too:");
  const std::string signature_sum = HexSha256(facts.opening.opened_signature()) + "  -";
  text->Command(fmt::format("sha256sum < {}", kSignature), signature_sum);
  const ShownField field = ShowField(kOpening, facts.receipt.opening(), 6);
  text->Command(field.value + " | sha256sum", signature_sum);
  const KeyAlgorithm algorithm = facts.key->public_key->algorithm();
  text->Paragraph(
      fmt::format("openssl verifies it ({}) with the publisher's public key:", KeyAlgorithmName(algorithm)));
  text->Command(VerifyCommand(algorithm),
                algorithm == KeyAlgorithm::kEd25519 ? "Signature Verified Successfully" : "Verified OK");
  text->Item("Shows:",
             "who holds the private half of publisher-key.pem signed this article, every character of it.");
  text->Item("Does not show:",
             "whose key that is (steps 7 and 8), when it was signed, or that what the article says is true.");
}

void AddRecord(const CaseFacts& facts, CheckText* text) {
  text->Heading("4. From the article to its record in the log");
  const std::string& opening = facts.receipt.opening();
  text->Paragraph(
      "content.bin is what the archive keeps: the article, and the document where there was one. Its digest "
      "stands in the opening behind 4a (field 9) and 20 (32 bytes):");
  text->Command(fmt::format("sha256sum {}", kContent),
                fmt::format("{}  {}", HexSha256(facts.content), kContent));
  const ShownField content = ShowField(kOpening, opening, 9);
  text->Command(content.whole + " | hex", content.hex);
  const ShownField document = ShowField(kContent, facts.content, 2);
  // Content's bytes are the archive's, and need not be as protobuf writes them here.
  if (facts.source_document && facts.content.substr(document.at.value, document.at.end - document.at.value) ==
                                   *facts.source_document) {
    text->Paragraph("The document within it is source.md:");
    text->Command(document.value + " | sha256sum", HexSha256(*facts.source_document) + "  -");
  }
  const std::string& entry = facts.receipt.log_entry();
  constexpr int kRecordField = 2;
  const auto show = [&](std::string_view what, int number) {
    const ShownField field = ShowInnerField(kRecord, entry, kRecordField, number);
    text->Paragraph(what);
    text->Command(field.whole + " | hex", field.hex);
  };
  text->Paragraph(
      "record.bin is the entry in the log itself. Of the article it has the opening's digest alone, behind "
      "0a "
      "(field 1) and 20 (32 bytes):");
  text->Command(fmt::format("sha256sum {}", kOpening), fmt::format("{}  {}", HexSha256(opening), kOpening));
  const ShownField digest = ShowInnerField(kRecord, entry, kRecordField, 1);
  text->Command(digest.whole + " | hex", digest.hex);
  const auto verdict = FromProto(facts.record.verdict_at_ingest()).value_or(Verdict::kInvalid);
  show(fmt::format("Then it has the operator's verdict, behind 10 (field 2); {} is {}:",
                   static_cast<int>(verdict), VerdictName(verdict)),
       2);
  show(fmt::format(
           "And the time, {} by his clock: behind 2a (field 5) and its length are 08 and the seconds "
           "since 1970 began, {}, and perhaps 10 and the billionths of a second, in the way of Protocol "
           "Buffers (seven bits a byte, the lowest first):",
           CaseTime(facts.record.ingest_time()), facts.record.ingest_time().seconds()),
       5);
  text->Item("Shows:", "the record is of this opening, and so of this article.");
  text->Item("Does not show:", "that the operator's clock was right.");
}

}  // namespace

ShownField ShowField(std::string_view name, std::string_view bytes, int number) {
  return Show(name, bytes, FindField(bytes, number).value_or(FieldPosition()));
}

ShownField ShowInnerField(std::string_view name, std::string_view entry, int kind, int number) {
  const FieldPosition outer = FindField(entry, kind).value_or(FieldPosition());
  FieldPosition field =
      FindField(entry.substr(outer.value, outer.end - outer.value), number).value_or(FieldPosition());
  field.begin += outer.value;
  field.value += outer.value;
  field.end += outer.value;
  return Show(name, entry, field);
}

std::string CaseTime(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E*SZ", FromTimestamp(time), absl::UTCTimeZone());
}

std::string WriteCheckText(const CaseFacts& facts) {
  CheckText text;
  AddHead(facts, &text);
  AddWholeFiles(&text);
  AddDocument(facts, &text);
  AddSignature(facts, &text);
  AddRecord(facts, &text);
  AddLogSteps(facts, &text);
  return std::move(text).Take();
}

}  // namespace chirograph::internal
