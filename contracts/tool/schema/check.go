package schema

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// check says what is wrong with a JSON value, nil if it is of the type.
func (e *encoder) check(t *Type, v *value, at path) error {
	if err := e.step(at); err != nil {
		return err
	}
	switch t.Form {
	case Any:
		return nil
	case Ref:
		if t.Scalar() != "" {
			return checkScalar(t, v, at)
		}
		return e.check(t.Elem, v, at)
	case Option:
		if v.form == 'n' {
			return nil
		}
		return e.check(t.Elem, v, at)
	case Object:
		return e.checkObject(t, v, at)
	case Map:
		if v.form == '{' {
			for _, name := range v.names {
				if err := e.check(t.Elem, v.at[name], at.at(name)); err != nil {
					return err
				}
			}
			return nil
		}
	case List, Tuple:
		return e.checkList(t, v, at)
	case Union:
		return e.checkUnion(t, v, at)
	case All:
		for _, part := range t.Items {
			if err := e.check(loose(part), v, at); err != nil {
				return err
			}
		}
		return nil
	default:
		return checkScalar(t, v, at)
	}
	return at.fail("%s is not %s", v.describe(), t)
}

// loose is a part of several that a value must fit: it may have the fields of
// the others.
func loose(t *Type) *Type {
	if t := t.Follow(); t.Form == Object && !t.Open {
		open := *t
		open.Open = true
		return &open
	}
	return t
}

func (e *encoder) checkObject(t *Type, v *value, at path) error {
	if v.form != '{' {
		return at.fail("%s is not an object%s", v.describe(), t.example())
	}
	names := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		names[i] = f.Name
		if f.Required && v.at[f.Name] == nil && f.Type.Follow().Form != Option {
			return at.fail("%s (%s) is missing", f.Name, f.Type)
		}
	}
	for _, name := range v.names {
		f := t.Field(name)
		if f == nil {
			if t.Open {
				continue
			}
			return at.fail("there is no %q%s", name, meant(name, names))
		}
		if err := e.check(f.Type, v.at[name], at.at(name)); err != nil {
			return err
		}
	}
	return nil
}

func (e *encoder) checkList(t *Type, v *value, at path) error {
	if v.form != '[' {
		return at.fail("%s is not a list", v.describe())
	}
	if t.Form == Tuple && len(v.list) != len(t.Items) {
		return at.fail("it has %d values, not %d", len(v.list), len(t.Items))
	}
	for i, elem := range v.list {
		is := t.Elem
		if t.Form == Tuple {
			is = t.Items[i]
		}
		if err := e.check(is, elem, at.at(strconv.Itoa(i))); err != nil {
			return err
		}
	}
	return nil
}

func (e *encoder) checkUnion(t *Type, v *value, at path) error {
	var names []string
	var single error
	for _, variant := range t.Variants {
		switch {
		case variant.Name == "":
			err := e.check(variant.Type, v, at)
			if err == nil || e.steps > maxSteps {
				return err
			}
			single = err
			continue
		case variant.Type == nil && v.form == '"' && v.text == variant.Name:
			return nil
		case variant.Type != nil && v.form == '{' && len(v.names) == 1 && v.names[0] == variant.Name:
			return e.check(variant.Type, v.at[variant.Name], at.at(variant.Name))
		}
		names = append(names, variant.Name)
	}
	switch {
	case len(t.Variants) == 1 && single != nil:
		return single
	case len(names) == len(t.Variants) && v.form == '{' && len(v.names) == 1:
		return at.fail("there is no %q%s", v.names[0], meant(v.names[0], names))
	case len(names) == len(t.Variants) && v.form == '"':
		return at.fail("there is no %.60q%s", v.text, meant(v.text, names))
	}
	return at.fail("%s is none of %s", v.describe(), t)
}

func checkScalar(t *Type, v *value, at path) error {
	kind := t.Scalar()
	t = t.Follow()
	switch {
	case t.Form == Null && v.form == 'n', t.Form == Bool && (v.form == 't' || v.form == 'f'), t.Form == Number && v.form == '0':
		return nil
	case t.Form == Integer && v.form == '0':
		return at.wrapAny(checkInteger(v.text, t.Format))
	case t.Form != Text:
		return at.fail("%s is not %s", v.describe(), t)
	case v.form == '0' && kind != "":
		return at.fail("the number %.60s must be a text: \"%.60s\"", v.text, v.text)
	case v.form != '"':
		return at.fail("%s is not a text", v.describe())
	case kind == "time":
		kind = "uint64"
	}
	switch {
	case kind == "binary":
		if _, err := base64.StdEncoding.DecodeString(v.text); err != nil {
			return at.fail("%.60q is not base64", v.text)
		}
	case kind == "hex":
		if _, err := hex.DecodeString(v.text); err != nil {
			return at.fail("%.60q is not hexadecimal", v.text)
		}
	case strings.HasSuffix(kind, "decimal"):
		return at.wrapAny(checkDecimal(v.text, kind))
	case slices.Contains([]string{"", "address"}, kind):
	default:
		return at.wrapAny(checkInteger(v.text, kind))
	}
	return nil
}

// wrapAny is wrap for an error that may be nil.
func (p path) wrapAny(err error) error {
	if err == nil {
		return nil
	}
	return p.wrap(err)
}
