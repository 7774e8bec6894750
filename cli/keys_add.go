package cli

import (
	"encoding/base64"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client/keyring"
	"github.com/weftchain/weft/tx"
)

func (r *run) keysAdd() *cobra.Command {
	return r.command(spec{
		use: "add NAME", short: "Make a key, or store one that you have", args: cobra.ExactArgs(1),
		long: "Make a key and store it.\n\n" +
			"Without other flags a new mnemonic is made and shown once: write it down. With\n--recover the mnemonic is read from --source or stdin, before any passphrase;\n--interactive asks for it and for its BIP-39 passphrase.\n\n" +
			"--multisig stores a key of several keys, of which --multisig-threshold must\nsign; they are sorted by address unless --nosort. --pubkey stores the public key\nof somebody who signs elsewhere.",
		example: "  weft keys add alice\n  weft keys add alice --recover --source words.txt\n  weft keys add carol --pubkey '{\"@type\":\"/cosmos.crypto.secp256k1.PubKey\",\"key\":\"A9cX…\"}'\n  weft keys add treasury --multisig alice,bob,carol --multisig-threshold 2",
		flags:   []func(*pflag.FlagSet){keyringFlags, prefixFlag, mnemonicFlags, derivationFlags, publicFlags},
		do:      func(o options, args []string) error { return r.addKey(o, args[0]) },
	})
}

func mnemonicFlags(f *pflag.FlagSet) {
	f.Bool("recover", false, "read the mnemonic from --source or stdin")
	f.BoolP("interactive", "i", false, "ask for a mnemonic (none: make a new one) and its BIP-39 passphrase")
	f.String("source", "", "file that holds the mnemonic, with --recover or --interactive")
	f.Bool("no-backup", false, "do not show the new mnemonic")
	f.Bool("dry-run", false, "show the key and store nothing")
	f.Int("words", 24, "words of a new mnemonic: 12, 15, 18, 21 or 24")
}

func derivationFlags(f *pflag.FlagSet) {
	f.Uint32("coin-type", 118, "coin type of the derivation path")
	f.Uint32("account", 0, "account number of the derivation path")
	f.Uint32("index", 0, "address index of the derivation path")
	f.String("hd-path", "", "derivation path, instead of --coin-type, --account and --index")
	keyTypeFlag(f)
}

func keyTypeFlag(f *pflag.FlagSet) {
	f.String("key-type", string(tx.Secp256k1), "kind of key; secrets are secp256k1")
	f.String("algo", "", "the same as --key-type")
}

func publicFlags(f *pflag.FlagSet) {
	f.StringSlice("multisig", nil, "names of the keys of a multisig, separated by commas")
	f.Int("multisig-threshold", 1, "how many of the keys of a multisig must sign")
	f.Bool("nosort", false, "keep the keys of a multisig in the order given")
	f.String("pubkey", "", "public key in JSON, of somebody who signs elsewhere")
	f.String("pubkey-base64", "", "public key in base64, of the kind that --key-type names")
}

func (r *run) addKey(o options, name string) error {
	prefix, err := o.prefix()
	if err != nil {
		return err
	}
	makeKey, err := r.keySource(o)
	if err != nil {
		return err
	}
	keys, err := r.keys(o)
	if err != nil {
		return err
	}
	if !o.GetBool("dry-run") {
		if err := keys.Free(name); err != nil {
			return hint(err, "Take another name, or remove that key first: weft keys delete NAME")
		}
	}
	key, mnemonic, err := makeKey(keys, prefix, name)
	if err != nil {
		return err
	}
	info, err := describe(key, prefix, chain.Bech32.Account)
	if err != nil {
		return err
	}
	if mnemonic != "" && !o.GetBool("no-backup") {
		info.Mnemonic = mnemonic
		fmt.Fprintln(r.err, "Write the mnemonic down now and keep it safe: it is the only way to get the key back, and it is not shown again.")
	}
	return r.printValue(o, info)
}

// keySource makes a key from what the flags name. The mnemonic is "" unless it
// is new.
type keySource func(keys *keyring.Keyring, prefix chain.Bech32, name string) (key keyring.Key, mnemonic string, err error)

// keySource checks the flags that say where a key comes from.
func (r *run) keySource(o options) (keySource, error) {
	var given []string
	for _, name := range []string{"multisig", "pubkey", "pubkey-base64", "recover", "interactive"} {
		if o.given(name) {
			given = append(given, "--"+name)
		}
	}
	if len(given) > 1 {
		return nil, usage("%s and %s exclude each other", given[0], given[1])
	}
	if o.GetString("source") != "" && !o.GetBool("recover") && !o.GetBool("interactive") {
		return nil, usage("--source goes with --recover or --interactive")
	}
	switch {
	case o.given("multisig"):
		return o.multisigSource()
	case o.given("pubkey"), o.given("pubkey-base64"):
		return o.publicSource()
	}
	return r.mnemonicSource(o)
}

// store keeps a public key, or only shows it with --dry-run.
func (o options) store(keys *keyring.Keyring, name string, kind keyring.Kind, key tx.PubKey) (keyring.Key, string, error) {
	if o.GetBool("dry-run") {
		return keyring.Key{Name: name, Kind: kind, PubKey: key}, "", nil
	}
	stored, err := keys.AddPublic(name, key)
	return stored, "", err
}

