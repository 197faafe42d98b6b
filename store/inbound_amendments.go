package store

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/clearline/clearline"
)

// reaction is one side's emoji on a message as it is kept: also a withdrawn one, so that an older reaction
// that comes late cannot bring itself back. Key breaks ties within one second.
type reaction struct {
	Emoji string    `json:"emoji"`
	From  string    `json:"from"`
	At    time.Time `json:"at"`
	Key   string    `json:"key"`
}

// react puts a reaction on its message; the newest of each side wins.
func react(tx *Tx, company, message clearline.ID, r reaction) error {
	var body []byte
	var conversation int64
	found, err := tx.get(`SELECT reactions, conversation_id FROM messages WHERE company_id = $1 AND message_id = $2`, []any{company, message}, &body, &conversation)
	if err != nil || !found {
		return err
	}
	var all []reaction
	if body != nil {
		if err := json.Unmarshal(body, &all); err != nil {
			return err
		}
	}
	i := slices.IndexFunc(all, func(o reaction) bool { return o.From == r.From })
	switch {
	case i < 0:
		all = append(all, r)
		slices.SortFunc(all, func(a, b reaction) int { return cmpString(a.From, b.From) })
	case r.At.After(all[i].At), r.At.Equal(all[i].At) && r.Key > all[i].Key:
		all[i] = r
	default:
		return nil
	}
	tx.change(company, clearline.MessageChanged, message, clearline.ID(conversation))
	_, err = tx.exec(`UPDATE messages SET reactions = $3 WHERE company_id = $1 AND message_id = $2`, company, message, jsonOrNull(all))
	return err
}

// reactionSent shows a reaction of ours on its target, once the platform has taken it.
func reactionSent(tx *Tx, company, message clearline.ID, platformID string, at time.Time) error {
	var emoji string
	var target int64
	found, err := tx.get(`SELECT text, reply_to FROM messages WHERE company_id = $1 AND message_id = $2 AND reply_to IS NOT NULL`, []any{company, message}, &emoji, &target)
	if err != nil || !found {
		return err
	}
	return react(tx, company, clearline.ID(target), reaction{Emoji: emoji, From: "business", At: at, Key: platformID})
}

