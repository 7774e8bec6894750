package tx

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	signing "github.com/weftchain/weft/proto/cosmos/tx/signing/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/proto/strict"
	"github.com/weftchain/weft/tx/amino"
)

// Sign modes that are accepted.
const (
	Direct    = signing.SignMode_SIGN_MODE_DIRECT
	AminoJSON = signing.SignMode_SIGN_MODE_LEGACY_AMINO_JSON
	DirectAux = signing.SignMode_SIGN_MODE_DIRECT_AUX
)

// modeNames are the words that command lines use.
var modeNames = map[string]signing.SignMode{"direct": Direct, "amino-json": AminoJSON, "direct-aux": DirectAux}

// ParseSignMode reads a sign mode as Cosmos command lines name it: direct,
// amino-json or direct-aux.
func ParseSignMode(text string) (signing.SignMode, error) {
	mode, ok := modeNames[text]
	if !ok {
		return 0, fmt.Errorf("sign mode %.40q is not known; use direct, amino-json or direct-aux", text)
	}
	return mode, nil
}

// SignerData is what a signature covers beside the transaction itself.
type SignerData struct {
	ChainID string
	// AccountNumber is 0 for transactions of genesis.
	AccountNumber uint64
	Sequence      uint64
	// PaysFee says that the signer is the fee's payer, who may not sign with
	// SIGN_MODE_DIRECT_AUX.
	PaysFee bool
}

// SignBytes returns the bytes that the holder of key signs in that mode. The
// error says why that mode cannot cover the transaction.
func (t *Tx) SignBytes(mode signing.SignMode, key PubKey, who SignerData) ([]byte, error) {
	docs, err := t.documents(mode, key, who)
	if err != nil {
		return nil, err
	}
	return docs[0](), nil
}

// document makes sign bytes when they are needed.
type document func() []byte

// documents returns what a signature in that mode may cover: the first is what
// is signed here, the others are what clients that write differently sign.
func (t *Tx) documents(mode signing.SignMode, key PubKey, who SignerData) ([]document, error) {
	switch mode {
	case Direct:
		return []document{func() []byte {
			return SignBytesDirect(t.Raw.BodyBytes, t.Raw.AuthInfoBytes, who.ChainID, who.AccountNumber)
		}}, nil
	case AminoJSON:
		return t.aminoDocuments(who)
	case DirectAux:
		return t.auxDocuments(key, who)
	default:
		return nil, fmt.Errorf("sign mode %s is not accepted, sign with %s or %s", mode, Direct, AminoJSON)
	}
}

// SignBytesDirect returns what SIGN_MODE_DIRECT signs: the SignDoc over the
// body and auth info exactly as they stand in TxRaw, never encoded anew
// (cosmos-wire facts, section 4.1).
func SignBytesDirect(body, authInfo []byte, chainID string, accountNumber uint64) []byte {
	doc := txpb.SignDoc{BodyBytes: body, AuthInfoBytes: authInfo, ChainId: chainID, AccountNumber: accountNumber}
	b, err := doc.Marshal()
	if err != nil { // a message of bytes, a string and a number always marshals
		panic(err)
	}
	return b
}

// auxDocuments is SIGN_MODE_DIRECT_AUX: a signer who pays no fee covers the body
// but not the auth info.
func (t *Tx) auxDocuments(key PubKey, who SignerData) ([]document, error) {
	if who.PaysFee {
		return nil, fmt.Errorf("who pays the fee cannot sign with %s, for it does not cover the fee", DirectAux)
	}
	doc := txpb.SignDocDirectAux{
		BodyBytes: t.Raw.BodyBytes, PublicKey: key.Any(), ChainId: who.ChainID,
		AccountNumber: who.AccountNumber, Sequence: who.Sequence,
	}
	return []document{func() []byte {
		b, err := doc.Marshal()
		if err != nil { // bytes, strings and numbers always marshal
			panic(err)
		}
		return b
	}}, nil
}

var (
	errAminoUnknown    = errors.New("fields of the body that this chain does not know")
	errAminoExtensions = errors.New("extension options")
	errAminoFee        = errors.New("no fee")
)

