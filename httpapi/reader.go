package httpapi

import (
	"context"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// readerTimeout bounds telling the platform about reading and typing, which nobody waits for.
const readerTimeout = 10 * time.Second

type accountOf struct{ account channel.Account }

// tellReader tells the platform something that is a courtesy to the person: when it fails the inbox is
// right all the same, so it is logged and not repeated.
func (s *Server) tellReader(ctx context.Context, company, conversation clearline.ID, f func(context.Context, Leaf, accountOf) error) {
	c, err := s.o.Store.Conversation(ctx, company, conversation)
	if err != nil || s.o.Platforms[c.Platform].Reader == nil {
		return
	}
	ctx = context.WithoutCancel(ctx)
	go func() {
		ctx, cancel := context.WithTimeout(ctx, readerTimeout)
		defer cancel()
		a, err := s.o.Store.Account(ctx, company, c.ConnectionID)
		if err == nil {
			err = f(ctx, s.o.Platforms[c.Platform], accountOf{a})
		}
		if err != nil {
			s.o.Log.Info("the platform was not told about reading or typing", "conversation", conversation, "err", err)
		}
	}()
}
