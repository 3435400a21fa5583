#!/usr/bin/env bash
# tests/cli/run_case.sh CASE: runs a golden case. What a case file holds, line by line:
#
#   # a comment
#   $ a shell line that prepares something and must succeed
#   > papaver ...          a command line under test (a shell line too); what follows speaks of it:
#   exit 2                 its exit code (default 0)
#   out REGEX              a line of stdout matches (extended regular expression)
#   err REGEX              a line of stderr matches
#   no-out / no-err        nothing on stdout / stderr
#   no-err REGEX           no line of stderr matches
#   file NAME              it is there and not empty
#   no-file NAME           it is not there
#
# In a folder of its own; $FIXTURE holds photo.tif, labels.geojson and model.pvm, $TOOLS the test tools, $ROOT the source.
# For every papaver command: no sanitizer report, no signal, no exit code outside the contract, no temporary left behind, and no line break in a message.
. "$(dirname "$0")/../lib.bash"
case_file=$(realpath "$1")
export ROOT=$root FIXTURE=$fixture TOOLS=$tools BUILD=$build
export PATH=$build/app:$build/samples:$PATH
if grep -q FIXTURE "$case_file"; then make_fixture; fi
mkdir "$work/here"
cd "$work/here"

command=
want_exit=0
got_exit=
fail() {
    failures=$((failures + 1))
    echo "FAILED: $case_file"
    echo "  command:  $command"
    echo "  expected: $1"
    echo "  exit: $got_exit; stdout:"
    head -c 1500 "$work/out" | sed 's/^/    /'
    echo "  stderr:"
    head -c 1500 "$work/err" | sed 's/^/    /'
}
finish_command() {
    [ -n "$command" ] || return 0
    checks=$((checks + 1))
    [ "$got_exit" = "$want_exit" ] || fail "exit $want_exit"
    if grep -qE 'Sanitizer|runtime error:|Assertion' "$work/err"; then fail "no sanitizer report"; fi
    case $command in papaver*) ;; *) return 0 ;; esac
    case $got_exit in 0 | 2 | 10 | 11 | 12 | 13 | 14 | 15 | 16) ;; *) fail "an exit code of the contract" ;; esac
    if find . -name '.*.tmp' | grep -q .; then fail "no temporary file left: $(find . -name '.*.tmp')"; fi
    if [ "$got_exit" != 0 ] && [ ! -s "$work/err" ]; then fail "words on stderr for a failure"; fi
}
while IFS= read -r line || [ -n "$line" ]; do
    rest=${line#* }
    case $line in
    '' | '#'*) ;;
    '$ '*)
        finish_command
        command=
        eval "$rest" >"$work/setup.log" 2>&1 || { echo "FAILED: $case_file: preparation: $rest"; cat "$work/setup.log"; exit 1; }
        ;;
    '> '*)
        finish_command
        command=$rest
        want_exit=0
        got_exit=0
        : >"$work/out"
        : >"$work/err"
        (eval "$command") >"$work/out" 2>"$work/err" </dev/null || got_exit=$?
        ;;
    'exit '*) want_exit=$rest ;;
    'out '*) grep -qE -- "$rest" "$work/out" || fail "stdout matches $rest" ;;
    'err '*) grep -qE -- "$rest" "$work/err" || fail "stderr matches $rest" ;;
    'no-out') [ ! -s "$work/out" ] || fail "nothing on stdout" ;;
    'no-err') [ ! -s "$work/err" ] || fail "nothing on stderr" ;;
    'no-err '*) ! grep -qE -- "$rest" "$work/err" || fail "stderr does not match $rest" ;;
    'file '*) [ -s "$rest" ] || fail "file $rest" ;;
    'no-file '*) [ ! -e "$rest" ] || fail "no file $rest" ;;
    *)
        echo "FAILED: $case_file: not a line of a case: $line"
        exit 1
        ;;
    esac
done <"$case_file"
finish_command
if [ "$checks" -eq 0 ]; then
    echo "FAILED: $case_file has no command"
    exit 1
fi
echo "$(basename "$case_file" .case): $checks commands, $failures expectations failed"
[ "$failures" -eq 0 ]
