package node

import (
	"fmt"

	"github.com/weftchain/weft/app"
	"github.com/weftchain/weft/app/lottery"
	"github.com/weftchain/weft/chain"
	lotterypb "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// AddLottery gives the genesis of a home a lottery with the parameters of a
// preset: local, for networks on one machine, or public.
func AddLottery(home, preset string) error {
	return editGenesis(home, func(_ chain.Bech32, g *app.Genesis) error { return setLottery(g, preset) })
}

// setLottery gives a genesis a lottery; "" leaves it as it is.
func setLottery(g *app.Genesis, preset string) error {
	var p lotterypb.Params
	switch preset {
	case "":
		return nil
	case "local":
		p = lottery.LocalParams(g.Params.BaseDenom)
	case "public":
		p = lottery.PublicParams(g.Params.BaseDenom)
	default:
		return fmt.Errorf("lottery %.40q: there are local and public", preset)
	}
	g.Lottery = &lotterypb.GenesisState{Params: p}
	return nil
}
