// SPDX-License-Identifier: Apache-2.0
#include "service/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "crypto/limits.h"
#include "tests/doc_example.h"
#include "tests/service/status_matchers.h"
#include "tests/service/temp_folder.h"

namespace chirograph::config_test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

ServerConfig Parsed(const std::string& text) {
  const auto config = ParseServerConfig("etc/chirographd.yaml", text);
  EXPECT_THAT(config, IsOk());
  return config.value_or(ServerConfig());
}

// The message of an error, which must be InvalidArgument.
std::string ErrorIn(const std::string& text) {
  const absl::Status status = ParseServerConfig("etc/chirographd.yaml", text).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  return std::string(status.message());
}

// Every setting, to compare two configurations with.
std::vector<std::string> SettingsOf(const ServerConfig& config) {
  std::vector<std::string> settings = {
      config.listen,
      config.http_listen,
      config.http_serve_content ? "content" : "",
      config.insecure ? "insecure" : "",
      config.tls_certificate,
      config.tls_private_key,
      config.keyring,
      config.allow_shared_key_file ? "shared" : "",
      config.diagnostics_format == DiagnosticsFormat::kJson ? "json" : "text",
      config.diagnostics_level};
  for (const Verdict verdict : kAllVerdicts) {
    settings.emplace_back(PolicyActionName(config.policy.Decide(verdict, false)));
  }
  settings.emplace_back(PolicyActionName(config.policy.Decide(Verdict::kUnsigned, true)));
  return settings;
}

TEST(ConfigTest, NothingIsAllDefaults) {
  for (const char* text : {"", "\n", "# only a comment", "# one\n\n  # two\r\n", "\t\n"}) {
    EXPECT_EQ(SettingsOf(Parsed(text)), SettingsOf(ServerConfig())) << text;
  }
  EXPECT_EQ(ServerConfig().listen, "127.0.0.1:7443");
  EXPECT_EQ(ServerConfig().http_listen, "127.0.0.1:7444");
  EXPECT_FALSE(ServerConfig().http_serve_content);
  EXPECT_THAT(ValidateServerConfig(ServerConfig()), IsOk());
}

TEST(ConfigTest, ReadsTheExampleOfTheDocumentation) {
  const ServerConfig config = Parsed(DocBlock("configuration.md", "chirographd.yaml"));
  EXPECT_EQ(config.listen, "0.0.0.0:7443");
  EXPECT_EQ(config.http_listen, "0.0.0.0:7444");
  EXPECT_TRUE(config.http_serve_content);
  EXPECT_EQ(config.tls_certificate, "etc/server.pem");
  EXPECT_EQ(config.tls_private_key, "/run/secrets/server.key");
  EXPECT_FALSE(config.insecure);
  EXPECT_EQ(config.keyring, "etc/keys/keyring.yaml");
  EXPECT_TRUE(config.allow_shared_key_file);
  EXPECT_EQ(config.diagnostics_format, DiagnosticsFormat::kJson);
  EXPECT_EQ(config.diagnostics_level, "warn");
  for (const Verdict verdict : kAllVerdicts) {
    EXPECT_EQ(config.policy.Decide(verdict, true),
              verdict == Verdict::kValid ? PolicyAction::kAccept : PolicyAction::kReject);
  }
  EXPECT_THAT(ValidateServerConfig(config), IsOk());
}

TEST(ConfigTest, EachVerdictOfThePolicyIsSetByItsKey) {
  const std::vector<std::pair<std::string, Verdict>> keys = {{"valid", Verdict::kValid},
                                                             {"unsigned", Verdict::kUnsigned},
                                                             {"malformed", Verdict::kMalformed},
                                                             {"unknown_key", Verdict::kUnknownKey},
                                                             {"key_revoked", Verdict::kKeyRevoked},
                                                             {"key_out_of_period", Verdict::kKeyOutOfPeriod},
                                                             {"invalid", Verdict::kInvalid}};
  EXPECT_EQ(keys.size(), kAllVerdicts.size());
  for (const auto& [key, verdict] : keys) {
    for (const PolicyAction action : {PolicyAction::kAccept, PolicyAction::kReject}) {
      const Policy policy =
          Parsed("policy:\n  " + key + ": " + std::string(PolicyActionName(action)) + "\n").policy;
      EXPECT_EQ(policy.Decide(verdict, false), action);
      for (const auto& [other_key, other] : keys) {
        if (other == verdict) continue;
        EXPECT_EQ(policy.Decide(other, false), Policy().Decide(other, false));
      }
    }
  }
  const Policy policy = Parsed("policy:\n  unsigned_with_keys: accept\n").policy;
  EXPECT_EQ(policy.Decide(Verdict::kUnsigned, true), PolicyAction::kAccept);
}

