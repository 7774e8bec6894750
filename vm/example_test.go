package vm_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"github.com/weftchain/weft/vm"
	"github.com/weftchain/weft/vm/cosmwasm"
)

// chain is a chain with one contract: three Go maps.
type chain struct {
	state     map[string]string // the contract's store
	addresses map[string]string // text to bytes
	balances  map[string]string // of the contract: denom to amount
}

// A step of any map costs as much as a write to a real store. It is charged here,
// so to the engine it is external gas.
const stepGas = 1_000_000

func (c *chain) Get(key []byte) ([]byte, uint64, error) {
	value, ok := c.state[string(key)]
	if !ok {
		return nil, stepGas, nil // nil says that there is none
	}
	return []byte(value), stepGas, nil
}

func (c *chain) Set(key, value []byte) (uint64, error) {
	c.state[string(key)] = string(value)
	return stepGas, nil
}

func (c *chain) Remove(key []byte) (uint64, error) {
	delete(c.state, string(key))
	return stepGas, nil
}

// Scan sorts the keys: no node may see another order.
func (c *chain) Scan(start, end []byte, descending bool) (vm.Iterator, uint64, error) {
	it := &iterator{state: c.state}
	for key := range c.state {
		if (start == nil || key >= string(start)) && (end == nil || key < string(end)) {
			it.keys = append(it.keys, key)
		}
	}
	slices.Sort(it.keys)
	if descending {
		slices.Reverse(it.keys)
	}
	return it, stepGas, nil
}

type iterator struct {
	state map[string]string
	keys  []string
}

func (it *iterator) Next() (key, value []byte, gas uint64, err error) {
	if len(it.keys) == 0 {
		return nil, nil, stepGas, nil
	}
	next := it.keys[0]
	it.keys = it.keys[1:]
	return []byte(next), []byte(it.state[next]), stepGas, nil
}

func (it *iterator) Close() error { return nil }

func (c *chain) Canonicalize(human string) ([]byte, uint64, error) {
	if canonical, ok := c.addresses[human]; ok {
		return []byte(canonical), stepGas, nil
	}
	return nil, stepGas, &vm.UserError{Text: "nobody lives there"} // the contract hears this
}

func (c *chain) Humanize(canonical []byte) (string, uint64, error) {
	for human, bytes := range c.addresses { // at most one has these bytes
		if bytes == string(canonical) {
			return human, stepGas, nil
		}
	}
	return "", stepGas, &vm.UserError{Text: "nobody lives there"}
}

func (c *chain) Validate(human string) (uint64, error) {
	_, gas, err := c.Canonicalize(human)
	return gas, err
}

// Query knows the balances of the contract and nothing else.
func (c *chain) Query(request []byte, _ uint64) ([]byte, uint64, error) {
	answer := cosmwasm.QuerierResult{Err: &cosmwasm.SystemError{UnsupportedRequest: &cosmwasm.UnsupportedRequest{Kind: "all but balances"}}}
	query, err := cosmwasm.DecodeQueryRequest(request)
	if err == nil && query.Bank != nil && query.Bank.Balance != nil {
		denom := query.Bank.Balance.Denom
		doc, err := json.Marshal(cosmwasm.BalanceResponse{Amount: cosmwasm.Coin{Denom: denom, Amount: c.balances[denom]}})
		if err != nil {
			return nil, stepGas, err // a fault of this program: Call returns it
		}
		answer = cosmwasm.QuerierResult{Ok: &cosmwasm.QueryResult{Ok: doc}}
	}
	return answer.JSON(), stepGas, nil
}

// contract is a code on that chain.
type contract struct {
	*chain
	engine *vm.Engine
	code   vm.Code
}

// call runs an entry point. A chain would also drop what a failed call wrote.
func (c *contract) call(entry string, gasLimit uint64, args ...any) (vm.Result, error) {
	call := vm.Call{
		Code: c.code, Entry: entry, GasLimit: gasLimit, ReadOnly: entry == "query",
		Storage: c.chain, API: c.chain, Querier: c.chain,
	}
	for _, arg := range args {
		doc, ok := arg.(string)
		if !ok {
			raw, err := json.Marshal(arg)
			if err != nil {
				return vm.Result{}, err
			}
			doc = string(raw)
		}
		call.Args = append(call.Args, []byte(doc))
	}
	return c.engine.Call(call)
}

