# Run by cpack between installing into a folder and packing it: the list of what is in the program, then one time for all
# files, so that packing twice gives the same bytes.
set(ROOT ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr)
execute_process(COMMAND ${CPACK_SOURCE_ROOT}/tools/sbom.sh ${ROOT}/bin/reconcile
                OUTPUT_FILE ${ROOT}/share/doc/reconcile/sbom.spdx.json COMMAND_ERROR_IS_FATAL ANY)
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
  message(FATAL_ERROR "SOURCE_DATE_EPOCH is not set: make package sets it to the commit's time")
endif()
execute_process(COMMAND find ${CPACK_TEMPORARY_INSTALL_DIRECTORY} -exec touch -h -d @$ENV{SOURCE_DATE_EPOCH} {} +
                COMMAND_ERROR_IS_FATAL ANY)
