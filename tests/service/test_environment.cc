// SPDX-License-Identifier: Apache-2.0
#include <grpc/grpc.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

namespace chirograph {
namespace {

class ServiceTestEnvironment final : public ::testing::Environment {
 public:
  void SetUp() override {
    // What the server would write to its diagnostics is no part of the tests' output; a test that looks at
    // it sets a logger of its own.
    spdlog::set_level(spdlog::level::off);
    // Else gRPC is torn down after each test, which now and then takes it ten seconds.
    grpc_init();
  }
};

[[maybe_unused]] const auto* const kEnvironment =
    ::testing::AddGlobalTestEnvironment(new ServiceTestEnvironment);

}  // namespace
}  // namespace chirograph
