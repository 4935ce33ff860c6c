// SPDX-License-Identifier: Apache-2.0
//
// Every bound on what a stranger can send, in one place. All are inclusive. The three limits on an
// article together keep each answer of the server under gRPC's default of 4 MiB a message.
#ifndef CHIROGRAPH_CRYPTO_LIMITS_H_
#define CHIROGRAPH_CRYPTO_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace chirograph::limits {

// --- An article ---

// Bytes of a source document: front matter, body and all.
inline constexpr std::size_t kMaxSourceDocumentBytes = std::size_t{1536} * 1024;
// Bytes of front matter between its two lines of dashes.
inline constexpr std::size_t kMaxFrontMatterBytes = std::size_t{1024} * 1024;
// Bytes of a canonical form, which may be larger than its document (escapes, aliases).
inline constexpr std::size_t kMaxCanonicalFormBytes = std::size_t{1792} * 1024;
// Bytes of a Content: the Article as a message (which may be several times its canonical form) and the
// source document.
inline constexpr std::size_t kMaxContentBytes = std::size_t{3584} * 1024;
// Bytes of the URL that an Opening takes from an article.
inline constexpr std::size_t kMaxUrlBytes = std::size_t{8} * 1024;
// Bytes of a secured field: 20 times what the largest key needs. An article with a longer one is not taken.
inline constexpr std::size_t kMaxSecuredFieldBytes = std::size_t{16} * 1024;
// Bytes of the text of all scalars once aliases are expanded.
inline constexpr std::size_t kMaxExpandedScalarBytes = kMaxCanonicalFormBytes;
// Nodes (keys and values) of a front matter once aliases are expanded, and of an article's canonical form but
// for its body. A node may take 200 bytes of memory for 3 on the wire. Keyrings and configurations are held
// to it too.
inline constexpr std::size_t kMaxArticleNodes = 100'000;
// Brackets, commas and quotes in a row of which nothing is known but that yaml-cpp has read them: it may
// hold 240 bytes for each, so this is 60 MB. Text of one scalar counts too.
inline constexpr std::size_t kMaxYamlLookahead = 250'000;
// Mappings and lists within each other; the top-level mapping is level 1.
inline constexpr int kMaxNesting = 16;

// --- The secured field and keys ---

inline constexpr std::size_t kMaxKeyIdChars = 64;
inline constexpr std::size_t kMaxKeysPerPublisher = 8;
inline constexpr std::size_t kMaxDomainChars = 253;
inline constexpr std::size_t kMaxDomainLabelChars = 63;
inline constexpr int kMinRsaBits = 2048;
inline constexpr int kMaxRsaBits = 4096;
// Bytes of a key file (PEM or hex).
inline constexpr std::size_t kMaxKeyFileBytes = std::size_t{16} * 1024;
// Bytes of a keyring or a configuration.
inline constexpr std::size_t kMaxConfigFileBytes = std::size_t{1024} * 1024;

// --- The log ---

// Bytes of one LogEntry, and so of an entry in an entry bundle.
inline constexpr std::size_t kMaxLogEntryBytes = 4096;
// Bytes of a signed note, and signature lines in it. signed-note asks for at least 16 signatures, of nearly
// 5 kB each once they are post-quantum ones.
inline constexpr std::size_t kMaxNoteBytes = std::size_t{128} * 1024;
inline constexpr std::size_t kMaxNoteSignatures = 64;
// Bytes of a verifier or signer key's text.
inline constexpr std::size_t kMaxNoteKeyBytes = 1024;
// Bytes of the largest entry of an entry bundle that the format can say the length of.
inline constexpr std::size_t kMaxBundledEntryBytes = 65535;
// Hashes of an inclusion or consistency proof for up to 2^63 entries.
inline constexpr std::size_t kMaxProofHashes = 64;
// Bytes of a .tlog-proof file.
inline constexpr std::size_t kMaxTlogProofBytes = std::size_t{4} * 1024 * 1024;

// --- Questions ---

// Topics in one filter.
inline constexpr int kMaxTopicsInFilter = 8;
// Bytes of a text in a filter: an article's own can be longer, and are then found by other means.
inline constexpr std::size_t kMaxFilterTextBytes = std::size_t{8} * 1024;
// Bytes of a resume token. Longer ones are refused unread.
inline constexpr std::size_t kMaxResumeTokenBytes = 128;
// Characters of a text that is read leniently as the time of publication; what is longer is no time.
inline constexpr std::size_t kMaxPublishedTimeChars = 64;

// --- What a client reads ---

// Bytes of a file with certificates of authorities.
inline constexpr std::size_t kMaxCaFileBytes = std::size_t{4} * 1024 * 1024;
// Bytes of a file with the failures of an ingest: some millions of paths.
inline constexpr std::size_t kMaxFailuresFileBytes = std::size_t{1} << 30;
// Bytes of the state of an audit.
inline constexpr std::size_t kMaxAuditStateBytes = std::size_t{64} * 1024 * 1024;

// --- A gRPC message ---

// Bytes of one message in either direction: gRPC's default.
inline constexpr int kMaxGrpcMessageBytes = 4 * 1024 * 1024;
// Bytes of memory that a message with articles may take once it is parsed. An article of kMaxArticleNodes
// takes some 20 MiB.
inline constexpr std::size_t kMaxParsedMessageBytes = std::size_t{64} << 20;
// Bytes of one message of a stream, unless one article alone is larger.
inline constexpr std::size_t kMaxStreamMessageBytes = std::size_t{1} << 20;
// Submissions in one message of an ingest stream.
inline constexpr std::uint32_t kMaxSubmissionsPerMessage = 256;
// Bytes of grpc-status-details-bin.
inline constexpr std::size_t kMaxErrorDetailsBytes = std::size_t{8} * 1024;

}  // namespace chirograph::limits

#endif  // CHIROGRAPH_CRYPTO_LIMITS_H_
