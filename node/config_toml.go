package node

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"time"

	cmtconfig "github.com/cometbft/cometbft/config"
)

// configHead is the beginning of config.toml.
const configHead = `# CometBFT's settings of this node: its doors, its peers, its share in consensus.
# weft's own are in app.toml. All keys are documented at docs.cometbft.com; paths
# begin at the home folder. Unknown keys are errors: weft doctor names them.

`

// configComments stand above keys of config.toml, and above sections under the
// section's name.
var configComments = map[string]string{
	"moniker":                   "The name by which other nodes know this one.",
	"db_backend":                "weft is built with goleveldb only.",
	"log_level":                 "debug, info, warn, error or none; also by module, such as \"p2p:debug,*:info\".",
	"log_format":                "plain or json.",
	"priv_validator_laddr":      "Where a remote signer dials this node: tcp://… or unix://…; then there must be no key file here.",
	"event_bus_buffer_capacity": "Events between consensus and those who subscribed; 0: consensus waits for them.",

	"rpc":                              "The JSON-RPC that wallets and explorers use.",
	"rpc.laddr":                        "Bind other addresses only behind a proxy or a firewall.",
	"rpc.cors_allowed_origins":         "Web sites that may ask from a browser; [\"*\"]: all.",
	"rpc.max_open_connections":         "WebSockets among them; 0: no bound.",
	"rpc.max_subscriptions_per_client": "Queries that one WebSocket may subscribe to.",
	"rpc.timeout_broadcast_tx_commit":  "How long broadcast_tx_commit waits for the block.",
	"rpc.max_request_batch_size":       "Calls in one batch; 0: no bound.",
	"rpc.tls_cert_file":                "With both files the door speaks HTTPS.",
	"rpc.pprof_laddr":                  "Go's profiles, such as 127.0.0.1:6060; never open to others.",

	"p2p":                        "The network of nodes. Port 26656 must be open to the others.",
	"p2p.external_address":       "HOST:PORT by which others reach this node, if it is not what it listens on.",
	"p2p.seeds":                  "ID@HOST:PORT,… of nodes that tell of others.",
	"p2p.persistent_peers":       "ID@HOST:PORT,… of nodes that this one stays connected to.",
	"p2p.addr_book_strict":       "false in private networks: their addresses are kept too.",
	"p2p.unconditional_peer_ids": "Peers that come on top of the two bounds above.",
	"p2p.send_rate":              "Bytes a second with each peer.",
	"p2p.pex":                    "Tell peers of peers.",
	"p2p.seed_mode":              "Only tell of peers, and hang up.",
	"p2p.private_peer_ids":       "Peers that others are not told of, such as a validator behind sentries.",
	"p2p.allow_duplicate_ip":     "Several nodes on one machine need it.",

	"mempool":           "Transactions that wait. weft keeps them in order by sender and by fee.",
	"mempool.recheck":   "Check what waits again after each block.",
	"mempool.broadcast": "Pass transactions on.",
	"mempool.size":      "Transactions at most.",

	"statesync":             "How this node takes a snapshot of the state instead of all blocks; weft sync fills this in by itself.",
	"statesync.rpc_servers": "Two or more, of different owners: they vouch for the header of the trusted height.",

	"consensus": "All nodes of a network should have the same times.",
	"consensus.timeout_commit": "How long after a block the next one begins: together with the votes this is the time of a block.\n" +
		"Blocks of 1 s: \"0.9s\".",
	"consensus.double_sign_check_height": "Refuse to start if this key signed one of the last blocks; 0: no check.",
	"consensus.create_empty_blocks":      "false: no blocks while nobody sends anything.",

	"storage.discard_abci_responses": "true saves disk; block_results is empty then.",

	"tx_index":         "Search for transactions by their events.",
	"tx_index.indexer": "kv, null (no search, less disk) or psql.",

	"instrumentation":            "Figures for Prometheus, weft's and CometBFT's: docs/operators.md.",
	"instrumentation.prometheus": "true: http://ADDRESS/metrics.",
}

// configHidden are keys that are no settings: the home folder, which is where the
// file is, CometBFT's tests, and libp2p, without which weft is built.
var configHidden = map[string]bool{
	"home": true, "p2p.libp2p": true, "p2p.test_dial_fail": true, "p2p.test_fuzz": true, "p2p.test_fuzz_config": true,
}

// writeConfigToml writes config.toml. CometBFT's own writer would link
// text/template, and with it the linker keeps each method of each type in the
// program, for a template may call it: 9 MB.
func writeConfigToml(home string, c *cmtconfig.Config) error {
	text, err := configText(c)
	if err != nil {
		return err
	}
	return os.WriteFile(configToml(home), []byte(text), 0o644)
}

func configText(c *cmtconfig.Config) (string, error) {
	var b strings.Builder
	b.WriteString(configHead)
	err := writeSection(&b, "", reflect.ValueOf(c).Elem())
	return b.String(), err
}

// writeSection writes a struct's values, then the structs in it as sections.
func writeSection(b *strings.Builder, section string, v reflect.Value) error {
	type nested struct {
		name  string
		value reflect.Value
	}
	var sections []nested
	for i := range v.NumField() {
		name, squash := configKey(v.Type().Field(i))
		field := v.Field(i)
		if field.Kind() == reflect.Pointer {
			field = field.Elem()
		}
		path := strings.TrimPrefix(section+"."+name, ".")
		switch {
		case squash:
			if err := writeSection(b, section, field); err != nil {
				return err
			}
		case name == "" || name == "home" || configHidden[path]:
		case field.Kind() == reflect.Struct:
			sections = append(sections, nested{path, field})
		default:
			value, err := tomlValue(field)
			if err != nil {
				return fmt.Errorf("config.toml: %s: %w", path, err)
			}
			writeComment(b, path)
			fmt.Fprintf(b, "%s = %s\n", name, value)
		}
	}
	for _, s := range sections {
		b.WriteByte('\n')
		writeComment(b, s.name)
		fmt.Fprintf(b, "[%s]\n", s.name)
		if err := writeSection(b, s.name, s.value); err != nil {
			return err
		}
	}
	return nil
}

func writeComment(b *strings.Builder, path string) {
	if text := configComments[path]; text != "" {
		b.WriteString("# " + strings.ReplaceAll(text, "\n", "\n# ") + "\n")
	}
}

// configKey is a field's name in the file, and whether its fields stand among its
// parent's.
func configKey(f reflect.StructField) (name string, squash bool) {
	name, options, _ := strings.Cut(f.Tag.Get("mapstructure"), ",")
	return name, options == "squash"
}

// tomlValue writes a setting as TOML.
func tomlValue(v reflect.Value) (string, error) {
	if d, ok := v.Interface().(time.Duration); ok {
		return tomlString(d.String()), nil
	}
	switch v.Kind() {
	case reflect.String:
		return tomlString(v.String()), nil
	case reflect.Bool, reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint32, reflect.Uint64:
		return fmt.Sprint(v.Interface()), nil
	case reflect.Slice:
		list := make([]string, v.Len())
		for i := range list {
			var err error
			if list[i], err = tomlValue(v.Index(i)); err != nil {
				return "", err
			}
		}
		return "[" + strings.Join(list, ", ") + "]", nil
	default:
		return "", fmt.Errorf("%s has no form in TOML", v.Type())
	}
}

// tomlString is a basic string of TOML.
func tomlString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
