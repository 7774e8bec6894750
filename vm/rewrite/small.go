package rewrite

// Most functions of a contract neither ask for the gas at their head nor at their
// end: their callers ask often enough. They are the small ones, known before
// anything is written: what one pass through such a function costs, together with
// the small functions that it calls, is at most smallGas. A loop is passed once,
// since every iteration asks. A function that is not small asks at its head, so
// without gas a call of it costs nothing; whoever calls one that is not known, or
// calls itself by others, is not small. So a guest without gas does in a function
// what its text says, and smallGas for each of its calls.

// smallGas is the most that one pass through a small function costs, in VM gas,
// slow instructions included.
const smallGas = 256 * gasAccounting

// visit says how far findSmall is with a function.
type visit uint8

const (
	notVisited visit = iota
	visiting
	visited
)

// price adds an instruction to the cost of one pass through the body.
func (b *body) price(in *instr, imported int) {
	b.cost += excessOf(in.op)
	if accounting(in.op) {
		b.cost += gasAccounting
	} else {
		b.cost += gasOp
	}
	switch {
	case in.op == opCallIndirect:
		b.cost += smallGas
	case in.op == opCall && int64(in.a) >= int64(imported):
		b.callees = append(b.callees, in.a-uint32(imported))
	}
}

// findSmall decides which functions are small.
func (m *Module) findSmall() {
	for i := range m.bodies {
		m.visit(&m.bodies[i])
	}
}

// visit decides it for those that a function calls, then for itself. Of functions
// that call each other in a circle the one that was visited first is not small.
func (m *Module) visit(b *body) {
	if b.visit != notVisited {
		return
	}
	b.visit = visiting
	cost := b.cost + newMeter(b.declared).localFee
	for _, i := range b.callees {
		callee := &m.bodies[i]
		m.visit(callee)
		if callee.visit == visiting {
			callee.circular = true
		} else if callee.small {
			cost += callee.cost
		}
	}
	b.cost = cost
	b.small = cost <= smallGas && !b.circular
	b.visit, b.callees = visited, nil
}
