// SPDX-License-Identifier: Apache-2.0
#include "service/list_articles.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "proto/rpc_error.h"
#include "service/article_payload.h"
#include "service/catalog_request.h"
#include "service/grpc_status.h"
#include "service/list_cursor.h"
#include "service/page_lookup.h"
#include "service/request.h"
#include "service/resume_token.h"

namespace chirograph {
namespace {

// Bytes of a position: how, then an index, or a published time and an index.
constexpr std::size_t kIndexPositionBytes = 9;
constexpr std::size_t kPublishedPositionBytes = 22;

void Put(std::vector<v1::ListedArticle> articles, v1::ListArticlesResponse* response) {
  for (v1::ListedArticle& article : articles) *response->add_articles() = std::move(article);
}
void Put(std::vector<v1::ListedArticle> articles, v1::ListVersionsResponse* response) {
  for (v1::ListedArticle& article : articles) *response->add_versions() = std::move(article);
}

// What a request says of how its list is sent, and what it takes to begin.
struct Beginning {
  std::uint64_t wait_for_tree_size = 0;
  std::optional<std::uint64_t> tree_size;  // of a token
  ListPlan plan;                           // but for next_page, and tree_size where there is no token
};

template <class Request>
absl::StatusOr<Beginning> ReadBeginning(const Request& request, std::string question,
                                        std::size_t position_bytes) {
  if (absl::Status status = CheckView(request.view()); !status.ok()) return status;
  Beginning beginning{.wait_for_tree_size = request.wait_for_tree_size()};
  if (!request.resume_token().empty()) {
    absl::StatusOr<ResumeToken> token = ReadResumeToken(question, position_bytes, request.resume_token());
    if (!token.ok()) return token.status();
    beginning.tree_size = token->tree_size;
    beginning.plan.position = std::move(token->position);
  }
  beginning.plan.question = std::move(question);
  beginning.plan.limit = request.limit();
  beginning.plan.view = request.view();
  return beginning;
}

// Every member is used by one thread at a time: the one that handles the call, then a worker, then the one
// that says that a message was written.
template <class Response>
class ListStream final : public grpc::ServerWriteReactor<Response> {
 public:
  // Makes next_page of the plan, whose tree_size is set, and fills in what is the same in all messages.
  using Open = std::function<absl::Status(ListPlan& plan, Response& header)>;

  ListStream(const Archive& archive, grpc::CallbackServerContext* context)
      : archive_(archive), context_(*context) {}

  // Called once, last in the handling of the call: from here on the stream may end, and be gone.
  void Begin(absl::StatusOr<Beginning> beginning, Open open) {
    if (!beginning.ok()) return End(beginning.status());
    const std::uint64_t newest = archive_.sequencer.tree()->checkpoint.tree_size;
    if (beginning->tree_size.value_or(0) > newest) {
      return End(InvalidField("resume_token", "it is of a log with more entries than this one has"));
    }
    open_ = std::move(open);
    beginning_ = *std::move(beginning);
    // Where the catalog is being made anew, a token waits for what it had before.
    WhenCatalogAt(
        archive_, context_, std::max(beginning_.wait_for_tree_size, beginning_.tree_size.value_or(0)),
        [this](const absl::Status& ready) { archive_.workers.Post([this, ready] { OpenList(ready); }); });
  }

  void OnWriteDone(bool ok) override {
    // The client is gone: nobody sees this.
    if (!ok) return this->Finish(grpc::Status(grpc::StatusCode::CANCELLED, "the client ended the call"));
    if (is_last_) return this->Finish(grpc::Status::OK);
    archive_.workers.Post([this] { Step(); });
  }

  void OnDone() override { delete this; }

 private:
  void End(const absl::Status& status) { this->Finish(ToGrpcStatus(status)); }

