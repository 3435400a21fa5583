# pv_room(NAME SOURCES ... [APART ...] USES ...): a room is a static library; a source that is in its folder but not in its lists is an error. APART: those that
# something else is made of.
function(pv_room name)
    cmake_parse_arguments(ROOM "" "" "SOURCES;APART;USES" ${ARGN})
    file(GLOB there RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} CONFIGURE_DEPENDS *.c *.cpp)
    foreach(file ${there})
        if(NOT file IN_LIST ROOM_SOURCES AND NOT file IN_LIST ROOM_APART)
            message(FATAL_ERROR "${name}/${file} is not in the SOURCES of ${name}/CMakeLists.txt")
        endif()
    endforeach()
    add_library(pv_${name} STATIC ${ROOM_SOURCES})
    target_include_directories(pv_${name} PUBLIC ${CMAKE_SOURCE_DIR})
    target_link_libraries(pv_${name} PUBLIC ${ROOM_USES})
endfunction()

# What every test finds in its environment. A huge allocation is an error to be tested, not a reason for ASan to end the program.
set(PV_TEST_ENVIRONMENT
    "PAPAVER_SOURCE=${CMAKE_SOURCE_DIR}"
    "PAPAVER_BUILD=${CMAKE_BINARY_DIR}"
    "ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=1"
    "UBSAN_OPTIONS=print_stacktrace=1")
if(PAPAVER_SANITIZE STREQUAL "thread")
    # Archer tells ThreadSanitizer what OpenMP's barriers mean; without it a correct program is reported.
    file(GLOB archer /usr/lib/llvm-*/lib/libarcher.so)
    if(NOT archer)
        message(WARNING "libarcher.so is missing (libomp-14-dev): ThreadSanitizer will report OpenMP's own barriers")
    endif()
    list(APPEND PV_TEST_ENVIRONMENT "OMP_TOOL_LIBRARIES=${archer}" "TSAN_OPTIONS=ignore_noninstrumented_modules=1")
endif()

# pv_unit_test(NAME SOURCE USES ...): one cmocka program, one ctest entry.
function(pv_unit_test name source)
    add_executable(${name} ${source})
    target_link_libraries(${name} PRIVATE ${ARGN} cmocka)
    add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
    set_tests_properties(${name} PROPERTIES LABELS unit TIMEOUT 300 ENVIRONMENT "${PV_TEST_ENVIRONMENT}")
endfunction()

# pv_script_test(NAME LABEL SCRIPT ARGS ...): one bash script, one ctest entry; exit code 77 means skipped.
function(pv_script_test name label script)
    add_test(NAME ${name} COMMAND bash ${script} ${ARGN} WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
    set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT 1800 SKIP_RETURN_CODE 77 ENVIRONMENT "${PV_TEST_ENVIRONMENT}")
endfunction()
