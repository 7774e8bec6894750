// Command openapi is a plugin of protoc and buf: it writes openapi.json, the
// description of a node's REST door, from the same .proto files as the Go code.
// proto/generate.sh runs it. It knows the JSON that node/api/rest prints; tests
// there hold the two together.
package main

import (
	"fmt"
	"io"
	"os"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/pluginpb"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "openapi:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	data, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	var req pluginpb.CodeGeneratorRequest
	if err := proto.Unmarshal(data, &req); err != nil {
		return err
	}
	text, err := document(req.GetProtoFile())
	if err != nil {
		return err
	}
	features := uint64(pluginpb.CodeGeneratorResponse_FEATURE_PROTO3_OPTIONAL)
	data, err = proto.Marshal(&pluginpb.CodeGeneratorResponse{
		SupportedFeatures: &features,
		File:              []*pluginpb.CodeGeneratorResponse_File{{Name: proto.String("openapi.json"), Content: proto.String(string(text))}},
	})
	if err != nil {
		return err
	}
	_, err = out.Write(data)
	return err
}
