// SPDX-License-Identifier: Apache-2.0
#include "service/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <functional>
#include <map>
#include <utility>

#include "crypto/file.h"
#include "crypto/limits.h"
#include "crypto/source_position.h"
#include "crypto/strict_yaml.h"

namespace chirograph {
namespace {

using Setter = std::function<absl::Status(const YamlNode&)>;
using Fields = std::map<std::string_view, Setter>;

// Hands each member to the setter of its name.
absl::Status SetFields(const YamlMapping& mapping, const Fields& fields) {
  for (const auto& [key, node] : mapping.members) {
    const auto field = fields.find(key);
    if (field == fields.end()) {
      std::string known;
      for (const auto& [name, setter] : fields) known += fmt::format("{}{}", known.empty() ? "" : ", ", name);
      return ErrorAt(node.key_position, fmt::format("unknown key \"{}\"; known here: {}", key, known));
    }
    if (absl::Status status = field->second(node); !status.ok()) return status;
  }
  return absl::OkStatus();
}

Setter Text(std::string* out) {
  return [out](const YamlNode& node) {
    const std::string* text = std::get_if<std::string>(&node.value);
    if (text == nullptr || text->empty()) return ErrorAt(node.position, "expected a text that is not empty");
    *out = *text;
    return absl::OkStatus();
  };
}

Setter Flag(bool* out) {
  return [out](const YamlNode& node) {
    const bool* flag = std::get_if<bool>(&node.value);
    if (flag == nullptr) return ErrorAt(node.position, "expected true or false");
    *out = *flag;
    return absl::OkStatus();
  };
}

Setter Path(const std::filesystem::path& folder, std::string* out) {
  return [folder, out](const YamlNode& node) {
    if (absl::Status status = Text(out)(node); !status.ok()) return status;
    *out = (folder / *out).string();  // as it is: a .. after a link is not what it seems
    return absl::OkStatus();
  };
}

// `setter`, which notes where in the file at `path` it was called for `name`.
Setter Noted(const std::string& path, const std::string& name, ServerConfig* config, Setter setter) {
  return [path, name, config, setter = std::move(setter)](const YamlNode& node) {
    config->places[name] = fmt::format("{}:{}:{}", path, node.position.line, node.position.column);
    return setter(node);
  };
}

Setter OneOf(std::map<std::string_view, std::function<void()>> choices) {
  return [choices = std::move(choices)](const YamlNode& node) {
    const auto choice = choices.find(node.text);
    if (choice != choices.end()) {
      choice->second();
      return absl::OkStatus();
    }
    std::string known;
    for (const auto& [name, set] : choices) known += fmt::format("{}{}", known.empty() ? "" : " or ", name);
    return ErrorAt(node.position, fmt::format("expected {}", known));
  };
}

Setter Section(Fields fields) {
  return [fields = std::move(fields)](const YamlNode& node) {
    const YamlMapping* mapping = std::get_if<YamlMapping>(&node.value);
    if (mapping == nullptr) return ErrorAt(node.position, "expected a mapping");
    return SetFields(*mapping, fields);
  };
}

Setter ActionOf(const std::function<void(PolicyAction)>& set) {
  return OneOf(
      {{"accept", [set] { set(PolicyAction::kAccept); }}, {"reject", [set] { set(PolicyAction::kReject); }}});
}

Setter PolicySection(Policy* policy) {
  const auto of = [policy](Verdict verdict) {
    return ActionOf([policy, verdict](PolicyAction action) { policy->Set(verdict, action); });
  };
  return Section({{"valid", of(Verdict::kValid)},
                  {"unsigned", of(Verdict::kUnsigned)},
                  {"unsigned_with_keys",
                   ActionOf([policy](PolicyAction action) { policy->SetUnsignedWithKeys(action); })},
                  {"malformed", of(Verdict::kMalformed)},
                  {"unknown_key", of(Verdict::kUnknownKey)},
                  {"key_revoked", of(Verdict::kKeyRevoked)},
                  {"key_out_of_period", of(Verdict::kKeyOutOfPeriod)},
                  {"invalid", of(Verdict::kInvalid)}});
}

Setter DiagnosticsSection(ServerConfig* config) {
  std::map<std::string_view, std::function<void()>> levels;
  for (const std::string_view level : {"debug", "info", "warn", "error"}) {
    levels[level] = [config, level] { config->diagnostics_level = std::string(level); };
  }
  return Section(
      {{"format", OneOf({{"text", [config] { config->diagnostics_format = DiagnosticsFormat::kText; }},
                         {"json", [config] { config->diagnostics_format = DiagnosticsFormat::kJson; }}})},
       {"level", OneOf(std::move(levels))}});
}

bool IsBlankOrComments(std::string_view text) {
  bool comment = false;
  for (const char c : text) {
    if (c == '\n') {
      comment = false;
    } else if (c == '#') {
      comment = true;
    } else if (!comment && c != ' ' && c != '\t' && c != '\r') {
      return false;
    }
  }
  return true;
}

struct HostAndPort {
  std::string_view host;  // without the brackets of an IPv6 address
  unsigned port = 0;
};

// Of "HOST:PORT". A port that is no 16 bits is kept, up to what an unsigned holds.
std::optional<HostAndPort> SplitAddress(std::string_view listen) {
  const std::size_t colon = listen.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const std::string_view port = listen.substr(colon + 1);
  HostAndPort address{.host = listen.substr(0, colon)};
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc() || end != port.data() + port.size()) return std::nullopt;
  if (address.host.front() == '[' && address.host.back() == ']') {
    address.host = address.host.substr(1, address.host.size() - 2);
  } else if (address.host.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  return address;
}

}  // namespace

absl::StatusOr<ServerConfig> ParseServerConfig(const std::string& path, std::string_view text) {
  ServerConfig config;
  if (IsBlankOrComments(text)) return config;
  absl::StatusOr<YamlMapping> document = ParseStrictYaml(text);
  if (!document.ok()) return absl::InvalidArgumentError(DescribeInFile(path, document.status()));
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const auto noted = [&](const std::string& name, Setter setter) {
    return Noted(path, name, &config, std::move(setter));
  };
  const auto path_of = [&](const std::string& name, std::string* out) {
    return noted(name, Path(folder, out));
  };
  const absl::Status status = SetFields(
      *document, {{"listen", noted("listen", Text(&config.listen))},
                  {"http", Section({{"listen", noted("http.listen", Text(&config.http_listen))},
                                    {"serve_content", Flag(&config.http_serve_content)}})},
                  {"insecure", Flag(&config.insecure)},
                  {"tls", Section({{"certificate", path_of("tls.certificate", &config.tls_certificate)},
                                   {"private_key", path_of("tls.private_key", &config.tls_private_key)}})},
                  {"keyring", path_of("keyring", &config.keyring)},
                  {"allow_shared_key_file", Flag(&config.allow_shared_key_file)},
                  {"policy", PolicySection(&config.policy)},
                  {"diagnostics", DiagnosticsSection(&config)}});
  if (!status.ok()) return absl::InvalidArgumentError(DescribeInFile(path, status));
  return config;
}

absl::StatusOr<ServerConfig> LoadServerConfig(const std::string& path) {
  absl::StatusOr<std::string> text = ReadFile(path, limits::kMaxConfigFileBytes);
  if (!text.ok()) return text.status();
  return ParseServerConfig(path, *text);
}

bool IsLoopback(std::string_view listen) {
  if (listen.starts_with("unix:")) return true;
  const std::optional<HostAndPort> address = SplitAddress(listen);
  if (!address) return false;
  const std::string_view host = address->host;
  if (host == "localhost" || host == "::1") return true;
  // Only the dotted form: "127.example.com" is a name.
  return host.starts_with("127.") &&
         std::all_of(host.begin(), host.end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

std::string NameSetting(const ServerConfig& config, std::string_view setting) {
  const auto place = config.places.find(setting);
  return place == config.places.end() ? std::string(setting) : fmt::format("{}: {}", place->second, setting);
}

namespace {

constexpr unsigned kMaxPort = 65535;

// `listen` is what `setting` says; `other` is what it may be beside HOST:PORT.
absl::Status CheckAddress(const ServerConfig& config, std::string_view setting, std::string_view listen,
                          std::string_view other) {
  const std::optional<HostAndPort> address = SplitAddress(listen);
  if (!address) {
    return absl::InvalidArgumentError(fmt::format("{}: \"{}\" is not HOST:PORT, [IPV6]:PORT or {}",
                                                  NameSetting(config, setting), listen, other));
  }
  if (address->port > kMaxPort) {
    return absl::InvalidArgumentError(
        fmt::format("{}: the port of \"{}\" is over {}", NameSetting(config, setting), listen, kMaxPort));
  }
  return absl::OkStatus();
}

// Who would be served without TLS although others can reach `listen`, which is what `setting` says.
absl::Status CheckReach(const ServerConfig& config, std::string_view setting, const std::string& listen) {
  if (IsLoopback(listen) || !config.tls_certificate.empty() || config.insecure) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("{}: {} can be reached from other machines, and there is no TLS; set tls.certificate and "
                  "tls.private_key, or say --insecure (insecure: true) if something before it does TLS",
                  NameSetting(config, setting), listen));
}

absl::Status CheckDiffer(const ServerConfig& config) {
  const std::optional<HostAndPort> grpc = SplitAddress(config.listen);
  const std::optional<HostAndPort> http = SplitAddress(config.http_listen);
  if (!grpc || !http || grpc->port == 0 || grpc->port != http->port) return absl::OkStatus();
  const auto is_any = [](std::string_view host) { return host == "0.0.0.0" || host == "::"; };
  if (grpc->host != http->host && !is_any(grpc->host) && !is_any(http->host)) return absl::OkStatus();
  return absl::InvalidArgumentError(fmt::format(
      "{}: {} is where gRPC is to listen, too ({}); give one of them another port, or set "
      "http.listen to {}",
      NameSetting(config, "http.listen"), config.http_listen, NameSetting(config, "listen"), kNoHttp));
}

absl::Status CheckTlsPair(const ServerConfig& config) {
  if (config.tls_certificate.empty() == config.tls_private_key.empty()) return absl::OkStatus();
  const bool has_certificate = !config.tls_certificate.empty();
  return absl::InvalidArgumentError(
      fmt::format("{}: is there without tls.{}; the two belong together",
                  NameSetting(config, has_certificate ? "tls.certificate" : "tls.private_key"),
                  has_certificate ? "private_key" : "certificate"));
}

}  // namespace

absl::Status ValidateServerConfig(const ServerConfig& config) {
  const bool http = config.http_listen != kNoHttp;
  absl::Status status;
  if (!config.listen.starts_with("unix:")) {
    status.Update(CheckAddress(config, "listen", config.listen, "unix:PATH"));
  }
  if (http) status.Update(CheckAddress(config, "http.listen", config.http_listen, kNoHttp));
  status.Update(CheckTlsPair(config));
  status.Update(CheckReach(config, "listen", config.listen));
  if (http) {
    status.Update(CheckReach(config, "http.listen", config.http_listen));
    status.Update(CheckDiffer(config));
  }
  return status;
}

}  // namespace chirograph
