package sim

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// dispatch serves the endpoint of an authenticated call. Needs the lock.
func (s *Sim) dispatch(c *graphCall) (any, *graphError) {
	get := c.r.Method == http.MethodGet
	switch {
	case c.id == "debug_token" && get:
		return s.serveDebugToken(c)
	case c.id == "oauth":
		return s.serveOAuth(c)
	case c.id == "me" && get && c.edge == "":
		return s.serveMe(c)
	case c.id == "me" && get && c.edge == "businesses":
		return s.serveMyBusinesses(c)
	case c.happening.edge == "permissions" && (c.id == "me" || c.id == c.token.userID):
		return s.servePermissions(c)
	case c.number != nil && c.token.sees(c.number.waba.id):
		return s.dispatchNumber(c)
	case c.waba != nil && c.token.sees(c.waba.id):
		return s.dispatchWABA(c)
	case c.business != nil && get && s.ownsSome(c.token, c.business):
		return s.serveBusiness(c)
	case c.app != nil && c.token.appID == c.app.id && c.edge == "subscriptions":
		return s.serveSubscriptions(c)
	case c.app != nil && c.token.appID == c.app.id && c.edge == "uploads" && c.r.Method == http.MethodPost:
		return s.serveUploads(c)
	case strings.HasPrefix(c.id, uploadPrefix):
		return s.serveUploadSession(c)
	case c.app != nil && c.token.appID == c.app.id && c.edge == "" && get:
		return s.selectFields(c, map[string]any{"id": c.app.id, "name": c.app.name}, []string{"id", "name"})
	}
	return s.dispatchMedia(c)
}

// scoped refuses a call that the token has no permission for. Reads and changes
// of accounts need management, messages and files messaging.
func (c *graphCall) scoped(scope string) *graphError {
	if slices.Contains(c.token.scopes, scope) {
		return nil
	}
	number := 200
	if scope == scopeMessaging {
		number = 10
	}
	return refuse(number, 0, "The permission %s is needed for this call and was not granted.", scope)
}

func (s *Sim) dispatchNumber(c *graphCall) (any, *graphError) {
	scope := scopeManagement
	if c.edge == "messages" || c.edge == "media" {
		scope = scopeMessaging
	}
	if refused := c.scoped(scope); refused != nil {
		return nil, refused
	}
	get, post := c.r.Method == http.MethodGet, c.r.Method == http.MethodPost
	switch {
	case c.edge == "messages" && post:
		return s.serveSend(c, nil)
	case c.edge == "media" && post:
		return s.serveUpload(c)
	case c.edge == "" && get:
		return s.selectFields(c, s.numberNode(c.number, c.token), numberDefaults)
	case c.edge == "" && post:
		return s.serveNumberChange(c)
	case c.edge == "register" && post:
		return s.serveRegister(c)
	case c.edge == "deregister" && post:
		return s.serveDeregister(c)
	case c.edge == "request_code" && post:
		return s.serveRequestCode(c)
	case c.edge == "verify_code" && post:
		return s.serveVerifyCode(c)
	case c.edge == "smb_app_data" && post:
		return s.serveAppData(c)
	case c.edge == "whatsapp_business_profile":
		return s.serveProfile(c)
	case c.happening.edge == "message_qrdls":
		return s.serveLinks(c)
	}
	return nil, c.missing()
}

func (s *Sim) dispatchWABA(c *graphCall) (any, *graphError) {
	if c.waba.calls.add(s.now()) > managementCalls {
		return nil, refuse(80008, 0, "Too many calls to this WhatsApp Business account; wait and ask again.")
	}
	if refused := c.scoped(scopeManagement); refused != nil {
		return nil, refused
	}
	get, post := c.r.Method == http.MethodGet, c.r.Method == http.MethodPost
	switch {
	case c.edge == "" && get:
		return s.selectFields(c, s.wabaNode(c.waba, c.token), wabaDefaults)
	case c.edge == "phone_numbers" && get:
		return s.servePhoneNumbers(c)
	case c.edge == "phone_numbers" && post:
		return s.serveAddNumber(c)
	case c.edge == "message_templates" && get:
		return s.serveTemplates(c)
	case c.edge == "subscribed_apps":
		return s.serveSubscribedApps(c)
	}
	return nil, c.missing()
}

func (s *Sim) dispatchMedia(c *graphCall) (any, *graphError) {
	item := s.media.get(c.id, s.now())
	if item == nil || c.edge != "" || !c.token.sees(item.wabaID) {
		return nil, c.missing()
	}
	if refused := c.scoped(scopeMessaging); refused != nil {
		return nil, refused
	}
	switch c.r.Method {
	case http.MethodGet:
		return s.serveMediaNode(c, item)
	case http.MethodDelete:
		s.media.drop(item)
		return success, nil
	}
	return nil, c.missing()
}

// stateRefuses is the refusal of a send that the account's real state orders:
// what was set through control, not what standing causes show. Needs the lock.
func (s *Sim) stateRefuses(c *graphCall, address string, window bool) *graphError {
	n := c.number
	switch {
	case n.status == "BANNED", n.waba.review == "REJECTED":
		return refuse(131031, 0, "The account has been locked.")
	case n.status == "RESTRICTED":
		return refuse(368, 0, "The account is restricted for a time.")
	case !n.waba.payment, n.waba.currency == "", n.waba.timezone == "":
		return refuse(131042, 0, "There is a problem with the payment method of the account.")
	case n.quality == "RED":
		return refuse(131048, 0, "Messages from this number were blocked or reported too often.")
	case c.send.Template != nil && !window && !s.mayInitiate(n.waba.business, address):
		// Which code the daily limit gives is unconfirmed.
		return refuse(131048, 0, "The messaging limit of the portfolio is used up.")
	}
	return nil
}

// initiatedFor is the span in which people written to first are counted.
const initiatedFor = 24 * time.Hour

// mayInitiate counts a person that the business writes to first, unless the
// portfolio's limit is used up. Needs the lock.
func (s *Sim) mayInitiate(b *business, address string) bool {
	limit, now := limitNumber(b.limit), s.now()
	if _, known := b.initiated[address]; !known && limit >= 0 && len(b.initiated) >= limit {
		for who, at := range b.initiated {
			if now.Sub(at) >= initiatedFor {
				delete(b.initiated, who)
			}
		}
		if len(b.initiated) >= limit {
			return false
		}
	}
	if limit >= 0 {
		b.initiated[address] = now
	}
	return true
}

// splitEdge gives what follows the first part of an edge.
func (c *graphCall) splitEdge() string {
	_, rest, _ := strings.Cut(c.edge, "/")
	return rest
}
