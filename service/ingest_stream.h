// SPDX-License-Identifier: Apache-2.0
//
// ArchiveService.IngestArticles.
#ifndef CHIROGRAPH_SERVICE_INGEST_STREAM_H_
#define CHIROGRAPH_SERVICE_INGEST_STREAM_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <cstddef>

#include "service/archive.h"

namespace chirograph {

// Streams of IngestArticles and VerifyArticles that a server has at a time. With the bounds below and the
// sequencer's queue they bound what ingest streams hold in memory: 64 MiB of articles in the queue, and for
// each stream one message (4 MiB as it came; 64 MiB parsed, limits::kMaxParsedMessageBytes, if it is made to
// take as much as it can), at most 8 MiB of articles that wait for the queue, and 3.5 MiB of answers: at
// most 2.6 GiB, and under 1 GiB where the articles are a newspaper's.
inline constexpr std::size_t kMaxIngestStreams = 32;
// Articles that were taken and whose answers are not yet written, and bytes of the openings in their
// receipts, beyond which no message is read. The last one may go past it: by 256 articles of 9 KiB.
inline constexpr std::size_t kIngestWindowArticles = 512;
inline constexpr std::size_t kIngestWindowBytes = std::size_t{1} << 20;

// Starts the handling of one call. `archive` and its parts must outlive the call.
grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* StartIngestStream(const Archive& archive);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_INGEST_STREAM_H_
