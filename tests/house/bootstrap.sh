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

# With apt-get it installs just that, quietly, through sudo when it is not root, and looks again.
for tool in env find getconf mkdir tail; do
	ln -s "$(command -v $tool)" "$work/bin/$tool"
done
rm "$work/bin/id"
printf '#!/bin/sh\necho 1000\n' >"$work/bin/id"
printf '#!/bin/sh\necho "sudo $*" >>%s/calls\nexec "$@"\n' "$work" >"$work/bin/sudo"
# shellcheck disable=SC2016
printf '#!/bin/sh\necho "apt-get $DEBIAN_FRONTEND $*" >>%s/calls\n' "$work" >"$work/bin/apt-get"
chmod +x "$work/bin/id" "$work/bin/sudo" "$work/bin/apt-get"
answer=$(PATH=$work/bin "$work/bin/sh" "$work/kmaplab/bootstrap" build 2>&1)
says '^kmaplab: installing with apt-get: autoconf .*libedit-dev'
says 'still missing after apt-get: autoreconf'
answer=$(cat "$work/calls")
says '^sudo env .*apt-get'
says '^apt-get noninteractive -qq install -y .*libcmark-dev'

answer=$(PATH=$work/bin "$work/bin/sh" "$work/kmaplab/bootstrap" dance 2>&1)
[ $? -eq 1 ] || { echo "took the command dance"; exit 1; }
says 'no such command: dance'
