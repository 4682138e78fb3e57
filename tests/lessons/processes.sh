#!/bin/sh
# What a lesson on processes would have its readers do, through the program itself: demand-zero,
# fork and copy-on-write, one address on two frames, system calls, what is forbidden, and the way
# back; on a kernel of each kind.

set -u
: "${KMAPLAB:?}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
bad=0

cat >"$work/story" <<'END'
free = print zone.HighMem.free
fork init
switch init
expect cpu[0].mm == 1 and mm[1].rss == 0
touch 0x08050000 write
expect count(ZERO_PAGE) == 1 and mm[1].rss == 1 and page(@0x08050000).refs == 1
write 0x08050000 "hello"
expect count(ZERO_PAGE) == 1
fork child cpu=1
expect page(@0x08050000).refs == 2 and mm[2].rss == 1
write 0x08050000 "HELLO"
expect count(COW) == 1 and page(@0x08050000).refs == 1
switch child
read 0x08050000 5
write 0x08050000 "child"
expect count(COW) == 1 and count(COW_REUSE) == 1
syscall write 0x08050000 5
syscall read 0x08050800 5
read 0x08050800 5
syscall write 0x1000 5
syscall truncate
exit
expect mm[2].users == 0 and cpu[1].mm == 0
switch init
read 0x08050000 5
touch 0x08048000 write
expect mm[1].users == 0 and zone.HighMem.free == free
back
expect mm[1].users == 1
END

# answers COMMAND FIELD: that field of the answers to a command, in their order.
answers() {
	grep -F "\"command\":\"$1" "$work/out" | sed -n "s/.*\"$2\":\"\([^\"]*\)\".*/\1/p" | tr '\n' ' '
}

# play BOOT-WORDS
play() {
	{ echo "boot $* ram=2G cpus=2"; cat "$work/story"; } >"$work/script"
	if ! "$KMAPLAB" --batch --json "$work/script" >"$work/out" 2>&1 </dev/null; then
		echo "boot $*: the story ends with"
		tail -n 1 "$work/out"
		bad=1
		return
	fi
	set -- "$*" "$(answers 'read 0x08050000' bytes)" "$(answers 'read 0x08050800' bytes)"
	[ "$2$3" = "68656c6c6f 48454c4c4f 6368696c64 " ] || {
		echo "boot $1: read $2 and $3"
		bad=1
	}
	[ "$(answers 'syscall write 0x1000' errno)" = "EFAULT " ] || { echo "boot $1: no EFAULT"; bad=1; }
	grep -F '"command":"touch 0x08048000 write' "$work/out" | grep -q '"killed":true' || {
		echo "boot $1: nobody was killed for writing to the text"
		bad=1
	}
}

play kernel=2.4.27 highmem=4g
play kernel=2.6.27
play kernel=2.6.27 highpte=yes
play kernel=2.6.32 highpte=yes
play kernel=2.6.37 highpte=yes
play kernel=6.1 highpte=yes

# Preemption in the middle of an atomic kmap: forbidden, and let happen. In 2.4 nothing notices, but
# clearing a page is safe there: it goes through the pool.
cat >"$work/wrong" <<'END'
alloc highmem 2
v = kmap p0
write v 5555
set allow.preempt on
spawn steps=6 zero p0
preempt
kmap_atomic p1 KM_USER0
run
END
# ends WORDS PATTERN: under that kernel it ends with a line that matches.
ends() {
	"$KMAPLAB" --batch "$work/script" >"$work/out" 2>&1 </dev/null
	grep -q "$2" "$work/out" && return
	echo "boot $1: no \"$2\" in:"
	cat "$work/out"
	bad=1
}
{ echo "boot kernel=2.4.27 highmem=4g"; cat "$work/wrong"; } >"$work/script"
ends 2.4.27 'p0 .* is all zeros'
{ echo "boot kernel=2.6.27"; sed 's/steps=6/steps=8/' "$work/wrong"; } >"$work/script"
ends 2.6.27 'kernel BUG at arch/x86/mm/highmem_32.c'
{ echo "boot kernel=2.6.27"; sed '/^set/d' "$work/wrong"; } >"$work/script"
ends 2.6.27 'The kernel does not preempt task'
exit $bad
