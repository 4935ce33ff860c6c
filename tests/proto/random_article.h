// SPDX-License-Identifier: Apache-2.0
#ifndef CHIROGRAPH_TESTS_PROTO_RANDOM_ARTICLE_H_
#define CHIROGRAPH_TESTS_PROTO_RANDOM_ARTICLE_H_

#include <random>
#include <string>

#include "chirograph/v1/article.pb.h"

namespace chirograph {

// Articles that are messages of their canonical forms, with every field, extras at every level, odd keys
// and all of Unicode in them, each now and then.
class RandomArticles {
 public:
  explicit RandomArticles(std::mt19937_64* random) : random_(*random) {}
  v1::Article Next();

 private:
  bool OneIn(int n) { return random_() % static_cast<unsigned>(n) == 0; }
  int Below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  std::string Text();
  double Number();
  std::int32_t Int();
  google::protobuf::Timestamp Time();
  // `levels` more may be nested in it.
  google::protobuf::Value Value(int levels);
  google::protobuf::Struct Struct(int levels);
  // A value that fits no typed field at all.
  google::protobuf::Value Misfit();
  // Adds keys of no typed field of `message`, and typed fields' names with values that do not fit.
  template <class Message>
  void AddExtra(int levels, Message* message);
  template <class Message>
  void FillShared(int levels, Message* message);
  v1::Provider Provider(int levels);
  v1::Image Image(int levels);

  std::mt19937_64& random_;
};

}  // namespace chirograph

#endif  // CHIROGRAPH_TESTS_PROTO_RANDOM_ARTICLE_H_
