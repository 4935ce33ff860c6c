// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_SERVICE_SIGNED_TEST_LOG_H_
#define CHIROGRAPH_TESTS_SERVICE_SIGNED_TEST_LOG_H_

#include <fmt/format.h>

#include <cstdint>
#include <string>

#include "crypto/checkpoint.h"
#include "crypto/note.h"
#include "proto/stored_format.h"
#include "tests/service/test_log.h"

namespace chirograph {

// When entry `index` of a SignedTestLog was made.
inline absl::Time EntryTime(std::uint64_t index) { return absl::FromUnixSeconds(1'800'000'000 + index); }

// A LogEntry as `TestLog` wants it: a key event every tenth, the others articles.
inline std::string MakeLogEntry(std::uint64_t index) {
  v1::LogEntry entry;
  entry.set_version(kLogEntryVersion);
  if (index % 10 == 0) {
    v1::KeyEvent& event = *entry.mutable_key_event();
    event.set_publisher_domain(fmt::format("publisher{}.example", index % 30));
    event.set_key_id("key-1");
    event.set_algorithm(v1::KEY_ALGORITHM_ED25519);
    event.set_envelope(v1::ENVELOPE_KIND_NONE);
    event.set_public_key("key");
    *event.mutable_event_time() = ToTimestamp(EntryTime(index));
  } else {
    v1::ArticleRecord& record = *entry.mutable_article_record();
    record.set_opening_digest(std::string(AsBytes(Sha256(fmt::format("opening {}", index)))));
    record.set_verdict_at_ingest(v1::VERDICT_UNSIGNED);
    record.set_reason_at_ingest(v1::VERDICT_REASON_NO_SECURED_FIELD);
    *record.mutable_ingest_time() = ToTimestamp(EntryTime(index));
  }
  return SerializeLogEntry(entry).value();
}

// A TestLog of real entries under real checkpoints.
struct SignedTestLog : TestLog {
  SignedTestLog() {
    make_entry = MakeLogEntry;
    make_checkpoint = [this](std::uint64_t tree_size, const Digest& root) { return Sign(tree_size, root); };
  }
  SignedTestLog(const SignedTestLog&) = delete;
  SignedTestLog& operator=(const SignedTestLog&) = delete;

  std::string Sign(std::uint64_t tree_size, const Digest& root) const {
    return SignCheckpoint(Checkpoint{signer.verifier().name(), tree_size, root, {}}, signer).value();
  }

  NoteSigner signer = NoteSigner::Generate(kTestIdentity.origin).value();
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_SERVICE_SIGNED_TEST_LOG_H_
