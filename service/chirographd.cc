// SPDX-License-Identifier: Apache-2.0
//
// chirographd init | serve | check-config | check | rebuild-catalog.
#include <fmt/format.h>
#include <grpc/grpc.h>
#include <pthread.h>
#include <signal.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "crypto/file.h"
#include "crypto/verdict.h"
#include "proto/whole_number.h"
#include "service/archive_directory.h"
#include "service/catalog.h"
#include "service/check_command.h"
#include "service/clock.h"
#include "service/config.h"
#include "service/configured_keyring.h"
#include "service/diagnostics.h"
#include "service/server.h"
#include "service/tls_files.h"
#include "service/version.h"

namespace chirograph {
namespace {

constexpr int kExitWell = 0;
constexpr int kExitFindings = 1;
constexpr int kExitUsage = 2;
constexpr int kExitFailed = 3;

// How long calls may take after SIGTERM once all articles that were accepted are archived.
constexpr absl::Duration kStopGrace = absl::Seconds(2);

int Report(const absl::Status& status) {
  fmt::print(stderr, "chirographd: {}{}\n", absl::IsDataLoss(status) ? "DATA_LOSS: " : "",
             EscapeControls(std::string(status.message())));
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
      return kExitUsage;
    default:
      return kExitFailed;
  }
}

// What the command line says; what it leaves out comes from the configuration file.
struct Flags {
  std::string data_dir;
  std::string origin;
  std::string config;
  std::string listen;
  std::string http_listen;
  std::string keyring;
  std::string port_file;
  std::string http_port_file;
  std::string diagnostics_format;
  std::string diagnostics_level;
  bool http_serve_content = false;
  bool insecure = false;
  bool allow_shared_key_file = false;
  CheckCommandOptions check;
};

int Init(const Flags& flags) {
  absl::StatusOr<NoteVerifier> log = InitArchive(flags.data_dir, flags.origin);
  if (!log.ok()) {
    const int code = Report(log.status());
    // That the folder cannot be made is no fault of the command line's.
    return absl::IsNotFound(log.status()) || absl::IsPermissionDenied(log.status()) ? kExitFailed : code;
  }
  fmt::print(
      "Made the archive {} in {}.\n\n"
      "The log's verifier key, for everybody who is to check it:\n\n"
      "    {}\n\n"
      "{}/log.key is secret, and without it the log cannot go on: keep a copy in a safe place.\n"
      "To serve it, with the keyring of the publishers whose signatures are to be checked (without one they "
      "are UNKNOWN_KEY):\n\n"
      "    chirographd serve --data-dir {} --keyring KEYRING.yaml\n",
      log->name(), flags.data_dir, log->vkey(), flags.data_dir, flags.data_dir);
  return kExitWell;
}

// The configuration file that counts: the one that was named, else the data folder's, else none.
std::string ConfigFile(const Flags& flags) {
  if (!flags.config.empty() || flags.data_dir.empty()) return flags.config;
  std::error_code error;
  return std::filesystem::exists(ConfigPath(flags.data_dir), error) ? ConfigPath(flags.data_dir) : "";
}

absl::StatusOr<ServerConfig> LoadConfig(const Flags& flags) {
  const std::string path = ConfigFile(flags);
  ServerConfig config;
  if (!path.empty()) {
    absl::StatusOr<ServerConfig> loaded = LoadServerConfig(path);
    if (!loaded.ok()) return loaded.status();
    config = *std::move(loaded);
  }
  const auto overrule = [&config](const std::string& flag, const char* setting, std::string& value) {
    if (flag.empty()) return;
    value = flag;
    config.places.erase(setting);
  };
  overrule(flags.listen, "listen", config.listen);
  overrule(flags.http_listen, "http.listen", config.http_listen);
  overrule(flags.keyring, "keyring", config.keyring);
  if (flags.http_serve_content) config.http_serve_content = true;
  if (flags.insecure) config.insecure = true;
  if (flags.allow_shared_key_file) config.allow_shared_key_file = true;
  if (!flags.diagnostics_level.empty()) config.diagnostics_level = flags.diagnostics_level;
  if (!flags.diagnostics_format.empty()) {
    config.diagnostics_format =
        flags.diagnostics_format == "json" ? DiagnosticsFormat::kJson : DiagnosticsFormat::kText;
  }
  return config;
}

void PrintKeyring(const Keyring& keyring) {
  for (const auto& [domain, keys] : keyring.publishers()) {
    for (const PublisherKey& key : keys) {
      fmt::print("  {}  {}  {}  envelope {}{}\n", domain, key.id,
                 KeyAlgorithmName(key.public_key->algorithm()), EnvelopeKindName(key.envelope),
                 key.revoked_at ? "  revoked" : "");
    }
  }
}

int CheckConfig(const Flags& flags) {
  if (!flags.data_dir.empty()) {
    if (absl::Status status = CheckIsArchive(flags.data_dir); !status.ok()) return Report(status);
  }
  absl::StatusOr<ServerConfig> config = LoadConfig(flags);
  if (!config.ok()) return Report(config.status());
  if (absl::Status status = ValidateServerConfig(*config); !status.ok()) return Report(status);
  if (absl::StatusOr<TlsFiles> tls = LoadTlsFiles(*config); !tls.ok()) return Report(tls.status());
  const std::string file = ConfigFile(flags);
  const bool http = config->http_listen != kNoHttp;
  fmt::print("file      {}\n", file.empty() ? "none: defaults and flags" : file);
  fmt::print("listen    {}{}\n", config->listen, config->tls_certificate.empty() ? "" : " with TLS");
  fmt::print("http      {}{}{}\n", config->http_listen,
             http && !config->tls_certificate.empty() ? " with TLS" : "",
             !http                        ? ""
             : config->http_serve_content ? ": the log and the articles' text"
                                          : ": the log");
  if (config->keyring.empty()) {
    fmt::print("keyring   none: every signed article is UNKNOWN_KEY\n");
  } else {
    absl::StatusOr<Keyring> keyring = LoadConfiguredKeyring(*config);
    if (!keyring.ok()) return Report(keyring.status());
    fmt::print("keyring   {}, publishers: {}\n", config->keyring, keyring->publishers().size());
    PrintKeyring(*keyring);
  }
  for (const Verdict verdict : kAllVerdicts) {
    if (verdict == Verdict::kUnsigned) continue;
    fmt::print("policy    {:<18} {}\n", VerdictName(verdict),
               PolicyActionName(config->policy.Decide(verdict, true)));
  }
  fmt::print("policy    {:<18} {} (where the publisher has keys: {})\n", VerdictName(Verdict::kUnsigned),
             PolicyActionName(config->policy.Decide(Verdict::kUnsigned, false)),
             PolicyActionName(config->policy.Decide(Verdict::kUnsigned, true)));
  fmt::print("The configuration is well.\n");
  return kExitWell;
}

// Writes the port of `address` to `file`, if there are both.
absl::Status WritePort(const std::string& address, const std::string& file) {
  if (address.empty() || file.empty()) return absl::OkStatus();
  return WriteFileAtomically(file, address.substr(address.rfind(':') + 1) + "\n", FileAccess::kPublic);
}

int Serve(const Flags& flags) {
  // Before any thread is there, so that all of them inherit it and only sigwait takes the signals.
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGTERM);
  sigaddset(&stop_signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);
  // Who reads the diagnostics may go away; the server does not.
  signal(SIGPIPE, SIG_IGN);

