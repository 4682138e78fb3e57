#!/bin/sh
# What `make install` puts somewhere works from there: the program finds its data, lessons, pages,
# translations and themes beside itself, under DESTDIR, under another prefix, and when the whole
# prefix is moved; the environment names other folders; `make uninstall` leaves nothing.

set -u
: "${top_builddir:?}" "${top_srcdir:?}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
unset KMAPLAB KMAPLAB_DATA KMAPLAB_MAN KMAPLAB_LESSONS LANGUAGE LC_ALL LANG
HOME=$work/home XDG_STATE_HOME=$work/home XDG_CONFIG_HOME=$work/home
export HOME XDG_STATE_HOME XDG_CONFIG_HOME
mkdir "$work/home" && cd "$work" || exit 99
bad=0

# target NAME VARIABLE=VALUE...: a target of the build, quietly.
target() {
	MAKEFLAGS='' make -s -C "$top_builddir" "$@" >"$work/make.log" 2>&1 && return
	echo "make $*: failed"
	tail -n 20 "$work/make.log"
	exit 1
}

# says WANTED COMMAND...: the command works and prints that.
says() {
	wanted=$1
	shift
	"$@" >"$work/out" 2>&1 </dev/null && grep -q -e "$wanted" "$work/out" && return
	echo "$*: no '$wanted' in what it says:"
	head -n 5 "$work/out"
	bad=1
}

# works PROGRAM: whatever it reads from a disk it finds.
works() {
	says 'Linux 6.1' "$1" -e 'boot kernel=6.1'
	says '07-kmap' "$1" lesson list
	says 'pkmap_count' "$1" -e 'man pkmap'
	says 'kmap(9)' "$1" -e man
	says 'dark' "$1" -e 'set theme dark; set theme'
	if [ -e "$top_builddir/locale/zh_TW/LC_MESSAGES/kmaplab.mo" ]; then
		# shellcheck disable=SC2016
		says '範例' sh -c 'echo help kmap | "$1" --plain --lang zh_TW' sh "$1"
	fi
	"$1" -e 'set theme nowhere' >/dev/null 2>&1 && { echo "$1: a theme nowhere?"; bad=1; }
}

# Under DESTDIR, as whoever packages it does. What was installed for others has its place.
target install DESTDIR="$work/stage" prefix=/usr
works "$work/stage/usr/bin/kmaplab"
for file in bash-completion/completions/kmaplab zsh/site-functions/_kmaplab \
	fish/vendor_completions.d/kmaplab.fish man/man1/kmaplab.1 man/man5/kmaplab-lesson.5 \
	man/man7/highmem.7 man/man9/kmap.9 applications/kmaplab.desktop \
	icons/hicolor/scalable/apps/kmaplab.svg; do
	[ -s "$work/stage/usr/share/$file" ] || { echo "share/$file is not installed"; bad=1; }
done
if command -v desktop-file-validate >/dev/null; then
	desktop-file-validate "$work/stage/usr/share/applications/kmaplab.desktop" || bad=1
fi
grep -rlF "$work" "$work/stage" | sed 's|^|names where it was built: |' | grep . && bad=1
target uninstall DESTDIR="$work/stage" prefix=/usr
find "$work/stage" ! -type d | sed 's|^|left by uninstall: |' | grep . && bad=1

# Under a prefix, beside a system's own folder of man pages, and then moved.
mkdir -p "$work/prefix/man/man1"
target install prefix="$work/prefix"
works "$work/prefix/bin/kmaplab"
mv "$work/prefix" "$work/moved elsewhere" && mkdir "$work/bin" || exit 99
works "$work/moved elsewhere/bin/kmaplab"
ln -s "$work/moved elsewhere/bin/kmaplab" "$work/bin/kmaplab"
works "$work/bin/kmaplab"

# Other folders, and such that are not there.
mkdir -p data/kernels lessons man
share="$work/moved elsewhere/share/kmaplab"
cp -R "$share/data/." data && sed 's/^title *=.*/title = Linux of this test/' \
	"$share/data/kernels/6.1.conf" >data/kernels/mine.conf || exit 99
cp "$share/lessons/07-kmap.md" lessons/07-other.md
printf 'MINE(7)\n\nNAME\n     mine \342\200\223 a page of this test\n' >man/mine.7.txt
KMAPLAB_DATA=$work/data says 'mine' bin/kmaplab -e 'kernel mine'
KMAPLAB_LESSONS=$work/lessons says '07-other' bin/kmaplab lesson list
KMAPLAB_MAN=$work/man says 'a page of this test' bin/kmaplab -e man
exit $bad
