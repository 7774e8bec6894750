package upgrade

import (
	"fmt"
	"regexp"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	upgrade "github.com/weftchain/weft/proto/cosmos/upgrade/v1beta1"
)

// Bounds of a plan. A name becomes the name of a folder.
const maxInfoBytes = 10_000

var nameRule = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// Messages lists the messages of the module.
func (u *Upgrade) Messages() []chain.Route {
	const pkg = "/cosmos.upgrade.v1beta1."
	return []chain.Route{
		chain.NewMsg(pkg+"MsgSoftwareUpgrade", checkSchedule, u.schedule),
		chain.NewMsg(pkg+"MsgCancelUpgrade", nil, u.cancel),
	}
}

// Queries lists the query methods of the module.
func (u *Upgrade) Queries() []chain.Route {
	const pkg = "/cosmos.upgrade.v1beta1.Query/"
	return []chain.Route{
		chain.NewQuery(pkg+"CurrentPlan", u.queryPlan),
		chain.NewQuery(pkg+"AppliedPlan", u.queryApplied),
		chain.NewQuery(pkg+"Authority", u.queryAuthority),
	}
}

func checkSchedule(_ *chain.Block, m *upgrade.MsgSoftwareUpgrade) error { return CheckPlan(&m.Plan) }

// CheckPlan refuses a plan that no state is needed to refuse.
func CheckPlan(p *upgrade.Plan) error {
	switch {
	case p.Name == "":
		return fmt.Errorf("name cannot be empty: %w", chain.ErrInvalidRequest)
	case !nameRule.MatchString(p.Name):
		return fmt.Errorf("name %.80q must be 1 to 64 letters, digits, dots, hyphens and underscores, the first a letter or digit: %w", p.Name, chain.ErrInvalidRequest)
	case p.Height <= 0:
		return fmt.Errorf("height must be greater than 0: %w", chain.ErrInvalidRequest)
	case len(p.Info) > maxInfoBytes:
		return fmt.Errorf("info has %d bytes, must have at most %d: %w", len(p.Info), maxInfoBytes, chain.ErrInvalidRequest)
	case !p.Time.IsZero() && p.Time.Unix() != 0:
		return fmt.Errorf("time-based upgrades have been deprecated, plan a height: %w", chain.ErrInvalidRequest)
	case p.UpgradedClientState != nil:
		return fmt.Errorf("upgrade logic for IBC has been moved to the IBC module: %w", chain.ErrInvalidRequest)
	}
	return nil
}

// schedule makes a plan, in place of an earlier one.
func (u *Upgrade) schedule(env *chain.Env, m *upgrade.MsgSoftwareUpgrade) (*upgrade.MsgSoftwareUpgradeResponse, error) {
	if err := env.CheckAuthority(m.Authority); err != nil {
		return nil, err
	}
	if m.Plan.Height <= env.Block.Height {
		return nil, fmt.Errorf("upgrade cannot be scheduled in the past: height %d, this block is %d: %w", m.Plan.Height, env.Block.Height, chain.ErrInvalidRequest)
	}
	height, err := u.applied(env, m.Plan.Name)
	if err != nil {
		return nil, err
	}
	if height != 0 {
		return nil, fmt.Errorf("upgrade with name %s has already been completed: %w", m.Plan.Name, chain.ErrInvalidRequest)
	}
	raw, err := m.Plan.Marshal()
	if err != nil {
		return nil, err
	}
	return &upgrade.MsgSoftwareUpgradeResponse{}, env.Store(layout.Params).Set(layout.UpgradePlan, raw)
}

// cancel drops the plan; without one it does nothing, as the reference.
func (u *Upgrade) cancel(env *chain.Env, m *upgrade.MsgCancelUpgrade) (*upgrade.MsgCancelUpgradeResponse, error) {
	if err := env.CheckAuthority(m.Authority); err != nil {
		return nil, err
	}
	return &upgrade.MsgCancelUpgradeResponse{}, env.Store(layout.Params).Delete(layout.UpgradePlan)
}

func (u *Upgrade) queryPlan(env *chain.Env, _ *upgrade.QueryCurrentPlanRequest) (*upgrade.QueryCurrentPlanResponse, error) {
	plan, err := u.Plan(env)
	return &upgrade.QueryCurrentPlanResponse{Plan: plan}, err
}

func (u *Upgrade) queryApplied(env *chain.Env, req *upgrade.QueryAppliedPlanRequest) (*upgrade.QueryAppliedPlanResponse, error) {
	if !nameRule.MatchString(req.Name) {
		return nil, status.Errorf(codes.InvalidArgument, "%.80q is no name of an upgrade", req.Name)
	}
	height, err := u.applied(env, req.Name)
	return &upgrade.QueryAppliedPlanResponse{Height: height}, err
}

func (u *Upgrade) queryAuthority(env *chain.Env, _ *upgrade.QueryAuthorityRequest) (*upgrade.QueryAuthorityResponse, error) {
	res := &upgrade.QueryAuthorityResponse{}
	if who := env.Block.Params.Authority; who != "" {
		res.Address = env.Bech32().Account(who)
	}
	return res, nil
}