  absl::StatusOr<ServerConfig> config = LoadConfig(flags);
  if (!config.ok()) return Report(config.status());
  StartDiagnostics(config->diagnostics_format, config->diagnostics_level);
  // For the life of the process: to be torn down can take gRPC ten seconds, of which an operator who stops
  // the server has no use.
  grpc_init();
  const SystemClock clock;
  absl::StatusOr<std::unique_ptr<Server>> server = Server::Start(flags.data_dir, *config, clock);
  if (!server.ok()) return Report(server.status());
  // The gRPC one last: who waits for it finds the other one.
  absl::Status written = WritePort((*server)->http_address(), flags.http_port_file);
  if (written.ok()) written = WritePort((*server)->address(), flags.port_file);
  if (!written.ok()) {
    Report(written);
    return kExitFailed;
  }
  int signal = 0;
  sigwait(&stop_signals, &signal);
  spdlog::info("{}: finishing what was accepted", signal == SIGINT ? "SIGINT" : "SIGTERM");
  // A second signal ends the process at once: what is acknowledged is durable in any case.
  pthread_sigmask(SIG_UNBLOCK, &stop_signals, nullptr);
  (*server)->Stop(kStopGrace);
  spdlog::info("stopped");
  return kExitWell;
}

int Check(const Flags& flags) {
  signal(SIGPIPE, SIG_IGN);  // who reads the findings may go away: that is said
  if (absl::Status status = CheckIsArchive(flags.data_dir); !status.ok()) return Report(status);
  const absl::StatusOr<ServerConfig> config = LoadConfig(flags);
  if (!config.ok()) return Report(config.status());
  StartDiagnostics(DiagnosticsFormat::kText, "error");
  CheckCommandOptions options = flags.check;
  options.data_dir = flags.data_dir;
  options.keyring = config->keyring;
  options.allow_shared_key_file = config->allow_shared_key_file;
  const absl::StatusOr<bool> is_well = RunCheckCommand(options, SystemClock());
  if (!is_well.ok()) return Report(is_well.status());
  return *is_well ? kExitWell : kExitFindings;
}

