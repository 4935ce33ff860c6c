// SPDX-License-Identifier: Apache-2.0
//
// Runs `chirograph` as from a shell, but within the test's process.
#ifndef CHIROGRAPH_TESTS_CLIENT_CLI_RUN_H_
#define CHIROGRAPH_TESTS_CLIENT_CLI_RUN_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "client/cli/command_line.h"
#include "nlohmann/json.hpp"
#include "tests/client/cli_fake_host.h"

namespace chirograph {

// What one run wrote, and returned.
struct Ran {
  ExitCode code;
  std::string out;
  std::string err;
};

inline Ran RunCli(const std::vector<std::string>& arguments, FakeHost& host) {
  host.out.clear();
  host.err.clear();
  const ExitCode code = RunCommandLine(arguments, host);
  return {code, host.out, host.err};
}

inline Ran RunCli(const std::vector<std::string>& arguments) {
  FakeHost host;
  return RunCli(arguments, host);
}

// The names of its members, in their order.
inline std::vector<std::string> MembersOf(const nlohmann::ordered_json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
}

inline constexpr char kArticleText[] = "---\ntitle: A\nprovider:\n  domain: example.org\n---\nBody\n";

// A publisher with a key, and an unsigned article.
class CliPublisherTest : public testing::Test {
 protected:
  CliPublisherTest() {
    const Ran run = RunCli({"keys", "generate", "--domain", "example.org", "--algorithm", "ed25519", "--id",
                            "k", "--out", folder_ / "keys"});
    EXPECT_EQ(run.code, ExitCode::kWell) << run.err;
    WriteBytes(article_, kArticleText);
  }

  Ran Sign(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"sign", "--key", key_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunCli(arguments);
  }
  Ran Verify(std::vector<std::string> more) {
    std::vector<std::string> arguments = {"verify", "--keyring", keyring_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunCli(arguments);
  }

  TemporaryFolder folder_;
  const std::string key_ = folder_ / "keys/example.org.k.signing-key.pem";
  const std::string keyring_ = folder_ / "keys/keyring.yaml";
  const std::string article_ = folder_ / "a.md";
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_CLIENT_CLI_RUN_H_
