// SPDX-License-Identifier: Apache-2.0
#include "service/internal/rocksdb_logger.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <iterator>
#include <string_view>

namespace chirograph {
namespace {

class Logger final : public rocksdb::Logger {
 public:
  Logger() : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL) {}

  // At every start, whatever the level.
  void LogHeader(const char*, std::va_list) override {}

  using rocksdb::Logger::Logv;
  void Logv(const rocksdb::InfoLogLevel level, const char* format, std::va_list arguments) override {
    if (level < rocksdb::InfoLogLevel::WARN_LEVEL || level > rocksdb::InfoLogLevel::FATAL_LEVEL) return;
    std::array<char, 1024> line;  // a longer one is cut
    const int length = std::vsnprintf(line.data(), line.size(), format, arguments);
    if (length <= 0) return;
    const auto end = line.begin() + std::min(static_cast<std::ptrdiff_t>(length), std::ssize(line) - 1);
    std::replace(line.begin(), end, '\n', ' ');
    const std::string_view text(line.data(), static_cast<std::size_t>(end - line.begin()));
    spdlog::log(level == rocksdb::InfoLogLevel::WARN_LEVEL ? spdlog::level::warn : spdlog::level::err,
                "RocksDB: {}", text);
  }
};

}  // namespace

std::shared_ptr<rocksdb::Logger> NewRocksDbLogger() { return std::make_shared<Logger>(); }

}  // namespace chirograph
