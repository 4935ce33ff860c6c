// SPDX-License-Identifier: Apache-2.0
#include "client/internal/ingest_call.h"

#include <chrono>
#include <utility>

namespace chirograph::internal {

IngestCall::IngestCall(v1::ArchiveService::Stub& stub, Bell& bell) : bell_(bell) {
  stub.async()->IngestArticles(&context_, this);
  StartRead(&response_);
  // Writes begin outside gRPC's own calls to this, which must not end before the last of them: see End.
  AddHold();
  StartCall();
}

IngestCall::~IngestCall() {
  Cancel();
  while (!End().has_value()) {
    const std::uint64_t seen = bell_.Rings();
    if (!TakeResponse().has_value() && !End().has_value()) bell_.WaitFor(seen, std::chrono::seconds(1));
  }
}

bool IngestCall::CanWrite() {
  MutexLock lock(mutex_);
  return !writing_ && !closed_ && !read_all_;
}

void IngestCall::Write(v1::IngestArticlesRequest message) {
  {
    MutexLock lock(mutex_);
    writing_ = true;
  }
  request_ = std::move(message);
  StartWrite(&request_);
}

void IngestCall::CloseWriting() {
  {
    MutexLock lock(mutex_);
    closed_ = true;
  }
  StartWritesDone();
}

std::optional<v1::IngestArticlesResponse> IngestCall::TakeResponse() {
  {
    MutexLock lock(mutex_);
    if (!has_response_) return std::nullopt;
    has_response_ = false;
  }
  v1::IngestArticlesResponse response = std::move(response_);
  response_.Clear();
  StartRead(&response_);
  return response;
}

std::optional<grpc::Status> IngestCall::End() {
  bool remove_hold = false;
  {
    MutexLock lock(mutex_);
    if (end_.has_value()) return end_;
    remove_hold = read_all_ && held_;
    if (remove_hold) held_ = false;
  }
  if (remove_hold) RemoveHold();
  return std::nullopt;
}

void IngestCall::Cancel() { context_.TryCancel(); }

void IngestCall::OnReadDone(bool ok) {
  {
    MutexLock lock(mutex_);
    has_response_ = ok;
    read_all_ = !ok;
  }
  bell_.Ring();
}

void IngestCall::OnWriteDone(bool) {
  {
    MutexLock lock(mutex_);
    writing_ = false;
  }
  bell_.Ring();
}

void IngestCall::OnDone(const grpc::Status& status) {
  Bell& bell = bell_;  // this may go as soon as end_ is set
  {
    MutexLock lock(mutex_);
    end_ = status;
  }
  bell.Ring();
}

}  // namespace chirograph::internal
