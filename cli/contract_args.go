package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/weftchain/weft/contracts/tool"
	"github.com/weftchain/weft/contracts/tool/goschema"
	"github.com/weftchain/weft/contracts/tool/schema"
)

// messageFlags are for messages that are not typed argument by argument.
func messageFlags(f *pflag.FlagSet) {
	f.String("json", "", "the whole message in JSON, in place of arguments: the text, @file, or - for stdin")
	f.String("schema", "", "schema of the contract: its file or folder (default: as weft.lock or the project says)")
}

// contractRef is a contract that a user named.
type contractRef struct {
	address string
	lock    *tool.Lock
	known   tool.Deployed // of the lock; empty if it does not know the contract
}

// contractNamed finds a contract by its alias in weft.lock, or by its address.
func (o options) contractNamed(text, chainID string, isAddress func(string) error) (contractRef, error) {
	lock, err := tool.OpenLock(".")
	if err != nil {
		return contractRef{}, fail(exitConfig, "%w", err)
	}
	if d, ok := lock.Find(chainID, text); ok {
		return contractRef{d.Address, lock, d}, nil
	}
	bad := isAddress(text)
	if bad == nil {
		d, _ := lock.At(chainID, text)
		return contractRef{text, lock, d}, nil
	}
	if chains := lock.ChainsOf(text); len(chains) > 0 {
		return contractRef{}, hint(usage("%s has no contract %q on chain %s", lock.File(), text, chainID),
			"It is on %s: add --chain-id, or deploy it here: weft contract deploy.", strings.Join(chains, ", "))
	}
	err = usage("contract %.100q: %w", text, bad)
	if names := lock.Aliases(chainID); len(names) > 0 {
		return contractRef{}, hint(err, "%s has these contracts on chain %s: %s.", lock.File(), chainID, strings.Join(names, ", "))
	}
	return contractRef{}, hint(err, "No weft.lock here has a contract of that name on chain %s: deploy one with weft contract deploy, or give an address.", chainID)
}

// schemaOf finds the schema of a contract: of the flag, else of weft.lock, else
// of the project in dir. nil without an error: there is none.
func (r *run) schemaOf(o options, lock *tool.Lock, known tool.Deployed, dir string) (*schema.Contract, error) {
	if path := o.GetString("schema"); path != "" {
		c, err := schema.Read(path)
		if err != nil {
			return nil, usage("--schema: %w", err)
		}
		return c, nil
	}
	if path := lock.Path(known.Schema); path != "" {
		c, err := schema.Read(path)
		if err != nil {
			return nil, fail(exitConfig, "the schema that %s names: %w", lock.File(), err)
		}
		return c, nil
	}
	if dir == "" {
		return nil, nil
	}
	if path, ok := schemaFile(dir); ok {
		c, err := schema.Read(path)
		if err != nil {
			return nil, fail(exitConfig, "%w", err)
		}
		return c, nil
	}
	made, err := goschema.Package(r.ctx, goschema.Options{Dir: dir})
	if err != nil {
		return nil, nil //nolint:nilerr // a contract without a schema: --json is left
	}
	return schema.Parse(made.Data)
}

// schemaFile finds the committed schema of a project.
func schemaFile(dir string) (string, bool) {
	files, err := filepath.Glob(filepath.Join(dir, "schema", "*.json"))
	if err != nil || len(files) == 0 {
		return "", false
	}
	if len(files) == 1 {
		return files[0], true
	}
	return filepath.Join(dir, "schema"), true
}

// errNoSchema is what typed arguments need.
func errNoSchema(what string) error {
	return hint(usage("there is no schema of %s, so its arguments cannot be typed", what),
		"Give one with --schema FILE, or the message with --json '{…}'.")
}

// message makes the JSON of a message from --json, or from arguments by the
// schema. find is asked for the schema when it is needed, or to check JSON; name
// is "" for entry points whose messages have none.
func (r *run) message(o options, kind schema.Kind, what, name string, args []string, find func() (*schema.Contract, error), address func(string) (string, error)) ([]byte, error) {
	if text := o.GetString("json"); text != "" {
		if len(args) > 0 {
			return nil, usage("--json is the whole message: leave out %q", strings.Join(args, " "))
		}
		data, err := r.jsonArg("--json", text)
		if err != nil || name == "" {
			return data, err
		}
		return nil, usage("--json is the whole message, its name included: leave out %q", name)
	}
	c, err := find()
	if err != nil {
		return nil, err
	}
	if c == nil {
		if kind == schema.Instantiate && len(args) == 0 {
			return []byte("{}"), nil
		}
		return nil, errNoSchema(what)
	}
	data, err := c.Message(kind, name, args, schema.Hooks{Address: address})
	if err != nil {
		return nil, usage("%w", err)
	}
	return data, nil
}

// addressHook resolves names in messages: aliases of weft.lock, keys, addresses.
func addressHook(s sender, lock *tool.Lock, chainID string) func(string) (string, error) {
	return func(name string) (string, error) {
		if d, ok := lock.Find(chainID, name); ok {
			return d.Address, nil
		}
		address, err := s.resolve("address", name)
		if err != nil {
			return "", fmt.Errorf("%w: %w", schema.ErrNoName, err)
		}
		return address, nil
	}
}

// splitArgs takes the positional arguments of deploy apart: where the contract
// is, and arguments of its message.
func splitArgs(args []string) (at string, rest []string, err error) {
	at = "."
	if len(args) > 0 && !strings.Contains(args[0], "=") {
		at, args = args[0], args[1:]
	} else if len(args) > 0 {
		if _, err := os.Stat(args[0]); err == nil {
			at, args = args[0], args[1:]
		}
	}
	if i := slices.IndexFunc(args, func(a string) bool { return !strings.Contains(a, "=") }); i >= 0 {
		return "", nil, usage("%.80q is no argument of the message: write NAME=VALUE", args[i])
	}
	return at, args, nil
}

// readableOr prints an answer of a contract: lines, or as it is if it is no JSON.
func readableOr(data []byte) string {
	text, err := readable(bytes.TrimSpace(data))
	if err != nil {
		return string(data) + "\n"
	}
	return text
}

// rawAnswer is an answer as JSON, or as text if it is none.
func rawAnswer(data []byte) any {
	if json.Valid(data) {
		return json.RawMessage(data)
	}
	return string(data)
}
