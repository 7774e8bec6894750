//go:build cgo

package conformance

import (
	_ "unsafe" // for go:linkname

	"github.com/CosmWasm/wasmvm/v3/types"
)

//go:linkname refInstantiate github.com/CosmWasm/wasmvm/v3/internal/api.Instantiate
func refInstantiate(cache refCache, checksum, env, info, msg []byte, meter *types.GasMeter, store types.KVStore,
	api *types.GoAPI, querier *types.Querier, gasLimit uint64, printDebug bool) ([]byte, types.GasReport, error)

//go:linkname refExecute github.com/CosmWasm/wasmvm/v3/internal/api.Execute
func refExecute(cache refCache, checksum, env, info, msg []byte, meter *types.GasMeter, store types.KVStore,
	api *types.GoAPI, querier *types.Querier, gasLimit uint64, printDebug bool) ([]byte, types.GasReport, error)

//go:linkname refMigrateWithInfo github.com/CosmWasm/wasmvm/v3/internal/api.MigrateWithInfo
func refMigrateWithInfo(cache refCache, checksum, env, msg, migrateInfo []byte, meter *types.GasMeter, store types.KVStore,
	api *types.GoAPI, querier *types.Querier, gasLimit uint64, printDebug bool) ([]byte, types.GasReport, error)

//go:linkname refQuery github.com/CosmWasm/wasmvm/v3/internal/api.Query
func refQuery(cache refCache, checksum, env, msg []byte, meter *types.GasMeter, store types.KVStore,
	api *types.GoAPI, querier *types.Querier, gasLimit uint64, printDebug bool) ([]byte, types.GasReport, error)

//go:linkname refMigrate github.com/CosmWasm/wasmvm/v3/internal/api.Migrate
func refMigrate(cache refCache, checksum, env, msg []byte, meter *types.GasMeter, store types.KVStore,
	api *types.GoAPI, querier *types.Querier, gasLimit uint64, printDebug bool) ([]byte, types.GasReport, error)

//go:linkname refSudo github.com/CosmWasm/wasmvm/v3/internal/api.Sudo
func refSudo(cache refCache, checksum, env, msg []byte, meter *types.GasMeter, store types.KVStore,
	api *types.GoAPI, querier *types.Querier, gasLimit uint64, printDebug bool) ([]byte, types.GasReport, error)

//go:linkname refReply github.com/CosmWasm/wasmvm/v3/internal/api.Reply
func refReply(cache refCache, checksum, env, msg []byte, meter *types.GasMeter, store types.KVStore,
	api *types.GoAPI, querier *types.Querier, gasLimit uint64, printDebug bool) ([]byte, types.GasReport, error)

//go:linkname refIBCChannelOpen github.com/CosmWasm/wasmvm/v3/internal/api.IBCChannelOpen
func refIBCChannelOpen(cache refCache, checksum, env, msg []byte, meter *types.GasMeter, store types.KVStore,
	api *types.GoAPI, querier *types.Querier, gasLimit uint64, printDebug bool) ([]byte, types.GasReport, error)

//go:linkname refIBCChannelConnect github.com/CosmWasm/wasmvm/v3/internal/api.IBCChannelConnect
func refIBCChannelConnect(cache refCache, checksum, env, msg []byte, meter *types.GasMeter, store types.KVStore,
	api *types.GoAPI, querier *types.Querier, gasLimit uint64, printDebug bool) ([]byte, types.GasReport, error)

//go:linkname refIBCChannelClose github.com/CosmWasm/wasmvm/v3/internal/api.IBCChannelClose
func refIBCChannelClose(cache refCache, checksum, env, msg []byte, meter *types.GasMeter, store types.KVStore,
	api *types.GoAPI, querier *types.Querier, gasLimit uint64, printDebug bool) ([]byte, types.GasReport, error)

//go:linkname refIBCPacketReceive github.com/CosmWasm/wasmvm/v3/internal/api.IBCPacketReceive
func refIBCPacketReceive(cache refCache, checksum, env, msg []byte, meter *types.GasMeter, store types.KVStore,
	api *types.GoAPI, querier *types.Querier, gasLimit uint64, printDebug bool) ([]byte, types.GasReport, error)

//go:linkname refIBCPacketAck github.com/CosmWasm/wasmvm/v3/internal/api.IBCPacketAck
func refIBCPacketAck(cache refCache, checksum, env, msg []byte, meter *types.GasMeter, store types.KVStore,
	api *types.GoAPI, querier *types.Querier, gasLimit uint64, printDebug bool) ([]byte, types.GasReport, error)

//go:linkname refIBCPacketTimeout github.com/CosmWasm/wasmvm/v3/internal/api.IBCPacketTimeout
func refIBCPacketTimeout(cache refCache, checksum, env, msg []byte, meter *types.GasMeter, store types.KVStore,
	api *types.GoAPI, querier *types.Querier, gasLimit uint64, printDebug bool) ([]byte, types.GasReport, error)

//go:linkname refIBCSourceCallback github.com/CosmWasm/wasmvm/v3/internal/api.IBCSourceCallback
func refIBCSourceCallback(cache refCache, checksum, env, msg []byte, meter *types.GasMeter, store types.KVStore,
	api *types.GoAPI, querier *types.Querier, gasLimit uint64, printDebug bool) ([]byte, types.GasReport, error)

//go:linkname refIBCDestinationCallback github.com/CosmWasm/wasmvm/v3/internal/api.IBCDestinationCallback
func refIBCDestinationCallback(cache refCache, checksum, env, msg []byte, meter *types.GasMeter, store types.KVStore,
	api *types.GoAPI, querier *types.Querier, gasLimit uint64, printDebug bool) ([]byte, types.GasReport, error)

//go:linkname refIBC2PacketReceive github.com/CosmWasm/wasmvm/v3/internal/api.IBC2PacketReceive
func refIBC2PacketReceive(cache refCache, checksum, env, msg []byte, meter *types.GasMeter, store types.KVStore,
	api *types.GoAPI, querier *types.Querier, gasLimit uint64, printDebug bool) ([]byte, types.GasReport, error)

//go:linkname refIBC2PacketAck github.com/CosmWasm/wasmvm/v3/internal/api.IBC2PacketAck
func refIBC2PacketAck(cache refCache, checksum, env, msg []byte, meter *types.GasMeter, store types.KVStore,
	api *types.GoAPI, querier *types.Querier, gasLimit uint64, printDebug bool) ([]byte, types.GasReport, error)

//go:linkname refIBC2PacketTimeout github.com/CosmWasm/wasmvm/v3/internal/api.IBC2PacketTimeout
func refIBC2PacketTimeout(cache refCache, checksum, env, msg []byte, meter *types.GasMeter, store types.KVStore,
	api *types.GoAPI, querier *types.Querier, gasLimit uint64, printDebug bool) ([]byte, types.GasReport, error)

//go:linkname refIBC2PacketSend github.com/CosmWasm/wasmvm/v3/internal/api.IBC2PacketSend
func refIBC2PacketSend(cache refCache, checksum, env, msg []byte, meter *types.GasMeter, store types.KVStore,
	api *types.GoAPI, querier *types.Querier, gasLimit uint64, printDebug bool) ([]byte, types.GasReport, error)
