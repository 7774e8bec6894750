package tx_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	_ "github.com/weftchain/weft/proto/cosmos/distribution/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/tx"
	"github.com/weftchain/weft/tx/amino"
)

// entries reads a file of entries of three lines.
func entries(t testing.TB, file string) [][]string {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var list [][]string
	for _, entry := range strings.Split(strings.TrimSpace(string(text)), "\n\n") {
		lines := strings.Split(entry, "\n")
		require.Len(t, lines, 3, entry)
		list = append(list, lines)
	}
	return list
}

// TestAminoDocuments compares whole documents with those of the reference's
// sign mode handler (made as tx/amino's vectors are): chain id, account number
// and sequence; body and auth info; the document, or ! if there is none.
func TestAminoDocuments(t *testing.T) {
	for _, e := range entries(t, "testdata/amino_documents.txt") {
		head, parts := strings.Split(e[0], " "), strings.Split(e[1], " ")
		raw := txpb.TxRaw{BodyBytes: unhex(t, strings.TrimPrefix(parts[0], "-")), AuthInfoBytes: unhex(t, strings.TrimPrefix(parts[1], "-"))}
		number, err := strconv.ParseUint(head[1], 10, 64)
		require.NoError(t, err)
		sequence, err := strconv.ParseUint(head[2], 10, 64)
		require.NoError(t, err)
		d, err := tx.Decode(marshal(t, &raw), maxBytes)
		require.NoError(t, err, e[1])
		doc, err := d.SignBytes(tx.AminoJSON, tx.PubKey{}, tx.SignerData{ChainID: head[0], AccountNumber: number, Sequence: sequence})
		if e[2] == "!" {
			require.Error(t, err, e[1])
			continue
		}
		require.NoError(t, err, e[1])
		require.Equal(t, e[2], string(doc))
	}
}

// TestAminoKnowsAll: whatever a transaction may hold can be signed with a
// hardware wallet.
func TestAminoKnowsAll(t *testing.T) {
	for _, url := range tx.TypeURLs() {
		require.True(t, amino.Known(url[1:]), "%s is missing in the table of tx/amino", url)
	}
}

// TestCosmJS verifies what CosmJS signed (testdata/cosmjs.mjs): one transaction
// of each type that it has amino JSON for, hostile texts, and a multisig.
func TestCosmJS(t *testing.T) {
	for _, e := range entries(t, "testdata/cosmjs.txt") {
		name, head := e[0], strings.Split(e[1], " ")
		t.Run(name, func(t *testing.T) {
			d := open(t, unhex(t, e[2]))
			number, err := strconv.ParseUint(head[1], 10, 64)
			require.NoError(t, err)
			sequence, err := strconv.ParseUint(head[2], 10, 64)
			require.NoError(t, err)
			info := d.AuthInfo.SignerInfos[0]
			require.Equal(t, sequence, info.Sequence)
			key, err := tx.PubKeyFromAny(info.PublicKey)
			require.NoError(t, err)
			if m, err := tx.UnpackMessage(d.Body.Messages[0]); err == nil {
				signers, err := tx.Signers("weft", m)
				require.NoError(t, err)
				require.Equal(t, signers[0], key.Address(), "CosmJS and weft derive the same address")
			}
			data, err := tx.JoinSignature(info.ModeInfo, d.Raw.Signatures[0])
			require.NoError(t, err)
			require.True(t, tx.OnlyAmino(data))
			who := tx.SignerData{ChainID: head[0], AccountNumber: number, Sequence: sequence}
			require.NoError(t, d.Verify(key, data, who, tx.PubKey.Verify))
			for _, other := range []tx.SignerData{
				{ChainID: head[0] + "x", AccountNumber: number, Sequence: sequence},
				{ChainID: head[0], AccountNumber: number + 1, Sequence: sequence},
				{ChainID: head[0], AccountNumber: number, Sequence: sequence + 1},
			} {
				require.Error(t, d.Verify(key, data, other, tx.PubKey.Verify))
			}
			d.AuthInfo.Fee.GasLimit++
			require.Error(t, d.Verify(key, data, who, tx.PubKey.Verify), "the fee is covered")
		})
	}
}

// open takes a transaction apart whose messages this chain may not have.
func open(t testing.TB, raw []byte) *tx.Tx {
	r, body, info := parts(t, raw)
	return &tx.Tx{Raw: r, Body: body, AuthInfo: info}
}
