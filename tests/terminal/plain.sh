#!/bin/sh
# Plain lines tell the same story as the screen: what moves there is told here, every view is told in
# words, refusals come in their place, and nothing is drawn, coloured or moved.

set -u
: "${KMAPLAB:?}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
export HOME="$work" XDG_STATE_HOME="$work/state" LC_ALL=C.UTF-8
unset XDG_CONFIG_HOME

plain() {
	printf '%s\n' "$@" | "$KMAPLAB" --plain >"$work/out" 2>"$work/err"
	status=$?
	[ -s "$work/err" ] && failed "something on standard error: $(cat "$work/err")"
	# Screen readers spell out what is drawn; terminals obey escapes.
	LC_ALL=C grep -nE "$(printf '[\001-\010\013-\037\177]')|\342\224|\342\226" "$work/out" &&
		failed "drawn or coloured"
	return $status
}

failed() {
	echo "$1"
	sed 's/^/| /' "$work/out"
	exit 1
}

says() {
	grep -qE -- "$1" "$work/out" || failed "nothing says \"$1\""
}

# In order: what happened, then the answer.
follows() {
	awk -v first="$1" -v then="$2" '$0 ~ first { seen = NR } $0 ~ then && seen && NR > seen { ok = 1 }
		END { exit !ok }' "$work/out" || failed "\"$2\" does not come behind \"$1\""
}

# What the screen plays: a walk, a fill, a slot pushed, the pool that wraps, the IPI, its answer.
plain 'p = alloc highmem' 'v = kmap p' 'read v' 'cpu1: read v' 'kunmap p' 'kmap_flush_unused' ||
	failed "a good session is a failure"
follows 'the entry of ffa01000 now maps' 'is mapped at 0xffa01000'
follows 'the walk of ffa01000 reads 2 entries' 'Read 0xffa01000'
follows 'an IPI leaves for CPU 1' 'CPU 1: interrupt 0x.. arrives'
follows 'CPU 1: interrupt 0x.. arrives' 'CPU 0 is told that it is done'
follows 'CPU 0 is told that it is done' 'CPUs flushed their TLB'
plain 'set animation off' 'p = alloc highmem' 'kmap p'
grep -q 'now maps' "$work/out" && failed "told although nobody wants to hear of it"

# A refusal stands where it happened, and the end says that there was one.
plain 'kmpa p0' 'print 6 * 7' && failed "a refusal is no failure"
follows "did you mean 'kmap'" '^42'

# Every view, in words.
for view in $(echo view | "$KMAPLAB" --plain | sed 's/ .*//'); do
	plain "view $view" || failed "view $view is refused"
	[ -s "$work/out" ] || failed "nothing is told of view $view"
done
plain 'p = alloc highmem' 'v = kmap p' 'view pkmap' 'view walk v' 'view events PTE_SET' 'view code' \
	'view help kmap'
says 'slot +1 +0xffa01000 +count 2'
says '0xffa01000 \(slot 1 of the pool\) is at physical'
says '[0-9]+ CPU 0 +the entry of ffa01000 now maps'
says '^ *if \(!vaddr\) vaddr = map_new_virtual\(page\);'
says '^Maps a page of high memory'
plain 'view pkmpa' && failed "a view that is none"
says "did you mean pkmap"

# The world is where it was: a view is no command of the machine's.
plain 'p = alloc highmem' 'kmap p' 'view overview' 'back' 'print pkmap.used'
says '^Back before .kmap p.'
says '^0$'
exit 0
