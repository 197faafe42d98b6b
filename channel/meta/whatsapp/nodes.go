package whatsapp

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta"
)

// Fields of the nodes. The core ones are the oldest and are asked for alone when the version in use does not know one of
// the others, which it refuses with code 100. Source: Meta, WhatsApp, business-phone-numbers/phone-numbers and
// whatsapp-business-accounts; read Dec 2025.
const (
	numberCore = "id,display_phone_number,verified_name,code_verification_status,quality_rating,status,platform_type,throughput"
	numberAll  = numberCore + ",name_status,new_name_status,is_on_biz_app,is_pin_enabled,account_mode,is_official_business_account,official_business_account," +
		"whatsapp_business_manager_messaging_limit,webhook_configuration,health_status"
	ownerCore = "id,name,timezone_id,currency"
	ownerAll  = ownerCore + ",account_review_status,business_verification_status,ownership_type,owner_business_info,status,primary_funding_id," +
		"whatsapp_business_manager_messaging_limit,health_status"
	// numbersPage is the length of a page of a list of numbers; a WABA holds 25 at most.
	numbersPage = 100
	// pagesMax bounds how many pages of a list are read.
	pagesMax = 10
)

// numberNode is a number as Meta shows it; words are upper case, "" when not told.
type numberNode struct {
	ID, Shown, Name                 string
	Status, Platform, Verification  string
	NameStatus, NewNameStatus, Mode string
	Quality, Throughput, Limit      string
	OnApp, PINSet                   bool
	// Badge is the state of the verified badge.
	Badge string
	// Hooks are the addresses that are set for the number, its WABA and the app; HooksTold tells whether Meta said.
	HookNumber, HookOwner, HookApp string
	HooksTold                      bool
	Health                         health
	Raw                            []byte
}

func readNumberNode(v meta.Value) numberNode {
	word := func(key string) string { return strings.ToUpper(v.Get(key).Text()) }
	n := numberNode{
		ID: v.Get("id").Text(), Shown: v.Get("display_phone_number").Text(), Name: v.Get("verified_name").Text(),
		Status: word("status"), Platform: word("platform_type"), Verification: word("code_verification_status"),
		NameStatus: word("name_status"), NewNameStatus: word("new_name_status"), Mode: word("account_mode"),
		Quality: word("quality_rating"), Throughput: strings.ToUpper(v.Get("throughput").Get("level").Text()),
		Limit: word("whatsapp_business_manager_messaging_limit"),
		Badge: strings.ToUpper(v.Get("official_business_account").Get("oba_status").Text()),
		OnApp: v.Get("is_on_biz_app").True(), PINSet: v.Get("is_pin_enabled").True(),
		Health: readHealth(v.Get("health_status")), Raw: append([]byte(nil), v.Raw()...),
	}
	if v.Get("is_official_business_account").True() {
		n.Badge = channel.BadgeApproved
	}
	if n.Quality == "" {
		n.Quality = strings.ToUpper(v.Get("quality_score").Get("score").Text())
	}
	hooks := v.Get("webhook_configuration")
	n.HooksTold = hooks.Kind() == meta.Object
	n.HookNumber, n.HookOwner, n.HookApp = hooks.Get("phone_number").Text(), hooks.Get("whatsapp_business_account").Text(), hooks.Get("application").Text()
	return n
}

// connected tells whether the number works on the cloud as far as its state shows.
func (n *numberNode) connected() bool {
	switch n.Status {
	case "CONNECTED", "FLAGGED", "RATE_LIMITED", "RESTRICTED":
		return n.Platform == "" || n.Platform == "CLOUD_API"
	case "", "UNKNOWN":
		return n.Platform == "CLOUD_API"
	}
	return false
}

// ownerNode is a WABA as Meta shows it.
type ownerNode struct {
	ID, Name, Timezone, Currency                   string
	Review, Verification, Ownership, Status, Limit string
	BusinessID, BusinessName                       string
	// Funding tells whether a way to pay is visible with this token; a partner's may not be.
	Funding bool
	// Full is false when only the core fields could be read.
	Full   bool
	Health health
	Raw    []byte
}

