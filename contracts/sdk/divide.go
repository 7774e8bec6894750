package sdk

import "math/bits"

// Div returns a/b, rounded down.
func (a Uint256) Div(b Uint256) Uint256 {
	q, _ := a.DivMod(b)
	return q
}

// DivMod returns a/b, rounded down, and the remainder.
func (a Uint256) DivMod(b Uint256) (q, rest Uint256) {
	u := [9]uint64{a[0], a[1], a[2], a[3]}
	return divide(&u, len(a), b)
}

// MulDiv returns a·b/c, rounded down; a·b may need 512 bits.
func (a Uint256) MulDiv(b, c Uint256) Uint256 {
	q, _ := a.mulDivMod(b, c)
	return q
}

// MulDivUp returns a·b/c, rounded up; a·b may need 512 bits.
func (a Uint256) MulDivUp(b, c Uint256) Uint256 {
	q, rest := a.mulDivMod(b, c)
	if !rest.IsZero() {
		q = q.Add(U256(1))
	}
	return q
}

func (a Uint256) mulDivMod(b, c Uint256) (q, rest Uint256) {
	var p [9]uint64
	for i, x := range a {
		var carry uint64
		for j, y := range b {
			hi, lo := bits.Mul64(x, y)
			var c uint64
			lo, c = bits.Add64(lo, carry, 0)
			hi += c
			p[i+j], c = bits.Add64(p[i+j], lo, 0)
			carry = hi + c
		}
		p[i+len(b)] = carry
	}
	n := 8
	for n > 4 && p[n-1] == 0 {
		n--
	}
	return divide(&p, n, c)
}

// Sqrt returns the square root, rounded down.
func (a Uint256) Sqrt() Uint256 {
	if a.IsZero() {
		return a
	}
	// Newton's steps come from above: 2^k is at least the root.
	var x Uint256
	k := (a.bitLen() + 1) / 2
	x[k/64] = 1 << (k % 64)
	for {
		sum := x.Add(a.Div(x))
		var next Uint256
		for i := range next {
			next[i] = sum[i] >> 1
			if i+1 < len(sum) {
				next[i] |= sum[i+1] << 63
			}
		}
		if !next.Less(x) {
			return x
		}
		x = next
	}
}

// divide divides the n lowest words of u, four or more, by v, and panics if the
// quotient does not fit. It changes u. (Knuth, The Art of Computer Programming,
// 4.3.1, algorithm D.)
func divide(u *[9]uint64, n int, v Uint256) (q, rest Uint256) {
	size := (v.bitLen() + 63) / 64
	switch size {
	case 0:
		panic(Error("division by zero"))
	case 1:
		var r uint64
		for i := n - 1; i >= 0; i-- {
			var digit uint64
			digit, r = bits.Div64(r, u[i], v[0])
			quotient(&q, i, digit)
		}
		return q, Uint256{r}
	}
	shift := uint(bits.LeadingZeros64(v[size-1]))
	for i := size - 1; i > 0; i-- {
		v[i] = v[i]<<shift | v[i-1]>>(64-shift)
	}
	v[0] <<= shift
	for i := n; i > 0; i-- {
		u[i] = u[i]<<shift | u[i-1]>>(64-shift)
	}
	u[0] <<= shift
	for i := n - size; i >= 0; i-- {
		quotient(&q, i, divideWord(u[i:i+size+1], v[:size]))
	}
	for i := range size {
		rest[i] = u[i]>>shift | u[i+1]<<(64-shift)
	}
	return q, rest
}

// quotient sets a word of a quotient, which may have four.
func quotient(q *Uint256, i int, digit uint64) {
	if i < len(q) {
		q[i] = digit
	} else if digit != 0 {
		overflow("divide")
	}
}

// divideWord returns u/v, which is one word, and leaves the remainder in u. v has
// its highest bit set, and u one word more than v.
func divideWord(u, v []uint64) uint64 {
	n := len(v)
	top := v[n-1]
	guess := uint64(1<<64 - 1)
	if u[n] < top {
		var r uint64
		guess, r = bits.Div64(u[n], u[n-1], top)
		for {
			hi, lo := bits.Mul64(guess, v[n-2])
			if hi < r || hi == r && lo <= u[n-2] {
				break
			}
			guess--
			if r += top; r < top {
				break
			}
		}
	}
	var borrow, carry uint64
	for i, x := range v {
		hi, lo := bits.Mul64(guess, x)
		lo, c := bits.Add64(lo, carry, 0)
		carry = hi + c
		u[i], borrow = bits.Sub64(u[i], lo, borrow)
	}
	u[n], borrow = bits.Sub64(u[n], carry, borrow)
	for borrow != 0 { // the guess was too high
		guess--
		var c uint64
		for i, x := range v {
			u[i], c = bits.Add64(u[i], x, c)
		}
		u[n], c = bits.Add64(u[n], 0, c)
		borrow -= c
	}
	return guess
}
