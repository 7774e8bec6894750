#!/usr/bin/env bash
# nodes.sh measures what nodes cost that have nothing to do: how long a start on
# existing data takes to the first block, the memory then, and the processor time
# of four validators with blocks of 1 s.
# Usage: bench/nodes.sh [WEFT] [SECONDS]   (make build first; WEFT is build/weft)
#
# Processor time is what the kernel counts for the processes, so other work on the
# machine changes it little; the times of starts are wall time, so the load is
# printed with them.
set -euo pipefail
weft=$(realpath "${1:-build/weft}") seconds=${2:-60}
dir=$(mktemp -d)
port=$((20000 + RANDOM % 10000))
pid=
cleanup() {
  [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
  "$weft" testnet down --dir "$dir/net" >/dev/null 2>&1 || true
  rm -rf "$dir"
}
trap cleanup EXIT

ticks() { cut -d' ' -f14,15 "/proc/$1/stat" | tr ' ' '+'; } # of 10 ms
mib() { awk -v key="$2:" '$1 == key {printf "%d", $2 / 1024}' "/proc/$1/status"; }

solo() { "$weft" "$@" --home "$dir/solo" >/dev/null 2>&1; }
solo init solo --chain-id bench-local
solo keys add a --keyring-backend test
solo genesis add-account a 1000000000uweft --keyring-backend test
solo genesis gentx a 500000000uweft --keyring-backend test
solo genesis collect-gentxs
sed -i "s/:26657/:$port/; s/:26656/:$((port + 1))/" "$dir/solo/config/config.toml"

# start runs the lone validator until it has made a block, and prints the line.
start() {
  local began line
  : >"$dir/log"
  began=$(date +%s%N)
  "$weft" start --home "$dir/solo" --log-format json --grpc.address off --api.address off 2>>"$dir/log" &
  pid=$!
  until line=$(grep -m1 '"msg":"block"' "$dir/log"); do
    kill -0 "$pid" || { cat "$dir/log"; exit 1; }
    sleep 0.02
  done
  local used=$(($(ticks "$pid"))) block
  block=$(date -d "$(cut -d'"' -f4 <<<"$line")" +%s%N)
  printf '%-28s first block after %4d ms, processor %4d ms, resident %3d MiB (%d anonymous)\n' "$1" \
    $(((block - began) / 1000000)) $((used * 10)) "$(mib "$pid" VmRSS)" "$(mib "$pid" RssAnon)"
  sleep "$2"
  kill "$pid"
  wait "$pid" || true
  pid=
}

echo "load $(cut -d' ' -f1-3 /proc/loadavg), $(nproc) processors"
start 'start on an empty home' 5
for n in 1 2 3 4 5; do start "start on existing data, $n" 0; done

"$weft" testnet up -v 4 --detach --dir "$dir/net" --base-port $((port + 100)) >/dev/null
nodes=$(pgrep -f -- "start --home $dir/net/node")
sleep 5
before=0 after=0
for p in $nodes; do before=$((before + $(ticks "$p"))); done
sleep "$seconds"
for p in $nodes; do after=$((after + $(ticks "$p"))); done
awk -v t=$((after - before)) -v s="$seconds" 'BEGIN {printf "four validators, %d s: %.3f processors in all\n", s, t / 100 / s}'
for p in $nodes; do printf '  resident %d MiB (%d anonymous)\n' "$(mib "$p" VmRSS)" "$(mib "$p" RssAnon)"; done
echo "load $(cut -d' ' -f1-3 /proc/loadavg)"
