// SPDX-License-Identifier: Apache-2.0
#include "client/internal/entry_stream.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "client/internal/stream_call.h"

namespace chirograph::internal {
namespace {

constexpr std::string_view kCameWithEntries = "the answer to StreamEntries";

using EntriesCall = StreamCall<v1::StreamEntriesResponse>;

// How one connection ended.
struct EntriesAttempt {
  bool is_done = false;            // the callback had enough
  std::optional<Failure> failure;  // else `status` says how the call ended
  grpc::Status status;
};

std::optional<Failure> CheckNext(const v1::StreamEntriesRequest& left,
                                 const v1::StreamEntriesResponse& message) {
  const auto count = static_cast<std::uint64_t>(message.entries_size());
  if (message.first_index() == left.start_index() && count > 0 &&
      count <= left.end_index() - left.start_index()) {
    return std::nullopt;
  }
  return DoesNotCheck(fmt::format("{} has {} entries from index {} on; expected some from index {}, below {}",
                                  kCameWithEntries, count, message.first_index(), left.start_index(),
                                  left.end_index()));
}

EntriesAttempt ReadOnce(EntriesCall& call, absl::Duration timeout, v1::StreamEntriesRequest& left,
                        const OnEntries& on_entries) {
  EntriesAttempt attempted;
  for (;;) {
    v1::StreamEntriesResponse* message = nullptr;
    const EntriesCall::Got got = call.Next(timeout, &message);
    if (got != EntriesCall::Got::kMessage) {
      attempted.status =
          got == EntriesCall::Got::kEnd
              ? call.Finish()
              : grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED,
                             fmt::format("nothing came for {}", absl::FormatDuration(timeout)));
      return attempted;
    }
    attempted.failure = CheckNext(left, *message);
    if (attempted.failure.has_value()) return attempted;
    left.set_start_index(left.start_index() + static_cast<std::uint64_t>(message->entries_size()));
    const Answer<StreamNext> next = on_entries(*message);
    if (!next.ok()) {
      attempted.failure = next.failure();
      return attempted;
    }
    if (*next == StreamNext::kStop) {
      attempted.is_done = true;
      return attempted;
    }
  }
}

}  // namespace

Answer<std::uint64_t> StreamEntries(const StreamServices& services, v1::StreamEntriesRequest request,
                                    const OnEntries& on_entries) {
  RpcChannel::Patience patience(services.channel, "StreamEntries", kAnyAttempts,
                                services.channel.retry_for());
  while (request.start_index() < request.end_index()) {
    const std::uint64_t before = request.start_index();
    EntriesCall call([&](grpc::ClientContext* context, grpc::CompletionQueue* queue) {
      return services.channel.log().PrepareAsyncStreamEntries(context, request, queue);
    });
    EntriesAttempt attempted = ReadOnce(call, services.channel.call_timeout(), request, on_entries);
    if (attempted.failure.has_value()) return *std::move(attempted.failure);
    if (attempted.is_done || request.start_index() == request.end_index()) break;
    if (attempted.status.ok()) {
      return DoesNotCheck(fmt::format("{} ends before index {}; expected entries up to {}", kCameWithEntries,
                                      request.start_index(), request.end_index()));
    }
    if (request.start_index() > before) patience.Renew();
    std::optional<Failure> failure = patience.After(attempted.status);
    if (!failure.has_value()) continue;
    const bool beyond =
        failure->server_error.has_value() && failure->server_error->code == absl::StatusCode::kOutOfRange;
    return beyond ? services.doubt_beyond_tree(request.end_index() - 1, *std::move(failure))
                  : *std::move(failure);
  }
  return request.start_index();
}

}  // namespace chirograph::internal
