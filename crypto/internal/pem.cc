// SPDX-License-Identifier: Apache-2.0
#include "crypto/internal/pem.h"

#include <fmt/format.h>
#include <openssl/pem.h>

#include <array>
#include <optional>

#include "crypto/internal/openssl_errors.h"
#include "crypto/limits.h"

namespace chirograph::internal {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";

std::string_view TrimWhiteSpace(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// The label of the block at the beginning of `pem`.
std::optional<std::string_view> FirstLabel(std::string_view pem) {
  if (!pem.starts_with(kBegin)) return std::nullopt;
  const std::string_view line = pem.substr(0, pem.find_first_of("\r\n"));
  if (line.size() < kBegin.size() + kDashes.size() || !line.ends_with(kDashes)) return std::nullopt;
  return line.substr(kBegin.size(), line.size() - kBegin.size() - kDashes.size());
}

// What to type to get the form that is wanted.
std::string_view ConversionHint(std::string_view found, std::string_view wanted) {
  struct Hint {
    std::string_view found;
    std::string_view wanted;
    std::string_view text;
  };
  constexpr std::string_view kPublicOfPrivate =
      "; this file is secret: take its public half with 'openssl pkey -in FILE -pubout'";
  constexpr std::string_view kToPkcs8 = "; convert it with 'openssl pkcs8 -topk8 -nocrypt -in FILE'";
  static constexpr std::array kHints = {
      Hint{"PRIVATE KEY", "PUBLIC KEY", kPublicOfPrivate},
      Hint{"ENCRYPTED PRIVATE KEY", "PUBLIC KEY", kPublicOfPrivate},
      Hint{"RSA PRIVATE KEY", "PUBLIC KEY", kPublicOfPrivate},
      Hint{"EC PRIVATE KEY", "PUBLIC KEY", kPublicOfPrivate},
      Hint{"RSA PUBLIC KEY", "PUBLIC KEY",
           "; convert it with 'openssl rsa -RSAPublicKey_in -in FILE -pubout'"},
      Hint{"CERTIFICATE", "PUBLIC KEY", "; take its key with 'openssl x509 -in FILE -noout -pubkey'"},
      Hint{"ENCRYPTED PRIVATE KEY", "PRIVATE KEY",
           "; decrypt it with 'openssl pkcs8 -in FILE' and keep the result where only you can read it"},
      Hint{"RSA PRIVATE KEY", "PRIVATE KEY", kToPkcs8},
      Hint{"EC PRIVATE KEY", "PRIVATE KEY", kToPkcs8},
  };
  for (const Hint& hint : kHints) {
    if (hint.found == found && hint.wanted == wanted) return hint.text;
  }
  return "";
}

bool IsPlainLabel(std::string_view label) {
  return label.size() <= 32 && label.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ") == label.npos;
}

// Whether `text` comes once in `pem`.
bool IsOnceIn(std::string_view pem, std::string_view text) {
  const std::size_t first = pem.find(text);
  return first != pem.npos && pem.find(text, first + 1) == pem.npos;
}

absl::Status CheckFrame(std::string_view pem, std::string_view label) {
  const std::optional<std::string_view> found = FirstLabel(pem);
  if (!found) {
    return absl::InvalidArgumentError(
        fmt::format("not a PEM: expected \"-----BEGIN {}-----\" as the first line", label));
  }
  if (*found != label) {
    return absl::InvalidArgumentError(
        fmt::format("a PEM of another kind: expected \"-----BEGIN {}-----\", found \"{}\"{}", label,
                    IsPlainLabel(*found) ? *found : "(an odd label)", ConversionHint(*found, label)));
  }
  if (!IsOnceIn(pem, kBegin)) {
    return absl::InvalidArgumentError("more than one PEM block: expected one, and nothing else");
  }
  if (!IsOnceIn(pem, kEnd) || !pem.ends_with(fmt::format("\n{}{}{}", kEnd, label, kDashes))) {
    return absl::InvalidArgumentError(
        fmt::format("a PEM that does not end in the line \"-----END {}-----\"", label));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SslBytes> DecodePem(std::string_view pem, std::string_view label) {
  if (pem.size() > limits::kMaxKeyFileBytes) {
    return absl::InvalidArgumentError(
        fmt::format("{} bytes; a key file has at most {}", pem.size(), limits::kMaxKeyFileBytes));
  }
  pem = TrimWhiteSpace(pem);
  if (absl::Status frame = CheckFrame(pem, label); !frame.ok()) return frame;

  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (bio == nullptr) return SslError("read a PEM");
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  if (PEM_read_bio(bio.get(), &name, &header, &data, &size) != 1) {
    return absl::InvalidArgumentError(fmt::format("a PEM that cannot be read: {}", DrainErrors()));
  }
  SslBytes der(data, static_cast<std::size_t>(size));
  const bool has_header = *header != '\0';
  OPENSSL_free(name);
  OPENSSL_free(header);
  if (has_header) {
    return absl::InvalidArgumentError("a PEM with header lines (is it encrypted?): expected base64 alone");
  }
  return der;
}

std::string EncodePem(std::string_view der, std::string_view label) {
  // In a memory BIO, which OpenSSL clears when it frees it.
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (bio == nullptr || PEM_write_bio(bio.get(), std::string(label).c_str(), "", Bytes(der),
                                      static_cast<long>(der.size())) <= 0) {
    DieOfSslError("write a PEM");
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

}  // namespace chirograph::internal
