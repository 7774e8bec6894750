package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/types"
)

// Bounds of what is remembered of a chain.
const (
	maxRemembered    = 8
	maxTrustFileSize = 16 << 20
	// maxTrustedBytes is how much of light blocks is written at most; a block
	// with 10,000 validators has about 2 MiB.
	maxTrustedBytes = 8 << 20
)

// TrustStore remembers blocks that were verified, a file for each chain. Who can
// write its folder decides what is believed.
type TrustStore struct{ dir string }

// NewTrustStore returns the store in a folder, which is made when needed.
func NewTrustStore(dir string) *TrustStore { return &TrustStore{dir} }

// ErrTrustStore says that a file of trusted blocks cannot be used.
var ErrTrustStore = errors.New("the file of trusted blocks cannot be used")

// remembered is what is known of a chain.
type remembered struct {
	origin Basis // how the first of the blocks was trusted
	blocks []*types.LightBlock
}

// trustFile is the form on disk.
type trustFile struct {
	ChainID string   `json:"chain_id"`
	Origin  Basis    `json:"origin"`
	Blocks  [][]byte `json:"blocks"` // tendermint.types.LightBlock, by height
}

// file is where a chain's blocks are. The name is escaped: a chain id may hold
// any character.
func (s *TrustStore) file(chainID string) string {
	return filepath.Join(s.dir, url.QueryEscape(chainID)+".json")
}

// load reads what is known of a chain; nothing if there is no file. A file that
// is damaged is an error: it must not silently become trust on first use.
func (s *TrustStore) load(chainID string) (remembered, error) {
	name := s.file(chainID)
	raw, err := readBounded(name)
	if errors.Is(err, fs.ErrNotExist) {
		return remembered{}, nil
	}
	var known remembered
	if err == nil {
		known, err = decodeTrust(raw, chainID)
	}
	if err != nil {
		return remembered{}, fmt.Errorf("%s: %w: %w; remove it to begin anew", name, ErrTrustStore, err)
	}
	return known, nil
}

func readBounded(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(err, errors.New("not a plain file"))
	}
	raw, err := io.ReadAll(io.LimitReader(f, maxTrustFileSize+1))
	if err == nil && len(raw) > maxTrustFileSize {
		err = fmt.Errorf("more than %d bytes", maxTrustFileSize)
	}
	return raw, err
}

func decodeTrust(raw []byte, chainID string) (remembered, error) {
	var in trustFile
	if err := json.Unmarshal(raw, &in); err != nil {
		return remembered{}, err
	}
	if in.ChainID != chainID {
		return remembered{}, fmt.Errorf("it is about chain %.60q", in.ChainID)
	}
	if len(in.Blocks) == 0 || len(in.Blocks) > maxRemembered {
		return remembered{}, fmt.Errorf("it holds %d blocks", len(in.Blocks))
	}
	known := remembered{origin: in.Origin}
	for _, b := range in.Blocks {
		var pb cmtproto.LightBlock
		if err := pb.Unmarshal(b); err != nil {
			return remembered{}, err
		}
		block, err := types.LightBlockFromProto(&pb)
		if err == nil {
			err = block.ValidateBasic(chainID)
		}
		if err != nil {
			return remembered{}, err
		}
		if n := len(known.blocks); n > 0 && known.blocks[n-1].Height >= block.Height {
			return remembered{}, errors.New("its blocks are out of order")
		}
		known.blocks = append(known.blocks, block)
	}
	return known, nil
}

// save writes what is known of a chain: its first block and the newest ones.
// Readers see the old file or the new one, whatever happens meanwhile.
func (s *TrustStore) save(chainID string, known remembered) error {
	blocks := known.blocks
	if len(blocks) > maxRemembered {
		newest := blocks[len(blocks)-(maxRemembered-1):]
		blocks = append([]*types.LightBlock{blocks[0]}, newest...)
	}
	out := trustFile{ChainID: chainID, Origin: known.origin}
	size := 0
	for i := len(blocks) - 1; i >= 0; i-- { // the newest is needed most
		pb, err := blocks[i].ToProto()
		if err != nil {
			return err
		}
		raw, err := pb.Marshal()
		if err != nil {
			return err
		}
		if size += len(raw); size > maxTrustedBytes && len(out.Blocks) > 0 {
			break
		}
		out.Blocks = append([][]byte{raw}, out.Blocks...)
	}
	raw, err := json.Marshal(out)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	return replaceFile(s.file(chainID), raw)
}

// replaceFile puts a file in the place of another at once.
func replaceFile(name string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".trust-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // the error that matters is there already
		}
	}()
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
