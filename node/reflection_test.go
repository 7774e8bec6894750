package node_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"
	grpcproto "google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
	reflectv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	reflectv1alpha "google.golang.org/grpc/reflection/grpc_reflection_v1alpha"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/weftchain/weft/chain"
)

// gogoCodec sends our messages by their own methods and all others, those of
// reflection and dynamic ones, as gRPC does.
type gogoCodec struct{}

func (gogoCodec) Name() string { return grpcproto.Name }

func (gogoCodec) Marshal(v any) (mem.BufferSlice, error) {
	if m, ok := v.(chain.Message); ok {
		raw, err := m.Marshal()
		return mem.BufferSlice{mem.SliceBuffer(raw)}, err
	}
	return encoding.GetCodecV2(grpcproto.Name).Marshal(v)
}

func (gogoCodec) Unmarshal(data mem.BufferSlice, v any) error {
	if m, ok := v.(chain.Message); ok {
		return m.Unmarshal(data.Materialize())
	}
	return encoding.GetCodecV2(grpcproto.Name).Unmarshal(data, v)
}

// reflection does what grpcurl does: it lists the services, fetches every file
// that they need, builds the descriptors out of these files alone, and calls a
// method with them.
func (d *doors) reflection(t *testing.T) {
	d = d.in(t)
	list, files := d.reflectV1()
	for _, want := range []string{
		"cosmos.auth.v1beta1.Query", "cosmos.bank.v1beta1.Query", "cosmos.base.node.v1beta1.Service",
		"cosmos.base.tendermint.v1beta1.Service", "cosmos.staking.v1beta1.Query", "cosmos.tx.v1beta1.Service",
		"cosmwasm.wasm.v1.Query", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection", "weft.params.v1.Query",
	} {
		require.Contains(t, list, want)
	}
	registry, err := protodesc.NewFiles(&descriptorpb.FileDescriptorSet{File: files})
	require.NoError(t, err)
	methods := 0
	for _, name := range list {
		desc, err := registry.FindDescriptorByName(protoreflect.FullName(name))
		require.NoError(t, err)
		methods += desc.(protoreflect.ServiceDescriptor).Methods().Len()
	}
	require.Greater(t, methods, 80)
	bank, err := registry.FindDescriptorByName("cosmos.bank.v1beta1.Query")
	require.NoError(t, err)
	method := bank.(protoreflect.ServiceDescriptor).Methods().ByName("Balance")
	req, res := dynamicpb.NewMessage(method.Input()), dynamicpb.NewMessage(method.Output())
	req.Set(method.Input().Fields().ByName("address"), protoreflect.ValueOfString(address(1)))
	req.Set(method.Input().Fields().ByName("denom"), protoreflect.ValueOfString("uweft"))
	require.NoError(t, d.grpc.Invoke(t.Context(), "/cosmos.bank.v1beta1.Query/Balance", req, res, grpc.ForceCodecV2(encoding.GetCodecV2(grpcproto.Name))))
	coin := res.Get(method.Output().Fields().ByName("balance")).Message()
	require.Equal(t, "uweft", coin.Get(coin.Descriptor().Fields().ByName("denom")).String())
	require.Equal(t, list, d.reflectV1Alpha())
}

func (d *doors) reflectV1() (services []string, files []*descriptorpb.FileDescriptorProto) {
	ctx, cancel := context.WithCancel(d.t.Context())
	defer cancel()
	stream, err := reflectv1.NewServerReflectionClient(d.grpc).ServerReflectionInfo(ctx)
	require.NoError(d.t, err)
	ask := func(req *reflectv1.ServerReflectionRequest) *reflectv1.ServerReflectionResponse {
		require.NoError(d.t, stream.Send(req))
		res, err := stream.Recv()
		require.NoError(d.t, err)
		require.Nil(d.t, res.GetErrorResponse(), "%v", req)
		return res
	}
	res := ask(&reflectv1.ServerReflectionRequest{MessageRequest: &reflectv1.ServerReflectionRequest_ListServices{}})
	known := map[string]bool{}
	var add func(res *reflectv1.ServerReflectionResponse)
	add = func(res *reflectv1.ServerReflectionResponse) {
		for _, raw := range res.GetFileDescriptorResponse().GetFileDescriptorProto() {
			file := &descriptorpb.FileDescriptorProto{}
			require.NoError(d.t, proto.Unmarshal(raw, file))
			if known[file.GetName()] {
				continue
			}
			known[file.GetName()] = true
			for _, dep := range file.GetDependency() {
				if !known[dep] {
					add(ask(&reflectv1.ServerReflectionRequest{MessageRequest: &reflectv1.ServerReflectionRequest_FileByFilename{FileByFilename: dep}}))
				}
			}
			files = append(files, file)
		}
	}
	for _, s := range res.GetListServicesResponse().GetService() {
		services = append(services, s.GetName())
		add(ask(&reflectv1.ServerReflectionRequest{MessageRequest: &reflectv1.ServerReflectionRequest_FileContainingSymbol{FileContainingSymbol: s.GetName()}}))
	}
	require.NotEmpty(d.t, files)
	slices.Sort(services)
	return services, files
}

// reflectV1Alpha asks as older tools do; grpcurl tries v1 first.
//
//nolint:staticcheck // that it is deprecated is the point
func (d *doors) reflectV1Alpha() (services []string) {
	ctx, cancel := context.WithCancel(d.t.Context())
	defer cancel()
	stream, err := reflectv1alpha.NewServerReflectionClient(d.grpc).ServerReflectionInfo(ctx)
	require.NoError(d.t, err)
	require.NoError(d.t, stream.Send(&reflectv1alpha.ServerReflectionRequest{MessageRequest: &reflectv1alpha.ServerReflectionRequest_ListServices{}}))
	res, err := stream.Recv()
	require.NoError(d.t, err)
	require.NotNil(d.t, res.GetListServicesResponse(), fmt.Sprint(res))
	for _, s := range res.GetListServicesResponse().GetService() {
		services = append(services, s.GetName())
	}
	slices.Sort(services)
	return services
}
