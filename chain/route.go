package chain

// Message is a protobuf message as package proto generates it.
type Message interface {
	Reset()
	String() string
	ProtoMessage()
	Marshal() ([]byte, error)
	Unmarshal([]byte) error
}

// Route ties the name of a message or of a query method to what serves it. A
// module lists its routes; app puts them into one table.
type Route struct {
	// Path is "/package.Message" for a message, "/package.Service/Method" for
	// a query.
	Path string
	// New returns an empty request.
	New func() Message
	// Check refuses what no state is needed to refuse. It may be nil.
	Check func(*Block, Message) error
	// Handle serves the request. For a query the environment's state is a
	// scratch branch that is dropped.
	Handle func(*Env, Message) (Message, error)
}

// NewQuery returns the route of a query method.
func NewQuery[Q any, PQ interface {
	*Q
	Message
}, R Message](path string, handle func(*Env, PQ) (R, error)) Route {
	return Route{
		Path: path,
		New:  func() Message { return PQ(new(Q)) },
		Handle: func(env *Env, req Message) (Message, error) {
			return result(handle(env, req.(PQ)))
		},
	}
}

// NewMsg returns the route of a message. check may be nil; it runs before the
// fee is taken (the reference's ValidateBasic) and again when a contract sends
// the message.
func NewMsg[Q any, PQ interface {
	*Q
	Message
}, R Message](path string, check func(*Block, PQ) error, handle func(*Env, PQ) (R, error)) Route {
	r := NewQuery(path, handle)
	if check != nil {
		r.Check = func(block *Block, req Message) error { return check(block, req.(PQ)) }
	}
	return r
}

// result keeps a nil response of a failed handler from becoming a non-nil
// interface value.
func result[R Message](res R, err error) (Message, error) {
	if err != nil {
		return nil, err
	}
	return res, nil
}
