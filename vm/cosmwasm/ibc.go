package cosmwasm

// IBCMsg is a message of the first IBC protocol.
type IBCMsg struct {
	Transfer             *TransferMsg             `json:"transfer,omitempty"`
	SendPacket           *SendPacketMsg           `json:"send_packet,omitempty"`
	WriteAcknowledgement *WriteAcknowledgementMsg `json:"write_acknowledgement,omitempty"`
	CloseChannel         *CloseChannelMsg         `json:"close_channel,omitempty"`
	PayPacketFee         *PayPacketFeeMsg         `json:"pay_packet_fee,omitempty"`       // 2.2 only
	PayPacketFeeAsync    *PayPacketFeeAsyncMsg    `json:"pay_packet_fee_async,omitempty"` // 2.2 only
}

// TransferMsg sends coins to another chain.
type TransferMsg struct {
	ChannelID string     `json:"channel_id"`
	ToAddress string     `json:"to_address"`
	Amount    Coin       `json:"amount"`
	Timeout   IBCTimeout `json:"timeout"`
	Memo      string     `json:"memo,omitempty"`
}

// SendPacketMsg sends a packet.
type SendPacketMsg struct {
	ChannelID string     `json:"channel_id"`
	Data      []byte     `json:"data"`
	Timeout   IBCTimeout `json:"timeout"`
}

// WriteAcknowledgementMsg acknowledges a packet later on.
type WriteAcknowledgementMsg struct {
	Ack            IBCAcknowledgement `json:"ack"`
	ChannelID      string             `json:"channel_id"`
	PacketSequence uint64             `json:"packet_sequence"`
}

// CloseChannelMsg closes a channel.
type CloseChannelMsg struct {
	ChannelID string `json:"channel_id"`
}

// PayPacketFeeMsg pays a relayer for the next packet.
type PayPacketFeeMsg struct {
	ChannelID string        `json:"channel_id"`
	Fee       IBCFee        `json:"fee"`
	PortID    string        `json:"port_id"`
	Relayers  Array[string] `json:"relayers"`
}

// PayPacketFeeAsyncMsg pays a relayer for a packet that was sent.
type PayPacketFeeAsyncMsg struct {
	ChannelID string        `json:"channel_id"`
	Fee       IBCFee        `json:"fee"`
	PortID    string        `json:"port_id"`
	Relayers  Array[string] `json:"relayers"`
	Sequence  uint64        `json:"sequence"`
}

// IBCFee is what a relayer gets.
type IBCFee struct {
	AckFee     Array[Coin] `json:"ack_fee"`
	ReceiveFee Array[Coin] `json:"receive_fee"`
	TimeoutFee Array[Coin] `json:"timeout_fee"`
}

// IBC2Msg is a message of the second IBC protocol.
type IBC2Msg struct {
	SendPacket           *IBC2SendPacketMsg           `json:"send_packet,omitempty"`
	WriteAcknowledgement *IBC2WriteAcknowledgementMsg `json:"write_acknowledgement,omitempty"`
}

// IBC2SendPacketMsg sends payloads; the timeout is in nanoseconds since 1970.
type IBC2SendPacketMsg struct {
	SourceClient string        `json:"source_client"`
	Payloads     []IBC2Payload `json:"payloads"`
	Timeout      Uint64        `json:"timeout,omitempty"`
}

// IBC2WriteAcknowledgementMsg acknowledges a packet later on.
type IBC2WriteAcknowledgementMsg struct {
	Ack               IBCAcknowledgement `json:"ack"`
	SourceClient      string             `json:"source_client"`
	DestinationClient string             `json:"destination_client"`
	PacketSequence    uint64             `json:"packet_sequence"`
}

// IBCEndpoint is one end of a channel.
type IBCEndpoint struct {
	PortID    string `json:"port_id"`
	ChannelID string `json:"channel_id"`
}

// IBCChannel is a channel; Order is ORDER_ORDERED or ORDER_UNORDERED.
type IBCChannel struct {
	Endpoint             IBCEndpoint `json:"endpoint"`
	CounterpartyEndpoint IBCEndpoint `json:"counterparty_endpoint"`
	Order                string      `json:"order"`
	Version              string      `json:"version"`
	ConnectionID         string      `json:"connection_id"`
}

// IBCTimeoutBlock is a height of the other chain.
type IBCTimeoutBlock struct {
	Revision uint64 `json:"revision"`
	Height   uint64 `json:"height"`
}

// IBCTimeout ends the life of a packet; the timestamp is in nanoseconds since 1970.
type IBCTimeout struct {
	Block     *IBCTimeoutBlock `json:"block"`
	Timestamp Uint64           `json:"timestamp,omitempty"`
}

// IBCAcknowledgement is the answer to a packet.
type IBCAcknowledgement struct {
	Data []byte `json:"data"`
}

// IBCPacket is a packet.
type IBCPacket struct {
	Data     []byte      `json:"data"`
	Src      IBCEndpoint `json:"src"`
	Dest     IBCEndpoint `json:"dest"`
	Sequence uint64      `json:"sequence"`
	Timeout  IBCTimeout  `json:"timeout"`
}

// IBC2Payload is a payload of a packet.
type IBC2Payload struct {
	SourcePort      string `json:"source_port"`
	DestinationPort string `json:"destination_port"`
	Version         string `json:"version"`
	Encoding        string `json:"encoding"`
	Value           []byte `json:"value"`
}

func (*IBCMsg) oneOf()  {}
func (*IBC2Msg) oneOf() {}
