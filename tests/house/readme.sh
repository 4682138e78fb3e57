#!/bin/sh
# The README's first session works, command by command, as it is printed there.

set -u
: "${top_srcdir:?}" "${KMAPLAB:?}"
[ -x "$KMAPLAB" ] || { echo "no $KMAPLAB"; exit 99; }
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

# The fenced block behind the heading, and nothing else of the page.
awk '/^## / { here = /first session/ } here && /^```/ { inside = !inside; next } inside' \
	"$top_srcdir/README.md" >"$work/session"
lines=$(grep -c . "$work/session")
[ "$lines" -eq 10 ] || { echo "the first session has $lines lines, not ten"; exit 1; }

if ! "$KMAPLAB" --batch --json "$work/session" >"$work/answers" 2>"$work/complaints"; then
	echo "the first session fails:"
	cat "$work/answers" "$work/complaints"
	exit 1
fi
answered=$(grep -c '"status"' "$work/answers")
if [ "$answered" -lt 10 ] || grep -v '"status":"ok"' "$work/answers"; then
	echo "not every command answered ok"
	exit 1
fi
