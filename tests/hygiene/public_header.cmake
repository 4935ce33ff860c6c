# SPDX-License-Identifier: Apache-2.0
#
# cmake -DHEADER=crypto/tile.h -DCOMPILER=c++ -DSOURCE_DIR=. -DGENERATED_DIR=... -DWORK_DIR=... -P this:
# compiles the header by itself, and looks at all that it includes in turn.
string(MAKE_C_IDENTIFIER ${HEADER} name)
set(source ${WORK_DIR}/${name}.cc)
set(dependencies ${WORK_DIR}/${name}.d)
file(MAKE_DIRECTORY ${WORK_DIR})
# Twice: an include guard that does not work is found too.
file(WRITE ${source} "#include \"${HEADER}\"\n#include \"${HEADER}\"\n")
execute_process(
  COMMAND ${COMPILER} -std=c++20 -Wall -Wextra -Werror -Wno-missing-field-initializers -fsyntax-only -I
          ${SOURCE_DIR} -isystem ${GENERATED_DIR} -MD -MF ${dependencies} ${source}
  RESULT_VARIABLE result
  ERROR_VARIABLE errors)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${HEADER} does not compile by itself:\n${errors}")
endif()
file(READ ${dependencies} included)
string(REGEX MATCHALL "[^ \n]*/((openssl|rocksdb|yaml-cpp|curl)/[^ \n]*|httplib\\.h|zlib\\.h|zip\\.h)" private "${included}")
if(private)
  list(GET private 0 first)
  message(FATAL_ERROR "${HEADER} includes ${first}, which only .cc files and internal/ may; "
                      "`c++ -H` shows by which way")
endif()
