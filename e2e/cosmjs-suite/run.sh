#!/usr/bin/env bash
# A weft chain on which CosmJS's own tests can run unmodified: its name, prefix,
# accounts, port and first contracts are those that they expect. CosmJS is not
# part of this; have its sources at hand, built as their own pages say.
#
#   e2e/cosmjs-suite/run.sh wasmd HACKATOM.wasm IBC_REFLECT.wasm   for packages/cosmwasm
#   e2e/cosmjs-suite/run.sh simapp                                 for packages/stargate
#
# It runs until Ctrl-C. With `-- COMMAND…` at the end it runs that command once
# the chain is ready, and ends with its exit code. README.md says more.
#
#   WEFT=/path/to/weft   the binary, else build/weft
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=chains.sh
source "$here/chains.sh"

# What CosmJS knows as code 1. The address of an instance follows from the order
# alone, the checksum from the bytes.
readonly hackatom_sha256=13a1fc994cc6d1c81b746ee0c0ff6f90043875e0bf1d9be6b7d779fc978dc2a5
# Public test keys, those of CosmJS's own tests: no secret.
readonly alice_words='enlist hip relief stomach skate base shallow young switch frequent cry park'
readonly faucet_words='economy stock theory fatal elder harbor betray wasp final emotion task crumble siren bottom lizard educate guess current outdoor pair theory focus wife stone'
readonly start_seconds_max=60

usage() { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2; exit 2; }

suite=${1-}
shift || usage
case $suite in
wasmd)
	(($# >= 2)) || usage
	hackatom=$(realpath "$1") code2=$(realpath "$2")
	shift 2
	chain_wasmd
	;;
simapp) chain_simapp ;;
*) usage ;;
esac
[[ $# == 0 || $1 == -- ]] || usage
(($# == 0)) || shift

weft=$(realpath "${WEFT:-$here/../../build/weft}")
[[ -x $weft ]] || { echo "there is no $weft: run make build" >&2; exit 3; }
[[ -d $here/../node_modules/@cosmjs/encoding ]] || { echo "run npm ci in e2e first" >&2; exit 3; }

home=$(mktemp -d "${TMPDIR:-/tmp}/weft-suite.XXXXXX")
node_pid=''
cleanup() {
	local code=$?
	trap - EXIT
	trap '' INT TERM
	[[ -z $node_pid ]] || { kill "$node_pid" 2>/dev/null && wait "$node_pid" 2>/dev/null; } || true
	if ((code == 0)); then rm -rf "$home"; else echo "the home of the node stays: $home" >&2; fi
	exit "$code"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
	echo "cosmjs-suite: $1" >&2
	tail -n 30 "$home/node.log" >&2 || true
	exit 1
}

# make_chain writes home: names, accounts, validator, short times.
make_chain() {
	local account
	SUITE_VALIDATOR_KEY=$("$weft" init suite --home "$home" --chain-id "$chain_id" --bech32-prefix "$prefix" \
		--base-denom "$fee_denom" -o json | sed -nE 's/.*"validator_pubkey": ?"([^"]+)".*/\1/p')
	for account in "${accounts[@]}"; do
		"$weft" genesis add-account "$account" "$coins" --home "$home" --keyring-backend test 2>/dev/null
	done
	export SUITE_VALIDATOR_KEY SUITE_BOND_DENOM=$bond_denom SUITE_FEE_DENOM=$fee_denom SUITE_SELF_DELEGATION=$self_delegation \
		SUITE_OPERATOR_KEY=$operator_key
	node "$here/genesis.mjs" "$home"
	"$weft" genesis validate --home "$home"
	sed -i.old -E -e 's/^timeout_(propose|prevote|precommit) = .*/timeout_\1 = "300ms"/' \
		-e 's/^timeout_(propose|prevote|precommit)_delta = .*/timeout_\1_delta = "100ms"/' \
		-e 's/^timeout_commit = .*/timeout_commit = "1s"/' "$home/config/config.toml"
}

start_node() {
	"$weft" start --home "$home" --rpc.laddr "tcp://127.0.0.1:$rpc_port" --p2p.laddr "tcp://127.0.0.1:$p2p_port" \
		--grpc.address off --api.address "$rest" >"$home/node.log" 2>&1 &
	node_pid=$!
	local deadline=$((SECONDS + start_seconds_max))
	until "$weft" status --node "$rpc" 2>/dev/null | grep -qE '"latest_block_height": ?"[1-9]'; do
		kill -0 "$node_pid" 2>/dev/null || fail "the node ended before its first block"
		((SECONDS < deadline)) || fail "no block after $start_seconds_max seconds"
		sleep 0.2
	done
}

# send KEY COMMAND…: one transaction, waited for.
send() {
	local key=$1
	shift
	"$weft" tx "$@" --from "$key" --home "$home" --keyring-backend test --node "$rpc" --chain-id "$chain_id" \
		--gas-prices "0.025$fee_denom" --yes >>"$home/deploy.log" 2>&1 || { cat "$home/deploy.log" >&2; fail "weft tx $*"; }
}

key() { "$weft" keys add "$1" --home "$home" --keyring-backend test --recover <<<"$2" >/dev/null 2>&1; }

# deploy puts codes 1 and 2 and their instances where the tests look for them.
deploy() {
	local i admin
	key alice "$alice_words"
	send alice wasm store "$hackatom"
	for i in 0 1 2; do
		admin=(--no-admin)
		((i < 2)) || admin=(--admin "${accounts[7]}")
		send alice wasm instantiate 1 "{\"beneficiary\":\"${accounts[6 + i]}\",\"verifier\":\"${accounts[6 + i]}\"}" \
			--label "From deploy_hackatom.js ($i)" "${admin[@]}"
	done
	send alice wasm store "$code2"
	send alice wasm instantiate 2 '{"reflect_code_id":222}' --label "Instantiate IBC reflect" --no-admin
}

rpc=tcp://127.0.0.1:$rpc_port
if [[ $suite == wasmd ]]; then
	sum=$(sha256sum "$hackatom" | cut -d' ' -f1)
	[[ $sum == "$hackatom_sha256" ]] || { echo "$hackatom is not the contract that CosmJS names: sha256 $sum" >&2; exit 3; }
fi
make_chain
start_node
key faucet "$faucet_words"
send faucet bank send faucet "${accounts[6]}" "1$fee_denom" # so that the chain knows its key
[[ $suite != wasmd ]] || deploy
echo "chain $chain_id is ready on http://localhost:$rpc_port, log in $home/node.log"
if (($# > 0)); then
	"$@"
else
	wait "$node_pid"
fi
