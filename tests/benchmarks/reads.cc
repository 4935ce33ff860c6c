// SPDX-License-Identifier: Apache-2.0
#include "tests/benchmarks/reads.h"

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>
#include <rocksdb/db.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "chirograph/v1/archive_service.grpc.pb.h"
#include "chirograph/v1/log_service.grpc.pb.h"
#include "tests/benchmarks/bench_error.h"
#include "tests/benchmarks/child_program.h"
#include "tests/benchmarks/ingest_load.h"

namespace chirograph {
namespace {

constexpr std::size_t kCallers = 16;
// The store's column of contents, as docs/storage-format.md names it.
constexpr char kContentColumn[] = "content";

std::shared_ptr<grpc::Channel> ChannelTo(const std::string& address) {
  return grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
}

// `call` takes an index, and answers with the bytes of what came.
CallFigures MeasureCalls(std::uint64_t first, std::uint64_t end, std::size_t count,
                         const std::function<std::size_t(std::uint64_t)>& call) {
  std::mt19937_64 random(1);
  std::vector<std::uint64_t> indexes(count);
  for (std::uint64_t& index : indexes) index = first + random() % (end - first);
  for (std::size_t i = 0; i < std::min<std::size_t>(count, 100); ++i) call(indexes[i]);
  CallFigures figures;
  std::vector<double> times;
  for (const std::uint64_t index : indexes) {
    const double start = NowSeconds();
    figures.mean_bytes += static_cast<double>(call(index)) / static_cast<double>(count);
    times.push_back((NowSeconds() - start) * 1e6);
  }
  std::sort(times.begin(), times.end());
  figures.p50_us = Quantile(times, 0.5);
  const double start = NowSeconds();
  std::vector<std::thread> callers;
  for (std::size_t caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([&, caller] {
      for (std::size_t i = caller; i < count; i += kCallers) call(indexes[i]);
    });
  }
  for (std::thread& caller : callers) caller.join();
  figures.per_s = static_cast<double>(count) / (NowSeconds() - start);
  return figures;
}

}  // namespace

CallFigures MeasureGets(const std::string& address, std::uint64_t first, std::uint64_t end,
                        std::size_t count) {
  const auto stub = v1::ArchiveService::NewStub(ChannelTo(address));
  return MeasureCalls(first, end, count, [&](std::uint64_t index) {
    grpc::ClientContext context;
    v1::GetArticleRequest request;
    request.set_index(index);
    request.set_view(v1::ARTICLE_VIEW_CONTENT);
    v1::GetArticleResponse response;
    const grpc::Status status = stub->GetArticle(&context, request, &response);
    if (!status.ok()) Die("an article is not answered: " + status.error_message());
    return response.ByteSizeLong();
  });
}

CallFigures MeasureEcho(const std::string& program, const std::string& folder, std::size_t bytes,
                        std::size_t count) {
  const std::string port_file = folder + "/echo-port";
  ChildProgram echo({program, "--echo", port_file, "--echo-bytes", std::to_string(bytes)},
                    folder + "/echo.txt");
  const CallFigures figures =
      MeasureGets(fmt::format("127.0.0.1:{}", echo.AwaitPort(port_file)), 0, 1, count);
  echo.Stop();
  return figures;
}

CallFigures MeasureProofs(const std::string& address, std::uint64_t first, std::uint64_t end,
                          std::size_t count) {
  const auto stub = v1::LogService::NewStub(ChannelTo(address));
  return MeasureCalls(first, end, count, [&](std::uint64_t index) {
    grpc::ClientContext context;
    v1::GetInclusionProofRequest request;
    request.set_index(index);
    v1::GetInclusionProofResponse response;
    const grpc::Status status = stub->GetInclusionProof(&context, request, &response);
    if (!status.ok()) Die("a proof is not answered: " + status.error_message());
    return response.ByteSizeLong();
  });
}

ListFigures MeasureList(const std::string& address) {
  const auto stub = v1::ArchiveService::NewStub(ChannelTo(address));
  grpc::ClientContext context;
  v1::ListArticlesRequest request;
  request.set_view(v1::ARTICLE_VIEW_CONTENT);
  const double start = NowSeconds();
  const auto stream = stub->ListArticles(&context, request);
  std::uint64_t articles = 0;
  std::uint64_t bytes = 0;
  for (v1::ListArticlesResponse response; stream->Read(&response);) {
    articles += static_cast<std::uint64_t>(response.articles_size());
    bytes += response.ByteSizeLong();
  }
  const grpc::Status status = stream->Finish();
  if (!status.ok() || articles == 0) Die("a list ended early: " + status.error_message());
  const double seconds = NowSeconds() - start;
  return {static_cast<double>(articles) / seconds, static_cast<double>(bytes) / 1e6 / seconds};
}

ListFigures MeasureScan(const std::string& store_path) {
  const std::vector<rocksdb::ColumnFamilyDescriptor> columns = {
      {rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions()},
      {kContentColumn, rocksdb::ColumnFamilyOptions()}};
  rocksdb::DBOptions options;
  options.track_and_verify_wals_in_manifest =
      true;  // as the store's: else it would be changed, not only read
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::OpenForReadOnly(options, store_path, columns, &handles, &opened);
  if (!status.ok()) Die("the store cannot be scanned: " + status.ToString());
  const std::unique_ptr<rocksdb::DB> database(opened);
  std::uint64_t articles = 0;
  std::uint64_t bytes = 0;
  const double start = NowSeconds();
  std::unique_ptr<rocksdb::Iterator> all(database->NewIterator(rocksdb::ReadOptions(), handles[1]));
  for (all->SeekToFirst(); all->Valid(); all->Next()) {
    ++articles;
    bytes += all->value().size();
  }
  const double seconds = NowSeconds() - start;
  if (!all->status().ok() || articles == 0) Die("the scan ended early: " + all->status().ToString());
  all.reset();
  for (rocksdb::ColumnFamilyHandle* handle : handles) database->DestroyColumnFamilyHandle(handle);
  return {static_cast<double>(articles) / seconds, static_cast<double>(bytes) / 1e6 / seconds};
}

}  // namespace chirograph
