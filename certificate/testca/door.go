package testca

import (
	"io"
	"net"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// Door leads to a port of the server under test. It is shut until Open.
type Door struct {
	port int

	mu     sync.Mutex
	to     string
	knocks int
}

// Open lets callers through to an address, host:port; "" shuts the door.
func (d *Door) Open(to string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.to = to
}

// Knocks is how often somebody came.
func (d *Door) Knocks() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.knocks
}

func newDoor(t testing.TB) *Door {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	d := &Door{port: l.Addr().(*net.TCPAddr).Port}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go d.lead(c)
		}
	}()
	return d
}

func (d *Door) lead(c net.Conn) {
	defer c.Close()
	d.mu.Lock()
	to := d.to
	d.knocks++
	d.mu.Unlock()
	if to == "" {
		return
	}
	other, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer other.Close()
	ended := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{c, other}, {other, c}} {
		go func() {
			_, _ = io.Copy(way[0], way[1]) // whoever hangs up first ends both
			ended <- struct{}{}
		}()
	}
	<-ended
}

// Names runs a DNS server that knows one address for every name, until the test ends.
func Names(t testing.TB, of [4]byte) (address string) {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := c.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) == 0 {
				continue
			}
			m.Header.Response, m.Header.RecursionAvailable, m.Additionals = true, true, nil
			if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
				m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1}, Body: &dnsmessage.AResource{A: of}}}
			}
			if answer, err := m.Pack(); err == nil {
				_, _ = c.WriteTo(answer, from) // a lost datagram is asked for again
			}
		}
	}()
	return c.LocalAddr().String()
}