int RebuildCatalog(const Flags& flags) {
  absl::StatusOr<OpenedArchive> archive = OpenArchive(flags.data_dir, flags.allow_shared_key_file);
  if (!archive.ok()) return Report(archive.status());
  const absl::Time begin = absl::Now();
  const absl::StatusOr<std::uint64_t> tree_size =
      Catalog::Rebuild(CatalogPath(flags.data_dir), *archive->store, archive->signer.verifier());
  if (!tree_size.ok()) return Report(tree_size.status());
  fmt::print("Made the catalog anew from the {} entries of the log in {:.1f} s.\n", *tree_size,
             absl::ToDoubleSeconds(absl::Now() - begin));
  return kExitWell;
}

constexpr char kAllowSharedHelp[] = "Take secret files that group or others can read (mounted secrets)";

void AddConfigFlags(CLI::App& command, Flags& flags) {
  command.add_option("--config", flags.config, "Configuration; default DIR/chirographd.yaml, if it is there");
  command.add_option("--listen", flags.listen,
                     fmt::format("HOST:PORT (port 0: any) or unix:PATH; default {}", kDefaultListen));
  command.add_option(
      "--http-listen", flags.http_listen,
      fmt::format("HOST:PORT for the log over HTTP, or {}; default {}", kNoHttp, kDefaultHttpListen));
  command.add_flag("--http-serve-content", flags.http_serve_content,
                   "Serve the articles' text over HTTP, too, to everybody who knows its SHA-256");
  command.add_option("--keyring", flags.keyring, "YAML file of the publishers' keys");
  command.add_flag("--insecure", flags.insecure, "Serve an address that others can reach without TLS");
  command.add_flag("--allow-shared-key-file", flags.allow_shared_key_file, kAllowSharedHelp);
}

