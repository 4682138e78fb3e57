#!/bin/sh
# Every lesson there is: its solutions are accepted and its non-solutions refused (lint), and with
# its own answers it can be played from the first line to the last, in plain lines, on each kernel
# that it names. What is typed is what `lesson run --lines` says; tests/terminal/lessons.sh does the
# same on a screen.

set -u
: "${KMAPLAB:?}" "${KMAPLAB_LESSONS:?}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME="$work/state"

set -- "$KMAPLAB_LESSONS"/*.md
[ -e "$1" ] || { echo "no lesson in $KMAPLAB_LESSONS"; exit 99; }
"$KMAPLAB" lesson lint "$@" </dev/null || exit 1

# played LESSON KERNEL: everything is right at once, and all of its goals are reached.
played() {
	"$KMAPLAB" lesson run --lines --kernel "$2" "$1" >"$work/lines" </dev/null ||
		{ echo "$1 with $2 has no way through"; exit 1; }
	# Its status says whether a command failed, which a lesson may want: an oops does.
	"$KMAPLAB" --plain --kernel "$2" "$1" <"$work/lines" >"$work/played" 2>&1
	tasks=$(grep -c '^```kmaplab task' "$1")
	questions=$(grep -c '^```kmaplab predict' "$1")
	grep -q "right at once: $questions of $questions\. Goals reached: $tasks of $tasks\." \
		"$work/played" && return
	echo "$1 with $2 has $questions questions and $tasks tasks, but played through it says:"
	tail -n 30 "$work/played"
	exit 1
}

lessons=0
for lesson; do
	case ${lesson##*/} in *.*.md) continue ;; esac # a translation: the lint compares it
	lessons=$((lessons + 1))
	id=$(sed -n 's/^id: *//p' "$lesson" | head -n 1)
	[ "$id" = "$(basename "$lesson" .md)" ] || { echo "$lesson has the id $id"; exit 1; }
	kernels=$(sed -n '1d; /^---$/q; s/^kernel: *//p' "$lesson")
	for kernel in ${kernels:-2.6.27}; do
		played "$lesson" "$kernel"
	done
done
[ "$("$KMAPLAB" lesson list | wc -l)" -eq $lessons ] || {
	echo "lesson list does not show $lessons lessons:"
	"$KMAPLAB" lesson list
	exit 1
}
# The list has kept count.
[ "$("$KMAPLAB" lesson list | grep -c ' done ')" -eq $lessons ] || {
	echo "not every lesson that was played is done:"
	"$KMAPLAB" lesson list
	exit 1
}
