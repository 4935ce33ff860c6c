// SPDX-License-Identifier: Apache-2.0
#include "tests/client/test_server.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <utility>

#include "absl/time/clock.h"
#include "chirograph/v1/archive_service.grpc.pb.h"
#include "chirograph/v1/log_service.grpc.pb.h"
#include "chirograph/v1/verification_service.grpc.pb.h"
#include "crypto/keyring.h"
#include "crypto/mutex.h"
#include "crypto/secured_field.h"
#include "proto/canonical_form.h"
#include "proto/enum_conversion.h"
#include "proto/front_matter.h"
#include "proto/rpc_error.h"
#include "proto/stored_format.h"
#include "tests/client/test_listing.h"

namespace chirograph {
namespace {

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status wire = ToRpcStatus(status);
  return {static_cast<grpc::StatusCode>(wire.code()), wire.message(), wire.SerializeAsString()};
}

absl::Status Error(v1::ErrorReason reason, std::string_view message) { return MakeError(reason, message); }

struct Parsed {
  v1::Article article;
  std::string canonical_form;
  std::optional<std::string> source;
};

template <typename Request>
absl::StatusOr<Parsed> Parse(const Request& request) {
  Parsed parsed;
  if (request.has_source_document()) {
    absl::StatusOr<v1::Article> article = ParseDocument(request.source_document());
    if (!article.ok()) {
      return Error(v1::ERROR_REASON_DOCUMENT_UNREADABLE, std::string(article.status().message()));
    }
    parsed.article = *std::move(article);
    parsed.source = request.source_document();
  } else {
    parsed.article = request.article();
  }
  const absl::Status written = WriteCanonicalForm(parsed.article, &parsed.canonical_form);
  if (!written.ok()) {
    return Error(v1::ERROR_REASON_ARTICLE_NOT_CANONICAL, std::string(written.message()));
  }
  return parsed;
}

void PutStored(const TestLog::Entry& entry, bool with_article, v1::StoredEntry* stored) {
  stored->set_log_entry(entry.log_entry);
  if (!with_article || entry.opening.empty()) return;
  stored->set_opening(entry.opening);
  stored->set_content(entry.content);
}

}  // namespace

