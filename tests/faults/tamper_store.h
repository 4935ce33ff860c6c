// SPDX-License-Identifier: Apache-2.0
//
// The archive that the tamper table spoils, and a forger who has the log's key.
#ifndef CHIROGRAPH_TESTS_FAULTS_TAMPER_STORE_H_
#define CHIROGRAPH_TESTS_FAULTS_TAMPER_STORE_H_

#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "chirograph/v1/log_entry.pb.h"
#include "crypto/keyring.h"
#include "crypto/note.h"
#include "service/internal/lookup_table.h"
#include "tests/service/spoilable_archive.h"
#include "tests/service/test_archive.h"
#include "tests/service/test_publisher.h"

namespace chirograph {

// How the articles of a TamperedLog were submitted; each kind comes back every tenth article.
enum class ArticleKind {
  kPlainMessage,     // VALID, Ed25519, no envelope
  kPlainSource,      // the same as a source document
  kSealedSource,     // VALID, ECDSA in AES-256-GCM
  kRsaMessage,       // VALID, RSA-2048 in AES-256-CBC
  kRevoked,          // KEY_REVOKED
  kOutOfPeriod,      // KEY_OUT_OF_PERIOD
  kInvalid,          // INVALID
  kUnknownKey,       // UNKNOWN_KEY
  kUnsignedMessage,  // UNSIGNED
  kUnsignedSource,   // the same as a source document
};

// 2,000 articles of mixed verdicts, forms and publishers, some of them versions of one page, behind the
// KeyEvents of the publishers' keys.
class TamperedLog {
 public:
  static constexpr int kArticles = 2000;
  static constexpr int kKinds = 10;

  // `at_half` is called when the log has half of them.
  explicit TamperedLog(const std::function<void(TestArchive& archive)>& at_half = nullptr);

  std::uint64_t tree_size() const { return tree_size_; }
  std::uint64_t first_article() const { return tree_size_ - kArticles; }
  // The index of article `number` of a kind, from 0 on.
  std::uint64_t IndexOf(ArticleKind kind, int number) const {
    return first_article() + static_cast<std::uint64_t>(number * kKinds + static_cast<int>(kind));
  }
  const Keyring& keyring() const { return keyring_; }
  TestArchive& archive() { return *archive_; }

 private:
  void Submit(int number);

  const TestPublisher plain_{"plain.example"};
  const TestPublisher sealed_{"sealed.example", "key-1", KeyAlgorithm::kEcdsaP256Sha256,
                              EnvelopeKind::kAes256Gcm};
  const TestPublisher rsa_{"rsa.example", "2026-rsa", KeyAlgorithm::kRsaPssSha256, EnvelopeKind::kAes256Cbc};
  TestPublisher revoked_{"revoked.example"};
  TestPublisher late_{"late.example"};
  const TestPublisher stranger_{"stranger.example"};
  Keyring keyring_;
  std::unique_ptr<TestArchive> archive_;
  std::vector<std::future<Sequenced>> answers_;
  std::uint64_t tree_size_ = 0;
};

// Changes a log as whoever has its key can: what he changes fits together again, up to a checkpoint that he
// signs, and so do the columns and the catalog. He has no publisher's key.
class Forger {
 public:
  // Both must outlive it.
  Forger(SpoilableArchive& store, const NoteSigner& signer) : store_(store), signer_(signer) {}

  struct Parts {
    v1::LogEntry entry;
    v1::Opening opening;  // unused for a KeyEvent's
    v1::Content content;
  };
  using Change = std::function<void(Parts&)>;

  Parts Read(std::uint64_t index);
  // Changes the entry at `index`; digests follow: content_digest, opening_digest.
  void Rewrite(std::uint64_t index, const Change& change);
  // Puts these bytes for the entry, and nothing else.
  void PutEntry(std::uint64_t index, const std::string& bytes) {
    store_.Put(StoreColumn::kEntries, EncodeIndex(index), bytes);
  }
  // The tiles of the first `tree_size` entries, and no others.
  void RebuildTiles(std::uint64_t tree_size);
  // RebuildTiles, and signs their root.
  void Sign(std::uint64_t tree_size);
  // Signs a root, whatever it is; it is the catalog's progress, too.
  void SignRoot(std::uint64_t tree_size, const Digest& root_hash);
  // What `count` entries from the end leave behind when they are taken away, signed.
  void RollBack(std::uint64_t tree_size, std::uint64_t count);
  // The entry at `index` is taken away, and those behind it move up; columns and catalog stay.
  void Remove(std::uint64_t index, std::uint64_t tree_size);
  // The two and what is kept beside them change places.
  void Swap(std::uint64_t a, std::uint64_t b);

  static void SetDigests(Parts& parts);

 private:
  void Reindex(std::uint64_t index, const Parts& before, const Parts& after);
  void Unlist(const Lookup& posting);

  SpoilableArchive& store_;
  const NoteSigner& signer_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_FAULTS_TAMPER_STORE_H_
