// SPDX-License-Identifier: Apache-2.0
#include "tests/benchmarks/floor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <rocksdb/db.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>

#include "crypto/encoding.h"
#include "crypto/secured_field.h"
#include "crypto/sha256.h"
#include "proto/canonical_form.h"
#include "proto/stored_format.h"
#include "tests/benchmarks/bench_error.h"
#include "tests/benchmarks/child_program.h"
#include "tests/benchmarks/receiver.h"

namespace chirograph {
namespace {

constexpr std::size_t kBatch = 256;
constexpr double kMicro = 1e6;
// Bytes of an Opening and of a LogEntry such as these articles have: what the steps hash beside the article.
constexpr std::size_t kOpeningBytes = 560;
constexpr std::size_t kLogEntryBytes = 70;

template <auto Free>
struct Freeing {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using MdCtx = std::unique_ptr<EVP_MD_CTX, Freeing<EVP_MD_CTX_free>>;
using CipherCtx = std::unique_ptr<EVP_CIPHER_CTX, Freeing<EVP_CIPHER_CTX_free>>;
using Md = std::unique_ptr<EVP_MD, Freeing<EVP_MD_free>>;
using Cipher = std::unique_ptr<EVP_CIPHER, Freeing<EVP_CIPHER_free>>;
using Pkey = std::unique_ptr<EVP_PKEY, Freeing<EVP_PKEY_free>>;
using PkeyCtx = std::unique_ptr<EVP_PKEY_CTX, Freeing<EVP_PKEY_CTX_free>>;

void Require(bool done, std::string_view what) {
  if (!done) Die(fmt::format("the floor's {} failed", what));
}

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// An article with all that the steps work on.
struct Sample {
  std::string message;
  std::string canonical_form;
  std::string secured;
  SealedSignature sealed;
  std::string content;
  std::string signature;
  std::string digest;  // of the signing input
};

Sample MakeSample(const v1::Article& article, const BenchPublisher& publisher) {
  Sample sample;
  sample.message = article.SerializeAsString();
  sample.canonical_form = OrDie(CanonicalForm(article));
  sample.secured = article.secured();
  const auto parsed = ParseSecuredField(sample.secured);
  sample.sealed = std::get<SealedSignature>(std::get<ParsedSecuredField>(parsed));
  sample.signature =
      OrDie(OpenEnvelope(EnvelopeKind::kAes256Cbc, publisher.envelope_key(), sample.sealed, 256, 256))
          .signature;
  v1::Content content;
  *content.mutable_article() = article;
  sample.content = SerializeContent(content);
  sample.digest = std::string(AsBytes(Sha256(SigningInput(sample.canonical_form))));
  return sample;
}

class FloorMeter {
 public:
  FloorMeter(const std::vector<v1::Article>& articles, const BenchPublisher& publisher, int rounds)
      : rounds_(rounds) {
    for (const v1::Article& article : articles) samples_.push_back(MakeSample(article, publisher));
  }

  const std::vector<Sample>& samples() const { return samples_; }

  // `step` once for each article, `rounds` times, after once unmeasured.
  void Measure(std::string name, const std::function<void(const Sample&)>& step, bool is_checking = false) {
    for (const Sample& sample : samples_) step(sample);
    std::vector<double> rounds;
    for (int round = 0; round < rounds_; ++round) {
      const double start = ThreadCpuSeconds();
      for (const Sample& sample : samples_) step(sample);
      rounds.push_back((ThreadCpuSeconds() - start) * kMicro / static_cast<double>(samples_.size()));
    }
    Add(std::move(name), Median(std::move(rounds)), is_checking);
  }
  void Add(std::string name, double cpu_us, bool is_checking = false) {
    floor_.steps.push_back({std::move(name), cpu_us, is_checking});
  }

  Floor Finish() {
    for (const FloorStep& step : floor_.steps) floor_.cpu_us_per_article += step.cpu_us;
    return std::move(floor_);
  }