class TestServer::Impl final : public v1::ArchiveService::Service,
                               public v1::LogService::Service,
                               public v1::VerificationService::Service {
 public:
  Impl(TestLog log, TestServerOptions options) : log_(std::move(log)), options_(std::move(options)) {
    std::shared_ptr<grpc::ServerCredentials> credentials = grpc::InsecureServerCredentials();
    if (!options_.tls_key.empty()) {
      grpc::SslServerCredentialsOptions tls;
      tls.pem_key_cert_pairs.push_back({options_.tls_key, options_.tls_certificate});
      credentials = grpc::SslServerCredentials(tls);
    }
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort(options_.listen, credentials, &port);
    builder.RegisterService(static_cast<v1::ArchiveService::Service*>(this));
    builder.RegisterService(static_cast<v1::LogService::Service*>(this));
    builder.RegisterService(static_cast<v1::VerificationService::Service*>(this));
    server_ = builder.BuildAndStart();
    if (server_ == nullptr) std::abort();
    address_ = options_.listen.starts_with("unix:") ? options_.listen : fmt::format("127.0.0.1:{}", port);
  }
  ~Impl() override {
    server_->Shutdown();
    // What the handlers read may go after this. ThreadSanitizer does not see that gRPC has waited for them.
    const MutexLock lock(mutex_);
  }

  grpc::Status GetLogInfo(grpc::ServerContext*, const v1::GetLogInfoRequest*,
                          v1::GetLogInfoResponse* response) override {
    MutexLock lock(mutex_);
    if (absl::Status no = Begin("GetLogInfo"); !no.ok()) return ToGrpc(no);
    response->set_origin(log_.verifier().name());
    response->set_verifier_key(log_.verifier().vkey());
    response->set_software_version("test");
    return Finish(lies_.log_info, response);
  }

  grpc::Status GetCheckpoint(grpc::ServerContext*, const v1::GetCheckpointRequest*,
                             v1::GetCheckpointResponse* response) override {
    MutexLock lock(mutex_);
    if (absl::Status no = Begin("GetCheckpoint"); !no.ok()) return ToGrpc(no);
    response->set_checkpoint(log_.Checkpoint());
    return Finish(lies_.checkpoint, response);
  }

  grpc::Status GetInclusionProof(grpc::ServerContext*, const v1::GetInclusionProofRequest* request,
                                 v1::GetInclusionProofResponse* response) override {
    MutexLock lock(mutex_);
    if (absl::Status no = Begin("GetInclusionProof"); !no.ok()) return ToGrpc(no);
    const std::uint64_t size = request->has_tree_size() ? request->tree_size() : log_.tree_size();
    if (size > log_.tree_size() || request->index() >= size) return ToGrpc(Beyond());
    response->set_tree_size(size);
    const v1::Receipt receipt = log_.Receipt(request->index(), size);
    *response->mutable_hashes() = receipt.inclusion_proof();
    if (size == log_.tree_size()) response->set_checkpoint(receipt.checkpoint());
    return Finish(lies_.inclusion, response);
  }

  grpc::Status GetConsistencyProof(grpc::ServerContext*, const v1::GetConsistencyProofRequest* request,
                                   v1::GetConsistencyProofResponse* response) override {
    MutexLock lock(mutex_);
    if (absl::Status no = Begin("GetConsistencyProof"); !no.ok()) return ToGrpc(no);
    if (request->second_tree_size() > log_.tree_size()) return ToGrpc(Beyond());
    const absl::StatusOr<std::vector<Digest>> proof =
        ProveConsistency(request->first_tree_size(), request->second_tree_size(), log_);
    if (!proof.ok()) return ToGrpc(Error(v1::ERROR_REASON_REQUEST_INVALID, "sizes"));
    response->set_second_tree_size(request->second_tree_size());
    for (const Digest& hash : *proof) response->add_hashes(std::string(AsBytes(hash)));
    return Finish(lies_.consistency, response);
  }

  grpc::Status IngestArticle(grpc::ServerContext*, const v1::IngestArticleRequest* request,
                             v1::IngestArticleResponse* response) override {
    MutexLock lock(mutex_);
    if (absl::Status no = Begin("IngestArticle"); !no.ok()) return ToGrpc(no);
    const absl::StatusOr<std::uint64_t> index = Archive(*request, response);
    if (!index.ok()) return ToGrpc(index.status());
    *response->mutable_receipt() = log_.Receipt(*index);
    return Finish(lies_.ingest, response);
  }

  grpc::Status IngestArticles(
      grpc::ServerContext*,
      grpc::ServerReaderWriter<v1::IngestArticlesResponse, v1::IngestArticlesRequest>* stream) override {
    Lies lies;
    {
      MutexLock lock(mutex_);
      if (absl::Status no = Begin("IngestArticles"); !no.ok()) return ToGrpc(no);
      lies = lies_;
    }
    v1::IngestArticlesRequest request;
    for (int message = 0; stream->Read(&request); ++message) {
      const auto step = [&lies, message](StreamStep at) {
        return lies.stream_step ? lies.stream_step(at, message) : std::nullopt;
      };
      if (const auto end = step(StreamStep::kRead)) return ToGrpc(*end);
      v1::IngestArticlesResponse response = ArchiveAll(request);
      if (const auto end = step(StreamStep::kStored)) return ToGrpc(*end);
      if (lies.ingest_stream) lies.ingest_stream(response);
      stream->Write(response);
      if (const auto end = step(StreamStep::kAnswered)) return ToGrpc(*end);
    }
    return grpc::Status::OK;
  }

  grpc::Status GetArticle(grpc::ServerContext*, const v1::GetArticleRequest* request,
                          v1::GetArticleResponse* response) override {
    MutexLock lock(mutex_);
    if (absl::Status no = Begin("GetArticle"); !no.ok()) return ToGrpc(no);
    const absl::StatusOr<std::uint64_t> index = Resolve(*request);
    if (!index.ok()) return ToGrpc(index.status());
    const v1::Content content = *ParseContent(log_.entry(*index).content);
    *response->mutable_receipt() = log_.Receipt(*index);
    if (request->has_url()) response->set_catalog_tree_size(log_.tree_size());
    if (request->view() == v1::ARTICLE_VIEW_ARTICLE) {
      *response->mutable_article() = content.article();
    } else if (request->view() == v1::ARTICLE_VIEW_CONTENT) {
      response->set_content(log_.entry(*index).content);
    } else if (request->view() == v1::ARTICLE_VIEW_SOURCE) {
      if (!content.has_source_document()) {
        return ToGrpc(Error(v1::ERROR_REASON_NO_SOURCE_DOCUMENT, "it came as a message"));
      }
      response->set_source_document(content.source_document());
    }
    return Finish(lies_.get, response);
  }

  grpc::Status ListArticles(grpc::ServerContext*, const v1::ListArticlesRequest* request,
                            grpc::ServerWriter<v1::ListArticlesResponse>* writer) override {
    MutexLock lock(mutex_);
    if (absl::Status no = Begin("ListArticles"); !no.ok()) return ToGrpc(no);
    if (request->wait_for_tree_size() > log_.tree_size()) return ToGrpc(Beyond());
    const std::uint64_t tree_size = TokenTreeSize(request->resume_token());
    return SendList(*request, ListIndexes(log_, tree_size, request->filter(), request->order()), tree_size,
                    [&](int number, std::vector<v1::ListedArticle> articles, std::string token) {
                      v1::ListArticlesResponse response;
                      for (v1::ListedArticle& article : articles)
                        *response.add_articles() = std::move(article);
                      response.set_checkpoint(log_.Checkpoint());
                      response.set_catalog_tree_size(tree_size);
                      response.set_resume_token(std::move(token));
                      return Send("ListArticles", number, lies_.list, writer, response);
                    });
  }

  grpc::Status ListVersions(grpc::ServerContext*, const v1::ListVersionsRequest* request,
                            grpc::ServerWriter<v1::ListVersionsResponse>* writer) override {
    MutexLock lock(mutex_);
    if (absl::Status no = Begin("ListVersions"); !no.ok()) return ToGrpc(no);
    const absl::StatusOr<std::string> publisher = ResolvePublisher(*request);
    if (!publisher.ok()) return ToGrpc(publisher.status());
    std::vector<std::uint64_t> indexes = ListVersionIndexes(log_, *request, *publisher);
    if (request->order() == v1::LIST_ORDER_INDEX_DESCENDING) std::reverse(indexes.begin(), indexes.end());
    return SendList(*request, indexes, log_.tree_size(),
                    [&](int number, std::vector<v1::ListedArticle> articles, std::string token) {
                      v1::ListVersionsResponse response;
                      for (v1::ListedArticle& article : articles)
                        *response.add_versions() = std::move(article);
                      response.set_checkpoint(log_.Checkpoint());
                      response.set_catalog_tree_size(log_.tree_size());
                      response.set_resume_token(std::move(token));
                      response.set_publisher_domain(*publisher);
                      return Send("ListVersions", number, lies_.versions, writer, response);
                    });
  }

  grpc::Status WatchArticles(grpc::ServerContext* context, const v1::WatchArticlesRequest* request,
                             grpc::ServerWriter<v1::WatchArticlesResponse>* writer) override {
    std::uint64_t next = 0;
    std::uint64_t previous = request->trusted_tree_size();
    {
      MutexLock lock(mutex_);
      if (absl::Status no = Begin("WatchArticles"); !no.ok()) return ToGrpc(no);
      next = request->has_start_index() ? request->start_index() : log_.tree_size();
      if (next > log_.tree_size() || previous > log_.tree_size()) return ToGrpc(Beyond());
    }
    for (int number = 0; !context->IsCancelled();) {
      if (request->filter().has_end_index() && next >= request->filter().end_index()) break;
      {
        MutexLock lock(mutex_);
        if (number == 0 || next < log_.tree_size()) {
          v1::WatchArticlesResponse response = MakeWatchMessage(*request, previous, next);
          previous = log_.tree_size();
          next = response.next_index();
          const grpc::Status sent = Send("WatchArticles", number++, lies_.watch, writer, response);
          if (!sent.ok()) return sent;
          continue;
        }
      }
      absl::SleepFor(absl::Milliseconds(2));
    }
    return grpc::Status::OK;
  }

  grpc::Status StreamEntries(grpc::ServerContext*, const v1::StreamEntriesRequest* request,
                             grpc::ServerWriter<v1::StreamEntriesResponse>* writer) override {
    MutexLock lock(mutex_);
    if (absl::Status no = Begin("StreamEntries"); !no.ok()) return ToGrpc(no);
    const std::uint64_t end = request->has_end_index() ? request->end_index() : log_.tree_size();
    if (end > log_.tree_size()) return ToGrpc(Beyond());
    int number = 0;
    for (std::uint64_t next = request->start_index(); next < end;) {
      v1::StreamEntriesResponse response;
      response.set_first_index(next);
      while (next < end && response.entries_size() < kTestEntriesPerMessage) {
        PutStored(log_.entry(next++), request->include_articles(), response.add_entries());
      }
      const grpc::Status sent = Send("StreamEntries", number++, lies_.entries, writer, response);
      if (!sent.ok()) return sent;
    }
    return grpc::Status::OK;
  }

  grpc::Status VerifyArticle(grpc::ServerContext*, const v1::VerifyArticleRequest* request,
                             v1::VerifyArticleResponse* response) override {
    MutexLock lock(mutex_);
    if (absl::Status no = Begin("VerifyArticle"); !no.ok()) return ToGrpc(no);
    const absl::StatusOr<Parsed> parsed = Parse(*request);
    if (!parsed.ok()) return ToGrpc(parsed.status());
    *response->mutable_verification() =
        Verify(*parsed, request->has_evaluated_at() ? FromTimestamp(request->evaluated_at()) : TestTime());
    if (const std::optional<std::uint64_t> index = Find(*parsed)) response->set_archived_index(*index);
    if (request->include_canonical_form()) response->set_canonical_form(parsed->canonical_form);
    return Finish(lies_.verify, response);
  }

  const std::string& address() const { return address_; }
  TestLog log() const {
    MutexLock lock(mutex_);
    return log_;
  }
  void UseLog(TestLog log) {
    MutexLock lock(mutex_);
    log_ = std::move(log);
  }
  void Tell(Lies lies) {
    MutexLock lock(mutex_);
    lies_ = std::move(lies);
  }
  int Calls(std::string_view method) const {
    MutexLock lock(mutex_);
    const auto found = calls_.find(method);
    return found == calls_.end() ? 0 : found->second;
  }

 private:
  absl::Status Begin(const std::string& method) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    ++calls_[method];
    return lies_.refuse ? lies_.refuse(method) : absl::OkStatus();
  }

  // Test tokens are "TREE_SIZE/POSITION".
  std::uint64_t TokenTreeSize(const std::string& token) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return token.empty() ? log_.tree_size() : std::stoull(token.substr(0, token.find('/')));
  }

  // Sends `indexes` from the request's token on, up to its limit.
  template <typename Request, typename SendMessage>
  grpc::Status SendList(const Request& request, const std::vector<std::uint64_t>& indexes,
                        std::uint64_t tree_size, const SendMessage& send)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const std::string& token = request.resume_token();
    std::size_t position = token.empty() ? 0 : std::stoull(token.substr(token.find('/') + 1));
    std::uint64_t left = request.limit() == 0 ? indexes.size() + 1 : request.limit();
    for (int number = 0;; ++number) {
      std::vector<v1::ListedArticle> articles;
      while (articles.size() < kTestArticlesPerMessage && left > 0 && position < indexes.size()) {
        articles.push_back(MakeListed(log_, indexes[position++], log_.tree_size(), request.view()));
        --left;
      }
      const bool has_ended = position >= indexes.size();
      const grpc::Status sent =
          send(number, std::move(articles), has_ended ? "" : fmt::format("{}/{}", tree_size, position));
      if (!sent.ok() || has_ended || left == 0) return sent;
    }
  }

  v1::WatchArticlesResponse MakeWatchMessage(const v1::WatchArticlesRequest& request, std::uint64_t previous,
                                             std::uint64_t next) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    v1::WatchArticlesResponse response;
    while (next < log_.tree_size() && response.articles_size() < 2) {
      if (Fits(log_, next, request.filter())) {
        *response.add_articles() = MakeListed(log_, next, log_.tree_size(), request.view());
      }
      ++next;
    }
    response.set_checkpoint(log_.Checkpoint());
    response.set_previous_tree_size(previous);
    response.set_next_index(next);
    if (previous == 0 || previous == log_.tree_size()) return response;
    const std::vector<Digest> proof = *ProveConsistency(previous, log_.tree_size(), log_);
    for (const Digest& hash : proof) {
      response.add_consistency_proof(std::string(AsBytes(hash)));
    }
    return response;
  }

  template <typename Response, typename Lie>
  grpc::Status Send(std::string_view method, int number, const Lie& lie, grpc::ServerWriter<Response>* writer,
                    Response& response) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (lies_.cut) {
      const absl::Status cut = lies_.cut(method, number);
      if (!cut.ok()) return ToGrpc(cut);
    }
    if (lie) lie(number, response);
    if (!writer->Write(response)) return {grpc::StatusCode::CANCELLED, "the client is gone"};
    return grpc::Status::OK;
  }

  template <typename Request>
  absl::StatusOr<std::string> ResolvePublisher(const Request& request) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (request.wait_for_tree_size() > log_.tree_size()) return Beyond();
    const std::vector<std::string> publishers = ListPublishers(log_, request);
    if (request.has_publisher_domain()) {
      const std::string asked = NormalizePublisherDomain(request.publisher_domain()).value_or("");
      if (std::count(publishers.begin(), publishers.end(), asked) > 0) return asked;
    } else if (publishers.size() == 1) {
      return publishers.front();
    } else if (publishers.size() > 1) {
      return MakeError(v1::ERROR_REASON_AMBIGUOUS_PUBLISHER, "several publishers have it",
                       {{"publishers", fmt::format("{}", fmt::join(publishers, ","))}});
    }
    return MakeError(v1::ERROR_REASON_ARTICLE_NOT_FOUND, "no article of this URL counts",
                     {{"catalog_tree_size", fmt::format("{}", log_.tree_size())}});
  }

  // Its index; all of the response but the receipt.
  template <typename Request>
  absl::StatusOr<std::uint64_t> Archive(const Request& request, v1::IngestArticleResponse* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const absl::StatusOr<Parsed> parsed = Parse(request);
    if (!parsed.ok()) return parsed.status();
    v1::VerificationResult& verification = *response->mutable_verification();
    verification = Verify(*parsed, TestTime());
    const std::optional<std::uint64_t> index = Find(*parsed);
    response->set_already_archived(index.has_value());
    if (index.has_value()) return *index;
    if (verification.policy_action() == v1::POLICY_ACTION_REJECT) {
      return WithVerification(Error(v1::ERROR_REASON_REJECTED_BY_POLICY, "policy rejects it"), verification);
    }
    return parsed->source.has_value() ? log_.AddDocument(*parsed->source, options_.keyring)
                                      : log_.AddArticle(parsed->article, options_.keyring);
  }

  v1::IngestArticlesResponse ArchiveAll(const v1::IngestArticlesRequest& request)
      ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    std::vector<std::pair<absl::StatusOr<std::uint64_t>, v1::IngestArticleResponse>> done;
    for (const v1::TaggedSubmission& submission : request.submissions()) {
      v1::IngestArticleResponse response;
      const absl::Status no = Begin("submission");
      absl::StatusOr<std::uint64_t> index = no.ok() ? Archive(submission, &response) : no;
      done.emplace_back(std::move(index), std::move(response));
    }
    // When all are in the tree: their receipts are under one checkpoint.
    v1::IngestArticlesResponse all;
    for (std::size_t i = 0; i < done.size(); ++i) {
      auto& [index, response] = done[i];
      v1::SubmissionOutcome& outcome = *all.add_outcomes();
      outcome.set_tag(request.submissions(static_cast<int>(i)).tag());
      if (!index.ok()) {
        *outcome.mutable_refusal() = ToRpcStatus(index.status());
        continue;
      }
      *response.mutable_receipt() = log_.Receipt(*index);
      if (lies_.ingest) lies_.ingest(response);
      all.set_checkpoint(std::exchange(*response.mutable_receipt()->mutable_checkpoint(), ""));
      *outcome.mutable_receipt() = std::move(*response.mutable_receipt());
      *outcome.mutable_verification() = std::move(*response.mutable_verification());
      outcome.set_already_archived(response.already_archived());
    }
    return all;
  }

  template <typename Response>
  static grpc::Status Finish(const std::function<void(Response&)>& lie, Response* response) {
    if (lie) lie(*response);
    return grpc::Status::OK;
  }

  absl::Status Beyond() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return Error(v1::ERROR_REASON_BEYOND_TREE_SIZE, fmt::format("the tree size is {}", log_.tree_size()));
  }

  v1::VerificationResult Verify(const Parsed& parsed, absl::Time at) const {
    SecuredDocument document;
    document.canonical_form = parsed.canonical_form;
    if (parsed.article.has_secured()) document.secured = parsed.article.secured();
    if (parsed.article.provider().has_domain()) document.provider_domain = parsed.article.provider().domain();
    const SecuredVerification verified = VerifySecured(document, options_.keyring, at);
    v1::VerificationResult result;
    result.set_verdict(ToProto(verified.verdict));
    result.set_reason(ToProto(verified.reason));
    result.set_article_digest(std::string(AsBytes(Sha256(parsed.canonical_form))));
    result.set_publisher_domain(verified.publisher_domain);
    if (verified.key != nullptr) {
      result.set_key_id(verified.key->id);
      result.set_algorithm(ToProto(verified.key->public_key->algorithm()));
    }
    *result.mutable_evaluated_at() = ToTimestamp(at);
    const bool reject = verified.verdict == Verdict::kInvalid || verified.verdict == Verdict::kMalformed;
    result.set_policy_action(reject ? v1::POLICY_ACTION_REJECT : v1::POLICY_ACTION_ACCEPT);
    return result;
  }

  // The index of the same submission.
  std::optional<std::uint64_t> Find(const Parsed& parsed) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    for (std::uint64_t index = 0; index < log_.tree_size(); ++index) {
      if (log_.entry(index).content.empty()) continue;
      const v1::Content content = *ParseContent(log_.entry(index).content);
      if (content.has_source_document() != parsed.source.has_value()) continue;
      if (parsed.source.has_value()
              ? content.source_document() == *parsed.source
              : content.article().SerializeAsString() == parsed.article.SerializeAsString()) {
        return index;
      }
    }
    return std::nullopt;
  }

  absl::StatusOr<std::uint64_t> Resolve(const v1::GetArticleRequest& request) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (request.has_index()) {
      if (request.index() >= log_.tree_size()) return Beyond();
      if (log_.entry(request.index()).content.empty()) {
        return Error(v1::ERROR_REASON_NOT_AN_ARTICLE, "it is a key event");
      }
      return request.index();
    }
    if (request.has_url()) {
      const absl::StatusOr<std::string> publisher = ResolvePublisher(request);
      if (!publisher.ok()) return publisher.status();
      return ListVersionIndexes(log_, request, *publisher).back();
    }
    for (std::uint64_t index = 0; index < log_.tree_size(); ++index) {
      if (log_.entry(index).opening.empty()) continue;
      const v1::Opening opening = *ParseOpening(log_.entry(index).opening);
      if (request.has_article_digest() ? opening.article_digest() == request.article_digest()
                                       : opening.source_digest() == request.source_digest()) {
        return index;
      }
    }
    return Error(v1::ERROR_REASON_ARTICLE_NOT_FOUND, "there is no such article");
  }

  mutable Mutex mutex_;
  TestLog log_ ABSL_GUARDED_BY(mutex_);
  Lies lies_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, int, std::less<>> calls_ ABSL_GUARDED_BY(mutex_);
  const TestServerOptions options_;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

TestServer::TestServer(TestLog log, TestServerOptions options)
    : impl_(std::make_unique<Impl>(std::move(log), std::move(options))) {}
TestServer::~TestServer() = default;
const std::string& TestServer::address() const { return impl_->address(); }
TestLog TestServer::log() const { return impl_->log(); }
void TestServer::UseLog(TestLog log) { impl_->UseLog(std::move(log)); }
void TestServer::Tell(Lies lies) { impl_->Tell(std::move(lies)); }
int TestServer::Calls(std::string_view method) const { return impl_->Calls(method); }

}  // namespace chirograph
