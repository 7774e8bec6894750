package tx_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/internal/spent"
	bank "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/tx"
)

// field is one length-delimited field.
func field(number int, value []byte) []byte {
	out := binary.AppendUvarint(nil, uint64(number)<<3|2)
	return append(binary.AppendUvarint(out, uint64(len(value))), value...)
}

func cat(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func TestDecode(t *testing.T) {
	raw := good(t)
	d, err := tx.Decode(raw, maxBytes)
	require.NoError(t, err)
	require.Equal(t, len(raw), d.Size)
	require.Equal(t, "hello", d.Body.Memo)
	require.Equal(t, uint64(200_000), d.GasLimit())
	require.Equal(t, "/cosmos.bank.v1beta1.MsgSend", d.Msgs[0].TypeURL)
	fee, gas, err := d.Fee()
	require.NoError(t, err)
	require.Equal(t, "500uweft", fee.String())
	require.Equal(t, uint64(200_000), gas)
	require.Equal(t, raw, marshal(t, &d.Raw), "decode and encode give the same bytes")
}

// TestDecodeRefuses is the list "Tx bytes" of the advisories that a decoder can
// see: sdk/2, or sdk/21 for what is too long.
func TestDecodeRefuses(t *testing.T) {
	raw := good(t)
	r, b, a := parts(t, raw)
	body, info, sig := field(1, r.BodyBytes), field(2, r.AuthInfoBytes), field(3, r.Signatures[0])
	msg := b.Messages[0]
	_ = a
	for name, hostile := range map[string][]byte{
		"empty":                  {},
		"one byte":               {0x0a},
		"zero byte":              {0},
		"0xff x 7":               bytes.Repeat([]byte{0xff}, 7),
		"0xff x 1000":            bytes.Repeat([]byte{0xff}, 1000),
		"trailing byte":          append(append([]byte(nil), raw...), 0),
		"trailing field 4":       cat(raw, field(4, []byte("x"))),
		"auth info first":        cat(info, body, sig),
		"signature first":        cat(sig, body, info),
		"body twice":             cat(body, body, info, sig),
		"auth info twice":        cat(body, info, info, sig),
		"long tag":               cat([]byte{0x8a, 0x00}, binary.AppendUvarint(nil, uint64(len(r.BodyBytes))), r.BodyBytes, info, sig),
		"long length":            cat([]byte{0x0a, byte(len(r.BodyBytes)) | 0x80, byte(len(r.BodyBytes)>>7) | 0x80, 0}, r.BodyBytes, info, sig),
		"varint for bytes":       cat([]byte{0x08, 1}, info, sig),
		"fixed64 for bytes":      cat([]byte{0x09, 1, 2, 3, 4, 5, 6, 7, 8}, info, sig),
		"group":                  cat([]byte{0x0b, 0x0c}, info, sig),
		"length beyond the end":  cat([]byte{0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f}, r.BodyBytes),
		"length 2^63":            cat([]byte{0x0a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01}),
		"unknown in auth info":   withAuthInfo(t, cat(r.AuthInfoBytes, field(9, []byte("x")))),
		"non-critical there":     withAuthInfo(t, cat(r.AuthInfoBytes, field(1100, []byte("x")))),
		"unknown critical":       withBody(t, cat(r.BodyBytes, field(9, []byte("x")))),
		"critical 2048":          withBody(t, cat(r.BodyBytes, field(2048, []byte("x")))),
		"memo twice":             withBody(t, cat(r.BodyBytes, field(2, []byte("again")))),
		"memo not UTF-8":         withBody(t, cat(field(1, marshal(t, msg)), field(2, []byte{0xff, 0xfe}))),
		"body is garbage":        withBody(t, bytes.Repeat([]byte{0xff}, 30)),
		"auth info is garbage":   withAuthInfo(t, bytes.Repeat([]byte{0xff}, 30)),
		"fee twice":              withAuthInfo(t, cat(r.AuthInfoBytes, field(2, nil))),
		"any without url":        withMessage(t, &types.Any{Value: msg.Value}),
		"any without slash":      withMessage(t, &types.Any{TypeUrl: msg.TypeUrl[1:], Value: msg.Value}),
		"any with host":          withMessage(t, &types.Any{TypeUrl: "type.googleapis.com" + msg.TypeUrl, Value: msg.Value}),
		"any unregistered":       withMessage(t, &types.Any{TypeUrl: "/weft.nothing.v1.MsgX", Value: msg.Value}),
		"any of 1 MiB":           withMessage(t, &types.Any{TypeUrl: "/" + strings.Repeat("a", 1<<20), Value: msg.Value}),
		"any is a query":         withMessage(t, &types.Any{TypeUrl: "/cosmos.bank.v1beta1.QueryBalanceRequest"}),
		"any is a response":      withMessage(t, &types.Any{TypeUrl: "/cosmos.bank.v1beta1.MsgSendResponse"}),
		"any is a key":           withMessage(t, &types.Any{TypeUrl: tx.Secp256k1URL}),
		"authz":                  withMessage(t, &types.Any{TypeUrl: "/cosmos.authz.v1beta1.MsgExec"}),
		"any with garbage":       withMessage(t, &types.Any{TypeUrl: msg.TypeUrl, Value: bytes.Repeat([]byte{0xff}, 30)}),
		"message unknown field":  withMessage(t, &types.Any{TypeUrl: msg.TypeUrl, Value: cat(msg.Value, field(9, []byte("x")))}),
		"message non-critical":   withMessage(t, &types.Any{TypeUrl: msg.TypeUrl, Value: cat(msg.Value, field(1100, []byte("x")))}),
		"coin unknown field":     withMessage(t, &types.Any{TypeUrl: msg.TypeUrl, Value: cat(msg.Value, field(3, field(7, []byte("x"))))}),
		"any with a third field": withBody(t, field(1, cat(marshal(t, msg), field(3, []byte("x"))))),
		"signer's key garbage":   withAuthInfo(t, field(1, field(1, cat(field(1, []byte(tx.Secp256k1URL)), field(2, []byte{0xff}))))),
		"signer's key unknown":   withAuthInfo(t, field(1, field(1, field(1, []byte("/cosmos.crypto.none.PubKey"))))),
		"mode single and multi":  withAuthInfo(t, field(1, field(2, cat(field(1, []byte{8, 1}), field(2, nil))))),
		"10,000 nested modes":    withAuthInfo(t, nestedModes(10_000)),
		"10,000 nested anys":     withBody(t, field(1023, nestedAny(10_000))),
	} {
		_, err := tx.Decode(hostile, maxBytes)
		require.ErrorIs(t, err, chain.ErrTxDecode, name)
		require.Less(t, len(err.Error()), 2000, name)
	}
}

// nest wraps inner n times: what stands in front of it, then the field with it.
// It fills a buffer from its end, for wrapping by copying takes the square of
// the length.
func nest(inner []byte, n int, wraps ...func(size int) []byte) []byte {
	buf := make([]byte, maxBytes)
	at := len(buf) - len(inner)
	copy(buf[at:], inner)
	for range n {
		for _, wrap := range wraps {
			head := wrap(len(buf) - at)
			if at < len(head)+1024 {
				return buf[at:]
			}
			at -= len(head)
			copy(buf[at:], head)
		}
	}
	return buf[at:]
}

// header is the tag and the length of a length-delimited field.
func header(number, size int) []byte {
	out := binary.AppendUvarint(nil, uint64(number)<<3|2)
	return binary.AppendUvarint(out, uint64(size))
}

// nestedModes is an AuthInfo with a multisig of a multisig of …
func nestedModes(n int) []byte {
	two := func(size int) []byte { return header(2, size) }
	return field(1, field(2, nest(nil, n, two, two)))
}

// nestedAny is an Any of a TxBody with an Any of a TxBody …
func nestedAny(n int) []byte {
	url := field(1, []byte("/cosmos.tx.v1beta1.TxBody"))
	return nest(url, n, func(size int) []byte { return header(1023, size) }, func(size int) []byte { return cat(url, header(2, size)) })
}

func TestDecodeTruncated(t *testing.T) {
	raw := good(t)
	r, _, _ := parts(t, raw)
	whole := map[int]bool{ // a field that ends where the transaction does is a whole transaction
		len(raw) - len(field(3, r.Signatures[0])):                                  true,
		len(raw) - len(field(3, r.Signatures[0])) - len(field(2, r.AuthInfoBytes)): true,
	}
	for n := range raw {
		_, err := tx.Decode(raw[:n], maxBytes)
		if whole[n] {
			require.NoError(t, err, "cut at %d: no signatures, which Admit refuses", n)
			continue
		}
		require.ErrorIs(t, err, chain.ErrTxDecode, "cut at %d", n)
	}
}

func TestDecodeBounds(t *testing.T) {
	raw := good(t)
	_, err := tx.Decode(raw, len(raw))
	require.NoError(t, err)
	_, err = tx.Decode(raw, len(raw)-1)
	require.ErrorIs(t, err, chain.ErrTxTooLarge)
	require.ErrorContains(t, err, fmt.Sprintf("%d bytes, at most %d", len(raw), len(raw)-1))
}

// What a decoder lets pass, for others to judge.
func TestDecodeAccepts(t *testing.T) {
	r, b, _ := parts(t, good(t))
	ext := &types.Any{TypeUrl: b.Messages[0].TypeUrl, Value: b.Messages[0].Value}
	critical, nonCritical := b, b
	critical.ExtensionOptions = []*types.Any{ext}
	nonCritical.NonCriticalExtensionOptions = []*types.Any{ext}
	for name, raw := range map[string][]byte{
		"unknown non-critical 1100":     withBody(t, cat(r.BodyBytes, field(1100, []byte("x")))),
		"unknown non-critical 2046":     withBody(t, cat(r.BodyBytes, field(2046, []byte("x")))),
		"critical extension":            withBody(t, marshal(t, &critical)),
		"non-critical extension":        withBody(t, marshal(t, &nonCritical)),
		"no message":                    withBody(t, nil),
		"no auth info":                  withAuthInfo(t, nil),
		"empty message":                 withMessage(t, &types.Any{TypeUrl: "/cosmos.bank.v1beta1.MsgSend"}),
		"1,000 signatures of two bytes": cat(field(1, r.BodyBytes), field(2, r.AuthInfoBytes), bytes.Repeat(field(3, []byte{1, 2}), 1000)),
	} {
		d, err := tx.Decode(raw, maxBytes)
		require.NoError(t, err, name)
		require.Equal(t, raw, marshal(t, &d.Raw), name)
	}
}

// TestDecodeWork: what is hostile costs no more than its length
// (GHSA-8wcc-m6j2-qxvm). The limits are generous, the machine is shared; work
// that grows with the square of the length misses them by far.
func TestDecodeWork(t *testing.T) {
	_, b, _ := parts(t, good(t))
	many := bytes.Repeat(field(1, marshal(t, &types.Any{TypeUrl: "/cosmos.bank.v1beta1.MsgSend"})), 100_000)
	long := withBody(t, field(1, cat(field(1, []byte(b.Messages[0].TypeUrl)), field(2, bytes.Repeat(field(3, nil), 1_000_000)))))
	for name, raw := range map[string][]byte{
		"100,000 messages": withBody(t, many),
		"1,000,000 coins":  long,
		"nested anys":      withBody(t, field(1023, nestedAny(30_000))),
		"nested modes":     withAuthInfo(t, nestedModes(100_000)),
	} {
		require.Less(t, spent.CPU(func() { _, _ = tx.Decode(raw, maxBytes) }), 3*time.Second, "%s: %d bytes", name, len(raw))
	}
}

func TestSigners(t *testing.T) {
	p := chain.Bech32("weft")
	one, two, three := key(t, 1).PubKey().Address(), key(t, 2).PubKey().Address(), key(t, 3).PubKey().Address()
	decode := func(b tx.Builder) *tx.Tx {
		raw, err := b.Sign(key(t, 1), "weft-test", 7, 3)
		require.NoError(t, err)
		d, err := tx.Decode(raw, maxBytes)
		require.NoError(t, err)
		return d
	}
	b := builder(t)
	b.Msgs = []chain.Message{send(one, two), send(two, one), send(one, three)}
	got, err := decode(b).Signers(p)
	require.NoError(t, err)
	require.Equal(t, []chain.Address{one, two}, got, "in order, each once")
	payer, err := decode(b).FeePayer(p)
	require.NoError(t, err)
	require.Equal(t, one, payer)

	b.FeePayer = p.Account(three)
	got, err = decode(b).Signers(p)
	require.NoError(t, err)
	require.Equal(t, []chain.Address{one, two, three}, got, "the payer signs last")
	payer, err = decode(b).FeePayer(p)
	require.NoError(t, err)
	require.Equal(t, three, payer)

	b.FeePayer = strings.ToUpper(p.Account(two))
	got, err = decode(b).Signers(p)
	require.NoError(t, err)
	require.Equal(t, []chain.Address{one, two}, got, "one account, two spellings")

	b.FeePayer = "nobody"
	_, err = decode(b).Signers(p)
	require.ErrorIs(t, err, chain.ErrInvalidAddress)
	_, err = decode(b).FeePayer(p)
	require.ErrorIs(t, err, chain.ErrInvalidAddress)

	b.FeePayer, b.Msgs = "", []chain.Message{&bank.MsgMultiSend{}}
	_, err = decode(b).FeePayer(p)
	require.ErrorIs(t, err, chain.ErrNoSignatures, "nobody signs")
	b.Msgs = []chain.Message{&bank.MsgSend{}}
	_, err = decode(b).Signers(p)
	require.ErrorIs(t, err, chain.ErrInvalidAddress)

	many := &bank.MsgMultiSend{Inputs: make([]bank.Input, 101)}
	for i := range many.Inputs {
		many.Inputs[i].Address = p.Account(one)
	}
	_, err = tx.Signers(p, many)
	require.ErrorIs(t, err, chain.ErrTooManySignatures, "nobody has paid for reading them")
	many.Inputs = many.Inputs[:100]
	_, err = tx.Signers(p, many)
	require.NoError(t, err)

	_, err = tx.Signers(p, &txpb.TxBody{})
	require.ErrorIs(t, err, chain.ErrUnknownRequest)
}

// TestMessages: every message that a transaction may hold can be made empty,
// read from nothing, and asked for its signers without a panic.
func TestMessages(t *testing.T) {
	p := chain.Bech32("weft")
	require.NotEmpty(t, tx.TypeURLs())
	for _, url := range tx.TypeURLs() {
		m, ok := tx.NewMessage(url)
		require.True(t, ok)
		require.Equal(t, url, tx.TypeURL(m))
		if _, err := tx.Signers(p, m); err != nil {
			require.ErrorIs(t, err, chain.ErrInvalidAddress, url)
		}
		a, err := tx.Pack(m)
		require.NoError(t, err)
		back, err := tx.UnpackMessage(a)
		require.NoError(t, err)
		require.Equal(t, url, tx.TypeURL(back))
		_, err = tx.Unpack(url, []byte{0xff})
		require.Error(t, err, url)
	}
	_, err := tx.UnpackMessage(nil)
	require.Error(t, err)
	_, ok := tx.NewMessage("")
	require.False(t, ok)
}

// FuzzDecode: no bytes make the decoder panic, what it takes is the one
// encoding of what it holds, and questions about it have an answer.
func FuzzDecode(f *testing.F) {
	raw := good(f)
	r, b, _ := parts(f, raw)
	f.Add(raw)
	f.Add([]byte{})
	f.Add(bytes.Repeat([]byte{0xff}, 64))
	f.Add(withBody(f, cat(r.BodyBytes, field(1100, []byte("x")))))
	f.Add(withBody(f, field(1023, nestedAny(20))))
	f.Add(withAuthInfo(f, nestedModes(20)))
	f.Add(withAuthInfo(f, nil))
	f.Add(withBody(f, nil))
	for _, url := range tx.TypeURLs() {
		f.Add(withMessage(f, &types.Any{TypeUrl: url, Value: b.Messages[0].Value}))
	}
	p := chain.Bech32("weft")
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := tx.Decode(raw, 1<<16)
		if err != nil {
			_, ok := chain.Verdict(err)
			require.True(t, ok, "%v", err)
			return
		}
		again := marshal(t, &d.Raw)
		// Empty body or auth info may be spelled out or not, as in the reference.
		if len(d.Raw.BodyBytes) > 0 && len(d.Raw.AuthInfoBytes) > 0 {
			require.Equal(t, raw, again)
		}
		_, _, _ = d.Fee()
		_, _ = d.Signers(p)
		_, _ = d.FeePayer(p)
		_ = d.GasLimit()
	})
}

func BenchmarkDecode(b *testing.B) {
	raw := good(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := tx.Decode(raw, maxBytes); err != nil {
			b.Fatal(err)
		}
	}
}