// aminoDocuments is SIGN_MODE_LEGACY_AMINO_JSON, in the reference's form and in
// that of CosmJS, which differs in few transactions.
func (t *Tx) aminoDocuments(who SignerData) ([]document, error) {
	first, err := t.aminoMessages(amino.Reference)
	if err != nil {
		return nil, fmt.Errorf("%s cannot cover this transaction: %w", AminoJSON, err)
	}
	return []document{
		func() []byte { return t.aminoDocument(first, who, amino.Reference) },
		func() []byte {
			msgs, err := t.aminoMessages(amino.CosmJS)
			if err != nil { // the forms differ in nothing that can fail
				return nil
			}
			return t.aminoDocument(msgs, who, amino.CosmJS)
		},
	}, nil
}

// aminoMessages returns the list of messages as the document holds it. It is
// the same for all signers, hence kept.
func (t *Tx) aminoMessages(form amino.Form) ([]byte, error) {
	if t.amino[form] != nil {
		return t.amino[form], nil
	}
	unknown, err := strict.HasNonCritical("cosmos.tx.v1beta1.TxBody", t.Raw.BodyBytes)
	switch {
	case err != nil:
		return nil, err
	case unknown:
		return nil, errAminoUnknown
	case len(t.Body.ExtensionOptions)+len(t.Body.NonCriticalExtensionOptions) > 0:
		return nil, errAminoExtensions
	case t.AuthInfo.Fee == nil:
		return nil, errAminoFee
	}
	if len(t.Body.Messages) == 0 {
		return []byte("null"), nil // as the reference writes what no chain accepts
	}
	list := []byte{'['}
	for i, a := range t.Body.Messages {
		if i > 0 {
			list = append(list, ',')
		}
		text, err := amino.Any(a.TypeUrl, a.Value, form)
		if err != nil {
			return nil, fmt.Errorf("message %d: %w", i, err)
		}
		list = append(list, text...)
	}
	t.amino[form] = append(list, ']')
	return t.amino[form], nil
}

// aminoDocument writes the document around the messages, keys sorted.
func (t *Tx) aminoDocument(msgs []byte, who SignerData, form amino.Form) []byte {
	fee := t.AuthInfo.Fee
	d := aminoWriter{form: form}
	d.field("{", "account_number", strconv.FormatUint(who.AccountNumber, 10))
	d.field(",", "chain_id", who.ChainID)
	d.raw(`,"fee":{"amount":[`)
	for i, c := range fee.Amount {
		if i > 0 {
			d.raw(",")
		}
		d.field("{", "amount", c.Amount)
		d.optional("denom", c.Denom)
		d.raw("}")
	}
	d.raw("]")
	d.field(",", "gas", strconv.FormatUint(fee.GasLimit, 10))
	d.optional("granter", fee.Granter)
	d.optional("payer", fee.Payer)
	d.raw("}")
	d.field(",", "memo", t.Body.Memo)
	d.raw(`,"msgs":`)
	d.out = append(d.out, msgs...)
	d.field(",", "sequence", strconv.FormatUint(who.Sequence, 10))
	if h := t.Body.TimeoutHeight; h > 0 {
		d.field(",", "timeout_height", strconv.FormatUint(h, 10))
	}
	if at := t.Body.TimeoutTimestamp; at != nil {
		d.field(",", "timeout_timestamp", at.UTC().Format(time.RFC3339Nano))
	}
	if t.Body.Unordered {
		d.raw(`,"unordered":true`)
	}
	d.raw("}")
	return d.out
}

// aminoWriter writes the document piece by piece.
type aminoWriter struct {
	out  []byte
	form amino.Form
}

func (d *aminoWriter) raw(text string) { d.out = append(d.out, text...) }

// field writes a key and its text behind a separator.
func (d *aminoWriter) field(separator, key, value string) {
	d.raw(separator + `"` + key + `":`)
	d.out = amino.AppendString(d.out, value, d.form)
}

func (d *aminoWriter) optional(key, value string) {
	if value != "" {
		d.field(",", key, value)
	}
}
