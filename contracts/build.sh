#!/usr/bin/env bash
# Rebuilds the .wasm files of the contracts that are written in C, byte for byte.
#
#   contracts/build.sh            build and write the .wasm and .wasm.sha256 files
#   contracts/build.sh --check    build beside them and compare; exit 5 on a difference
#
# The compiler is Debian 12's clang-19 and lld-19 in exactly the version below.
# When they are missing and we are root, they are installed with apt-get.
set -euo pipefail
export LC_ALL=C

readonly PACKAGE_VERSION='1:19.1.7-3~deb12u1'
readonly CLANG=clang-19 LLD=wasm-ld-19

# -mcpu=mvp   the instructions of 2017, which every CosmWasm chain accepts: no
#             bulk memory, no sign extension, no reference types
# -Os         few locals (100 per function are allowed) and few bytes to pay for
readonly CFLAGS=(--target=wasm32 -mcpu=mvp -std=c17 -Os -ffreestanding -fno-builtin
	-fvisibility=hidden -Wall -Wextra -Wconversion -Werror)

# --stack-first   an overflow of the stack traps instead of writing over data
# no --max-memory and no start function: CosmWasm refuses both
readonly LDFLAGS=(--no-entry --gc-sections --strip-all --stack-first -z stack-size=32768)

readonly HOSTILE=(spin grow recurse badregion oldabi)

die() { # die CODE TEXT...
	local code=$1
	shift
	printf 'contracts/build.sh: %s\n' "$@" >&2
	exit "$code"
}

installed() {
	[[ "$(dpkg-query -W -f='${Version}' "$1" 2>/dev/null)" == "$PACKAGE_VERSION" ]]
}

ensure_compiler() {
	if installed clang-19 && installed lld-19; then return; fi
	command -v apt-get >/dev/null ||
		die 3 "needs Debian 12's clang-19 and lld-19 $PACKAGE_VERSION, and there is no apt-get here" \
			"run it in a Debian 12 container: docker run --rm -v \"\$PWD:/src\" -w /src debian:12 contracts/build.sh"
	[[ $EUID -eq 0 ]] ||
		die 3 "clang-19 and lld-19 $PACKAGE_VERSION are missing; as root, run:" \
			"apt-get update && apt-get install --no-install-recommends clang-19=$PACKAGE_VERSION lld-19=$PACKAGE_VERSION"
	{
		apt-get update -qq
		DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
			"clang-19=$PACKAGE_VERSION" "lld-19=$PACKAGE_VERSION"
	} >&2 || die 3 "apt-get could not install clang-19 and lld-19 $PACKAGE_VERSION" \
		"on another release than Debian 12 use a container: docker run --rm -v \"\$PWD:/src\" -w /src debian:12 contracts/build.sh"
}

# link OUTPUT FLAGS... SOURCES...: every source in one go, in the order given.
link() {
	local output=$1 source flags=() objects=()
	shift
	for source in "$@"; do
		if [[ $source == -* ]]; then
			flags+=("$source")
			continue
		fi
		objects+=("$work/$(basename "$source" .c).o")
		"$CLANG" "${CFLAGS[@]}" "${flags[@]}" -c "$source" -o "${objects[-1]}"
	done
	"$LLD" "${LDFLAGS[@]}" "${objects[@]}" -o "$output"
}

# build_all DIR: the tree of results below DIR.
build_all() {
	local variant wasm
	mkdir -p "$1/tipjar" "$1/hostile"
	link "$1/tipjar/tipjar.wasm" tipjar/tipjar.c tipjar/rt/*.c
	for variant in "${HOSTILE[@]}"; do
		link "$1/hostile/$variant.wasm" "-D${variant^^}" hostile/hostile.c tipjar/rt/*.c
	done
	for wasm in "$1"/*/*.wasm; do
		chmod 644 "$wasm" # the linker marks its output executable
		(cd "$(dirname "$wasm")" && sha256sum "$(basename "$wasm")" >"$(basename "$wasm").sha256")
	done
}

check() {
	local file bad=()
	build_all "$work/out"
	while read -r file; do
		cmp -s "$work/out/$file" "$file" || bad+=("contracts/$file")
	done < <(cd "$work/out" && find . -type f -printf '%P\n' | sort)
	if ((${#bad[@]})); then
		die 5 "${#bad[@]} committed files differ from what their sources give: ${bad[*]}" \
			"if the sources are right, run contracts/build.sh (or: make fixtures) and commit the result"
	fi
	echo "contracts: $(find "$work/out" -name '*.wasm' | wc -l) wasm files match their sources"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$(dirname "${BASH_SOURCE[0]}")"

case "${1-}" in
'') ensure_compiler; build_all .; sha256sum tipjar/*.wasm hostile/*.wasm ;;
--check) ensure_compiler; check ;;
*) die 2 "unknown argument $1" "usage: contracts/build.sh [--check]" ;;
esac
