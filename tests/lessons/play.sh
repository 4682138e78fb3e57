#!/bin/sh
# Every lesson there is: its solutions are accepted and its non-solutions refused (lint), and with
# its own answers it can be played from the first line to the last, in plain lines, on each kernel
# that it names.

set -u
: "${KMAPLAB:?}" "${KMAPLAB_LESSONS:?}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME="$work/state"

set -- "$KMAPLAB_LESSONS"/*.md
[ -e "$1" ] || { echo "no lesson in $KMAPLAB_LESSONS"; exit 99; }
"$KMAPLAB" lesson lint "$@" </dev/null || exit 1

# played LESSON [--kernel=V]: all of its goals are reached.
played() {
	lesson=$1
	if ! "$KMAPLAB" lesson run --solve "$@" >"$work/played" 2>&1 </dev/null; then
		echo "$* cannot be played through:"
		tail -n 30 "$work/played"
		exit 1
	fi
	tasks=$(grep -c '^```kmaplab task' "$lesson")
	if ! grep -q "Goals reached: $tasks of $tasks\." "$work/played"; then
		echo "$* has $tasks tasks, but played through it says:"
		tail -n 3 "$work/played"
		exit 1
	fi
}

for lesson; do
	id=$(sed -n 's/^id: *//p' "$lesson" | head -n 1)
	file=$(basename "$lesson")
	[ "$id" = "${file%%.*}" ] || { echo "$lesson has the id $id"; exit 1; }
	played "$lesson"
	for kernel in $(sed -n '1d; /^---$/q; s/^kernel: *//p' "$lesson"); do
		played "$lesson" "--kernel=$kernel"
	done
done
# A translation (x.zh_TW.md) is no lesson of its own.
lessons=$(for lesson; do basename "$lesson"; done | grep -cx '[^.]*\.md')
[ "$("$KMAPLAB" lesson list | wc -l)" -eq "$lessons" ] || {
	echo "lesson list does not show $lessons lessons:"
	"$KMAPLAB" lesson list
	exit 1
}
