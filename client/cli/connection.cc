// SPDX-License-Identifier: Apache-2.0
#include "client/cli/connection.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "client/cli/failure_report.h"
#include "client/cli/keyring_option.h"
#include "client/cli/text.h"
#include "client/client_state.h"
#include "crypto/mutex.h"
#include "fmt/format.h"
#include "proto/shell_word.h"

namespace chirograph {
namespace {

// Asks whoever sits there, as ssh does, until the answer is yes or no; the end of input is no.
bool AskToTrust(const FirstContact& contact, CommandContext& context) {
  Console& console = context.console;
  console.Hint(fmt::format(
      "The archive at {} is not known here yet. It says:\n\n"
      "  origin  {}\n"
      "  key     {}\n\n"
      "Nothing vouches for that but the connection: compare the key with what the operator publishes.",
      EscapeForTerminal(contact.server), EscapeForTerminal(contact.origin),
      EscapeForTerminal(contact.verifier_key)));
  while (true) {
    console.Prompt("Trust this key from now on (yes/no)? ");
    const std::optional<std::string> answer = context.host.ReadInputLine();
    if (!answer || *answer == "no") return false;
    if (*answer == "yes") return true;
    console.Hint("Please type yes or no.");
  }
}

// Decides on first contact, and remembers what it saw, for the error message.
class TrustDecision {
 public:
  explicit TrustDecision(CommandContext& context) : context_(context) {}

  bool Decide(const FirstContact& contact) {
    contact_ = contact;
    if (context_.options.trust_first_use) return true;
    asked_ = context_.host.IsTerminal(Stream::kInput) && context_.host.IsTerminal(Stream::kError);
    return asked_ && AskToTrust(contact, context_);
  }

  // What to say once what was decided is remembered.
  void Announce() const {
    if (!contact_ || !context_.options.trust_first_use) return;
    context_.console.Hint(fmt::format("Trusting {} from now on, on first contact, with the key\n  {}",
                                      EscapeForTerminal(contact_->origin),
                                      EscapeForTerminal(contact_->verifier_key)));
  }

  // What to say where the answer was no.
  ExitCode Report(const Failure& failure) const {
    Console& console = context_.console;
    if (!contact_) return ReportFailure(failure, console);
    console.Error(fmt::format("the log {} at {} is not trusted, so nothing was asked of it", contact_->origin,
                              contact_->server));
    if (asked_) return ExitCodeOf(failure);
    const std::string key = EscapeForTerminal(ShellWord(contact_->verifier_key));
    console.Hint(
        fmt::format("It shows the key below. Compare it with what the operator publishes; then either of\n"
                    "  chirograph log trust {}\n"
                    "  chirograph --log-key {} ...\n"
                    "or, to take its word for it this once and hold it to that, add --trust-first-use.",
                    key, key));
    return ExitCodeOf(failure);
  }

 private:
  CommandContext& context_;
  std::optional<FirstContact> contact_;
  bool asked_ = false;
};

// Says so, once, where the archive keeps calls waiting for long: it is away, or its queue is full.
class PatienceNotice {
 public:
  PatienceNotice(Console& console, std::string server) : console_(console), server_(std::move(server)) {}

  // Before each new attempt of a call, from any thread.
  void Wait(absl::Duration delay) {
    Note(absl::Now());
    absl::SleepFor(delay);
  }

 private:
  void Note(absl::Time now) {
    constexpr absl::Duration kPatience = absl::Seconds(2);
    constexpr absl::Duration kQuiet = absl::Seconds(10);  // longer than any delay between two attempts
    MutexLock lock(mutex_);
    if (now - last_ > kQuiet) {
      began_ = now;
      said_ = false;
    }
    last_ = now;
    if (said_ || now - began_ < kPatience) return;
    said_ = true;
    console_.Hint(fmt::format("Waiting for the archive at {}, which does not answer or is busy ...",
                              EscapeForTerminal(server_)));
  }

  Console& console_;
  const std::string server_;
  Mutex mutex_;
  absl::Time began_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  absl::Time last_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  bool said_ ABSL_GUARDED_BY(mutex_) = false;
};

ClientOptions OptionsOf(const GlobalOptions& options, std::shared_ptr<const Keyring> keyring) {
  ClientOptions client;
  client.server = options.server;
  client.use_tls = options.tls || !options.tls_ca.empty();
  client.tls_ca_file = options.tls_ca;
  client.state_dir = options.state_dir;
  if (!options.log_key.empty()) client.log_key = options.log_key;
  client.keyring = std::move(keyring);
  return client;
}

}  // namespace

Connection ConnectToArchive(CommandContext& context) {
  Connection connection;
  auto keyring = LoadKeyringOption(context.options);
  if (!keyring.ok()) {
    context.console.Error(keyring.status());
    connection.code = ExitCode::kUsage;
    return connection;
  }
  connection.keyring = *std::move(keyring);
  ClientOptions options = OptionsOf(context.options, connection.keyring);
  const auto patience = std::make_shared<PatienceNotice>(context.console, context.options.server);
  options.sleep = [patience](absl::Duration delay) { patience->Wait(delay); };
  TrustDecision decision(context);
  options.on_first_contact = [&decision](const FirstContact& contact) { return decision.Decide(contact); };

  auto client = ArchiveClient::Connect(options);
  if (client.ok()) {
    decision.Announce();
    connection.client = *std::move(client);
  } else if (client.failure().kind == FailureKind::kUntrusted) {
    connection.code = decision.Report(client.failure());
  } else {
    connection.code = ReportFailure(client.failure(), context.console);
  }
  return connection;
}

absl::StatusOr<std::uint64_t> TrustedTreeSize(ArchiveClient& client) {
  const absl::StatusOr<std::optional<TrustedCheckpoint>> trusted = client.state().ReadCheckpoint();
  if (!trusted.ok()) return trusted.status();
  return trusted->has_value() ? (*trusted)->checkpoint.tree_size : 0;
}

absl::StatusOr<std::string> StateDirOption(const GlobalOptions& options) {
  if (!options.state_dir.empty()) return options.state_dir;
  return DefaultStateDir();
}

}  // namespace chirograph
