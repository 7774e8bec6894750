package rewrite

import "slices"

// Version identifies the output of the rewriter. It is part of every cache key
// and goes up with any change of the bytes that Metered writes.
const Version = 8

// Check parses and fully validates a contract and applies the static rules in
// the reference's order. capabilities are those that the chain offers. The
// error, if any, is a *RefusedError: a verdict that is equal on all nodes. The
// module keeps code, which must not change afterwards.
func Check(code []byte, limits Limits, capabilities []string) (*Module, error) {
	m, refused := parse(code, limits.of(code))
	if refused != nil {
		return nil, refused
	}
	m.wasi = slices.ContainsFunc(m.imports, func(e importEntry) bool { return e.module == wasiModule })
	for _, rule := range []func() *RefusedError{
		m.checkTables,
		m.checkMemories,
		m.checkInterfaceVersion,
		m.checkExports,
		m.checkImports,
		func() *RefusedError { return m.checkCapabilities(capabilities) },
		m.checkFunctionCounts,
		m.checkMemoryExport,
		m.checkReservedNames,
		m.checkStart,
		m.checkSegments,
		m.validateBodies,
	} {
		if refused = rule(); refused != nil {
			return nil, refused
		}
	}
	m.findSmall()
	m.analyse()
	return m, nil
}

// Analysis is what the chain wants to know about a contract without running it.
type Analysis struct {
	EntryPoints       []string // exported entry points, sorted as the reference does
	Capabilities      []string // required ones, sorted
	MigrateVersion    *uint64  // from the custom section cw_migrate_version
	HasIBCEntryPoints bool     // all six entry points of an IBC contract
	WASI              bool     // imports wasi_snapshot_preview1
	Initialize        bool     // exports _initialize
	// CompileWork is the estimate that Limits.CompileWork bounds, for a contract
	// that imports WASI; 0 for others, whose price is the reference's.
	CompileWork uint64
	// InitializeGas is the VM gas that _initialize used when the code was
	// stored. Running it is not this package's: package vm fills it in.
	InitializeGas uint64
}

// Analysis returns what the checks found out.
func (m *Module) Analysis() Analysis {
	a := m.analysis
	a.EntryPoints = slices.Clone(a.EntryPoints)
	a.Capabilities = slices.Clone(a.Capabilities)
	if a.MigrateVersion != nil {
		v := *a.MigrateVersion
		a.MigrateVersion = &v
	}
	return a
}

// entryPoints in the reference's order, which is that of the names.
var entryPoints = []string{
	"execute", "ibc2_packet_ack", "ibc2_packet_receive", "ibc2_packet_send", "ibc2_packet_timeout",
	"ibc_channel_close", "ibc_channel_connect", "ibc_channel_open", "ibc_destination_callback",
	"ibc_packet_ack", "ibc_packet_receive", "ibc_packet_timeout", "ibc_source_callback",
	"instantiate", "migrate", "query", "reply", "sudo",
}

// ibcEntryPoints make a contract an IBC contract when all are there.
var ibcEntryPoints = []string{
	"ibc_channel_open", "ibc_channel_connect", "ibc_channel_close",
	"ibc_packet_receive", "ibc_packet_ack", "ibc_packet_timeout",
}

func (m *Module) analyse() {
	a := Analysis{Capabilities: m.requiredCapabilities(), MigrateVersion: m.migrateVersion}
	for _, name := range entryPoints {
		if m.exportsFunc(name) {
			a.EntryPoints = append(a.EntryPoints, name)
		}
	}
	a.HasIBCEntryPoints = !slices.ContainsFunc(ibcEntryPoints, func(name string) bool { return !m.exportsFunc(name) })
	a.WASI = m.wasi
	a.Initialize = m.exportsFunc("_initialize")
	if m.wasi {
		for i := range m.bodies {
			a.CompileWork += m.bodies[i].work
		}
	}
	m.analysis = a
}

func (m *Module) exportsFunc(name string) bool { return m.exported(name, kindFunc) }

func (m *Module) exported(name string, kind byte) bool {
	return slices.ContainsFunc(m.exports, func(e exportEntry) bool { return e.kind == kind && e.name == name })
}
