// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

namespace chirograph {
namespace {

// What the server would write to its diagnostics is no part of the tests' output; a test that looks at it
// sets a logger of its own.
class QuietDiagnostics final : public ::testing::Environment {
 public:
  void SetUp() override { spdlog::set_level(spdlog::level::off); }
};

[[maybe_unused]] const auto* const kQuiet = ::testing::AddGlobalTestEnvironment(new QuietDiagnostics);

}  // namespace
}  // namespace chirograph