TEST(ConfigTest, EveryLevelAndFormatIsTaken) {
  for (const std::string level : {"debug", "info", "warn", "error"}) {
    EXPECT_EQ(Parsed("diagnostics:\n  level: " + level + "\n").diagnostics_level, level);
  }
  EXPECT_EQ(Parsed("diagnostics:\n  format: text\n").diagnostics_format, DiagnosticsFormat::kText);
}

TEST(ConfigTest, PathsAreRelativeToTheFile) {
  EXPECT_EQ(Parsed("keyring: ../keys/k.yaml").keyring, "etc/../keys/k.yaml");
  EXPECT_EQ(Parsed("keyring: /keys/k.yaml").keyring, "/keys/k.yaml");
  EXPECT_EQ(ParseServerConfig("chirographd.yaml", "keyring: k.yaml").value().keyring, "k.yaml");
}

TEST(ConfigTest, RefusesUnknownKeysAndSaysWhichThereAre) {
  const std::string error = ErrorIn("listen: 127.0.0.1:1\nlisten_on: x\n");
  EXPECT_THAT(error, StartsWith("etc/chirographd.yaml:2:1: unknown key \"listen_on\""));
  EXPECT_THAT(error, HasSubstr("allow_shared_key_file"));
  EXPECT_THAT(ErrorIn("tls:\n  cert: x\n"), StartsWith("etc/chirographd.yaml:2:3: unknown key \"cert\""));
  EXPECT_THAT(ErrorIn("policy:\n  Valid: accept\n"), HasSubstr("unknown key \"Valid\""));
  EXPECT_THAT(ErrorIn("diagnostics:\n  colour: red\n"), HasSubstr("known here: format, level"));
}

TEST(ConfigTest, RefusesValuesOfAnotherTypeAndSaysWhere) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"listen: 7443", ":1:9: expected a text"},
      {"listen: ''", ":1:9: expected a text"},
      {"listen:", "expected a text"},
      {"http: 127.0.0.1:1", ":1:7: expected a mapping"},
      {"http:\n  listen: 7444", ":2:11: expected a text"},
      {"http:\n  serve_content: yes", ":2:18: expected true or false"},
      {"insecure: \"true\"", ":1:11: expected true or false"},
      {"insecure: yes", ":1:11: expected true or false"},
      {"allow_shared_key_file: 1", "expected true or false"},
      {"keyring: [a]", ":1:10: expected a text"},
      {"tls: server.pem", ":1:6: expected a mapping"},
      {"tls:", "expected a mapping"},
      {"policy: accept", "expected a mapping"},
      {"policy:\n  valid: allow", ":2:10: expected accept or reject"},
      {"policy:\n  valid: [accept]", "expected accept or reject"},
      {"diagnostics:\n  level: trace", "expected debug or error or info or warn"},
      {"diagnostics:\n  format: xml", "expected json or text"},
  };
  for (const auto& [text, message] : wrong) {
    EXPECT_THAT(ErrorIn(text + "\n"), StartsWith("etc/chirographd.yaml:")) << text;
    EXPECT_THAT(ErrorIn(text + "\n"), HasSubstr(message)) << text;
  }
}

TEST(ConfigTest, RefusesWhatIsNotStrictYaml) {
  EXPECT_THAT(ErrorIn("insecure: true\ninsecure: false\n"), StartsWith("etc/chirographd.yaml:2:1: "));
  EXPECT_THAT(ErrorIn("listen: \"127.0.0.1:1\n"), StartsWith("etc/chirographd.yaml:"));
  EXPECT_THAT(ErrorIn("just text\n"), StartsWith("etc/chirographd.yaml:"));
  EXPECT_THAT(ErrorIn("listen: \xFF\n"), StartsWith("etc/chirographd.yaml:1:"));
}

