package bench

import (
	"context"
	"io"
	"net"
	"sync/atomic"
	"time"
)

// balancer is the public address of several nodes: it hands each connection to the next node that takes it. A node that is killed
// breaks its connections, as it would behind any load balancer.
type balancer struct {
	ln    net.Listener
	nodes []string // host:port
	next  atomic.Uint64
}

func startBalancer(nodes []string) (*balancer, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &balancer{ln: ln, nodes: nodes}
	go b.accept()
	return b, nil
}

func (b *balancer) url() string { return "http://" + b.ln.Addr().String() }

func (b *balancer) close() error { return b.ln.Close() }

func (b *balancer) accept() {
	for {
		conn, err := b.ln.Accept()
		if err != nil {
			return // closed
		}
		go b.serve(conn)
	}
}

func (b *balancer) serve(conn net.Conn) {
	defer conn.Close()
	first := b.next.Add(1)
	for i := range uint64(len(b.nodes)) {
		upstream, err := net.DialTimeout("tcp", b.nodes[(first+i)%uint64(len(b.nodes))], time.Second)
		if err != nil {
			continue
		}
		defer upstream.Close()
		ctx, cancel := context.WithCancel(context.Background())
		relay := func(to, from net.Conn) {
			defer cancel()
			io.Copy(to, from) // ends with either side; the other is closed below
		}
		go relay(upstream, conn)
		go relay(conn, upstream)
		<-ctx.Done()
		return
	}
}
