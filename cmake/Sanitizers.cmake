# The tests move the program's clock with libfaketime, which waits for ever inside of a sanitizer that is linked statically, as
# clang does by default. The shared runtime lies in a folder of clang's own.
if(RECONCILE_TESTS AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_FLAGS MATCHES "-fsanitize=address")
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-resource-dir OUTPUT_VARIABLE CLANG_FOLDER
                  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  add_link_options(-shared-libsan -Wl,-rpath,${CLANG_FOLDER}/lib/linux)
endif()
