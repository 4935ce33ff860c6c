// SPDX-License-Identifier: Apache-2.0
#include "service/watch_articles.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "crypto/mutex.h"
#include "proto/rpc_error.h"
#include "service/article_payload.h"
#include "service/catalog_request.h"
#include "service/grpc_status.h"
#include "service/list_cursor.h"
#include "service/receipt_builder.h"
#include "service/request.h"

namespace chirograph {
namespace {

// Where the log grows by what the filter leaves out: between two messages that say so.
constexpr absl::Duration kQuietTime = absl::Seconds(2);
// A wait that nobody ends is begun again: the catalog holds on to one whose client is gone for so long.
constexpr absl::Duration kLongestPause = absl::Seconds(2);
// Of a consistency proof: 2 hashes for each of 63 levels, with what goes before each, and three numbers.
constexpr std::size_t kProofBytes = std::size_t{2} * 63 * 34 + 64;

// What a request asks for, checked.
struct WatchPlan {
  CatalogQuery query;
  v1::ArticleView view = v1::ARTICLE_VIEW_RECORD;
  std::uint64_t start_index = 0;
  std::uint64_t trusted_tree_size = 0;
};

absl::StatusOr<WatchPlan> ReadPlan(const Archive& archive, const v1::WatchArticlesRequest& request) {
  if (absl::Status status = CheckView(request.view()); !status.ok()) return status;
  absl::StatusOr<CatalogQuery> query = ReadCatalogQuery(request.filter());
  if (!query.ok()) return query.status();
  const std::uint64_t newest = archive.sequencer.tree()->checkpoint.tree_size;
  WatchPlan plan{.query = *std::move(query), .view = request.view(), .start_index = newest};
  if (request.has_start_index()) plan.start_index = request.start_index();
  if (plan.start_index > newest) return BeyondTreeSize("start_index", plan.start_index, newest);
  plan.trusted_tree_size = request.trusted_tree_size();
  if (plan.trusted_tree_size > newest) {
    return BeyondTreeSize("trusted_tree_size", plan.trusted_tree_size, newest);
  }
  return plan;
}

// One call. Alive as long as gRPC, a worker or the catalog needs it, and so long it counts as a watch: a
// client that begins and ends watches in a loop runs into their number, not into the server's memory.
//
// It is at work, writing or waiting, one at a time. What is not guarded belongs to whoever works.
class WatchStream final : public grpc::ServerWriteReactor<v1::WatchArticlesResponse>,
                          public LastingStream,
                          public std::enable_shared_from_this<WatchStream> {
 public:
  explicit WatchStream(const Archive& archive) : archive_(archive), watches_(archive.watches) {}
  ~WatchStream() override { watches_->Remove(this); }

  void Begin(absl::StatusOr<WatchPlan> plan) ABSL_LOCKS_EXCLUDED(mutex_) {
    self_ = shared_from_this();
    absl::Status status = plan.ok() ? watches_->Add(self_) : plan.status();
    if (!status.ok()) return End(ToGrpcStatus(status));
    plan_ = *std::move(plan);
    next_index_ = plan_.start_index;
    told_tree_size_ = plan_.trusted_tree_size;
    Again();
  }

  void Stop() override ABSL_LOCKS_EXCLUDED(mutex_) {
    Interrupt(ToGrpcStatus(
        MakeError(v1::ERROR_REASON_SHUTTING_DOWN, "the server is stopping; watch again from next_index")));
  }

  void OnCancel() override ABSL_LOCKS_EXCLUDED(mutex_) { Interrupt(CancelledByClient()); }

  void OnWriteDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_) {
    if (!ok) return End(CancelledByClient());
    if (next_index_ >= plan_.query.end_index) return End(grpc::Status::OK);
    Again();
  }

  void OnDone() override { self_.reset(); }

 private:
  // The articles from next_index_ up to where the catalog was when it began.
  struct Round {
    std::uint64_t tree_size;
    ListCursor cursor;
  };

  // Ends the call now where it waits, else as soon as what is under way is done.
  void Interrupt(const grpc::Status& status) ABSL_LOCKS_EXCLUDED(mutex_) {
    const std::shared_ptr<WatchStream> self = shared_from_this();
    {
      MutexLock lock(mutex_);
      if (interrupted_) return;
      interrupted_ = status;
      if (!waiting_) return;
      waiting_ = false;
    }
    Finish(status);
  }

  // By whoever works or was called back, as the last thing.
  void End(const grpc::Status& status) ABSL_LOCKS_EXCLUDED(mutex_) {
    {
      MutexLock lock(mutex_);
      if (!interrupted_) interrupted_ = status;
    }
    Finish(status);
  }

  std::optional<grpc::Status> interrupted() ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    return interrupted_;
  }

  void Again() {
    archive_.workers.Post([self = shared_from_this()] { self->Step(); });
  }

