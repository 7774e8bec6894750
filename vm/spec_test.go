package vm

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero/api"

	"github.com/weftchain/weft/internal/golden"
	"github.com/weftchain/weft/vm/internal/wat"
	"github.com/weftchain/weft/vm/rewrite"
)

// TestSpecGas compares docs/spec/gas.md with what host calls cost.
func TestSpecGas(t *testing.T) {
	golden.Mentions(t, "gas.go", "gas", "spec_test.go")
	golden.Mentions(t, "wasi.go", "gas", "spec_test.go")
	number := golden.Number[int]
	per := func(base, each int, what string) string { return number(base) + " + " + number(each) + " a " + what }
	golden.Table(t, "gas.md", "Host calls (VM gas)", [][]string{
		{"any import of `env`", number(gasHostCall)},
		{"any import of WASI but `proc_exit`", number(gasHostCall + gasWASICall)},
		{"reading a Region", per(gasReadBase, gasReadPerByte, "byte")},
		{"reading a Region of more than " + number(readLargeBytes) + " bytes", fmt.Sprintf("%d a byte", gasReadLargeByte)},
		{"writing a Region", per(gasWriteBase, gasWritePerByte, "byte")},
		{"looking at a text", per(gasStringBase, gasStringPerByte, "byte")},
		{"secp256k1_verify", number(gasK1Verify)},
		{"secp256k1_recover_pubkey", number(gasK1Recover)},
		{"secp256r1_verify", number(gasR1Verify)},
		{"secp256r1_recover_pubkey", number(gasR1Recover)},
		{"ed25519_verify", number(gasEd25519Verify)},
		{"ed25519_batch_verify", per(gasEdBatchBase, gasEdBatchPerSig, "signature")},
		{"ed25519_batch_verify with one key", per(gasEdOneKeyBase, gasEdOneKeyPerSig, "signature")},
		{"ed25519_batch_verify of one message, further signature", number(gasEdRepeatedByte) + " a byte"},
		{"bls12_381_aggregate_g1", per(gasBlsG1Base, gasBlsG1PerPoint, "point")},
		{"bls12_381_aggregate_g2", per(gasBlsG2Base, gasBlsG2PerPoint, "point")},
		{"bls12_381_pairing_equality", per(gasBlsPairingBase, gasBlsPairingPerPt, "point")},
		{"bls12_381_hash_to_g1", number(gasBlsHashG1)},
		{"bls12_381_hash_to_g2", number(gasBlsHashG2)},
	})
}

// importLimits are the limits of the Regions that an import reads, by argument.
var importLimits = map[string][]struct {
	argument int
	bytes    uint32
}{
	"abort":                      {{0, maxAbortBytes}},
	"addr_canonicalize":          {{0, maxHumanBytes}},
	"addr_humanize":              {{0, maxCanonicalBytes}},
	"addr_validate":              {{0, maxHumanBytes}},
	"bls12_381_aggregate_g1":     {{0, blsPointsBytes}},
	"bls12_381_aggregate_g2":     {{0, blsPointsBytes}},
	"bls12_381_hash_to_g1":       {{1, blsMessageBytes}, {2, blsDstBytes}},
	"bls12_381_hash_to_g2":       {{1, blsMessageBytes}, {2, blsDstBytes}},
	"bls12_381_pairing_equality": {{0, blsPointsBytes}, {1, blsPointsBytes}, {2, blsG1Bytes}, {3, blsG2Bytes}},
	"db_read":                    {{0, maxKeyBytes}},
	"db_remove":                  {{0, maxKeyBytes}},
	"db_scan":                    {{0, maxKeyBytes}, {1, maxKeyBytes}},
	"db_write":                   {{0, maxKeyBytes}, {1, maxValueBytes}},
	"debug":                      {{0, maxDebugBytes}},
	"ed25519_batch_verify":       {{0, (edMessageBytes + 4) * maxEdBatchEntries}, {1, (edSigBytes + 4) * maxEdBatchEntries}, {2, (edPubkeyBytes + 4) * maxEdBatchEntries}},
	"ed25519_verify":             {{0, edMessageBytes}, {1, edSigBytes}, {2, edPubkeyBytes}},
	"query_chain":                {{0, maxQueryBytes}},
	"secp256k1_recover_pubkey":   {{0, hashBytes}, {1, ecdsaSigBytes}},
	"secp256k1_verify":           {{0, hashBytes}, {1, ecdsaSigBytes}, {2, ecdsaPubkeyBytes}},
	"secp256r1_recover_pubkey":   {{0, hashBytes}, {1, ecdsaSigBytes}},
	"secp256r1_verify":           {{0, hashBytes}, {1, ecdsaSigBytes}, {2, ecdsaPubkeyBytes}},
}