const plenty = 100_000_000_000 // VM gas: a tenth of a second

var env = cosmwasm.Env{
	Block:    cosmwasm.BlockInfo{Height: 7, Time: 1_571_797_419_879_305_533, ChainID: "three-maps"},
	Contract: cosmwasm.ContractInfo{Address: "jar"},
}

// from says who calls and brings coins.
func from(sender string, coins ...cosmwasm.Coin) cosmwasm.MessageInfo {
	return cosmwasm.MessageInfo{Sender: sender, Funds: coins}
}

// store hands a code to an engine, as an upload would.
func store(engine *vm.Engine, file string) (*contract, error) {
	bytes, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	checksum, _, err := engine.Compile(bytes)
	return &contract{
		chain: &chain{
			state:     map[string]string{},
			addresses: map[string]string{"alice": "\x01", "bob": "\x02", "jar": "\x03"},
			balances:  map[string]string{},
		},
		engine: engine,
		code:   vm.Code{Checksum: checksum, Load: func() ([]byte, error) { return bytes, nil }},
	}, err
}

// A contract lives on three Go maps: its store, the addresses, its balances.
func Example() {
	engine, err := vm.New(vm.Config{})
	if err != nil {
		fmt.Println(err) // this machine must not take part
		return
	}
	defer engine.Close()
	jar, err := store(engine, "../contracts/tipjar/tipjar.wasm")
	if err != nil {
		fmt.Println(err)
		return
	}

	say := func(entry string, args ...any) {
		res, err := jar.call(entry, plenty, args...)
		if err != nil {
			fmt.Println(entry, "failed:", err)
			return
		}
		if entry == "query" {
			answer, err := cosmwasm.DecodeQueryResult(res.Data)
			if err == nil {
				fmt.Printf("%s: %s\n", entry, answer.Ok)
			}
			return
		}
		result, err := cosmwasm.DecodeContractResult(res.Data)
		switch {
		case err != nil:
			fmt.Println(err)
		case result.Ok == nil:
			fmt.Printf("%s: the contract says no: %s\n", entry, result.Err)
		default:
			fmt.Printf("%s: ok", entry)
			for _, a := range result.Ok.Attributes {
				fmt.Printf(" %s=%s", a.Key, a.Value)
			}
			for _, sub := range result.Ok.Messages {
				fmt.Printf(", sends %v to %s", sub.Msg.Bank.Send.Amount, sub.Msg.Bank.Send.ToAddress)
			}
			fmt.Println()
		}
	}
	say("instantiate", env, from("alice"), `{}`)
	say("execute", env, from("bob", cosmwasm.Coin{Denom: "shell", Amount: "5"}), `{"tip":{"note":"for the music"}}`)
	jar.balances["shell"] = "5" // moving coins is the chain's job
	say("query", env, `{"summary":{}}`)
	say("query", env, `{"tips":{"limit":1}}`) // walks through a range of keys
	say("execute", env, from("bob"), `{"withdraw":{}}`)
	say("execute", env, from("alice"), `{"withdraw":{"to":"carol"}}`) // asks for an address
	say("execute", env, from("alice"), `{"withdraw":{"to":"bob"}}`)   // asks for the balance

	// Output:
	// instantiate: ok action=instantiate sender=alice owner=alice amount=
	// execute: ok action=tip sender=bob amount=5shell
	// query: {"owner":"alice","count":1,"total":[{"denom":"shell","amount":"5"}]}
	// query: {"tips":[{"id":1,"sender":"bob","amount":[{"denom":"shell","amount":"5"}],"note":"for the music"}]}
	// execute: the contract says no: unauthorized: only the owner alice may withdraw, not bob
	// execute: the contract says no: bad address `carol`: nobody lives there
	// execute: ok action=withdraw sender=alice to=bob amount=5shell, sends [{shell 5}] to bob
}
