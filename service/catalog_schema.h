// SPDX-License-Identifier: Apache-2.0
//
// The layout of the catalog, with its codec (docs/catalog-format.md). Every value here is on disk: to change
// one is a new kCatalogVersion, and each catalog is then rebuilt from its log. All numbers are big-endian, so
// that keys sort as what they name.
#ifndef CHIROGRAPH_SERVICE_CATALOG_SCHEMA_H_
#define CHIROGRAPH_SERVICE_CATALOG_SCHEMA_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "crypto/sha256.h"
#include "crypto/verdict.h"

namespace chirograph {

// Version that this code writes, and the only one that it reads. On disk.
inline constexpr std::uint32_t kCatalogVersion = 2;

// File beside RocksDB's own: the catalog was found damaged, and the next start makes a new one.
inline constexpr std::string_view kCatalogDamagedFile = "DAMAGED";

// First byte of each key. On disk.
enum class CatalogTable : std::uint8_t {
  kMeta = 0,
  kRows = 1,
  kByIndex = 2,
  kByPublished = 3,
  kUrls = 4,
  kPages = 5,
};

// Behind the URL's tag in each key of kPages. On disk.
enum class CatalogPageList : std::uint8_t {
  kClaims = 0,
  kVersions = 1,
  kVersionList = 2,
};

// Keys of kMeta behind the first byte. Their values: kCatalogVersion in decimal; the log's C2SP verifier key;
// tree_size (8 bytes) and root_hash (32 bytes) of what of the log is in the catalog.
inline constexpr std::string_view kCatalogVersionKey = "format_version";
inline constexpr std::string_view kCatalogVerifierKeyKey = "verifier_key";
inline constexpr std::string_view kCatalogProgressKey = "progress";
std::string CatalogMetaKey(std::string_view name);

struct CatalogProgress {
  std::uint64_t tree_size = 0;
  Digest root_hash = {};
  friend bool operator==(const CatalogProgress&, const CatalogProgress&) = default;
};
std::string EncodeCatalogProgress(const CatalogProgress& progress);
std::optional<CatalogProgress> DecodeCatalogProgress(std::string_view bytes);

// What articles are found by. On disk.
enum class CatalogDimension : std::uint8_t {
  kPublisher = 1,
  kTopic = 2,
  kCategory = 3,
  kType = 4,
  kVerdict = 5,  // of which the value is one byte, the number of the verdict
};

// One word that an article is found by.
struct CatalogTerm {
  CatalogDimension dimension = CatalogDimension::kPublisher;
  std::string value;
  // NOLINTNEXTLINE(modernize-use-nullptr): the 0 is the compiler's own
  friend auto operator<=>(const CatalogTerm&, const CatalogTerm&) = default;
};

// A term in a key: its dimension (1 byte), and the first 16 bytes of the SHA-256 of its value. Two values of
// one tag take 2^64 hashes to make, and only their maker's articles would be listed for each other.
inline constexpr std::size_t kCatalogTagBytes = 16;
inline constexpr std::size_t kCatalogTermTagBytes = 1 + kCatalogTagBytes;
std::string CatalogTermTag(const CatalogTerm& term);

// When an article says that it was published: 0x00, seconds since 1970 plus 2^63 (8 bytes), nanoseconds (4
// bytes); or 0x01 and twelve 0x00 where it does not say, so that it comes last.
inline constexpr std::size_t kPublishedBytes = 13;
std::string EncodePublished(const std::optional<absl::Time>& published);
// False: no such encoding.
bool DecodePublished(std::string_view bytes, std::optional<absl::Time>* published);

// What the catalog knows of the article at an index.
struct CatalogRow {
  Verdict verdict = Verdict::kUnsigned;
  absl::Time ingest_time;  // whole microseconds
  std::optional<absl::Time> published;
  Digest article_digest = {};
  std::string publisher_domain;  // at most 255 bytes
  std::string url;
  friend bool operator==(const CatalogRow&, const CatalogRow&) = default;
};
// Verdict (1 byte), ingest time in microseconds since 1970 plus 2^63 (8), published (13), article_digest
// (32), length of the publisher's domain (1), the domain, the URL.
std::string EncodeCatalogRow(const CatalogRow& row);
std::optional<CatalogRow> DecodeCatalogRow(std::string_view bytes);

// Keys. kRows: index -> the row. The rows are also the list of all articles by index.
std::string CatalogRowKey(std::uint64_t index);
std::string CatalogRowPrefix();

// kByIndex: the tag of a term, the index of the first posting of the chunk -> the chunk. A list in order goes
// on behind the prefix, from chunk to chunk.
std::string CatalogPostingPrefix(std::string_view term_tag);
std::string CatalogPostingPrefix(const CatalogTerm& term);
inline constexpr std::size_t kCatalogPostingPrefixBytes = 1 + kCatalogTermTagBytes;

// An article in the list of a term. `published` is EncodePublished, whose bytes sort as the times do.
struct CatalogPosting {
  std::uint64_t index = 0;
  std::array<char, kPublishedBytes> published = {};
  friend bool operator==(const CatalogPosting&, const CatalogPosting&) = default;
};
// The one at `index`; nothing where `published` is no EncodePublished.
std::optional<CatalogPosting> MakeCatalogPosting(std::uint64_t index, std::string_view published);

// So many postings are in one chunk at most.
inline constexpr std::size_t kMaxChunkPostings = 512;

// Makes a chunk, posting by posting. Each: how many indexes it is behind the last one (a varint; the first
// has none, its index is in the key); 0x00 where it has no published time, 0x01 where that is of whole
// seconds, else 0x02; for the latter two the seconds, less those of the last posting that has any (a varint
// of zigzag, modulo 2^64; the first: less 0); for 0x02 the nanoseconds (4 bytes). Varints are protobuf's.
class CatalogChunkWriter {
 public:
  // `posting` has a greater index than the last one, and a published time that is one. At most
  // kMaxChunkPostings.
  void Add(const CatalogPosting& posting);
  std::size_t size() const { return size_; }  // postings
  std::uint64_t first_index() const { return first_index_; }
  const std::string& bytes() const { return bytes_; }
  void Clear();

