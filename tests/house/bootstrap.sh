#!/bin/sh
# On a system without apt-get, bootstrap names what is missing in that system's words, installs
# nothing and leaves nothing behind.

set -u
: "${top_srcdir:?}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

# A system with a shell, the usual small tools, a compiler, and nothing else.
mkdir "$work/bin" "$work/kmaplab"
for tool in sh awk sed tr dirname cat grep id make; do
	ln -s "$(command -v $tool)" "$work/bin/$tool"
done
ln -s "$work/bin/make" "$work/bin/cc"
cp "$top_srcdir/bootstrap" "$work/kmaplab/"

says() {
	printf '%s\n' "$answer" | grep -qE "$1" || {
		printf 'expected "%s" in:\n%s\n' "$1" "$answer"
		exit 1
	}
}

answer=$(PATH=$work/bin "$work/bin/sh" "$work/kmaplab/bootstrap" check 2>&1)
status=$?
[ $status -eq 1 ] || { echo "exit status $status, not 1"; exit 1; }
says '^  Debian .*autoconf .*libedit-dev .*check .*tmux'
says '^  Fedora .*libedit-devel .*jansson-devel'
says '^  Arch .*libedit cmark'
says '^  Alpine .*libedit-dev .*xxhash-dev'
says 'looked for: autoreconf'
[ "$(ls "$work/kmaplab")" = bootstrap ] || { echo "it left something behind"; exit 1; }

# To build alone, what only the tests need is not asked for.
answer=$(PATH=$work/bin "$work/bin/sh" "$work/kmaplab/bootstrap" build 2>&1)
says '^  Debian .*libedit-dev'
case $answer in *tmux*) echo "asks for tmux to build"; exit 1 ;; esac

answer=$(PATH=$work/bin "$work/bin/sh" "$work/kmaplab/bootstrap" dance 2>&1)
[ $? -eq 1 ] || { echo "took the command dance"; exit 1; }
says 'no such command: dance'
