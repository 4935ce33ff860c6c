// SPDX-License-Identifier: Apache-2.0
//
// A small honest archive in memory, for tests: written from the documents, not from service/.
#ifndef CHIROGRAPH_TESTS_CLIENT_TEST_LOG_H_
#define CHIROGRAPH_TESTS_CLIENT_TEST_LOG_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "chirograph/v1/article.pb.h"
#include "chirograph/v1/log_entry.pb.h"
#include "chirograph/v1/receipt.pb.h"
#include "crypto/key_types.h"
#include "crypto/keyring.h"
#include "crypto/note.h"
#include "crypto/private_key.h"
#include "crypto/sha256.h"
#include "crypto/tile.h"

namespace chirograph {

inline constexpr std::string_view kTestOrigin = "log.example/test";

// The time at which everything in a TestLog was archived.
absl::Time TestTime();

// A publisher with one key.
class TestPublisher {
 public:
  explicit TestPublisher(std::string domain, EnvelopeKind envelope = EnvelopeKind::kNone,
                         KeyAlgorithm algorithm = KeyAlgorithm::kEd25519);

  const std::string& domain() const { return domain_; }
  // As the operator has it.
  PublisherKey key() const { return key_; }
  // A keyring with that key alone, after `change`.
  Keyring MakeKeyring(const std::function<void(PublisherKey&)>& change = nullptr) const;
  // The secured field for `article`.
  std::string Sign(const v1::Article& article) const;

 private:
  std::string domain_;
  std::unique_ptr<const PrivateKey> private_key_;
  PublisherKey key_;
};

// A source document of `domain` (none where empty) with that secured field (none where absent).
std::string MakeDocument(std::string_view title, std::string_view domain,
                         const std::optional<std::string>& secured = std::nullopt);
// The same, signed.
std::string MakeSignedDocument(std::string_view title, const TestPublisher& publisher);

// Copyable: a copy that grows differently is a fork.
class TestLog final : public TileReader {
 public:
  explicit TestLog(std::string_view origin = kTestOrigin);

  const NoteSigner& signer() const { return *signer_; }
  const NoteVerifier& verifier() const { return signer_->verifier(); }
  std::uint64_t tree_size() const { return leaf_hashes_.size(); }

  struct Entry {
    std::string log_entry;
    std::string opening;
    std::string content;
  };
  const Entry& entry(std::uint64_t index) const { return entries_[index]; }

  // Appends a KeyEvent that stands for `key`.
  std::uint64_t AddKeyEvent(std::string_view domain, const PublisherKey& key);

  // Appends an article and gives its index. The verdict is that of `keyring`; `change` may alter what is
  // recorded before it is hashed.
  using Change = std::function<void(v1::ArticleRecord&, v1::Opening&, v1::Content&)>;
  std::uint64_t AddDocument(const std::string& document, const Keyring& keyring = {},
                            const Change& change = nullptr);
  std::uint64_t AddArticle(const v1::Article& article, const Keyring& keyring = {},
                           const Change& change = nullptr);
  // Appends bytes as they are.
  std::uint64_t AddEntry(Entry entry);

  Digest RootHash(std::uint64_t tree_size) const;
  std::string Checkpoint(std::uint64_t tree_size) const;
  // Signed, but not this log's tree.
  std::string CheckpointWithRoot(std::uint64_t tree_size, const Digest& root_hash) const;
  std::string Checkpoint() const { return Checkpoint(tree_size()); }
  v1::Receipt Receipt(std::uint64_t index, std::uint64_t tree_size) const;
  v1::Receipt Receipt(std::uint64_t index) const { return Receipt(index, tree_size()); }

  absl::StatusOr<std::string> ReadTile(TileId id, int width) const override;

 private:
  std::uint64_t Add(const v1::Article& article, const std::optional<std::string>& document,
                    const Keyring& keyring, const Change& change);

  std::shared_ptr<const NoteSigner> signer_;
  TileEdge edge_;
  std::map<TileId, std::string> tiles_;
  std::vector<Digest> leaf_hashes_;
  std::vector<Entry> entries_;
};

// `bytes` with one bit of byte `position` (from the end where negative) turned.
std::string FlipBit(std::string bytes, int position = 0);

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_CLIENT_TEST_LOG_H_
