#!/bin/sh
# Settings that are kept: written when told to, read at the next start, left out on demand, and never
# in the way of a start; scripts do not know them. And lessons by name on the command line.

set -u
. "${top_srcdir:?}/tests/terminal/terminal.sh"

file=$HOME/.config/kmaplab/settings.conf

shell 100x30
lab --no-animation
enters 'set theme light; set speed 40'
sees 'speed = 40'
enters 'set broken.lose_ipi on; save-settings'
sees "The settings are kept in $HOME"
enters 'quit'
sees '^sh>'
[ "$(stat -c %a "$file")" = 600 ] || failed "others can read the settings"
grep -qx 'theme light' "$file" && grep -qx 'speed 40' "$file" || failed "not kept: $(cat "$file")"
grep -qx 'animation off' "$file" || failed "what an option set is a setting, too: $(cat "$file")"
grep -q 'broken\|mouse\|print' "$file" && failed "kept too much: $(cat "$file")"

# The next start knows them, on the screen and in plain lines; an option goes before them.
lab --theme contrast
enters 'set speed; set theme'
sees 'speed = 40'
sees 'theme = contrast'
enters 'quit'
sees '^sh>'
enters "clear; $KMAPLAB --plain"
sees '^lab>'
enters 'set theme'
sees '^theme = light'
enters 'quit'
sees '^sh>'

# Left out: on demand, where nobody sits, where recordings shall be the same for everybody.
for option in --no-settings --deterministic; do
	enters "clear; $KMAPLAB --plain $option"
	sees '^lab>'
	enters 'set theme'
	sees '^theme = dark'
	enters 'quit'
	sees '^sh>'
done
for option in --batch --plain; do
	echo 'set theme' | "$KMAPLAB" $option | grep -q '^theme = dark' ||
		failed "$option depends on the settings"
done

# Nor do scripts and lessons write them.
cp "$file" "$work/before"
echo 'set theme mono; save-settings' | "$KMAPLAB" --plain | grep -q 'not by scripts' ||
	failed "a script keeps settings"
"$KMAPLAB" -e save-settings 2>&1 | grep -q 'not by scripts' || failed "a script keeps settings"
printf -- '---\ntitle: T\nid: t\n---\n# T\n\nText.\n\n```run\nsave-settings\n```\n' >"$work/t.md"
printf '\n\n' | "$KMAPLAB" --plain "$work/t.md" >"$work/out"
cmp -s "$file" "$work/before" || failed "somebody else wrote the settings"

# A comment stays when settings are written again; what is wrong is told, and the rest counts.
printf '# my own\ntheme lihgt\nspeed 2\nbroken.lose_ipi on\nwhat is this\nprint large\n\033[31m\n' >"$file"
enters "clear; $KMAPLAB --plain"
sees "settings.conf:2:7: there is no theme 'lihgt'"
sees '^lab>'
enters 'set print; set speed; set broken.lose_ipi'
sees '^print = large'
sees '^speed = 70'
sees '^broken.lose_ipi = off'
enters 'save-settings; quit'
sees '^sh>'
[ "$(grep -v '^# Settings of kmaplab' "$file")" = '# my own
print large' ] || failed "written: $(cat "$file")"

# What is no file, and what nobody can write.
rm "$file" && mkdir "$file"
enters "clear; $KMAPLAB --plain"
sees 'settings.conf: this is not a regular file'
sees '^lab>'
enters 'save-settings'
sees 'settings.conf cannot be written: '
enters 'quit'
sees '^sh>'
ls "$HOME/.config/kmaplab/settings.conf."* >/dev/null 2>&1 && failed "half a file is left"
rmdir "$file"

# A lesson's name and number; a file of that name goes before it.
cd "$work" || exit 99
for name in 07-kmap 07 7; do
	echo quit | "$KMAPLAB" --plain $name | grep -q '^kmap: an address on loan' ||
		failed "$name opens no lesson"
done
echo 'print 6 * 7' >07
[ "$("$KMAPLAB" --batch 07)" = 42 ] || failed "the script 07 did not run"
"$KMAPLAB" --batch 07-kmapp 2>&1 | grep -q "did you mean '07-kmap'?" || failed "no hint"
"$KMAPLAB" lesson 07 2>&1 | grep -q 'kmaplab 07. opens that lesson' || failed "no hint for lesson 07"
printf 'lesson start 07\n' | "$KMAPLAB" --plain | grep -q '^kmap: an address on loan' ||
	failed "lesson start opens no lesson"
exit 0
