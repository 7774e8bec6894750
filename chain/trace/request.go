package trace

// Path is where the RPC of a node makes traces: POST with the JSON of a [Request]
// is answered with that of a [Trace], or with an error in the form of the REST
// API.
const Path = "/weft/trace/v1"

// Request asks a node for a trace. Exactly one of Tx, Hash and Path is set.
type Request struct {
	// Tx is a transaction to be simulated on the last commit; signatures may be
	// missing.
	Tx []byte `json:"tx,omitempty"`
	// Hash is that of a transaction in a block, in hexadecimal digits.
	Hash string `json:"hash,omitempty"`
	// Path is a query's method, "/package.Service/Method", with its request (Data,
	// protobuf) and the height of the state (0: the last).
	Path   string `json:"path,omitempty"`
	Data   []byte `json:"data,omitempty"`
	Height int64  `json:"height,omitempty"`
	// Profile asks for the gas profile as well.
	Profile bool `json:"profile,omitempty"`
}
