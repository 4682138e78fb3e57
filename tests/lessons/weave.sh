#!/bin/sh
# Handouts: Markdown with the machine's own answers in it, as a sheet of questions or with answers;
# the same bytes from the same lesson and seed, and nothing at all from a broken lesson.

set -u
: "${KMAPLAB:?}" "${KMAPLAB_LESSONS:?}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME="$work/state" HOME="$work"
lessons=$(cd "$KMAPLAB_LESSONS" && pwd) || exit 99
cd "$work" || exit 99

failed() {
	echo "$*"
	exit 1
}

cat >lesson.md <<'MD'
---
title: One page
id: lesson
kernel: 2.6.27 6.1
machine: ram=1G cpus=1 pkmap=8
seed: 3
vary: many = 2..60
---

There are {= pkmap.used} slots in use, and *{= many}* to [think of][ref]; \{= stays.

<!-- note: say the word loud -->

```c
int not_ours;	/* <!-- note: not a note --> */
```

```kmaplab run
p = alloc highmem
kmap p
```

Now {= pkmap.used}.

```kmaplab show
pkmap 60x8
```

```kmaplab predict
ask: How many is {= pkmap.used} and {= many}?
answer: = pkmap.used + many
why: That is {= pkmap.used + many}.
```

```kmaplab task
ask: Take it away.
goal: pkmap.used == 0
solution: kunmap p
not-solution: kmap p
why: Gone.
```

The end: {= pkmap.used}.

[ref]: highmem(7)
MD

"$KMAPLAB" lesson weave lesson.md >sheet || failed "weave fails: $(cat sheet)"
"$KMAPLAB" lesson weave --answers -o answers lesson.md || failed 'weave --answers fails'
number=$(sed -n 's/^There are 0 slots in use, and \*\([0-9]*\)\* to .*/\1/p' sheet)
[ -n "$number" ] || failed "the prose has no numbers: $(cat sheet)"
for both in sheet answers; do
	for line in '# One page' 'Now 1.' 'lab> p = alloc highmem' 'lab> kmap p' 'The end: 0.' \
		'int not_ours;	/* <!-- note: not a note --> */' '[ref]: highmem(7)' \
		"**Question 1.** How many is 1 and $number?" '**Task 1.** Take it away.'; do
		grep -qxF -e "$line" $both || failed "$both has no line '$line': $(cat $both)"
	done
	grep -qF '{= stays' $both || failed "$both expands what is escaped"
	grep -q '^p.* is mapped at 0xff' $both || failed "$both has no answer of the machine's"
	grep -q '^── pkmap' $both || failed "$both has no screen: $(cat $both)"
done
grep -qE "say the word|^\*\*Answer|That is|kunmap p|Gone" sheet && failed "tells too much: $(cat sheet)"
grep -q '^Answer: ___' sheet && grep -qx 'lab>' sheet || failed "no room to write: $(cat sheet)"
for line in '> *Note: say the word loud*' "**Answer:** $((number + 1))" "That is $((number + 1))." \
	'lab> kunmap p' 'Gone.'; do
	grep -qxF -e "$line" answers || failed "no '$line' in $(cat answers)"
done

# The seed is all that makes two sheets differ.
(export LC_ALL=C.UTF-8 LANG=zh_TW.UTF-8 TZ=Asia/Taipei COLUMNS=20 LINES=9
"$KMAPLAB" lesson weave lesson.md) | cmp - sheet || failed 'a sheet depends on where it is made'
seeds=$(for seed in 1 2 3 4 5; do
	"$KMAPLAB" lesson weave --seed $seed lesson.md | grep '^There are'
done | sort -u | wc -l)
[ "$seeds" -gt 2 ] || failed 'five seeds give two sheets'
"$KMAPLAB" lesson weave --seed 3 lesson.md | cmp - sheet || failed 'not from the seed'
"$KMAPLAB" lesson weave --kernel 6.1 lesson.md | grep -q '^<!-- lesson, kernel 6.1, seed 3' ||
	failed 'not with another kernel'

# A lesson that breaks leaves nothing.
sed 's/^kmap p$/kmap nothing/' lesson.md >broken.md
"$KMAPLAB" lesson weave -o none broken.md 2>err && failed 'a broken lesson is woven'
[ ! -e none ] || failed 'a broken lesson leaves half a handout'
grep -q '^broken.md:' err || failed "where is it broken? $(cat err)"
sed 's/^pkmap 60x8/nonsuch/' lesson.md >broken.md
"$KMAPLAB" lesson weave broken.md >out 2>err && failed 'there is no such view'
[ ! -s out ] || failed 'half a handout on standard output'
"$KMAPLAB" lesson weave 2>/dev/null
[ $? -eq 2 ] || failed 'no lesson is wrong usage'
"$KMAPLAB" lesson weave --seed x lesson.md 2>/dev/null
[ $? -eq 2 ] || failed 'x is no seed'

# Every lesson there is.
for lesson in "$lessons"/*.md; do
	"$KMAPLAB" lesson weave --answers "$lesson" >out 2>&1 || failed "$lesson: $(cat out)"
	grep -q '(?)' out && failed "$lesson has a number that cannot be computed: $(grep '(?)' out)"
done
exit 0
