#!/bin/sh
# The drawing of the floors in HACKING.md is true: what it shows is what is in src/, and a floor
# includes from itself and from the floors below it; libraries are known where HACKING.md says. The
# linker finds a call upwards, this finds a header.

set -u
: "${top_srcdir:?}"
cd "$top_srcdir/src" || exit 99
bad=0

complain() {
	[ -z "$1" ] && return
	echo "$2:"
	echo "$1"
	bad=1
}

# From the bottom of the drawing to its top.
floors=$(sed -n 's|^   src/\([a-z]*\)/  .*|\1|p' ../HACKING.md | sed '1!G;h;$!d')
[ "$(echo "$floors" | wc -l)" -gt 3 ] || { echo "no drawing of the floors in HACKING.md"; exit 99; }
[ "$(echo "$floors" | sort)" = "$(find . -mindepth 1 -maxdepth 1 -type d | sed 's|^\./||' | sort)" ] ||
	complain "$floors" "HACKING.md draws other floors than there are in src/"

below=
for floor in $floors; do
	below="$below${below:+|}$floor"
	complain "$(grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]+"' "$floor" |
		grep -vE "include[[:space:]]+\"(config\.h|($below)/[a-z0-9_/-]+\.(h|def))\"")" \
		"$floor may include \"config.h\" and headers of $below by their full name"
done

# only_in HEADER FLOORS: a library's header, and the floors that may include it.
only_in() {
	complain "$(grep -rnE "#[[:space:]]*include[[:space:]]+<$1>" . | grep -vE "^\./($2)/")" \
		"<$1> is known in $2 only"
}
only_in '(ncursesw/)?(n?curses|panel|term|termios)\.h' 'front'
only_in 'histedit\.h' 'command|front'
only_in 'cmark\.h' 'lesson'
only_in 'jansson\.h' 'lab|command|lesson|view|front'
only_in 'xxhash\.h' 'kernel|lab|command|lesson|front'

exit $bad
