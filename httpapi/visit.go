package httpapi

import (
	"context"
	"fmt"
	"html"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/account"
)

const (
	// plainCookie is the session's cookie where nothing encrypts; browsers do not take a __Host- one there.
	plainCookie  = "clearline"
	secureCookie = "__Host-clearline"
)

// visit is what is known about the line a request came on.
type visit struct {
	// address is the visitor's, which a trusted proxy names.
	address netip.Addr
	browser string
	// encrypted means: here or at a proxy that is trusted to say so. secure also counts an https public URL, where an
	// untrusted proxy stands before us.
	encrypted, secure bool
	// near means that the visitor and the name they call us by are on this machine or in a private network.
	near bool
	// session is the secret in the browser's cookie, "" for none.
	session string
	// base is how the visitor has reached us, such as http://192.168.1.5:8080.
	base string
}

func visitOf(ctx context.Context) visit {
	v, _ := ctx.Value(visitKey).(visit)
	return v
}

// visit reads what a request tells about its line. X-Forwarded-For and -Proto count from trusted proxies only.
func (s *Server) visit(r *http.Request) visit {
	v := visit{browser: r.UserAgent(), encrypted: r.TLS != nil}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err == nil {
		v.address = peer.Addr().Unmap()
	}
	if s.trusted(v.address) {
		if strings.EqualFold(strings.TrimSpace(r.Header.Get("X-Forwarded-Proto")), "https") {
			v.encrypted = true
		}
		// The nearest proxy writes last: from the right, the first that is no proxy of ours is the visitor.
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for i := len(hops) - 1; i >= 0; i-- {
			hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
			if err != nil {
				break
			}
			v.address = hop.Unmap()
			if !s.trusted(v.address) {
				break
			}
		}
	}
	v.secure = v.encrypted || strings.HasPrefix(s.o.PublicURL, "https://")
	v.near = private(v.address) && privateHost(r.Host)
	if c, err := r.Cookie(v.cookieName()); err == nil {
		v.session = c.Value
	}
	v.base = "http://" + r.Host
	if v.secure {
		v.base = "https://" + r.Host
	}
	return v
}

func (s *Server) trusted(a netip.Addr) bool {
	for _, p := range s.o.TrustedProxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// carrier is the space that providers share among customers (RFC 6598); private networks between machines use it too.
var carrier = netip.MustParsePrefix("100.64.0.0/10")

func private(a netip.Addr) bool {
	return a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() || carrier.Contains(a)
}

// privateHost tells whether a name can only mean a machine here or in a private network. That also keeps a foreign name
// that somebody points at this machine (DNS rebinding) from being served.
func privateHost(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if a, err := netip.ParseAddr(host); err == nil {
		return private(a.Unmap())
	}
	if host != "" && !strings.Contains(host, ".") {
		return true
	}
	for _, end := range []string{".localhost", ".local", ".lan", ".internal", ".home.arpa"} {
		if strings.HasSuffix(host, end) {
			return true
		}
	}
	return false
}

// served tells whether a browser may have a session on this line.
func (v visit) served() bool { return v.secure || v.near }

// cookieName is the one cookie that counts on this line: a plain one planted by a neighbour is no session where a
// __Host- one is.
func (v visit) cookieName() string {
	if v.secure {
		return secureCookie
	}
	return plainCookie
}

func (v visit) cookie(session string, expires time.Time) *http.Cookie {
	return &http.Cookie{Name: v.cookieName(), Value: session, Path: "/", Expires: expires, HttpOnly: true, Secure: v.secure, SameSite: http.SameSiteLaxMode}
}

// noCookie takes the session's cookie away.
func (v visit) noCookie() *http.Cookie {
	c := v.cookie("", time.Time{})
	c.MaxAge = -1
	return c
}

func (v visit) begin() account.Visit {
	return account.Visit{Address: v.address.String(), Browser: v.browser, Session: v.session}
}

// errPlain is the answer on a line that others can read.
var errPlain = &clearline.Problem{Cause: clearline.CauseUnencrypted, Title: "Clearline is not shown over an unencrypted public connection.",
	Detail: "Whoever stands in between could read your messages and take over your session. Open it by https: put a proxy with a certificate before it and start it with --public-url https://… " +
		"(and --trusted-proxies with the proxy's address). Plain http is served on this machine and in private networks only."}

// refusePlain says why and what to do, as a page or as a problem.
func (s *Server) refusePlain(w http.ResponseWriter, r *http.Request, api bool) {
	if api {
		s.fail(w, r, errPlain)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusForbidden)
	fmt.Fprintf(w, "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Clearline</title>\n<h1>%s</h1>\n<p>%s</p>\n</html>\n",
		html.EscapeString(errPlain.Title), html.EscapeString(errPlain.Detail))
}

// publicBase is how links for others begin: the public URL, unless that is only this machine and the visitor came another way.
func (s *Server) publicBase(ctx context.Context) string {
	v := visitOf(ctx)
	if strings.HasPrefix(s.o.PublicURL, "https://") || v.base == "" || !v.near {
		return s.o.PublicURL
	}
	return v.base
}
