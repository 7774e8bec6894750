// Package method knows the methods that a node serves to clients: their names,
// requests and answers, and the HTTP rules of google.api.http, all read from the
// descriptors of the .proto files that are linked into the program. So gRPC,
// reflection, REST and the OpenAPI document cannot differ. It does not know how
// a method is answered; Ask stands for that.
package method

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	gogoproto "github.com/cosmos/gogoproto/proto"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/weftchain/weft/chain"
)

// Ask answers a method: protobuf bytes in and out, and the height whose state
// answered. height 0 is the latest. An error is what Status understands.
type Ask func(ctx context.Context, path string, request []byte, height int64) (response []byte, at int64, err error)

// Method is a method of a service.
type Method struct {
	// Path is "/package.Service/Method".
	Path          string
	Service, Name string
	// File is the .proto file of the service.
	File string
	// Rules are its HTTP forms.
	Rules []Rule

	input, output reflect.Type
}

// Rule is an HTTP form of a method.
type Rule struct {
	// Verb is "GET" or "POST".
	Verb string
	// Template is the path, such as "/cosmos/tx/v1beta1/txs/{hash}".
	Template string
	// Body says that the request is the body, in JSON.
	Body bool
}

// Request returns an empty request.
func (m *Method) Request() chain.Message { return reflect.New(m.input).Interface().(chain.Message) }

// Response returns an empty answer.
func (m *Method) Response() chain.Message { return reflect.New(m.output).Interface().(chain.Message) }

// Table returns the methods behind paths, sorted by path. Each path must be of
// a service that is linked in.
func Table(paths []string) ([]*Method, error) {
	paths = slices.Clone(paths)
	slices.Sort(paths)
	table := make([]*Method, 0, len(paths))
	for _, path := range slices.Compact(paths) {
		m, err := find(path)
		if err != nil {
			return nil, fmt.Errorf("method %s: %w", path, err)
		}
		table = append(table, m)
	}
	return table, nil
}

func find(path string) (*Method, error) {
	service, name, ok := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if !ok {
		return nil, fmt.Errorf("not of the form /service/method")
	}
	d, err := gogoproto.HybridResolver.FindDescriptorByName(protoreflect.FullName(service))
	if err != nil {
		return nil, err
	}
	s, ok := d.(protoreflect.ServiceDescriptor)
	if !ok {
		return nil, fmt.Errorf("%s is no service", service)
	}
	desc := s.Methods().ByName(protoreflect.Name(name))
	if desc == nil {
		return nil, fmt.Errorf("%s has no method %s", service, name)
	}
	m := &Method{Path: path, Service: service, Name: name, File: s.ParentFile().Path()}
	for _, t := range []struct {
		into *reflect.Type
		of   protoreflect.MessageDescriptor
	}{{&m.input, desc.Input()}, {&m.output, desc.Output()}} {
		*t.into = gogoproto.MessageType(string(t.of.FullName()))
		if *t.into == nil {
			return nil, fmt.Errorf("message %s has no Go type", t.of.FullName())
		}
		*t.into = (*t.into).Elem()
	}
	m.Rules, err = rules(desc)
	return m, err
}

// rules reads the HTTP forms of a method.
func rules(desc protoreflect.MethodDescriptor) ([]Rule, error) {
	opts, ok := desc.Options().(*descriptorpb.MethodOptions)
	if !ok || !proto.HasExtension(opts, annotations.E_Http) {
		return nil, nil
	}
	first, ok := proto.GetExtension(opts, annotations.E_Http).(*annotations.HttpRule)
	if !ok {
		return nil, fmt.Errorf("its HTTP rule cannot be read")
	}
	var list []Rule
	for _, r := range append([]*annotations.HttpRule{first}, first.GetAdditionalBindings()...) {
		rule := Rule{Body: r.GetBody() == "*"}
		switch {
		case r.GetGet() != "":
			rule.Verb, rule.Template = "GET", r.GetGet()
		case r.GetPost() != "":
			rule.Verb, rule.Template = "POST", r.GetPost()
		default:
			return nil, fmt.Errorf("its HTTP rule is neither GET nor POST")
		}
		list = append(list, rule)
	}
	return list, nil
}
