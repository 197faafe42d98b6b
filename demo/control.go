package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// control calls the twins' control interface, also when they run in this process: one way for both.
func (d *Demo) control(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, d.simURL+"/control/v1/"+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("the twins at %s do not answer: %w", d.simURL, err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return err
	}
	if res.StatusCode >= 300 {
		return fmt.Errorf("the twins answered %s %s with %d: %s", method, path, res.StatusCode, b)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(b, out)
}

// clockEvery is how often the clock of twins that run elsewhere is asked for.
const clockEvery = 500 * time.Millisecond

// followClock moves the product's clock when somebody moves that of twins running elsewhere.
func (d *Demo) followClock(ctx context.Context) {
	ticker := time.NewTicker(clockEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			d.catchUp(ctx)
		}
	}
}

// catchUp brings the product's clock to where that of the twins is. They may be away for a moment: it stays as it is then.
func (d *Demo) catchUp(ctx context.Context) {
	var now struct {
		Offset float64 `json:"offset_seconds"`
	}
	if err := d.control(ctx, http.MethodGet, "clock", nil, &now); err != nil {
		return
	}
	if by := time.Duration(now.Offset*float64(time.Second)) - d.clock.Offset(); by > time.Second {
		d.clock.Advance(by)
	}
}
