package tx

import (
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
)

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