 private:
  const int rounds_;
  std::vector<Sample> samples_;
  Floor floor_;
};

void MeasureForms(FloorMeter& meter) {
  v1::Article article;
  meter.Measure("parse the protobuf message", [&article](const Sample& sample) {
    Require(article.ParseFromString(sample.message), "parsing");
  });
  v1::Article parsed;
  std::vector<v1::Article> articles;
  for (const Sample& sample : meter.samples()) {
    Require(parsed.ParseFromString(sample.message), "parsing");
    articles.push_back(parsed);
  }
  std::string canonical_form;
  std::size_t next = 0;
  meter.Measure("write the canonical form", [&](const Sample& sample) {
    OrDie(WriteCanonicalForm(articles[next++ % articles.size()], &canonical_form));
    Require(canonical_form.size() == sample.canonical_form.size(), "canonical form");
  });
}

void MeasureDigests(FloorMeter& meter) {
  const Md sha256(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  const MdCtx context(EVP_MD_CTX_new());
  const auto hash = [&](std::initializer_list<std::string_view> parts) {
    unsigned char digest[32];
    Require(EVP_DigestInit_ex2(context.get(), sha256.get(), nullptr) == 1, "SHA-256");
    for (const std::string_view part : parts) EVP_DigestUpdate(context.get(), part.data(), part.size());
    Require(EVP_DigestFinal_ex(context.get(), digest, nullptr) == 1, "SHA-256");
  };
  const std::string opening(kOpeningBytes, 'o');
  const std::string log_entry(kLogEntryBytes, 'e');
  meter.Measure(
      "SHA-256 of the canonical form", [&](const Sample& sample) { hash({sample.canonical_form}); }, true);
  meter.Measure(
      "SHA-256 of the content", [&](const Sample& sample) { hash({sample.content}); }, true);
  meter.Measure(
      "SHA-256 of the opening", [&](const Sample&) { hash({opening}); }, true);
  const std::string_view leaf_prefix("\0", 1);
  meter.Measure(
      "leaf hash",
      [&](const Sample&) {
        hash({leaf_prefix, log_entry});
      },
      true);
}

void MeasureSignature(FloorMeter& meter, const BenchPublisher& publisher) {
  meter.Measure("base64 of the secured field", [](const Sample& sample) {
    const std::size_t part = sample.secured.find(';');
    Require(Base64Decode(std::string_view(sample.secured).substr(0, part)).has_value() &&
                Base64Decode(std::string_view(sample.secured).substr(part + 1)).has_value(),
            "base64");
  });

  const CipherCtx cipher(EVP_CIPHER_CTX_new());
  const Cipher aes(EVP_CIPHER_fetch(nullptr, "AES-256-CBC", nullptr));
  std::string plain(512, 0);
  meter.Measure("AES-256-CBC of 272 bytes", [&](const Sample& sample) {
    int size = 0;
    int last = 0;
    auto* const out = reinterpret_cast<unsigned char*>(plain.data());
    Require(EVP_DecryptInit_ex2(cipher.get(), aes.get(), Bytes(publisher.envelope_key()),
                                Bytes(sample.sealed.iv), nullptr) == 1 &&
                EVP_DecryptUpdate(cipher.get(), out, &size, Bytes(sample.sealed.ciphertext),
                                  static_cast<int>(sample.sealed.ciphertext.size())) == 1 &&
                EVP_DecryptFinal_ex(cipher.get(), out + size, &last) == 1,
            "AES");
  });

  const std::string spki = OrDie(publisher.private_key().PublicSpki());
  const unsigned char* begin = Bytes(spki);
  const Pkey key(d2i_PUBKEY(nullptr, &begin, static_cast<long>(spki.size())));
  Require(key != nullptr, "key");
  const PkeyCtx verify(EVP_PKEY_CTX_new(key.get(), nullptr));
  Require(EVP_PKEY_verify_init(verify.get()) == 1 &&
              EVP_PKEY_CTX_set_rsa_padding(verify.get(), RSA_PKCS1_PSS_PADDING) == 1 &&
              EVP_PKEY_CTX_set_signature_md(verify.get(), EVP_sha256()) == 1 &&
              EVP_PKEY_CTX_set_rsa_pss_saltlen(verify.get(), 32) == 1,
          "verification");
  const auto verification = [&](const Sample& sample) {
    Require(EVP_PKEY_verify(verify.get(), Bytes(sample.signature), sample.signature.size(),
                            Bytes(sample.digest), sample.digest.size()) == 1,
            "verification");
  };
  meter.Measure("RSA-2048 verification of the digest", verification, true);
}

// With what RocksDB does in the background for it.
double MeasureRocksDb(const FloorMeter& meter, const std::string& folder, int rounds) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.compression = rocksdb::kNoCompression;
  rocksdb::DB* opened = nullptr;
  Require(rocksdb::DB::Open(options, folder + "/floor-db", &opened).ok(), "RocksDB");
  std::unique_ptr<rocksdb::DB> db(opened);
  rocksdb::WriteOptions synced;
  synced.sync = true;
  rocksdb::WriteBatch batch;
  std::uint64_t key = 0;
  const double start = ProcessCpuSeconds();
  std::size_t count = 0;
  for (int round = 0; round < rounds; ++round) {
    batch.Clear();
    for (std::size_t i = 0; i < kBatch; ++i, ++count) {
      std::string bytes(8, 0);
      for (std::size_t at = 0; at < 8; ++at) bytes[at] = static_cast<char>(key >> (56 - 8 * at));
      ++key;
      batch.Put(bytes, meter.samples()[count % meter.samples().size()].content);
    }
    Require(db->Write(synced, &batch).ok(), "write");
  }
  Require(db->Close().ok(), "close");
  return (ProcessCpuSeconds() - start) * kMicro / static_cast<double>(count);
}

double MeasureFdatasync(const FloorMeter& meter, const std::string& folder) {
  const int file = open((folder + "/floor-sync").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  Require(file >= 0, "file");
  std::vector<double> times;
  for (int i = 0; i < 201; ++i) {
    const std::string& bytes = meter.samples()[static_cast<std::size_t>(i) % meter.samples().size()].content;
    const double start = NowSeconds();
    Require(write(file, bytes.data(), bytes.size()) > 0 && fdatasync(file) == 0, "fdatasync");
    times.push_back((NowSeconds() - start) * kMicro);
  }
  close(file);
  return Median(std::move(times));
}

}  // namespace

Floor MeasureFloor(const std::vector<v1::Article>& articles, const BenchPublisher& publisher,
                   const std::string& program, const std::string& folder, int rounds) {
  FloorMeter meter(articles, publisher, rounds);
  MeasureForms(meter);
  MeasureDigests(meter);
  MeasureSignature(meter, publisher);
  meter.Add("a share of a synced RocksDB batch of 256", MeasureRocksDb(meter, folder, 8 * rounds));
  meter.Add("gRPC's receiving share of a packed stream",
            MeasureReceiving(program, folder, PackArticles(articles, kPacking), 4 * rounds));
  const double fdatasync_us = MeasureFdatasync(meter, folder);
  Floor floor = meter.Finish();
  floor.fdatasync_us = fdatasync_us;
  return floor;
}

}  // namespace chirograph
