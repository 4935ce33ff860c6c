// SPDX-License-Identifier: Apache-2.0
//
// OpenSSL's handles as unique_ptrs. For .cc files of crypto/ only.
#ifndef CHIROGRAPH_CRYPTO_INTERNAL_SSL_PTR_H_
#define CHIROGRAPH_CRYPTO_INTERNAL_SSL_PTR_H_

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace chirograph::internal {

// The deleter that calls `Free`, whatever that returns.
template <auto Free>
struct FreeWith {
  template <typename T>
  void operator()(T* handle) const {
    static_cast<void>(Free(handle));
  }
};

template <typename T, auto Free>
using SslPtr = std::unique_ptr<T, FreeWith<Free>>;

using BioPtr = SslPtr<BIO, BIO_free>;
using BignumPtr = SslPtr<BIGNUM, BN_free>;
using BnCtxPtr = SslPtr<BN_CTX, BN_CTX_free>;
using CipherCtxPtr = SslPtr<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using EcdsaSigPtr = SslPtr<ECDSA_SIG, ECDSA_SIG_free>;
using MdCtxPtr = SslPtr<EVP_MD_CTX, EVP_MD_CTX_free>;
using Pkcs8Ptr = SslPtr<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;
using PkeyCtxPtr = SslPtr<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using PkeyPtr = SslPtr<EVP_PKEY, EVP_PKEY_free>;

// Memory from OPENSSL_malloc, which is cleared before it is freed.
class SslBytes {
 public:
  // Takes what `data` points to; null stands for no bytes.
  SslBytes(unsigned char* data, std::size_t size) : data_(data, Clear{size}) {}

  const unsigned char* data() const { return data_.get(); }
  std::size_t size() const { return data_ ? data_.get_deleter().size : 0; }
  std::string_view view() const { return {reinterpret_cast<const char*>(data()), size()}; }

 private:
  struct Clear {
    std::size_t size;
    void operator()(unsigned char* data) const { OPENSSL_clear_free(data, size); }
  };
  std::unique_ptr<unsigned char, Clear> data_;
};

// Clears a string of ours when it goes. The string must outlive this and keep its bytes in place.
class CleanseOnExit {
 public:
  explicit CleanseOnExit(std::string& secret) : secret_(secret) {}
  ~CleanseOnExit() { OPENSSL_cleanse(secret_.data(), secret_.size()); }
  CleanseOnExit(const CleanseOnExit&) = delete;
  CleanseOnExit& operator=(const CleanseOnExit&) = delete;

 private:
  std::string& secret_;
};

inline const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

inline unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace chirograph::internal

#endif  // CHIROGRAPH_CRYPTO_INTERNAL_SSL_PTR_H_
