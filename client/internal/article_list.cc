// SPDX-License-Identifier: Apache-2.0
#include "client/internal/article_list.h"

#include <fmt/format.h>

#include <functional>
#include <iterator>
#include <string>
#include <utility>

#include "client/internal/article_filter.h"
#include "client/internal/list_check.h"
#include "client/internal/stream_call.h"

namespace chirograph::internal {
namespace {

template <typename Articles>
std::vector<v1::ListedArticle> TakeAll(Articles* articles) {
  return {std::make_move_iterator(articles->begin()), std::make_move_iterator(articles->end())};
}

ListMessage ListMessageOf(v1::ListArticlesResponse* response) {
  return {TakeAll(response->mutable_articles()), std::move(*response->mutable_checkpoint()),
          response->catalog_tree_size(), std::move(*response->mutable_resume_token()), ""};
}
ListMessage ListMessageOf(v1::ListVersionsResponse* response) {
  return {TakeAll(response->mutable_versions()), std::move(*response->mutable_checkpoint()),
          response->catalog_tree_size(), std::move(*response->mutable_resume_token()),
          std::move(*response->mutable_publisher_domain())};
}

// How one connection to a list ended.
struct ListAttempt {
  bool is_done = false;            // by the list's end, or because the callback had enough
  std::optional<Failure> failure;  // what came does not check; else `status` says how the call ended
  grpc::Status status;
};

template <typename Response>
ListAttempt ReadOnce(StreamCall<Response>& call, absl::Duration timeout, std::uint64_t seen, ListCheck& check,
                     const OnListBatch& on_batch) {
  ListAttempt attempted;
  for (;;) {
    Response* response = nullptr;
    switch (call.Next(timeout, &response)) {
      case StreamCall<Response>::Got::kEnd:
        attempted.status = call.Finish();
        return attempted;
      case StreamCall<Response>::Got::kNothing:
        attempted.status = grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED,
                                        fmt::format("nothing came for {}", absl::FormatDuration(timeout)));
        return attempted;
      case StreamCall<Response>::Got::kMessage:
        break;
    }
    Answer<ListBatch> batch = check.Take(ListMessageOf(response), seen);
    if (!batch.ok()) {
      attempted.failure = std::move(batch).failure();
      return attempted;
    }
    if (on_batch(*std::move(batch)) == StreamNext::kStop) {
      attempted.is_done = true;
      return attempted;
    }
  }
}

// Reads a list to its end, over as many connections as it takes. `request` is the caller's copy.
template <typename Request, typename Response>
Answer<ListEnd> ReadList(const StreamServices& services, Request request, ListQuestion question,
                         std::string_view name,
                         std::unique_ptr<grpc::ClientAsyncReader<Response>> (
                             v1::ArchiveService::Stub::*prepare)(grpc::ClientContext*, const Request&,
                                                                 grpc::CompletionQueue*),
                         const OnListBatch& on_batch) {
  ListCheck check(services, std::move(question));
  RpcChannel::Patience patience(services.channel, name, kAnyAttempts, services.channel.retry_for());
  const std::uint64_t limit = request.limit();
  for (;;) {
    const std::uint64_t before = check.end().articles;
    const std::uint64_t seen = services.tracker.LargestSeen();
    StreamCall<Response> call([&](grpc::ClientContext* context, grpc::CompletionQueue* queue) {
      return (services.channel.archive().*prepare)(context, request, queue);
    });
    ListAttempt attempted = ReadOnce(call, services.channel.call_timeout(), seen, check, on_batch);
    if (attempted.failure.has_value()) return *std::move(attempted.failure);
    // What ended the call does not matter where all of it is there.
    if (attempted.is_done || check.is_complete()) return check.end();
    if (attempted.status.ok()) {
      if (std::optional<Failure> breaks_off = check.End()) return *std::move(breaks_off);
    }
    // Articles are progress; messages without any could go on for ever.
    if (check.end().articles > before) patience.Renew();
    if (std::optional<Failure> failure = patience.After(attempted.status)) {
      const std::uint64_t asked = request.wait_for_tree_size();
      const bool beyond =
          failure->server_error.has_value() && failure->server_error->code == absl::StatusCode::kOutOfRange;
      return beyond && asked > 0 ? services.doubt_beyond_tree(asked - 1, *std::move(failure)) : *failure;
    }
    if (!check.end().resume_token.empty()) request.set_resume_token(check.end().resume_token);
    if (limit > 0) request.set_limit(limit - check.end().articles);
  }
}

template <typename Request>
ListQuestion QuestionOf(const Request& request, std::string came_with) {
  ListQuestion question;
  question.came_with = std::move(came_with);
  question.order = request.order();
  question.limit = request.limit();
  question.view = request.view();
  // One that is resumed is of as many entries as where it began.
  if (request.resume_token().empty()) question.least_tree_size = request.wait_for_tree_size();
  return question;
}

}  // namespace

Answer<ListEnd> ListArticles(const StreamServices& services, const v1::ListArticlesRequest& request,
                             const OnListBatch& on_batch) {
  ListQuestion question = QuestionOf(request, "the answer to ListArticles");
  question.why_not = [&request](const ArchivedArticle& article) {
    return WhyNotInFilter(request.filter(), article);
  };
  return ReadList<v1::ListArticlesRequest, v1::ListArticlesResponse>(
      services, request, std::move(question), "ListArticles",
      &v1::ArchiveService::Stub::PrepareAsyncListArticles, on_batch);
}

Answer<ListEnd> ListVersions(const StreamServices& services, const v1::ListVersionsRequest& request,
                             const OnListBatch& on_batch) {
  ListQuestion question = QuestionOf(request, "the answer to ListVersions");
  question.versions = true;
  const UrlRef page = PageOf(request);
  question.why_not = [&page](const ArchivedArticle& article) { return WhyNotOfPage(page, article.report); };
  return ReadList<v1::ListVersionsRequest, v1::ListVersionsResponse>(
      services, request, std::move(question), "ListVersions",
      &v1::ArchiveService::Stub::PrepareAsyncListVersions, on_batch);
}

}  // namespace chirograph::internal
