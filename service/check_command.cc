// SPDX-License-Identifier: Apache-2.0
#include "service/check_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>
#include <thread>
#include <utility>

#include "absl/time/clock.h"
#include "crypto/keyring_file.h"
#include "service/archive_check.h"
#include "service/check_printer.h"
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

}  // namespace

absl::StatusOr<bool> RunCheckCommand(const CheckCommandOptions& options, const Clock& clock) {
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
                      .with_outcomes = options.json || options.articles,
                      .threads = std::max(1U, std::thread::hardware_concurrency()),
                      .max_step_entries = kStepEntries,
                      .max_step_bytes = kStepBytes},
                     clock);
  CheckPrinter printer({.json = options.json,
                        .articles = options.articles,
                        .is_terminal = isatty(STDERR_FILENO) == 1,
                        .keyring = options.keyring,
                        .began = clock.Now()});
  bool is_well = true;
  while (!check.is_done()) {
    const absl::StatusOr<v1::CheckArchiveResponse> message = check.Next();
    if (!message.ok()) return message.status();
    is_well = is_well && message->findings().empty();
    const CheckOutput output = printer.Print(*message, clock.Now());
    Write(stderr, output.err);
    if (!Write(stdout, output.out)) {
      return absl::UnavailableError(fmt::format("cannot write to standard output: {}", std::strerror(errno)));
    }
    if (const absl::Duration delay = check.delay(); delay > absl::ZeroDuration()) absl::SleepFor(delay);
  }
  return is_well;
}

}  // namespace chirograph