func (o options) multisigSource() (keySource, error) {
	names := o.GetStringSlice("multisig")
	threshold := o.GetInt("multisig-threshold")
	if threshold < 1 || threshold > len(names) {
		return nil, usage("--multisig-threshold %d is not between 1 and the number of keys, %d", threshold, len(names))
	}
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			return nil, usage("--multisig names %.100q twice", name)
		}
	}
	return func(keys *keyring.Keyring, prefix chain.Bech32, name string) (keyring.Key, string, error) {
		members, err := publicKeys(keys, prefix, names)
		if err != nil {
			return keyring.Key{}, "", err
		}
		if !o.GetBool("nosort") {
			tx.SortKeys(members)
		}
		key, err := tx.NewMultisig(threshold, members...)
		if err != nil {
			return keyring.Key{}, "", usage("--multisig: %w", err)
		}
		return o.store(keys, name, keyring.KindMulti, key)
	}, nil
}

func (o options) publicSource() (keySource, error) {
	key, err := o.publicKey()
	if err == nil {
		err = key.Check()
	}
	if err != nil {
		return nil, usage("the public key: %w", err)
	}
	kind := keyring.KindOffline
	if key.Kind() == tx.Multisig {
		kind = keyring.KindMulti
	}
	return func(keys *keyring.Keyring, _ chain.Bech32, name string) (keyring.Key, string, error) {
		return o.store(keys, name, kind, key)
	}, nil
}

// publicKey reads --pubkey or --pubkey-base64.
func (o options) publicKey() (tx.PubKey, error) {
	if text := o.GetString("pubkey"); text != "" || o.given("pubkey") {
		if err := checkJSON([]byte(text)); err != nil {
			return tx.PubKey{}, fmt.Errorf("not good JSON: %w", err)
		}
		return tx.PubKeyFromJSON([]byte(text))
	}
	raw, err := base64.StdEncoding.DecodeString(o.GetString("pubkey-base64"))
	if err != nil {
		return tx.PubKey{}, err
	}
	return tx.NewPubKey(tx.Kind(o.keyType()), raw)
}

// keyType is --key-type, or --algo as older tools call it.
func (o options) keyType() string {
	if algo := o.GetString("algo"); algo != "" {
		return algo
	}
	return o.GetString("key-type")
}

// checkKeyType refuses kinds of keys whose secrets are not kept here.
func (o options) checkKeyType() error {
	if kind := o.keyType(); kind != string(tx.Secp256k1) {
		return usage("--key-type %.40q: secrets of that kind are not kept here; accounts use secp256k1", kind)
	}
	return nil
}

func (r *run) mnemonicSource(o options) (keySource, error) {
	path, err := derivationPath(o)
	if err != nil {
		return nil, err
	}
	if err := o.checkKeyType(); err != nil {
		return nil, err
	}
	return func(keys *keyring.Keyring, _ chain.Bech32, name string) (keyring.Key, string, error) {
		words, fresh, err := r.mnemonic(o)
		if err != nil {
			return keyring.Key{}, "", err
		}
		passphrase, err := r.bip39Passphrase(o)
		if err != nil {
			return keyring.Key{}, "", err
		}
		secret, err := keyring.FromMnemonic(words, passphrase, path)
		if err != nil {
			return keyring.Key{}, "", err
		}
		if !fresh {
			words = ""
		}
		if !o.GetBool("dry-run") {
			key, err := keys.Add(name, secret, path)
			return key, words, err
		}
		priv, err := tx.NewPrivKey(secret[:])
		if err != nil {
			return keyring.Key{}, "", err
		}
		return keyring.Key{Name: name, Kind: keyring.KindLocal, Path: path, PubKey: priv.PubKey()}, words, nil
	}, nil
}

func derivationPath(o options) (string, error) {
	if path := o.GetString("hd-path"); path != "" {
		if o.given("account") || o.given("index") || o.given("coin-type") {
			return "", usage("--hd-path excludes --coin-type, --account and --index")
		}
		return path, nil
	}
	return keyring.HDPath(o.GetUint32("coin-type"), o.GetUint32("account"), o.GetUint32("index"))
}

// mnemonic returns the words of a key and whether they are new.
func (r *run) mnemonic(o options) (words string, fresh bool, err error) {
	var text []byte
	switch file := o.GetString("source"); {
	case file != "":
		text, err = readFile(file, maxLineBytes)
	case o.GetBool("recover"):
		text, err = r.secret("Mnemonic (or --source FILE): ")
	case o.GetBool("interactive"):
		text, err = r.secret("Mnemonic (or just Enter to make a new one): ")
	}
	if err != nil {
		return "", false, err
	}
	if len(text) == 0 && !o.GetBool("recover") && o.GetString("source") == "" {
		words, err = keyring.NewMnemonic(o.GetInt("words"))
		return words, true, err
	}
	words, err = keyring.CheckMnemonic(string(text))
	return words, false, err
}

// bip39Passphrase asks for the passphrase that belongs to a mnemonic, twice;
// only --interactive has one.
func (r *run) bip39Passphrase(o options) (string, error) {
	if !o.GetBool("interactive") {
		return "", nil
	}
	first, err := r.secret("BIP-39 passphrase of the mnemonic (most have none: just Enter): ")
	if err != nil || len(first) == 0 {
		return "", err
	}
	second, err := r.secret("The same again: ")
	if err != nil {
		return "", err
	}
	if string(first) != string(second) {
		return "", fail(exitDeclined, "the two passphrases differ; nothing was stored")
	}
	return string(first), nil
}
