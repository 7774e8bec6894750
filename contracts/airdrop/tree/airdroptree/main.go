// Command airdroptree makes a stage of an airdrop from a list: lines of an address
// and an amount, with a comma between them.
//
//	airdroptree list.csv                 the root and the total, to register
//	airdroptree list.csv weft1… [STAGE]  the message with which an address claims
//	airdroptree -proofs list.csv         all proofs, by address, for a website
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/weftchain/weft/contracts/airdrop/tree"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "airdroptree:", err)
		os.Exit(1)
	}
}

// root is what the owner registers.
type root struct {
	MerkleRoot string `json:"merkle_root"`
	Total      string `json:"total"`
	Addresses  int    `json:"addresses"`
}

// claim is what an address claims with.
type claim struct {
	Stage  uint64   `json:"stage,omitempty"`
	Amount string   `json:"amount"`
	Proof  []string `json:"proof"`
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("airdroptree", flag.ContinueOnError)
	proofs := flags.Bool("proofs", false, "write the proofs of all addresses")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() < 1 || flags.NArg() > 3 || *proofs && flags.NArg() > 1 {
		return errors.New("usage: airdroptree [-proofs] LIST.csv [ADDRESS [STAGE]]")
	}
	t, err := load(flags.Arg(0))
	if err != nil {
		return fmt.Errorf("%s: %w", flags.Arg(0), err)
	}
	switch {
	case *proofs:
		return write(out, all(t))
	case flags.NArg() > 1:
		return one(out, t, flags.Arg(1), flags.Arg(2))
	}
	return write(out, root{t.Root(), t.Total().String(), len(t.Addresses())})
}

func load(name string) (*tree.Tree, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	list, err := tree.ReadCSV(file)
	if err != nil {
		return nil, err
	}
	return tree.New(list)
}

// one writes the message of an address; the first stage without a number.
func one(out io.Writer, t *tree.Tree, address, number string) error {
	stage := uint64(1)
	if number != "" {
		var err error
		if stage, err = strconv.ParseUint(number, 10, 64); err != nil {
			return fmt.Errorf("stage %q is no number", number)
		}
	}
	amount, ok := t.Amount(address)
	if !ok {
		return fmt.Errorf("%s is not in the list", address)
	}
	proof, _ := t.Proof(address)
	return write(out, map[string]claim{"claim": {stage, amount.String(), proof}})
}

func all(t *tree.Tree) map[string]claim {
	list := map[string]claim{}
	for _, a := range t.Addresses() {
		amount, _ := t.Amount(a)
		proof, _ := t.Proof(a)
		list[a] = claim{Amount: amount.String(), Proof: proof}
	}
	return list
}

func write(out io.Writer, v any) error {
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
