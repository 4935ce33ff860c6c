// SPDX-License-Identifier: Apache-2.0
#include "service/stream_registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "proto/rpc_error.h"
#include "tests/service/status_matchers.h"

namespace chirograph::stream_registry_test {
namespace {

struct CountingStream final : LastingStream {
  void Stop() override { ++stops; }
  int stops = 0;
};

TEST(StreamRegistryTest, OneTooManyIsToldWhenToComeBack) {
  StreamRegistry registry(2);
  const auto first = std::make_shared<CountingStream>();
  const auto second = std::make_shared<CountingStream>();
  const auto third = std::make_shared<CountingStream>();
  EXPECT_THAT(registry.Add(first), IsOk());
  EXPECT_THAT(registry.Add(second), IsOk());
  const absl::Status refused = registry.Add(third);
  EXPECT_EQ(ReasonOf(refused), v1::ERROR_REASON_TOO_MANY_STREAMS);
  const ReceivedError error = ReadRpcStatus(ToRpcStatus(refused));
  ASSERT_TRUE(error.retry_delay);
  EXPECT_GT(*error.retry_delay, absl::ZeroDuration());
  registry.Remove(third.get());  // which was not added
  EXPECT_EQ(ReasonOf(registry.Add(third)), v1::ERROR_REASON_TOO_MANY_STREAMS);
  registry.Remove(first.get());
  EXPECT_THAT(registry.Add(third), IsOk());
}

TEST(StreamRegistryTest, AStopReachesThoseThatAreThereAndLetsNoneBegin) {
  StreamRegistry registry(3);
  const auto there = std::make_shared<CountingStream>();
  const auto removed = std::make_shared<CountingStream>();
  auto gone = std::make_shared<CountingStream>();
  ASSERT_THAT(registry.Add(there), IsOk());
  ASSERT_THAT(registry.Add(removed), IsOk());
  ASSERT_THAT(registry.Add(gone), IsOk());
  registry.Remove(removed.get());
  gone.reset();
  registry.StopAll();
  EXPECT_EQ(there->stops, 1);
  EXPECT_EQ(removed->stops, 0);
  EXPECT_EQ(ReasonOf(registry.Add(removed)), v1::ERROR_REASON_SHUTTING_DOWN);
}

}  // namespace
}  // namespace chirograph::stream_registry_test
