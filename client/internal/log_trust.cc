// SPDX-License-Identifier: Apache-2.0
#include "client/internal/log_trust.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/server_origin.h"
#include "crypto/status_message.h"
#include "proto/shell_word.h"

namespace chirograph::internal {
namespace {

Failure Untrusted(const ClientOptions& options, const NoteVerifier& key) {
  Failure failure;
  failure.kind = FailureKind::kUntrusted;
  failure.status = absl::UnauthenticatedError(fmt::format(
      "{} says that it is the log {} with the key {}; nobody has decided to trust that key. Get the "
      "key from the log's operator by another way and give it as --log-key, or take the server's "
      "word for it with --trust-first-use",
      options.server, key.name(), key.vkey()));
  return failure;
}

// The key that the server claims, if its own words fit each other.
Answer<NoteVerifier> ClaimedKey(const ClientOptions& options, const v1::GetLogInfoResponse& info) {
  absl::StatusOr<NoteVerifier> key = NoteVerifier::Parse(info.verifier_key());
  if (!key.ok()) {
    return DoesNotCheck(fmt::format("{} answers to GetLogInfo with a verifier key that is none: {}",
                                    options.server, MessageOf(key.status())));
  }
  if (key->name() != info.origin()) {
    return DoesNotCheck(fmt::format("{} says that it is the log '{}', but its key is of '{}'", options.server,
                                    info.origin(), key->name()));
  }
  return *std::move(key);
}

// Nothing: the pinned key is the claimed one, or there is none.
std::optional<Failure> AgainstPinned(const ClientOptions& options, const NoteVerifier& claimed) {
  if (!options.log_key.has_value()) return std::nullopt;
  const absl::StatusOr<NoteVerifier> pinned = NoteVerifier::Parse(*options.log_key);
  if (!pinned.ok()) {
    return BadOptions(absl::InvalidArgumentError(
        fmt::format("the log key that was given is none: {}", MessageOf(pinned.status()))));
  }
  if (pinned->vkey() == claimed.vkey()) return std::nullopt;
  return DoesNotCheck(fmt::format("expected the log key {}, which was given; {} has {}", pinned->vkey(),
                                  options.server, claimed.vkey()));
}

// A server that was one log must not become another unasked: under a new name it would have no past.
std::optional<Failure> AgainstServersPast(const ClientOptions& options, const std::string& state_dir,
                                          const NoteVerifier& claimed) {
  if (options.log_key.has_value()) return std::nullopt;
  const absl::StatusOr<std::optional<std::string>> before = ReadServerOrigin(state_dir, options.server);
  if (!before.ok()) return CouldNot(before.status());
  if (!before->has_value() || **before == claimed.name()) return std::nullopt;
  return DoesNotCheck(
      fmt::format("{} was the log {} before and now says that it is {}, with the key {}. A server that wants "
                  "to be rid of "
                  "its past would say so too. If the operator confirms the new log: compare that key with "
                  "the one that he "
                  "publishes elsewhere, not with this server's word, and give his as --log-key",
                  options.server, **before, claimed.name(), claimed.vkey()));
}

}  // namespace

Answer<TrustedLog> SettleTrust(const ClientOptions& options, const std::string& state_dir,
                               const v1::GetLogInfoResponse& info) {
  Answer<NoteVerifier> claimed = ClaimedKey(options, info);
  if (!claimed.ok()) return std::move(claimed).failure();
  std::optional<Failure> failure = AgainstPinned(options, *claimed);
  if (!failure.has_value()) failure = AgainstServersPast(options, state_dir, *claimed);
  if (failure.has_value()) return *std::move(failure);

  absl::StatusOr<ClientState> state = ClientState::Open(state_dir, claimed->name());
  if (!state.ok()) return CouldNot(state.status());
  const absl::StatusOr<std::optional<NoteVerifier>> trusted = state->ReadLogKey();
  if (!trusted.ok()) return CouldNot(trusted.status());
  if (trusted->has_value()) {
    if ((*trusted)->vkey() != claimed->vkey()) {
      return DoesNotCheck(fmt::format(
          "expected the log key {}, which is trusted; {} now has {}. If the operator confirms, by "
          "another way, that this is the log's new key: chirograph log forget {}",
          (*trusted)->vkey(), options.server, claimed->vkey(), ShellWord(claimed->name())));
    }
  } else {
    const bool yes = options.log_key.has_value() ||
                     (options.on_first_contact != nullptr &&
                      options.on_first_contact({options.server, claimed->name(), claimed->vkey()}));
    if (!yes) return Untrusted(options, *claimed);
    const absl::Status kept = state->TrustLogKey(*claimed);
    if (!kept.ok()) return CouldNot(kept);
  }
  const absl::StatusOr<std::optional<std::string>> before = ReadServerOrigin(state_dir, options.server);
  if (!before.ok() || *before != claimed->name()) {
    const absl::Status noted = WriteServerOrigin(state_dir, options.server, claimed->name());
    if (!noted.ok()) return CouldNot(noted);
  }
  return TrustedLog{*std::move(state), *std::move(claimed)};
}

}  // namespace chirograph::internal
