# Run by CPack between installing and packing: the tar.xz holds what its programs load.
if(CPACK_GENERATOR STREQUAL "TXZ")
  execute_process(COMMAND ${CMAKE_CURRENT_LIST_DIR}/add_libraries.sh ${CPACK_TEMPORARY_INSTALL_DIRECTORY} COMMAND_ERROR_IS_FATAL ANY)
endif()
