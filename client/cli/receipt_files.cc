// SPDX-License-Identifier: Apache-2.0
#include "client/cli/receipt_files.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "client/receipt_file.h"
#include "crypto/file.h"
#include "crypto/limits.h"
#include "fmt/format.h"

namespace chirograph {
namespace {

constexpr char kSuffix[] = ".tlog-proof";

absl::Status FolderError(const std::string& dir, const std::error_code& error) {
  const std::string message = fmt::format("{}: {}", dir, error.message());
  if (error == std::errc::no_such_file_or_directory) return absl::NotFoundError(message);
  if (error == std::errc::permission_denied) return absl::PermissionDeniedError(message);
  return absl::InvalidArgumentError(message);
}

absl::StatusOr<std::vector<std::string>> FindFiles(const std::string& dir) {
  std::vector<std::string> paths;
  std::error_code error;
  std::filesystem::recursive_directory_iterator at(dir, error);
  while (!error && at != std::filesystem::recursive_directory_iterator()) {
    if (at->path().extension() == kSuffix) paths.push_back(at->path().string());
    at.increment(error);
  }
  if (error) return FolderError(dir, error);
  std::sort(paths.begin(), paths.end());
  return paths;
}

absl::StatusOr<v1::Receipt> ReadReceiptFile(const std::string& path) {
  const absl::StatusOr<std::string> file = ReadFile(path, limits::kMaxTlogProofBytes);
  if (!file.ok()) return file.status();
  absl::StatusOr<v1::Receipt> receipt = ParseReceiptFile(*file);
  if (receipt.ok()) return receipt;
  return absl::InvalidArgumentError(
      fmt::format("{}: is no receipt: {}", path, std::string(receipt.status().message())));
}

}  // namespace

absl::StatusOr<std::vector<AuditReceipt>> ReadReceiptFiles(const std::string& dir) {
  const absl::StatusOr<std::vector<std::string>> paths = FindFiles(dir);
  if (!paths.ok()) return paths.status();
  std::vector<AuditReceipt> receipts;
  for (const std::string& path : *paths) receipts.push_back({path, ReadReceiptFile(path)});
  return receipts;
}

}  // namespace chirograph
