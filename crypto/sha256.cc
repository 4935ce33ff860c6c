// SPDX-License-Identifier: Apache-2.0
#include "crypto/sha256.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "crypto/encoding.h"
#include "crypto/internal/ssl_ptr.h"

namespace chirograph {
namespace {

[[noreturn]] void Die(const char* what) {
  // Neither a log nor a Status is of use: there is no archive without SHA-256.
  static_cast<void>(std::fprintf(stderr, "chirograph: OpenSSL cannot do SHA-256 (%s)\n", what));
  std::abort();
}

// Never freed: a thread that outlives main may still hash.
const EVP_MD* Algorithm() {
  static const EVP_MD* const kAlgorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (kAlgorithm == nullptr) Die("EVP_MD_fetch");
  return kAlgorithm;
}

// This thread's context, ready for data. Setting one up costs more than hashing a Merkle node.
EVP_MD_CTX* FreshContext() {
  thread_local const internal::MdCtxPtr context(EVP_MD_CTX_new());
  if (context == nullptr) Die("EVP_MD_CTX_new");
  if (EVP_DigestInit_ex2(context.get(), Algorithm(), nullptr) != 1) Die("EVP_DigestInit_ex2");
  return context.get();
}

void Update(EVP_MD_CTX* context, std::string_view data) {
  if (EVP_DigestUpdate(context, data.data(), data.size()) != 1) Die("EVP_DigestUpdate");
}

Digest Final(EVP_MD_CTX* context) {
  Digest digest;
  if (EVP_DigestFinal_ex(context, digest.data(), nullptr) != 1) Die("EVP_DigestFinal_ex");
  return digest;
}

}  // namespace

Digest Sha256(std::string_view data) {
  EVP_MD_CTX* const context = FreshContext();
  Update(context, data);
  return Final(context);
}

Digest Sha256(std::initializer_list<std::string_view> parts) {
  EVP_MD_CTX* const context = FreshContext();
  for (const std::string_view part : parts) Update(context, part);
  return Final(context);
}

std::string_view AsBytes(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::optional<Digest> DigestFromBytes(std::string_view bytes) {
  if (bytes.size() != kSha256Bytes) return std::nullopt;
  Digest digest;
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

std::string ToHex(const Digest& digest) { return HexEncode(AsBytes(digest)); }

}  // namespace chirograph
