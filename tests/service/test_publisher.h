// SPDX-License-Identifier: Apache-2.0
//
// Publishers with keys of their own, and articles to sign.
#ifndef CHIROGRAPH_TESTS_SERVICE_TEST_PUBLISHER_H_
#define CHIROGRAPH_TESTS_SERVICE_TEST_PUBLISHER_H_

#include <fmt/format.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "chirograph/v1/article.pb.h"
#include "crypto/keyring.h"
#include "crypto/private_key.h"
#include "crypto/random.h"
#include "crypto/secured_field.h"
#include "proto/canonical_form.h"
#include "proto/front_matter.h"

namespace chirograph {

inline constexpr std::string_view kTestDomain = "news.example";

// Article `number` of a publisher: an ordinary one, unlike any with another number.
inline v1::Article MakeArticle(int number, std::string_view domain = kTestDomain) {
  v1::Article article;
  article.set_title(fmt::format("Article {}", number));
  article.set_web_url(fmt::format("https://{}/{}", domain, number));
  article.set_quality(number);
  article.mutable_provider()->set_name("The News");
  article.mutable_provider()->set_domain(std::string(domain));
  article.add_topics("testing");
  article.set_body(fmt::format("The text of article {}.\n", number));
  return article;
}

// The same as a source document: its Article is MakeArticle(number, domain).
inline std::string MakeDocument(int number, std::string_view domain = kTestDomain) {
  return fmt::format(
      "---\n"
      "title: \"Article {0}\"\n"
      "webUrl: \"https://{1}/{0}\"\n"
      "quality: {0}\n"
      "provider:\n"
      "  name: The News\n"
      "  domain: {1}\n"
      "topics:\n"
      "  - testing\n"
      "---\n"
      "The text of article {0}.\n",
      number, domain);
}

class TestPublisher {
 public:
  explicit TestPublisher(std::string_view domain = kTestDomain, std::string_view key_id = "key-1",
                         KeyAlgorithm algorithm = KeyAlgorithm::kEd25519,
                         EnvelopeKind envelope = EnvelopeKind::kNone)
      : domain_(domain), private_key_(PrivateKey::Generate(algorithm).value()) {
    key.id = key_id;
    key.public_key = PublicKey::FromSpki(private_key_->PublicSpki().value(), algorithm).value();
    key.envelope = envelope;
    key.envelope_key = RandomBytes(EnvelopeKeyBytes(envelope)).value();
  }

  // For the tests to edit: what the keyring will say of it.
  PublisherKey key;

  const std::string& domain() const { return domain_; }
  const PrivateKey& private_key() const { return *private_key_; }

  // A secured field for `article`.
  std::string Secured(const v1::Article& article) const {
    return MakeSecuredField(CanonicalForm(article).value(), *private_key_, key.envelope, key.envelope_key)
        .value();
  }

  // Article `number` of this publisher, signed.
  v1::Article Article(int number) const {
    v1::Article article = MakeArticle(number, domain_);
    article.set_secured(Secured(article));
    return article;
  }

  // The same as a source document.
  std::string Document(int number) const {
    std::string document = MakeDocument(number, domain_);
    const std::string secured = Secured(ParseDocument(document).value());
    return document.insert(4, fmt::format("secured: \"{}\"\n", secured));
  }

 private:
  const std::string domain_;
  const std::unique_ptr<const PrivateKey> private_key_;
};

inline Keyring KeyringOf(std::initializer_list<const TestPublisher*> publishers) {
  Keyring::Publishers keys;
  for (const TestPublisher* publisher : publishers) {
    keys[publisher->domain()].push_back(publisher->key);
  }
  return Keyring::Create(std::move(keys)).value();
}

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_SERVICE_TEST_PUBLISHER_H_
