#!/bin/sh
# Transcripts: made by working in a lesson, graded by typing them again. The same bytes from the same
# lines wherever it is done; what cannot be graded gets a verdict with its reason, and the others
# theirs; a class of 200 is marked side by side with the same result as one after the other.

set -u
: "${KMAPLAB:?}"
work=$(mktemp -d) || exit 99
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export XDG_STATE_HOME="$work/state" HOME="$work"
cd "$work" || exit 99

failed() {
	echo "$*"
	exit 1
}

# expect STATUS COMMAND...: its output goes to `out`.
expect() {
	want=$1
	shift
	"$@" >out 2>err </dev/null
	got=$?
	[ $got -eq "$want" ] || failed "$* ended with $got, not $want: $(cat out err)"
}

cat >01-one.md <<'MD'
---
title: One page
id: 01-one
kernel: 2.6.27 2.6.32
machine: ram=1G cpus=2 pkmap=8
seed: 3
---

# One page

Here it is.

```kmaplab run
p = alloc highmem
```

```kmaplab predict
ask: How many slots of the pool are in use? # a sign
choice: 0
choice: 1
answer: = pkmap.used
hint: Who called kmap?
wrong 1: Nobody called kmap().
```

```kmaplab task
ask: Map it, and <only> it.
goal: pkmap.used == 1
forbid: stats.oops > 0
hint: kmap p
solution: kmap p
not-solution: alloc highmem
```

The end.
MD

# works LINE...: a student types these lines in the lesson; the transcript is `made`.
works() {
	rm -rf "$work/state"
	printf '%s\n' "$@" | "$KMAPLAB" --plain 01-one.md >said 2>&1
	made=$(echo "$work"/state/kmaplab/transcripts/01-one-*.jsonl)
	[ -f "$made" ] || failed "no transcript was made: $(cat said)"
	grep -qF 'What you type here is kept' said || failed "it is not said that: $(cat said)"
}

# --- what counts ---

works '' a '' 'kmap p' ''
cp "$made" good.jsonl
expect 0 "$KMAPLAB" lesson grade 01-one.md good.jsonl
cat >tap <<'TAP'
TAP version 13
# lesson 01-one
ok 1 - good.jsonl: prediction 1: How many slots of the pool are in use? \# a sign
ok 2 - good.jsonl: task 1: Map it, and <only> it.
1..2
TAP
diff -u tap out || failed 'not what good.jsonl deserves'

works '' hint b a '' 'alloc highmem'
cp "$made" poor.jsonl
expect 1 "$KMAPLAB" lesson grade --format=json 01-one.md good.jsonl poor.jsonl
[ "$(wc -l <out)" -eq 2 ] || failed 'not a line for each transcript'
grep -q '"good.jsonl","lesson":"01-one","graded":true,"met":2,"of":2' out || failed "$(cat out)"
grep -q '"met":false,"reached":true,.*"hints":1,"wrong":1,"reason":"first answer wrong"' out ||
	failed "$(cat out)"
grep -q '"commands":0,"reason":"goal not reached"' out || failed "$(cat out)"

# What `skip` has shown is not met, also when it is then typed; beginning again keeps what was met.
works '' skip back a '' 'kmap p' restart
expect 1 "$KMAPLAB" lesson grade 01-one.md "$made"
grep -q '^not ok 1' out && grep -q '^# shown by `skip`' out && grep -q '^ok 2' out ||
	failed "skip and restart: $(cat out)"
works '' a '' 'kmap p; kunmap p; kunmap p'
expect 0 "$KMAPLAB" lesson grade 01-one.md "$made"
grep -q '^ok 2' out || failed "a goal that was reached in the middle of a line: $(cat out)"
works '' a '' 'kunmap p' back 'alloc highmem'
expect 1 "$KMAPLAB" lesson grade 01-one.md "$made"
grep -q '^not ok 2' out || failed "a task that failed: $(cat out)"

# --- formats, and nothing but the lines counts ---

expect 1 "$KMAPLAB" lesson grade --format junit 01-one.md good.jsonl poor.jsonl
grep -q '<testsuite name="poor.jsonl" tests="2" failures="2" errors="0">' out || failed "$(cat out)"
grep -q 'name="task 1: Map it, and &lt;only&gt; it."' out || failed "$(cat out)"
for format in tap json junit; do
	"$KMAPLAB" lesson grade --format $format 01-one.md good.jsonl poor.jsonl >here 2>&1
	(export LC_ALL=C.UTF-8 LANG=zh_TW.UTF-8 LANGUAGE=zh_TW TZ=Asia/Taipei COLUMNS=20
	"$KMAPLAB" lesson grade --format $format 01-one.md good.jsonl poor.jsonl) >there 2>&1
	cmp here there || failed "$format depends on where it is made"
