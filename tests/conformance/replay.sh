#!/bin/sh
# Unpacks the recorded kmap sessions of real kernels and replays them all with check_kmap.
set -eu
here=${top_srcdir:-.}/tests/conformance
program=${top_builddir:-.}/tests/conformance/check_kmap
if [ ! -x "$program" ]; then
	echo "check_kmap was not built: the Check library is missing"
	exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
for packed in "$here"/recordings/kmap-*.txt.gz; do
	gzip -dc "$packed" >"$folder/$(basename "$packed" .gz)"
done
KMAPLAB_RECORDINGS=$folder "$program"
