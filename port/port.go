// Package port finds ports of this machine for servers that cannot take one themselves: a program that is told its port
// beforehand, or one that goes away and must find its port free when it comes back.
package port

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
)

// The ports that are given out. They lie below those from which systems take ports for outgoing connections and for
// whoever listens on port 0 (Linux from 32768, others from 49152), so that nobody gets one of them by chance.
const (
	lowest = 20_000
	count  = 10_000
)

var (
	mu    sync.Mutex
	given = map[int]bool{}
)

// Free is a port of 127.0.0.1 on which nobody listens now. This process gives it to nobody else, as long as it lives.
func Free() (int, error) {
	mu.Lock()
	defer mu.Unlock()
	var last error
	for range 1_000 {
		port := lowest + rand.IntN(count)
		if given[port] {
			continue
		}
		l, err := net.Listen("tcp4", "127.0.0.1:"+strconv.Itoa(port))
		if err != nil {
			last = err
			continue
		}
		given[port] = true
		return port, l.Close()
	}
	return 0, fmt.Errorf("port: no port between %d and %d is free: %w", lowest, lowest+count-1, last)
}

// Address is Free as an address, 127.0.0.1:port.
func Address() (string, error) {
	port, err := Free()
	return "127.0.0.1:" + strconv.Itoa(port), err
}
