package schema

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ErrNone says that a folder holds no schema.
var ErrNone = errors.New("no schema of a contract is there")

// maxFiles bounds the files of a folder that are read.
const maxFiles = 1000

// Read reads a schema: a file NAME.json as cosmwasm-schema or weft contract
// schema writes it, or a folder: one that holds such a file (also in its folder
// schema), a raw/ folder, or the older form with a file for each type
// (execute_msg.json, balance_response.json).
func Read(path string) (*Contract, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		data, err := readFile(path)
		if err != nil {
			return nil, err
		}
		c, err := Parse(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		return c, nil
	}
	var first error
	for _, dir := range []string{path, filepath.Join(path, "schema"), filepath.Join(path, "schema", "raw")} {
		c, err := readFolder(dir)
		if c != nil {
			return c, nil
		}
		if first == nil {
			first = err
		}
	}
	if first != nil {
		return nil, first
	}
	return nil, fmt.Errorf("%s: %w: neither NAME.json with \"idl_version\" nor execute_msg.json and its like", path, ErrNone)
}

// readFile reads a plain file within the bound.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a plain file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err == nil && len(data) > maxBytes {
		err = fmt.Errorf("%s has more than %d bytes", path, maxBytes)
	}
	return data, err
}

// readFolder reads the schema of a folder, nil if there is none. Files that are
// nothing of the kind, like a tsconfig.json, do not disturb.
func readFolder(dir string) (*Contract, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(names) == 0 {
		return nil, err
	}
	if len(names) > maxFiles {
		return nil, fmt.Errorf("%s has more than %d files", dir, maxFiles)
	}
	slices.Sort(names)
	var whole *Contract
	parts := map[string]*value{}
	var broken error
	for _, name := range names {
		data, err := readFile(name)
		if err != nil {
			return nil, err
		}
		v, err := parseValue(data)
		if err != nil {
			if broken == nil {
				broken = fmt.Errorf("%s: %w", name, err)
			}
			continue
		}
		if v.get("idl_version") == nil {
			parts[strings.TrimSuffix(filepath.Base(name), ".json")] = v
			continue
		}
		if whole != nil {
			return nil, fmt.Errorf("%s holds the schemas of several contracts: name one of the files", dir)
		}
		if whole, err = contract(v); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	if whole != nil {
		return whole, nil
	}
	c, err := assemble(dir, parts)
	if c == nil && err == nil && broken != nil {
		return nil, fmt.Errorf("%w, and %w", ErrNone, broken)
	}
	if err != nil || broken != nil {
		return nil, errors.Join(err, broken)
	}
	return c, nil
}

// Parse reads a schema file.
func Parse(data []byte) (*Contract, error) {
	v, err := parseValue(data)
	if err != nil {
		return nil, err
	}
	return contract(v)
}

func contract(v *value) (*Contract, error) {
	version := v.get("idl_version")
	if v.form != '{' || version == nil {
		return nil, errors.New(`this is not the schema of a contract: it has no "idl_version" (cosmwasm-schema and weft contract schema write such files)`)
	}
	if version.form != '"' || !strings.HasPrefix(version.text, "1.") {
		return nil, fmt.Errorf("idl_version is %s, only 1.x can be read", version.describe())
	}
	c := &Contract{Name: v.string("contract_name"), Version: v.string("contract_version"), Documents: map[Kind]*Document{}, Responses: map[string]*Document{}}
	if c.Name == "" {
		return nil, errors.New("contract_name is missing")
	}
	for _, kind := range Kinds {
		part := v.get(string(kind))
		if part == nil || part.form == 'n' {
			continue
		}
		doc, err := document(part)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", kind, err)
		}
		c.Documents[kind] = doc
	}
	responses := v.get("responses")
	if responses == nil || responses.form == 'n' {
		return c, nil
	}
	if responses.form != '{' {
		return nil, fmt.Errorf("responses are %s", responses.describe())
	}
	for _, name := range responses.names {
		doc, err := document(responses.at[name])
		if err != nil {
			return nil, fmt.Errorf("response to %.80s: %w", name, err)
		}
		c.Responses[name] = doc
	}
	return c, nil
}

// assemble makes a contract of a folder with a file for each type.
func assemble(dir string, parts map[string]*value) (*Contract, error) {
	c := &Contract{Name: folderName(dir), Documents: map[Kind]*Document{}, Responses: map[string]*Document{}}
	names := sortedNames(parts)
	read := func(file string) (*Document, error) {
		doc, err := document(parts[file])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Join(dir, file+".json"), err)
		}
		return doc, nil
	}
	for _, kind := range Kinds {
		file := ""
		for _, name := range names { // generic messages are called execute_msg_for_…
			if name == string(kind) || name == string(kind)+"_msg" || name == "init_msg" && kind == Instantiate || name == "handle_msg" && kind == Execute ||
				file == "" && strings.HasPrefix(name, string(kind)+"_msg_for_") {
				file = name
			}
		}
		if file == "" {
			continue
		}
		doc, err := read(file)
		if err != nil {
			return nil, err
		}
		c.Documents[kind] = doc
	}
	if len(c.Documents) == 0 {
		return nil, nil
	}
	for _, m := range c.Messages(Query) {
		for _, file := range []string{"response_to_" + m.Name, m.Name + "_response", strings.TrimPrefix(m.Name, "get_") + "_response"} {
			if parts[file] == nil {
				continue
			}
			doc, err := read(file)
			if err != nil {
				return nil, err
			}
			c.Responses[m.Name] = doc
			break
		}
	}
	return c, nil
}

// folderName is the name of the contract that a folder of schemas belongs to.
func folderName(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "contract"
	}
	for {
		base := filepath.Base(abs)
		switch base {
		case "raw", "schema", "schemas":
			abs = filepath.Dir(abs)
			continue
		case "/", ".", "":
			return "contract"
		}
		return base
	}
}