// TestSpecImports compares docs/spec/vm.md with the imports that there are and the
// limits of what they read.
func TestSpecImports(t *testing.T) {
	var rows [][]string
	for _, im := range imports {
		var limits []string
		for _, l := range importLimits[im.name] {
			limits = append(limits, golden.Number(l.bytes))
		}
		params := strings.TrimSuffix(strings.Repeat("i32, ", im.params), ", ")
		result := ""
		if im.result != 0 {
			result = api.ValueTypeName(im.result)
		}
		rows = append(rows, []string{im.name, "(" + params + ") -> (" + result + ")", strings.Join(limits, ", ")})
	}
	golden.Table(t, "vm.md", "Imports", rows)
}

// Each limit of what an import reads, at it and one beyond.
func TestImportLimits(t *testing.T) {
	tooBig := func(n, limit uint32) string {
		return fmt.Sprintf("Region length too big. Got %d, limit %d", n, limit)
	}
	for _, im := range imports {
		for _, l := range importLimits[im.name] {
			for _, n := range []uint32{l.bytes, l.bytes + 1} {
				g := newGuest(im.name)
				args := []int32{regionB, regionB, regionB, regionB}[:im.params]
				args[l.argument] = regionA
				g.Data(regionB, regionOf(dataB, 0, 0))
				g.Data(regionA, regionOf(dataA, n, n))
				g.entry(g.call(im.name, args...), g.dropResult(im.name), wat.I32Const(resultRegion))
				call, _ := testCall(g.code())
				_, err := sharedEngine(t).Call(call)
				text := tooBig(n, l.bytes)
				if im.name == "db_write" {
					text = fmt.Sprintf("too big. Tried to write %d bytes to storage, limit is %d.", n, l.bytes)
				}
				if n > l.bytes {
					require.ErrorContains(t, err, text, "argument %d of %s", l.argument, im.name)
				} else if err != nil {
					require.NotContains(t, err.Error(), "too big", "argument %d of %s", l.argument, im.name)
				}
			}
		}
	}
}

// TestSpecCodes compares docs/spec/vm.md with the answers of crypto imports.
func TestSpecCodes(t *testing.T) {
	var rows [][]string
	for _, code := range []cryptoCode{
		cryptoValid, cryptoInvalid, cryptoBadHash, cryptoBadSignature, cryptoBadPubkey, cryptoBadRecoveryParam, cryptoBatch, cryptoBadPoint,
		cryptoUnknownHash, cryptoGeneric, cryptoPairingG1Length, cryptoPairingG2Length, cryptoPairingUnequal, cryptoAggregateEmpty,
		cryptoAggregateLength,
	} {
		rows = append(rows, []string{fmt.Sprint(uint32(code))})
	}
	golden.Table(t, "vm.md", "Codes of crypto imports", rows)
}

// TestSpecKinds compares docs/spec/vm.md with the kinds of failures.
func TestSpecKinds(t *testing.T) {
	var rows [][]string
	for _, name := range kindNames {
		if name != "" {
			rows = append(rows, []string{name})
		}
	}
	golden.Table(t, "vm.md", "Kinds of failures", rows)
}

// TestSpecLimits compares docs/spec/vm.md with what a call may do.
func TestSpecLimits(t *testing.T) {
	number := golden.Number[int]
	golden.Table(t, "vm.md", "Limits of a call", [][]string{
		{"pages of memory", number(int(DefaultLimits().MemoryPages))},
		{"bytes of the stack", number(rewrite.StackBudget)},
		{"guest entries", number(maxGuestDepth)},
		{"iterators", number(maxIterators)},
		{"bytes of a result", number(maxResultBytes)},
		{"bytes of an error text of the address API", number(maxUserErrorBytes)},
	})
}

