package sim

import (
	"slices"
	"time"
)

// event is something that subscribed apps are told.
type event struct {
	account string // phone_number_id; its WABA is the entry
	person  *person
	ids     []string
	field   string
	value   any
	done    func() // after the first app answered 2xx
	// entry is the id of the entry when it is not the WABA's.
	entry string
	// direct news goes to every app that acts for the account, also when the
	// account's subscription is gone: it tells of that.
	direct bool
}

// fields that follow overrides; all others always go to the app's own callback.
var overridable = []string{
	"messages", "message_echoes", "calls", "consumer_profile", "messaging_handovers", "group_lifecycle_update",
	"group_participants_update", "group_settings_update", "group_status_update", "smb_message_echoes",
	"smb_app_state_sync", "history", "account_settings_update",
}

const (
	defaultLag     = 10 * time.Minute
	defaultBundle  = time.Minute
	defaultReorder = 1500 * time.Millisecond
)

type addressee struct {
	key    targetKey
	secret string
}

// addressees lists the callbacks an event of a number goes to: per subscribed
// app the number's override, else the WABA's, else the app's own. Needs the lock.
func (w *world) addressees(n *number, field string) []addressee {
	var list []addressee
	for appID, override := range n.waba.subscribed {
		a := w.apps[appID]
		if a == nil || !a.hears(field) {
			continue
		}
		url := a.callback
		if slices.Contains(overridable, field) {
			if override != "" {
				url = override
			}
			if n.override[appID] != "" {
				url = n.override[appID]
			}
		}
		list = append(list, addressee{targetKey{appID, url}, a.secret})
	}
	return list
}

// hears tells whether the app's own subscription delivers a field.
func (a *app) hears(field string) bool {
	return a.callback != "" && a.active && !a.development && slices.Contains(a.fields, field)
}

// appsOf lists the callbacks of all apps that act for a WABA. Needs the lock.
func (w *world) appsOf(wabaID, field string) []addressee {
	var list []addressee
	for _, a := range w.apps {
		if a.hears(field) && slices.Contains(w.accountsOfApp(a.id), wabaID) {
			list = append(list, addressee{targetKey{a.id, a.callback}, a.secret})
		}
	}
	return list
}

// emit tells the subscribed apps, as far as standing faults let it.
func (s *Sim) emit(e event) {
	if e.field == "" {
		e.field = "messages"
	}
	change, err := asciiJSON(struct {
		Value any    `json:"value"`
		Field string `json:"field"`
	}{e.value, e.field})
	if err != nil {
		s.log.Error("an event does not encode", "field", e.field, "error", err)
		return
	}
	s.mu.Lock()
	n := s.numbers[e.account]
	to := s.addressees(n, e.field)
	if e.direct {
		to = s.appsOf(n.waba.id, e.field)
	}
	s.mu.Unlock()
	if e.entry == "" {
		e.entry = n.waba.id
	}
	u := update{entry: e.entry, wabaID: n.waba.id, account: n.id, ids: e.ids, change: change, done: e.done}
	if !slices.Contains(overridable, e.field) {
		u.at = s.now().Unix()
	}
	h := happening{operation: "webhook", accounts: []string{n.id, n.waba.id}}
	key := e.account
	if e.person != nil {
		h.person, h.address = e.person.id, e.person.address()
		key = e.person.id
	}
	if _, gone := s.faults.pick(h, stopping(e)...); gone || len(to) == 0 {
		s.ledger.count(func(t *Totals) { t.WebhooksDropped++ })
		return
	}
	for _, a := range to {
		s.dispatchTo(a, key, h, u)
	}
}

// stopping names the effects that keep an event from its apps: some concern
// only what follows overrides, or only the field messages.
func stopping(e event) []string {
	switch {
	case e.direct:
		return []string{"silence"}
	case e.field == "messages":
		return []string{"silence", "unsubscribed", "elsewhere", "fields"}
	case slices.Contains(overridable, e.field):
		return []string{"silence", "unsubscribed", "elsewhere"}
	}
	return []string{"silence", "unsubscribed"}
}

// dispatchTo hands one update to the courier, as the standing faults of its way
// make it.
func (s *Sim) dispatchTo(a addressee, key string, h happening, u update) {
	var sign signing
	if st, ok := s.faults.pick(h, "signature", "unsigned"); ok {
		sign = badSignature
		if st.effect == "unsigned" {
			sign = unsigned
		}
	}
	_, twice := s.faults.pick(h, "duplicate")
	turned, reorder := s.faults.pick(h, "reorder")
	slow, throttled := s.faults.pick(h, "throttled")
	lag, late := s.faults.pick(h, "delay", "lag")
	send := func() {
		switch {
		case reorder:
			s.courier.hold(s.courier.newPost(a.key, a.secret, key, sign, u), msOr(turned.MS, defaultReorder))
		case throttled:
			s.courier.bundle(s.courier.newPost(a.key, a.secret, key, sign, u), msOr(slow.MS, defaultBundle))
		default:
			s.courier.send(a.key, a.secret, key, sign, u)
		}
		if twice {
			s.courier.send(a.key, a.secret, key, sign, u)
		}
	}
	if late {
		s.after(msOr(lag.MS, defaultLag), send)
	} else {
		send()
	}
}

func msOr(ms int, otherwise time.Duration) time.Duration {
	if ms == 0 {
		return otherwise
	}
	return time.Duration(ms) * time.Millisecond
}

// valueFor begins a messages value of a number. Needs the lock.
func (s *Sim) valueFor(n *number) wireValue {
	return wireValue{MessagingProduct: "whatsapp", Metadata: wireMetadata{DisplayPhoneNumber: n.display, PhoneNumberID: n.id}}
}

func (p *person) wireContact() wireContact {
	return wireContact{Profile: wireProfile{Name: p.name, Username: p.username}, WaID: p.waID, UserID: p.userID}
}
