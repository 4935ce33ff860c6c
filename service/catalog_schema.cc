// SPDX-License-Identifier: Apache-2.0
#include "service/catalog_schema.h"

#include <algorithm>

#include "service/storage_schema.h"

namespace chirograph {
namespace {

constexpr std::size_t kRowFixedBytes = 1 + 8 + kPublishedBytes + kSha256Bytes + 1;
constexpr std::size_t kMaxPublisherBytes = 255;
constexpr std::uint64_t kBias = std::uint64_t{1} << 63;  // so that what is negative sorts first
constexpr int kNanosPerSecond = 1'000'000'000;

std::string TableKey(CatalogTable table) { return std::string(1, static_cast<char>(table)); }

std::string TagOf(std::string_view value) {
  const Digest digest = Sha256(value);
  return std::string(AsBytes(digest).substr(0, kCatalogTagBytes));
}

std::string PageKey(std::string_view url_tag, CatalogPageList list) {
  std::string key = TableKey(CatalogTable::kPages).append(url_tag);
  key.push_back(static_cast<char>(list));
  return key;
}

std::string EncodeSigned(std::int64_t value) {
  return EncodeIndex(static_cast<std::uint64_t>(value) ^ kBias);
}
std::int64_t DecodeSigned(std::string_view bytes) {
  return static_cast<std::int64_t>(*DecodeIndex(bytes) ^ kBias);
}

constexpr char kNoTime = 0;
constexpr char kWholeSeconds = 1;
constexpr char kNanoseconds = 2;
constexpr std::size_t kNanosBytes = 4;
// Where the seconds and the nanoseconds are in an EncodePublished.
constexpr std::size_t kSecondsAt = 1;
constexpr std::size_t kNanosAt = kSecondsAt + kIndexBytes;

void AppendVarint(std::uint64_t value, std::string* bytes) {
  for (; value >= 0x80; value >>= 7) bytes->push_back(static_cast<char>(value | 0x80));
  bytes->push_back(static_cast<char>(value));
}

// False: there is none at the front of `bytes`.
bool TakeVarint(std::string_view* bytes, std::uint64_t* value) {
  *value = 0;
  for (int shift = 0; shift < 64 && !bytes->empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes->front());
    bytes->remove_prefix(1);
    if (shift == 63 && byte > 1) return false;
    *value |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

template <class Number>
Number ReadBigEndian(const char* bytes) {
  Number number = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    number = static_cast<Number>(number << 8 | static_cast<unsigned char>(bytes[i]));
  }
  return number;
}
template <class Number>
void WriteBigEndian(Number number, char* bytes) {
  for (std::size_t i = sizeof(Number); i-- > 0; number >>= 8) bytes[i] = static_cast<char>(number & 0xff);
}

std::uint64_t ZigZag(std::uint64_t number) { return number << 1 ^ (std::uint64_t{0} - (number >> 63)); }
std::uint64_t UnZigZag(std::uint64_t number) { return number >> 1 ^ (std::uint64_t{0} - (number & 1)); }

// Takes a published time from the front of `bytes`. False: there is none.
bool TakePublished(std::string_view* bytes, std::uint64_t* last_seconds,
                   std::array<char, kPublishedBytes>* published) {
  if (bytes->empty()) return false;
  const char kind = bytes->front();
  bytes->remove_prefix(1);
  published->fill('\0');
  if (kind == kNoTime) {
    published->front() = '\1';
    return true;
  }
  std::uint64_t zigzag = 0;
  if ((kind != kWholeSeconds && kind != kNanoseconds) || !TakeVarint(bytes, &zigzag)) return false;
  *last_seconds += UnZigZag(zigzag);
  WriteBigEndian(*last_seconds ^ kBias, published->data() + kSecondsAt);
  if (kind == kWholeSeconds) return true;
  if (bytes->size() < kNanosBytes || ReadBigEndian<std::uint32_t>(bytes->data()) >= kNanosPerSecond) {
    return false;
  }
  bytes->copy(published->data() + kNanosAt, kNanosBytes);
  bytes->remove_prefix(kNanosBytes);
  return true;
}

std::optional<Verdict> DecodeVerdict(char byte) {
  for (const Verdict verdict : kAllVerdicts) {
    if (static_cast<char>(verdict) == byte) return verdict;
  }
  return std::nullopt;
}

}  // namespace

std::string CatalogMetaKey(std::string_view name) { return TableKey(CatalogTable::kMeta).append(name); }

std::string EncodeCatalogProgress(const CatalogProgress& progress) {
  return EncodeIndex(progress.tree_size).append(AsBytes(progress.root_hash));
}

std::optional<CatalogProgress> DecodeCatalogProgress(std::string_view bytes) {
  if (bytes.size() != kIndexBytes + kSha256Bytes) return std::nullopt;
  return CatalogProgress{*DecodeIndex(bytes.substr(0, kIndexBytes)),
                         *DigestFromBytes(bytes.substr(kIndexBytes))};
}

std::string EncodePublished(const std::optional<absl::Time>& published) {
  if (!published) return std::string(1, '\1').append(kPublishedBytes - 1, '\0');
  const std::int64_t seconds = absl::ToUnixSeconds(*published);  // rounds down
  auto nanos =
      static_cast<std::uint32_t>(absl::ToInt64Nanoseconds(*published - absl::FromUnixSeconds(seconds)));
  std::string bytes = std::string(1, '\0').append(EncodeSigned(seconds));
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(nanos >> shift & 0xff));
  return bytes;
}

