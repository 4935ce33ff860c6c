// SPDX-License-Identifier: Apache-2.0
//
// A store's folder as a crash leaves it, and ways to spoil it.
#ifndef CHIROGRAPH_TESTS_SERVICE_STORE_IMAGE_H_
#define CHIROGRAPH_TESTS_SERVICE_STORE_IMAGE_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <system_error>

#include "service/storage_schema.h"

namespace chirograph {

// The files of a folder with their sizes.
inline std::map<std::string, std::uintmax_t> FileSizes(const std::string& folder) {
  std::map<std::string, std::uintmax_t> sizes;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::error_code vanished;
    sizes[entry.path().filename().string()] = entry.file_size(vanished);
  }
  return sizes;
}

// Puts a copy of the folder `from`, in which nobody commits, at `to`: what a crash of the process would leave
// at this moment. An open store may still be flushing in the background: a copy during which a file came,
// went or grew is of no moment, and is made again.
inline void CopyStore(const std::string& from, const std::string& to) {
  std::map<std::string, std::uintmax_t> before;
  std::error_code failed;
  do {
    before = FileSizes(from);
    std::filesystem::remove_all(to);
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive, failed);
  } while (failed || FileSizes(from) != before || FileSizes(to) != before);
}

inline std::string ReadBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void WriteBytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// The write-ahead logs in a store's folder by number.
inline std::map<std::uint64_t, std::string> WriteAheadLogs(const std::string& store) {
  std::map<std::uint64_t, std::string> logs;
  for (const auto& entry : std::filesystem::directory_iterator(store)) {
    if (entry.path().extension() == ".log") {
      logs[std::stoull(entry.path().stem().string())] = entry.path().string();
    }
  }
  return logs;
}

// As if no more than `tree_size` entries had been acknowledged before the crash.
inline void SetMark(const std::string& store, std::uint64_t tree_size) {
  WriteBytes(store + "/" + std::string(kCommittedMarkFile), FormatCommittedMark(tree_size));
}

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_SERVICE_STORE_IMAGE_H_
