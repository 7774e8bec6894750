#!/bin/sh
# Regenerates the Go code beside the .proto files, and the description of the
# REST door in node/api/openapi.
#
#   ./proto/generate.sh          write the *.pb.go files
#   ./proto/generate.sh --check  write nothing; fail if one would change
#
# Generators are pinned in .ci/tools.mod and run locally. The .proto files of
# others come from the module cache at the versions that go.mod (or, for those
# that nothing links, this script) names, so nothing is copied into the
# repository and the Go types of others are never generated a second time.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

# What is written beside the Go code.
openapi=node/api/openapi/openapi.json

# googleapis holds google/api/{annotations,http}.proto; only its files are used,
# and only if the module's checksum is this one.
googleapis=github.com/grpc-ecosystem/grpc-gateway@v1.16.0
googleapis_sum=h1:gmcG1KaJ57LophUzW0Hy8NmPhnMZb4M0+kPpLofRdBo=

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

# unpack MODULE@VERSION SUM prints the folder of a module outside go.mod.
unpack() {
	go mod download -json -modfile=.ci/tools.mod "$1" >"$work/module.json"
	grep -qF "\"Sum\": \"$2\"" "$work/module.json" || { echo "proto/generate.sh: $1: not the known checksum" >&2; exit 1; }
	sed -n 's/^[[:space:]]*"Dir": "\(.*\)",\{0,1\}$/\1/p' "$work/module.json"
}

# copy FROM TO PATH... copies .proto files and folders of them.
copy() {
	from=$1 to=$2
	shift 2
	[ -d "$from" ] || { echo "proto/generate.sh: no folder '$from'" >&2; exit 1; }
	(cd "$from" && find "$@" -name '*.proto' -print) | while IFS= read -r file; do
		mkdir -p "$to/$(dirname "$file")"
		cp "$from/$file" "$to/$file"
		chmod u+w "$to/$file"
	done
}

go mod download github.com/cosmos/gogoproto github.com/cometbft/cometbft

copy proto "$work/weft" .
copy "$(go list -m -f '{{.Dir}}' github.com/cosmos/gogoproto)" "$work/others" gogoproto/gogo.proto
copy "$(go list -m -f '{{.Dir}}' github.com/cometbft/cometbft)/proto" "$work/others" tendermint
googleapis_dir=$(unpack "$googleapis" "$googleapis_sum")
copy "$googleapis_dir/third_party/googleapis" "$work/others" google/api/annotations.proto google/api/http.proto

cat >"$work/buf.yaml" <<EOF
version: v2
modules:
  - path: weft
  - path: others
lint:
  use: [MINIMAL, COMMENT_MESSAGE, COMMENT_ENUM, COMMENT_RPC, COMMENT_SERVICE]
  ignore: [others]
EOF

types=github.com/cosmos/gogoproto/types
cat >"$work/buf.gen.yaml" <<EOF
version: v2
plugins:
  - local: [go, tool, -modfile=$root/.ci/tools.mod, protoc-gen-gocosmos]
    out: $work/out
    opt:
      - plugins=grpc
      - paths=source_relative
      - Mgoogle/protobuf/any.proto=$types
      - Mgoogle/protobuf/duration.proto=$types
      - Mgoogle/protobuf/timestamp.proto=$types
      - Mgoogle/api/annotations.proto=google.golang.org/genproto/googleapis/api/annotations
EOF

cat >>"$work/buf.gen.yaml" <<EOF
  - local: [go, run, ./internal/openapi]
    out: $work/openapi
    strategy: all
EOF

# buf starts the plugin in the current folder, where go finds the module.
buf() { go tool -modfile=.ci/tools.mod buf "$@"; }
buf lint "$work/weft"
buf generate "$work/weft" --template "$work/buf.gen.yaml"

# outdated lists generated files of the repository that are no longer made.
outdated() {
	find proto -name '*.pb.go' | while IFS= read -r file; do
		[ -f "$work/out/${file#proto/}" ] || echo "$file"
	done
}

if [ "${1:-}" = --check ]; then
	bad=$(
		outdated
		(cd "$work/out" && find . -name '*.pb.go') | LC_ALL=C sort | while IFS= read -r file; do
			cmp -s "$work/out/$file" "proto/$file" || echo "proto/${file#./}"
		done
		cmp -s "$work/openapi/openapi.json" "$openapi" || echo "$openapi"
	)
	[ -z "$bad" ] || { echo "proto/generate.sh: run it, these differ:" >&2; echo "$bad" >&2; exit 1; }
	exit 0
fi
outdated | while IFS= read -r file; do rm "$file"; done
cp -R "$work/out/." proto/
cp "$work/openapi/openapi.json" "$openapi"
