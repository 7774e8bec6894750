package sdk

import "github.com/weftchain/weft/contracts/sdk/json"

// Contract is a contract: what it does at each entry point. An entry point that
// is nil answers with an error. A Contract has no state, so one value may serve
// many instances.
type Contract struct {
	// Instantiate begins a contract's life.
	Instantiate Handler
	// Execute answers transactions and other contracts.
	Execute Handler
	// Query answers questions; it must not write.
	Query Answers
	// Migrate runs in the new code when an admin replaces a contract's code.
	Migrate Handler
	// Sudo answers the chain itself.
	Sudo Handler
	// Reply hears how a submessage ended: see OnReply.
	Reply Handler
}

// Handler answers the messages of an entry point: [Do] for one kind of
// message, [Routes] for several.
type Handler interface {
	handle(c *Context, msg *json.Reader) (*Response, error)
}

// message is a pointer to a message type M.
type message[M any] interface {
	*M
	json.Decoder
}

type do[M any, P message[M]] func(*Context, *M) (*Response, error)

// Do makes a handler of a function whose message is of one type.
func Do[M any, P message[M]](f func(c *Context, msg *M) (*Response, error)) Handler {
	return do[M, P](f)
}

func (f do[M, P]) handle(c *Context, r *json.Reader) (*Response, error) {
	var msg M
	P(&msg).DecodeJSON(r)
	if err := r.End(); err != nil {
		return nil, err
	}
	return f(c, &msg)
}

// Route is a message of an entry point that has several.
type Route struct {
	name   string
	decode func(c *Context, r *json.Reader) (*Response, error)
}

// On says who answers {"NAME":{…}}.
func On[M any, P message[M]](name string, f func(c *Context, msg *M) (*Response, error)) Route {
	return Route{name, func(c *Context, r *json.Reader) (*Response, error) {
		var msg M
		P(&msg).DecodeJSON(r)
		if err := endOne(r); err != nil {
			return nil, err
		}
		return f(c, &msg)
	}}
}

// Routes are the messages of an entry point.
type Routes []Route

func (routes Routes) handle(c *Context, r *json.Reader) (*Response, error) {
	name := beginOne(r)
	for i := range routes {
		if routes[i].name == name {
			return routes[i].decode(c, r)
		}
	}
	return nil, unknown(r, name, routes.Names())
}

// Names returns the names of the messages.
func (routes Routes) Names() []string {
	names := make([]string, len(routes))
	for i := range routes {
		names[i] = routes[i].name
	}
	return names
}

// Question is a query that a contract answers.
type Question struct {
	name   string
	answer func(c *Context, r *json.Reader, w *json.Writer) error
}

// Answer says who answers the query {"NAME":{…}}.
func Answer[M any, P message[M], A json.Encoder](name string, f func(c *Context, msg *M) (A, error)) Question {
	return Question{name, func(c *Context, r *json.Reader, w *json.Writer) error {
		var msg M
		P(&msg).DecodeJSON(r)
		if err := endOne(r); err != nil {
			return err
		}
		a, err := f(c, &msg)
		if err == nil {
			a.EncodeJSON(w)
		}
		return err
	}}
}

// Answers are the queries of a contract.
type Answers []Question

func (answers Answers) answer(c *Context, r *json.Reader, w *json.Writer) error {
	name := beginOne(r)
	for i := range answers {
		if answers[i].name == name {
			return answers[i].answer(c, r, w)
		}
	}
	return unknown(r, name, answers.Names())
}

// Names returns the names of the queries.
func (answers Answers) Names() []string {
	names := make([]string, len(answers))
	for i := range answers {
		names[i] = answers[i].name
	}
	return names
}

// beginOne reads up to the value of an object's only field.
//
//go:noinline
func beginOne(r *json.Reader) (name string) {
	r.Object()
	if r.Field() {
		return r.Name
	}
	r.Fail("expected an object with the name of a message")
	return ""
}

// endOne reads the end of an object's only field and of the document.
//
//go:noinline
func endOne(r *json.Reader) error {
	if r.Field() {
		r.Fail("expected one message")
	}
	return r.End()
}

func unknown(r *json.Reader, name string, names []string) error {
	if err := r.Err(); err != nil {
		return err
	}
	text := "unknown message " + name + ": expected one of "
	for i, n := range names {
		if i > 0 {
			text += ", "
		}
		text += n
	}
	return Error(text)
}
