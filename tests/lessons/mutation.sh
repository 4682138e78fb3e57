#!/bin/sh
# A lesson that passes on a broken kernel teaches nothing: with the mechanism switched off that it
# is about, a lesson must notice.

set -u
: "${top_srcdir:?}" "${KMAPLAB:?}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
bad=0

# broken LESSON SWITCH: the lesson begins with a command that turns the switch on. It must be
# refused by the lint, and must not be solvable.
broken() {
	copy=$work/$1.md
	awk -v switch="$2" '
		{ print }
		/^---$/ && ++rules == 2 { print "\n```kmaplab run\nset broken." switch " on\n```" }
	' "$top_srcdir/lessons/$1.md" >"$copy"
	grep -q "^set broken.$2 on" "$copy" || exit 99
	if "$KMAPLAB" lesson lint "$copy" >"$work/out" 2>&1; then
		echo "$1 does not notice $2 in the lint"
		bad=1
	fi
	if "$KMAPLAB" lesson run --solve "$copy" >"$work/out" 2>&1; then
		echo "$1 is solved although $2 is on"
		bad=1
	fi
}

broken 07-kmap no_wrap_flush
broken 07-kmap lose_ipi
broken 07-kmap ignore_flush
broken 09-full-window no_wakeup
exit $bad
