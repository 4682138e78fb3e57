#!/bin/sh
# Every lesson, played in the curses front end from its first line to its last, on each kernel that it
# names: what `lesson run --lines` says one has to type is pasted into a terminal. The file of progress
# is the judge: done, nothing skipped, every prediction right at once, every goal reached.

set -u
. "${top_srcdir:?}/tests/terminal/terminal.sh"

set -- "${KMAPLAB_LESSONS:?}"/*.md
[ -e "$1" ] || { echo "no lesson in $KMAPLAB_LESSONS"; exit 99; }
progress=$XDG_STATE_HOME/kmaplab/progress.jsonl
played=0

# A number of the line of progress.
of() {
	printf '%s\n' "$line" | sed 's/.*"'"$1"'":\([0-9]*\).*/\1/'
}

# plays LESSON KERNEL
plays() {
	"$KMAPLAB" lesson run --lines --kernel "$2" "$1" >"$work/lines" </dev/null ||
		{ echo "$1 with $2 cannot be played at all"; exit 1; }
	echo quit >>"$work/lines"
	played=$((played + 1))
	rm -f "$progress"
	enters "clear; $KMAPLAB --no-animation --kernel $2 $1; echo over-$played-\$?"
	sees ' step '
	tm load-buffer -b lesson "$work/lines"
	tm paste-buffer -b lesson
	sees "^over-$played-0"
	line=$(tail -n 1 "$progress")
	case $line in
	*'"what":"done"'*'"skipped":0,'*) ;;
	*) failed "$1 with $2 ends with $line" ;;
	esac
	[ "$(of predictions)" -eq "$(of first_try)" ] && [ "$(of tasks)" -eq "$(of reached)" ] ||
		failed "$1 with $2: not everything was right: $line"
}

shell 80x24

# What a stranger put on the shelf is refused there, with its place, and the lab goes on.
mkdir "$work/strange"
printf -- '---\ntitle: \033]0;owned\007Strange\nid: a\n---\n\033[31mred\n' >"$work/strange/a.md"
printf -- '---\ntitle: b\nid: b\n---\n```kmaplab run\nstep 4000000000\n```\n' >"$work/strange/b.md"
enters "clear; KMAPLAB_LESSONS=$work/strange $KMAPLAB --no-animation; echo left-\$?"
sees '^.* a +.*Strange'
presses Enter
sees 'a.md:2:8: an escape character'
enters 'lesson b'
sees 'Enter runs this'
enters 'next'
sees 'step 4000000000.? fails'
enters 'print 6 * 7'
sees '^ *42'
enters 'quit'
sees '^left-0'
[ "$(tm display-message -p '#{pane_title}')" != owned ] || failed "the title was changed"

for lesson; do
	case ${lesson##*/} in *.*.md) continue ;; esac # a translation does the same
	kernels=$(sed -n '1d; /^---$/q; s/^kernel: *//p' "$lesson")
	for kernel in ${kernels:-2.6.27}; do
		plays "$lesson" "$kernel"
	done
done
[ $played -ge $# ] || { echo "only $played were played"; exit 1; }
