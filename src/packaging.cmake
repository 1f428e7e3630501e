# What `cmake --install` puts where, and the Debian package that `cpack -G DEB` makes of it. Included by src/CMakeLists.txt.

set(config_directory ${CMAKE_INSTALL_FULL_SYSCONFDIR}/grandstand)
set(staged ${CMAKE_BINARY_DIR}/packaging)

install(TARGETS grandstand RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# The configuration is the commented one of the sources; installed, its state is where the service may write.
file(READ ${CMAKE_SOURCE_DIR}/config/grandstand.yaml text)
string(REPLACE "\ndata_directory: data\n" "\ndata_directory: ${CMAKE_INSTALL_FULL_LOCALSTATEDIR}/lib/grandstand\n" text "${text}")
file(CONFIGURE OUTPUT ${staged}/grandstand.yaml CONTENT "${text}" @ONLY)
install(FILES ${staged}/grandstand.yaml ${CMAKE_SOURCE_DIR}/config/channels.yaml DESTINATION ${config_directory})

file(READ ${CMAKE_SOURCE_DIR}/config/grandstand.service text)
string(REPLACE "/usr/bin/grandstand" "${CMAKE_INSTALL_FULL_BINDIR}/grandstand" text "${text}")
string(REPLACE "/etc/grandstand" "${config_directory}" text "${text}")
file(CONFIGURE OUTPUT ${staged}/grandstand.service CONTENT "${text}" @ONLY)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  ${CMAKE_SOURCE_DIR}/config/grandstand.yaml ${CMAKE_SOURCE_DIR}/config/grandstand.service)
install(FILES ${staged}/grandstand.service DESTINATION lib/systemd/system)
install(FILES ${CMAKE_SOURCE_DIR}/config/grandstand.sysusers DESTINATION lib/sysusers.d RENAME grandstand.conf)

# For an operator's own Prometheus and Grafana.
install(DIRECTORY ${CMAKE_SOURCE_DIR}/docker/prometheus ${CMAKE_SOURCE_DIR}/docker/grafana
  DESTINATION ${CMAKE_INSTALL_DATADIR}/grandstand/monitoring)

# Built by scripts/build-web before; without it the daemon serves no web application.
install(DIRECTORY ${CMAKE_SOURCE_DIR}/src/webui/dist/ DESTINATION ${CMAKE_INSTALL_DATADIR}/grandstand/web OPTIONAL)

# Compressed without a time stamp, so that the same sources make the same package.
find_program(GZIP gzip REQUIRED)
function(grandstand_install_compressed source name destination)
  add_custom_command(OUTPUT ${staged}/${name}.gz
    COMMAND ${CMAKE_COMMAND} -E make_directory ${staged}
    COMMAND ${GZIP} -9nc ${source} > ${staged}/${name}.gz
    DEPENDS ${source} VERBATIM)
  set_property(GLOBAL APPEND PROPERTY grandstand_compressed ${staged}/${name}.gz)
  install(FILES ${staged}/${name}.gz DESTINATION ${destination})
endfunction()
grandstand_install_compressed(${CMAKE_SOURCE_DIR}/docs/grandstand.1 grandstand.1 ${CMAKE_INSTALL_MANDIR}/man1)
grandstand_install_compressed(${CMAKE_SOURCE_DIR}/docs/CHANGELOG.md NEWS ${CMAKE_INSTALL_DATADIR}/doc/grandstand)
configure_file(${CMAKE_SOURCE_DIR}/config/debian/changelog.in ${staged}/changelog @ONLY)
grandstand_install_compressed(${staged}/changelog changelog ${CMAKE_INSTALL_DATADIR}/doc/grandstand)
get_property(compressed GLOBAL PROPERTY grandstand_compressed)
add_custom_target(grandstand_documents ALL DEPENDS ${compressed})
install(FILES ${CMAKE_SOURCE_DIR}/config/debian/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/grandstand)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME grandstand)
set(CPACK_PACKAGE_VENDOR "Grandstand maintainers")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "social IPTV headend")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Grandstand takes television in (UDP and RTP multicast, RTMP publishers, files,
HLS, RTSP and SRT pulls), gives it out as HLS that browsers, players and
set-top boxes can use, and seats the audience around it: each channel has a
room with chat and reactions that hang on the programme's own timeline.
.
It keeps its state in PostgreSQL: in yours, or in a private one that it runs
itself in its data directory, for which the server's programs are needed.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "Grandstand maintainers <maintainers@grandstand.invalid>")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The user is made by systemd-sysusers, which also comes without the rest of systemd.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd-standalone-sysusers | systemd-sysusers")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "postgresql-15 | postgresql")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "janus, coturn")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${CMAKE_SOURCE_DIR}/config/debian/conffiles ${CMAKE_SOURCE_DIR}/config/debian/postinst
  ${CMAKE_SOURCE_DIR}/config/debian/prerm ${CMAKE_SOURCE_DIR}/config/debian/postrm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