done
expect 2 "$KMAPLAB" lesson grade --format yaml 01-one.md good.jsonl
expect 2 "$KMAPLAB" lesson grade 01-one.md
expect 2 "$KMAPLAB" lesson grade --nonsense 01-one.md good.jsonl
expect 1 "$KMAPLAB" lesson grade no-such-lesson good.jsonl

# Prose may change, a question may be said otherwise; what runs may not.
sed 's/Here it is/Look/; s/How many slots/Wie viele Plätze/' 01-one.md >reworded.md
expect 0 "$KMAPLAB" lesson grade reworded.md good.jsonl
sed 's/pkmap.used == 1/pkmap.used == 2/' 01-one.md >other.md
expect 1 "$KMAPLAB" lesson grade other.md good.jsonl
grep -q 'another version of the lesson' out || failed "$(cat out)"

# --- what cannot be graded, and the others still are ---

mkdir class
cp good.jsonl class/m-good.jsonl
sed '1s/01-one/02-two/' good.jsonl >class/a-lesson.jsonl
sed '1s/"kmaplab":"[^"]*"/"kmaplab":"0.0.1"/' good.jsonl >class/b-version.jsonl
sed '3s/.*/garbage/' good.jsonl >class/c-damaged.jsonl
sed '1s/2.6.27/2.4.27/' good.jsonl >class/d-kernel.jsonl
: >class/e-empty.jsonl
head -c 3000000 /dev/zero | tr '\0' 'x' >class/f-huge.jsonl
mkfifo class/g-pipe.jsonl
head -c 1000 /dev/urandom >class/h-noise.jsonl
{ head -n 1 good.jsonl; echo '{"typed":"kmap p\u001b[2J"}'; } >class/i-escape.jsonl
{ head -n 1 good.jsonl; echo '{"typed":["kmap"]}'; } >class/j-type.jsonl
{ head -n 1 good.jsonl; seq 6000 | sed 's/.*/{"typed":"pkmap"}/'; } >class/k-long.jsonl
mkdir class/l-folder.jsonl
ln -s nowhere class/n-link.jsonl
printf '{"typed":"km' >half
cat good.jsonl half >class/o-torn.jsonl
{ head -n 1 good.jsonl; echo '{"typed":"source /etc/passwd"}'; echo '{"typed":"save-screen x"}'
echo '{"typed":"record-transcript y"}'; echo '{"typed":"quit"}'; } >class/p-files.jsonl
expect 1 "$KMAPLAB" lesson grade --format json 01-one.md class
for bad in a-lesson:'of the lesson 02-two' b-version:'kmaplab 0.0.1' c-damaged:'line 3 is damaged' \
	d-kernel:'kernel 2.4.27' e-empty:empty f-huge:longer g-pipe:'no file' h-noise:'no transcript' \
	i-escape:'line 2 is damaged' j-type:'line 2 is damaged' k-long:'more than 5000' \
	l-folder:'no transcript' n-link:'cannot be opened'; do
	grep -q "\"class/${bad%%:*}.jsonl\",.*\"graded\":false,\"reason\":\".*${bad#*:}" out ||
		failed "${bad%%:*}: $(cat out)"
done
for fine in m-good o-torn; do
	grep -q "class/$fine.jsonl\".*\"met\":2,\"of\":2" out || failed "$fine: $(cat out)"
done
grep -q 'class/p-files.jsonl".*"met":0' out || failed "files: $(cat out)"
[ ! -e x ] && [ ! -e y ] || failed 'a transcript wrote a file'
mkdir none
expect 1 "$KMAPLAB" lesson grade 01-one.md none
grep -q 'no transcript' err || failed "$(cat err)"

# --- several sittings of one student ---

mkdir -p sittings/anna sittings/bert
works '' a
cp "$made" sittings/anna/1.jsonl
works 'lesson goto 3' 'kmap p'
cp "$made" sittings/anna/2.jsonl
works '' b a
cp "$made" sittings/bert/1.jsonl
cp good.jsonl sittings/bert/2.jsonl
cp class/c-damaged.jsonl sittings/bert/3.jsonl
expect 1 "$KMAPLAB" lesson grade 01-one.md sittings/anna/2.jsonl
expect 1 "$KMAPLAB" lesson grade --format json 01-one.md sittings
grep -q '"transcript":"sittings/anna".*"met":2,"of":2' out || failed "two sittings: $(cat out)"
grep -q '"transcript":"sittings/bert".*"met":1,"of":2' out ||
	failed "a first answer is the first of all sittings: $(cat out)"
grep -q '"sittings/bert/3.jsonl".*"graded":false' out || failed "one is damaged: $(cat out)"
[ "$(wc -l <out)" -eq 3 ] || failed "two students and a damaged file: $(cat out)"

