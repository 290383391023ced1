# make package: a .deb whose dependencies dpkg-shlibdeps reads off the binary, and the same bytes from the same commit.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME reconcile)
set(CPACK_PACKAGE_CONTACT "The reconcile maintainers <maintainers@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "keeps a bucket, a buffer and an on-chain commitment in agreement with a manifest")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR})
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${PROJECT_SOURCE_DIR}/cmake/deb/postinst ${PROJECT_SOURCE_DIR}/cmake/deb/prerm
    ${PROJECT_SOURCE_DIR}/cmake/deb/postrm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/deb/seal.cmake)
set(CPACK_SOURCE_ROOT ${PROJECT_SOURCE_DIR})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/README.md DESTINATION share/doc/reconcile)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/schema ${PROJECT_SOURCE_DIR}/manifests DESTINATION share/reconcile)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/examples/observability ${PROJECT_SOURCE_DIR}/examples/quickstart
        DESTINATION share/doc/reconcile/examples)
# ExecStart= names no folder: systemd looks into /usr/local/bin and /usr/bin.
install(FILES ${PROJECT_SOURCE_DIR}/examples/deploy/systemd/reconcile.service DESTINATION lib/systemd/system)
include(CPack)
