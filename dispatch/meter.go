package dispatch

import (
	"context"
	"sync"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

// loadsEvery is how often what was counted is written down. What a crash loses of it is only a figure.
const loadsEvery = 10 * time.Second

// meter counts what comes in and goes out on this node, per account and minute, with the busiest second.
type meter struct {
	mu      sync.Mutex
	seconds map[laneKey]*second
	minutes map[minute]*store.Load
}

type minute struct {
	laneKey
	at int64
}

// second is the one under way for an account.
type second struct {
	at int64
	n  int
}

func newMeter() *meter {
	return &meter{seconds: map[laneKey]*second{}, minutes: map[minute]*store.Load{}}
}

// note counts messages. fresh are those that came in just now by the platform's time: only they use its throughput now.
func (m *meter) note(k laneKey, now time.Time, received, sent, fresh int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := minute{k, now.Unix() / 60}
	load := m.minutes[at]
	if load == nil {
		load = &store.Load{CompanyID: k.company, ConnectionID: k.connection, Minute: time.Unix(at.at*60, 0).UTC()}
		m.minutes[at] = load
	}
	s := m.seconds[k]
	if s == nil {
		s = &second{}
		m.seconds[k] = s
	}
	if s.at != now.Unix() {
		s.at, s.n = now.Unix(), 0
	}
	s.n += sent + fresh
	load.Received, load.Sent, load.Peak = load.Received+received, load.Sent+sent, max(load.Peak, s.n)
}

// take hands out what was counted since the last time, by company.
func (m *meter) take() map[clearline.ID][]store.Load {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := map[clearline.ID][]store.Load{}
	for _, l := range m.minutes {
		all[l.CompanyID] = append(all[l.CompanyID], *l)
	}
	clear(m.minutes)
	return all
}

// keepLoads writes down what was counted, now and then and at the end.
func (d *Dispatch) keepLoads(ctx context.Context) {
	ticker := time.NewTicker(loadsEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			d.KeepLoads(context.WithoutCancel(ctx))
			return
		case <-ticker.C:
			d.KeepLoads(ctx)
		}
	}
}

// KeepLoads writes down what was counted so far, for whoever reads it next.
func (d *Dispatch) KeepLoads(ctx context.Context) {
	for company, loads := range d.meter.take() {
		if err := d.o.Store.AddLoads(ctx, company, loads); err != nil {
			d.o.Log.Warn("how busy accounts were could not be written down; that much is not counted", "err", err)
		}
	}
}
