// SPDX-License-Identifier: Apache-2.0
#include "client/internal/article_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "client/internal/article_filter.h"
#include "client/internal/rpc_log_queries.h"
#include "client/internal/stream_call.h"

namespace chirograph::internal {
namespace {

constexpr std::string_view kCameWithWatch = "the answer to WatchArticles";
// How often should_stop is asked.
constexpr absl::Duration kStopInterval = absl::Milliseconds(200);

using WatchCall = StreamCall<v1::WatchArticlesResponse>;

// How one connection to a watch ended.
struct WatchAttempt {
  bool is_done = false;            // at its end, or because a callback said so
  std::optional<Failure> failure;  // what came does not check; else `status` says how the call ended
  grpc::Status status;
  bool had_message = false;
};

bool ShouldStop(const WatchCallbacks& callbacks) { return callbacks.should_stop && callbacks.should_stop(); }

WatchAttempt ReadOnce(WatchCall& call, WatchCheck& check, const WatchCallbacks& callbacks) {
  WatchAttempt attempted;
  const absl::Duration timeout = callbacks.should_stop ? kStopInterval : absl::InfiniteDuration();
  while (!ShouldStop(callbacks)) {
    v1::WatchArticlesResponse* response = nullptr;
    const WatchCall::Got got = call.Next(timeout, &response);
    if (got == WatchCall::Got::kNothing) continue;
    if (got == WatchCall::Got::kEnd) {
      attempted.status = call.Finish();
      return attempted;
    }
    attempted.had_message = true;
    Answer<WatchBatch> batch = check.Take(std::move(*response));
    if (!batch.ok()) {
      attempted.failure = std::move(batch).failure();
      return attempted;
    }
    if (callbacks.on_batch(*std::move(batch)) == StreamNext::kStop) break;
  }
  attempted.is_done = true;
  return attempted;
}

}  // namespace

WatchCheck::WatchCheck(const StreamServices& services, const v1::WatchArticlesRequest& request,
                       std::optional<TrustedCheckpoint> trusted)
    : services_(services), request_(request), previous_(std::move(trusted)) {
  request_.set_trusted_tree_size(previous_.has_value() ? previous_->checkpoint.tree_size : 0);
  // Without a start it is from now on, which is no earlier than what was signed before.
  end_.next_index = request_.has_start_index() ? request_.start_index() : request_.trusted_tree_size();
}

Answer<TrackedCheckpoint> WatchCheck::TakeCheckpoint(const v1::WatchArticlesResponse& message) {
  const std::uint64_t before = previous_.has_value() ? previous_->checkpoint.tree_size : 0;
  if (message.previous_tree_size() != before) {
    return DoesNotCheck(fmt::format("{} goes on from tree size {}; the one before was {}", kCameWithWatch,
                                    message.previous_tree_size(), before));
  }
  if (before == 0) {
    if (message.consistency_proof().empty()) {
      return services_.tracker.Observe(message.checkpoint(), kCameWithWatch);
    }
    return DoesNotCheck(fmt::format("{} has a consistency proof from no tree", kCameWithWatch));
  }
  const Answer<std::vector<Digest>> proof = ReadHashes(message.consistency_proof(), kCameWithWatch);
  return services_.tracker.ObserveExtension(message.checkpoint(), kCameWithWatch, *previous_, proof);
}

std::optional<Failure> WatchCheck::CheckRange(const v1::WatchArticlesResponse& message,
                                              std::uint64_t tree_size) const {
  if (message.next_index() < end_.next_index || message.next_index() > tree_size) {
    return DoesNotCheck(
        fmt::format("{} is of what is below index {}; it was at {} before, and tree size is {}",
                    kCameWithWatch, message.next_index(), end_.next_index, tree_size));
  }
  std::uint64_t least = end_.next_index;
  for (const v1::ListedArticle& listed : message.articles()) {
    const std::uint64_t index = listed.receipt().index();
    if (index < least || index >= message.next_index()) {
      return DoesNotCheck(fmt::format("{} has index {}; expected one from {}, below {}", kCameWithWatch,
                                      index, least, message.next_index()));
    }
    least = index + 1;
  }
  return std::nullopt;
}

Answer<WatchBatch> WatchCheck::Take(v1::WatchArticlesResponse message) {
  Answer<TrackedCheckpoint> tracked = TakeCheckpoint(message);
  if (!tracked.ok()) return std::move(tracked).failure();
  const std::uint64_t tree_size = tracked->received.checkpoint.tree_size;
  if (std::optional<Failure> unfit = CheckRange(message, tree_size)) return *std::move(unfit);
  WatchBatch batch;
  for (v1::ListedArticle& listed : *message.mutable_articles()) {
    Answer<ArchivedArticle> article =
        CheckListed(services_, std::move(listed), message.checkpoint(), request_.view(), kCameWithWatch);
    if (!article.ok()) return std::move(article).failure();
    if (const std::optional<std::string> why_not = WhyNotInFilter(request_.filter(), *article)) {
      return DoesNotCheck(
          fmt::format("{} has index {}, but {}", kCameWithWatch, article->report.index, *why_not));
    }
    batch.articles.push_back(*std::move(article));
  }
  begun_ = true;
  previous_ = std::move(tracked->received);
  end_.articles += batch.articles.size();
  end_.next_index = message.next_index();
  request_.set_start_index(end_.next_index);
  request_.set_trusted_tree_size(tree_size);
  batch.next_index = end_.next_index;
  batch.tree_size = tree_size;
  return batch;
}

Answer<WatchEnd> WatchArticles(const StreamServices& services, const v1::WatchArticlesRequest& request,
                               const WatchCallbacks& callbacks) {
  absl::StatusOr<std::optional<TrustedCheckpoint>> trusted = services.state.ReadCheckpoint();
  if (!trusted.ok()) return CouldNot(trusted.status());
  WatchCheck check(services, request, *std::move(trusted));
  RpcChannel::Patience patience(services.channel, "WatchArticles", kAnyAttempts, callbacks.retry_for);
  for (;;) {
    WatchCall call([&](grpc::ClientContext* context, grpc::CompletionQueue* queue) {
      return services.channel.archive().PrepareAsyncWatchArticles(context, check.request(), queue);
    });
    WatchAttempt attempted = ReadOnce(call, check, callbacks);
    if (attempted.failure.has_value()) return *std::move(attempted.failure);
    if (attempted.is_done || check.is_complete()) return check.end();
    if (attempted.status.ok()) {
      return DoesNotCheck(
          fmt::format("{} ends at index {}, which nobody asked for", kCameWithWatch, check.end().next_index));
    }
    if (attempted.had_message) patience.Renew();
    std::optional<Failure> failure = patience.After(attempted.status, callbacks.on_lost);
    if (!failure.has_value()) continue;
    const bool beyond =
        failure->server_error.has_value() && failure->server_error->code == absl::StatusCode::kOutOfRange;
    const std::uint64_t asked = std::max(check.request().start_index(), check.request().trusted_tree_size());
    return beyond && asked > 0 ? services.doubt_beyond_tree(asked - 1, *std::move(failure))
                               : *std::move(failure);
  }
}

}  // namespace chirograph::internal
