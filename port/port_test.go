package port

import (
	"fmt"
	"net"
	"sync"
	"testing"
)

// Nobody gets what somebody else was given, also long before anybody listens there, nor what another program has.
func TestFree(t *testing.T) {
	t.Parallel()
	var taken []int
	for port := lowest; len(taken) < 50; port++ {
		if l, err := net.Listen("tcp4", fmt.Sprint("127.0.0.1:", port)); err == nil {
			t.Cleanup(func() { l.Close() })
			taken = append(taken, port)
		}
	}
	var mu sync.Mutex
	seen := map[int]bool{}
	for _, port := range taken {
		seen[port] = true
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				port, err := Free()
				mu.Lock()
				if err != nil || seen[port] || port < lowest || port >= lowest+count {
					t.Errorf("%d, %v", port, err)
				}
				seen[port] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	address, err := Address()
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
}

// When all are given out the error says so, instead of one being given twice.
func TestNoneIsLeft(t *testing.T) {
	mu.Lock()
	before := given
	given = map[int]bool{}
	for port := range count {
		given[lowest+port] = true
	}
	mu.Unlock()
	defer func() {
		mu.Lock()
		given = before
		mu.Unlock()
	}()
	if port, err := Free(); err == nil {
		t.Errorf("%d was given twice", port)
	}
}
