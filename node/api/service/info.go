package service

import (
	"context"
	"runtime"
	"runtime/debug"
	"strconv"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	nodepb "github.com/weftchain/weft/proto/cosmos/base/node/v1beta1"
	cmtpb "github.com/weftchain/weft/proto/cosmos/base/tendermint/v1beta1"
)

// Info is what a node says of itself.
type Info struct {
	// Version and Commit are of the program.
	Version, Commit string
	// MinGasPrices is what the node asks for, such as "0.025uweft".
	MinGasPrices string
	// KeepHeights is how many of the latest heights answer; 0 is all.
	KeepHeights int64
	// PruneEvery is how many heights are removed together.
	PruneEvery int64
}

// profile is the release of the Cosmos SDK whose API this node has. Explorers
// and relayers choose by it what to call.
const profile = "v0.53.4"

func (s *Services) nodeMethods() map[string]method {
	const service = "/cosmos.base.node.v1beta1.Service/"
	return map[string]method{
		service + "Config": serve(s.config),
		service + "Status": serve(s.status),
	}
}

func (s *Services) config(context.Context, *nodepb.ConfigRequest) (*nodepb.ConfigResponse, error) {
	res := &nodepb.ConfigResponse{MinimumGasPrice: s.o.Info.MinGasPrices, PruningKeepRecent: "0", PruningInterval: "0"}
	if s.o.Info.KeepHeights > 0 {
		res.PruningKeepRecent, res.PruningInterval = strconv.FormatInt(s.o.Info.KeepHeights, 10), strconv.FormatInt(max(s.o.Info.PruneEvery, 1), 10)
	}
	return res, nil
}

func (s *Services) status(ctx context.Context, _ *nodepb.StatusRequest) (*nodepb.StatusResponse, error) {
	res, err := s.someBlock(ctx, nil)
	if err != nil {
		return nil, err
	}
	h := res.Block.Header
	earliest := int64(1)
	if keep := s.o.Info.KeepHeights; keep > 0 {
		earliest = max(1, h.Height-keep+1)
	}
	at := h.Time
	return &nodepb.StatusResponse{
		EarliestStoreHeight: uint64(earliest), Height: uint64(h.Height), Timestamp: &at,
		AppHash: h.AppHash, ValidatorHash: h.NextValidatorsHash,
	}, nil
}

func (s *Services) nodeInfo(ctx context.Context, _ *cmtpb.GetNodeInfoRequest) (*cmtpb.GetNodeInfoResponse, error) {
	res, err := s.o.Comet.Status(ctx)
	if err != nil {
		return nil, unavailable(err)
	}
	return &cmtpb.GetNodeInfoResponse{DefaultNodeInfo: res.NodeInfo.ToProto(), ApplicationVersion: s.versionInfo()}, nil
}

func (s *Services) versionInfo() *cmtpb.VersionInfo {
	v := &cmtpb.VersionInfo{
		Name: "weft", AppName: "weft", Version: s.o.Info.Version, GitCommit: s.o.Info.Commit,
		GoVersion:        "go version " + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH,
		CosmosSdkVersion: profile,
	}
	if build, ok := debug.ReadBuildInfo(); ok {
		for _, d := range build.Deps {
			v.BuildDeps = append(v.BuildDeps, &cmtpb.Module{Path: d.Path, Version: d.Version, Sum: d.Sum})
		}
	}
	return v
}

func (s *Services) syncing(ctx context.Context, _ *cmtpb.GetSyncingRequest) (*cmtpb.GetSyncingResponse, error) {
	res, err := s.o.Comet.Status(ctx)
	if err != nil {
		return nil, status.Errorf(codes.Unavailable, "%v", err)
	}
	return &cmtpb.GetSyncingResponse{
		Syncing: res.SyncInfo.CatchingUp, EarliestBlockHeight: res.SyncInfo.EarliestBlockHeight, LatestBlockHeight: res.SyncInfo.LatestBlockHeight,
	}, nil
}