bool DecodePublished(std::string_view bytes, std::optional<absl::Time>* published) {
  if (bytes.size() != kPublishedBytes) return false;
  published->reset();
  if (bytes.front() != '\0') return bytes == EncodePublished(std::nullopt);
  std::uint32_t nanos = 0;
  for (const char byte : bytes.substr(1 + kIndexBytes)) nanos = nanos << 8 | static_cast<unsigned char>(byte);
  if (nanos >= kNanosPerSecond) return false;
  *published = absl::FromUnixSeconds(DecodeSigned(bytes.substr(1, kIndexBytes))) + absl::Nanoseconds(nanos);
  return true;
}

std::string EncodeCatalogRow(const CatalogRow& row) {
  std::string bytes(1, static_cast<char>(row.verdict));
  bytes += EncodeSigned(absl::ToUnixMicros(row.ingest_time));
  bytes += EncodePublished(row.published);
  bytes += AsBytes(row.article_digest);
  const std::string_view publisher = std::string_view(row.publisher_domain).substr(0, kMaxPublisherBytes);
  bytes.push_back(static_cast<char>(publisher.size()));
  bytes += publisher;
  bytes += row.url;
  return bytes;
}

std::optional<CatalogRow> DecodeCatalogRow(std::string_view bytes) {
  if (bytes.size() < kRowFixedBytes) return std::nullopt;
  const auto take = [&bytes](std::size_t size) {
    const std::string_view taken = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return taken;
  };
  CatalogRow row;
  const std::optional<Verdict> verdict = DecodeVerdict(take(1).front());
  row.ingest_time = absl::FromUnixMicros(DecodeSigned(take(kIndexBytes)));
  if (!verdict || !DecodePublished(take(kPublishedBytes), &row.published)) return std::nullopt;
  row.verdict = *verdict;
  row.article_digest = *DigestFromBytes(take(kSha256Bytes));
  const std::size_t publisher = static_cast<unsigned char>(take(1).front());
  if (bytes.size() < publisher) return std::nullopt;
  row.publisher_domain = take(publisher);
  row.url = bytes;
  return row;
}

std::string CatalogRowKey(std::uint64_t index) {
  return TableKey(CatalogTable::kRows).append(EncodeIndex(index));
}

std::string CatalogRowPrefix() { return TableKey(CatalogTable::kRows); }

std::string CatalogTermTag(const CatalogTerm& term) {
  return std::string(1, static_cast<char>(term.dimension)).append(TagOf(term.value));
}

std::string CatalogPostingPrefix(std::string_view term_tag) {
  return TableKey(CatalogTable::kByIndex).append(term_tag);
}
std::string CatalogPostingPrefix(const CatalogTerm& term) {
  return CatalogPostingPrefix(CatalogTermTag(term));
}

