package cosmwasm

// The arguments of the IBC entry points.

// IBCChannelOpenMsg is the argument of ibc_channel_open.
type IBCChannelOpenMsg struct {
	OpenInit *IBCOpenInit `json:"open_init,omitempty"`
	OpenTry  *IBCOpenTry  `json:"open_try,omitempty"`
}

// IBCOpenInit begins a handshake.
type IBCOpenInit struct {
	Channel IBCChannel `json:"channel"`
}

// IBCOpenTry answers one.
type IBCOpenTry struct {
	Channel             IBCChannel `json:"channel"`
	CounterpartyVersion string     `json:"counterparty_version"`
}

// IBCChannelConnectMsg is the argument of ibc_channel_connect.
type IBCChannelConnectMsg struct {
	OpenAck     *IBCOpenAck     `json:"open_ack,omitempty"`
	OpenConfirm *IBCOpenConfirm `json:"open_confirm,omitempty"`
}

// IBCOpenAck accepts the answer.
type IBCOpenAck struct {
	Channel             IBCChannel `json:"channel"`
	CounterpartyVersion string     `json:"counterparty_version"`
}

// IBCOpenConfirm ends the handshake.
type IBCOpenConfirm struct {
	Channel IBCChannel `json:"channel"`
}

// IBCChannelCloseMsg is the argument of ibc_channel_close.
type IBCChannelCloseMsg struct {
	CloseInit    *IBCCloseInit    `json:"close_init,omitempty"`
	CloseConfirm *IBCCloseConfirm `json:"close_confirm,omitempty"`
}

// IBCCloseInit closes a channel from this side.
type IBCCloseInit struct {
	Channel IBCChannel `json:"channel"`
}

// IBCCloseConfirm says that the other side closed it.
type IBCCloseConfirm struct {
	Channel IBCChannel `json:"channel"`
}

// IBCPacketReceiveMsg is the argument of ibc_packet_receive.
type IBCPacketReceiveMsg struct {
	Packet  IBCPacket `json:"packet"`
	Relayer string    `json:"relayer"`
}

// IBCPacketAckMsg is the argument of ibc_packet_ack.
type IBCPacketAckMsg struct {
	Acknowledgement IBCAcknowledgement `json:"acknowledgement"`
	OriginalPacket  IBCPacket          `json:"original_packet"`
	Relayer         string             `json:"relayer"`
}

// IBCPacketTimeoutMsg is the argument of ibc_packet_timeout.
type IBCPacketTimeoutMsg struct {
	Packet  IBCPacket `json:"packet"`
	Relayer string    `json:"relayer"`
}

// IBCSourceCallbackMsg is the argument of ibc_source_callback.
type IBCSourceCallbackMsg struct {
	Acknowledgement *IBCPacketAckMsg     `json:"acknowledgement,omitempty"`
	Timeout         *IBCPacketTimeoutMsg `json:"timeout,omitempty"`
}

// IBCDestinationCallbackMsg is the argument of ibc_destination_callback.
type IBCDestinationCallbackMsg struct {
	Ack      IBCAcknowledgement   `json:"ack"`
	Packet   IBCPacket            `json:"packet"`
	Transfer *IBCTransferCallback `json:"transfer,omitempty"`
}

// IBCTransferCallback describes a transfer that arrived.
type IBCTransferCallback struct {
	Funds    Array[Coin] `json:"funds"`
	Receiver string      `json:"receiver"`
	Sender   string      `json:"sender"`
}

// IBC2PacketReceiveMsg is the argument of ibc2_packet_receive.
type IBC2PacketReceiveMsg struct {
	Payload           IBC2Payload `json:"payload"`
	Relayer           string      `json:"relayer"`
	SourceClient      string      `json:"source_client"`
	DestinationClient string      `json:"destination_client"`
	PacketSequence    uint64      `json:"packet_sequence"`
}

// IBC2PacketTimeoutMsg is the argument of ibc2_packet_timeout.
type IBC2PacketTimeoutMsg struct {
	Payload           IBC2Payload `json:"payload"`
	SourceClient      string      `json:"source_client"`
	DestinationClient string      `json:"destination_client"`
	PacketSequence    uint64      `json:"packet_sequence"`
	Relayer           string      `json:"relayer"`
}

// IBC2AcknowledgeMsg is the argument of ibc2_packet_ack.
type IBC2AcknowledgeMsg struct {
	SourceClient      string      `json:"source_client"`
	DestinationClient string      `json:"destination_client"`
	Data              IBC2Payload `json:"data"`
	Acknowledgement   []byte      `json:"acknowledgement"`
	Relayer           string      `json:"relayer"`
}

// IBC2PacketSendMsg is the argument of ibc2_packet_send.
type IBC2PacketSendMsg struct {
	Payload           IBC2Payload `json:"payload"`
	SourceClient      string      `json:"source_client"`
	DestinationClient string      `json:"destination_client"`
	PacketSequence    uint64      `json:"packet_sequence"`
	Signer            string      `json:"signer"`
}

// IBCChannelOpenResult is what ibc_channel_open returns. Ok is nil as well when
// the contract accepts without a version of its own: look at Err.
type IBCChannelOpenResult struct {
	Ok  *IBC3ChannelOpenResponse `json:"ok,omitempty"`
	Err string                   `json:"error,omitempty"`
}

// IBC3ChannelOpenResponse sets the version of a channel.
type IBC3ChannelOpenResponse struct {
	Version string `json:"version"`
}

// IBCBasicResult is what most IBC entry points return.
type IBCBasicResult struct {
	Ok  *IBCBasicResponse `json:"ok,omitempty"`
	Err string            `json:"error,omitempty"`
}

// IBCBasicResponse is a Response without data.
type IBCBasicResponse struct {
	Messages   []SubMsg         `json:"messages"`
	Attributes []EventAttribute `json:"attributes"`
	Events     []Event          `json:"events"`
}

// IBCReceiveResult is what ibc_packet_receive returns.
type IBCReceiveResult struct {
	Ok  *IBCReceiveResponse `json:"ok,omitempty"`
	Err string              `json:"error,omitempty"`
}

// IBCReceiveResponse acknowledges a packet; nil puts that off.
type IBCReceiveResponse struct {
	Acknowledgement []byte           `json:"acknowledgement"`
	Messages        []SubMsg         `json:"messages"`
	Attributes      []EventAttribute `json:"attributes"`
	Events          []Event          `json:"events"`
}

func (*IBCChannelOpenMsg) oneOf()    {}
func (*IBCChannelConnectMsg) oneOf() {}
func (*IBCChannelCloseMsg) oneOf()   {}
func (*IBCSourceCallbackMsg) oneOf() {}
func (*IBCChannelOpenResult) oneOf() {}
func (*IBCBasicResult) oneOf()       {}
func (*IBCReceiveResult) oneOf()     {}
