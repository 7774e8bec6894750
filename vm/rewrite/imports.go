package rewrite

const (
	envModule  = "env"
	wasiModule = "wasi_snapshot_preview1"
)

// hostFunc is an import that the chain provides.
type hostFunc struct {
	name string
	typ  funcType
}

// sig writes a signature as letters: i for i32, I for i64; results after the
// colon.
func sig(s string) funcType {
	var t funcType
	list := &t.params
	for _, c := range s {
		switch c {
		case 'i':
			*list = append(*list, i32)
		case 'I':
			*list = append(*list, i64)
		case ':':
			list = &t.results
		}
	}
	return t
}

// envFuncs are the imports of CosmWasm, in the order of the reference's error
// text.
var envFuncs = []hostFunc{
	{"abort", sig("i:")},
	{"db_read", sig("i:i")},
	{"db_write", sig("ii:")},
	{"db_remove", sig("i:")},
	{"addr_validate", sig("i:i")},
	{"addr_canonicalize", sig("ii:i")},
	{"addr_humanize", sig("ii:i")},
	{"bls12_381_aggregate_g1", sig("ii:i")},
	{"bls12_381_aggregate_g2", sig("ii:i")},
	{"bls12_381_pairing_equality", sig("iiii:i")},
	{"bls12_381_hash_to_g1", sig("iiii:i")},
	{"bls12_381_hash_to_g2", sig("iiii:i")},
	{"secp256k1_verify", sig("iii:i")},
	{"secp256k1_recover_pubkey", sig("iii:I")},
	{"secp256r1_verify", sig("iii:i")},
	{"secp256r1_recover_pubkey", sig("iii:I")},
	{"ed25519_verify", sig("iii:i")},
	{"ed25519_batch_verify", sig("iii:i")},
	{"debug", sig("i:")},
	{"query_chain", sig("i:i")},
	{"db_scan", sig("iii:i")},
	{"db_next", sig("i:i")},
	{"db_next_key", sig("i:i")},
	{"db_next_value", sig("i:i")},
}

// wasiFuncs are the functions of WASI preview 1, all of them: a program imports
// what its toolchain's library knows, not only what it calls.
var wasiFuncs = []hostFunc{
	{"args_get", sig("ii:i")},
	{"args_sizes_get", sig("ii:i")},
	{"clock_res_get", sig("ii:i")},
	{"clock_time_get", sig("iIi:i")},
	{"environ_get", sig("ii:i")},
	{"environ_sizes_get", sig("ii:i")},
	{"fd_advise", sig("iIIi:i")},
	{"fd_allocate", sig("iII:i")},
	{"fd_close", sig("i:i")},
	{"fd_datasync", sig("i:i")},
	{"fd_fdstat_get", sig("ii:i")},
	{"fd_fdstat_set_flags", sig("ii:i")},
	{"fd_fdstat_set_rights", sig("iII:i")},
	{"fd_filestat_get", sig("ii:i")},
	{"fd_filestat_set_size", sig("iI:i")},
	{"fd_filestat_set_times", sig("iIIi:i")},
	{"fd_pread", sig("iiiIi:i")},
	{"fd_prestat_dir_name", sig("iii:i")},
	{"fd_prestat_get", sig("ii:i")},
	{"fd_pwrite", sig("iiiIi:i")},
	{"fd_read", sig("iiii:i")},
	{"fd_readdir", sig("iiiIi:i")},
	{"fd_renumber", sig("ii:i")},
	{"fd_seek", sig("iIii:i")},
	{"fd_sync", sig("i:i")},
	{"fd_tell", sig("ii:i")},
	{"fd_write", sig("iiii:i")},
	{"path_create_directory", sig("iii:i")},
	{"path_filestat_get", sig("iiiii:i")},
	{"path_filestat_set_times", sig("iiiiIIi:i")},
	{"path_link", sig("iiiiiii:i")},
	{"path_open", sig("iiiiiIIii:i")},
	{"path_readlink", sig("iiiiii:i")},
	{"path_remove_directory", sig("iii:i")},
	{"path_rename", sig("iiiiii:i")},
	{"path_symlink", sig("iiiii:i")},
	{"path_unlink_file", sig("iii:i")},
	{"poll_oneoff", sig("iiii:i")},
	{"proc_exit", sig("i:")},
	{"proc_raise", sig("i:i")},
	{"random_get", sig("ii:i")},
	{"sched_yield", sig(":i")},
	{"sock_accept", sig("iii:i")},
	{"sock_recv", sig("iiiiii:i")},
	{"sock_send", sig("iiiii:i")},
	{"sock_shutdown", sig("ii:i")},
}

// hostFuncs maps "module.name" to the signature.
var hostFuncs = func() map[string]funcType {
	all := make(map[string]funcType, len(envFuncs)+len(wasiFuncs))
	for _, f := range envFuncs {
		all[envModule+"."+f.name] = f.typ
	}
	for _, f := range wasiFuncs {
		all[wasiModule+"."+f.name] = f.typ
	}
	return all
}()

// ImportsWASI reports whether a module imports anything from WASI preview 1.
// The beginning of a module is enough, as long as the import section is in it;
// what is no module does not.
func ImportsWASI(code []byte) bool {
	r := &reader{buf: code, end: len(code)}
	if string(r.bytes(4)) != wasmMagic || string(r.bytes(4)) != wasmVersion {
		return false
	}
	for r.err == nil && r.left() > 0 {
		id, size := r.byte(), r.u32()
		if id == secImport {
			return r.importsWASI()
		}
		r.bytes(size)
	}
	return false
}

func (r *reader) importsWASI() bool {
	for n := r.u32(); n > 0 && r.err == nil; n-- {
		module := r.name()
		r.name()
		if r.err == nil && module == wasiModule {
			return true
		}
		switch r.byte() {
		case kindFunc:
			r.u32()
		case kindTable:
			r.byte()
			r.limits(1<<32 - 1)
		case kindMemory:
			r.limits(1<<32 - 1)
		case kindGlobal:
			r.bytes(2)
		default:
			return false
		}
	}
	return false
}