TEST(ConfigTest, LoadsAFileAndNamesOneThatItCannot) {
  const TempFolder folder;
  std::ofstream(folder / "c.yaml") << "keyring: k.yaml\n";
  const auto config = LoadServerConfig(folder / "c.yaml");
  ASSERT_THAT(config, IsOk());
  EXPECT_EQ(config->keyring, std::filesystem::path(folder / "k.yaml").lexically_normal());
  EXPECT_THAT(LoadServerConfig(folder / "none.yaml"), StatusIs(absl::StatusCode::kNotFound, "none.yaml"));
  std::ofstream(folder / "large.yaml") << std::string(limits::kMaxConfigFileBytes + 1, '#');
  EXPECT_THAT(LoadServerConfig(folder / "large.yaml"),
              StatusIs(absl::StatusCode::kInvalidArgument, "large.yaml"));
}

// --- The whole ---

TEST(ConfigTest, KnowsWhichAddressesAreLoopback) {
  for (const char* listen :
       {"127.0.0.1:7443", "127.255.0.9:1", "localhost:0", "[::1]:7443", "unix:/run/c.sock"}) {
    EXPECT_TRUE(IsLoopback(listen)) << listen;
  }
  for (const char* listen :
       {"0.0.0.0:7443", "[::]:7443", "10.0.0.1:7443", "archive.example.org:7443", "127.example.org:7443",
        "localhost.example.org:7443", "[::ffff:127.0.0.1]:1", "128.0.0.1:1", "127.0.0.1", ""}) {
    EXPECT_FALSE(IsLoopback(listen)) << listen;
  }
}

TEST(ConfigTest, RefusesWhatIsNoAddress) {
  for (const char* listen : {"", "127.0.0.1", ":7443", "127.0.0.1:", "127.0.0.1:x", "::1:7443",
                             "127.0.0.1:-1", "dns:///a:1", "[::1]"}) {
    ServerConfig config;
    config.listen = listen;
    config.insecure = true;
    EXPECT_THAT(ValidateServerConfig(config), StatusIs(absl::StatusCode::kInvalidArgument, "HOST:PORT"))
        << listen;
  }
  for (const char* listen : {"127.0.0.1:0", "127.0.0.1:65535", "[::1]:1", "unix:/run/c.sock"}) {
    ServerConfig config;
    config.listen = listen;
    EXPECT_THAT(ValidateServerConfig(config), IsOk()) << listen;
  }
}

TEST(ConfigTest, APortHasSixteenBits) {
  ServerConfig config;
  config.listen = "127.0.0.1:65536";
  EXPECT_THAT(
      ValidateServerConfig(config),
      StatusIs(absl::StatusCode::kInvalidArgument, "listen: the port of \"127.0.0.1:65536\" is over 65535"));
  config = ServerConfig();
  config.http_listen = "[::1]:99999";
  EXPECT_THAT(
      ValidateServerConfig(config),
      StatusIs(absl::StatusCode::kInvalidArgument, "http.listen: the port of \"[::1]:99999\" is over 65535"));
}

TEST(ConfigTest, TwoListenersNeedTwoAddresses) {
  const auto validate = [](const char* listen, const char* http_listen) {
    ServerConfig config;
    config.listen = listen;
    config.http_listen = http_listen;
    config.insecure = true;
    return ValidateServerConfig(config);
  };
  EXPECT_THAT(validate("127.0.0.1:7443", "127.0.0.1:7443"),
              StatusIs(absl::StatusCode::kInvalidArgument, "http.listen: 127.0.0.1:7443 is where gRPC"));
  EXPECT_THAT(validate("0.0.0.0:7444", "127.0.0.1:7444"),
              StatusIs(absl::StatusCode::kInvalidArgument, "http.listen"));
  EXPECT_THAT(validate("127.0.0.1:7444", "[::]:7444"),
              StatusIs(absl::StatusCode::kInvalidArgument, "http.listen"));
  EXPECT_THAT(validate("127.0.0.1:7443", "127.0.0.2:7443"), IsOk());
  EXPECT_THAT(validate("127.0.0.1:0", "127.0.0.1:0"), IsOk());
  EXPECT_THAT(validate("127.0.0.1:7444", "none"), IsOk());
  EXPECT_THAT(validate("unix:/run/c.sock", "127.0.0.1:7443"), IsOk());
}

