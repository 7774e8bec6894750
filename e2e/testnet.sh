#!/usr/bin/env bash
# testnet.sh runs four validators as a user would: a contract is deployed on one
# node and queried with a proof on another, a node is killed and comes back, all
# agree, and nothing is left behind.
set -euo pipefail
cd "$(dirname "$0")/.."
weft=$PWD/build/weft
dir=$(mktemp -d)
export WEFT_HOME=$dir/net WEFT_KEYRING_BACKEND=test
cleanup() {
  "$weft" testnet down >/dev/null 2>&1 || true
  rm -rf "$dir"
}
trap cleanup EXIT
say() { printf '%s\n' "$*" >&2; }
# until_well runs a command again and again until it succeeds, for two minutes.
until_well() {
  local end=$((SECONDS + 120))
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || { say "still not well after two minutes: $*"; exit 1; }
    sleep 0.2
  done
}
field() { grep -o "\"$1\":\"\?[^,\"}]*" | head -1 | sed 's/.*[:"]//'; }

say "what ships has nothing of what tests break nodes with"
sabotage='node.(SetTrouble|TamperBalance|Twin)|state.(FailingFS|Tamper)'
if [ -e build/weft-chaos ] && ! grep -aqE "weftchain/weft/($sabotage)" build/weft-chaos; then
  say "build/weft-chaos has none of it either: the names here are wrong"
  exit 1
fi
if grep -aqE "weftchain/weft/($sabotage)" "$weft"; then
  say "build/weft is built with -tags weft_chaos"
  exit 1
fi

"$weft" testnet up -v 4 --detach --dir "$dir/net" --block-time 300ms --base-port 28657 -o json >"$dir/up.json"
mapfile -t rpc < <(grep -o '"rpc":"[^"]*"' "$dir/up.json" | sed 's/.*":"\(.*\)"/tcp:\/\/\1/')
export WEFT_CHAIN_ID=weft-testnet-local
[ "${#rpc[@]}" = 4 ]

say "a contract on node0"
tx=(--from account0 --node "${rpc[0]}" --yes -o json)
"$weft" tx wasm store contracts/tipjar/tipjar.wasm "${tx[@]}" >"$dir/store.json"
"$weft" tx wasm instantiate 1 '{}' --label jar --no-admin "${tx[@]}" >"$dir/instantiate.json"
contract=$("$weft" query wasm list-contract-by-code 1 --node "${rpc[0]}" -o json | grep -o 'weft1[0-9a-z]*' | head -1)
"$weft" tx wasm execute "$contract" '{"tip":{}}' --amount 70uweft "${tx[@]}" >"$dir/tip.json"

say "proved by node3"
# node3 may be a block behind node0.
proven() {
  "$weft" query bank balance "$contract" uweft --node "${rpc[3]}" --prove -o json | tee "$dir/balance.json" >&2
  grep -q '"70"' "$dir/balance.json"
}
until_well proven

say "node2 dies and comes back"
"$weft" testnet kill node2 -o json >/dev/null
height() { "$weft" status --node "${rpc[0]}" -o json | field latest_block_height; }
from=$(height)
past() { [ "$(height)" -ge "$1" ]; }
until_well past $((from + 5))
"$weft" testnet start node2 -o json >/dev/null
alike() {
  "$weft" testnet status -o json >"$dir/status.json"
  [ "$(grep -o '"mode":"running"' "$dir/status.json" | wc -l)" = 4 ] && [ "$(grep -o '"behind":[01],' "$dir/status.json" | wc -l)" = 4 ] &&
    [ "$(grep -o '"height":[0-9]*' "$dir/status.json" | wc -l)" = 4 ]
}
until_well alike
"$weft" testnet status >&2
"$weft" testnet diff >&2

say "a fifth one validates"
"$weft" testnet add-validator -o json >"$dir/joined.json"
grep -q '"node":"node4"' "$dir/joined.json"
grep -q '"power":1000000,' "$dir/joined.json"
"$weft" testnet status >&2

"$weft" testnet down
if pgrep -f "$WEFT_HOME" >&2; then
  say "processes are left"
  exit 1
fi
say "testnet.sh: all well"
