#!/bin/sh
# Languages: messages and lessons in that of --lang or of the environment, English when there is none;
# what machines read is the same in every language; the catalogue has every sentence of the sources.

set -u
: "${KMAPLAB:?}" "${KMAPLAB_LESSONS:?}" "${top_srcdir:?}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME="$work/state" HOME="$work"
unset LANGUAGE LC_MESSAGES LC_CTYPE
export LC_ALL= LANG=C
shipped=$(cd "$KMAPLAB_LESSONS" && pwd) || exit 99
source=$(cd "$top_srcdir" && pwd) || exit 99

failed() {
	echo "$*"
	exit 1
}

# --- the catalogues ---

while read -r lang; do
	if command -v msgfmt >/dev/null 2>&1; then
		msgfmt --check --statistics -o "$work/mo" "$source/po/$lang.po" 2>"$work/statistics" ||
			failed "po/$lang.po: $(cat "$work/statistics")"
		grep -qE 'fuzzy|untranslated' "$work/statistics" &&
			failed "po/$lang.po is not complete: $(cat "$work/statistics")"
	fi
	if command -v xgettext >/dev/null 2>&1; then
		sh "$source/po/update" --list >"$work/pot" 2>"$work/err" || failed "$(cat "$work/err")"
		# What is new is said in English until somebody translates it; it must not be much.
		all=$(grep -c '^msgid' "$work/pot")
		old=$(msgcmp "$source/po/$lang.po" "$work/pot" 2>&1 | grep -c 'used but not defined')
		[ $((old * 10)) -le "$all" ] ||
			failed "po/$lang.po misses $old of $all sentences; po/update brings them in"
	fi
done <"$source/po/LINGUAS"
# A file with a sentence to translate that nobody looks through for them.
for file in $(cd "$source" && grep -rlE '[^a-z]N?_\("' src --include='*.c' --include='*.h'); do
	[ "$file" = src/lab/translate.h ] || grep -qx "$file" "$source/po/POTFILES" ||
		failed "$file is not in po/POTFILES"
done

# --- which language ---

mkdir "$work/lessons"
cat >"$work/lessons/01-one.md" <<'MD'
---
title: One page
id: 01-one
kernel: 2.6.27
machine: ram=1G cpus=1
---

Here it is.

```kmaplab run
p = alloc highmem
```

```kmaplab predict
ask: How many slots are in use?
choice: 0
choice: 1
answer: = pkmap.used
```
MD
sed 's/One page/一個分頁/; s/Here it is\./這就是了。/; s/How many.*/用了幾個 slot？/' \
	"$work/lessons/01-one.md" >"$work/lessons/01-one.zh_TW.md"
sed 's/One page/Eine Seite/; s/Here it is/Da ist sie/' \
	"$work/lessons/01-one.md" >"$work/lessons/01-one.de.md"
export KMAPLAB_LESSONS="$work/lessons"

# says WORDS COMMAND...: with `input`, its output has the words.
says() {
	words=$1
	shift
	printf '\nhint\n' | "$@" >"$work/out" 2>&1
	grep -qF -e "$words" "$work/out" || failed "$* does not say '$words': $(cat "$work/out")"
}

says 'Enter runs this' "$KMAPLAB" --plain "$work/lessons/01-one.md"
if [ -e "$(dirname "$KMAPLAB")/locale" ]; then
	says '按 Enter 執行' "$KMAPLAB" --plain --lang zh_TW "$work/lessons/01-one.md"
	says '按 Enter 執行' env LANG=zh_TW.UTF-8 "$KMAPLAB" --plain "$work/lessons/01-one.md"
	says '按 Enter 執行' env LC_ALL=C.UTF-8 LANGUAGE=zh_TW:en "$KMAPLAB" --plain \
		"$work/lessons/01-one.md"
	says '按 Enter 執行' "$KMAPLAB" lesson run --lang zh_TW 01
	says '**問題 1.**' "$KMAPLAB" lesson weave --lang=zh_TW 01
	says '這裡沒有提示' "$KMAPLAB" lesson run --lang zh_TW 01
