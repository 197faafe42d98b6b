package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/clearline/clearline"
)

// Node is this process as the others see it.
type Node struct {
	// ID is unique among the nodes of one database and part of every id made here.
	ID int
	// floor is the time below which this node number has made ids before.
	floor time.Time
}

const (
	// BeatEvery is how often a node shows that it lives.
	BeatEvery = 2 * time.Second
	// DeadAfter is for how long a beat must stand still, on the observer's monotonic clock, until the node counts as dead.
	DeadAfter = 7 * time.Second
	// StopAfter is for how long a node may fail to beat before it must stop by itself.
	StopAfter = 5 * time.Second
)

// register takes a node number: always 1 on SQLite, whose file one process owns, else the next free one.
func (s *Store) register(ctx context.Context, name string) (Node, error) {
	w, err := s.dialect.openWriter(ctx)
	if err != nil {
		return Node{}, err
	}
	defer w.close(context.Background())
	for try := range 20 {
		n, err := s.tryRegister(ctx, w, name)
		if err == nil {
			return n, nil
		}
		if w.rollback(ctx) != nil || try == 19 {
			return Node{}, fmt.Errorf("no node number could be taken: %w", err)
		}
	}
	return Node{}, errors.New("unreachable")
}

func (s *Store) tryRegister(ctx context.Context, w writer, name string) (n Node, err error) {
	if err := w.begin(ctx); err != nil {
		return n, err
	}
	tx := &Tx{ctx: ctx, w: w}
	now := s.clock.Now()
	var last, beat int64
	if s.Engine() == "sqlite" {
		n.ID = 1
	} else {
		if _, err := tx.get(`SELECT COALESCE(MAX(node_id), 0) FROM nodes`, nil, &last); err != nil {
			return n, err
		}
		n.ID = int(last) + 1
	}
	var floor []byte
	if _, err := tx.get(`SELECT value FROM settings WHERE name = $1`, []any{floorName(n.ID)}, &floor); err != nil {
		return n, err
	}
	if beat, err = strconv.ParseInt(string(floor), 10, 64); err == nil {
		n.floor = moment(beat).Add(BeatEvery + time.Second)
	}
	if n.ID >= clearline.MaxNodes {
		return n, errors.New("all node numbers are in use; delete the rows of nodes that are gone")
	}
	if s.Engine() == "sqlite" {
		if _, err := tx.exec(`DELETE FROM nodes`); err != nil {
			return n, err
		}
	}
	if _, err := tx.exec(`INSERT INTO nodes (node_id, name, beat, started_at) VALUES ($1, $2, 1, $3)`, n.ID, name, now); err != nil {
		return n, err
	}
	return n, w.commit(ctx)
}

func floorName(node int) string { return "node.floor." + strconv.Itoa(node) }

// deregister lets the others take this node's lanes at once.
func (s *Store) deregister() {
	c := s.committers
	if len(c) == 0 || c[0].w == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	tx := &Tx{ctx: ctx, w: c[0].w}
	if _, err := tx.exec(`DELETE FROM nodes WHERE node_id = $1`, s.node.ID); err != nil {
		s.log.Warn("the node row could not be removed; its lanes move after the usual wait", "err", err)
	}
}

// Beat shows that this node lives. When it fails for StopAfter, the node must stop sending.
func (s *Store) Beat(ctx context.Context) error {
	now := s.clock.Now()
	return s.call(ctx, nil, func(tx *Tx) error {
		changed, err := tx.exec(`UPDATE nodes SET beat = beat + 1 WHERE node_id = $1`, s.node.ID)
		if err == nil && changed == 0 {
			err = errors.New("this node was declared dead by another one")
		}
		if err != nil {
			return err
		}
		_, err = tx.exec(`INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
			floorName(s.node.ID), []byte(strconv.FormatInt(millis(now), 10)))
		return err
	})
}

// Beats are the beats of all nodes, by node number.
func (s *Store) Beats(ctx context.Context) (map[int]int64, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT node_id, beat FROM nodes`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	beats := map[int]int64{}
	for rows.Next() {
		var id int
		var beat int64
		if err := rows.Scan(&id, &beat); err != nil {
			return nil, err
		}
		beats[id] = beat
	}
	return beats, rows.Err()
}

// NodeID is this node's number.
func (s *Store) NodeID() int { return s.node.ID }

// Lease is the ownership of a lane, gateway or job. A higher epoch fences every lower one.
type Lease struct {
	Name  string
	Node  int
	Epoch int64
}

// Leases are all leases, by name.
func (s *Store) Leases(ctx context.Context) (map[string]Lease, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT name, node_id, epoch FROM leases`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string]Lease{}
	for rows.Next() {
		var l Lease
		if err := rows.Scan(&l.Name, &l.Node, &l.Epoch); err != nil {
			return nil, err
		}
		all[l.Name] = l
	}
	return all, rows.Err()
}

// Claim takes the lease from its holder by compare-and-swap: from is the lease as it was seen, with epoch 0
// when there was none. ok is false when somebody else was quicker. It takes the company's counter row, so
// that an attempt is recorded either before the lane moves or not at all.
func (s *Store) Claim(ctx context.Context, company clearline.ID, from Lease) (l Lease, ok bool, err error) {
	l = Lease{Name: from.Name, Node: s.node.ID, Epoch: from.Epoch + 1}
	err = s.call(ctx, []clearline.ID{company}, func(tx *Tx) error {
		var changed int64
		var err error
		if from.Epoch == 0 {
			changed, err = tx.exec(`INSERT INTO leases (name, node_id, epoch) VALUES ($1, $2, 1) ON CONFLICT (name) DO NOTHING`, l.Name, l.Node)
		} else {
			changed, err = tx.exec(`UPDATE leases SET node_id = $2, epoch = $3 WHERE name = $1 AND epoch = $4`, l.Name, l.Node, l.Epoch, from.Epoch)
		}
		ok = changed > 0
		return err
	})
	return l, ok, err
}

// GiveUpLease gives a lease back, so that the next one need not wait for its holder's death. One that another node has
// taken since stays.
func (s *Store) GiveUpLease(ctx context.Context, l Lease) error {
	return s.call(ctx, nil, func(tx *Tx) error {
		_, err := tx.exec(`DELETE FROM leases WHERE name = $1 AND epoch = $2`, l.Name, l.Epoch)
		return err
	})
}

// Bury removes the row of a node that is dead, so that it can never beat again by itself.
func (s *Store) Bury(ctx context.Context, node int, beat int64) error {
	return s.call(ctx, nil, func(tx *Tx) error {
		_, err := tx.exec(`DELETE FROM nodes WHERE node_id = $1 AND beat = $2`, node, beat)
		return err
	})
}

// first reads one row or answers found=false.
func first(err error) (found bool, _ error) {
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