  void Step() ABSL_LOCKS_EXCLUDED(mutex_) {
    if (const std::optional<grpc::Status> status = interrupted()) return Finish(*status);
    if (!has_begun_) {
      has_begun_ = true;
      return Send({.tree = archive_.sequencer.tree()});
    }
    if (IsSilentTooLong()) return Send({.tree = archive_.sequencer.tree()});
    if (!round_ && !OpenRound()) return Wait();
    Search();
  }

  // Whether the client does not know for long what was looked at.
  bool IsSilentTooLong() const { return next_index_ > told_index_ && absl::Now() - last_sent_ >= kQuietTime; }

  // False: the catalog has no more yet.
  bool OpenRound() {
    const std::uint64_t tree_size = archive_.catalog.tree_size();
    if (tree_size <= next_index_) return false;
    CatalogQuery query = plan_.query;
    query.first_index = std::max(query.first_index, next_index_);
    ListPlan list{.tree_size = tree_size, .view = plan_.view, .reserved_bytes = kProofBytes};
    list.next_page = [&catalog = archive_.catalog, query = std::move(query), tree_size](
                         std::string_view position, const PageLimits& limits) {
      return catalog.List(query, tree_size, position, limits);
    };
    round_.emplace(Round{tree_size, ListCursor(archive_, std::move(list))});
    return true;
  }

  void Search() {
    absl::StatusOr<std::optional<ListPart>> part = round_->cursor.Next();
    if (!part.ok()) return End(ToGrpcStatus(part.status()));
    if (!*part) return Again();
    if ((*part)->is_last) {
      next_index_ = round_->tree_size;
      round_.reset();
    } else {
      next_index_ = (*part)->articles.back().receipt().index() + 1;
    }
    if ((*part)->articles.empty() && next_index_ < plan_.query.end_index) return Again();
    Send(**std::move(part));
  }

  void Send(ListPart part) {
    response_.Clear();
    const std::uint64_t tree_size = part.tree->checkpoint.tree_size;
    if (told_tree_size_ > 0 && told_tree_size_ < tree_size) {
      const absl::StatusOr<std::vector<Digest>> proof =
          ProveVerifiedConsistency(archive_.store, *part.tree, told_tree_size_, tree_size);
      if (!proof.ok()) return End(ToGrpcStatus(proof.status()));
      for (const Digest& hash : *proof) response_.add_consistency_proof(std::string(AsBytes(hash)));
    }
    for (v1::ListedArticle& article : part.articles) *response_.add_articles() = std::move(article);
    response_.set_checkpoint(part.tree->note);
    response_.set_previous_tree_size(told_tree_size_);
    response_.set_next_index(next_index_);
    told_tree_size_ = tree_size;
    told_index_ = next_index_;
    last_sent_ = absl::Now();
    StartWrite(&response_);
  }

  // Until the catalog has the next entry, or there is something to say.
  void Wait() ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::Duration timeout = kLongestPause;
    if (next_index_ > told_index_) timeout = std::min(timeout, last_sent_ + kQuietTime - absl::Now());
    const std::uint64_t awaited = next_index_ + 1;
    std::optional<grpc::Status> interrupted;
    {
      MutexLock lock(mutex_);
      interrupted = interrupted_;
      waiting_ = !interrupted_;
    }
    if (interrupted) return Finish(*interrupted);
    // From here on it may end, and whoever ends the wait has it.
    archive_.catalog.WhenAt(
        awaited, timeout, [self = shared_from_this()](const absl::Status& status) { self->EndWait(status); });
  }

  void EndWait(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mutex_) {
    {
      MutexLock lock(mutex_);
      if (!waiting_) return;  // the call has ended
      waiting_ = false;
    }
    if (!status.ok() && ReasonOf(status) != v1::ERROR_REASON_CATALOG_BEHIND) return End(ToGrpcStatus(status));
    Again();
  }

  const Archive& archive_;  // not after the call
  const std::shared_ptr<StreamRegistry> watches_;
  std::shared_ptr<WatchStream> self_;  // until OnDone
  WatchPlan plan_;
  bool has_begun_ = false;
  std::uint64_t next_index_ = 0;
  std::uint64_t told_index_ = 0;  // the next_index of the last message, as is the tree_size
  std::uint64_t told_tree_size_ = 0;
  absl::Time last_sent_ = absl::InfinitePast();
  std::optional<Round> round_;
  v1::WatchArticlesResponse response_;  // that is being written

  Mutex mutex_;
  bool waiting_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<grpc::Status> interrupted_ ABSL_GUARDED_BY(mutex_);  // what the call ends with
};

}  // namespace

grpc::ServerWriteReactor<v1::WatchArticlesResponse>* StartWatchArticles(
    const Archive& archive, const v1::WatchArticlesRequest& request) {
  const auto stream = std::make_shared<WatchStream>(archive);
  WatchStream* const reactor = stream.get();
  stream->Begin(ReadPlan(archive, request));
  return reactor;
}

}  // namespace chirograph
