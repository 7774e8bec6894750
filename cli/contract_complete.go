package cli

import (
	"github.com/spf13/cobra"

	"github.com/weftchain/weft/contracts/tool"
	"github.com/weftchain/weft/contracts/tool/schema"
)

// typedCommands are the commands whose arguments are a contract (or a code) and a
// typed message.
var typedCommands = map[string]schema.Kind{
	"call": schema.Execute, "execute": schema.Execute, "query": schema.Query, "smart": schema.Query, "instantiate": schema.Instantiate,
}

// completeTyped tells shells the aliases of weft.lock, and then messages,
// arguments and values by the contract's schema. nil: cmd types no message.
func completeTyped(cmd *cobra.Command) func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	kind, ok := typedCommands[cmd.Name()]
	if !ok || cmd.Flags().Lookup("schema") == nil {
		return nil
	}
	return func(cmd *cobra.Command, args []string, part string) ([]string, cobra.ShellCompDirective) {
		none := cobra.ShellCompDirectiveNoFileComp
		o, err := newOptions(cmd)
		if err != nil {
			return nil, none
		}
		chainID, err := o.chainID()
		if err != nil {
			return nil, none
		}
		lock, err := tool.OpenLock(".")
		if err != nil {
			return nil, none
		}
		if len(args) == 0 {
			return lock.Aliases(chainID), none
		}
		c := typedBy(o, lock, chainID, args[0])
		if c == nil {
			return nil, none
		}
		var list []string
		open := cobra.ShellCompDirectiveDefault
		for _, word := range c.Complete(kind, args[1:], part) {
			list = append(list, cobra.CompletionWithDesc(word.Word, printable(word.Doc)))
			if word.Open {
				open = cobra.ShellCompDirectiveNoSpace
			}
		}
		return list, none | open
	}
}

// typedBy finds the schema of a contract for a shell: of the flag, else of
// weft.lock, else of the project around it. It runs nothing.
func typedBy(o options, lock *tool.Lock, chainID, contract string) *schema.Contract {
	known, _ := lock.Find(chainID, contract)
	path, ok := o.GetString("schema"), true
	if path == "" {
		path = lock.Path(known.Schema)
	}
	if path == "" {
		path, ok = schemaFile(lock.Path("."))
	}
	if !ok {
		return nil
	}
	c, err := schema.Read(path)
	if err != nil {
		return nil
	}
	return c
}
