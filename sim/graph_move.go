package sim

import "strings"

// serveAddNumber is POST {waba}/phone_numbers: a number of one's own, or with
// migrate_phone_number one that another account of the same business has. The
// old account keeps sending and receiving until the new one is registered.
func (s *Sim) serveAddNumber(c *graphCall) (any, *graphError) {
	digits, ok := digitsOf(c.params.Get("cc") + c.params.Get("phone_number"))
	if !ok || c.params.Get("cc") == "" || len(digits) < 7 || len(digits) > 15 {
		return nil, refuse(100, 0, "cc and phone_number must be the country code and the number, as digits.")
	}
	held := s.holderOf(digits)
	if held != nil && held.waba == c.waba {
		return nil, c.told(refuse(100, 2388012, "The number is in this account already."))
	}
	if c.params.Get("migrate_phone_number") != "true" {
		name := strings.TrimSpace(c.params.Get("verified_name"))
		switch {
		case held != nil:
			return nil, c.told(refuse(100, 2388053, "The number is registered with another account."))
		case name == "":
			return nil, refuse(100, 0, "The parameter verified_name is required.")
		}
		return s.added(c, name, digits, nil), nil
	}
	if why := s.cannotMove(c.waba, held); why != "" {
		return nil, c.told(refuse(100, 2388103, "%s", why))
	}
	return s.added(c, held.name, digits, held), nil
}

// holderOf is the number that holds these digits on the platform: a registered
// one before one that was only entered. Needs the lock.
func (s *Sim) holderOf(digits string) (found *number) {
	for _, a := range s.accounts {
		if n := s.numbers[a.PhoneNumberID]; n.display == digits && n.status != "MIGRATED" && (found == nil || n.registered) {
			found = n
		}
	}
	return found
}

// cannotMove names the first condition of moving that is not met.
func (s *Sim) cannotMove(to *waba, held *number) string {
	switch {
	case held == nil:
		return "Add this phone number in your account directly: no other account has it."
	case held.waba.business != to.business:
		return "The number belongs to a different Business Manager."
	case held.onBizApp || held.mode == "SANDBOX":
		return "There was an error migrating: numbers of the Business app and test numbers cannot be moved."
	case held.nameStatus != "APPROVED" || held.newNameStatus == "PENDING_REVIEW":
		return "The registered name of the number must be approved."
	case to.review != "APPROVED" || to.business.verification != "verified":
		return "The destination WhatsApp account must be approved and its business verified."
	case !to.payment:
		return "The destination account has no payment account."
	case len(to.subscribed) == 0:
		return "No app has webhooks on the destination account."
	}
	return ""
}

// added makes the number in the WABA of the call.
func (s *Sim) added(c *graphCall, name, digits string, from *number) any {
	n := s.addNumber(c.waba, isoOf(digits), name, digits)
	n.fresh()
	if from != nil {
		// The PIN of the source goes on protecting the number: it is registered with
		// the same one, or after it was switched off.
		n.replaces, n.nameStatus, n.quality, n.badge = from, from.nameStatus, from.quality, from.badge
		n.pin, n.elsewhere = from.pin, from.pin != ""
	}
	s.addAccount(n, s.apps[c.token.appID], c.token)
	c.row.PlatformID = n.id
	return map[string]string{"id": n.id}
}

// moveIn is the moment at which a moved number leaves its old account: the
// people who write to it now reach the new one. Needs the lock.
func (s *Sim) moveIn(n *number) {
	old := n.replaces
	if old == nil {
		return
	}
	n.replaces = nil
	old.registered, old.status = false, "MIGRATED"
	for _, p := range s.people {
		if p.account != old.id {
			continue
		}
		s.rehome(p, n.id)
	}
	s.live.tell(everybody)
}

// rehome lets a person write to another number. Needs the lock.
func (s *Sim) rehome(p *person, account string) {
	delete(s.personByWa, p.account+"/"+p.waID)
	delete(s.personByUID, p.account+"/"+p.userID)
	p.account = account
	if p.waID != "" {
		s.personByWa[account+"/"+p.waID] = p
	}
	s.personByUID[account+"/"+p.userID] = p
}
