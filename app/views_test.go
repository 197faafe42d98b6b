package app_test

import (
	"fmt"
	"slices"
	"time"
)

// The API's answers, as a program outside would read them.
type (
	message struct {
		ID             string
		ClientID       *string `json:"client_id"`
		ConversationID string  `json:"conversation_id"`
		Direction      string
		Kind           string
		Text           string
		Details        any
		Media          []struct{ MIME, Name, State string }
		ReplyTo        *string    `json:"reply_to"`
		PlatformID     *string    `json:"platform_id"`
		PlatformTime   *time.Time `json:"platform_time"`
		CreatedAt      time.Time  `json:"created_at"`
		Status         string
		Cause          *string
		Error          *struct {
			Code    int
			Subcode *int
			Text    string
		}
		Conflict  bool
		Attempts  int
		Author    *struct{ ID, Name string }
		Reactions []struct{ Emoji, From string }
		EditedAt  *time.Time `json:"edited_at"`
		DeletedAt *time.Time `json:"deleted_at"`
		NextTryAt *time.Time `json:"next_try_at"`
		TroubleAt *time.Time `json:"trouble_at"`
		Retry     *struct {
			Status string
			Cause  *string
		}
		Again *struct {
			Possible, Risky bool
			After           *time.Time
		}
		Receipt *struct {
			Cause        string
			Since, Until *time.Time
			Final        bool
		}
	}
	conversation struct {
		ID           string
		ConnectionID string `json:"connection_id"`
		Contact      struct{ ID, Name string }
		Address      string
		Unread       int
		WaitingSince *time.Time `json:"waiting_since"`
		Window       struct {
			State     string
			ExpiresAt *time.Time `json:"expires_at"`
		}
		LastMessage *message `json:"last_message"`
	}
	elements struct{ Stored, Duplicate, Parked, Pending int }
	delivery struct {
		ID           string
		Platform     string
		ConnectionID *string `json:"connection_id"`
		Answer       int
		Signature    string
		State        string
		Elements     elements
		Reason       *string
		Test         bool
		LagMS        int64 `json:"lag_ms"`
		SpreadMS     int64 `json:"spread_ms"`
		Bytes        int
		Raw          *string
	}
	ledger struct {
		Received, Stored, Duplicate, Parked, Pending int
		Refused                                      struct{ Signature, Limit, Shed int }
	}
	change struct {
		N              int64
		Kind, ID       string
		ConversationID *string `json:"conversation_id"`
	}
	connection struct {
		ID, Status string
		Cause      *string
		Waiting    int
		Receiving  struct{ State string }
		Sending    struct{ State string }
		WebhookURL string `json:"webhook_url"`
	}
	story struct {
		Message  message
		Attempts []struct {
			N       int
			Outcome *string
			Repeat  bool
			HTTP    *int
			Code    *int
			Cause   *string
			// PlatformID is the id that the platform gave to this attempt.
			PlatformID *string `json:"platform_id"`
		}
		Statuses []struct {
			Status  string
			Applied bool
		}
		Candidates []struct {
			Cause, Evidence, Title string
			Reason                 *string
			RuledOut               bool `json:"ruled_out"`
		}
	}
	list[T any] struct {
		Items []T
		Next  *string
	}
)

func (c *company) message(id string) (m message) {
	c.t.Helper()
	c.get("messages/"+id, &m)
	return m
}

func (c *company) ledger() (l ledger) {
	c.t.Helper()
	c.get("ledger", &l)
	return l
}

// deliveries are the newest ones, newest first.
func (c *company) deliveries(query string) []delivery {
	c.t.Helper()
	var all list[delivery]
	c.get("deliveries"+query, &all)
	return all.Items
}

func (c *company) conversations() []conversation {
	c.t.Helper()
	var all list[conversation]
	c.get("conversations?limit=200", &all)
	return all.Items
}

// number is the number of the company's last change.
func (c *company) number() int64 {
	c.t.Helper()
	for {
		all, next := c.changes(c.seen)
		if len(all) == 0 {
			return c.seen
		}
		c.seen = next
	}
}

func (c *company) changes(since int64) ([]change, int64) {
	c.t.Helper()
	var v struct {
		Changes []change
		Next    int64
	}
	c.get(fmt.Sprintf("changes?limit=1000&since=%d", since), &v)
	return v.Changes, v.Next
}

// done are the changes since a number, but for those of connections: examinations that go by themselves tell of these.
func (c *company) done(since int64) []change {
	c.t.Helper()
	all, _ := c.changes(since)
	return slices.DeleteFunc(all, func(ch change) bool { return ch.Kind == "connection.changed" })
}

// connected is how many connections the company has.
func (c *company) connected() int {
	c.t.Helper()
	var all struct{ Items []struct{} }
	c.get("connections", &all)
	return len(all.Items)
}

// created are the messages that are new since a change, in the order in which they became visible.
func (c *company) created(since int64) (all []message) {
	c.t.Helper()
	changes, _ := c.changes(since)
	for _, ch := range changes {
		if ch.Kind == "message.created" {
			all = append(all, c.message(ch.ID))
		}
	}
	return all
}

// thread are a conversation's messages, the oldest first.
func (c *company) thread(conversation string) []message {
	c.t.Helper()
	var all list[message]
	c.get("conversations/"+conversation+"/messages?limit=200", &all)
	slices.Reverse(all.Items)
	return all.Items
}
