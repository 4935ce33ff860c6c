// SPDX-License-Identifier: Apache-2.0
#include "client/server_origin.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <vector>

#include "client/client_state.h"
#include "client/internal/folder.h"
#include "client/internal/state_file.h"
#include "crypto/file.h"
#include "crypto/limits.h"
#include "crypto/note.h"

namespace chirograph {
namespace {

std::string ServersFolder(const std::string& state_dir) { return state_dir + "/.servers"; }

std::string ServerFile(const std::string& state_dir, std::string_view server) {
  return fmt::format("{}/{}", ServersFolder(state_dir), OriginFolderName(server));
}

absl::StatusOr<std::optional<std::string>> ReadServerFile(const std::string& path) {
  absl::StatusOr<std::optional<std::string>> contents = internal::ReadIfThere(path, limits::kMaxNoteKeyBytes);
  if (!contents.ok() || !contents->has_value()) return contents;
  std::optional<std::string> origin = internal::OneLine(**contents);
  if (!origin.has_value() || !IsNoteKeyName(*origin)) {
    return internal::Damaged(path, "it is not one line with an origin",
                             "remove it if you know that it is not needed");
  }
  return origin;
}

}  // namespace

absl::StatusOr<std::optional<std::string>> ReadServerOrigin(const std::string& state_dir,
                                                            std::string_view server) {
  return ReadServerFile(ServerFile(state_dir, server));
}

absl::Status WriteServerOrigin(const std::string& state_dir, std::string_view server,
                               std::string_view origin) {
  const absl::Status made = MakeFolders(ServersFolder(state_dir), FileAccess::kSecret);
  if (!made.ok()) return made;
  return WriteFileAtomically(ServerFile(state_dir, server), fmt::format("{}\n", origin), FileAccess::kPublic);
}

absl::Status ForgetServersOf(const std::string& state_dir, std::string_view origin) {
  const std::string folder = ServersFolder(state_dir);
  const absl::StatusOr<std::vector<std::string>> names = internal::ListFolder(folder);
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    const std::string path = fmt::format("{}/{}", folder, name);
    const absl::StatusOr<std::optional<std::string>> found = ReadServerFile(path);
    if (!found.ok()) return found.status();
    if (*found != origin) continue;
    std::error_code error;
    std::filesystem::remove(path, error);
    if (error) return absl::UnavailableError(fmt::format("{}: cannot remove: {}", path, error.message()));
  }
  return absl::OkStatus();
}

}  // namespace chirograph
