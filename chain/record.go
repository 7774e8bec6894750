package chain

import "fmt"

// Record is a protobuf message that a module keeps in its store; T is its struct.
type Record[T any] interface {
	*T
	Message
}

// LoadRecord reads the record at key, nil if there is none. Garbage is a fault.
func LoadRecord[T any, P Record[T]](s Store, key []byte) (P, error) {
	raw, err := s.Get(key)
	if err != nil || raw == nil {
		return nil, err
	}
	m := P(new(T))
	if err := m.Unmarshal(raw); err != nil {
		return nil, fmt.Errorf("%T in state: %v", m, err)
	}
	return m, nil
}

// SaveRecord writes a record. One that has only default values is an empty value,
// which is not the same as none.
func SaveRecord(s Store, key []byte, m Message) error {
	raw, err := m.Marshal()
	if err != nil {
		return err
	}
	if raw == nil {
		raw = []byte{}
	}
	return s.Set(key, raw)
}
