package whatsapp

import (
	"context"
	"net/http"
	"net/url"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta"
)

// CheckAccount reads the number, its WABA's list of numbers and the apps subscribed to it, and changes nothing;
// see channel.Connector. The error is a *channel.SendError, whose cause says what is wrong with the credential
// or the ids; a number that the WABA does not list gives auth.asset. Subscribed needs Account.AppID: without it
// nobody can tell whether a listed app is ours, and the answer is false.
func (p *Platform) CheckAccount(ctx context.Context, a channel.Account) (channel.AccountInfo, error) {
	n, err := p.numberNode(ctx, a.Token, a.ID)
	if err != nil {
		return channel.AccountInfo{}, callError(err, opRead)
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
	info := channel.AccountInfo{Name: n.Name, Shown: n.Shown, PerSecond: n.perSecond()}
	info.Cause, _ = n.cause()
	info.Subscribed, err = p.subscribed(ctx, a)
	return info, err
}

// lists tells whether the WABA's numbers include the account's.
func (p *Platform) lists(ctx context.Context, a channel.Account) (listed bool, err error) {
	err = p.list(ctx, a.Token, url.PathEscape(a.Parent)+"/phone_numbers", "id", func(v meta.Value) { listed = listed || v.Get("id").Is(a.ID) })
	if err != nil {
		return false, callError(err, opRead)
	}
	return listed, nil
}

func (p *Platform) subscribed(ctx context.Context, a channel.Account) (bool, error) {
	apps, err := p.subscribedApps(ctx, a.Token, a.Parent)
	if err != nil {
		return false, callError(err, opRead)
	}
	for _, app := range apps {
		if a.AppID != "" && app.ID == a.AppID {
			return true, nil
		}
	}
	return false, nil
}

// Subscribe makes the platform send the WABA's events to the token's app; see channel.Connector. It has no body
// and so also removes an override of the address at the WABA's level. The error is a *channel.SendError.
func (p *Platform) Subscribe(ctx context.Context, a channel.Account) error {
	return p.act(ctx, a.Token, http.MethodPost, url.PathEscape(a.Parent)+"/subscribed_apps", nil, opChange)
}

// perSecond is the number's throughput in messages a second, in and out together.
func (n *numberNode) perSecond() int {
	switch {
	case n.OnApp:
		return perSecondCoexist
	case n.Throughput == "HIGH":
		return perSecondHigh
	}
	return perSecond
}

// cause is why a readable number cannot work, "" when it can, and what else it may be. RATE_LIMITED and FLAGGED numbers
// send. Source: Meta, WhatsApp, business-phone-numbers/phone-numbers; read Dec 2025.
func (n *numberNode) cause() (cause clearline.Cause, also []clearline.Cause) {
	switch n.Status {
	case "BANNED":
		return clearline.CauseAccountDisabled, nil
	case "RESTRICTED":
		return clearline.CauseAccountBarred, nil
	case "MIGRATED", "DELETED":
		return clearline.CauseMoved, nil
	}
	switch {
	case n.Platform != "" && n.Platform != "CLOUD_API" && n.Platform != "NOT_APPLICABLE":
		return clearline.CauseMoved, nil
	case n.connected(), n.Status == "" && n.Platform == "", n.Status == "UNKNOWN" && n.Platform == "":
		return "", nil
	case n.OnApp && n.Platform == "NOT_APPLICABLE": // it never came to the cloud, or left it: the app has it alone
		return clearline.CauseInUse, []clearline.Cause{clearline.CauseCoexistIdle}
	case n.OnApp:
		return clearline.CauseCoexistIdle, nil
	case n.unproven():
		return clearline.CauseOwnership, []clearline.Cause{clearline.CauseNotRegistered}
	}
	return clearline.CauseNotRegistered, nil
}
