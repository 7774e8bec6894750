#!/usr/bin/env bash
# CosmJS, as it is published, against real weft nodes: installs it, makes a
# chain, runs the tests on it, stops everything; then the same on a chain with
# other names. Its exit code is that of the tests. `make e2e` calls it.
#
#   e2e/run.sh                 uses build/weft and makes it if it is not there
#   e2e/run.sh FILE…           runs these tests only, such as search.test.mjs
#   WEFT=/path/to/weft e2e/run.sh
set -euo pipefail
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")"

tests=("$@")
((${#tests[@]} > 0)) || tests=(*.test.mjs browser/*.test.mjs)
readonly start_seconds_max=60
readonly test_milliseconds_max=90000
# The contract of the tests comes from the sources of the reference.
readonly wasmvm=github.com/CosmWasm/wasmvm/v3@v3.0.7
# Public test keys, those of CosmJS's own tests: no secret.
readonly alice='enlist hip relief stomach skate base shallow young switch frequent cry park'
readonly bob='remain fragile remove stamp quiz bus country dress critic mammal office need'

weft=${WEFT:-../build/weft}
if [[ ! -x $weft ]]; then
	[[ -z ${WEFT-} ]] || { echo "e2e: there is no $weft" >&2; exit 3; }
	make -C .. --no-print-directory build
fi
weft=$(realpath "$weft")

scratch=$(mktemp -d "${TMPDIR:-/tmp}/weft-e2e.XXXXXX")
# Settings of the caller have no say here.
while read -r name; do unset "$name"; done < <(compgen -A export WEFT_)
node_pid=''

# stop_node asks the node to end, insists after fifteen seconds and waits.
stop_node() {
	[[ -n $node_pid ]] || return 0
	kill "$node_pid" 2>/dev/null || true
	for _ in {1..150}; do
		kill -0 "$node_pid" 2>/dev/null || break
		sleep 0.1
	done
	kill -KILL "$node_pid" 2>/dev/null || true
	wait "$node_pid" 2>/dev/null || true
	node_pid=''
}

cleanup() {
	local code=$?
	trap - EXIT
	trap '' INT TERM # a second Ctrl-C must not stop the cleaning up
	stop_node
	rm -rf "$scratch"
	exit "$code"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# fail TEXT: says what went wrong, with the end of the node's log.
fail() {
	echo "e2e: $1" >&2
	[[ ! -s $scratch/node.log ]] || { echo "--- end of the node's log:" >&2; tail -n 30 "$scratch/node.log" >&2; }
	exit 1
}

# javascript prints a node of version 22 or later: the machine's own, or the one
# that npm installed for this platform.
javascript() {
	local candidate major
	for candidate in "$(command -v node || true)" node_modules/node-*/bin/node; do
		[[ -x $candidate ]] || continue
		major=$("$candidate" -p 'process.versions.node.split(".")[0]' 2>/dev/null) || continue
		((major >= 22)) && { echo "$candidate"; return; }
	done
	fail "no Node.js of version 22 or later, neither installed nor from npm for $(uname -sm)"
}

# free_ports NAME…: sets each variable to a loopback port of its own on which
# nobody listens. Ports from 10000 to 30000 lie below those that systems give out
# by themselves.
free_ports() {
	local first=$((10000 + RANDOM % 19000)) name port
	for name in "$@"; do
		for ((port = first; port < first + 100; port++)); do
			(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
		done
		((port < first + 100)) || fail "found no free port from $first on"
		printf -v "$name" %s "$port"
		first=$((port + 1))
	done
}

# chromium prints the path of Debian's browser, which root installs if it is not
# there.
chromium() {
	local candidate
	for candidate in chromium chromium-headless-shell; do
		command -v "$candidate" && return
	done
	((EUID == 0)) || fail "no chromium; install it, or run this as root, who can"
	{ apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium; } >"$scratch/apt.log" 2>&1 ||
		{ tail -n 20 "$scratch/apt.log" >&2; fail "apt-get cannot install chromium"; }
	command -v chromium
}

# wait_for_block: until the node answers with a height of at least 1.
wait_for_block() {
	local deadline=$((SECONDS + start_seconds_max))
	while ((SECONDS < deadline)); do
		kill -0 "$node_pid" 2>/dev/null || fail "the node ended before its first block"
		"$weft" status --node "$1" 2>/dev/null | grep -qE '"latest_block_height": ?"[1-9]' && return
		sleep 0.2
	done
	fail "no block after $start_seconds_max seconds"
}

# chain PREFIX DENOM: makes and starts a chain with these names, and runs the
# tests on it.
chain() {
	local prefix=$1 denom=$2 id=weft-e2e-local home=$scratch/$1 rpc p2p rest grpc status=0
	local keys=(--home "$home" --keyring-backend test)
	"$weft" init e2e --home "$home" --chain-id "$id" --bech32-prefix "$prefix" --base-denom "$denom" >/dev/null
	"$weft" keys add validator "${keys[@]}" >/dev/null 2>&1
	"$weft" keys add alice "${keys[@]}" --recover <<<"$alice" >/dev/null
	"$weft" keys add bob "${keys[@]}" --recover <<<"$bob" >/dev/null
	local name
	for name in validator alice bob; do
		"$weft" genesis add-account "$("$weft" keys show "$name" -a "${keys[@]}")" "1000000000$denom" --home "$home" 2>/dev/null
	done
	"$weft" genesis gentx validator "1000000$denom" --chain-id "$id" "${keys[@]}" 2>/dev/null
	"$weft" genesis collect-gentxs --home "$home" 2>/dev/null
	sed -i.old -E 's/^timeout_commit = .*/timeout_commit = "250ms"/' "$home/config/config.toml"

	free_ports rpc p2p rest grpc
	"$weft" start --home "$home" --rpc.laddr "tcp://127.0.0.1:$rpc" --p2p.laddr "tcp://127.0.0.1:$p2p" \
		--api.address "127.0.0.1:$rest" --grpc.address "127.0.0.1:$grpc" >"$scratch/node.log" 2>&1 &
	node_pid=$!
	wait_for_block "tcp://127.0.0.1:$rpc"
	E2E_CHAIN_INFO=$("$weft" debug keplr-chain-info --home "$home" --rpc "http://127.0.0.1:$rpc" --rest "http://127.0.0.1:$rest") \
		E2E_CHROMIUM=$chromium E2E_RPC=127.0.0.1:$rpc E2E_REST=127.0.0.1:$rest E2E_CHAIN_ID=$id E2E_PREFIX=$prefix E2E_DENOM=$denom E2E_ALICE=$alice E2E_BOB=$bob \
		E2E_HACKATOM=$hackatom E2E_TOKEN=$scratch/token.wasm E2E_GENERATED=$scratch/generated/js E2E_ALICE_ADDRESS=$("$weft" keys show alice -a "${keys[@]}") \
		"$javascript" --test --test-concurrency=1 --test-force-exit --test-timeout="$test_milliseconds_max" --test-reporter=spec -- "${tests[@]}" || status=$?
	kill -0 "$node_pid" 2>/dev/null || fail "the node did not live through the tests"
	((status == 0)) || fail "the tests failed on the chain of $prefix and $denom"
	stop_node
}

# generate makes the clients that weft contract gen ts writes, and compiles them
# and the program typed.ts on one of them, as strictly as TypeScript can.
generate() {
	local dir=$scratch/generated
	"$weft" contract gen ts ../contracts/token/schema --cosmjs @cosmjs/cosmwasm --out "$dir" >/dev/null
	"$weft" contract gen ts ../contracts/tool/bind/testdata/hostile.json --cosmjs @cosmjs/cosmwasm --out "$dir" >/dev/null
	cp typed.ts "$dir"
	echo '{"type": "module"}' >"$dir/package.json"
	cat >"$dir/tsconfig.json" <<-'END'
		{"compilerOptions": {
			"strict": true, "noUnusedLocals": true, "noImplicitOverride": true, "verbatimModuleSyntax": true, "isolatedModules": true,
			"target": "es2022", "module": "nodenext", "skipLibCheck": true, "types": [], "outDir": "js"
		}}
	END
	ln -s "$PWD/node_modules" "$dir/node_modules"
	"$javascript" node_modules/typescript/bin/tsc --project "$dir" || fail "the generated TypeScript does not compile"
	cp "$dir/package.json" "$dir/js"
}

npm ci --no-progress --loglevel=error
javascript=$(javascript)
chromium=$(chromium)
module=$(cd .. && go mod download -json "$wasmvm" | sed -nE 's/^\t"Dir": "(.*)",$/\1/p')
hackatom=$module/testdata/hackatom.wasm
[[ -s $hackatom ]] || fail "$wasmvm has no testdata/hackatom.wasm"
(cd ../contracts/token && GOOS=wasip1 GOARCH=wasm CGO_ENABLED=0 go build -trimpath -buildvcs=false -buildmode=c-shared -ldflags='-s -w' -o "$scratch/token.wasm" ./wasm)
"$javascript" -p '"Node.js " + process.version + ", @cosmjs/cosmwasm " + require("@cosmjs/cosmwasm/package.json").version' 2>/dev/null ||
	"$javascript" --version
generate

began=$SECONDS
for names in 'weft uweft' 'wasm ucosm'; do
	printf '\n# %s\n' "$names"
	# shellcheck disable=SC2086 # two words
	chain $names
done
if (($# == 0)); then
	printf '\n# the examples beside the contracts that they stand in for, and those that use them\n'
	packages=$PWD/node_modules/@oraichain
	common=$packages/common-contracts-build/data
	(cd .. && WEFT_PUBLIC=$packages WEFT_CW20=$common/cw20-base.wasm WEFT_CW721=$common/cw721-base.wasm WEFT_CW3=$common/cw3-fixed-multisig.wasm \
		bash -c "go test -count=1 -tags reference -run 'Reference|Public' ./contracts/token &&
			go test -count=1 -tags reference -run Reference ./contracts/nft ./contracts/multisig")
fi
printf '\ne2e: ok in %d s\n' $((SECONDS - began))