 private:
  std::uint64_t first_index_ = 0;
  std::uint64_t last_index_ = 0;
  std::uint64_t last_seconds_ = 0;
  std::size_t size_ = 0;
  std::string bytes_;
};

// Puts the postings of the chunk `bytes` in place of `postings`: one at least, in order. False: it is no
// chunk.
bool DecodeCatalogChunk(std::uint64_t first_index, std::string_view bytes,
                        std::vector<CatalogPosting>* postings);

// kByPublished: published, index -> the tags of the article's terms, one behind the other.
std::string CatalogPublishedKey(std::string_view published, std::uint64_t index);
std::string CatalogPublishedPrefix();
// Whether `tags`, such a value, has `term_tag`. Nothing: it is no such value.
std::optional<bool> HasTermTag(std::string_view tags, std::string_view term_tag);

// kUrls: the URL, index -> published. A prefix of the URL is one of the key.
std::string CatalogUrlPrefix(std::string_view url_prefix);

// A page in keys: the tags of its URL and of its publisher's domain. What kPages has of one page is together,
// beside what other publishers have of the URL.
struct CatalogPageTags {
  std::string url;
  std::string publisher;
};
CatalogPageTags TagsOfPage(std::string_view publisher_domain, std::string_view url);
std::string CatalogUrlTag(std::string_view url);

// kPages: tag of the URL, kClaims, verdict (1 byte), publisher's domain -> the first index with these.
std::string CatalogClaimPrefix(std::string_view url_tag, Verdict verdict);

// A version is an article_digest under a publisher and URL. kPages: tag of the URL, kVersions, tag of the
// publisher, article_digest, verdict (1 byte) -> the first index with these.
std::string CatalogVersionKey(const CatalogPageTags& page, const Digest& digest, Verdict verdict);
// kPages: tag of the URL, kVersionList, tag of the publisher, verdict, that index. The value is empty.
std::string CatalogVersionListPrefix(const CatalogPageTags& page, Verdict verdict);

// The least of the strings that are greater than all that begin with `prefix`, which has a byte under 0xff.
std::string AfterPrefix(std::string prefix);

}  // namespace chirograph

#endif  // CHIROGRAPH_SERVICE_CATALOG_SCHEMA_H_
