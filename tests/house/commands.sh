#!/bin/sh
# Every command line of README.md and HACKING.md works: those that run kmaplab are run, with words
# in capitals replaced by something that is there; those of make and bootstrap are asked for without
# doing them. A line of a kind that nobody here can try is a failure, too.

set -u
: "${top_srcdir:?}" "${top_builddir:?}" "${KMAPLAB:?}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/folder" "$work/state" && ln -s "$KMAPLAB" "$work/bin/kmaplab" || exit 99
printf 'print 42\n' >"$work/script"
cp "$top_srcdir/lessons/07-kmap.md" "$work/lesson.md" || exit 99
PATH=$work/bin:$PATH
XDG_STATE_HOME=$work/state
HOME=$work
export PATH XDG_STATE_HOME HOME
bad=0

# The command lines of a page: of its indented blocks, without what explains them at the right, and
# of its spans of code. One to a line, a span that goes over the end of a line joined.
lines() {
	sed -n 's/^    \([a-z.].*\)/\1/p' "$1" | sed 's/   .*//' |
		grep -E '^(kmaplab|\./bootstrap|make) '
	awk '/^```/ { fenced = !fenced; next } !fenced' "$1" | tr '\n' ' ' |
		grep -oE '`[^`]+`' | tr -d '`' | tr -s ' ' |
		grep -E '^(kmaplab|\./bootstrap|make|dpkg-buildpackage|configure|autoreconf)( |$)'
}

# A student's transcript, for whoever grades.
printf 'lesson next\n' | kmaplab --plain "$work/lesson.md" >/dev/null 2>&1

try_kmaplab() {
	line=$(printf '%s\n' "$1" |
		sed 's|LESSON|lesson.md|; s|FOLDER|folder|; s|FILE|file|; s|COMMAND|help|')
	case $line in
	*--batch' file') cp "$work/script" "$work/file" ;;
	*'lesson '*' file') cp "$work/lesson.md" "$work/file" ;;
	*'present --notes'* | *'present lesson.md'*)
		# These want a terminal; that they are there is in their help.
		kmaplab --help | grep -q '^ *kmaplab present ' && return
		echo "no kmaplab present"; return 1 ;;
	esac
	case $line in
	*lessons/*) (cd "$top_srcdir" && sh -c "$line" </dev/null) ;;
	*) (cd "$work" && sh -c "$line" </dev/null) ;;
	esac >"$work/out" 2>&1
	status=$?
	# An empty folder of transcripts is nobody who failed; lesson grade says so with 1.
	case $line in *'lesson grade'*) [ $status -le 1 ]; return ;; esac
	[ $status -eq 0 ]
}

try() {
	# shellcheck disable=SC2086
	set -- $1
	case $1 in
	kmaplab) try_kmaplab "$*" ;;
	./bootstrap) "$top_srcdir/bootstrap" help | grep -q "bootstrap $2" ;;
	dpkg-buildpackage) [ -x "$top_srcdir/debian/rules" ] ;;
	autoreconf | configure) true ;;
	make)
		[ "${2-}" != -C ] || { command=$1; shift 3; set -- "$command" "$@"; }
		shift
		make -C "$top_builddir" -n "$@" >"$work/out" 2>&1 ;;
	*) echo "nobody tries this"; false ;;
	esac
}

for page in README.md HACKING.md; do
	lines "$top_srcdir/$page" | sort -u >"$work/lines"
	[ "$(wc -l <"$work/lines")" -ge 3 ] || { echo "$page has hardly a command"; exit 99; }
	while IFS= read -r line; do
		try "$line" </dev/null && continue
		echo "$page: this fails: $line"
		[ ! -e "$work/out" ] || head -n 5 "$work/out"
		bad=1
	done <"$work/lines"
done
exit $bad
