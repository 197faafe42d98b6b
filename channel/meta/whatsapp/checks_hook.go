package whatsapp

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// subscribed: does Meta send the WABA's events to our app (D26).
func (r *examination) subscribed(ctx context.Context) channel.Outcome {
	apps, err := r.readApps(ctx)
	if err != nil {
		return r.failed(err)
	}
	appID := r.s.Account.AppID
	names := make([]string, 0, len(apps))
	for _, a := range apps {
		names = append(names, strings.TrimSpace(a.Name+" ("+a.ID+")"))
		if appID != "" && a.ID == appID {
			o := pass("Meta lists the app " + names[len(names)-1])
			o.Proves.Subscribed = !r.elsewhere(r.way(ctx))
			return o
		}
	}
	switch {
	case len(apps) > 0 && appID == "" && r.cameWithin(clearline.ProofLife):
		o := pass("Meta lists " + strings.Join(names, ", ") + "; events came minutes ago")
		o.Proves.Subscribed = true
		return o
	case len(apps) > 0 && appID == "":
		return channel.Outcome{Result: clearline.CouldNotTell, Found: "Meta lists " + strings.Join(names, ", ") + "; which is this server’s is not known here",
			Expected: "the app’s id, in the connection’s settings"}
	}
	return channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseHookOff, Found: "Meta lists " + listOr(names, "no app"), Expected: "the app " + wordOr(appID, "of this server")}
}

func (r *examination) cameWithin(d time.Duration) bool {
	at := r.s.Traffic.DeliveredAt
	return !at.IsZero() && r.s.Now.Sub(at) <= d
}

// way is where events go: the narrowest address that is set wins. Source: Meta, WhatsApp, webhooks/override; read Jun 2026.
type way struct {
	number, owner, app string
	// appKnown tells whether the app's own address could be read.
	appKnown bool
}

// way reads the addresses from every place that shows them; those that cannot be read are left empty.
func (r *examination) way(ctx context.Context) way {
	var w way
	if n, err := r.readNumber(ctx); err == nil && n.HooksTold {
		w.number, w.owner, w.app, w.appKnown = n.HookNumber, n.HookOwner, n.HookApp, n.HookApp != ""
	}
	if apps, err := r.readApps(ctx); err == nil {
		for _, a := range apps {
			if a.Override != "" && (a.ID == r.s.Account.AppID || r.s.Account.AppID == "" && len(apps) == 1) {
				w.owner = a.Override
			}
		}
	}
	if r.s.Account.AppID != "" && r.s.Account.AppSecret != "" {
		if hook, err := r.readHook(ctx); err == nil {
			w.app, w.appKnown = "", true
			if hook.Found && hook.Active {
				w.app = hook.Address
			}
		}
	}
	return w
}

// effective is the address that messages go to, and at which level it is set.
func (w way) effective() (address, level string) {
	switch {
	case w.number != "":
		return w.number, "set for the number"
	case w.owner != "":
		return w.owner, "set for the account"
	}
	return w.app, "set for the app"
}

// elsewhere tells whether it is known that events do not come here. While this server has no public address any address
// may be its own.
func (r *examination) elsewhere(w way) bool {
	address, _ := w.effective()
	if address == "" {
		return w.appKnown
	}
	return r.s.Callback != "" && !comesHere(r.s, address)
}

// comesHere tells whether an address is one of this server's for the account.
func comesHere(s channel.Subject, address string) bool {
	return sameAddress(address, s.Callback) || slices.ContainsFunc(s.Shared, func(shared string) bool { return sameAddress(address, shared) })
}

// callback: do the events reach this server's address (D27, D28, and the app's own address).
func (r *examination) callback(ctx context.Context) channel.Outcome {
	if _, err := r.readNumber(ctx); err != nil && r.failed(err).Result == clearline.CouldNotTell {
		return r.failed(err) // an address set for the number may hide all others
	}
	w := r.way(ctx)
	address, level := w.effective()
	o := channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseHookElsewhere, Found: r.shown(address) + ", " + level, Expected: shownAddress(r.s.Callback)}
	switch {
	case r.s.Callback == "":
		return channel.Outcome{Result: clearline.CouldNotTell, Found: wordOr(r.shown(address), "no address"), Expected: "a public address of this server"}
	case address == "" && w.appKnown:
		o.Cause, o.Found = clearline.CauseHookOff, "no address is set for the app"
		return r.unverified(o)
	case address == "":
		return channel.Outcome{Result: clearline.CouldNotTell, Found: "Meta tells the app’s address only to the app’s id and secret", Expected: o.Expected}
	case !comesHere(r.s, address):
		return r.unverified(fill(o, "found", r.shown(address)))
	case w.app != "" && !comesHere(r.s, w.app):
		// Only messages follow the narrower address; news about the account always goes to the app's.
		o.Result, o.Found = clearline.Warn, "messages come here, "+level+"; news about the account goes to "+r.shown(w.app)
		return fill(o, "found", r.shown(w.app))
	}
	o = pass(shownAddress(address) + ", " + level)
	o.Proves.Subscribed = r.listedHere(ctx)
	return o
}

