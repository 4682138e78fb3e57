#!/bin/sh
# A lesson in front of a class: pages there and back with a clicker's keys, commands that type
# themselves, the world of each page, a black screen; and the notes on a second terminal, which follow.

set -u
. "${top_srcdir:?}/tests/terminal/terminal.sh"

mkdir "$work/run"
export XDG_RUNTIME_DIR="$work/run"
cat >"$work/talk.md" <<'MD'
---
title: A talk
id: talk
kernel: 2.6.27
machine: ram=1G cpus=1 pkmap=8
---

# A page of its own

Here is a page, and the pool has {= pkmap.used} slots in use.

<!-- note: wait until it is quiet -->

```kmaplab run
p = alloc highmem
kmap p
```

```kmaplab predict
ask: How many slots are in use now?
choice: none
choice 1: one
answer: = pkmap.used
wrong none: It is mapped.
why: That of our page.
```

Now it has {= pkmap.used}.

<!-- note: ask who has seen a BUG -->

```kmaplab task
ask: Give it back.
goal: page(p).count == 1
solution: kunmap p
not-solution: kmap p
why: Nobody uses it any more.
```

```kmaplab run
boot ram=512M
```

```kmaplab show
tlb 70x10
```
MD

shell 90x24
enters "clear; $KMAPLAB present $work/talk.md"
sees 'Here is a page, and the pool has 0 slots'
sees '1/11$'

# The notes, in a window of their own, follow from the first page on.
tm new-window -d "exec $KMAPLAB present --notes"
notes_see() {
	tm select-window -t :1
	sees "$1"
	tm select-window -t :0
}
notes_see '1/11 +0:00:'
notes_see 'wait until it is quiet'
notes_see 'lab> p = alloc highmem'

# A command types itself, and what it does is played; the key pressed meanwhile completes it.
presses PageDown
sees 'lab> p = alloc highmem$'
sees '^  (CPU 0|__alloc_pages|get_page_from_freelist|__rmqueue|buffered_rmqueue): '
sees 'is allocated'
sees '2/11$'
presses PageDown
presses PageDown
sees 'is mapped at'
sees '1 in use'
sees '3/11$'
notes_see 'lab> kmap p'
presses Right
sees 'How many slots are in use now'
sees 'a\) none'
presses Space
sees 'b\) one'
sees 'That of our page'
presses PageDown
sees 'Now it has 1'
presses PageDown
sees 'Give it back'
notes_see 'ask who has seen a BUG'
presses PageDown
sees 'lab> kunmap p'
sees 'at count 1|has no user any more'

# Back: every page with its own world, also before the boot, and nothing types itself again.
presses PageUp
presses PageUp
presses Left
presses PageUp
presses PageUp
sees '3/11$'
sees '1 in use'
presses PageUp
sees '2/11$'
sees '0 in use'
sees 'is allocated'
presses End
sees '11/11$'
sees "TLB|tlb"
notes_see 'the end'
presses Home
sees 'Here is a page'

# Black, and back with the same key, or with any that turns pages.
types b
sees_no 'Here is a page'
notes_see 'the screen is black'
types .
sees 'Here is a page'
types b
sees_no 'Here is a page'
presses PageDown
sees 'Here is a page'
sees '1/11$'

# Escape and F5, which clickers send, mean nothing; a small window shows what fits.
presses Escape
presses F5
tm resize-window -x 30 -y 8
sees '1/11$'
tm resize-window -x 90 -y 24
sees 'Here is a page'
types q
sees '^sh>'
tm select-window -t :1
sees 'Nobody presents'
types q
tm select-window -t :0
[ -e "$work/run/kmaplab/present.json" ] && failed 'the presenter leaves its file'

# Notes survive whatever lies in the file; a lesson that cannot be played is told of in plain lines.
mkdir -p "$work/run/kmaplab"
printf '{"pid":%d,"lesson":7,"now":"\\u001b]0;x","page":"many"}' $$ >"$work/run/kmaplab/present.json"
enters "clear; $KMAPLAB present --notes"
sees 'now'
types q
sees '^sh>'
sed 's/^kmap p$/kmap nothing/' "$work/talk.md" >"$work/broken.md"
enters "clear; $KMAPLAB present $work/broken.md; echo status \$?"
sees 'present: line 16: '
sees 'status 1'
enters "clear; $KMAPLAB present; echo status \$?"
sees 'status 2'
enters "clear; $KMAPLAB present $work/talk.md | cat; echo done"
sees 'no terminal'
exit 0
