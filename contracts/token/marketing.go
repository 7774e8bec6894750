package token

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
)

// maxLogoBytes bounds a logo that the contract keeps itself.
const maxLogoBytes = 5 << 10

// Logo is the logo of a token: a link, or an image that the contract keeps. In
// JSON it is {"url":…}, {"embedded":{"svg":…}} or {"embedded":{"png":…}}.
//
//sdk:schema {"description": "Logo is the logo of a token: a link, or an image of at most 5 KiB.", "oneOf": [
//sdk:schema   {"type": "object", "required": ["url"], "properties": {"url": {"type": "string"}}, "additionalProperties": false},
//sdk:schema   {"type": "object", "required": ["embedded"], "properties": {"embedded": {"oneOf": [
//sdk:schema     {"type": "object", "required": ["svg"], "properties": {"svg": {"$ref": "#/definitions/Binary"}}, "additionalProperties": false},
//sdk:schema     {"type": "object", "required": ["png"], "properties": {"png": {"$ref": "#/definitions/Binary"}}, "additionalProperties": false}
//sdk:schema   ]}}, "additionalProperties": false}
//sdk:schema ]}
type Logo struct {
	kind byte // 'u', 's' or 'p'
	url  string
	data []byte
}

// DecodeJSON reads one of the three forms.
func (l *Logo) DecodeJSON(r *json.Reader) {
	n := 0
	for r.Object(); r.Field(); n++ {
		switch r.Name {
		case "url":
			l.kind, l.url = 'u', r.Text()
		case "embedded":
			l.decodeImage(r)
		default:
			r.Fail("unknown logo " + r.Name)
		}
	}
	if n != 1 {
		r.Fail("expected one of url and embedded")
	}
}

func (l *Logo) decodeImage(r *json.Reader) {
	n := 0
	for r.Object(); r.Field(); n++ {
		switch r.Name {
		case "svg", "png":
			l.kind = r.Name[0]
			l.data = r.Binary()
		default:
			r.Fail("unknown image " + r.Name)
		}
	}
	if n != 1 {
		r.Fail("expected one of svg and png")
	}
}

// EncodeJSON writes the one of three forms.
func (l *Logo) EncodeJSON(w *json.Writer) {
	switch l.kind {
	case 's':
		w.Raw(`{"embedded":{"svg":`)
	case 'p':
		w.Raw(`{"embedded":{"png":`)
	default:
		w.Raw(`{"url":`)
		w.Text(l.url)
		w.EndObject()
		return
	}
	w.Binary(l.data)
	w.EndObject()
	w.EndObject()
}

// validate accepts any link, and an image that is small and looks like one.
func (l *Logo) validate() error {
	if l.kind == 's' && !isXML(string(l.data)) {
		return ErrNoSVG
	}
	if len(l.data) > maxLogoBytes {
		return ErrLogoSize
	}
	if l.kind == 'p' && (len(l.data) < len(pngHeader) || string(l.data[:len(pngHeader)]) != pngHeader) {
		return ErrNoPNG
	}
	return nil
}

const (
	pngHeader = "\x89PNG\r\n\x1a\n"
	xmlHeader = "<?xml "
)

// isXML reports whether a text begins with <?xml …?>.
func isXML(text string) bool {
	for i := range len(text) {
		if text[i] == '>' {
			return text[i-min(i, 1)] == '?' && i > len(xmlHeader) && text[:len(xmlHeader)] == xmlHeader
		}
	}
	return false
}

// LogoInfo tells where the logo is: {"url":…} or "embedded", and then the query
// download_logo has it.
//
//sdk:schema {"oneOf": [
//sdk:schema   {"type": "object", "required": ["url"], "properties": {"url": {"type": "string"}}, "additionalProperties": false},
//sdk:schema   {"type": "string", "enum": ["embedded"]}
//sdk:schema ]}
type LogoInfo struct {
	Embedded bool
	URL      string
}

func (l *Logo) info() *LogoInfo { return &LogoInfo{Embedded: l.kind != 'u', URL: l.url} }

// EncodeJSON writes the one of two forms.
func (i *LogoInfo) EncodeJSON(w *json.Writer) {
	if i.Embedded {
		w.Text("embedded")
		return
	}
	w.Raw(`{"url":`)
	w.Text(i.URL)
	w.EndObject()
}

// DecodeJSON reads the one of two forms.
func (i *LogoInfo) DecodeJSON(r *json.Reader) {
	if i.Embedded = r.Is('"'); i.Embedded {
		r.Text()
		return
	}
	for r.Object(); r.Field(); {
		if r.Name == "url" {
			i.URL = r.Text()
		} else {
			r.Unknown()
		}
	}
}

// setMarketing keeps what a token begins with.
func setMarketing(c *sdk.Context, m *Marketing) error {
	if err := checkAddress(c, m.Marketing); err != nil {
		return err
	}
	k := MarketingAnswer{Project: m.Project, Description: m.Description, Marketing: m.Marketing}
	if m.Logo != nil {
		if err := m.Logo.validate(); err != nil {
			return err
		}
		logo.Save(c, *m.Logo)
		k.Logo = m.Logo.info()
	}
	marketing.Save(c, k)
	return nil
}

// myMarketing returns what the sender may change.
func myMarketing(c *sdk.Context) (MarketingAnswer, error) {
	k, ok := marketing.Get(c)
	if !ok || k.Marketing == nil || *k.Marketing != string(c.Sender) {
		return k, ErrUnauthorized
	}
	return k, nil
}

func updateMarketing(c *sdk.Context, m *UpdateMarketing) (*sdk.Response, error) {
	k, err := myMarketing(c)
	if err != nil {
		return nil, err
	}
	change := func(field **string, to *string) {
		switch {
		case to == nil:
		case *to == "":
			*field = nil
		default:
			*field = to
		}
	}
	change(&k.Project, m.Project)
	change(&k.Description, m.Description)
	if m.Marketing != nil && *m.Marketing != "" {
		if err := checkAddress(c, m.Marketing); err != nil {
			return nil, err
		}
	}
	change(&k.Marketing, m.Marketing)
	if k.Project == nil && k.Description == nil && k.Marketing == nil && k.Logo == nil {
		marketing.Remove(c)
	} else {
		marketing.Save(c, k)
	}
	return sdk.Respond("update_marketing"), nil
}

func uploadLogo(c *sdk.Context, l *Logo) (*sdk.Response, error) {
	k, err := myMarketing(c)
	if err != nil {
		return nil, err
	}
	if err := l.validate(); err != nil {
		return nil, err
	}
	logo.Save(c, *l)
	k.Logo = l.info()
	marketing.Save(c, k)
	return sdk.Respond("upload_logo"), nil
}

func queryMarketing(c *sdk.Context, _ *QueryMarketing) (*MarketingAnswer, error) {
	k, _ := marketing.Get(c)
	return &k, nil
}

func queryLogo(c *sdk.Context, _ *QueryLogo) (*LogoAnswer, error) {
	l, ok := logo.Get(c)
	switch {
	case !ok || l.kind == 'u':
		return nil, ErrNoLogo
	case l.kind == 's':
		return &LogoAnswer{MimeType: "image/svg+xml", Data: l.data}, nil
	}
	return &LogoAnswer{MimeType: "image/png", Data: l.data}, nil
}
