package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/weftchain/weft/client/keyring"
)

// flagValues are the flags that take one of a few words.
var flagValues = map[string][]string{
	"output":          {"text", "json"},
	"keyring-backend": keyring.Backends(),
	"sign-mode":       {"direct", "amino-json"},
	"wait":            {"commit", "accept", "none"},
	"broadcast-mode":  {"sync", "async", "block"},
	"gas":             {"auto"},
	"order_by":        {"asc", "desc"},
	"bech":            {"acc", "val", "cons"},
	"key-type":        {"secp256k1"},
	"status":          {"BOND_STATUS_BONDED", "BOND_STATUS_UNBONDING", "BOND_STATUS_UNBONDED"},
}

// keyFlags are the flags that take the name of a key.
var keyFlags = []string{"from", "multisig", "fee-payer", "fee-granter", "admin"}

// keyWords are the words of usage lines in whose place the name of a key may
// stand.
var keyWords = []string{"FROM", "TO", "TO...", "KEY", "NAME_OR_ADDRESS...", "NEW_ADMIN", "ADDRESS_OR_KEY", "ADDRESS", "DELEGATOR", "CREATOR", "GRANTER", "GRANTEE", "OPERATOR", "[OPERATOR]", "FROM_OPERATOR", "TO_OPERATOR"}

// keyCommands are the commands of weft keys whose first argument is an existing
// key.
var keyCommands = []string{"delete", "rename", "export"}

// completions tells shells what may stand in the place of arguments and of the
// values of flags. It reads names of keys; it opens none and asks no node.
func completions(cmd *cobra.Command) {
	for name, values := range flagValues {
		if flag := cmd.Flags().Lookup(name); flag != nil {
			_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
		}
	}
	if cmd.Flags().Lookup("keyring-backend") == nil {
		return
	}
	for _, name := range keyFlags {
		if cmd.Flags().Lookup(name) != nil {
			_ = cmd.RegisterFlagCompletionFunc(name, completeKeys)
		}
	}
	if typed := completeTyped(cmd); typed != nil {
		cmd.ValidArgsFunction = typed
		return
	}
	words := strings.Fields(cmd.Use)[1:]
	cmd.ValidArgsFunction = func(cmd *cobra.Command, args []string, part string) ([]string, cobra.ShellCompDirective) {
		at := min(len(args), len(words)-1)
		if at < 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		ofKeys := cmd.Parent() != nil && cmd.Parent().Name() == "keys"
		switch {
		case slices.Contains(keyWords, words[at]), ofKeys && at == 0 && slices.Contains(keyCommands, cmd.Name()):
			return completeKeys(cmd, args, part)
		case strings.HasPrefix(words[at], "FILE"), strings.HasPrefix(words[at], "SIGNATURE"), strings.HasPrefix(words[at], "[FILE"):
			return nil, cobra.ShellCompDirectiveDefault
		}
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
}

// completeKeys lists the names of the keys that the flags so far point to.
func completeKeys(cmd *cobra.Command, _ []string, part string) ([]string, cobra.ShellCompDirective) {
	o, err := newOptions(cmd)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	r := &run{}
	keys, err := r.keys(o)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	list, err := keys.List()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []string
	for _, key := range list {
		if strings.HasPrefix(key.Name, part) {
			names = append(names, key.Name)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
