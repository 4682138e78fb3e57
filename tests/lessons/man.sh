#!/bin/sh
# The man pages tell the truth: their examples work, and kmaplab(1) names every command, option and
# subcommand that the program has.

set -u
: "${top_srcdir:?}" "${KMAPLAB:?}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" && ln -s "$KMAPLAB" "$work/bin/kmaplab" || exit 99
PATH=$work/bin:$PATH
HOME=$work
export PATH HOME
bad=0

# examples PAGE: the command lines of its displays that run kmaplab, one example to a line.
examples() {
	awk '
		/^\.Ed/ { shown = 0 }
		shown { line = line $0; if (!sub(/\\e$/, "", line)) { print line; line = "" } }
		/^\.Sh/ { section = $2 }
		/^\.Bd -literal/ && section == "EXAMPLES" { shown = 1; line = "" }
	' "$1"
}

for page in "$top_srcdir/man/kmaplab.1" "$top_srcdir/man/highmem.7"; do
	examples "$page" >"$work/examples"
	[ "$(wc -l <"$work/examples")" -ge 2 ] || { echo "no examples in $page"; exit 99; }
	while IFS= read -r line; do
		sh -c "$line" >"$work/out" 2>&1 </dev/null && [ -s "$work/out" ] && continue
		echo "${page##*/}: this example fails: $line"
		cat "$work/out"
		bad=1
	done <"$work/examples"
done

# Words that the page must have, from the program itself.
sed 's/\\&//g; s/[,.]/ /g' "$top_srcdir/man/kmaplab.1" | tr ' ' '\n' | sort -u >"$work/words"
kmaplab -e help | sed -n 's/^[a-z ]\{12\}//p' | tr -s ' ' '\n' >"$work/needed"
kmaplab --help | sed -n 's/^ .*--\([a-z0-9-]*\).*/\1/p' >>"$work/needed"
kmaplab lesson --help | awk '/^ /{ print $3 }' >>"$work/needed"
[ "$(wc -l <"$work/needed")" -gt 60 ] || { echo "the program names hardly a command"; exit 99; }
while read -r word; do
	grep -qxF -e "$word" "$work/words" && continue
	[ -z "$word" ] || { echo "kmaplab(1) says nothing of $word"; bad=1; }
done <"$work/needed"

# kmaplab(1) can be read by mandoc without a complaint.
command -v mandoc >/dev/null 2>&1 || { echo "without mandoc the pages were not read"; exit 77; }
mandoc -T lint -W warning "$top_srcdir/man/kmaplab.1" "$top_srcdir/man/highmem.7" || bad=1
exit $bad
