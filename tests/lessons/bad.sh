#!/bin/sh
# What a stranger could hand us as a lesson: one clear sentence, a status that says so, and not a
# byte that a terminal could obey.

set -u
: "${top_srcdir:?}" "${KMAPLAB:?}"
work=$(mktemp -d) || exit 99
export XDG_STATE_HOME="$work/state"
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
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
refused 'x.md:6:1: `kmap nothing` fails: No page' "$KMAPLAB" lesson lint x.md

# More than one mistake: all are told, and none twice.
{
	printf -- '---\ntitel: x\nid: A b\nseed: many\nvary: ram = 3\n---\n# {= pkmap.cuont}\n'
	printf '{= ram, hexx}\n```kmaplab rum\n```\n\n```kmaplab predict\nchoice: 1\nanswer: 1\n'
	printf 'wring 1: x\n```\n<b>x</b>\n'
} >many.md
for sentence in "many.md:2:1: front matter has no 'titel'; did you mean 'title'" \
	'many.md:3:5: an id is made of' 'many.md:4:7: a seed is a number' \
	"many.md:5:7: 'ram' is the name of something else\|many.md:5:" \
	"many.md:7:6: nothing is called 'pkmap.cuont'" "many.md:8:9: there is no format 'hexx'" \
	"many.md:9:1: there is no kmaplab block of kind 'rum'; did you mean 'run'" \
	"many.md:14:9: an answer is computed" "many.md:15:1: a predict block has no 'wring'" \
	'many.md:17:1: HTML is not shown'; do
	refused "$sentence" "$KMAPLAB" lesson lint many.md
done
"$KMAPLAB" lesson lint many.md | sort | uniq -d | grep . && { echo "told twice"; bad=1; }
printf "$front"'before\n\n<!-- note: no end\n\nafter\n' >comment.md
refused 'comment.md:7:1: this comment has no end' "$KMAPLAB" lesson lint comment.md

# What would never end ends: by a limit, with a sentence.
block() {
	printf -- '---\ntitle: x\nid: %s\n---\n```kmaplab run\n' "$1"
	cat
	echo '```'
}
echo 'step 4000000000' | block loop >loop.md
echo 'alloc highmem 4000000000' | block alloc >alloc.md
{ echo 'p = alloc highmem'; printf 'spawn '; yes spawn | head -n 300 | tr '\n' ' '; echo 'kmap p'; } |
	block nest >nest.md
yes 'spawn kmap p; spawn kmap p' | head -n 190 | sed '1s/^/p = alloc highmem; /' | block bomb >bomb.md
yes 'spawn kmap p; spawn kmap p; spawn kmap p; spawn kmap p; spawn kmap p; spawn kmap p' |
	head -n 1000 | block bombs >bombs.md
yes fork | head -n 190 | block fork >fork.md
refused 'loop.md:6:1: `step 4000000000` fails' "$KMAPLAB" lesson lint loop.md
refused 'alloc.md:6:1: `alloc highmem 4000000000` fails' "$KMAPLAB" lesson lint alloc.md
refused 'nest.md:7:1: `spawn' "$KMAPLAB" lesson lint nest.md
refused 'bombs.md: .* commands are more than\|bombs.md:5:1: a block has fewer than' \
	"$KMAPLAB" lesson lint bombs.md
refused 'fork.md:[0-9]*:1: `fork` fails' "$KMAPLAB" lesson lint fork.md
timeout 20 "$KMAPLAB" lesson lint bomb.md >out 2>&1 ||
	{ echo "tasks that end are no bomb:"; cat out; bad=1; }

# Markdown that is made to be slow, and text without end.
for how in '>' '[' '*a ' '`' '{=' '- ' '<!--' '![](' '&'; do
	{ printf "$front"; yes -- "$how" | head -c 1000000 | tr -d '\n'; } >slow.md
	timeout 20 "$KMAPLAB" lesson lint slow.md >out 2>&1
	case $? in 0 | 1) ;; *) echo "a million '$how' is too much: $?"; bad=1 ;; esac
	[ "$(wc -c <out)" -lt 20000 ] || { echo "a million '$how': says too much"; bad=1; }
