// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <cstdlib>

namespace chirograph {
namespace {

// Hundreds of injected errors would drown what a test has to say. CHIROGRAPH_TEST_DIAGNOSTICS shows them.
class QuietDiagnostics : public testing::Environment {
 public:
  void SetUp() override {
    if (std::getenv("CHIROGRAPH_TEST_DIAGNOSTICS") == nullptr) spdlog::set_level(spdlog::level::off);
  }
};
const testing::Environment* const kQuietDiagnostics = testing::AddGlobalTestEnvironment(new QuietDiagnostics);

}  // namespace
}  // namespace chirograph
