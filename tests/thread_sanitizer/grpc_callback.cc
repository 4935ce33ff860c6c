// SPDX-License-Identifier: Apache-2.0
//
// Tells ThreadSanitizer that what a program does before it starts a read, a write or the end of a call is
// before that is done. It is part of each program that is built for it and has gRPC in it, and of no other.
//
// gRPC's transport takes what is started from a queue without locks (grpc_core::Combiner), possibly in
// another thread that is at it already: of that ThreadSanitizer sees nothing. As absl_mutex.cc, this stands
// before gRPC's own function. There it gives the callback that waits a beginning that says what came before.
#include <dlfcn.h>
#include <grpc/grpc.h>
#include <grpcpp/support/callback_common.h>
#include <grpcpp/support/server_callback.h>
#include <sanitizer/tsan_interface.h>

#include <cstdio>
#include <cstdlib>
#include <type_traits>

namespace {

using Run = void (*)(grpc_completion_queue_functor*, int);

// Both are private: an explicit instantiation may name them all the same ([temp.spec.general]).
template <int kWhich, Run kRun>
struct Expose {
  friend Run Exposed(std::integral_constant<int, kWhich>) { return kRun; }
};
Run Exposed(std::integral_constant<int, 0>);
Run Exposed(std::integral_constant<int, 1>);
template struct Expose<0, &grpc::internal::CallbackWithSuccessTag::StaticRun>;
template struct Expose<1, &grpc::internal::CallbackWithStatusTag::StaticRun>;

template <int kWhich>
void RunAfterStart(grpc_completion_queue_functor* functor, int ok) {
  __tsan_acquire(functor);
  Exposed(std::integral_constant<int, kWhich>())(functor, ok);
}

template <int kWhich>
void Wrap(grpc_completion_queue_functor* functor) {
  if (functor->functor_run == Exposed(std::integral_constant<int, kWhich>())) {
    functor->functor_run = &RunAfterStart<kWhich>;
  }
}

template <typename Function>
Function Real(const char* symbol) {
  void* const found = dlsym(RTLD_NEXT, symbol);
  if (found == nullptr) {
    std::fprintf(stderr, "grpc_callback.cc: no library has %s\n", symbol);
    std::abort();
  }
  return reinterpret_cast<Function>(found);
}

}  // namespace

namespace grpc::internal {

void ServerCallbackCall::ScheduleOnDone(bool inline_ondone) {
  static const auto schedule =
      Real<void (*)(ServerCallbackCall*, bool)>("_ZN4grpc8internal18ServerCallbackCall14ScheduleOnDoneEb");
  __tsan_acquire(&callbacks_outstanding_);
  schedule(this, inline_ondone);
}

void ServerCallbackCall::CallOnCancel(ServerReactor* reactor) {
  static const auto call = Real<void (*)(ServerCallbackCall*, ServerReactor*)>(
      "_ZN4grpc8internal18ServerCallbackCall12CallOnCancelEPNS0_13ServerReactorE");
  __tsan_acquire(&on_cancel_conditions_remaining_);
  call(this, reactor);
}

}  // namespace grpc::internal

extern "C" grpc_call_error grpc_call_start_batch(grpc_call* call, const grpc_op* ops, size_t op_count,
                                                 void* tag, void* reserved) {
  using StartBatch = grpc_call_error (*)(grpc_call*, const grpc_op*, size_t, void*, void*);
  static const auto start_batch = Real<StartBatch>("grpc_call_start_batch");
  if (tag != nullptr) {
    // Where it is no callback's, these are the bytes of a pointer too: to its table of virtual functions.
    auto* const functor = static_cast<grpc_completion_queue_functor*>(tag);
    Wrap<0>(functor);
    Wrap<1>(functor);
    __tsan_release(functor);
  }
  return start_batch(call, ops, op_count, tag, reserved);
}

// A request is made where a call comes in, and answered where the completion queue hands out its tag; between
// the two is what ThreadSanitizer does not see. gRPC initializes a request's metadata at the end of making
// it; behind them are two words and the tag (Server::CallbackRequest).
extern "C" void grpc_metadata_array_init(grpc_metadata_array* array) {
  static const auto init = Real<void (*)(grpc_metadata_array*)>("grpc_metadata_array_init");
  init(array);
  __tsan_release(reinterpret_cast<char*>(array) + sizeof(grpc_metadata_array) + 2 * sizeof(void*));
}

extern "C" grpc_event grpc_completion_queue_next(grpc_completion_queue* queue, gpr_timespec deadline,
                                                 void* reserved) {
  using Next = grpc_event (*)(grpc_completion_queue*, gpr_timespec, void*);
  static const auto next = Real<Next>("grpc_completion_queue_next");
  const grpc_event event = next(queue, deadline, reserved);
  if (event.type == GRPC_OP_COMPLETE) __tsan_acquire(event.tag);
  return event;
}