# --- recording ---

works '' 'record-transcript off' a '' 'kmap p'
[ "$(wc -l <"$made")" -eq 3 ] || failed "recorded although it is off: $(cat "$made")"
works '' record-transcript
grep -qxF "What you type in this lesson is kept in $made." said || failed "where? $(cat said)"
works '' a '' "record-transcript $work/mine.jsonl" 'kmap p'
expect 0 "$KMAPLAB" lesson grade 01-one.md mine.jsonl
works "record-transcript $work/mine.jsonl"
grep -q 'is there already' said || failed "overwrites a file: $(cat said)"
"$KMAPLAB" --plain >said 2>&1 <<'LINES'
record-transcript new.jsonl
LINES
grep -qi 'no lesson is open' said || failed "$(cat said)"
rm -rf "$work/state"
"$KMAPLAB" --plain 01-one.md </dev/null >said 2>&1
[ ! -e "$work/state/kmaplab/transcripts" ] || failed 'a lesson that was only opened left a file'
if [ "$(id -u)" -ne 0 ]; then
	rm -rf "$work/state" && mkdir "$work/state" && chmod 500 "$work/state"
	printf '\na\n\nkmap p\n' | "$KMAPLAB" --plain 01-one.md >said 2>&1
	grep -q 'No transcript is kept: .*denied' said || failed "read-only: $(cat said)"
	grep -q 'The end of' said || grep -q 'Done' said || failed "the lesson ends: $(cat said)"
	chmod 700 "$work/state"
fi

# Killed at any moment: what was typed until then is there, and can be graded.
rm -rf "$work/state"
mkfifo keys
"$KMAPLAB" --plain 01-one.md <keys >said 2>&1 &
pid=$!
exec 3>keys
printf '\na\n\nkmap p\n' >&3
tries=100
until grep -q 'Done' said || [ $tries -eq 0 ]; do
	tries=$((tries - 1))
	sleep 0.1
done
kill -9 $pid
wait $pid 2>/dev/null
exec 3>&-
expect 0 "$KMAPLAB" lesson grade 01-one.md "$work/state/kmaplab/transcripts"

# A full disk takes the transcript, not the lesson.
if [ -w /dev/full ]; then
	works '' 'record-transcript /dev/full' a '' 'kmap p'
	grep -q 'is there already' said && grep -q Done said || failed "a full disk: $(cat said)"
fi
(ulimit -f 0 && printf '\na\n\nkmap p\n' | "$KMAPLAB" --plain 01-one.md 2>&1) | cat >said
grep -q 'No transcript is kept' said && grep -q Done said || failed "no room: $(cat said)"

# What ^C ended goes on for exactly as long when it is typed again.
{ head -n 1 good.jsonl; echo '{"typed":""}'; echo '{"typed":"a"}'; echo '{"typed":""}'
echo '{"typed":"run"}'; echo '{"interrupted":0}'; echo '{"typed":"kmap p"}'; } >interrupted.jsonl
expect 0 "$KMAPLAB" lesson grade 01-one.md interrupted.jsonl
{ head -n 1 good.jsonl; echo '{"interrupted":0}'; } >nothing.jsonl
expect 1 "$KMAPLAB" lesson grade 01-one.md nothing.jsonl
grep -q 'line 2 is damaged' out || failed "interrupted before anything: $(cat out)"

# --- a class of 200 ---

mkdir students
n=0
while [ $n -lt 200 ]; do
	case $((n % 4)) in
	0) set -- '' a '' 'kmap p' ;;
	1) set -- '' b a '' "alloc highmem $((n + 1)); kmap p" ;;
	2) set -- '' skip '' hint 'kmap p' ;;
	3) set -- '' 'print pkmap.used' a '' 'kunmap p' back ;;
	esac
	works "$@"
	mv "$made" students/s$(printf '%03d' $n).jsonl
	n=$((n + 1))
done
expect 1 "$KMAPLAB" lesson grade --format json 01-one.md students
[ "$(wc -l <out)" -eq 200 ] || failed "200 transcripts, $(wc -l <out) verdicts"
[ "$(grep -c '"met":2,"of":2' out)" -eq 50 ] || failed 'a quarter of the class did it all'
[ "$(grep -c '"met":1,"of":2' out)" -eq 150 ] || failed 'three quarters did one half'
# As kmaplab(1) says, with GNU parallel or without.
if command -v parallel >/dev/null 2>&1; then
	ls students/*.jsonl | parallel -k "$KMAPLAB" lesson grade --format json 01-one.md >beside
else
	ls students/*.jsonl | xargs -P 4 -n 1 "$KMAPLAB" lesson grade --format json 01-one.md |
		sort >beside
fi
cmp out beside || failed 'marking side by side gives another result'
exit 0
