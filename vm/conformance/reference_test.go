//go:build cgo

package conformance

import (
	"crypto/sha256"
	"fmt"
	"math"
	"strings"
	"sync"
	"unsafe"

	cosmwasm "github.com/CosmWasm/wasmvm/v3"
	"github.com/CosmWasm/wasmvm/v3/types"

	"github.com/weftchain/weft/vm"
)

// reference is wasmvm behind the interface of the comparison. Its public calls
// parse what contracts return and hide the gas that was charged externally, so
// that the raw calls beneath are linked by name.
type reference struct {
	vm       *cosmwasm.VM
	cache    refCache
	verdicts sync.Map // of store, as functions, by checksum
}

// refCache has the layout of the reference's api.Cache.
type refCache struct{ ptr, lockfile unsafe.Pointer }

func newReference(dir string) (*reference, error) {
	machine, err := cosmwasm.NewVMWithConfig(types.VMConfig{
		Cache: types.CacheOptions{
			BaseDir: dir, AvailableCapabilities: capabilities(),
			MemoryCacheSizeBytes: types.NewSizeMebi(1_000), InstanceMemoryLimitBytes: types.NewSizeMebi(32),
		},
	}, false)
	if err != nil {
		return nil, err
	}
	return &reference{vm: machine, cache: *(*refCache)(unsafe.Pointer(machine))}, nil
}

// store stores a code once. To store it again would write the file of its machine
// code anew, which may be mapped into memory and run by another test: a SIGBUS.
func (e *reference) store(code []byte) string {
	verdict, _ := e.verdicts.LoadOrStore(sha256.Sum256(code), sync.OnceValue(func() string {
		if _, _, err := e.vm.StoreCode(code, math.MaxUint64); err != nil {
			return err.Error()
		}
		return ""
	}))
	return verdict.(func() string)()
}

func (e *reference) run(w *world, r request) (out outcome) {
	var meter types.GasMeter = w
	var querier types.Querier = w
	api := &types.GoAPI{HumanizeAddress: w.humanize, CanonicalizeAddress: w.canonicalize, ValidateAddress: w.validate}
	store := refStore{shelf{w, r.actor}}
	var data []byte
	var report types.GasReport
	var err error
	sum := r.actor.code.checksum[:]
	if call := threeArgs[r.entry]; call != nil && len(r.args) == 3 {
		data, report, err = call(e.cache, sum, r.args[0], r.args[1], r.args[2], &meter, store, api, &querier, r.limit, false)
	} else if call := twoArgs[r.entry]; call != nil && len(r.args) == 2 {
		data, report, err = call(e.cache, sum, r.args[0], r.args[1], &meter, store, api, &querier, r.limit, false)
	} else {
		panic(fmt.Sprintf("the reference cannot call %s with %d arguments", r.entry, len(r.args)))
	}
	out = outcome{data, "", report.UsedInternally, report.UsedExternally, report.Remaining}
	if err != nil {
		out.Data, out.Err = nil, err.Error()
		w.note("%v", kindOfText(out.Err))
	}
	return out
}

// kindOfText finds our kind of an error in the reference's words.
func kindOfText(text string) vm.Kind {
	if text == (types.OutOfGasError{}).Error() {
		return vm.KindOutOfGas
	}
	text = strings.TrimPrefix(text, "Error calling the VM: ")
	const trap = "Error executing Wasm: Wasmer runtime error: RuntimeError: "
	inner, trapped := text, false
	for found := true; found; trapped = trapped || found { // once for each guest that it passed through
		inner, found = strings.CutPrefix(inner, trap)
	}
	for _, k := range []struct {
		prefix string
		kind   vm.Kind
	}{
		{"Ran out of gas during contract execution", vm.KindOutOfGas}, // in an import
		{"Aborted: ", vm.KindAborted},
		{"Error in guest/host communication: ", vm.KindCommunication},
		{"Generic error: ", vm.KindGeneric},
		{"Must not call a writing storage function", vm.KindReadOnly},
		{"Error calling into the VM's backend: ", vm.KindBackend},
		{"Error resolving Wasm function: ", vm.KindResolve},
		{"Maximum call depth exceeded", vm.KindDepth},
		{"The called function args arity does not match", vm.KindArity},
		{"Unexpected number of result values", vm.KindResult},
		{"Couldn't convert from", vm.KindResult},
		{"Error instantiating a Wasm module: ", vm.KindInstantiate},
		{"Error during static Wasm validation: ", vm.KindStatic},
		{"Error compiling Wasm: ", vm.KindCompile},
		{"call stack exhausted", vm.KindStack},
	} {
		if strings.HasPrefix(inner, k.prefix) {
			return k.kind
		}
	}
	if trapped {
		return vm.KindTrap
	}
	return 0
}

type refStore struct{ shelf }

func (s refStore) Get(key []byte) []byte { return s.get(key) }
func (s refStore) Set(key, value []byte) { s.set(key, value) }
func (s refStore) Delete(key []byte)     { s.remove(key) }
func (s refStore) Iterator(start, end []byte) types.Iterator {
	return refIterator{s.scan(start, end, false)}
}

func (s refStore) ReverseIterator(start, end []byte) types.Iterator {
	return refIterator{s.scan(start, end, true)}
}

type refIterator struct{ *cursor }

func (it refIterator) Domain() (start, end []byte) { return nil, nil }
func (it refIterator) Valid() bool                 { return it.valid() }
func (it refIterator) Next()                       { it.step() }
func (it refIterator) Key() []byte                 { return []byte(it.keys[0]) }
func (it refIterator) Value() []byte               { return it.values[0] }
func (it refIterator) Error() error                { return nil }
func (it refIterator) Close() error                { return nil }

type (
	twoArgsCall func(cache refCache, checksum, env, msg []byte, meter *types.GasMeter, store types.KVStore,
		api *types.GoAPI, querier *types.Querier, gasLimit uint64, printDebug bool) ([]byte, types.GasReport, error)
	threeArgsCall func(cache refCache, checksum, env, info, msg []byte, meter *types.GasMeter, store types.KVStore,
		api *types.GoAPI, querier *types.Querier, gasLimit uint64, printDebug bool) ([]byte, types.GasReport, error)
)

// The raw calls of the reference by the names of the exports that they call.
var (
	threeArgs = map[string]threeArgsCall{"instantiate": refInstantiate, "execute": refExecute, "migrate": refMigrateWithInfo}
	twoArgs   = map[string]twoArgsCall{
		"query": refQuery, "migrate": refMigrate, "sudo": refSudo, "reply": refReply,
		"ibc_channel_open": refIBCChannelOpen, "ibc_channel_connect": refIBCChannelConnect, "ibc_channel_close": refIBCChannelClose,
		"ibc_packet_receive": refIBCPacketReceive, "ibc_packet_ack": refIBCPacketAck, "ibc_packet_timeout": refIBCPacketTimeout,
		"ibc_source_callback": refIBCSourceCallback, "ibc_destination_callback": refIBCDestinationCallback,
		"ibc2_packet_receive": refIBC2PacketReceive, "ibc2_packet_ack": refIBC2PacketAck,
		"ibc2_packet_timeout": refIBC2PacketTimeout, "ibc2_packet_send": refIBC2PacketSend,
	}
)
