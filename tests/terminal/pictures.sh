#!/bin/sh
# One grid, every backend: what a terminal shows of the program is what it shows of a recording of it,
# character and look, at two sizes, with animations and characters of two columns; a saved .ans is the
# saved .txt; SVG and HTML are well-formed and say the same; a recording is whole also when the
# program is killed.

set -u
. "${top_srcdir:?}/tests/terminal/terminal.sh"
. "${top_srcdir:?}/tests/terminal/cells.sh"

# What the events of a cast send to a terminal, as they are there.
cast_to_bytes() {
	sed -n 's/^\[[0-9.]*, "o", "\(.*\)"\]$/\1/p' "$1" |
		sed 's/\\u001[bB]/\\033/g; s/\\"/"/g' |
		while IFS= read -r bytes; do
			printf '%b' "$bytes"
		done
}

# Shows bytes in a window of its own, with $3 rows more; $2 is on its last screen.
play() {
	wide=$(tm display-message -p '#{window_width}')
	high=$(tm display-message -p '#{window_height}')
	tm new-window "stty -opost -echo; printf ready; read -r go; clear; cat $1; exec cat"
	tm resize-window -x "$wide" -y $((high + ${3-0}))
	sees '^ready'
	presses Enter
	sees "$2"
}

looks() {
	tm capture-pane -p -e | cells
}

# The screen at rest, and the recording as far as it goes.
capture() {
	sees "$1"
	until looks >"$work/live" && sleep 0.3 && looks | cmp -s - "$work/live"; do :; done
	cp "$work/film.cast" "$work/so-far.cast"
}

compare() {
	cast_to_bytes "$work/so-far.cast" >"$work/bytes"
	play "$work/bytes" "$1"
	looks >"$work/played"
	tm kill-window
	diff -u "$work/live" "$work/played" || failed "the recording shows another screen: $2"
}

shell 80x24
enters "export TERM=tmux-256color; clear; $KMAPLAB --no-animation"
sees '[-─] lessons [-─]'
leave_menu
enters "record $work/film.cast"
sees 'is recorded in'
enters 'p = alloc highmem; kmap p'
capture 'is mapped at'
compare 'is mapped at' 'a command'
enters 'set animation on; set speed 10'
enters 'kmap_flush_unused; read 0xc0000000 8'
capture 'Read 0xc0000000'
compare 'Read 0xc0000000' 'an animation'

# Another size: the recording says so, and from there on is of that size.
tm resize-window -x 120 -y 40
sees '┬── CPU 0 ran'
enters 'print 6 * 7'
capture '^ 42'
grep -q '^\[[0-9.]*, "r", "120x40"\]$' "$work/so-far.cast" || failed 'no change of size in the recording'
compare '^ 42' 'another size'

# Two columns to a character.
enters 'print "高端記憶體" == 1'
capture '高端記憶體'
compare '高端記憶體' 'wide characters'

# All formats of one screen.
for format in txt ans svg html; do
	enters 'print 5 * 5'
	sees '^ 25'
	enters "save-screen $work/saved.$format"
	sees "The screen is in .*$format"
done

# Commands and the steps of a lesson can be jumped to; Enter alone is neither.
enters "lesson $top_srcdir/tests/terminal/golden-lesson.md"
sees 'Enter runs this'
presses Enter
sees 'Which slot will'
enters 'record off; quit'
sees '^sh>'
for label in 'p = alloc highmem; kmap p' 'print 6 \* 7' 'step 2: Which slot will.*'; do
	grep -q "^\[[0-9.]*, \"m\", \"$label\"\]\$" "$work/film.cast" || failed "no marker for $label"
done
grep -q '"m", ""' "$work/film.cast" && failed 'a marker without a name'
sed "s/\$/$(printf '\r')/" "$work/saved.ans" >"$work/bytes"
play "$work/bytes" 'PAGE_OFFSET' 1
looks >"$work/played"
# The command that saves it stands at the prompt.
sed 's/saved\.txt$/saved.ans/' "$work/saved.txt" >"$work/text"
grep -v '^~' "$work/played" | sed '$d; s/ *$//' | diff -u "$work/text" - ||
	failed 'the .ans differs from the .txt'
grep -q '^~.* bold ' "$work/played" || failed 'the .ans has no looks'
tm kill-window

# What is in an SVG and in HTML, without what is theirs, is the text.
strip() {
	sed 's/<title>.*//; /<style>/,/<\/style>/d; s/<[^>]*>//g
		s/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&amp;/\&/g' "$1"
}
strip "$work/saved.html" | sed 's/ *$//; /^$/d; s/saved\.html$/saved.txt/' >"$work/html"
sed '/^$/d' "$work/saved.txt" | diff -u - "$work/html" ||
	failed 'the .html says something else than the .txt'
strip "$work/saved.svg" | tr -d ' \n' >"$work/svg"
grep -q 'PAGE_OFFSET' "$work/svg" || failed 'the .svg does not say what the .txt says'
if command -v xmllint >/dev/null; then
	xmllint --noout "$work/saved.svg" || failed 'the .svg is no XML'
	xmllint --html --noout "$work/saved.html" 2>&1 | grep -v 'Tag [a-z]* invalid' | grep -q 'error' &&
		failed 'the .html is no HTML'
fi

# Killed, with no time for anything: each line of the recording is whole.
enters "clear; $KMAPLAB"
sees '[-─] lessons [-─]'
leave_menu
enters "record $work/killed.cast; set speed 10"
sees 'speed'
enters 'p = alloc highmem; kmap p; read p'
sees '[0-9]+ of [0-9]+'
kill -KILL "$(child)"
sees 'Killed'
[ "$(wc -l <"$work/killed.cast")" -gt 5 ] || failed 'there is nothing in the recording'
grep -vE '^(\{"version": 2, .*\}|\[[0-9]+\.[0-9]{3}, "[omr]", ".*"\])$' "$work/killed.cast" &&
	failed 'lines that are none in the recording'
[ "$(tail -c 2 "$work/killed.cast")" = ']' ] || failed 'the last line of the recording is not whole'
exit 0
