package cli

import (
	"slices"
	"strings"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/client/keyring"
)

// accountForms are the words of usage lines that stand for an account, each with
// the form of its address: in their place the name of a key will do.
var accountForms = map[string]showAs{
	"ADDRESS": chain.Bech32.Account, "DELEGATOR": chain.Bech32.Account, "CREATOR": chain.Bech32.Account,
	"GRANTER": chain.Bech32.Account, "GRANTEE": chain.Bech32.Account, "OPERATOR": chain.Bech32.Validator,
	"FROM_OPERATOR": chain.Bech32.Validator, "TO_OPERATOR": chain.Bech32.Validator,
}

// samples are what help shows in the place of the words of usage lines.
var samples = map[string]string{
	"ADDRESS": "alice", "DELEGATOR": "alice", "CREATOR": "alice", "GRANTER": "alice", "GRANTEE": "bob",
	"OPERATOR": "weftvaloper1…", "FROM_OPERATOR": "weftvaloper1…", "TO_OPERATOR": "weftvaloper1…", "CONSENSUS_ADDRESS": "weftvalcons1…",
	"DENOM": "uweft", "CODE_ID": "1", "HEIGHT": "7", "NAME": "fee_collector", "NUMBER": "0", "BYTES": "0D82B1E7…", "[DENOM...]": "uweft",
}

// sample returns an example of a query: the one that it has, else one made from
// its usage line and the module that its path names.
func (c call) sample() string {
	parts := strings.Split(c.path, ".")
	if c.example != "" || len(parts) < 3 {
		return c.example
	}
	module := parts[1]
	switch {
	case strings.HasPrefix(c.path, cometService):
		module = "comet"
	case module == "base":
		module = parts[2]
	}
	words := strings.Fields(c.use)
	line := []string{"  weft query", module}
	if words[0] == module { // a module with one query
		line = line[:1]
	}
	for _, word := range words {
		if s, ok := samples[word]; ok {
			word = s
		}
		line = append(line, word)
	}
	return strings.Join(append(line, "-o json"), " ")
}

// accountWords finds the arguments of a usage line that are accounts.
func accountWords(use string) map[int]showAs {
	words := map[int]showAs{}
	for i, word := range strings.Fields(use)[1:] {
		if form := accountForms[word]; form != nil {
			words[i] = form
		}
	}
	return words
}

// namedAccounts puts addresses in the place of the names of keys. What is no
// key's name stays as it is.
func (r *run) namedAccounts(o options, words map[int]showAs, args []string) ([]string, error) {
	args = slices.Clone(args)
	var keys *keyring.Keyring
	var prefix chain.Bech32
	for i := range args {
		form := words[i]
		if form == nil || isBech32(args[i]) || keyring.CheckName(args[i]) != nil {
			continue
		}
		var err error
		if keys == nil {
			if keys, err = r.keys(o); err != nil {
				return nil, err
			}
		}
		key, err := keys.Get(args[i])
		if err != nil {
			continue // the node says what is wrong with it
		}
		if prefix == "" {
			if prefix, err = r.askPrefix(o); err != nil {
				return nil, err
			}
		}
		args[i] = form(prefix, key.Address())
	}
	return args, nil
}

// askPrefix returns the prefix of addresses of the chain that the node serves.
func (r *run) askPrefix(o options) (chain.Bech32, error) {
	node, err := client.New(o.GetString("node"))
	if err != nil {
		return "", err
	}
	ctx, cancel := r.within(callPatience)
	defer cancel()
	return o.chainPrefix(ctx, node)
}

// isBech32 reports whether a text is an address of any chain.
func isBech32(text string) bool {
	at := strings.LastIndexByte(text, '1')
	if at < 1 {
		return false
	}
	_, err := chain.Bech32(text[:at]).ParseAnyLength(text)
	return err == nil
}
