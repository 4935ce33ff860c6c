// SPDX-License-Identifier: Apache-2.0
#include "crypto/internal/ed25519_point.h"

#include <string>

#include "crypto/internal/openssl_errors.h"
#include "crypto/internal/ssl_ptr.h"

namespace chirograph::internal {
namespace {

BignumPtr FromHex(const char* hex) {
  BIGNUM* value = nullptr;
  if (BN_hex2bn(&value, hex) == 0) return nullptr;
  return BignumPtr(value);
}

}  // namespace

// The curve is -x^2 + y^2 = 1 + d x^2 y^2 modulo p, so x^2 = u/v with u = y^2 - 1 and v = d y^2 + 1. v is
// never 0, and u/v is a square exactly where u v is one. Of small order: orders 1 and 2 have x = 0, so u = 0.
// Doubling makes x a multiple of x y, and y one of x^2 + y^2; so order 4 has y = 0, and order 8, whose double
// that is, x^2 = -y^2, so u + v y^2 = 0.
absl::StatusOr<Ed25519Point> CheckEd25519Point(std::string_view bytes) {
  if (bytes.size() != 32) return Ed25519Point::kNotAPoint;
  std::string y_bytes(bytes);
  const bool x_is_odd = (static_cast<unsigned char>(y_bytes[31]) & 0x80) != 0;
  y_bytes[31] = static_cast<char>(y_bytes[31] & 0x7f);

  const BignumPtr p = FromHex("7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed");
  const BignumPtr d = FromHex("52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3");
  const BignumPtr y(BN_lebin2bn(Bytes(y_bytes), 32, nullptr));
  const BignumPtr u(BN_new());
  const BignumPtr v(BN_new());
  const BignumPtr w(BN_new());
  const BnCtxPtr context(BN_CTX_new());
  if (!p || !d || !y || !u || !v || !w || !context) return SslError("allocate numbers");
  if (BN_cmp(y.get(), p.get()) >= 0) return Ed25519Point::kNotAPoint;

  if (BN_mod_sqr(u.get(), y.get(), p.get(), context.get()) != 1 ||
      BN_mod_mul(v.get(), u.get(), d.get(), p.get(), context.get()) != 1 || BN_add_word(v.get(), 1) != 1 ||
      BN_mod_mul(w.get(), v.get(), u.get(), p.get(), context.get()) != 1 ||
      BN_mod_sub(u.get(), u.get(), BN_value_one(), p.get(), context.get()) != 1 ||
      BN_mod_add(w.get(), w.get(), u.get(), p.get(), context.get()) != 1) {
    return SslError("compute a point of Ed25519");
  }
  // x is 0, which has one sign only.
  if (BN_is_zero(u.get()) == 1) return x_is_odd ? Ed25519Point::kNotAPoint : Ed25519Point::kSmallOrder;
  if (BN_mod_mul(v.get(), u.get(), v.get(), p.get(), context.get()) != 1) {
    return SslError("compute a point of Ed25519");
  }
  const int symbol = BN_kronecker(v.get(), p.get(), context.get());
  if (symbol < -1) return SslError("compute a point of Ed25519");
  if (symbol != 1) return Ed25519Point::kNotAPoint;
  const bool is_small = BN_is_zero(y.get()) == 1 || BN_is_zero(w.get()) == 1;
  return is_small ? Ed25519Point::kSmallOrder : Ed25519Point::kGood;
}

}  // namespace chirograph::internal
