// SPDX-License-Identifier: Apache-2.0
//
// What a call of the client library gives back: something that was checked, or why there is nothing.
#ifndef CHIROGRAPH_CLIENT_ANSWER_H_
#define CHIROGRAPH_CLIENT_ANSWER_H_

#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "client/alarm.h"
#include "client/receipt_report.h"
#include "proto/rpc_error.h"

namespace chirograph {

enum class FailureKind {
  kCouldNot,      // network, disk, input that cannot be read, or the server says no; nothing is suspicious
  kBadOptions,    // an option, or the environment in its place, is none; nothing was asked
  kUntrusted,     // nobody has decided to trust this log's key; see ClientOptions.on_first_contact
  kDoesNotCheck,  // the server's answer is not what it must be
  kAlarm,         // the log contradicts what it signed before
};

// "COULD_NOT", "BAD_OPTIONS", "UNTRUSTED", "DOES_NOT_CHECK", "ALARM".
std::string_view FailureKindName(FailureKind kind);

struct Failure {
  FailureKind kind = FailureKind::kCouldNot;
  // Never OK. What happened, what was expected and what came; may quote the server. DataLoss where it does
  // not check or for an alarm; Unauthenticated where untrusted.
  absl::Status status;
  // For kCouldNot: the server's own error with its ErrorReason, if it was the server that said no.
  std::optional<ReceivedError> server_error;
  // For kDoesNotCheck: every line of the receipt's check, if it was a receipt.
  std::vector<Finding> findings;
  // Set exactly for kAlarm.
  std::optional<Alarm> alarm;
};

// A failure of each kind. `status` must not be OK.
Failure CouldNot(absl::Status status);
Failure BadOptions(absl::Status status);
Failure DoesNotCheck(std::string_view message);
Failure Alarmed(Alarm alarm);

// A T that was checked, or a Failure.
template <typename T>
class Answer {
 public:
  Answer(T value) : held_(std::move(value)) {}            // NOLINT(google-explicit-constructor)
  Answer(Failure failure) : held_(std::move(failure)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return std::holds_alternative<T>(held_); }
  // ok() must be true.
  const T& operator*() const& { return std::get<T>(held_); }
  T& operator*() & { return std::get<T>(held_); }
  T&& operator*() && { return std::get<T>(std::move(held_)); }
  const T* operator->() const { return &std::get<T>(held_); }
  T* operator->() { return &std::get<T>(held_); }
  // ok() must be false.
  const Failure& failure() const& { return std::get<Failure>(held_); }
  Failure&& failure() && { return std::get<Failure>(std::move(held_)); }

 private:
  std::variant<T, Failure> held_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_CLIENT_ANSWER_H_
