// SPDX-License-Identifier: Apache-2.0
#include "client/internal/evidence.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "client/internal/folder.h"
#include "crypto/file.h"
#include "proto/shell_word.h"

namespace chirograph::internal {
namespace {

std::string_view WhatItMeans(AlarmKind kind) {
  switch (kind) {
    case AlarmKind::kTwoRoots:
      return "The log signed two different root hashes for one size. It shows different histories to\n"
             "different people, or at different times: a fork.";
    case AlarmKind::kInconsistent:
      return "The log signed two trees of which the smaller is not shown to be the beginning of the larger.\n"
             "Something that was in the log has been changed or taken away, or the answer was false.";
    case AlarmKind::kRolledBack:
      return "The log was asked for its newest checkpoint, and the answer was a smaller one than it had "
             "signed\n"
             "before. Entries are missing at the end, or the answer was an old one.";
    case AlarmKind::kTwoEntries:
      return "The log signed two different entries at one index. One of them has been put in place of the\n"
             "other.";
  }
  return "";
}

std::string Readme(const Alarm& alarm, const std::string& origin, const std::string& vkey, absl::Time now) {
  return fmt::format(
      "ALARM {}\n"
      "seen at {} by this computer's clock\n"
      "\n"
      "{}\n"
      "\n"
      "{}\n"
      "\n"
      "{}\n"
      "\n"
      "In this folder:\n"
      "  trusted.checkpoint    the note that this client had before\n"
      "  received.checkpoint   the note that contradicts it\n"
      "  exchange.txt          what was asked, and what was answered\n"
      "  log-key.txt           the log's verifier key, with which anybody can check both notes\n"
      "                        (C2SP signed-note and tlog-checkpoint)\n"
      "\n"
      "What to do: keep this folder, and show it to the log's operator and to others who use the log.\n"
      "Nothing that this client trusted has been changed, and it goes on refusing the new history. If the\n"
      "operator's explanation satisfies you and you want to begin anew with this log, type:\n"
      "\n"
      "  chirograph log forget {}\n"
      "\n"
      "The log's verifier key: {}\n",
      AlarmKindName(alarm.kind), absl::FormatTime("%Y-%m-%d%ET%H:%M:%SZ", now, absl::UTCTimeZone()),
      alarm.message, WhatItMeans(alarm.kind), AlarmProofText(alarm.kind), ShellWord(origin), vkey);
}

// A new folder whose name says when and what; with a number where there is one of that second already.
absl::StatusOr<std::string> NewEvidenceFolder(const std::string& parent, AlarmKind kind, absl::Time now) {
  const absl::Status made_parent = MakeFolders(parent, FileAccess::kSecret);
  if (!made_parent.ok()) return made_parent;
  const std::string base = fmt::format("{}/{}-{}", parent, FileStamp(now), AlarmKindName(kind));
  for (int number = 1; number <= 1000; ++number) {
    std::string path = number == 1 ? base : fmt::format("{}-{}", base, number);
    const absl::Status made = MakeNewFolder(path, FileAccess::kSecret);
    if (made.ok()) return path;
    if (!absl::IsAlreadyExists(made)) return made;
  }
  return absl::ResourceExhaustedError(fmt::format("{}: there are a thousand of them", base));
}

}  // namespace

std::string FileStamp(absl::Time time) {
  return absl::FormatTime("%Y%m%dT%H%M%SZ", time, absl::UTCTimeZone());
}

absl::StatusOr<std::string> WriteEvidenceFolder(const std::string& parent, const Alarm& alarm,
                                                const std::string& origin, const std::string& vkey,
                                                absl::Time now) {
  absl::StatusOr<std::string> folder = NewEvidenceFolder(parent, alarm.kind, now);
  if (!folder.ok()) return folder;
  const std::vector<std::pair<std::string_view, std::string>> files = {
      {"trusted.checkpoint", alarm.trusted_note},
      {"received.checkpoint", alarm.received_note},
      {"exchange.txt", alarm.exchange},
      {"log-key.txt", vkey + "\n"},
      {"README.txt", Readme(alarm, origin, vkey, now)},
  };
  for (const auto& [name, contents] : files) {
    const absl::Status written =
        WriteNewFile(fmt::format("{}/{}", *folder, name), contents, FileAccess::kPublic);
    if (!written.ok()) return written;
  }
  return folder;
}

}  // namespace chirograph::internal
