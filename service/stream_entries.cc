// SPDX-License-Identifier: Apache-2.0
#include "service/stream_entries.h"

#include <fmt/format.h>
#include <grpcpp/server_context.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "crypto/limits.h"
#include "service/grpc_status.h"
#include "service/request.h"
#include "service/store_error.h"

namespace chirograph {
namespace {

// Of a message's bytes, at most: what goes before an entry and its parts, and the index.
constexpr std::size_t kEntryOverhead = 32;
// Entries without articles are of 50 bytes and more; a message of few bytes must not be many.
constexpr std::uint64_t kMaxEntriesPerMessage = 8192;

absl::StatusOr<EntryRange> ReadRange(const Archive& archive, const v1::StreamEntriesRequest& request) {
  const std::uint64_t newest = archive.sequencer.tree()->checkpoint.tree_size;
  EntryRange range{.first_index = request.start_index(), .end_index = newest};
  if (request.has_end_index()) range.end_index = request.end_index();
  if (range.end_index > newest) return BeyondTreeSize("end_index", range.end_index, newest);
  if (range.first_index > range.end_index) {
    if (!request.has_end_index()) return BeyondTreeSize("start_index", range.first_index, newest);
    return InvalidField("start_index",
                        fmt::format("{} is over end_index, {}", range.first_index, range.end_index));
  }
  range.with_articles = request.include_articles();
  range.max_bytes = limits::kMaxStreamMessageBytes - kMaxEntriesPerMessage * kEntryOverhead;
  return range;
}

// What cannot be read is the operator's to know.
void Report(std::uint64_t index, const absl::Status& status) {
  spdlog::error("index {}: a part is missing in what is streamed: {}", index, std::string(status.message()));
}

void Put(StoredParts parts, std::uint64_t index, v1::StoredEntry* entry) {
  if (parts.log_entry.ok()) {
    entry->set_log_entry(*std::move(parts.log_entry));
  } else {
    Report(index, parts.log_entry.status());
  }
  if (parts.opening.ok()) entry->set_opening(*std::move(parts.opening));
  if (parts.content.ok()) entry->set_content(*std::move(parts.content));
  // NotFound may be as it should be: what should be there only a check of the entry knows.
  for (const auto* const part : {&parts.opening, &parts.content}) {
    if (absl::IsDataLoss(part->status())) Report(index, part->status());
  }
}

// Every member is used by one thread at a time: the one that handles the call, then a worker, then the one
// that says that a message was written.
class EntryStream final : public grpc::ServerWriteReactor<v1::StreamEntriesResponse> {
 public:
  EntryStream(const Archive& archive, grpc::CallbackServerContext* context)
      : archive_(archive), context_(*context) {}

  // Called once, last in the handling of the call: from here on the stream may end, and be gone.
  void Begin(const absl::StatusOr<EntryRange>& range) {
    if (!range.ok()) return Finish(ToGrpcStatus(range.status()));
    range_ = *range;
    Again();
  }

  void OnWriteDone(bool ok) override {
    // The client is gone: nobody sees this.
    if (!ok) return Finish(grpc::Status(grpc::StatusCode::CANCELLED, "the client ended the call"));
    Again();
  }

  void OnDone() override { delete this; }

 private:
  void Again() {
    if (range_.first_index == range_.end_index) return Finish(grpc::Status::OK);
    archive_.workers.Post([this] { Step(); });
  }

  void Step() {
    if (context_.IsCancelled()) {
      return Finish(grpc::Status(grpc::StatusCode::CANCELLED, "the client ended the call"));
    }
    EntryRange next = range_;
    next.end_index = std::min(next.end_index, next.first_index + kMaxEntriesPerMessage);
    absl::StatusOr<std::vector<StoredParts>> entries = archive_.store.ReadEntries(next);
    if (!entries.ok()) return Finish(ToGrpcStatus(FromStoreError(entries.status())));
    response_.Clear();
    response_.set_first_index(range_.first_index);
    for (StoredParts& parts : *entries) Put(std::move(parts), range_.first_index++, response_.add_entries());
    StartWrite(&response_);
  }

  const Archive& archive_;
  const grpc::CallbackServerContext& context_;
  EntryRange range_;  // what is left
  v1::StreamEntriesResponse response_;
};

}  // namespace

grpc::ServerWriteReactor<v1::StreamEntriesResponse>* StartStreamEntries(
    const Archive& archive, grpc::CallbackServerContext* context, const v1::StreamEntriesRequest& request) {
  auto* const stream = new EntryStream(archive, context);  // deletes itself
  stream->Begin(ReadRange(archive, request));
  return stream;
}

}  // namespace chirograph
