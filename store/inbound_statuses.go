package store

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/clearline/clearline"
)

// AttemptRef names an attempt in what the platform returns with its statuses (WhatsApp:
// biz_opaque_callback_data), so that a status settles the attempt it belongs to even when the answer was lost.
func AttemptRef(company, message clearline.ID, n int) string {
	return "cl1." + company.String() + "." + message.String() + "." + clearline.ID(n).String()
}

// parseRef reads AttemptRef; ok is false for anything else, also for a reference of another company.
func parseRef(company clearline.ID, ref string) (message clearline.ID, n int, ok bool) {
	parts := strings.Split(ref, ".")
	if len(parts) != 4 || parts[0] != "cl1" || parts[1] != company.String() {
		return 0, 0, false
	}
	message, err := clearline.ParseID(parts[2])
	if err != nil {
		return 0, 0, false
	}
	tries, err := clearline.ParseID(parts[3])
	return message, int(tries), err == nil
}

// report is a platform's report about one of our messages, as it is kept and applied.
type report struct {
	clearline.Report
	At        time.Time
	ClientRef string          `json:",omitempty"`
	Details   json.RawMessage `json:",omitempty"`
	Delivery  clearline.ID
	Received  time.Time
}

// target is a message that reports are applied to.
type target struct {
	id, conversation clearline.ID
	progress         clearline.Progress
	before           clearline.Progress
	platformID       string
	kind             clearline.Kind
	at               int64
}

const selectTarget = `SELECT message_id, conversation_id, status, cause, error, conflict, at, kind FROM messages WHERE company_id = $1 AND `

func scanTarget(scan scanFunc, platformID string) (*target, error) {
	var id, conversation, conflict, at int64
	var status, cause, kind string
	var refusal []byte
	if err := scan(&id, &conversation, &status, &cause, &refusal, &conflict, &at, &kind); err != nil {
		return nil, err
	}
	t := &target{id: clearline.ID(id), conversation: clearline.ID(conversation), platformID: platformID, kind: clearline.Kind(kind), at: at,
		progress: clearline.Progress{Status: clearline.Status(status), Cause: clearline.Cause(cause), Conflict: conflict != 0}}
	if refusal != nil {
		if err := json.Unmarshal(refusal, &t.progress.Error); err != nil {
			return nil, err
		}
	}
	t.before = t.progress
	return t, nil
}

type targetKey struct {
	company, connection clearline.ID
	platformID          string
}

func (set *inboundSet) storeStatuses() error {
	if len(set.statuses) == 0 {
		return nil
	}
	targets, err := set.findTargets()
	if err != nil {
		return err
	}
	var rows [][]any
	var items []*item
	touched := map[*target]clearline.ID{}
	for _, it := range set.statuses {
		st := it.el.Status
		key := targetKey{it.company(), it.el.ConnectionID, st.PlatformID}
		if st.Report.Status == clearline.Failed && st.Report.Cause == "" {
			st.Report.Cause = clearline.CauseOther // a failure always has a cause to be listed under
		}
		r := report{Report: st.Report, At: st.At, ClientRef: st.ClientRef, Details: st.Details, Delivery: it.in.Delivery.ID, Received: it.in.Delivery.ReceivedAt}
		t := targets[key]
		if t == nil {
			if t, err = set.settleByRef(it, r); err != nil {
				return err
			}
			targets[key] = t
		}
		if t == nil {
			if err := set.keepEarly(it, r); err != nil {
				return err
			}
			continue
		}
		rows = append(rows, t.apply(it.company(), r))
		items = append(items, it)
		touched[t] = it.company()
	}
	if err := set.tx.each(insertStatus, rows, func(i int, changed int64, _ scanFunc) error {
		if changed == 0 {
			items[i].in.Count.Duplicate++
		} else {
			items[i].in.Count.Stored++
		}
		return nil
	}); err != nil {
		return err
	}
	if err := saveTargets(set.tx, touched); err != nil {
		return err
	}
	return set.catchUpProven()
}

