package sdk

import "math/bits"

// SHA256 returns the SHA-256 hash of the parts, one after the other. Package
// crypto/sha256 gives the same and makes a contract 146 KB larger (gzip).
func SHA256(parts ...[]byte) [32]byte {
	state := sha256Start
	var block [64]byte
	filled, total := 0, uint64(0)
	for _, part := range parts {
		total += uint64(len(part))
		if filled > 0 || len(part) < len(block) {
			n := copy(block[filled:], part)
			part = part[n:]
			if filled += n; filled < len(block) {
				continue
			}
			sha256Block(&state, &block)
		}
		for len(part) >= len(block) {
			sha256Block(&state, (*[64]byte)(part))
			part = part[len(block):]
		}
		filled = copy(block[:], part)
	}
	clear(block[filled:])
	block[filled] = 0x80
	if filled >= 56 { // no room for the length
		sha256Block(&state, &block)
		block = [64]byte{}
	}
	total *= 8
	putWord(&block, 56, uint32(total>>32))
	putWord(&block, 60, uint32(total))
	sha256Block(&state, &block)
	for i := 0; i < 8; i += 4 {
		to, v := (*[16]byte)(block[4*i:]), (*[4]uint32)(state[i:])
		to[0], to[1], to[2], to[3] = byte(v[0]>>24), byte(v[0]>>16), byte(v[0]>>8), byte(v[0])
		to[4], to[5], to[6], to[7] = byte(v[1]>>24), byte(v[1]>>16), byte(v[1]>>8), byte(v[1])
		to[8], to[9], to[10], to[11] = byte(v[2]>>24), byte(v[2]>>16), byte(v[2]>>8), byte(v[2])
		to[12], to[13], to[14], to[15] = byte(v[3]>>24), byte(v[3]>>16), byte(v[3]>>8), byte(v[3])
	}
	return [32]byte(block[:32])
}

// putWord writes a word into a block, the highest byte first.
func putWord(block *[64]byte, at int, v uint32) {
	block[at], block[at+1], block[at+2], block[at+3] = byte(v>>24), byte(v>>16), byte(v>>8), byte(v)
}

// sha256Block adds a block to the state (FIPS 180-4, 6.2.2). Eight rounds are
// written out, for in metered wasm a loop's turn costs as much as a round; after
// eight the variables are back in their places.
func sha256Block(state *[8]uint32, block *[64]byte) {
	var w [64]uint32
	for i := 0; i < 16; i += 8 {
		v, b := (*[8]uint32)(w[i:]), (*[32]byte)(block[4*i:])
		v[0] = uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
		v[1] = uint32(b[4])<<24 | uint32(b[5])<<16 | uint32(b[6])<<8 | uint32(b[7])
		v[2] = uint32(b[8])<<24 | uint32(b[9])<<16 | uint32(b[10])<<8 | uint32(b[11])
		v[3] = uint32(b[12])<<24 | uint32(b[13])<<16 | uint32(b[14])<<8 | uint32(b[15])
		v[4] = uint32(b[16])<<24 | uint32(b[17])<<16 | uint32(b[18])<<8 | uint32(b[19])
		v[5] = uint32(b[20])<<24 | uint32(b[21])<<16 | uint32(b[22])<<8 | uint32(b[23])
		v[6] = uint32(b[24])<<24 | uint32(b[25])<<16 | uint32(b[26])<<8 | uint32(b[27])
		v[7] = uint32(b[28])<<24 | uint32(b[29])<<16 | uint32(b[30])<<8 | uint32(b[31])
	}
	for i := 16; i < 64; i += 8 {
		v := (*[24]uint32)(w[i-16:]) // the last eight are new
		v[16] = sha256Word(v[0], v[1], v[9], v[14])
		v[17] = sha256Word(v[1], v[2], v[10], v[15])
		v[18] = sha256Word(v[2], v[3], v[11], v[16])
		v[19] = sha256Word(v[3], v[4], v[12], v[17])
		v[20] = sha256Word(v[4], v[5], v[13], v[18])
		v[21] = sha256Word(v[5], v[6], v[14], v[19])
		v[22] = sha256Word(v[6], v[7], v[15], v[20])
		v[23] = sha256Word(v[7], v[8], v[16], v[21])
	}
	a, b, c, d, e, f, g, h := state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]
	for i := 0; i < 64; i += 8 {
		v, k := (*[8]uint32)(w[i:]), (*[8]uint32)(sha256Constants[i:])
		d, h = sha256Round(a, b, c, d, e, f, g, h, v[0]+k[0])
		c, g = sha256Round(h, a, b, c, d, e, f, g, v[1]+k[1])
		b, f = sha256Round(g, h, a, b, c, d, e, f, v[2]+k[2])
		a, e = sha256Round(f, g, h, a, b, c, d, e, v[3]+k[3])
		h, d = sha256Round(e, f, g, h, a, b, c, d, v[4]+k[4])
		g, c = sha256Round(d, e, f, g, h, a, b, c, v[5]+k[5])
		f, b = sha256Round(c, d, e, f, g, h, a, b, v[6]+k[6])
		e, a = sha256Round(b, c, d, e, f, g, h, a, v[7]+k[7])
	}
	state[0] += a
	state[1] += b
	state[2] += c
	state[3] += d
	state[4] += e
	state[5] += f
	state[6] += g
	state[7] += h
}

// sha256Word returns the word of the schedule that follows from those 16, 15, 7
// and 2 before it.
func sha256Word(w16, w15, w7, w2 uint32) uint32 {
	s0 := bits.RotateLeft32(w15, -7) ^ bits.RotateLeft32(w15, -18) ^ w15>>3
	s1 := bits.RotateLeft32(w2, -17) ^ bits.RotateLeft32(w2, -19) ^ w2>>10
	return w16 + s0 + w7 + s1
}

// sha256Round returns the two variables that a round changes.
func sha256Round(a, b, c, d, e, f, g, h, wk uint32) (newD, newH uint32) {
	t := h + wk + (g ^ e&(f^g)) + (bits.RotateLeft32(e, -6) ^ bits.RotateLeft32(e, -11) ^ bits.RotateLeft32(e, -25))
	return d + t, t + (a&b ^ c&(a^b)) + (bits.RotateLeft32(a, -2) ^ bits.RotateLeft32(a, -13) ^ bits.RotateLeft32(a, -22))
}

var sha256Start = [8]uint32{
	0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
}

var sha256Constants = [64]uint32{
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
}
