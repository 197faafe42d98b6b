package whatsapp

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// masked stands where a secret was; rawMax bounds Outcome.Raw and textMost every other text of an outcome.
const (
	masked   = "•••"
	rawMax   = 4 << 10
	textMost = 1 << 10
)

// secretKeys are members of Meta's answers that are secrets or lead to one.
var secretKeys = []string{"access_token", "token", "input_token", "verify_token", "app_secret", "client_secret", "appsecret_proof", "pin",
	"certificate", "new_certificate", "code"}

// secretsOf are the texts that must not leave an examination (I41).
func secretsOf(s channel.Subject) []string {
	var all []string
	for _, secret := range []string{s.Account.Token, s.Account.AppSecret, s.VerifyToken} {
		if len(secret) < 4 { // nothing that is one; masking it would garble every text
			continue
		}
		all = append(all, secret)
		for _, form := range []string{url.QueryEscape(secret), url.PathEscape(secret)} {
			if form != secret {
				all = append(all, form)
			}
		}
	}
	return all
}

// finish fills in what every page may use and takes out what is secret: from whatever Meta answered, and from addresses,
// whose query may be a key.
func (r *examination) finish(o channel.Outcome) channel.Outcome {
	if n, ok := r.node.known(); ok && n.Shown != "" {
		o = fill(o, "number", n.Shown)
	}
	for key, value := range map[string]string{"found": o.Found, "expected": o.Expected} {
		if _, set := o.Fill[key]; !set && value != "" {
			o = fill(o, key, value)
		}
	}
	if o.Result == clearline.Pass {
		o.Expected = ""
	}
	clean := func(text string) string { return cutBytes(r.hide(text), textMost) }
	o.Found, o.Expected = clean(o.Found), clean(o.Expected)
	for key, value := range o.Fill {
		o.Fill[key] = clean(value)
	}
	for key, value := range o.Readings {
		o.Readings[key] = clean(value)
	}
	o.Raw = cutBytes(r.hide(rawText([]byte(o.Raw))), rawMax)
	return o
}

func (r *examination) hide(text string) string {
	for _, secret := range r.secrets {
		text = strings.ReplaceAll(text, secret, masked)
	}
	return text
}

// rawText is an answer of Meta's with the values of secret members and the queries of addresses masked.
func rawText(answer []byte) string {
	if len(answer) == 0 {
		return ""
	}
	var v any
	d := json.NewDecoder(bytes.NewReader(answer))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return ""
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if e.Encode(maskValue("", v)) != nil {
		return ""
	}
	return strings.TrimSpace(out.String())
}

func maskValue(key string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = maskValue(strings.ToLower(k), v[k])
		}
	case []any:
		for i := range v {
			v[i] = maskValue(key, v[i])
		}
	case string:
		for _, secret := range secretKeys {
			if key == secret && v != "" {
				return masked
			}
		}
		if strings.HasPrefix(v, "http://") || strings.HasPrefix(v, "https://") {
			return shownAddress(v)
		}
	}
	return v
}

// shownAddress is an address for people: without a password, and without the values of its query.
func shownAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return cutBytes(address, 200)
	}
	u.User, u.Fragment = nil, ""
	if u.RawQuery != "" {
		u.RawQuery = ""
		return cutBytes(u.String(), 200) + "?…"
	}
	return cutBytes(u.String(), 200)
}

// cutBytes cuts a text after so many bytes at most, between characters.
func cutBytes(text string, most int) string {
	if len(text) <= most {
		return text
	}
	cut := most - len("…")
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}
