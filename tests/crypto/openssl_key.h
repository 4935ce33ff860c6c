// SPDX-License-Identifier: Apache-2.0
//
// Keys that crypto/ must refuse and so cannot make: straight from OpenSSL.
#ifndef CHIROGRAPH_TESTS_CRYPTO_OPENSSL_KEY_H_
#define CHIROGRAPH_TESTS_CRYPTO_OPENSSL_KEY_H_

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include <string>

#include "crypto/internal/pem.h"
#include "crypto/internal/ssl_ptr.h"

namespace chirograph {

inline internal::PkeyPtr MakeRsaKey(std::size_t bits) {
  return internal::PkeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits));
}

inline internal::PkeyPtr MakeEcKey(const char* curve) {
  return internal::PkeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve));
}

// Of a type that has no parameters: "ED25519", "ED448", "X25519".
inline internal::PkeyPtr MakePlainKey(const char* type) {
  return internal::PkeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, type));
}

// An RSA public key of these numbers, in hexadecimal; OpenSSL does not look whether they make sense.
inline internal::PkeyPtr MakeRsaPublicKey(const std::string& modulus_hex, const std::string& exponent_hex) {
  BIGNUM* n = nullptr;
  BIGNUM* e = nullptr;
  BN_hex2bn(&n, modulus_hex.c_str());
  BN_hex2bn(&e, exponent_hex.c_str());
  const internal::BignumPtr n_owner(n);
  const internal::BignumPtr e_owner(e);
  const internal::SslPtr<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n);
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e);
  const internal::SslPtr<OSSL_PARAM, OSSL_PARAM_free> params(OSSL_PARAM_BLD_to_param(builder.get()));
  const internal::PkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  EXPECT_EQ(EVP_PKEY_fromdata_init(context.get()), 1);
  EXPECT_EQ(EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()), 1);
  return internal::PkeyPtr(key);
}

inline std::string SpkiOf(const internal::PkeyPtr& key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key.get(), &der);
  EXPECT_GT(size, 0);
  return std::string(internal::SslBytes(der, static_cast<std::size_t>(size)).view());
}

inline std::string PublicPemOf(const internal::PkeyPtr& key) {
  return internal::EncodePem(SpkiOf(key), "PUBLIC KEY");
}

inline std::string PrivatePemOf(const internal::PkeyPtr& key) {
  const internal::Pkcs8Ptr info(EVP_PKEY2PKCS8(key.get()));
  unsigned char* der = nullptr;
  const int size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), &der);
  EXPECT_GT(size, 0);
  return internal::EncodePem(internal::SslBytes(der, static_cast<std::size_t>(size)).view(), "PRIVATE KEY");
}

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_CRYPTO_OPENSSL_KEY_H_
