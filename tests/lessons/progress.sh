#!/bin/sh
# Progress as a learner meets it: the list says what is new, locked, begun and done; resume goes to the
# step; a damaged file is kept aside and said; two at once lose nothing.

set -u
: "${top_srcdir:?}" "${KMAPLAB:?}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME="$work/state" KMAPLAB_LESSONS="$work/lessons"
progress=$XDG_STATE_HOME/kmaplab/progress.jsonl
bad=0

mkdir "$work/lessons"
lesson() {
	cat >"$work/lessons/$1.md" <<MD
---
title: The lesson $1
id: $1
$2
---
First.

\`\`\`kmaplab run
p = alloc highmem
\`\`\`

\`\`\`kmaplab predict
ask: How many slots are used?
answer: = pkmap.used
\`\`\`

\`\`\`kmaplab task
ask: Map the page.
goal: pkmap.used == 1
solution: kmap p
not-solution: print 1
\`\`\`

Last.
MD
}
lesson one 'minutes: 7'
lesson two 'requires: one'

# listed LESSON STATE: what the list says of it.
listed() {
	"$KMAPLAB" lesson list >"$work/list" 2>&1
	state=$(sed -n "s/^$1 *\([a-z]*\) .*  The lesson.*/\1/p" "$work/list")
	[ "$state" = "$2" ] || { echo "$1 is '$state', not '$2':"; cat "$work/list"; bad=1; }
}
types() {
	printf "$2" | "$KMAPLAB" --plain "$work/lessons/$1.md" >"$work/out" 2>&1
}
says() {
	grep -q -- "$1" "$work/out" || { echo "no '$1' in:"; cat "$work/out"; bad=1; }
}

listed one ''
listed two locked
grep -q '7 min' "$work/list" || { echo "no minutes"; bad=1; }
types two ''
says 'This lesson builds on one, which you have not done yet'
listed two begun

types one '\n0\n\n'
listed one begun
types one 'resume\ncheck\n'
says 'Last time you came to step 3 of 3: `resume` goes there'
says 'not yet: pkmap.used == 1 (now 0)'
types one 'resume\nkmap p\n\n'
says 'Predictions right at once: 1 of 1. Goals reached: 1 of 1'
listed one 'done'
types two ''
grep -q 'builds on' "$work/out" && { echo "one is done"; bad=1; }
types one ''
grep -q 'Last time' "$work/out" && { echo "one is over, and begins at the beginning"; bad=1; }
types one 'skip\nskip\nskip\nskip\n'
listed one 'done' # done stays done

# Damage.
{ echo 'this is no JSON'; printf '\000\377\n'; } >>"$progress"
cp "$progress" "$work/damaged"
"$KMAPLAB" lesson list >"$work/out" 2>&1
says '2 lines are damaged and left out; the file as it was is kept as .*/progress.jsonl.damaged-1'
cmp "$progress.damaged-1" "$work/damaged" || bad=1
listed one 'done'
"$KMAPLAB" lesson list 2>&1 | grep damaged && { echo "said twice"; bad=1; }

# Two at once.
before=$(grep -c '"what":"begun"' "$progress")
for i in 1 2 3 4; do
	types two '' &
done
wait
[ "$(grep -c '"what":"begun"' "$progress")" -eq $((before + 4)) ] || { echo "a line is lost"; bad=1; }
exit $bad
