// SPDX-License-Identifier: Apache-2.0
//
// A Host in memory, and a folder that goes away: for running commands within the test.
#ifndef CHIROGRAPH_TESTS_CLIENT_CLI_FAKE_HOST_H_
#define CHIROGRAPH_TESTS_CLIENT_CLI_FAKE_HOST_H_

#include <gtest/gtest.h>
#include <stdlib.h>  // mkdtemp
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "client/cli/command_line.h"
#include "client/cli/host.h"
#include "crypto/mutex.h"

namespace chirograph {

class FakeHost final : public Host {
 public:
  bool IsTerminal(Stream stream) const override { return terminals.count(stream) != 0; }
  int TerminalColumns() const override { return columns; }

  absl::Status Write(Stream stream, std::string_view bytes) override {
    if (stream == Stream::kOutput && on_output) on_output();
    MutexLock lock(mutex_);
    if (stream == Stream::kOutput && !write_status.ok()) return write_status;
    (stream == Stream::kOutput ? out : err) += bytes;
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> ReadAllInput(std::size_t max_bytes) override {
    if (input.size() > max_bytes) return absl::InvalidArgumentError("standard input has too many bytes");
    return std::exchange(input, "");
  }

  std::optional<std::string> ReadInputLine() override {
    if (input.empty()) return std::nullopt;
    const std::size_t end = input.find('\n');
    std::string line = input.substr(0, end);
    input.erase(0, end == std::string::npos ? end : end + 1);
    return line;
  }

  std::optional<std::string> Variable(const std::string& name) const override {
    const auto found = variables.find(name);
    if (found == variables.end() || found->second.empty()) return std::nullopt;
    return found->second;
  }
  bool IsSet(const std::string& name) const override { return variables.count(name) != 0; }

  absl::Time Now() const override { return now; }

  std::unique_ptr<InterruptWatch> WatchInterrupts(std::function<void()> on_interrupt) override {
    interrupt = std::move(on_interrupt);
    if (is_interrupted) interrupt();
    return nullptr;
  }

  // What an interrupt calls, once a command watches; one that comes at once.
  std::function<void()> interrupt;
  bool is_interrupted = false;
  // Called before anything is written to standard output.
  std::function<void()> on_output;
  std::set<Stream> terminals;
  int columns = 80;
  std::string input;
  std::map<std::string, std::string> variables;
  absl::Time now = absl::FromCivil(absl::CivilSecond(2026, 11, 23, 8, 1, 15), absl::UTCTimeZone());
  absl::Status write_status;
  std::string out;
  std::string err;

 private:
  Mutex mutex_;
};

// A new folder, with all that is in it, as long as this lives.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "chirograph-cli-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) ADD_FAILURE() << "no temporary folder";
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline std::string ReadBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void WriteBytes(const std::string& path, std::string_view bytes) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

inline std::vector<std::string> LinesOf(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

inline unsigned PermissionsOf(const std::string& path) {
  struct stat info = {};
  EXPECT_EQ(stat(path.c_str(), &info), 0) << path;
  return info.st_mode & 07777U;
}

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_CLIENT_CLI_FAKE_HOST_H_