done
yes 'Much text.' | head -c 52428800 >text.md
refused 'text.md: this is longer than a lesson may be' "$KMAPLAB" lesson lint text.md

# Lessons about each other.
printf -- '---\ntitle: a\nid: a\nrequires: b\n---\n' >a.md
printf -- '---\ntitle: b\nid: b\nrequires: c none\n---\n' >b.md
printf -- '---\ntitle: c\nid: c\nrequires: a\n---\n' >c.md
refused 'a.md:1:1: this lesson requires itself' "$KMAPLAB" lesson lint a.md
refused 'b.md:1:1: it requires none, and there is no lesson none.md' "$KMAPLAB" lesson lint b.md
mkdir shelf && printf "$front"'```kmaplab run\nzones\n```\n' >shelf/x.md
cp shelf/x.md outside.md
sed 's/zones/buddy/' shelf/x.md >shelf/x.de.md
refused 'x.md: its translation x.de.md does something else' "$KMAPLAB" lesson lint shelf/x.md
rm shelf/x.de.md
ln -s ../outside.md shelf/out.md
ln -s x.md shelf/in.md
ln -s nowhere.md shelf/lost.md
ln -s loop.md shelf/loop.md
refused 'out.md: this is a symbolic link out of its folder' "$KMAPLAB" lesson lint shelf/out.md
refused 'out.md: this is a symbolic link out of its folder' "$KMAPLAB" --plain shelf/out.md
refused 'lost.md: this symbolic link leads nowhere' "$KMAPLAB" lesson lint shelf/lost.md
refused 'loop.md: this symbolic link leads nowhere' "$KMAPLAB" lesson lint shelf/loop.md
"$KMAPLAB" lesson lint shelf/in.md >out 2>&1 ||
	{ echo "a link inside of its folder:"; cat out; bad=1; }

# A shelf with all of these on it can be listed; a pipe in it keeps nobody waiting.
mkfifo shelf/pipe.md
for lesson in escape nul latin unclosed front goal huge; do ln -f $lesson.md shelf/$lesson.md; done
KMAPLAB_LESSONS=$work/shelf timeout 20 "$KMAPLAB" lesson list >out 2>&1 ||
	{ echo "no list"; cat out; bad=1; }
[ "$(wc -l <out)" -ge 10 ] || { echo "the list is short:"; cat out; bad=1; }
LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" out &&
	{ echo "the list commands the terminal"; bad=1; }

# A home that takes nothing: said once, and the lesson goes on.
lesson=$top_srcdir/lessons/07-kmap.md
mkdir home && chmod 500 home
[ -w home ] || {
	printf '\n\n\n' | XDG_STATE_HOME=$work/home "$KMAPLAB" --plain "$lesson" >out 2>&1
	[ "$(grep -c 'Your progress is not kept' out)" -eq 1 ] ||
		{ echo "a read-only home:"; cat out; bad=1; }
	grep -q 'lab> first = kmap p' out || { echo "the lesson stops"; bad=1; }
}
printf '\n\n\n' | XDG_STATE_HOME=/proc/nothing "$KMAPLAB" --plain "$lesson" >out 2>&1
[ "$(grep -c 'Your progress is not kept' out)" -eq 1 ] ||
	{ echo "no home at all:"; cat out; bad=1; }
grep -q 'Which slot will' out || { echo "the lesson stops without a home"; bad=1; }

refused 'name?\[31m.md' "$KMAPLAB" lesson lint name*
refused 'no such file\|cannot be opened' "$KMAPLAB" lesson lint ./none.md
refused "did you mean '07-kmap'" "$KMAPLAB" lesson run 07-kmpa
refused "did you mean 'lint'" "$KMAPLAB" lesson lnit
refused 'usage' "$KMAPLAB" lesson
refused 'run which lesson' "$KMAPLAB" lesson run
exit $bad
