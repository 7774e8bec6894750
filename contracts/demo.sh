#!/usr/bin/env bash
# A chain with one validator, a contract on it, and the contract at work: starts
# everything from nothing, shows each command and its result, and leaves neither
# processes nor files behind. `make demo` builds weft first and then runs this.
#
#   contracts/demo.sh              uses build/weft
#   WEFT=/path/to/weft contracts/demo.sh
set -euo pipefail
export LC_ALL=C

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly weft=${WEFT:-./build/weft}
readonly wasm=contracts/tipjar/tipjar.wasm
# weft uses unprotected keys (backend test) only on chains whose id says that
# they are for development.
readonly chain_id=weft-demo-local
readonly start_seconds_max=60

[[ -x $(command -v "$weft") ]] || {
	echo "demo: there is no $weft; run: make build (or set WEFT to a weft binary)" >&2
	exit 3
}

scratch=$(mktemp -d "${TMPDIR:-/tmp}/weft-demo.XXXXXX")
# Settings of the caller have no say here.
while read -r name; do unset "$name"; done < <(compgen -A export WEFT_)

# What all commands below share; a flag of the same name would do as well.
export WEFT_HOME=$scratch/home WEFT_KEYRING_BACKEND=test WEFT_GAS_PRICES=0.025uweft
node_pid=''

# stop_node asks the node to end, insists after ten seconds and waits for it.
stop_node() {
	[[ -n $node_pid ]] || return 0
	kill "$node_pid" 2>/dev/null || true
	for _ in {1..100}; do
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

# fail CODE TEXT: says what went wrong, with the end of the node's log.
fail() {
	echo "demo: $2" >&2
	if [[ -s $scratch/node.log ]]; then
		echo "--- end of the node's log:" >&2
		tail -n 30 "$scratch/node.log" >&2
	fi
	exit "$1"
}

step() { printf '\n# %s\n' "$*"; }

# typed ARGS...: the command as one would type it.
typed() {
	local arg line='$ weft'
	for arg in "$@"; do
		if [[ $arg =~ ^[A-Za-z0-9_@%+=:,./-]+$ ]]; then
			line+=" $arg"
		else
			line+=" '$arg'"
		fi
	done
	printf '%s\n' "$line"
}

# quiet ARGS...: runs weft and keeps what it prints in $answer.
answer=''
quiet() {
	local code=0
	answer=$("$weft" "$@" 2>"$scratch/stderr") || code=$?
	if ((code != 0)); then
		cat "$scratch/stderr" >&2
		[[ -z $answer ]] || printf '%s\n' "$answer" >&2
		fail "$code" "weft $1 ${2-} ${3-} ended with exit code $code"
	fi
}

# run is quiet with the command shown, show prints the answer as well.
run() {
	typed "$@"
	quiet "$@"
}

show() {
	run "$@"
	printf '%s\n' "$answer"
}

# compact puts JSON on one line without the space around its punctuation, so
# that the two functions below need no JSON parser. Their values hold neither
# quotes nor spaces.
compact() { tr -d '\n' <<<"$answer" | sed -E 's/"[ ]*:[ ]*/":/g; s/,[ ]+"/,"/g'; }

# field NAME: the first member of that name, text or number.
field() { compact | sed -nE "s/\"$1\":\"?([^\",}]*)/\n\1\n/; s/^[^\n]*\n([^\n]*)\n.*/\1/p"; }

# attribute KEY: the value of the first event attribute of that key.
attribute() { compact | sed -nE "s/\"key\":\"$1\",\"value\":\"([^\"]*)\"/\n\1\n/; s/^[^\n]*\n([^\n]*)\n.*/\1/p"; }

# transact ARGS...: sends a transaction, waits until a block has it, and sums it
# up in a line.
transact() {
	run tx "$@" -y -o json
	[[ $(field code) == 0 ]] || fail 7 "the transaction was included and failed: $answer"
	printf 'height %s, gas %s, hash %s\n' "$(field height)" "$(field gas_used)" "$(field txhash)"
	transactions+=("$(printf '%-12s height %-4s gas %-9s %s' "$2" "$(field height)" "$(field gas_used)" "$(field txhash)")")
}
transactions=()

# free_port prints a loopback port on which nobody listens. Ports from 10000 to
# 30000 lie below those that systems give out by themselves.
free_port() {
	local port
	for _ in {1..100}; do
		port=$((10000 + RANDOM % 20000))
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || {
			echo "$port"
			return
		}
	done
	fail 4 "found no free port between 10000 and 30000"
}

# wait_for_block: until the node answers with a height of at least 1.
wait_for_block() {
	local deadline=$((SECONDS + start_seconds_max)) height
	while ((SECONDS < deadline)); do
		kill -0 "$node_pid" 2>/dev/null || fail 4 "the node ended before its first block"
		if answer=$("$weft" status 2>/dev/null); then
			height=$(field latest_block_height)
			if [[ $height =~ ^[0-9]+$ ]] && ((height >= 1)); then
				printf 'height %s\n' "$height"
				return
			fi
		fi
		sleep 0.2
	done
	fail 4 "no block after $start_seconds_max seconds"
}

step "A home, two keys, a genesis with one validator"
echo "\$ export WEFT_HOME=$WEFT_HOME WEFT_KEYRING_BACKEND=$WEFT_KEYRING_BACKEND WEFT_GAS_PRICES=$WEFT_GAS_PRICES"
run init demo --chain-id "$chain_id"
run keys add alice
run keys add bob
run keys show alice -a && alice=$answer && echo "$alice"
run keys show bob -a && bob=$answer && echo "$bob"
run genesis add-account "$alice" 10000000uweft
run genesis add-account "$bob" 1000000uweft
run genesis gentx alice 1000000uweft --chain-id "$chain_id"
run genesis collect-gentxs

step "The node"
rpc_port=$(free_port)
p2p_port=$(free_port)
while [[ $p2p_port == "$rpc_port" ]]; do p2p_port=$(free_port); done
export WEFT_NODE=tcp://127.0.0.1:$rpc_port
typed start --rpc.laddr "$WEFT_NODE" --p2p.laddr "tcp://127.0.0.1:$p2p_port"
"$weft" start --rpc.laddr "$WEFT_NODE" --p2p.laddr "tcp://127.0.0.1:$p2p_port" >"$scratch/node.log" 2>&1 &
node_pid=$!
echo "\$ export WEFT_NODE=$WEFT_NODE"
typed status
wait_for_block

step "A contract: store its code, make an instance"
transact wasm store "$wasm" --from alice
code_id=$(attribute code_id)
[[ -n $code_id ]] || fail 1 "no code_id in the events of $answer"
transact wasm instantiate "$code_id" '{"goal":"300000"}' --label tipjar --no-admin --from alice
contract=$(attribute _contract_address)
[[ -n $contract ]] || fail 1 "no _contract_address in the events of $answer"
echo "contract $contract"

step "Bob tips"
transact wasm execute "$contract" '{"tip":{"note":"for the coffee"}}' --amount 250000uweft --from bob
show query wasm contract-state smart "$contract" '{"summary":{}}' -o json
summary=$answer
show query wasm contract-state smart "$contract" '{"tips":{}}' -o json
show query bank balances "$contract" -o json

step "Alice, who owns the jar, empties it"
transact wasm execute "$contract" '{"withdraw":{}}' --from alice
for account in "$contract" "$alice" "$bob"; do
	show query bank balances "$account" -o json
done

step "Done"
echo "contract     $contract"
for line in "${transactions[@]}"; do echo "$line"; done
echo "summary      $summary"
