package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/client/keyring"
	"github.com/weftchain/weft/contracts/tool/bind/tipjarclient"
	"github.com/weftchain/weft/tx"
)

// typedClient is a program that uses the generated client of the tipjar: it makes
// a jar of the code in its argument, tips, asks, and is refused. The key is purse.
func typedClient() int {
	if err := useTipjar(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func useTipjar(code string) error {
	codeID, err := strconv.ParseUint(code, 10, 64)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	sender, err := purseSender(ctx)
	if err != nil {
		return err
	}
	goal := tipjarclient.Uint128("7")
	jar, _, err := tipjarclient.Instantiate(ctx, sender, codeID, tipjarclient.InstantiateMsg{Goal: &goal}, "typed", "")
	if err != nil {
		return err
	}
	note := "for <you> & me"
	coins, err := chain.ParseCoins("7uweft")
	if err != nil {
		return err
	}
	res, err := jar.Tip(ctx, sender, tipjarclient.ExecuteMsgTip{Note: &note}, coins...)
	if err != nil {
		return err
	}
	if !strings.Contains(fmt.Sprint(res.Events), "goal_reached") {
		return fmt.Errorf("no goal_reached in %v", res.Events)
	}
	var failed *tipjarclient.ExecuteError
	if _, err := jar.Tip(ctx, sender, tipjarclient.ExecuteMsgTip{}); err == nil || errors.As(err, &failed) && failed.Code == 0 {
		return fmt.Errorf("a tip without coins: %v", err)
	}
	summary, err := jar.QuerySummary(ctx)
	if err != nil {
		return err
	}
	limit := uint64(1)
	tips, err := jar.QueryTips(ctx, tipjarclient.QueryMsgTips{Limit: &limit})
	if err != nil {
		return err
	}
	fmt.Println(summary.Owner == sender.Address, summary.Count, summary.Total, *summary.Goal)
	for _, tip := range tips.Tips {
		fmt.Println(tip.Id, tip.Sender == sender.Address, tip.Amount, tip.Note)
	}
	return nil
}

// purseSender opens the key purse.
func purseSender(ctx context.Context) (*client.Sender, error) {
	keys, err := keyring.Open(os.Getenv("WEFT_HOME"), keyring.BackendTest, nil)
	if err != nil {
		return nil, err
	}
	secret, err := keys.Priv("purse")
	if err != nil {
		return nil, err
	}
	key, err := tx.NewPrivKey(secret[:])
	if err != nil {
		return nil, err
	}
	node, err := client.New(os.Getenv("WEFT_NODE"))
	if err != nil {
		return nil, err
	}
	prices, err := client.ParsePrices("0.025uweft")
	if err != nil {
		return nil, err
	}
	params, err := node.Params(ctx)
	if err != nil {
		return nil, err
	}
	s := client.NewSender(node, key, chain.Bech32(params.Bech32Prefix), "weft-local")
	s.Prices = prices
	return s, nil
}