// unverified names the reason where it is known why an address is not set: Meta called it and did not get its answer, and
// nothing has come in since.
func (r *examination) unverified(o channel.Outcome) channel.Outcome {
	refused, _, any := r.refusal(clearline.CauseHookVerify)
	if any && refused.At.After(r.s.Traffic.DeliveredAt) {
		o.Also, o.Cause = []clearline.Cause{o.Cause}, clearline.CauseHookVerify
		o.Found += fmt.Sprintf("; at %s UTC Meta called this server’s address and did not get its answer", refused.At.UTC().Format("15:04"))
	}
	return o
}

// listedHere tells whether Meta lists our app for the account.
func (r *examination) listedHere(ctx context.Context) bool {
	apps, err := r.readApps(ctx)
	return err == nil && r.s.Account.AppID != "" && slices.ContainsFunc(apps, func(a subscribedApp) bool { return a.ID == r.s.Account.AppID })
}

// shown is an address for people; one that this server had earlier is named as such.
func (r *examination) shown(address string) string {
	if address == "" {
		return ""
	}
	for _, former := range r.s.Former {
		if former != "" && sameServer(address, former) && !sameServer(address, r.s.Callback) || sameAddress(address, former) {
			return shownAddress(address) + " (this server’s earlier address)"
		}
	}
	return shownAddress(address)
}

// sameAddress compares addresses as a server would: host names without case, ports by the scheme, no final slash.
func sameAddress(a, b string) bool {
	x, y := addressOf(a), addressOf(b)
	return x != nil && y != nil && hostOf(x) == hostOf(y) && strings.TrimRight(x.EscapedPath(), "/") == strings.TrimRight(y.EscapedPath(), "/") && x.RawQuery == y.RawQuery
}

func sameServer(a, b string) bool {
	x, y := addressOf(a), addressOf(b)
	return x != nil && y != nil && hostOf(x) == hostOf(y)
}

func addressOf(address string) *url.URL {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" {
		return nil
	}
	return u
}

func hostOf(u *url.URL) string {
	scheme, port := strings.ToLower(u.Scheme), u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[scheme]
	}
	return scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port
}

// fields: is the app's own subscription active, with messages among its fields (D29), and does anything come of it (D30).
func (r *examination) fields(ctx context.Context) channel.Outcome {
	if r.s.Account.AppID == "" || r.s.Account.AppSecret == "" {
		return channel.Outcome{Result: clearline.CouldNotTell, Found: "Meta tells the app’s subscription only to the app’s id and secret"}
	}
	hook, err := r.readHook(ctx)
	if err != nil {
		if refused := refusedWith(err); refused != nil && appRefused(refused) {
			return channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseAppSecret, Found: said(err), Expected: "the secret of the app " + r.s.Account.AppID}
		}
		return r.failed(err)
	}
	o := r.judgeFields(&hook)
	o.Raw = string(hook.Raw)
	return o
}

// quietAfter is how long after an accepted message its first report must have come.
const quietAfter = 5 * time.Minute

func (r *examination) judgeFields(hook *appHook) channel.Outcome {
	switch {
	case !hook.Found:
		return r.unverified(channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseHookOff, Found: "the app has no subscription for WhatsApp", Expected: "one to " + shownAddress(r.s.Callback)})
	case !hook.Active:
		return r.unverified(channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseHookOff, Found: "the app’s subscription is switched off", Expected: "an active one"})
	case !slices.Contains(hook.Fields, fieldMessages):
		found := listOr(hook.Fields, "nothing")
		return fill(channel.Outcome{Result: clearline.Fail, Cause: clearline.CauseHookFields, Found: "subscribed to: " + found, Expected: "messages among them"}, "found", found)
	}
	t := r.s.Traffic
	if !t.HandshakeAt.IsZero() && t.DeliveredAt.IsZero() && !t.SentAt.IsZero() && r.s.Now.Sub(t.SentAt) > quietAfter {
		// Meta says nowhere that an app is in development. It asked for the address, took a message, and reported nothing.
		return channel.Outcome{Result: clearline.Warn, Cause: clearline.CauseAppDevMode, Also: []clearline.Cause{clearline.CauseHookUnreachable},
			Found: "Meta has asked for the address and taken a message, but has never delivered anything", Expected: "a report of each message"}
	}
	found := fmt.Sprintf("messages and %s", plural(len(hook.Fields)-1, "other field", "other fields"))
	if lacks := hook.missing(); len(lacks) > 0 {
		found += "; without " + strings.Join(lacks, ", ")
	}
	return pass(found)
}