  void OpenList(const absl::Status& ready) {
    if (!ready.ok()) return End(ready);
    ListPlan& plan = beginning_.plan;
    plan.tree_size = beginning_.tree_size.value_or(archive_.catalog.tree_size());
    header_.set_catalog_tree_size(plan.tree_size);
    if (absl::Status status = open_(plan, header_); !status.ok()) return End(status);
    cursor_.emplace(archive_, std::move(plan));
    Step();
  }

  void Step() {
    if (context_.IsCancelled()) {
      return this->Finish(grpc::Status(grpc::StatusCode::CANCELLED, "the client ended the call"));
    }
    absl::StatusOr<std::optional<ListPart>> part = cursor_->Next();
    if (!part.ok()) return End(part.status());
    if (!*part) {
      archive_.workers.Post([this] { Step(); });
      return;
    }
    response_ = header_;
    Put(std::move((*part)->articles), &response_);
    response_.set_checkpoint((*part)->tree->note);
    response_.set_resume_token(std::move((*part)->resume_token));
    is_last_ = (*part)->is_last;
    this->StartWrite(&response_);
  }

  const Archive& archive_;
  const grpc::CallbackServerContext& context_;
  Open open_;
  Beginning beginning_;
  std::optional<ListCursor> cursor_;
  Response header_;
  Response response_;  // that is being written
  bool is_last_ = false;
};

// A position in one log is none in another.
std::string OfLog(const Archive& archive, std::string question) {
  return question.append(archive.log.vkey());
}

}  // namespace

grpc::ServerWriteReactor<v1::ListArticlesResponse>* StartListArticles(
    const Archive& archive, grpc::CallbackServerContext* context, const v1::ListArticlesRequest& request) {
  auto* const stream = new ListStream<v1::ListArticlesResponse>(archive, context);  // deletes itself
  absl::StatusOr<CatalogQuery> query = ReadCatalogQuery(request);
  if (!query.ok()) {
    stream->Begin(query.status(), {});
    return stream;
  }
  absl::StatusOr<Beginning> beginning =
      ReadBeginning(request, OfLog(archive, QuestionOf(*query)),
                    IsByPublished(query->order) ? kPublishedPositionBytes : kIndexPositionBytes);
  stream->Begin(std::move(beginning), [&catalog = archive.catalog, query = *std::move(query)](
                                          ListPlan& plan, v1::ListArticlesResponse&) {
    plan.next_page = [&catalog, query, tree_size = plan.tree_size](std::string_view position,
                                                                   const PageLimits& limits) {
      return catalog.List(query, tree_size, position, limits);
    };
    return absl::OkStatus();
  });
  return stream;
}

grpc::ServerWriteReactor<v1::ListVersionsResponse>* StartListVersions(
    const Archive& archive, grpc::CallbackServerContext* context, const v1::ListVersionsRequest& request) {
  auto* const stream = new ListStream<v1::ListVersionsResponse>(archive, context);  // deletes itself
  const absl::StatusOr<bool> order = ReadVersionOrder(request);
  absl::StatusOr<PageQuery> query = ReadPageQuery(request);
  if (!order.ok() || !query.ok()) {
    stream->Begin(query.ok() ? order.status() : query.status(), {});
    return stream;
  }
  absl::StatusOr<Beginning> beginning =
      ReadBeginning(request, OfLog(archive, QuestionOf(*query, *order)), kIndexPositionBytes);
  stream->Begin(std::move(beginning),
                [&catalog = archive.catalog, query = *std::move(query), newest_first = *order](
                    ListPlan& plan, v1::ListVersionsResponse& header) {
                  absl::StatusOr<ResolvedPage> page = ResolvePage(catalog, query, plan.tree_size);
                  if (!page.ok()) return page.status();
                  header.set_publisher_domain(page->name.publisher_domain);
                  plan.next_page = [&catalog, page = *std::move(page), newest_first](
                                       std::string_view position, const PageLimits& limits) {
                    return catalog.Versions(page.name, page.bounds, newest_first, position, limits);
                  };
                  return absl::OkStatus();
                });
  return stream;
}

}  // namespace chirograph
