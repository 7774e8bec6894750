package amino

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"sort"
	"strings"
	"sync"

	gogoproto "github.com/cosmos/gogoproto/proto"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
)

// roots are the folders of the .proto files whose messages stand in
// transactions, or in their fields.
var roots = []string{"cosmos/", "cosmwasm/", "google/protobuf/", "weft/"}

// descriptors holds them. It is built once, at the first use: every init
// function, hence every registration, ran before. (gogoproto's own resolver
// takes files in the order of registration and leaves a message of a later file
// without its fields.)
var descriptors = sync.OnceValues(func() (*protoregistry.Files, error) {
	set := &descriptorpb.FileDescriptorSet{}
	all := gogoproto.AllFileDescriptors()
	names := make([]string, 0, len(all))
	for name := range all { //weft:sorted the list is sorted below
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if !wanted(name) {
			continue
		}
		file, err := readFile(all[name])
		if err != nil {
			return nil, fmt.Errorf("descriptor of %s: %w", name, err)
		}
		set.File = append(set.File, file)
	}
	// What only options and queries refer to may be missing.
	return protodesc.FileOptions{AllowUnresolvable: true}.NewFiles(set)
})

func wanted(name string) bool {
	for _, root := range roots {
		if strings.HasPrefix(name, root) {
			return true
		}
	}
	return false
}

func readFile(zipped []byte) (*descriptorpb.FileDescriptorProto, error) {
	r, err := gzip.NewReader(bytes.NewReader(zipped))
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	file := &descriptorpb.FileDescriptorProto{}
	return file, proto.Unmarshal(raw, file)
}

// describe finds the descriptor of a message by its full name.
func describe(name string) (protoreflect.MessageDescriptor, error) {
	files, err := descriptors()
	if err != nil {
		return nil, err
	}
	found, err := files.FindDescriptorByName(protoreflect.FullName(name))
	if err != nil {
		return nil, fmt.Errorf("message %.100q is not known", name)
	}
	desc, ok := found.(protoreflect.MessageDescriptor)
	if !ok {
		return nil, fmt.Errorf("%.100q is no message", name)
	}
	return desc, nil
}
