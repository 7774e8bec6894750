package cli

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/contracts/tool/schema"
)

// typedLong says how a message is given to the commands that take --schema.
const typedLong = "JSON is the text, @file, or - for stdin.\n" +
	"With --schema FILE the message is typed instead: its name, if it has one, and\nNAME=VALUE arguments, which are checked."

func schemaFlag(f *pflag.FlagSet) {
	f.String("schema", "", "schema of the contract, a file or folder: type the message as MESSAGE NAME=VALUE… in place of JSON")
}

// typedArgs wants one argument and JSON, or with --schema the words of a message.
func typedArgs(cmd *cobra.Command, args []string) error {
	if cmd.Flags().Lookup("schema").Value.String() != "" {
		return cobra.MinimumNArgs(1)(cmd, args)
	}
	return cobra.ExactArgs(2)(cmd, args)
}

// wasmMessage reads the message behind the first argument: JSON, or by --schema.
// The function that it returns makes the message when it is known whose keys
// names of addresses stand for.
func (r *run) wasmMessage(o options, kind schema.Kind, args []string) (func(address func(string) (string, error)) ([]byte, error), error) {
	path := o.GetString("schema")
	if path == "" {
		msg, err := r.jsonArg("the message", args[1])
		return func(func(string) (string, error)) ([]byte, error) { return msg, nil }, err
	}
	c, err := schema.Read(path)
	if err != nil {
		return nil, usage("--schema: %w", err)
	}
	name, rest := "", args[1:]
	if all := c.Messages(kind); len(rest) > 0 && len(all) > 0 && all[0].Name != "" {
		name, rest = rest[0], rest[1:]
	}
	if _, err := c.Find(kind, name); err != nil {
		return nil, usage("%w", err)
	}
	return func(address func(string) (string, error)) ([]byte, error) {
		msg, err := c.Message(kind, name, rest, schema.Hooks{Address: address})
		if err != nil {
			return nil, usage("%w", err)
		}
		return msg, nil
	}, nil
}

// addresses resolves the names of keys for a message.
func (s sender) addresses(name string) (string, error) {
	address, err := s.resolve("address", name)
	if err != nil {
		return "", fmt.Errorf("%w: %w", schema.ErrNoName, err)
	}
	return address, nil
}

// addressesFor is addresses for a command that signs nothing: keys are opened when
// a name is asked for.
func (r *run) addressesFor(o options) func(string) (string, error) {
	return func(name string) (string, error) {
		var s sender
		var err error
		if s.prefix, err = o.prefix(); err != nil {
			return "", err
		}
		if s.keys, err = r.keys(o); err != nil {
			return "", fmt.Errorf("%w: %w", schema.ErrNoName, err)
		}
		return s.addresses(name)
	}
}
