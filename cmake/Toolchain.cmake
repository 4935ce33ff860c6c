# SPDX-License-Identifier: Apache-2.0
#
# How everything is compiled: warnings are errors, ccache and mold where they are installed, and
# precompiled headers for what every file with gRPC or protobuf in it would read again.

find_program(CHIROGRAPH_CCACHE ccache)
if(CHIROGRAPH_CCACHE)
  # Precompiled headers need these to be cached; the base directory lets two checkouts share.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CHIROGRAPH_CCACHE})
endif()
find_program(CHIROGRAPH_MOLD mold)
if(CHIROGRAPH_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
add_compile_options(-fno-omit-frame-pointer -fpch-preprocess)

# What most files of a target include, read once. Each file still includes what it uses: `./run check` compiles
# without these.
set(CHIROGRAPH_RPC_HEADERS <grpcpp/grpcpp.h> <chirograph/v1/archive_service.grpc.pb.h>
                           <chirograph/v1/log_service.grpc.pb.h> <chirograph/v1/verification_service.grpc.pb.h>)

# A member that a designated initializer leaves out has its default: that is what they are for. With
# precompiled headers GCC 12 tells what it suspects inside of the standard library's strings, wrongly, and
# AddressSanitizer would know: the last four.
add_library(chirograph_warnings INTERFACE)
target_compile_options(chirograph_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                                                     -Woverloaded-virtual -Wno-missing-field-initializers
                                                     -Werror -Wno-array-bounds -Wno-restrict
                                                     -Wno-stringop-overread -Wno-stringop-overflow)

if(CHIROGRAPH_SANITIZE)
  # GCC 12 sees uninitialized values in the standard library when it instruments it.
  add_compile_options(-fsanitize=${CHIROGRAPH_SANITIZE} -fno-sanitize-recover=all -g1 -Wno-maybe-uninitialized)
  add_link_options(-fsanitize=${CHIROGRAPH_SANITIZE})
  if(CHIROGRAPH_SANITIZE MATCHES thread)
    # protobuf's headers give their maps two members more where this macro is there, which Debian's library,
    # built without, knows nothing of.
    add_compile_options(-Wno-tsan -U__SANITIZE_THREAD__)
  endif()
endif()