func readOwnerNode(v meta.Value) ownerNode {
	word := func(key string) string { return strings.ToUpper(v.Get(key).Text()) }
	return ownerNode{
		ID: v.Get("id").Text(), Name: v.Get("name").Text(), Timezone: v.Get("timezone_id").Text(), Currency: v.Get("currency").Text(),
		Review: word("account_review_status"), Verification: strings.ToLower(v.Get("business_verification_status").Text()),
		Ownership: word("ownership_type"), Status: word("status"), Limit: word("whatsapp_business_manager_messaging_limit"),
		BusinessID: v.Get("owner_business_info").Get("id").Text(), BusinessName: v.Get("owner_business_info").Get("name").Text(),
		Funding: v.Get("primary_funding_id").Text() != "", Health: readHealth(v.Get("health_status")), Raw: append([]byte(nil), v.Raw()...),
	}
}

// health is what Meta says about sending, for each party that a message depends on. Source: Meta, WhatsApp,
// support/health-status; read Dec 2025.
type health struct {
	// Can is AVAILABLE, LIMITED or BLOCKED, the worst of the parties; "" when not told.
	Can     string
	Parties []party
}

// party is a number, a WABA, a business or an app.
type party struct {
	Type, ID, Can string
	// Notes explain LIMITED, Errors BLOCKED.
	Notes  []string
	Errors []healthError
}

type healthError struct {
	Code           int
	Text, Solution string
}

func readHealth(v meta.Value) health {
	h := health{Can: strings.ToUpper(v.Get("can_send_message").Text())}
	for it := v.Get("entities").Items(); it.Next(); {
		e := it.Value()
		p := party{Type: strings.ToUpper(e.Get("entity_type").Text()), ID: e.Get("id").Text(), Can: strings.ToUpper(e.Get("can_send_message").Text())}
		for n := e.Get("additional_info").Items(); n.Next(); {
			p.Notes = append(p.Notes, n.Value().Text())
		}
		for x := e.Get("errors").Items(); x.Next(); {
			code, _ := x.Value().Get("error_code").Int()
			p.Errors = append(p.Errors, healthError{int(code), x.Value().Get("error_description").Text(), x.Value().Get("possible_solution").Text()})
		}
		h.Parties = append(h.Parties, p)
	}
	return h
}

// of is the party of a type; the zero party when it is not told.
func (h health) of(kind string) party {
	for _, p := range h.Parties {
		if p.Type == kind {
			return p
		}
	}
	return party{}
}

// words are what a party's state is explained with.
func (p party) words() string {
	all := append([]string(nil), p.Notes...)
	for _, e := range p.Errors {
		text := e.Text
		if e.Code != 0 {
			text = strings.TrimSpace(text + " (" + strconv.Itoa(e.Code) + ")")
		}
		all = append(all, text)
	}
	return strings.Join(all, "; ")
}

// subscribedApp is an app that gets a WABA's events, and the address that was set for it instead of the app's own.
type subscribedApp struct{ ID, Name, Override string }

// appHook is an app's own subscription; found is false when the app has none for WhatsApp.
type appHook struct {
	Found, Active bool
	Address       string
	Fields        []string
	Raw           []byte
}

// missing are the fields that this product reads and the app is not subscribed to.
func (h *appHook) missing() []string {
	return slices.DeleteFunc(slices.Clone(hookFields), func(f string) bool { return slices.Contains(h.Fields, f) })
}

// lacksField tells whether the version in use does not know one of the fields asked for: a plain code 100.
func lacksField(err error) bool {
	var refused *meta.GraphError
	return errors.As(err, &refused) && refused.Code == 100 && refused.Subcode == 0
}

// readNode reads a node by its fields, by its core fields alone when the others are not all known.
func readNode[N any](ctx context.Context, p *Platform, token, id, all, core string, read func(meta.Value) N) (node N, full bool, err error) {
	ask := func(fields string) (*meta.Document, error) {
		return p.graph.Read(ctx, meta.Request{Method: http.MethodGet, Path: url.PathEscape(id), Query: url.Values{"fields": {fields}}, Token: token})
	}
	d, err := ask(all)
	full = err == nil
	if lacksField(err) {
		d, err = ask(core)
	}
	if err != nil {
		return node, false, err
	}
	defer d.Free()
	return read(d.Root()), full, nil
}

