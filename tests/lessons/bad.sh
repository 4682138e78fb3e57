#!/bin/sh
# What a stranger could hand us as a lesson: one clear sentence, a status that says so, and not a
# byte that a terminal could obey.

set -u
: "${top_srcdir:?}" "${KMAPLAB:?}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
bad=0

# refused SENTENCE COMMAND...: it ends with 1 or 2 and says something like the sentence.
refused() {
	sentence=$1
	shift
	timeout 20 "$@" >"$work/out" 2>&1 </dev/null
	status=$?
	case $status in 1 | 2) ;; *) echo "$*: status $status"; bad=1 ;; esac
	grep -q "$sentence" "$work/out" || { echo "$*: no '$sentence' but"; cat "$work/out"; bad=1; }
	[ "$(wc -l <"$work/out")" -le 60 ] || { echo "$*: says too much"; bad=1; }
	LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" "$work/out" &&
		{ echo "$*: control characters"; bad=1; }
}

cd "$work" || exit 99
front='\055--\ntitle: x\nid: x\n---\n'
printf "$front"'\033]0;owned\007\n' >escape.md
printf 'one\0two\n' >nul.md
printf "$front"'caf\351\n' >latin.md
printf "$front"'```kmaplab run\nkmap p\n' >unclosed.md
printf '%s\ntitle: x\n' '---' >front.md
printf "$front"'```kmaplab task\nask: a\ngoal: pkmap.used ==\nsolution: a\nnot-solution: b\n```\n' >goal.md
printf "$front"'```kmaplab run\nkmap nothing\n```\n' >x.md
head -c 52428800 /dev/zero >huge.md
printf 'x\n' >"$(printf 'name\033[31m.md')"
mkdir folder.md
mkfifo pipe.md

for how in 'lint' 'run --solve'; do
	# shellcheck disable=SC2086
	for lesson in escape nul latin unclosed front goal huge folder pipe; do
		case $how in lint) ;; *) [ $lesson = pipe ] && continue ;; esac
		case $lesson in
		escape) sentence='escape.md:5:1: an escape character' ;;
		nul) sentence='nul.md:1:4: a NUL byte' ;;
		latin) sentence='latin.md:5:4: the byte 0xe9 is not UTF-8' ;;
		unclosed) sentence='unclosed.md:5:1: this block has no end' ;;
		front) sentence='front.md:1:1: the front matter that begins here does not end' ;;
		goal) sentence='goal.md:7:20: ' ;;
		huge) sentence='huge.md: this is longer than a lesson may be' ;;
		folder) sentence='folder.md: this is a folder' ;;
		pipe) sentence='pipe.md: this is a pipe or a device' ;;
		esac
		refused "$sentence" "$KMAPLAB" lesson $how $lesson.md
	done
done
refused 'x.md:6:1: the lesson.s own command fails' "$KMAPLAB" lesson lint x.md
refused 'name?\[31m.md' "$KMAPLAB" lesson lint name*
refused 'no such file\|cannot be opened' "$KMAPLAB" lesson lint ./none.md
refused "did you mean '07-kmap'" "$KMAPLAB" lesson run 07-kmpa
refused "did you mean 'lint'" "$KMAPLAB" lesson lnit
refused 'usage' "$KMAPLAB" lesson
refused 'run which lesson' "$KMAPLAB" lesson run
exit $bad
