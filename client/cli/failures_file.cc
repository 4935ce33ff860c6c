// SPDX-License-Identifier: Apache-2.0
#include "client/cli/failures_file.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "crypto/encoding.h"
#include "crypto/file.h"
#include "crypto/limits.h"
#include "crypto/source_position.h"
#include "crypto/utf8.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"

namespace chirograph {
namespace {

using nlohmann::ordered_json;

constexpr absl::Duration kBetweenWrites = absl::Seconds(5);
// Of the time that a write takes: a long file is written rarely.
constexpr int kShareOfTime = 20;

std::string TextOf(const ordered_json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::optional<NotArchived> ParseLine(std::string_view line) {
  const ordered_json object = ordered_json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return std::nullopt;
  NotArchived failure = {TextOf(object, "path"), TextOf(object, "why"), TextOf(object, "message")};
  const auto bytes = object.find("pathBytes");
  if (bytes != object.end() && !bytes->is_null()) {
    const std::optional<std::string> path = HexDecode(TextOf(object, "pathBytes"));
    if (!path.has_value()) return std::nullopt;
    failure.path = *path;
  }
  if (failure.path.empty() || failure.path.find('\0') != std::string::npos) return std::nullopt;
  if (failure.why.empty()) failure.why = "NOT_SENT";  // somebody wrote it by hand
  return failure;
}

}  // namespace

std::string FormatNotArchived(const NotArchived& failure) {
  const bool is_text = ValidUtf8Prefix(failure.path) == failure.path.size();
  const ordered_json line = {
      {"path", failure.path},
      {"pathBytes", is_text ? ordered_json(nullptr) : ordered_json(HexEncode(failure.path))},
      {"why", failure.why},
      {"message", failure.message}};
  return line.dump(-1, ' ', /*ensure_ascii=*/false, ordered_json::error_handler_t::replace);
}

absl::StatusOr<std::vector<NotArchived>> ReadFailuresFile(const std::string& path) {
  const absl::StatusOr<std::string> text = ReadFile(path, limits::kMaxFailuresFileBytes);
  if (!text.ok()) return text.status();
  std::vector<NotArchived> failures;
  std::string_view rest = *text;
  for (int line = 1; !rest.empty(); ++line) {
    const std::size_t end = rest.find('\n');
    std::optional<NotArchived> failure;
    if (end != std::string_view::npos) failure = ParseLine(rest.substr(0, end));
    if (!failure.has_value()) {
      return ErrorAt({line, 1}, end == std::string_view::npos
                                    ? "the line ends in the middle; remove it to go on without it"
                                    : "expected an object with a path, as `chirograph ingest --failures` "
                                      "writes it; nothing was sent");
    }
    failures.push_back(*std::move(failure));
    rest.remove_prefix(end + 1);
  }
  return failures;
}

FailuresFile::FailuresFile(std::string path, std::vector<NotArchived> retried, const Host& host)
    : path_(std::move(path)),
      host_(host),
      rest_(std::move(retried)),
      next_write_(host.Now() + kBetweenWrites) {
  std::sort(rest_.begin(), rest_.end(),
            [](const NotArchived& a, const NotArchived& b) { return a.path < b.path; });
  std::error_code error;
  const auto status = std::filesystem::status(path_, error);
  is_file_ = status.type() == std::filesystem::file_type::not_found ||
             std::filesystem::is_regular_file(status) || std::filesystem::is_directory(status);
}

absl::Status FailuresFile::Begin() { return is_file_ ? Write(/*with_rest=*/true) : absl::OkStatus(); }

void FailuresFile::Settle(const std::string& path) {
  const auto [first, last] =
      std::equal_range(rest_.begin(), rest_.end(), NotArchived{path, "", ""},
                       [](const NotArchived& a, const NotArchived& b) { return a.path < b.path; });
  // Their places stay, so that the order does.
  for (auto line = first; line != last; ++line) line->why.clear();
  changed_ = changed_ || first != last;
}

void FailuresFile::Add(const NotArchived& failure) {
  lines_ += FormatNotArchived(failure);
  lines_ += '\n';
  ++failures_;
  changed_ = true;
}

void FailuresFile::WriteNowAndThen() {
  const absl::Time now = host_.Now();
  if (!is_file_ || !changed_ || now < next_write_) return;
  Write(/*with_rest=*/true).IgnoreError();
  const absl::Time after = host_.Now();
  next_write_ = after + std::max(kBetweenWrites, kShareOfTime * (after - now));
}

absl::Status FailuresFile::Finish() { return Write(/*with_rest=*/false); }

absl::Status FailuresFile::Write(bool with_rest) {
  std::string text = lines_;
  for (const NotArchived& line : rest_) {
    if (!with_rest || line.why.empty()) continue;
    text += FormatNotArchived(line);
    text += '\n';
  }
  changed_ = false;
  return WriteFileAtomically(path_, text, FileAccess::kPublic);
}

}  // namespace chirograph
