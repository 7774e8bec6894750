#!/usr/bin/env bash
# Runs what the VM computes on arm64 beside amd64: random metered modules, whose
# digests must be equal line by line; public contracts, likewise; the tests of what
# the engine gets wrong; and the engine's self-test. arm64 is qemu's user mode
# (Debian: qemu-user-static), which this installs when it is missing and the
# caller may do so. Nothing goes over the network but that.
#
#   vm/rewrite/arm64.sh                         400 modules: what CI runs
#   MODULES=5000 SEED=7 vm/rewrite/arm64.sh     for the record
set -euo pipefail
export LC_ALL=C CGO_ENABLED=0

cd "$(dirname "${BASH_SOURCE[0]}")"
readonly modules=${MODULES:-400} seed=${SEED:-1} first=${FIRST:-0}
readonly emulator=qemu-aarch64-static

fail() {
	echo "arm64: $*" >&2
	exit 1
}

[[ $(go env GOHOSTARCH) == amd64 ]] || fail "compares an amd64 machine with an emulated arm64; this one is $(go env GOHOSTARCH)"
if [[ ! -x $(command -v $emulator) ]]; then
	[[ $(id -u) == 0 && -x $(command -v apt-get) ]] || fail "there is no $emulator; install Debian's qemu-user-static"
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends qemu-user-static >/dev/null
fi

scratch=$(mktemp -d "${TMPDIR:-/tmp}/weft-arm64.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

# build writes a package's tests for an architecture: build arch package file.
build() { GOARCH=$1 go test -c -o "$scratch/$3" "$2"; }
build amd64 . native.test
build arm64 . rewrite.test
build arm64 .. vm.test
build amd64 ../internal/diff native-contracts.test
build arm64 ../internal/diff contracts.test

# emulate runs tests of a package on arm64: emulate folder binary pattern.
emulate() {
	echo "arm64: $2 $3"
	(cd "$1" && $emulator "$scratch/$2" -test.v -test.run "$3" -test.timeout 30m) >"$scratch/$2.log" 2>&1 || {
		cat "$scratch/$2.log" >&2
		fail "tests fail on arm64"
	}
	grep -q '^--- PASS' "$scratch/$2.log" || fail "no test of $2 matched $3"
	grep '^--- PASS' "$scratch/$2.log"
}
emulate . rewrite.test '^Test(Comparisons|Remainders|CanonicalNaN|HackatomGas|Charges|Recursion|Frames|EndlessLoops)$'
emulate .. vm.test '^Test(SelfTest|SelfTestFindsTheKnownMiscompilation|Traps|GasOfTheGuest|MemoryGrowth|StackBudget|DirtyUpperHalves)$'

# digests appends the lines that a test binary prints to a file:
# digests file binary flag...
digests() {
	local file=$1
	shift
	"$@" -test.run '^TestDigests$' -test.timeout 3h >"$scratch/out" || {
		cat "$scratch/out" >&2
		fail "digests could not be made"
	}
	grep '^digest of ' "$scratch/out" >>"$file"
}
readonly flags=(-diff.digests "$modules" -diff.seed "$seed" -diff.first "$first")
cd ../internal/diff
digests "$scratch/amd64" "$scratch/native-contracts.test"
digests "$scratch/arm64" $emulator "$scratch/contracts.test"
digests "$scratch/amd64" "$scratch/native.test" "${flags[@]}"
digests "$scratch/arm64" $emulator "$scratch/rewrite.test" "${flags[@]}"
diff "$scratch/amd64" "$scratch/arm64" || fail "the architectures differ; narrow it down with FIRST= and MODULES="
echo "arm64: $(grep -c '^digest of contract' "$scratch/arm64") public contracts do the same on amd64 and arm64"
echo "arm64: $modules random modules of seed $seed from $first on do the same on amd64 and arm64: $(sha256sum <"$scratch/arm64" | cut -c1-32)"
