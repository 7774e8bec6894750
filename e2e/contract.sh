#!/usr/bin/env bash
# docs/contracts.md, literally: runs its commands one after another in an empty
# folder, with an empty home and without a network, and says how long each took.
# Its exit code is that of the first that fails. `make e2e` calls it.
#
#   e2e/contract.sh            uses build/weft
#   WEFT=/path/to/weft e2e/contract.sh
set -euo pipefail
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly page=$PWD/docs/contracts.md
weft=$(realpath "${WEFT:-build/weft}")
[[ -x $weft ]] || { echo "contract.sh: there is no $weft; run: make build" >&2; exit 3; }

scratch=$(mktemp -d "${TMPDIR:-/tmp}/weft-contract.XXXXXX")
cleanup() {
	local code=$?
	trap - EXIT
	trap '' INT TERM
	# The node is a child of the shell that ran the commands, which tells its id.
	if [[ -s $scratch/node.pid ]]; then
		kill "$(<"$scratch/node.pid")" 2>/dev/null || true
		for _ in {1..100}; do kill -0 "$(<"$scratch/node.pid")" 2>/dev/null || break; sleep 0.1; done
	fi
	chmod -R u+w "$scratch" && rm -rf "$scratch"
	exit "$code"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Settings of the caller have no say here, but for the caches of the toolchain:
# the page says that nothing is downloaded.
while read -r name; do unset "$name"; done < <(compgen -A export WEFT_)
GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE)
export GOCACHE GOMODCACHE GOPROXY=off GOFLAGS= GOWORK= HOME=$scratch/home
unset GOPATH CGO_ENABLED
mkdir "$HOME" "$scratch/bin" "$scratch/work"
ln -s "$weft" "$scratch/bin/weft"
PATH=$scratch/bin:$PATH

free_port() {
	local port
	while port=$((10000 + RANDOM % 20000)); do
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
	done
}
# The page uses the usual ports; here they may be taken.
export WEFT_NODE=tcp://127.0.0.1:$(free_port)
start="weft start --rpc.laddr $WEFT_NODE --p2p.laddr tcp://127.0.0.1:$(free_port)"

{
	echo 'set -euo pipefail'
	awk '/^```sh tutorial$/ {on = 1; next} /^```$/ {on = 0} on' "$page" | while IFS= read -r line; do
		run=$line
		case $line in
		'weft start '*) run="$start${line#weft start}"$'\n'"echo \$! > $scratch/node.pid" ;;
		'! '*) run="if ${line#! }; then echo 'this ought to fail: $line' >&2; exit 1; fi" ;;
		esac
		# shellcheck disable=SC2016 # the other shell expands these
		printf 'began=${EPOCHREALTIME/./}\n%s\n' "$run"
		# shellcheck disable=SC2016
		printf 'printf "%%6d ms  %%s\\n" "$(((${EPOCHREALTIME/./} - began) / 1000))" %q >> %q\n' "$line" "$scratch/times"
	done
	echo 'weft contract query hello count -o json'
} >"$scratch/commands.sh"
[[ $(grep -c '^weft contract' "$scratch/commands.sh") -ge 8 ]] || { echo "contract.sh: found no commands in $page" >&2; exit 1; }

(cd "$scratch/work" && bash "$scratch/commands.sh") >"$scratch/out" 2>"$scratch/err" || {
	code=$?
	cat "$scratch/times" "$scratch/out" "$scratch/err" >&2
	tail -n 20 "$scratch/work/hello/node.log" >&2 || true
	exit "$code"
}
answer=$(tail -n 1 "$scratch/out")
[[ $answer == *'"count":43'* ]] || { echo "contract.sh: the counter says $answer, want 43" >&2; exit 1; }
grep -q '^match  code 1 ' "$scratch/out" || { cat "$scratch/out" >&2; echo "contract.sh: verify did not match" >&2; exit 1; }
if grep -qi 'download' "$scratch/err"; then
	cat "$scratch/err" >&2
	echo "contract.sh: something was downloaded" >&2
	exit 1
fi
cat "$scratch/times"
echo "contract.sh: docs/contracts.md works, in $SECONDS s"
