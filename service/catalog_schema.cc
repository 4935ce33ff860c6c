// SPDX-License-Identifier: Apache-2.0
#include "service/catalog_schema.h"

#include "service/storage_schema.h"

namespace chirograph {
namespace {

constexpr std::size_t kIndexBytes = 8;
constexpr std::size_t kRowFixedBytes = 1 + 8 + kPublishedBytes + kSha256Bytes + 1;
constexpr std::size_t kMaxPublisherBytes = 255;
constexpr std::uint64_t kBias = std::uint64_t{1} << 63;  // so that what is negative sorts first
constexpr int kNanosPerSecond = 1'000'000'000;

std::string TableKey(CatalogTable table) { return std::string(1, static_cast<char>(table)); }

void AppendTag(std::initializer_list<std::string_view> parts, std::string* key) {
  const Digest digest = Sha256(parts);
  key->append(AsBytes(digest).substr(0, kCatalogTagBytes));
}

void AppendPageTag(std::string_view publisher_domain, std::string_view url, std::string* key) {
  AppendTag({publisher_domain, std::string_view("\0", 1), url}, key);
}

std::string EncodeSigned(std::int64_t value) {
  return EncodeIndex(static_cast<std::uint64_t>(value) ^ kBias);
}
std::int64_t DecodeSigned(std::string_view bytes) {
  return static_cast<std::int64_t>(*DecodeIndex(bytes) ^ kBias);
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

std::string CatalogPostingPrefix(CatalogTable table, const CatalogTerm& term) {
  std::string key = TableKey(table);
  key.push_back(static_cast<char>(term.dimension));
  AppendTag({term.value}, &key);
  return key;
}

std::string CatalogUrlPrefix(std::string_view url_prefix) {
  return TableKey(CatalogTable::kUrls).append(url_prefix);
}

std::string CatalogClaimPrefix(std::string_view url, Verdict verdict) {
  std::string key = TableKey(CatalogTable::kClaims);
  AppendTag({url}, &key);
  key.push_back(static_cast<char>(verdict));
  return key;
}

std::string CatalogVersionKey(std::string_view publisher_domain, std::string_view url, const Digest& digest,
                              Verdict verdict) {
  std::string key = TableKey(CatalogTable::kVersions);
  AppendPageTag(publisher_domain, url, &key);
  key += AsBytes(digest);
  key.push_back(static_cast<char>(verdict));
  return key;
}

std::string CatalogVersionListPrefix(std::string_view publisher_domain, std::string_view url,
                                     Verdict verdict) {
  std::string key = TableKey(CatalogTable::kVersionList);
  AppendPageTag(publisher_domain, url, &key);
  key.push_back(static_cast<char>(verdict));
  return key;
}

std::string AfterPrefix(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (!prefix.empty()) prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
  return prefix;
}

}  // namespace chirograph
