package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/weftchain/weft/chain"
	abci "github.com/weftchain/weft/proto/cosmos/base/abci/v1beta1"
	page "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	wasm "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
)

// store uploads the code unless the chain has it.
func (d *deployment) store() (done bool, err error) {
	sum := sha256.Sum256(d.module.code)
	d.result.ChainID, d.result.Checksum = d.set.chainID, hex.EncodeToString(sum[:])
	if d.result.CodeID, err = d.codeOnChain(sum[:]); err != nil {
		return false, err
	}
	if d.result.CodeID != 0 {
		d.say("store", "code %d is on the chain already", d.result.CodeID)
		return false, nil
	}
	packed, err := compressed(d.module.code)
	if err != nil {
		return false, err
	}
	msgs := []chain.Message{&wasm.MsgStoreCode{Sender: d.sender.address, WASMByteCode: packed}}
	if done, err := d.withoutSending(msgs); done {
		fmt.Fprintln(d.err, "The chain does not have this code yet: this is the upload. The contract follows when the code is there.")
		return true, err
	}
	res, err := d.settled(msgs, "storing the code")
	if err != nil {
		return false, err
	}
	id, err := strconv.ParseUint(attribute(res, "store_code", "code_id"), 10, 64)
	if err != nil {
		return false, fmt.Errorf("transaction %s stored a code, and its events do not say which", res.Txhash)
	}
	d.result.CodeID, d.result.Stored, d.result.StoreTx, d.result.StoreGas = id, true, res.Txhash, res.GasUsed
	d.say("store", "code %d  gas %s", id, grouped(uint64(res.GasUsed)))
	return false, nil
}

// settled commits a transaction; that it failed in its block is an error.
func (d *deployment) settled(msgs []chain.Message, step string) (*abci.TxResponse, error) {
	p := d.progress()
	if d.o.GetBool("yes") { // else a question will stand there
		p.step(step)
	}
	defer p.end()
	res, err := d.commit(msgs)
	if err == nil {
		err = failedInBlock(res)
	}
	return res, err
}

// maxCodePages bounds how far back a code is looked for.
const maxCodePages = 10

// codeOnChain returns the number of a code with the checksum, of those that
// everybody may use the newest; 0 if there is none.
func (d *deployment) codeOnChain(checksum []byte) (uint64, error) {
	ctx, cancel := d.within(callPatience)
	defer cancel()
	next := &page.PageRequest{Limit: maxPageLimit, Reverse: true}
	for range maxCodePages {
		res := &wasm.QueryCodesResponse{}
		if err := d.node.Query(ctx, wasmQuery+"Codes", 0, &wasm.QueryCodesRequest{Pagination: next}, res); err != nil {
			return 0, err
		}
		for _, c := range res.CodeInfos {
			if bytes.Equal(c.DataHash, checksum) && c.InstantiatePermission.Permission == wasm.AccessTypeEverybody {
				return c.CodeID, nil
			}
		}
		if res.Pagination == nil || len(res.Pagination.NextKey) == 0 {
			return 0, nil
		}
		next = &page.PageRequest{Limit: maxPageLimit, Reverse: true, Key: res.Pagination.NextKey}
	}
	return 0, nil
}

// attribute is the first attribute of that key in events of that type.
func attribute(res *abci.TxResponse, event, key string) string {
	for _, e := range res.Events {
		if e.Type != event {
			continue
		}
		for _, a := range e.Attributes {
			if a.Key == key {
				return a.Value
			}
		}
	}
	return ""
}
