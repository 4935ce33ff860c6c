// SPDX-License-Identifier: Apache-2.0
#include "service/check_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "crypto/file.h"
#include "crypto/keyring_file.h"
#include "proto/check_report_file.h"
#include "service/archive_check.h"
#include "service/check_printer.h"
#include "service/check_reporter.h"
#include "service/diagnostics.h"
#include "service/stored_archive.h"

namespace chirograph {
namespace {

// Of a check that has the machine to itself.
constexpr std::uint64_t kStepEntries = 1024;
constexpr std::size_t kStepBytes = std::size_t{8} << 20;

absl::StatusOr<Keyring> LoadGivenKeyring(const CheckCommandOptions& options) {
  if (options.keyring.empty()) return Keyring();
  return LoadKeyring(options.keyring, {.allow_shared_key_file = options.allow_shared_key_file});
}

absl::Status CheckRange(const CheckCommandOptions& options, std::uint64_t tree_size) {
  const std::uint64_t end = options.end_index.value_or(tree_size);
  if (end <= tree_size && options.start_index <= end) return absl::OkStatus();
  return absl::OutOfRangeError(fmt::format(
      "there is no range from index {} to before {} in a log of {} entries; see --first-index and "
      "--end-index",
      options.start_index, end, tree_size));
}

bool Write(std::FILE* file, std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0;
}

// Whether reports can be written in the end: who checks for an hour wants to know before.
absl::Status CheckReports(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (!IsReportPath(path)) {
      return absl::InvalidArgumentError(
          fmt::format("--report {}: its ending says what to write: .html, a page, or .json", path));
    }
    if (absl::Status status = CheckWritable(path); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status WriteReports(const std::vector<std::string>& paths, const CheckReport& report) {
  for (const std::string& path : paths) {
    if (absl::Status status = WriteCheckReport(path, report); !status.ok()) return status;
    fmt::print(stderr, "Wrote {}\n", EscapeControls(path));
  }
  return absl::OkStatus();
}

// All messages of `check`. Whether nothing was found.
absl::StatusOr<bool> Follow(ArchiveCheck& check, CheckPrinter& printer, CheckReporter& reporter,
                            const Clock& clock) {
  bool is_well = true;
  while (!check.is_done()) {
    const absl::StatusOr<v1::CheckArchiveResponse> message = check.Next();
    if (!message.ok()) return message.status();
    is_well = is_well && message->findings().empty();
    reporter.Take(*message);
    const CheckOutput output = printer.Print(*message, clock.Now());
    Write(stderr, output.err);
    if (!Write(stdout, output.out)) {
      return absl::UnavailableError(fmt::format("cannot write to standard output: {}", std::strerror(errno)));
    }
    if (const absl::Duration delay = check.delay(); delay > absl::ZeroDuration()) absl::SleepFor(delay);
  }
  return is_well;
}

}  // namespace

absl::StatusOr<bool> RunCheckCommand(const CheckCommandOptions& options, const Clock& clock) {
  if (absl::Status status = CheckReports(options.reports); !status.ok()) return status;
  const absl::StatusOr<Keyring> keyring = LoadGivenKeyring(options);
  if (!keyring.ok()) return keyring.status();
  const absl::StatusOr<std::unique_ptr<StoredArchive>> stored =
      OpenStoredArchive(options.data_dir, options.allow_shared_key_file);
  if (!stored.ok()) return stored.status();
  const ArchiveToCheck& archive = (*stored)->archive();
  if (absl::Status status = CheckRange(options, archive.tree_size); !status.ok()) return status;
  ArchiveCheck check(archive,
                     {.start_index = options.start_index,
                      .end_index = options.end_index,
                      .keyring = options.keyring.empty() ? nullptr : &*keyring,
                      .max_articles_per_second = options.max_articles_per_second,
                      .with_outcomes = options.json || options.articles || !options.reports.empty(),
                      .threads = std::max(1U, std::thread::hardware_concurrency()),
                      .max_step_entries = kStepEntries,
                      .max_step_bytes = kStepBytes},
                     clock);
  CheckPrinter printer({.json = options.json,
                        .articles = options.articles,
                        .is_terminal = isatty(STDERR_FILENO) == 1,
                        .keyring = options.keyring,
                        .began = clock.Now()});
  CheckReporter reporter(options.data_dir, options.keyring, (*stored)->log(), clock.Now());
  const absl::StatusOr<bool> is_well = Follow(check, printer, reporter, clock);
  const CheckReport report =
      reporter.Finish(is_well.ok() ? std::string() : std::string(is_well.status().message()), clock.Now());
  const absl::Status written = WriteReports(options.reports, report);
  if (is_well.ok() && !written.ok()) return written;
  return is_well;
}

}  // namespace chirograph
