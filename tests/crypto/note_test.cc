// SPDX-License-Identifier: Apache-2.0
#include "crypto/note.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "crypto/encoding.h"
#include "crypto/limits.h"
#include "crypto/sha256.h"

namespace chirograph::note_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A verifier key and a note out of the C2SP signed-note specification.
constexpr std::string_view kExampleKey =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
constexpr std::string_view kExampleText = "This is an example message.\n";
constexpr std::string_view kExampleLine =
    "\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Y"
    "u72IneyaQM=\n";

std::string ExampleNote() { return std::string(kExampleText) + "\n" + std::string(kExampleLine); }

std::vector<NoteVerifier> ExampleKeys() { return {NoteVerifier::Parse(kExampleKey).value()}; }

NoteSigner Signer(std::string_view name) { return NoteSigner::Generate(name).value(); }

// The signature line of a note that has one.
std::string LineOf(const std::string& note) { return note.substr(note.rfind("\n\n") + 2); }

// A line with any key name, id and signature.
std::string Line(std::string_view name, std::uint32_t id, std::string_view signature) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(id >> shift & 0xff));
  return "\u2014 " + std::string(name) + " " + Base64Encode(bytes + std::string(signature)) + "\n";
}

absl::StatusCode CodeOf(const std::string& note) { return OpenNote(note, ExampleKeys()).status().code(); }

TEST(NoteKeyNameTest, TakesWhatTheSpecificationTakes) {
  for (const char* name :
       {"a", "example.com/foo", "PRIVATE", "\xc3\xa9t\xc3\xa9", "a-b_c:d,e", "\u4e00", "\u200b", "a\x7f"}) {
    EXPECT_TRUE(IsNoteKeyName(name)) << name;
  }
}

TEST(NoteKeyNameTest, RefusesSpacesPlusesAndControls) {
  for (const std::string_view name :
       {"",       " ",       "a b",    "a+b",      "+",      "a\n",      "a\t",
        "\x01",   "a\u00a0", "\u1680", "\u2000",   "\u200a", "\u2028",   "\u2029",
        "\u202f", "\u205f",  "\u3000", "\xc2\x85", "a\xff",  "\xc0\x80", "\xed\xa0\x80"}) {
    EXPECT_FALSE(IsNoteKeyName(name)) << HexEncode(name);
  }
  EXPECT_FALSE(IsNoteKeyName(std::string_view("a\0b", 3)));
}

TEST(NoteTextTest, IsUtf8ThatEndsInALineFeed) {
  for (const char* text : {"\n", "a\n", "\n\n", "a\n\nb\n", "\u00e8 subito sera.\n", "a \x7f\n"}) {
    EXPECT_TRUE(IsNoteText(text)) << text;
  }
  for (const char* text : {"", "a", "a\nb", "a\r\n", "a\tb\n", "\x1f\n", "\xff\n", "\xed\xa0\x80\n"}) {
    EXPECT_FALSE(IsNoteText(text)) << HexEncode(text);
  }
  EXPECT_FALSE(IsNoteText(std::string_view("a\0\n", 3)));
}