func (p *Platform) numberNode(ctx context.Context, token, id string) (numberNode, error) {
	n, _, err := readNode(ctx, p, token, id, numberAll, numberCore, readNumberNode)
	return n, err
}

func (p *Platform) ownerNode(ctx context.Context, token, id string) (ownerNode, error) {
	o, full, err := readNode(ctx, p, token, id, ownerAll, ownerCore, readOwnerNode)
	o.Full = full
	return o, err
}

// list walks through an edge's pages.
func (p *Platform) list(ctx context.Context, token, path, fields string, each func(meta.Value)) error {
	return p.listUpTo(ctx, token, path, fields, pagesMax, each)
}

func (p *Platform) listUpTo(ctx context.Context, token, path, fields string, pages int, each func(meta.Value)) error {
	q := url.Values{}
	if fields != "" {
		q = url.Values{"fields": {fields}, "limit": {strconv.Itoa(numbersPage)}}
	}
	for range pages {
		d, err := p.graph.Read(ctx, meta.Request{Method: http.MethodGet, Path: path, Query: q, Token: token})
		if err != nil {
			return err
		}
		if err := isList(d.Root()); err != nil {
			d.Free()
			return err
		}
		for it := d.Root().Get("data").Items(); it.Next(); {
			each(it.Value())
		}
		paging := d.Root().Get("paging")
		after, more := paging.Get("cursors").Get("after").Text(), paging.Get("next").Given()
		d.Free()
		if !more || after == "" {
			return nil
		}
		q.Set("after", after)
	}
	return nil
}

// isList tells that an answer is a list: without one, that nothing is in it proves nothing.
func isList(v meta.Value) error {
	if v.Get("data").Kind() == meta.Array {
		return nil
	}
	return &meta.NoAnswer{Sent: true, HTTP: http.StatusOK, Err: errors.New("there is no list in the answer")}
}

// numberNodes are a WABA's numbers.
func (p *Platform) numberNodes(ctx context.Context, token, owner string) ([]numberNode, error) {
	var all []numberNode
	ask := func(fields string) error {
		all = nil
		return p.list(ctx, token, url.PathEscape(owner)+"/phone_numbers", fields, func(v meta.Value) { all = append(all, readNumberNode(v)) })
	}
	err := ask(numberAll)
	if lacksField(err) {
		err = ask(numberCore)
	}
	return all, err
}

func (p *Platform) subscribedApps(ctx context.Context, token, owner string) ([]subscribedApp, error) {
	var all []subscribedApp
	err := p.list(ctx, token, url.PathEscape(owner)+"/subscribed_apps", "", func(v meta.Value) {
		app := v.Get("whatsapp_business_api_data")
		all = append(all, subscribedApp{app.Get("id").Text(), app.Get("name").Text(), v.Get("override_callback_uri").Text()})
	})
	return all, err
}

// appHook reads the app's own subscription, with the app's token. Source: Meta, Graph API, reference/app/subscriptions;
// read Dec 2025.
func (p *Platform) appHook(ctx context.Context, appID, appToken string) (appHook, error) {
	var hook appHook
	d, err := p.graph.Read(ctx, meta.Request{Method: http.MethodGet, Path: url.PathEscape(appID) + "/subscriptions", Token: appToken})
	if err != nil {
		return hook, err
	}
	defer d.Free()
	if err := isList(d.Root()); err != nil {
		return hook, err
	}
	hook.Raw = append([]byte(nil), d.Root().Raw()...)
	for it := d.Root().Get("data").Items(); it.Next(); {
		if !it.Value().Get("object").Is(objectWABA) {
			continue
		}
		hook.Found, hook.Active, hook.Address = true, it.Value().Get("active").True(), it.Value().Get("callback_url").Text()
		for f := it.Value().Get("fields").Items(); f.Next(); {
			name := f.Value().Get("name").Text()
			if name == "" {
				name = f.Value().Text()
			}
			hook.Fields = append(hook.Fields, name)
		}
	}
	return hook, nil
}