fi
says 'Enter runs this' env LANG=zh_TW.UTF-8 LC_ALL=C "$KMAPLAB" --plain "$work/lessons/01-one.md"
says 'Enter runs this' env LANGUAGE=zh_TW LANG=C "$KMAPLAB" --plain "$work/lessons/01-one.md"
says 'Enter runs this' "$KMAPLAB" --plain --lang xx "$work/lessons/01-one.md"
says 'Enter runs this' "$KMAPLAB" --plain --lang ../../../etc "$work/lessons/01-one.md"
says 'Enter runs this' env LANG=en_GB.UTF-8 "$KMAPLAB" --plain "$work/lessons/01-one.md"

# --- lessons ---

says '一個分頁' "$KMAPLAB" lesson list --lang zh_TW
[ "$(wc -l <"$work/out")" -eq 1 ] || failed "a translation is a lesson of its own: $(cat "$work/out")"
says 'One page' "$KMAPLAB" lesson list
says '這就是了' env LANG=zh_TW.UTF-8 "$KMAPLAB" lesson run 01
says 'Da ist sie' "$KMAPLAB" lesson run --lang de_AT 01
says 'Here it is' "$KMAPLAB" lesson run --lang fr 01
# A lesson's transcript can be graded with its translation, and the other way round.
rm -rf "$work/state"
printf '\na\n' | "$KMAPLAB" --plain --lang zh_TW "$work/lessons/01-one.zh_TW.md" >"$work/out" 2>&1
"$KMAPLAB" lesson grade 01 "$work"/state/kmaplab/transcripts >"$work/out" 2>&1 ||
	failed "what was done in Chinese is not graded in English: $(cat "$work/out")"
"$KMAPLAB" lesson grade --lang zh_TW 01 "$work"/state/kmaplab/transcripts >"$work/chinese" 2>&1 ||
	failed "nor in Chinese: $(cat "$work/chinese")"
grep -q '用了幾個 slot？' "$work/chinese" || failed "$(cat "$work/chinese")"

# --- what machines read ---

for options in --json --batch; do
	for commands in 'boot; alloc highmem; kmap p0; pkmap' 'kmap nothing' 'help kmap' 'lesson 01'; do
		"$KMAPLAB" $options --keep-going -e "$commands" >"$work/english" 2>&1
		LANG=zh_TW.UTF-8 "$KMAPLAB" $options --keep-going -e "$commands" >"$work/chinese" 2>&1
		cmp "$work/english" "$work/chinese" || failed "$options -e '$commands' depends on LANG"
	done
done

# --- the lessons that come in another language ---

for lesson in "$shipped"/*.*.md; do
	[ -e "$lesson" ] || break
	original=${lesson%.*.md}.md
	[ -e "$original" ] || failed "$lesson translates nothing"
	lang=${lesson%.md}
	"$KMAPLAB" lesson run --solve "$lesson" >"$work/out" 2>&1 ||
		failed "$lesson: $(tail -n 5 "$work/out")"
	# The same transcript solves both.
	[ "$(sed -n 's/^kernel: //p; s/^machine: //p; s/^seed: //p' "$lesson")" = \
	"$(sed -n 's/^kernel: //p; s/^machine: //p; s/^seed: //p' "$original")" ] ||
		failed "$lesson is for another machine than $original"
	# No line of prose begins with what closes, and none is too wide.
	"$KMAPLAB" lesson run --lang "${lang##*.}" --solve "$lesson" >"$work/out" 2>&1
	LC_ALL=C.UTF-8 grep -nE '^(。|，|、|；|：|？|！|」|』|）)' "$work/out" &&
		failed "$lesson: a line begins with closing punctuation"
done
exit 0
