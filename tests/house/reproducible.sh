#!/bin/sh
# The same source gives the same program, byte for byte, wherever it lies and wherever it is built.

set -u
: "${top_srcdir:?}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

# build NAME FOLDER: a copy of the source in its own folder, built outside of it.
build() {
	mkdir -p "$work/$1/$2/b" || exit 99
	(cd "$top_srcdir" && tar -cf - --exclude=./build --exclude=.git --exclude='kmaplab-*' .) |
		tar -xf - -C "$work/$1" || exit 99
	(cd "$work/$1/$2/b" && "$work/$1/configure" -q CFLAGS='-g -O0' >configure.log 2>&1 &&
		make -s kmaplab >make.log 2>&1) && return
	tail -n 20 "$work/$1/$2/b"/*.log
	exit 1
}

[ -x "$top_srcdir/configure" ] || { echo "no configure there"; exit 99; }
[ ! -e "$top_srcdir/config.status" ] || { echo "the source folder itself is configured"; exit 77; }
build one near
build another-place quite/far/away
cmp "$work/one/near/b/kmaplab" "$work/another-place/quite/far/away/b/kmaplab"
