#!/bin/sh
# The menu of lessons, a lesson at 80x24 (below the views) and beside them on a wide terminal, and
# the way back to the free prompt.

set -u
. "${top_srcdir:?}/tests/terminal/terminal.sh"

mkdir "$work/lessons"
cat >"$work/lessons/01-first.md" <<'MD'
---
title: The first
id: 01-first
kernel: 2.6.27
machine: ram=1G cpus=1
---

# A page of its own

Here is a page.

```kmaplab run
p = alloc highmem
```

```kmaplab predict
ask: How many slots of the pool are in use?
choice: 0
choice: 1
answer: = pkmap.used
wrong 1: Nobody called kmap().
why: The page has no address yet.
```

```kmaplab task
ask: Map it.
goal: pkmap.used == 1
hint: kmap p
solution: kmap p
not-solution: alloc highmem
```
MD
cat >"$work/lessons/02-second.md" <<'MD'
---
title: The second
id: 02-second
kernel: 2.6.27
---

Nothing to do.
MD
export KMAPLAB_LESSONS="$work/lessons"

shell 80x24
enters "clear; $KMAPLAB --no-animation"
sees '─ lessons ─'
sees '01-first +The first'
sees '02-second +The second'
presses Down
presses Up
presses Enter
sees 'Here is a page\.'
sees 'Enter runs this'
sees 'Linux 2.6.27 .* 1 GB  1 CPU '
presses Enter
sees 'How many slots of the pool'
sees 'a\) 0'
# Enter alone asks again, but not what stands there anyway.
presses Enter
types 'b'
sees 'lab> b'
[ "$(screen | grep -c 'How many slots of the pool')" -eq 1 ] || failed 'it is asked twice'
presses Enter
sees 'Nobody called kmap'
# Too small for a pane: what is asked is told as an answer, as long as that lasts.
tm resize-window -x 60 -y 14
sees '^ How many slots of the pool'
tm resize-window -x 80 -y 24
sees '─ lesson'
sees_no '^ How many slots of the pool'
enters 'a'
sees 'The page has no address yet'
presses Enter
sees 'Map it\.'
enters 'check'
sees 'not yet: '
# The views stand above the lesson's pane; the prompt is the lab's.
enters 'kmap p'
sees 'is mapped at'
sees '1 in use'
sees '─ lesson'
sees 'Map it\.'

# Beside the views.
tm resize-window -x 170 -y 40
sees '─ what happened'
enters 'lesson 01-first'
sees '│ +Here is a page\.'
sees '─ what happened'
presses Enter
sees '│ [?] How many slots'
sees 'is allocated'
enters 'lesson nonsuch'
sees "There is no lesson 'nonsuch'; "
enters 'quit'
sees '^sh>'

# Typing at the menu is typing at the prompt.
enters "clear; $KMAPLAB --no-animation"
sees '─ lessons ─'
enters 'print 6 * 7'
sees '^ 42'
enters 'quit'
sees '^sh>'

# As plain lines.
printf '\nb\na\n\nkmap p\n' | "$KMAPLAB" --plain "$work/lessons/01-first.md" >"$work/out" 2>&1
grep -q 'Nobody called kmap' "$work/out" || failed "plain: $(cat "$work/out")"
grep -q 'Map it' "$work/out" || failed "plain: $(cat "$work/out")"
exit 0
