#!/bin/sh
# The machine floor is a library of its own: nothing in it is called by a name of Linux, and a
# program that has no other floor links with it whole.

set -u
: "${top_srcdir:?}" "${top_builddir:?}"
lib=$top_builddir/src/machine/libmachine.a
: "${NM:?}" "${CC:?}"
[ -s "$lib" ] || { echo "no $lib"; exit 99; }
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

# Names of Linux's memory code and of its contexts, as they would stand in a symbol. (PDE and PTE
# are the processor's own words, pte_alloc is not.)
linux='k(un)?map|pkmap|fixmap|fix_to|highmem|lowmem|(^|_)zones?(_|$)|gfp|buddy|vmalloc|vfree'
linux="$linux|softirq|hardirq|preempt|(^|_)tasks?(_|$)|sched|pfn_to|page_to|page_address|mem_map"
linux="$linux|p[gum]d_|pte_(offset|alloc|clear)|mm_struct|init_mm|bounce|printk|linux"

"$NM" "$lib" | awk 'NF >= 2 { print $NF }' >"$work/symbols"
[ "$(wc -l <"$work/symbols")" -gt 20 ] || { echo "nm shows hardly a symbol in $lib"; exit 99; }
if grep -nEi "$linux" "$work/symbols"; then
	echo "the machine floor has names of Linux"
	exit 1
fi

# Every member of the library is linked, so that nothing in it leans on a floor above.
cat >"$work/alone.c" <<'C'
#include <stdio.h>
#include <string.h>

#include "machine/sparse.h"

int main(void)
{
	struct sparse ram = { 0 }, copy;

	memcpy(sparse_write(&ram, 7), "alone", 6);
	sparse_clone(&copy, &ram);
	memcpy(sparse_write(&ram, 7), "other", 6);
	puts(sparse_read(&copy, 7));
	sparse_release(&copy);
	sparse_release(&ram);
	return 0;
}
C
# shellcheck disable=SC2086
$CC -std=c11 ${SANITIZER_CFLAGS-} -I"$top_srcdir/src" -o "$work/alone" "$work/alone.c" \
	-Wl,--whole-archive "$lib" -Wl,--no-whole-archive || exit 1
[ "$("$work/alone")" = alone ]
