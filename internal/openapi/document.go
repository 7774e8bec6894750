package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// object is a JSON object; Go prints its keys sorted, so the document is the
// same each time.
type object map[string]any

// writer collects paths and the schemas that they need.
type writer struct {
	paths   object
	schemas object
	shapes  map[string]object // operations by verb and path without names
}

// document describes every method with an HTTP rule in the files.
func document(files []*descriptorpb.FileDescriptorProto) ([]byte, error) {
	registry, err := protodesc.NewFiles(&descriptorpb.FileDescriptorSet{File: files})
	if err != nil {
		return nil, err
	}
	w := &writer{paths: object{}, schemas: object{"Error": errorSchema}, shapes: map[string]object{}}
	for _, f := range files {
		desc, err := registry.FindFileByPath(f.GetName())
		if err != nil {
			return nil, err
		}
		for i := range desc.Services().Len() {
			if err := w.service(desc.Services().Get(i)); err != nil {
				return nil, err
			}
		}
	}
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err = e.Encode(object{
		"openapi": "3.0.3",
		"info": object{
			"title":       "weft",
			"version":     "v1",
			"description": about,
		},
		"paths":      w.paths,
		"components": object{"schemas": w.schemas, "parameters": object{"height": heightParameter}},
	})
	return text.Bytes(), err
}

const about = "The queries of a weft node, at the paths of the Cosmos SDK. 64-bit integers are strings, bytes are base64. " +
	"Pages: pagination.key takes next_key of the page before; pagination.offset and pagination.count_total are the other way."

var heightParameter = object{
	"name": "x-cosmos-block-height", "in": "header",
	"description": "Height whose state answers; without it the latest. The answer names its height in a header of the same name.",
	"schema":      object{"type": "string", "format": "int64"},
}

var errorSchema = object{
	"type":        "object",
	"description": "What was wrong: a gRPC code and a text.",
	"required":    []string{"code", "message", "details"},
	"properties": object{
		"code":    object{"type": "integer", "format": "int32"},
		"message": object{"type": "string"},
		"details": object{"type": "array", "items": object{"type": "object"}},
	},
}

func (w *writer) service(s protoreflect.ServiceDescriptor) error {
	for i := range s.Methods().Len() {
		m := s.Methods().Get(i)
		opts, ok := m.Options().(*descriptorpb.MethodOptions)
		if !ok || !proto.HasExtension(opts, annotations.E_Http) {
			continue
		}
		rule, ok := proto.GetExtension(opts, annotations.E_Http).(*annotations.HttpRule)
		if !ok {
			return fmt.Errorf("%s: its HTTP rule cannot be read", m.FullName())
		}
		for n, r := range append([]*annotations.HttpRule{rule}, rule.GetAdditionalBindings()...) {
			if err := w.operation(m, r, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// operation describes one HTTP form of a method.
func (w *writer) operation(m protoreflect.MethodDescriptor, r *annotations.HttpRule, n int) error {
	verb, template := "get", r.GetGet()
	if template == "" {
		verb, template = "post", r.GetPost()
	}
	if template == "" {
		return fmt.Errorf("%s: neither GET nor POST", m.FullName())
	}
	path, vars := variables(template)
	id := string(m.FullName())
	if n > 0 {
		id = fmt.Sprintf("%s.%d", id, n+1)
	}
	op := object{
		"operationId": id,
		"tags":        []string{string(m.Parent().FullName())},
		"summary":     comment(m),
		"responses": object{
			"200":     object{"description": comment(m.Output()), "content": content(w.message(m.Output()))},
			"default": object{"description": "An error.", "content": content(object{"$ref": "#/components/schemas/Error"})},
		},
	}
	params := []any{object{"$ref": "#/components/parameters/height"}}
	for _, name := range vars {
		f := m.Input().Fields().ByName(protoreflect.Name(name))
		if f == nil {
			return fmt.Errorf("%s: no field %s", m.FullName(), name)
		}
		params = append(params, object{"name": name, "in": "path", "required": true, "description": comment(f), "schema": w.parameter(f)})
	}
	if r.GetBody() == "*" {
		op["requestBody"] = object{"required": true, "content": content(w.message(m.Input()))}
	} else {
		params = append(params, w.query(m.Input(), "", vars)...)
	}
	op["parameters"] = params
	return w.add(verb, path, op)
}

// add puts an operation at its path. Paths that differ in the names of their
// variables are one path.
func (w *writer) add(verb, path string, op object) error {
	shape := variable.ReplaceAllString(path, "{}")
	if first, taken := w.shapes[verb+shape]; taken {
		first["description"] = fmt.Sprintf("Also %s: %s", op["operationId"], op["summary"])
		return nil
	}
	w.shapes[verb+shape] = op
	item, ok := w.paths[path].(object)
	if !ok {
		item = object{}
		w.paths[path] = item
	}
	item[verb] = op
	return nil
}

var variable = regexp.MustCompile(`\{[^}]*\}`)

// variables turns "{denom=**}" into "{denom}" and lists the names.
func variables(template string) (path string, names []string) {
	words := strings.Split(template, "/")
	for i, word := range words {
		inner, ok := strings.CutPrefix(word, "{")
		if !ok {
			continue
		}
		name, _, _ := strings.Cut(strings.TrimSuffix(inner, "}"), "=")
		words[i] = "{" + name + "}"
		names = append(names, name)
	}
	return strings.Join(words, "/"), names
}

func content(schema object) object {
	return object{"application/json": object{"schema": schema}}
}
