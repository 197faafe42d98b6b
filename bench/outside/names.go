package outside

import (
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync"

	"golang.org/x/net/dns/dnsmessage"
)

// Lookup is how a name answers.
type Lookup int

// What may become of a name. Unknown is also what every name is that nobody has set.
const (
	Unknown Lookup = iota // no such name (NXDOMAIN)
	Found                 // its address
	Failing               // the server says that it cannot tell (SERVFAIL)
	Mute                  // no answer at all
)

// Names is a DNS server on loopback, over UDP. Safe for use by several goroutines.
type Names struct {
	conn net.PacketConn
	done chan struct{}

	mu   sync.Mutex
	list map[string]record
}

type record struct {
	lookup  Lookup
	address netip.Addr
}

// lifetime of an answer in seconds: whoever keeps answers must not keep a broken one for long.
const lifetime = 1

// NewNames starts a server that knows no name.
func NewNames() (*Names, error) {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	n := &Names{conn: conn, done: make(chan struct{}), list: map[string]record{}}
	go n.serve()
	return n, nil
}

// Addr is where it answers, host:port.
func (n *Names) Addr() string { return n.conn.LocalAddr().String() }

// Set says what becomes of a name from now on; the address counts for Found only.
func (n *Names) Set(name string, l Lookup, address netip.Addr) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.list[strings.ToLower(strings.TrimSuffix(name, "."))] = record{l, address}
}

// Close ends the server.
func (n *Names) Close() error {
	err := n.conn.Close()
	<-n.done
	return err
}

func (n *Names) serve() {
	defer close(n.done)
	buffer := make([]byte, 1500)
	for {
		length, from, err := n.conn.ReadFrom(buffer)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // an answer to somebody who has gone comes back as an error of the next read
		}
		if answer := n.answer(buffer[:length]); answer != nil {
			n.conn.WriteTo(answer, from)
		}
	}
}

// answer is nil for what is no question, and for names that are to get none.
func (n *Names) answer(packet []byte) []byte {
	var question dnsmessage.Message
	if err := question.Unpack(packet); err != nil || question.Response || len(question.Questions) != 1 {
		return nil
	}
	asked := question.Questions[0]
	n.mu.Lock()
	known := n.list[strings.ToLower(strings.TrimSuffix(asked.Name.String(), "."))]
	n.mu.Unlock()
	out := dnsmessage.Message{Questions: question.Questions,
		Header: dnsmessage.Header{ID: question.ID, Response: true, Authoritative: true, RecursionDesired: question.RecursionDesired, RecursionAvailable: true}}
	switch known.lookup {
	case Mute:
		return nil
	case Failing:
		out.RCode = dnsmessage.RCodeServerFailure
	case Unknown:
		out.RCode = dnsmessage.RCodeNameError
	case Found:
		head := dnsmessage.ResourceHeader{Name: asked.Name, Class: dnsmessage.ClassINET, TTL: lifetime}
		switch {
		case asked.Type == dnsmessage.TypeA && known.address.Is4():
			out.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AResource{A: known.address.As4()}}}
		case asked.Type == dnsmessage.TypeAAAA && known.address.Is6():
			out.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AAAAResource{AAAA: known.address.As16()}}}
		}
	}
	packed, err := out.Pack()
	if err != nil {
		return nil
	}
	return packed
}