// provenSend is a message whose answer never came, and which a report has proven to be with the platform.
type provenSend struct {
	*target
	company, connection clearline.ID
}

// catchUpProven does for proven sends what their answer would have done: what waited for their platform ids is
// applied, and the person waits no longer.
func (set *inboundSet) catchUpProven() error {
	answered := map[conversationKey]bool{}
	for _, p := range set.proven {
		if p.kind != clearline.KindReaction {
			answered[conversationKey{p.company, p.conversation}] = true
		}
		if err := applyEarly(set.tx, p.company, p.connection, p.platformID, p.id); err != nil {
			return err
		}
	}
	return waitAgain(set.tx, answered)
}

// keepEarly keeps a report that came before its message; the same one again is a duplicate.
func (set *inboundSet) keepEarly(it *item, r report) error {
	changed, err := set.tx.exec(insertEarly, it.company(), it.el.ConnectionID, it.el.Status.PlatformID, "status", string(r.Status), jsonOrNull(r), r.Delivery, r.Received)
	if err != nil {
		return err
	}
	set.early[it.company()] = true
	if changed == 0 {
		it.in.Count.Duplicate++
	} else {
		it.in.Count.Stored++
	}
	return nil
}

func (set *inboundSet) findTargets() (map[targetKey]*target, error) {
	targets := map[targetKey]*target{}
	var keys []targetKey
	var rows [][]any
	for _, it := range set.statuses {
		k := targetKey{it.company(), it.el.ConnectionID, it.el.Status.PlatformID}
		if _, asked := targets[k]; asked {
			continue
		}
		targets[k] = nil
		keys = append(keys, k)
		rows = append(rows, []any{k.company, k.connection, k.platformID})
	}
	err := set.tx.each(selectTarget+`connection_id = $2 AND platform_id = $3`, rows, func(i int, _ int64, scan scanFunc) error {
		if scan == nil {
			return nil
		}
		t, err := scanTarget(scan, keys[i].platformID)
		targets[keys[i]] = t
		return err
	})
	return targets, err
}

// settleByRef finds the message whose attempt the report names: its answer has not come, or never will.
func (set *inboundSet) settleByRef(it *item, r report) (*target, error) {
	message, n, ok := parseRef(it.company(), r.ClientRef)
	if !ok {
		return nil, nil
	}
	var sentAt int64
	var outcome string
	found, err := set.tx.get(`SELECT at, outcome FROM attempts WHERE company_id = $1 AND message_id = $2 AND n = $3`, []any{it.company(), message, n}, &sentAt, &outcome)
	if err != nil || !found {
		return nil, err
	}
	// An accepted attempt whose message has lost its platform id was asked for again: only proof that the person
	// has the message says more about it than that.
	if clearline.Outcome(outcome) == clearline.OutcomeAccepted && r.Status != clearline.Delivered && r.Status != clearline.Read {
		return nil, nil
	}
	var t *target
	err = set.tx.each(selectTarget+`message_id = $2 AND connection_id = $3 AND platform_id IS NULL`,
		[][]any{{it.company(), message, it.el.ConnectionID}}, func(_ int, _ int64, scan scanFunc) error {
			if scan == nil {
				return nil
			}
			var err error
			t, err = scanTarget(scan, it.el.Status.PlatformID)
			return err
		})
	if err != nil || t == nil {
		return nil, err
	}
	if err := resolveTrouble(set.tx, it.company(), t.id, clearline.Sent); err != nil {
		return nil, err
	}
	// The message was sent when the attempt was made, and takes its place there.
	if _, err := set.tx.exec(`UPDATE messages SET platform_id = $3, at = $4 WHERE company_id = $1 AND message_id = $2`, it.company(), t.id, t.platformID, sentAt); err != nil {
		return nil, err
	}
	if t.kind == clearline.KindReaction {
		err = reactionSent(set.tx, it.company(), t.id, t.platformID, moment(sentAt))
	} else {
		err = moveConversations(set.tx, []move{{company: it.company(), conversation: t.conversation, answered: sentAt, last: sentAt, lastID: t.id}})
	}
	if err != nil {
		return nil, err
	}
	set.proven = append(set.proven, provenSend{t, it.company(), it.el.ConnectionID})
	if _, err := set.tx.exec(`UPDATE attempts SET outcome = 'accepted', platform_id = $4 WHERE company_id = $1 AND message_id = $2 AND n = $3 AND outcome IN ('', 'unknown')`,
		it.company(), t.id, n, t.platformID); err != nil {
		return nil, err
	}
	// A report of any kind proves that the platform took it.
	t.progress = t.progress.Apply(clearline.Report{Status: clearline.Sent})
	company := it.company()
	set.tx.after = append(set.tx.after, func() { set.s.settled(company, t.id) })
	return t, nil
}