TEST(ConfigTest, WhatDoesNotFitIsNamedWithItsPlace) {
  const auto validate = [](std::string_view text) {
    absl::StatusOr<ServerConfig> config = ParseServerConfig("etc/c.yaml", text);
    EXPECT_THAT(config, IsOk());
    return std::string(ValidateServerConfig(*config).message());
  };
  EXPECT_THAT(validate("listen: 127.0.0.1:99999\n"), StartsWith("etc/c.yaml:1:9: listen: the port"));
  EXPECT_THAT(validate("# which\nlisten: x\n"), StartsWith("etc/c.yaml:2:9: listen: \"x\" is not"));
  EXPECT_THAT(validate("listen: 0.0.0.0:1\n"), StartsWith("etc/c.yaml:1:9: listen: 0.0.0.0:1 can be"));
  EXPECT_THAT(validate("http:\n  listen: 0.0.0.0:1\n"), StartsWith("etc/c.yaml:2:11: http.listen: "));
  EXPECT_THAT(validate("http:\n  listen: 127.0.0.1:7443\n"),
              StartsWith("etc/c.yaml:2:11: http.listen: 127.0.0.1:7443 is where gRPC"));
  EXPECT_THAT(validate("tls:\n  certificate: c.pem\n"),
              StartsWith("etc/c.yaml:2:16: tls.certificate: is there without tls.private_key"));
  EXPECT_THAT(validate("tls:\n  private_key: c.key\n"),
              StartsWith("etc/c.yaml:2:16: tls.private_key: is there without tls.certificate"));
}

TEST(ConfigTest, AnAddressThatOthersReachNeedsTlsOrItsWord) {
  ServerConfig config;
  config.listen = "0.0.0.0:7443";
  EXPECT_THAT(ValidateServerConfig(config), StatusIs(absl::StatusCode::kInvalidArgument, "--insecure"));
  config.insecure = true;
  EXPECT_THAT(ValidateServerConfig(config), IsOk());
  config.insecure = false;
  config.tls_certificate = "server.pem";
  config.tls_private_key = "server.key";
  EXPECT_THAT(ValidateServerConfig(config), IsOk());
}

TEST(ConfigTest, TheAddressForHttpIsOneOrNone) {
  for (const char* listen : {"127.0.0.1:0", "[::1]:7444", "localhost:1", "none"}) {
    ServerConfig config;
    config.http_listen = listen;
    EXPECT_THAT(ValidateServerConfig(config), IsOk()) << listen;
  }
  for (const char* listen : {"", "7444", "127.0.0.1", "None", "unix:/run/h.sock", "127.0.0.1:65536"}) {
    ServerConfig config;
    config.http_listen = listen;
    EXPECT_THAT(ValidateServerConfig(config), StatusIs(absl::StatusCode::kInvalidArgument, "http.listen: "))
        << listen;
  }
}

TEST(ConfigTest, HttpThatOthersReachNeedsTlsOrItsWord) {
  ServerConfig config;
  config.http_listen = "0.0.0.0:7444";
  EXPECT_THAT(ValidateServerConfig(config),
              StatusIs(absl::StatusCode::kInvalidArgument, "http.listen: 0.0.0.0"));
  config.insecure = true;
  EXPECT_THAT(ValidateServerConfig(config), IsOk());
  config.insecure = false;
  config.tls_certificate = "server.pem";
  config.tls_private_key = "server.key";
  EXPECT_THAT(ValidateServerConfig(config), IsOk());
}

TEST(ConfigTest, HalfOfTlsIsRefused) {
  ServerConfig config;
  config.tls_certificate = "server.pem";
  EXPECT_THAT(ValidateServerConfig(config), StatusIs(absl::StatusCode::kInvalidArgument, "private_key"));
  config = ServerConfig();
  config.tls_private_key = "server.key";
  EXPECT_THAT(ValidateServerConfig(config), StatusIs(absl::StatusCode::kInvalidArgument, "certificate"));
}

}  // namespace
}  // namespace chirograph::config_test
