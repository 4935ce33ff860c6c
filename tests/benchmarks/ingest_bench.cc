// SPDX-License-Identifier: Apache-2.0
#include "tests/benchmarks/ingest_bench.h"

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>

#include "chirograph/v1/archive_service.grpc.pb.h"
#include "crypto/file.h"
#include "tests/benchmarks/bench_error.h"
#include "tests/benchmarks/reads.h"

namespace chirograph {
namespace {

constexpr std::size_t kInFlight[] = {1, 16, 256};
// More than the server takes from one stream: its window decides.
constexpr std::size_t kUnbounded = 4096;
// Articles that are made at a time: they are held in memory.
constexpr std::size_t kChunk = 20'000;

std::string NewFolder(const std::string& folder) {
  OrDie(MakeNewFolder(folder, FileAccess::kSecret));
  return folder;
}

}  // namespace

IngestBench::IngestBench(const BenchPublisher& publisher, const std::string& folder,
                         const std::string& program, const BenchSizes& sizes)
    : publisher_(publisher),
      folder_(NewFolder(folder)),
      program_(program),
      sizes_(sizes),
      server_(folder_, publisher.keyring()) {}

IngestBench::Ingested IngestBench::Send(std::size_t count, std::size_t packing, std::size_t in_flight) {
  const std::vector<v1::Article> articles = MakeArticles(publisher_, next_, count);
  next_ += count;
  return Send(PackArticles(articles, packing), in_flight);
}

IngestBench::Ingested IngestBench::Send(const std::vector<v1::IngestArticlesRequest>& messages,
                                        std::size_t in_flight) {
  Ingested ingested;
  std::uint64_t bytes = 0;
  for (const v1::IngestArticlesRequest& message : messages) {
    for (const v1::TaggedSubmission& submission : message.submissions()) {
      bytes += submission.has_article() ? submission.article().ByteSizeLong()
                                        : submission.source_document().size();
    }
  }
  const double before = server_.CpuSeconds();
  ingested.load = RunIngestLoad(server_.address(), messages, in_flight);
  CatchUp();
  const auto count = static_cast<double>(ingested.load.articles);
  ingested.server_cpu_us = (server_.CpuSeconds() - before) * 1e6 / count;
  ingested.mean_bytes = static_cast<double>(bytes) / count;
  archived_ += ingested.load.articles;
  bytes_sent_ += bytes;
  return ingested;
}

void IngestBench::CatchUp() {
  const auto channel = grpc::CreateChannel(server_.address(), grpc::InsecureChannelCredentials());
  const auto log = v1::LogService::NewStub(channel);
  const auto archive = v1::ArchiveService::NewStub(channel);
  grpc::ClientContext context;
  v1::GetCheckpointResponse newest;
  if (!log->GetCheckpoint(&context, v1::GetCheckpointRequest(), &newest).ok()) Die("there is no checkpoint");
  // The second line of a checkpoint is the tree's size.
  const std::string& note = newest.checkpoint();
  const std::uint64_t tree_size = std::stoull(note.substr(note.find('\n') + 1));
  for (grpc::StatusCode code = grpc::StatusCode::UNAVAILABLE; code != grpc::StatusCode::OK;) {
    grpc::ClientContext list_context;
    v1::ListArticlesRequest request;
    request.set_limit(1);
    request.set_wait_for_tree_size(tree_size);
    const auto stream = archive->ListArticles(&list_context, request);
    for (v1::ListArticlesResponse response; stream->Read(&response);) {
    }
    const grpc::Status status = stream->Finish();
    code = status.error_code();
    if (code != grpc::StatusCode::OK && code != grpc::StatusCode::UNAVAILABLE) {
      Die("the catalog does not follow: " + status.error_message());
    }
  }
}

void IngestBench::Measure(BenchReport* report) {
  Send(sizes_.warm_up, kPacking, kUnbounded);
  const Ingested ingested = Send(sizes_.throughput, kPacking, kUnbounded);
  IngestFigures& figures = report->ingest;
  figures.articles = ingested.load.articles;
  figures.articles_per_s = static_cast<double>(figures.articles) / ingested.load.seconds;
  figures.server_cpu_us = ingested.server_cpu_us;
  figures.client_cpu_us = ingested.load.client_cpu_seconds * 1e6 / static_cast<double>(figures.articles);
  figures.mean_bytes = ingested.mean_bytes;
  for (const std::size_t in_flight : kInFlight) {
    const Ingested acks = Send(sizes_.latency, std::min(in_flight, kPacking), in_flight);
    figures.acks.push_back({in_flight, Quantile(acks.load.ack_ms, 0.5), Quantile(acks.load.ack_ms, 0.99)});
  }
  const Ingested documents =
      Send(MakePackedDocuments(publisher_, next_, sizes_.documents, kPacking), kUnbounded);
  next_ += sizes_.documents;
  figures.documents_per_s = static_cast<double>(documents.load.articles) / documents.load.seconds;
  figures.document_server_cpu_us = documents.server_cpu_us;
  MeasureReads(&report->reads);
}

void IngestBench::MeasureReads(ReadFigures* reads) {
  // Entry 0 is the key's.
  reads->get = MeasureGets(server_.address(), 1, archived_ + 1, sizes_.calls);
  reads->echo = MeasureEcho(program_, folder_, static_cast<std::size_t>(reads->get.mean_bytes), sizes_.calls);
  reads->proof = MeasureProofs(server_.address(), 1, archived_ + 1, sizes_.calls);
  reads->list = MeasureList(server_.address());
  server_.Stop();
  reads->scan = MeasureScan(server_.store_path());
  server_.Start();
}

void IngestBench::MeasureGrowth(BenchReport* report) {
  for (const std::size_t articles : sizes_.growth) {
    report->growth.push_back(MeasureAt(articles));
    if (articles == sizes_.checked) MeasureChecks(report);
  }
  server_.Stop();
}

void IngestBench::MeasureChecks(BenchReport* report) {
  report->audit = MeasureAudit(server_, publisher_.keyring(), folder_, archived_);
  server_.Stop();
  report->check = MeasureCheck(server_, publisher_.keyring(), folder_, archived_);
  server_.Start();
}

GrowthFigures IngestBench::MeasureAt(std::size_t articles) {
  while (archived_ + sizes_.growth_sample < articles) {
    Send(std::min(kChunk, articles - sizes_.growth_sample - archived_), kPacking, kUnbounded);
  }
  GrowthFigures figures;
  figures.ingest_cpu_us = Send(sizes_.growth_sample, kPacking, kUnbounded).server_cpu_us;
  figures.articles = archived_;
  figures.get_p50_us = MeasureGets(server_.address(), 1, archived_ + 1, sizes_.calls).p50_us;
  figures.proof_us = MeasureProofs(server_.address(), 1, archived_ + 1, sizes_.calls).p50_us;
  figures.rss_mib = server_.ResidentMib();
  server_.Stop();
  figures.disk_bytes_per_article = static_cast<double>(server_.DiskBytes()) / static_cast<double>(archived_);
  figures.sent_bytes_per_article = static_cast<double>(bytes_sent_) / static_cast<double>(archived_);
  figures.open_ms = server_.Start();
  return figures;
}

}  // namespace chirograph