const insertStatus = `INSERT INTO statuses (company_id, message_id, status, platform_time, received_at, applied, cause, error, details, delivery_id)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (company_id, message_id, status) DO NOTHING`

const insertEarly = `INSERT INTO early (company_id, connection_id, target, kind, key, body, delivery_id, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
	ON CONFLICT (company_id, connection_id, target, kind, key) DO NOTHING`

// apply moves the target by one report and gives the row that records it.
func (t *target) apply(company clearline.ID, r report) []any {
	was := t.progress
	t.progress = t.progress.Apply(r.Report)
	applied := t.progress.Status == r.Status || t.progress.Conflict != was.Conflict
	return []any{company, t.id, r.Status, r.At, r.Received, applied, r.Cause, jsonOrNull(r.Error), r.Details, r.Delivery}
}

// saveTargets writes messages whose progress moved.
func saveTargets(tx *Tx, touched map[*target]clearline.ID) error {
	var rows, failed, solved [][]any
	for t, company := range touched {
		p := t.progress
		if p.Status == t.before.Status && p.Conflict == t.before.Conflict && p.Cause == t.before.Cause && p.Error == t.before.Error {
			continue
		}
		rows = append(rows, []any{company, t.id, p.Status, orNull(string(p.Cause)), jsonOrNull(p.Error), p.Conflict})
		switch {
		case p.Status == clearline.Failed:
			failed = append(failed, []any{company, t.id, tx.now})
		case t.before.Status == clearline.Failed:
			solved = append(solved, []any{company, t.id, tx.now})
		}
		tx.change(company, clearline.MessageChanged, t.id, t.conversation)
	}
	if err := tx.each(`UPDATE messages SET trouble_at = $3, resolved_at = 0 WHERE company_id = $1 AND message_id = $2`, failed, nil); err != nil {
		return err
	}
	if err := tx.each(`UPDATE messages SET resolved_at = $3 WHERE company_id = $1 AND message_id = $2`, solved, nil); err != nil {
		return err
	}
	return tx.each(`UPDATE messages SET status = $3, cause = $4, error = $5, conflict = $6, next_try_at = 0 WHERE company_id = $1 AND message_id = $2`, rows, nil)
}

// findMessage finds a message by the platform's id, 0 when it is not here.
func findMessage(tx *Tx, company, connection clearline.ID, platformID string) (clearline.ID, error) {
	var id int64
	_, err := tx.get(`SELECT message_id FROM messages WHERE company_id = $1 AND connection_id = $2 AND platform_id = $3`, []any{company, connection, platformID}, &id)
	return clearline.ID(id), err
}

// targetOf reads a message that reports are applied to.
func targetOf(tx *Tx, company, message clearline.ID, platformID string) (t *target, err error) {
	err = tx.each(selectTarget+`message_id = $2`, [][]any{{company, message}}, func(_ int, _ int64, scan scanFunc) error {
		if scan == nil {
			return nil
		}
		t, err = scanTarget(scan, platformID)
		return err
	})
	return t, err
}
