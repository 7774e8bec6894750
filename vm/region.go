package vm

import (
	"encoding/binary"
	"fmt"
	"math"
)

// regionBytes is the size of a Region in guest memory: three little-endian u32.
const regionBytes = 12

// region describes a piece of guest memory. The guest makes it; the host only
// ever changes its length.
type region struct{ offset, capacity, length uint32 }

// String formats the region as the reference does in error texts.
func (r region) String() string {
	return fmt.Sprintf("Region { offset: %d, capacity: %d, length: %d }", r.offset, r.capacity, r.length)
}

func (r region) check() error {
	switch {
	case r.offset == 0:
		return errCommunication("Got an invalid region: Got a zero Wasm address in the offset")
	case r.length > r.capacity:
		return errCommunication("Got an invalid region: Region length exceeds capacity. Length %d, capacity %d", r.length, r.capacity)
	case r.capacity > math.MaxUint32-r.offset:
		return errCommunication("Got an invalid region: Region exceeds address space. Offset %d, capacity %d", r.offset, r.capacity)
	}
	return nil
}

// region loads the Region at ptr and checks it.
func (c *call) region(ptr uint32) (region, error) {
	view, ok := c.inst.memory.Read(ptr, regionBytes)
	if !ok {
		return region{}, errCommunication("The Wasm memory address %d provided by the contract could not be dereferenced: "+
			"Could not dereference this pointer to a Region", ptr)
	}
	r := region{binary.LittleEndian.Uint32(view), binary.LittleEndian.Uint32(view[4:]), binary.LittleEndian.Uint32(view[8:])}
	return r, r.check()
}

// outside is the refusal of a Region that reaches beyond memory.
func (c *call) outside(r region) error {
	return errCommunication("Tried to access memory of region %v in Wasm memory of size %d bytes. "+
		"This typically happens when the given Region pointer does not point to a proper Region struct.", r, c.inst.memory.Size())
}

// read copies the bytes of the Region at ptr, which may have limit bytes at most.
func (c *call) read(ptr, limit uint32) ([]byte, error) {
	data, _, err := c.readRegion(ptr, limit)
	return data, err
}

// readRegion is read that also returns the length which the guest claims. The
// price for that length is due before it is looked at.
func (c *call) readRegion(ptr, limit uint32) (data []byte, length uint32, err error) {
	r, err := c.region(ptr)
	if err != nil {
		return nil, 0, err
	}
	if err := c.charge(readCost(r.length)); err != nil {
		return nil, 0, err
	}
	if r.length > limit {
		return nil, r.length, errCommunication("Region length too big. Got %d, limit %d", r.length, limit)
	}
	view, ok := c.inst.memory.Read(r.offset, r.length)
	if !ok {
		return nil, r.length, c.outside(r)
	}
	data = make([]byte, len(view)) // never nil: an empty key is not an absent one
	copy(data, view)
	return data, r.length, nil
}

// write puts data into the Region at ptr and sets its length.
func (c *call) write(ptr uint32, data []byte) error {
	r, err := c.region(ptr)
	if err != nil {
		return err
	}
	if err := c.charge(writeCost(len(data))); err != nil {
		return err
	}
	if uint64(len(data)) > uint64(r.capacity) {
		return errCommunication("Region too small. Got %d, required %d", r.capacity, len(data))
	}
	if !c.inst.memory.Write(r.offset, data) {
		return c.outside(r)
	}
	// The data may have overwritten the Region itself; it is put back, with its new length.
	memory := c.inst.memory
	memory.WriteUint32Le(ptr, r.offset)
	memory.WriteUint32Le(ptr+4, r.capacity)
	memory.WriteUint32Le(ptr+8, uint32(len(data)))
	return nil
}

// give allocates a Region in the guest and writes data into it.
func (c *call) give(data []byte) (uint32, error) {
	if uint64(len(data)) > math.MaxUint32 {
		return 0, &Error{KindGeneric, fmt.Sprintf("Couldn't convert from usize to u32. Input: %d", len(data))}
	}
	ptr, err := c.allocate(uint32(len(data)))
	if err != nil {
		return 0, err
	}
	return ptr, c.write(ptr, data)
}