void AddCheckFlags(CLI::App& command, Flags& flags) {
  command.add_option("--data-dir", flags.data_dir, "The archive's folder; no server may have it open")
      ->required();
  command.add_option("--first-index", flags.check.start_index, "The first entry to check; default 0")
      ->check(WhyNoIndex);
  command.add_option("--end-index", flags.check.end_index, "The first entry not to check; default: all")
      ->check(WhyNoIndex);
  command.add_option("--keyring", flags.keyring,
                     "YAML file of the publishers' keys; default: that of DIR/chirographd.yaml");
  command
      .add_option("--rate-limit", flags.check.max_articles_per_second,
                  "Articles a second at most; default: as fast as it goes, on all cores")
      ->check([](const std::string& text) {
        return WhyNoWholeNumber(text, 1, std::numeric_limits<std::uint32_t>::max());
      });
  command.add_flag("--articles", flags.check.articles, "Say of each article what it is worth");
  command.add_flag("--json", flags.check.json, "JSON lines (docs/json-output.md)");
  command
      .add_option("--report", flags.check.reports,
                  "Write a report: FILE.html, a page for people, or FILE.json (docs/audit-report.md); may be "
                  "repeated")
      ->option_text("FILE")
      ->allow_extra_args(false);
  command.add_flag("--allow-shared-key-file", flags.allow_shared_key_file, kAllowSharedHelp);
  command.footer(
      "Exit codes: 0 nothing was found, 1 findings, 2 usage, 3 it could not be done. docs/check.md says what "
      "each\nfinding means and what to do. A server checks itself while it serves: CheckArchive.");
}

int Main(int argc, char** argv) {
  Flags flags;
  CLI::App app("chirographd: an archive of articles with integrity verification", "chirographd");
  app.set_version_flag("--version", fmt::format("chirographd {}", kSoftwareVersion));
  app.require_subcommand(1);

  CLI::App* init = app.add_subcommand("init", "Make an archive, and print the log's verifier key");
  init->add_option("--data-dir", flags.data_dir, "A folder that does not exist yet, or is empty")->required();
  init->add_option("--origin", flags.origin, "The log's name for ever, such as archive.example.org/2026")
      ->required();

  CLI::App* serve = app.add_subcommand("serve", "Serve an archive until SIGTERM");
  serve->add_option("--data-dir", flags.data_dir, "The archive's folder")->required();
  AddConfigFlags(*serve, flags);
  serve->add_option("--port-file", flags.port_file, "Write the bound port to this file once calls are taken");
  serve->add_option("--http-port-file", flags.http_port_file, "The same for HTTP");
  serve->add_option("--diagnostics-format", flags.diagnostics_format, "text or json, on stderr")
      ->check(CLI::IsMember({"text", "json"}));
  serve->add_option("--diagnostics-level", flags.diagnostics_level, "debug, info, warn or error")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}));

  CLI::App* check =
      app.add_subcommand("check-config", "Read configuration and keyring, and say what they say");
  check->add_option("--data-dir", flags.data_dir, "The archive's folder");
  AddConfigFlags(*check, flags);

  CLI::App* check_archive = app.add_subcommand("check", "Check all that an archive stores");
  AddCheckFlags(*check_archive, flags);

  CLI::App* rebuild = app.add_subcommand(
      "rebuild-catalog", "Make the catalog anew from the log, while no server runs on the archive");
  rebuild->add_option("--data-dir", flags.data_dir, "The archive's folder")->required();
  rebuild->add_flag("--allow-shared-key-file", flags.allow_shared_key_file, kAllowSharedHelp);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // help, version
    if (app.get_subcommands().empty() && argc > 1 && argv[1][0] != '-') {
      return Report(absl::InvalidArgumentError(
          fmt::format("there is no command \"{}\"; see chirographd --help", argv[1])));
    }
    return Report(absl::InvalidArgumentError(fmt::format("{}; see chirographd --help", error.what())));
  }
  if (init->parsed()) return Init(flags);
  if (check->parsed()) return CheckConfig(flags);
  if (check_archive->parsed()) return Check(flags);
  if (rebuild->parsed()) return RebuildCatalog(flags);
  return Serve(flags);
}

}  // namespace
}  // namespace chirograph

// NOLINTNEXTLINE(bugprone-exception-escape): CLI11 throws where options are defined wrongly, a defect
int main(int argc, char** argv) { return chirograph::Main(argc, argv); }