std::optional<CatalogPosting> MakeCatalogPosting(std::uint64_t index, std::string_view published) {
  std::optional<absl::Time> time;
  if (!DecodePublished(published, &time)) return std::nullopt;
  CatalogPosting posting{.index = index};
  published.copy(posting.published.data(), kPublishedBytes);
  return posting;
}

void CatalogChunkWriter::Add(const CatalogPosting& posting) {
  if (size_++ == 0) {
    first_index_ = posting.index;
  } else {
    AppendVarint(posting.index - last_index_, &bytes_);
  }
  last_index_ = posting.index;
  if (posting.published.front() != '\0') {
    bytes_.push_back(kNoTime);
    return;
  }
  const char* const nanos = posting.published.data() + kNanosAt;
  const bool is_whole = ReadBigEndian<std::uint32_t>(nanos) == 0;
  bytes_.push_back(is_whole ? kWholeSeconds : kNanoseconds);
  const std::uint64_t seconds = ReadBigEndian<std::uint64_t>(posting.published.data() + kSecondsAt) ^ kBias;
  AppendVarint(ZigZag(seconds - last_seconds_), &bytes_);
  last_seconds_ = seconds;
  if (!is_whole) bytes_.append(nanos, kNanosBytes);
}

void CatalogChunkWriter::Clear() {
  last_seconds_ = 0;
  size_ = 0;
  bytes_.clear();
}

bool DecodeCatalogChunk(std::uint64_t first_index, std::string_view bytes,
                        std::vector<CatalogPosting>* postings) {
  postings->clear();
  std::uint64_t seconds = 0;
  CatalogPosting posting{.index = first_index};
  do {
    if (!postings->empty()) {
      std::uint64_t delta = 0;
      if (!TakeVarint(&bytes, &delta) || delta == 0 || posting.index + delta < delta) return false;
      posting.index += delta;
    }
    if (postings->size() == kMaxChunkPostings || !TakePublished(&bytes, &seconds, &posting.published)) {
      return false;
    }
    postings->push_back(posting);
  } while (!bytes.empty());
  return true;
}

std::string CatalogPublishedPrefix() { return TableKey(CatalogTable::kByPublished); }

std::string CatalogPublishedKey(std::string_view published, std::uint64_t index) {
  return CatalogPublishedPrefix().append(published).append(EncodeIndex(index));
}

std::optional<bool> HasTermTag(std::string_view tags, std::string_view term_tag) {
  if (tags.empty() || tags.size() % kCatalogTermTagBytes != 0) return std::nullopt;
  for (; !tags.empty(); tags.remove_prefix(kCatalogTermTagBytes)) {
    if (tags.starts_with(term_tag)) return true;
  }
  return false;
}

std::string CatalogUrlPrefix(std::string_view url_prefix) {
  return TableKey(CatalogTable::kUrls).append(url_prefix);
}

CatalogPageTags TagsOfPage(std::string_view publisher_domain, std::string_view url) {
  return {TagOf(url), TagOf(publisher_domain)};
}
std::string CatalogUrlTag(std::string_view url) { return TagOf(url); }

std::string CatalogClaimPrefix(std::string_view url_tag, Verdict verdict) {
  std::string key = PageKey(url_tag, CatalogPageList::kClaims);
  key.push_back(static_cast<char>(verdict));
  return key;
}

std::string CatalogVersionKey(const CatalogPageTags& page, const Digest& digest, Verdict verdict) {
  std::string key = PageKey(page.url, CatalogPageList::kVersions).append(page.publisher);
  key += AsBytes(digest);
  key.push_back(static_cast<char>(verdict));
  return key;
}

std::string CatalogVersionListPrefix(const CatalogPageTags& page, Verdict verdict) {
  std::string key = PageKey(page.url, CatalogPageList::kVersionList).append(page.publisher);
  key.push_back(static_cast<char>(verdict));
  return key;
}

std::string AfterPrefix(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (!prefix.empty()) prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
  return prefix;
}

}  // namespace chirograph
