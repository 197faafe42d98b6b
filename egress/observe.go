package egress

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"time"
)

// Observation is how one exchange went, as evidence about the other side and about our own way to it.
type Observation struct {
	At time.Time
	// Status is the answer's status, 0 when none came.
	Status int
	// Local is true when no answer came because the other side was not reached at all: its name, the way to it, a
	// refused connection or a certificate of somebody else. Silence behind an open connection is not local.
	Local bool
	// Ahead is how far this machine's clock is ahead of the time that the answer bears, to a second; Dated tells
	// whether it bears one.
	Ahead time.Duration
	Dated bool
}

// Down tells whether the exchange speaks for trouble on the other side: an answer of 500 or above, or silence.
func (o Observation) Down() bool {
	return o.Status >= http.StatusInternalServerError || o.Status == 0 && !o.Local
}

type aboutKey struct{}

// About names what the exchanges under ctx are about, such as a connection, for whoever observes them.
func About(ctx context.Context, subject string) context.Context {
	return context.WithValue(ctx, aboutKey{}, subject)
}

func (t *transport) observed(ctx context.Context, resp *http.Response, err error) {
	about, named := ctx.Value(aboutKey{}).(string)
	if t.observe == nil || !named {
		return
	}
	o := Observation{At: t.clock.Now()}
	switch {
	case err == nil:
		o.Status = resp.StatusCode
		if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
			// The machine's own clock is what a wrong time would be wrong of, not the one that a simulation moves.
			o.Ahead, o.Dated = time.Since(date), true
		}
	case errors.Is(context.Cause(ctx), context.Canceled):
		return // we gave up, which says nothing about them
	default:
		o.Local = local(err)
	}
	t.observe(about, o)
}

// local tells whether an exchange ended before the other side was reached.
func local(err error) bool {
	var op *net.OpError
	var name *net.DNSError
	if errors.As(err, &name) {
		return true
	}
	if errors.As(err, &op) && op.Op == "dial" {
		return true
	}
	var verify *tls.CertificateVerificationError
	return errors.As(err, &verify)
}
