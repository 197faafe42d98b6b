package whatsapp

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta"
)

// phoneNumber is a number's node. Source: Meta, WhatsApp, business-phone-numbers/phone-numbers; read Dec 2025.
type phoneNumber struct {
	ID         string `json:"id"`
	Display    string `json:"display_phone_number"`
	Name       string `json:"verified_name"`
	Status     string `json:"status"`
	Platform   string `json:"platform_type"`
	OnApp      bool   `json:"is_on_biz_app"`
	Throughput struct {
		Level string `json:"level"`
	} `json:"throughput"`
}

// CheckAccount reads the number, its WABA's list of numbers and the apps subscribed to it, and changes nothing;
// see channel.Connector. The error is a *channel.SendError, whose cause says what is wrong with the credential
// or the ids; a number that the WABA does not list gives auth.asset. Subscribed needs Account.AppID: without it
// nobody can tell whether a listed app is ours, and the answer is false.
func (p *Platform) CheckAccount(ctx context.Context, a channel.Account) (channel.AccountInfo, error) {
	var pn phoneNumber
	fields := "id,display_phone_number,verified_name,status,platform_type,throughput,is_on_biz_app"
	if err := p.read(ctx, a, url.PathEscape(a.ID), fields, &pn); err != nil {
		return channel.AccountInfo{}, err
	}
	listed, err := p.lists(ctx, a)
	if err != nil {
		return channel.AccountInfo{}, err
	}
	if !listed {
		return channel.AccountInfo{}, &channel.SendError{
			Cause: clearline.CauseAuthAsset, Fate: clearline.Stop, HTTP: http.StatusOK,
			Err: &clearline.Problem{Cause: clearline.CauseAuthAsset, Title: "The WhatsApp account does not list this number.",
				Detail: "Check that the phone number id and the WhatsApp Business account id belong together."},
		}
	}
	info := channel.AccountInfo{Name: pn.Name, Shown: pn.Display, PerSecond: throughput(&pn), Cause: numberCause(&pn)}
	info.Subscribed, err = p.subscribed(ctx, a)
	return info, err
}

// lists tells whether the WABA's numbers include the account's.
func (p *Platform) lists(ctx context.Context, a channel.Account) (bool, error) {
	var page struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	if err := p.read(ctx, a, url.PathEscape(a.Parent)+"/phone_numbers", "id", &page); err != nil {
		return false, err
	}
	for _, pn := range page.Data {
		if pn.ID == a.ID {
			return true, nil
		}
	}
	return false, nil
}

func (p *Platform) subscribed(ctx context.Context, a channel.Account) (bool, error) {
	var apps struct {
		Data []struct {
			App struct {
				ID string `json:"id"`
			} `json:"whatsapp_business_api_data"`
		} `json:"data"`
	}
	if err := p.read(ctx, a, url.PathEscape(a.Parent)+"/subscribed_apps", "", &apps); err != nil {
		return false, err
	}
	for _, app := range apps.Data {
		if a.AppID != "" && app.App.ID == a.AppID {
			return true, nil
		}
	}
	return false, nil
}

// Subscribe makes the platform send the WABA's events to the token's app; see channel.Connector. It has no body
// and so also removes an override of the address at the WABA's level. The error is a *channel.SendError.
func (p *Platform) Subscribe(ctx context.Context, a channel.Account) error {
	call := meta.Request{Method: http.MethodPost, Path: url.PathEscape(a.Parent) + "/subscribed_apps", Token: a.Token}
	if _, err := p.graph.Call(ctx, call, nil); err != nil {
		return sendError(err)
	}
	return nil
}

func (p *Platform) read(ctx context.Context, a channel.Account, path, fields string, out any) error {
	call := meta.Request{Method: http.MethodGet, Path: path, Token: a.Token}
	if fields != "" {
		call.Query = url.Values{"fields": {fields}, "limit": {"100"}}
	}
	if _, err := p.graph.Call(ctx, call, out); err != nil {
		return sendError(err)
	}
	return nil
}

func throughput(pn *phoneNumber) int {
	switch {
	case pn.OnApp:
		return perSecondCoexist
	case strings.EqualFold(pn.Throughput.Level, "HIGH"):
		return perSecondHigh
	}
	return perSecond
}

// numberCause is why a readable number cannot work, "" when it can: banned, restricted, moved to
// another provider, or not registered. RATE_LIMITED and FLAGGED numbers send. Source: as of phoneNumber.
func numberCause(pn *phoneNumber) clearline.Cause {
	switch strings.ToUpper(pn.Status) {
	case "CONNECTED", "", "UNKNOWN", "FLAGGED", "RATE_LIMITED":
		if strings.EqualFold(pn.Platform, "NOT_APPLICABLE") {
			return clearline.CauseNotRegistered
		}
		return ""
	case "BANNED", "DELETED":
		return clearline.CauseAccountDisabled
	case "RESTRICTED":
		return clearline.CauseAccountBarred
	case "MIGRATED":
		return clearline.CauseAuthAsset
	}
	return clearline.CauseNotRegistered
}
