package app

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	signing "github.com/weftchain/weft/proto/cosmos/tx/signing/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/tx"
)

// signatory is one who signs, with a key of any kind.
type signatory struct {
	key tx.PubKey
	// sign signs a document with a single key.
	sign func(doc []byte) []byte
	// members sign for a multisig key, nil for those who do not.
	members []*signatory
	mode    signing.SignMode
}

func (s signatory) addr() chain.Address { return s.key.Address() }
func (s signatory) text() string        { return prefix.Account(s.key.Address()) }

// with is the signatory in another mode.
func (s signatory) with(mode signing.SignMode) *signatory {
	s.mode = mode
	return &s
}

func k1(t testing.TB, name string) *signatory {
	key := secret(t, name)
	return &signatory{key: key.PubKey(), sign: key.Sign, mode: tx.AminoJSON}
}

func ed(t testing.TB, name string) *signatory {
	seed := sha256.Sum256([]byte("ed25519 key of " + name))
	private := ed25519.NewKeyFromSeed(seed[:])
	key, err := tx.NewPubKey(tx.Ed25519, private.Public().(ed25519.PublicKey))
	require.NoError(t, err)
	return &signatory{key: key, sign: func(doc []byte) []byte { return ed25519.Sign(private, doc) }, mode: tx.Direct}
}

// r1 signs with P-256, s in the lower half.
func r1(t testing.TB, name string) *signatory {
	seed := sha256.Sum256([]byte("secp256r1 key of " + name))
	private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), seed[:])
	require.NoError(t, err)
	key, err := tx.NewPubKey(tx.Secp256r1, elliptic.MarshalCompressed(elliptic.P256(), private.X, private.Y))
	require.NoError(t, err)
	n := elliptic.P256().Params().N
	return &signatory{key: key, mode: tx.Direct, sign: func(doc []byte) []byte {
		hash := sha256.Sum256(doc)
		r, s, err := ecdsa.Sign(rand.Reader, private, hash[:])
		require.NoError(t, err)
		if s.Cmp(new(big.Int).Rsh(n, 1)) > 0 {
			s.Sub(n, s)
		}
		return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	}}
}

// group is a multisig key whose members are all; those that are not nil in
// signing sign.
func group(t testing.TB, threshold int, all []*signatory, signing ...int) *signatory {
	keys := make([]tx.PubKey, len(all))
	for i, m := range all {
		keys[i] = m.key
	}
	key, err := tx.NewMultisig(threshold, keys...)
	require.NoError(t, err)
	s := &signatory{key: key, members: make([]*signatory, len(all))}
	for _, i := range signing {
		s.members[i] = all[i]
	}
	return s
}

// descriptor signs a transaction as it stands.
func (s *signatory) descriptor(t testing.TB, d *tx.Tx, who tx.SignerData) *signing.SignatureDescriptor {
	out := &signing.SignatureDescriptor{PublicKey: s.key.Any(), Sequence: who.Sequence}
	if s.key.Kind() != tx.Multisig {
		doc, err := d.SignBytes(s.mode, s.key, who)
		require.NoError(t, err)
		out.Data = single(s.mode, s.sign(doc))
		return out
	}
	var signed []*signing.SignatureDescriptor
	for _, m := range s.members {
		if m != nil {
			signed = append(signed, m.descriptor(t, d, who))
		}
	}
	out, err := tx.Combine(s.key, who.Sequence, signed)
	require.NoError(t, err)
	return out
}

func single(mode signing.SignMode, sig []byte) *tx.SignatureData {
	return &tx.SignatureData{Sum: &signing.SignatureDescriptor_Data_Single_{
		Single: &signing.SignatureDescriptor_Data_Single{Mode: mode, Signature: sig},
	}}
}

// signBy signs a prepared transaction by all, in order.
func (w *world) signBy(b tx.Builder, all ...*signatory) *txpb.Tx {
	w.t.Helper()
	raw, err := b.Unsigned()
	require.NoError(w.t, err)
	d, err := tx.Decode(encode(w.t, raw), 1<<20)
	require.NoError(w.t, err)
	t := d.Proto()
	list := make([]*signing.SignatureDescriptor, len(all))
	for round := range 2 { // SIGN_MODE_DIRECT covers the slots, which the first round fills
		for i, s := range all {
			list[i] = s.descriptor(w.t, d, w.who(s, b, i))
		}
		require.NoError(w.t, tx.SetSignatures(t, list...))
		if round == 0 {
			d, err = tx.FromProto(t)
			require.NoError(w.t, err)
		}
	}
	return t
}

// who is what a signer signs over beside the transaction.
func (w *world) who(s *signatory, b tx.Builder, slot int) tx.SignerData {
	w.t.Helper()
	acc, err := w.app.auth.Get(w.env(), s.addr())
	require.NoError(w.t, err)
	who := tx.SignerData{ChainID: testChain, PaysFee: b.FeePayer == s.text() || b.FeePayer == "" && slot == 0}
	if acc != nil {
		who.AccountNumber, who.Sequence = acc.Number, acc.Sequence
	}
	if b.Unordered {
		who.Sequence = 0
	}
	return who
}

func encode(t testing.TB, m chain.Message) []byte {
	t.Helper()
	raw, err := m.Marshal()
	require.NoError(t, err)
	return raw
}

// bytesOf is a signed transaction as it is broadcast.
func bytesOf(t testing.TB, signed *txpb.Tx) []byte {
	t.Helper()
	raw, err := tx.Encode(signed)
	require.NoError(t, err)
	return raw
}

// sendBy is a send of one coin to bob.
func sendBy(t testing.TB, from *signatory) *bankpb.MsgSend {
	return &bankpb.MsgSend{FromAddress: from.text(), ToAddress: text(t, "bob"), Amount: wire.ProtoCoins(coins(t, "1uweft"))}
}

// by is a transaction of one send by each, signed.
func (w *world) by(all ...*signatory) *txpb.Tx {
	w.t.Helper()
	b := tx.Builder{GasLimit: 1_000_000, Fee: coins(w.t, "100uweft")}
	for _, s := range all {
		b.Msgs = append(b.Msgs, sendBy(w.t, s))
	}
	return w.signBy(b, all...)
}

// fund gives coins to signatories who have no account yet.
func (w *world) fund(all ...*signatory) {
	w.t.Helper()
	for _, s := range all {
		ok(w.t, w.block(w.sign("dave", 0, msgSend(w.t, "dave", s.text(), "1000000uweft")))[0])
	}
}

// msgs is one send by a signatory.
func (w *world) msgs(s *signatory) []chain.Message {
	w.t.Helper()
	return []chain.Message{sendBy(w.t, s)}
}
