// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_CLIENT_WORLD_H_
#define CHIROGRAPH_TESTS_CLIENT_WORLD_H_

#include <memory>
#include <optional>
#include <string>

#include "chirograph/v1/receipt.pb.h"
#include "client/archive_client.h"
#include "crypto/keyring.h"
#include "tests/client/temp_folder.h"
#include "tests/client/test_log.h"
#include "tests/client/test_server.h"

namespace chirograph {

// A server with some articles, and a client that trusts it and holds receipts.
class World {
 public:
  World();

  // Everything that a client can ask; the first failure, with `*step` where it was.
  std::optional<Failure> Journey(std::string* step);

  ArchiveClient& client() { return *client_; }
  TestServer& server() { return server_; }
  const TestPublisher& publisher() const { return publisher_; }
  const Keyring& keyring() const { return keyring_; }
  // The log as the client knows it, and as it was one article before.
  const TestLog& log() const { return log_; }
  const TestLog& log_before() const { return log_before_; }
  const v1::Receipt& receipt() const { return receipt_; }
  const v1::Receipt& second_receipt() const { return second_receipt_; }
  const ClientOptions& options() const { return options_; }
  const SourceDocument& new_document() const { return new_; }
  const SourceDocument& known_document() const { return known_; }

 private:
  const TempFolder folder_;
  const TestPublisher publisher_{"news.example"};
  const Keyring keyring_ = publisher_.MakeKeyring();
  const SourceDocument known_{MakeSignedDocument("known", publisher_)};
  const SourceDocument second_{MakeDocument("second", "other.example")};
  const SourceDocument new_{MakeSignedDocument("new", publisher_)};
  TestLog log_before_;
  TestLog log_;
  v1::Receipt receipt_;
  v1::Receipt second_receipt_;
  TestServer server_;  // whose lies are made of what is above
  ClientOptions options_;
  std::unique_ptr<ArchiveClient> client_;
};

// Both notes are on disk, bear the log's signature and contradict each other as the alarm says; what was
// trusted still is.
void ExpectEvidence(World& world, const Failure& failure, const std::string& trusted_before);

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_CLIENT_WORLD_H_
