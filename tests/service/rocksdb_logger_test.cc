// SPDX-License-Identifier: Apache-2.0
#include "service/internal/rocksdb_logger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <sstream>
#include <string>
#include <utility>

namespace chirograph::rocksdb_logger_test {
namespace {

// What the diagnostics get, a line each: level, a bar, text, and a dollar sign where it ends.
class RocksDbLoggerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto logger =
        std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::ostream_sink_mt>(written_));
    logger->set_pattern("%l|%v$");
    logger->set_level(spdlog::level::trace);
    spdlog::set_default_logger(std::move(logger));
  }
  void TearDown() override { spdlog::set_default_logger(before_); }

  const std::shared_ptr<spdlog::logger> before_ = spdlog::default_logger();
  std::ostringstream written_;
  const std::shared_ptr<rocksdb::Logger> logger_ = NewRocksDbLogger();
};

TEST_F(RocksDbLoggerTest, WarningsAndErrorsAreDiagnosticsOfTheirLevel) {
  rocksdb::Warn(logger_, "stalled for %d ms", 7);
  rocksdb::Error(logger_, "%s: %s", "000004.sst", "no space");
  rocksdb::Fatal(logger_, "the end");
  EXPECT_EQ(written_.str(),
            "warning|RocksDB: stalled for 7 ms$\n"
            "error|RocksDB: 000004.sst: no space$\n"
            "error|RocksDB: the end$\n");
}

TEST_F(RocksDbLoggerTest, TheRestIsDropped) {
  rocksdb::Debug(logger_, "debug");
  rocksdb::Info(logger_, "info");
  rocksdb::Header(logger_, "header");
  EXPECT_EQ(written_.str(), "");
}

// RocksDB sets the level of a logger that it shares to what its options say.
TEST_F(RocksDbLoggerTest, TheRestIsDroppedWhateverLevelRocksDbSets) {
  logger_->SetInfoLogLevel(rocksdb::InfoLogLevel::DEBUG_LEVEL);
  rocksdb::Debug(logger_, "debug");
  rocksdb::Info(logger_, "info");
  rocksdb::Header(logger_, "header");
  EXPECT_EQ(written_.str(), "");
}

TEST_F(RocksDbLoggerTest, AMessageOfSeveralLinesIsOne) {
  rocksdb::Error(logger_, "first\nsecond\n");
  EXPECT_EQ(written_.str(), "error|RocksDB: first second $\n");
}

TEST_F(RocksDbLoggerTest, BracesAndPercentSignsAreText) {
  rocksdb::Error(logger_, "%s", "{} %s");
  EXPECT_EQ(written_.str(), "error|RocksDB: {} %s$\n");
}

TEST_F(RocksDbLoggerTest, ALongMessageIsCut) {
  for (const std::size_t bytes : {1022u, 1023u, 1024u, 5000u}) {
    written_.str("");
    rocksdb::Error(logger_, "%s", std::string(bytes, 'x').c_str());
    EXPECT_EQ(written_.str(),
              "error|RocksDB: " + std::string(std::min<std::size_t>(bytes, 1023), 'x') + "$\n");
  }
}

TEST_F(RocksDbLoggerTest, AMessageThatIsEmptyOrNoTextIsDropped) {
  rocksdb::Error(logger_, "%s", "");
  const wchar_t no_character[] = {static_cast<wchar_t>(0x7FFFFFFF), 0};
  rocksdb::Error(logger_, "%ls", no_character);
  EXPECT_EQ(written_.str(), "");
}

}  // namespace
}  // namespace chirograph::rocksdb_logger_test
