// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_BENCHMARKS_BENCH_ARTICLES_H_
#define CHIROGRAPH_TESTS_BENCHMARKS_BENCH_ARTICLES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "chirograph/v1/archive_service.pb.h"
#include "crypto/private_key.h"

namespace chirograph {

// Articles to a message.
inline constexpr std::size_t kPacking = 32;

// A publisher that signs as the seed's did: RSA-2048 in an AES-256-CBC envelope.
class BenchPublisher {
 public:
  // With new keys, and a keyring for chirographd in `folder`.
  explicit BenchPublisher(const std::string& folder);

  // Article `number`, of 2 to 5 KB, signed; each number another one, and the same in every run but for its
  // signature.
  v1::Article MakeArticle(std::uint64_t number) const;

  // Document `number`, of the same size, likewise.
  std::string MakeDocument(std::uint64_t number) const;

  const PrivateKey& private_key() const { return *private_key_; }
  const std::string& envelope_key() const { return envelope_key_; }
  const std::string& keyring() const { return keyring_; }

 private:
  std::string Secured(const v1::Article& article) const;

  std::unique_ptr<const PrivateKey> private_key_;
  std::string envelope_key_;
  std::string keyring_;
};

// Articles [first, first + count), made on as many threads as there are processors.
std::vector<v1::Article> MakeArticles(const BenchPublisher& publisher, std::uint64_t first,
                                      std::size_t count);

// Documents [first, first + count), likewise, as messages.
std::vector<v1::IngestArticlesRequest> MakePackedDocuments(const BenchPublisher& publisher,
                                                           std::uint64_t first, std::size_t count,
                                                           std::size_t packing);

// They as messages of `packing` each; the tags are 0, 1 and so on.
std::vector<v1::IngestArticlesRequest> PackArticles(const std::vector<v1::Article>& articles,
                                                    std::size_t packing);

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_BENCHMARKS_BENCH_ARTICLES_H_
