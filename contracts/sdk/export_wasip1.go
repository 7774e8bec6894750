package sdk

// exported answers the chain. It is the one variable of the package that init
// functions set.
var exported Contract

// outBytes is room for most results.
const outBytes = 4 << 10

var (
	out  [outBytes]byte
	last []byte // keeps the result reachable
)

// Export makes a contract what this module is. Call it in an init function.
func Export(k Contract) { exported = k }

// context is that of the one call.
var context Context

func newContext() *Context { return &context }

func passes(any) bool { return false } // the chain unwinds its own way

func call(entry string, env, info, msg uint32) uint32 {
	sender := ""
	if info != 0 {
		sender = take(info)
	}
	last = exported.run(host{}, entry, take(env), sender, take(msg), out[:0])
	return lend(0, last)
}

//go:wasmexport instantiate
func instantiate(env, info, msg uint32) uint32 { return call(entryInstantiate, env, info, msg) }

//go:wasmexport execute
func execute(env, info, msg uint32) uint32 { return call(entryExecute, env, info, msg) }

//go:wasmexport query
func query(env, msg uint32) uint32 { return call(entryQuery, env, 0, msg) }

//go:wasmexport migrate
func migrate(env, msg, info uint32) uint32 { return call(entryMigrate, env, info, msg) }

//go:wasmexport sudo
func sudo(env, msg uint32) uint32 { return call(entrySudo, env, 0, msg) }

//go:wasmexport reply
func reply(env, msg uint32) uint32 { return call(entryReply, env, 0, msg) }
