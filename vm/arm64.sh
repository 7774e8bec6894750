#!/usr/bin/env bash
# Runs the contracts of the stock Go toolchain (testdata/gocontract) on amd64 and
# on an emulated arm64 and compares digests of all that they do: results, gas,
# texts, stores, what they print, and the images that they start from. The wasm
# is built once, so both run the same bytes. Needs qemu-aarch64-static (Debian:
# qemu-user-static). vm/rewrite/arm64.sh does the same for random modules.
set -euo pipefail
export LC_ALL=C CGO_ENABLED=0 GOFLAGS="-buildvcs=false -trimpath"

cd "$(dirname "${BASH_SOURCE[0]}")"
command -v qemu-aarch64-static >/dev/null || {
	echo "arm64: there is no qemu-aarch64-static; install Debian's qemu-user-static" >&2
	exit 1
}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/weft-arm64.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

for name in counter document; do
	GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared -ldflags="-s -w" -o "$scratch/$name.wasm" "./testdata/gocontract/$name"
done
GOARCH=amd64 go test -c -o "$scratch/amd64.test" .
GOARCH=arm64 go test -c -o "$scratch/arm64.test" .

export WEFT_GOCONTRACTS=$scratch WEFT_DIGEST=$scratch/digest
"$scratch/amd64.test" -test.run '^TestGoDigest$'
qemu-aarch64-static "$scratch/arm64.test" -test.v -test.timeout 60m -test.run '^TestGoDigest$' | tee "$scratch/log"
grep -q 'equal on linux/arm64' "$scratch/log"
echo "arm64: $(grep -c . "$scratch/digest") digests of Go contracts are equal on amd64 and arm64: $(sha256sum <"$scratch/digest" | cut -c1-32)"
