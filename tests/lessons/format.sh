#!/bin/sh
# kmaplab-lesson(5) tells the truth: the lesson that it offers for copying is a good one, and the page
# names every key that there is.

set -u
: "${top_srcdir:?}" "${KMAPLAB:?}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME="$work/state"
page=$top_srcdir/man/kmaplab-lesson.5
bad=0

awk '
	/^\.Ed/ { shown = 0 }
	shown { print }
	/^\.Sh/ { section = $2 }
	/^\.Bd -literal$/ && section == "EXAMPLES" { shown = 1 }
' "$page" | sed 's/\\(ga/`/g; s/\\-/-/g; s/\\&//g; s/\\e/\\/g' >"$work/my-first-lesson.md"
[ "$(wc -l <"$work/my-first-lesson.md")" -gt 30 ] || { echo "no lesson in the page"; exit 99; }
cd "$work" || exit 99
"$KMAPLAB" lesson lint ./my-first-lesson.md || bad=1
"$KMAPLAB" lesson run --solve ./my-first-lesson.md >played 2>&1 || { cat played; bad=1; }

# Keys of the tables: `KEY(ID, "name", ...)` and `FRONT(ID, "name", ...)`; kinds of blocks; formats.
sed 's/\\-/-/g; s/[,.]/ /g' "$page" | tr ' ' '\n' | sort -u >words
{
	sed -n 's/^\(KEY\|FRONT\)([A-Z_]*, "\([a-z-][a-z-]*\)".*/\2/p' \
		"$top_srcdir/src/lesson/keys.def" "$top_srcdir/src/lesson/front.def"
	sed -n '/kind_names\[\]/,/;/p' "$top_srcdir/src/lesson/block.c" | sed 's/.*"prose",//' |
		tr -d '" }\t' | tr ',;' '\n\n' | grep '^[a-z]*$'
	sed -n 's/^	return "\(hex, .*\)";/\1/p' "$top_srcdir/src/lesson/format.c" |
		tr -d ' ' | tr ',' '\n'
} >needed
[ "$(wc -l <needed)" -gt 35 ] || { echo "hardly a key was found"; exit 99; }
while read -r word; do
	[ -z "$word" ] || grep -qxF -e "$word" words ||
		{ echo "the page says nothing of $word"; bad=1; }
done <needed
exit $bad