TEST(NoteVerifierTest, ParsesTheSpecificationsExample) {
  const absl::StatusOr<NoteVerifier> verifier = NoteVerifier::Parse(kExampleKey);
  ASSERT_TRUE(verifier.ok()) << verifier.status();
  EXPECT_EQ(verifier->name(), "example.com/foo");
  EXPECT_EQ(verifier->key_id(), 0x530d903au);
  EXPECT_EQ(verifier->vkey(), kExampleKey);
  EXPECT_EQ(Base64Encode("\x01" + verifier->public_key().spki().substr(12)),
            "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
}

TEST(NoteVerifierTest, TheIdMayBeInUpperCaseButHasOneSpelling) {
  const absl::StatusOr<NoteVerifier> verifier =
      NoteVerifier::Parse("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
  ASSERT_TRUE(verifier.ok()) << verifier.status();
  EXPECT_EQ(verifier->vkey(), kExampleKey);
}

TEST(NoteVerifierTest, SaysWhatIsWrongWithAKey) {
  const std::string key33(1 + 32, '\x01');
  const std::pair<std::string, const char*> bad[] = {
      {"", "NAME+ID+KEY"},
      {"example.com/foo", "NAME+ID+KEY"},
      {"example.com/foo+530d903a", "NAME+ID+KEY"},
      {"+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "its name"},
      {"example com+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "its name"},
      {"example.com/foo+530d903+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "its id is not"},
      {"example.com/foo+530d903ab+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "its id is not"},
      {"example.com/foo+0x0d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "its id is not"},
      {"example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "would be 530d903a"},
      {"example.com/bar+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "its id is 530d903a"},
      {"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2", "base64"},
      {"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n", "base64"},
      {"example.com/foo+530d903a+", "signature type"},
      {"example.com/foo+530d903a+" + Base64Encode("\x04" + std::string(32, 'k')), "signature type"},
      {"example.com/foo+530d903a+" + Base64Encode("\x01" + std::string(31, 'k')), "31 bytes"},
      {"example.com/foo+530d903a+" + Base64Encode("\x01" + std::string(33, 'k')), "33 bytes"},
      {"PRIVATE+KEY+example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "secret"},
      {std::string(limits::kMaxNoteKeyBytes + 1, 'a'), "at most 1024"},
  };
  for (const auto& [vkey, why] : bad) {
    const absl::Status status = NoteVerifier::Parse(vkey).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << vkey;
    EXPECT_THAT(std::string(status.message()), HasSubstr(why)) << vkey;
  }
}

TEST(NoteSignerTest, AGeneratedKeySignsAndComesBackFromItsText) {
  const NoteSigner signer = Signer("example.com/log");
  EXPECT_TRUE(signer.skey().starts_with("PRIVATE+KEY+example.com/log+"));
  const absl::StatusOr<NoteSigner> again = NoteSigner::Parse(signer.skey());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->skey(), signer.skey());
  EXPECT_EQ(again->verifier().vkey(), signer.verifier().vkey());
  const std::string note = signer.Sign("text\n").value();
  // Ed25519 has one signature for each text and key.
  EXPECT_EQ(again->Sign("text\n").value(), note);
  const absl::StatusOr<OpenedNote> opened =
      OpenNote(note, std::vector{NoteVerifier::Parse(signer.verifier().vkey()).value()});
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->text, "text\n");
  EXPECT_THAT(opened->signers, ElementsAre("example.com/log"));
  EXPECT_EQ(opened->unknown_signatures, 0u);
}

TEST(NoteSignerTest, NoTwoKeysAreTheSame) {
  EXPECT_NE(Signer("a").verifier().vkey(), Signer("a").verifier().vkey());
}

TEST(NoteSignerTest, RefusesABadName) {
  for (const char* name : {"", "a b", "a+b", "\xff"}) {
    EXPECT_EQ(NoteSigner::Generate(name).status().code(), absl::StatusCode::kInvalidArgument) << name;
  }
}

TEST(NoteSignerTest, RefusesWhatIsNoSignerKeyAndDoesNotRepeatIt) {
  const NoteSigner signer = Signer("a");
  const std::string& skey = signer.skey();
  const std::string secret = skey.substr(skey.rfind('+', skey.size() - 40) + 1);
  std::string other_id = skey;
  other_id[14] = other_id[14] == '0' ? '1' : '0';  // "PRIVATE+KEY+a+" has 14 characters
  for (const std::string& bad :
       {std::string(), std::string("PRIVATE+KEY+"), std::string(kExampleKey), skey + "\n", other_id,
        skey.substr(0, skey.size() - 4), skey.substr(1), "private+key+" + skey.substr(12)}) {
    const absl::Status status = NoteSigner::Parse(bad).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()), testing::Not(HasSubstr(secret.substr(0, 20))));
    EXPECT_THAT(std::string(status.message()), HasSubstr("signer key"));
  }
}

TEST(NoteSignerTest, SignsOnlyWhatCanBeOpened) {
  const NoteSigner signer = Signer("a");
  for (const char* text : {"", "no line feed", "tab\t\n", "cr\r\n", "\xff\n"}) {
    EXPECT_EQ(signer.Sign(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
  const std::string longest(limits::kMaxNoteBytes, 'a');
  EXPECT_EQ(signer.Sign(longest + "\n").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(OpenNoteTest, OpensTheSpecificationsExample) {
  const absl::StatusOr<OpenedNote> opened = OpenNote(ExampleNote(), ExampleKeys());
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->text, kExampleText);
  EXPECT_THAT(opened->signers, ElementsAre("example.com/foo"));
  EXPECT_EQ(opened->unknown_signatures, 0u);
}

// No byte of the example can be another without the note being refused, one way or the other; but for the
// key's name and id, which make it an unknown key's.
TEST(OpenNoteTest, EveryBitOfANoteCounts) {
  const std::string note = ExampleNote();
  for (std::size_t i = 0; i < note.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string spoilt = note;
      spoilt[i] = static_cast<char>(spoilt[i] ^ (1 << bit));
      EXPECT_FALSE(OpenNote(spoilt, ExampleKeys()).ok()) << "byte " << i << " bit " << bit;
    }
  }
}

TEST(OpenNoteTest, EveryPrefixIsRefused) {
  const std::string note = ExampleNote();
  for (std::size_t size = 0; size < note.size(); ++size) {
    EXPECT_EQ(CodeOf(note.substr(0, size)), absl::StatusCode::kInvalidArgument) << size;
  }
}

TEST(OpenNoteTest, TheTextEndsAtTheLastEmptyLine) {
  const NoteSigner signer = Signer("a");
  for (const char* text :
       {"\n", "\n\n", "one\n\ntwo\n", "one\n\n", "\u2014 a AAAAAAAA\n\n\u2014 a AAAAAAAA\n"}) {
    const std::string note = signer.Sign(text).value();
    const absl::StatusOr<OpenedNote> opened = OpenNote(note, std::vector{signer.verifier()});
    ASSERT_TRUE(opened.ok()) << opened.status();
    EXPECT_EQ(opened->text, text);
  }
}

// What stands above the last empty line is text, whatever it looks like: here a note is signed again, as a
// text.
TEST(OpenNoteTest, SignaturesAboveTheLastEmptyLineAreText) {
  const NoteSigner other = Signer("other");
  const std::string twice = other.Sign(ExampleNote()).value();
  EXPECT_EQ(CodeOf(twice), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(OpenNote(twice, std::vector{other.verifier()})->text, ExampleNote());
}

TEST(OpenNoteTest, RefusesWhatIsNoNote) {
  const std::string line(kExampleLine);
  const std::pair<std::string, const char*> bad[] = {
      {"", "empty line"},
      {"text\n", "empty line"},
      {"\n" + line, "empty line"},  // no text at all
      {"text\n\n", "no signature line"},
      {"text\n\n\n", "no signature line"},
      {"text\n" + line, "empty line"},
      {ExampleNote() + "\n", "no signature line"},  // the last empty line is now below the signatures
      {ExampleNote() + "more", "line feed"},
      {ExampleNote() + "more\n", "signature line 2"},
      {"text\n\n- " + line.substr(4), "signature line 1"},
      {"text\n\n\u2014" + line.substr(4), "signature line 1"},
      {"text\n\n\u2014  " + line.substr(4), "signature line 1"},
      {"text\n\n \u2014 " + line.substr(4), "signature line 1"},
      {"text\n\n\u2014 name\n", "signature line 1"},
      {"text\n\n\u2014 name \n", "signature line 1"},
      {"text\n\n\u2014 name AAAAAA==\n", "signature line 1"},  // an id and no signature
      {"text\n\n\u2014 name AAAAAAA\n", "signature line 1"},
      {"text\n\n\u2014 name AAAAAAB=\n", "signature line 1"},  // stray bits
      {"text\n\n\u2014 name AAAAAAA= \n", "signature line 1"},
      {"text\n\n\u2014 name  AAAAAAA=\n", "signature line 1"},
      {"text\n\n\u2014 na+me AAAAAAA=\n", "signature line 1"},
      {"text\n\n\u2014 na\u00a0me AAAAAAA=\n", "signature line 1"},
      {"te\txt\n\n" + line, "control character"},
      {"text\r\n\r\n" + line, "control character"},
      {"text\n\n" + line.substr(0, line.size() - 1) + "\r\n", "control character"},
      {"te\xffxt\n\n" + line, "byte 2 is not UTF-8"},
      {"te\xed\xa0\x80xt\n\n" + line, "UTF-8"},
      {std::string("te\0xt\n\n", 7) + line, "control character"},
  };
  for (const auto& [note, why] : bad) {
    const absl::Status status = OpenNote(note, ExampleKeys()).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << note;
    EXPECT_THAT(std::string(status.message()), HasSubstr(why)) << note;
  }
}

TEST(OpenNoteTest, UnknownKeysAreIgnoredWhateverTheySign) {
  const std::string note = std::string(kExampleText) + "\n" + Line("unknown", 7, "not a signature") +
                           std::string(kExampleLine) + Line("post-quantum", 8, std::string(4627, 'x'));
  const absl::StatusOr<OpenedNote> opened = OpenNote(note, ExampleKeys());
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_THAT(opened->signers, ElementsAre("example.com/foo"));
  EXPECT_EQ(opened->unknown_signatures, 2u);
}

TEST(OpenNoteTest, AKeyThatSharesOnlyTheNameOrOnlyTheIdIsUnknown) {
  const std::uint32_t id = 0x530d903a;
  const std::string note = std::string(kExampleText) + "\n" +
                           Line("example.com/foo", id + 1, std::string(64, 'x')) +
                           Line("example.com/fo", id, std::string(64, 'x')) + std::string(kExampleLine);
  const absl::StatusOr<OpenedNote> opened = OpenNote(note, ExampleKeys());
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->unknown_signatures, 2u);
}

TEST(OpenNoteTest, AKnownKeysBadSignatureRefusesTheWholeNote) {
  const NoteSigner good = Signer("good");
  const NoteSigner bad = Signer("bad");
  const std::vector<NoteVerifier> known = {good.verifier(), bad.verifier()};
  const std::string text = "text\n";
  const std::string good_line = LineOf(good.Sign(text).value());
  const std::string of_another_text = LineOf(bad.Sign("another text\n").value());
  for (const std::string& bad_line :
       {of_another_text, Line("bad", bad.verifier().key_id(), std::string(64, 'x')),
        Line("bad", bad.verifier().key_id(), "short"),
        Line("good", good.verifier().key_id(), std::string(64, 'x'))}) {
    for (const std::string& lines : {good_line + bad_line, bad_line + good_line}) {
      const absl::Status status = OpenNote(text + "\n" + lines, known).status();
      EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated) << lines;
      EXPECT_THAT(std::string(status.message()), HasSubstr("does not verify"));
    }
  }
}

TEST(OpenNoteTest, ANoteThatNoKnownKeySignedIsUnauthenticated) {
  const std::string note = Signer("stranger").Sign("text\n").value();
  EXPECT_EQ(CodeOf(note), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(OpenNote(ExampleNote(), {}).status().code(), absl::StatusCode::kUnauthenticated);
}

TEST(OpenNoteTest, SignersAreInTheNotesOrderAndCountOnce) {
  const NoteSigner a = Signer("a");
  const NoteSigner b = Signer("b");
  const std::string a_line = LineOf(a.Sign("text\n").value());
  const std::string b_line = LineOf(b.Sign("text\n").value());
  const absl::StatusOr<OpenedNote> opened =
      OpenNote("text\n\n" + b_line + a_line + b_line + b_line, std::vector{a.verifier(), b.verifier()});
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_THAT(opened->signers, ElementsAre("b", "a"));
}

TEST(OpenNoteTest, TwoKeysOfOneNameAreTwoSigners) {
  const NoteSigner a = Signer("a");
  const NoteSigner b = Signer("a");
  const absl::StatusOr<OpenedNote> opened =
      OpenNote("text\n\n" + LineOf(a.Sign("text\n").value()) + LineOf(b.Sign("text\n").value()),
               std::vector{a.verifier(), b.verifier()});
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_THAT(opened->signers, ElementsAre("a", "a"));
}

TEST(OpenNoteTest, TakesSixteenPostQuantumSignaturesAndHasALimit) {
  std::string note = ExampleNote();
  for (std::uint32_t i = 1; i < 17; ++i) note += Line("pq", i, std::string(4995, 'x'));
  EXPECT_EQ(OpenNote(note, ExampleKeys())->unknown_signatures, 16u);

  note = ExampleNote();
  for (std::size_t i = 1; i < limits::kMaxNoteSignatures; ++i) note += Line("x", 1, "y");
  EXPECT_TRUE(OpenNote(note, ExampleKeys()).ok());
  note += Line("x", 1, "y");
  EXPECT_EQ(CodeOf(note), absl::StatusCode::kInvalidArgument);

  const std::string long_text(limits::kMaxNoteBytes, 'a');
  EXPECT_EQ(CodeOf(long_text + "\n\n" + std::string(kExampleLine)), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace chirograph::note_test
