#!/bin/sh
# gcc and clang, whichever are there, take every source without a warning.

set -u
: "${top_srcdir:?}" "${top_builddir:?}"
flags="-std=c11 -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror"
# shellcheck disable=SC2089
flags="$flags -fsyntax-only -D_GNU_SOURCE -DHAVE_CONFIG_H -DPKGDATADIR=\"/\" -DLOCALEDIR=\"/\""
flags="$flags -I$top_builddir"
flags="$flags -I$top_srcdir/src"
for module in ncursesw libedit check; do
	flags="$flags $(pkg-config --cflags $module 2>/dev/null)"
done
missing=0
bad=0
for cc in gcc clang; do
	if ! command -v $cc >/dev/null 2>&1; then
		missing=$((missing + 1))
		continue
	fi
	# shellcheck disable=SC2086,SC2090
	find "$top_srcdir/src" "$top_srcdir/tests" -name '*.c' -print0 |
		xargs -0 -n 8 -P 2 $cc $flags || { echo "$cc warns"; bad=1; }
done
[ $missing -lt 2 ] || { echo "neither gcc nor clang is there"; exit 77; }
exit $bad