func cmpString(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// amendment is an edit or a deletion as it is kept and applied.
type amendment struct {
	PlatformID string
	At         time.Time
	Delete     bool
	Text       string
	Delivery   clearline.ID
}

func (set *inboundSet) storeAmendments() error {
	for _, it := range set.amends {
		e := it.el.Amendment
		a := amendment{PlatformID: e.PlatformID, At: e.At, Delete: e.Delete, Text: e.Text, Delivery: it.in.Delivery.ID}
		target, err := findMessage(set.tx, it.company(), it.el.ConnectionID, e.Target)
		if err != nil {
			return err
		}
		var fresh bool
		if target == 0 {
			var changed int64
			changed, err = set.tx.exec(insertEarly, it.company(), it.el.ConnectionID, e.Target, "amendment", e.PlatformID, jsonOrNull(a), a.Delivery, it.in.Delivery.ReceivedAt)
			set.early[it.company()] = true
			fresh = changed > 0
		} else {
			fresh, err = amend(set.tx, it.company(), target, a)
		}
		if err != nil {
			return err
		}
		if fresh {
			it.in.Count.Stored++
		} else {
			it.in.Count.Duplicate++
		}
	}
	return nil
}

// amend applies an edit or a deletion. The newest edit by platform time wins, a deletion beats every edit,
// and the original text stays as the first revision. fresh is false for one applied before.
func amend(tx *Tx, company, message clearline.ID, a amendment) (fresh bool, err error) {
	const insert = `INSERT INTO revisions (company_id, message_id, platform_id, kind, platform_time, text, delivery_id) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (company_id, message_id, platform_id) DO NOTHING`
	kind := "edit"
	if a.Delete {
		kind = "delete"
	}
	changed, err := tx.exec(insert, company, message, a.PlatformID, kind, a.At, a.Text, a.Delivery)
	if err != nil || changed == 0 {
		return false, err
	}
	var text string
	var conversation, edited, deleted, at int64
	if _, err := tx.get(`SELECT text, conversation_id, edited_at, deleted_at, at FROM messages WHERE company_id = $1 AND message_id = $2`,
		[]any{company, message}, &text, &conversation, &edited, &deleted, &at); err != nil {
		return false, err
	}
	tx.change(company, clearline.MessageChanged, message, clearline.ID(conversation))
	if a.Delete {
		if when := millis(a.At); deleted == 0 || when < deleted {
			_, err = tx.exec(`UPDATE messages SET deleted_at = $3 WHERE company_id = $1 AND message_id = $2`, company, message, when)
		}
		return true, err
	}
	if edited == 0 {
		if _, err := tx.exec(insert, company, message, "", "original", at, text, 0); err != nil {
			return false, err
		}
	}
	if when := millis(a.At); when > edited || when == edited && a.Text > text {
		_, err = tx.exec(`UPDATE messages SET text = $3, edited_at = $4 WHERE company_id = $1 AND message_id = $2`, company, message, a.Text, when)
	}
	return true, err
}

// applyEarly applies everything that waited for a message, and forgets that it waited.
func applyEarly(tx *Tx, company, connection clearline.ID, platformID string, message clearline.ID) error {
	if platformID == "" {
		return nil
	}
	for {
		var kind, key string
		var body []byte
		found, err := tx.get(`SELECT kind, key, body FROM early WHERE company_id = $1 AND connection_id = $2 AND target = $3 LIMIT 1`,
			[]any{company, connection, platformID}, &kind, &key, &body)
		if err != nil || !found {
			return err
		}
		if err := applyOne(tx, company, message, platformID, kind, body); err != nil {
			return err
		}
		if _, err := tx.exec(`DELETE FROM early WHERE company_id = $1 AND connection_id = $2 AND target = $3 AND kind = $4 AND key = $5`,
			company, connection, platformID, kind, key); err != nil {
			return err
		}
	}
}

func applyOne(tx *Tx, company, message clearline.ID, platformID, kind string, body []byte) error {
	switch kind {
	case "reaction":
		var r reaction
		if err := json.Unmarshal(body, &r); err != nil {
			return err
		}
		return react(tx, company, message, r)
	case "amendment":
		var a amendment
		if err := json.Unmarshal(body, &a); err != nil {
			return err
		}
		_, err := amend(tx, company, message, a)
		return err
	}
	var r report
	if err := json.Unmarshal(body, &r); err != nil {
		return err
	}
	t, err := targetOf(tx, company, message, platformID)
	if err != nil || t == nil {
		return err
	}
	row := t.apply(company, r)
	if err := tx.each(insertStatus, [][]any{row}, nil); err != nil {
		return err
	}
	return saveTargets(tx, map[*target]clearline.ID{t: company})
}

// storeNotices keeps news about accounts, each once.
func (set *inboundSet) storeNotices() error {
	var rows [][]any
	for _, it := range set.notices {
		n := it.el.Notice
		at := n.At
		if at.IsZero() {
			at = it.in.Delivery.ReceivedAt
		}
		rows = append(rows, []any{it.company(), it.el.Account, n.Field, n.Key, n.Event, at, it.in.Delivery.ReceivedAt, n.Value, it.in.Delivery.ID})
	}
	return set.tx.each(`INSERT INTO notices (company_id, account, field, key, event, at, received_at, value, delivery_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (company_id, account, field, key) DO NOTHING`, rows, func(i int, changed int64, _ scanFunc) error {
		it := set.notices[i]
		if changed == 0 {
			it.in.Count.Duplicate++
			return nil
		}
		it.in.Count.Stored++
		if it.el.Notice.TemplatesChanged {
			company := it.company()
			set.tx.after = append(set.tx.after, func() { set.s.templatesStale(company) })
		}
		return nil
	})
}
