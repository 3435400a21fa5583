# Zero warnings, the same language everywhere, and floats that mean the same on every machine.
add_compile_definitions(_GNU_SOURCE _FILE_OFFSET_BITS=64)
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wundef -Wformat=2 -Wvla -ffp-contract=off)
add_compile_options($<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes> $<$<COMPILE_LANGUAGE:C>:-Wmissing-prototypes>)
# Clang builds the sanitizer and fuzz presets. Two of its habits are left aside: one source for all sample types, and a string of two parts.
add_compile_options($<$<C_COMPILER_ID:Clang>:-Wno-implicit-int-float-conversion> $<$<C_COMPILER_ID:Clang>:-Wno-string-concatenation>)
option(PAPAVER_WERROR "Treat warnings as errors" ON)
if(PAPAVER_WERROR)
    add_compile_options(-Werror)
endif()

if(PAPAVER_SANITIZE)
    add_compile_options(-fsanitize=${PAPAVER_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${PAPAVER_SANITIZE})
endif()
if(PAPAVER_FUZZ)
    # Coverage of all rooms steers the fuzzer; each target itself brings the fuzzer's main.
    add_compile_options(-fsanitize=fuzzer-no-link)
    add_link_options(-fsanitize=fuzzer-no-link)
endif()