// TestSpecRegions provokes the failures in docs/spec/vm.md with Regions that fail
// there and in all that follows: so the order is that of the document.
func TestSpecRegions(t *testing.T) {
	const far = 2 * pageBytes // beyond memory
	read := func(ptr int32, region []byte) *guest {
		g := newGuest("db_read")
		g.Data(regionA, region)
		return g.entry(g.call("db_read", ptr))
	}
	write := func(region []byte) *guest {
		g := newGuest("addr_canonicalize").region(regionA, dataA, "abc")
		g.Data(regionB, region)
		return g.entry(g.call("addr_canonicalize", regionA, regionB))
	}
	small := write(regionOf(far, 1, 0)).code()
	call, _ := testCall(small)
	res, err := sharedEngine(t).Call(call)
	require.Error(t, err)
	tests := []struct {
		code []byte
		gas  uint64
	}{
		{read(pageBytes-11, regionOf(0, 0, 0)).code(), testGasLimit},
		{read(regionA, regionOf(0, 8, 9)).code(), testGasLimit},
		{read(regionA, regionOf(math.MaxUint32-4, 5, 6)).code(), testGasLimit},
		{read(regionA, regionOf(math.MaxUint32-4, 5, 5)).code(), testGasLimit},
		{read(regionA, regionOf(far, 70_000, 70_000)).code(), 1_000_000},
		{read(regionA, regionOf(far, 70_000, 70_000)).code(), testGasLimit},
		{small, res.GasUsed - 1},
		{small, testGasLimit},
		{read(regionA, regionOf(far, 4, 4)).code(), testGasLimit},
	}
	rows := golden.Rows(t, "vm.md", "Regions")
	require.Len(t, rows, len(tests))
	for i, row := range rows {
		call, _ := testCall(tests[i].code)
		call.GasLimit = tests[i].gas
		_, err := sharedEngine(t).Call(call)
		if row[1] == "out of gas" {
			requireKind(t, KindOutOfGas, "", err)
			continue
		}
		requireKind(t, KindCommunication, "", err)
		pattern := strings.ReplaceAll(regexp.QuoteMeta(strings.Trim(row[1], "`")), "…", `\d+`)
		require.Regexp(t, pattern, err.Error(), row[0])
	}
}

// TestSpecWASI compares docs/spec/wasi.md with the answers that there are, and the
// functions that it names with those that can be imported.
func TestSpecWASI(t *testing.T) {
	golden.Table(t, "wasi.md", "Functions", [][]string{
		{"success", fmt.Sprint(wasiSuccess)},
		{"badf", fmt.Sprint(wasiBadf)},
		{"fault", fmt.Sprint(wasiFault)},
		{"inval", fmt.Sprint(wasiInval)},
		{"nosys", fmt.Sprint(wasiNosys)},
		{"notdir", fmt.Sprint(wasiNotdir)},
		{"notsock", fmt.Sprint(wasiNotsock)},
		{"notsup", fmt.Sprint(wasiNotsup)},
		{"spipe", fmt.Sprint(wasiSpipe)},
	})
	text, err := os.ReadFile(filepath.Join("..", "docs", "spec", "wasi.md"))
	require.NoError(t, err)
	require.Contains(t, string(text), fmt.Sprintf("All %d functions of preview 1", len(wasiImports)+1))
	require.Contains(t, string(text), "Every call costs "+golden.Number(gasHostCall+gasWASICall))
	known := map[string]bool{"proc_exit": true}
	for _, im := range wasiImports {
		known[im.name] = true
	}
	for _, name := range regexp.MustCompile("`((?:args|environ|clock|fd|path|poll|proc|random|sched|sock)_\\w+)`").FindAllStringSubmatch(string(text), -1) {
		require.True(t, known[name[1]], "there is no %s", name[1])
	}
}

// deallocate returns nothing.
func TestDeallocateWithResult(t *testing.T) {
	g := newGuest().entry(wat.I32Const(resultRegion))
	g.Data(resultRegion, regionOf(dataC, 2, 2))
	g.Memory(1)
	g.Export("memory", wat.MemoryKind, 0)
	g.ExportFunc("allocate", wat.T(wat.I32), wat.T(wat.I32), nil, wat.I32Const(0))
	g.ExportFunc("deallocate", wat.T(wat.I32), wat.T(wat.I32), nil, wat.I32Const(0))
	g.ExportFunc("interface_version_8", nil, nil, nil, nil)
	_, _, err := runCode(t, g.Bytes(), func(*Call) {})
	requireKind(t, KindResult, "Unexpected number of result values when calling 'deallocate'. Expected: 0, actual: 1.", err)
}

// specTests has the folders in which the tests are that a specification names.
var specTests = []string{".", "rewrite", "conformance", "../app", "../app/wasm", "../app/auth", "../app/conformance", "../chain"}

// TestSpecEvidence: each section of the specifications of this package names
// tests, and they exist.
func TestSpecEvidence(t *testing.T) {
	known := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	for _, dir := range specTests {
		files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
		require.NoError(t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			for _, match := range declared.FindAllStringSubmatch(string(text), -1) {
				known[match[1]] = true
			}
		}
	}
	named := regexp.MustCompile("`((?:Test|Fuzz)\\w+)`")
	for _, name := range []string{"gas.md", "vm.md", "refusals.md", "compile-work.md"} {
		text, err := os.ReadFile(filepath.Join("..", "docs", "spec", name))
		require.NoError(t, err)
		sections := strings.Split(string(text), "\n## ")
		for _, section := range sections[1:] {
			title, _, _ := strings.Cut(section, "\n")
			names := named.FindAllStringSubmatch(section, -1)
			require.NotEmpty(t, names, "%s: the section %q names no test", name, title)
			for _, n := range names {
				require.True(t, known[n[1]], "%s: there is no test %s", name, n[1])
			}
		}
	}
}
