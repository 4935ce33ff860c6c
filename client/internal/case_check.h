// SPDX-License-Identifier: Apache-2.0
//
// CHECK.txt: how somebody with sha256sum and openssl checks an evidence case (docs/evidence.md).
#ifndef CHIROGRAPH_CLIENT_INTERNAL_CASE_CHECK_H_
#define CHIROGRAPH_CLIENT_INTERNAL_CASE_CHECK_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "client/internal/case_facts.h"
#include "client/internal/check_text.h"
#include "client/internal/field_position.h"
#include "google/protobuf/timestamp.pb.h"

namespace chirograph::internal {

// The names of the files in a case that CHECK.txt's commands read.
namespace case_file {
inline constexpr std::string_view kCheck = "CHECK.txt";
inline constexpr std::string_view kSums = "SHA256SUMS";
inline constexpr std::string_view kManifest = "manifest.json";
inline constexpr std::string_view kSource = "source.md";
inline constexpr std::string_view kMadeDocument = "made-from-message.md";
inline constexpr std::string_view kCanonical = "canonical.json";
inline constexpr std::string_view kSigningInput = "signing-input.txt";
inline constexpr std::string_view kSecured = "secured.txt";
inline constexpr std::string_view kSignature = "publisher-signature.bin";
inline constexpr std::string_view kPublisherKey = "publisher-key.pem";
inline constexpr std::string_view kContent = "content.bin";
inline constexpr std::string_view kOpening = "opening.bin";
inline constexpr std::string_view kRecord = "record.bin";
inline constexpr std::string_view kProof = "record.tlog-proof";
inline constexpr std::string_view kKeyEvent = "key-event.bin";
inline constexpr std::string_view kKeyProof = "key-event.tlog-proof";
inline constexpr std::string_view kCheckpoint = "checkpoint.txt";
inline constexpr std::string_view kLogKey = "log-key.txt";
inline constexpr std::string_view kLogKeyPem = "log-key.pem";
// "record-path/01.hash" and so on, from the leaf up.
inline constexpr std::string_view kRecordPath = "record-path";
inline constexpr std::string_view kKeyPath = "key-event-path";
std::string PathFile(std::string_view folder, std::size_t step);
}  // namespace case_file

// The whole of CHECK.txt. Every value that it says a command prints was computed from `facts`.
std::string WriteCheckText(const CaseFacts& facts);

// Steps 5 to 8, of the log; in case_log_check.cc.
void AddLogSteps(const CaseFacts& facts, CheckText* text);

// A field of a file, as CHECK.txt shows it. `part` is a word that it defines.
struct ShownField {
  std::string whole;  // the command "part FILE SKIP COUNT" for all of it, tag and length too
  std::string hex;    // what `whole | hex` prints
  std::string value;  // the command for what is behind tag and length
  FieldPosition at;   // from the file's beginning
};

// The field of `bytes`, those of the case's file `name`, with that number. It must be there.
ShownField ShowField(std::string_view name, std::string_view bytes, int number);
// The same of the message in `entry`, a LogEntry, that is its field `kind`.
ShownField ShowInnerField(std::string_view name, std::string_view entry, int kind, int number);

// "2026-11-23T08:01:15.25Z".
std::string CaseTime(const google::protobuf::Timestamp& time);

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CLIENT_INTERNAL_CASE_CHECK_H_
