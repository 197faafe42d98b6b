package outside

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// Way is how a site behaves. The zero value passes everything on, under a good certificate.
type Way struct {
	// Certificate is what it shows.
	Certificate Certificate
	// Closed: nobody listens any more.
	Closed bool

	// Strikes names the requests that what follows is for; nil: all.
	Strikes func(*http.Request) bool
	// Hangs: the request is taken, and nothing ever answers.
	Hangs bool
	// Delay comes before the answer.
	Delay time.Duration
	// Answer is given in place of the program behind, which sees nothing of the request.
	Answer *Answer
	// Serve stands for the program behind.
	Serve http.Handler
	// Request changes what the program gets, Response what it answered.
	Request  func(*http.Request, []byte) []byte
	Response func(*http.Response)
}

// Answer is a whole answer.
type Answer struct {
	Status int
	Type   string // of the content; text/html when empty
	Place  string // where a redirect leads to
	Body   string
}

// Site is a TLS server under one name, in front of a program. Safe for use by several goroutines.
type Site struct {
	name   string
	addr   string
	proxy  *httputil.ReverseProxy
	makes  *Authority
	closed context.Context // ends with the site: what hangs ends with it
	end    context.CancelFunc

	mu     sync.Mutex
	way    Way
	to     *url.URL
	server *http.Server // nil while closed
	shown  map[Certificate]*tls.Certificate
}

// NewSite opens a site on loopback and lets its name lead there.
func NewSite(name string, names *Names, makes *Authority) (*Site, error) {
	s := &Site{name: name, makes: makes, shown: map[Certificate]*tls.Certificate{}}
	s.closed, s.end = context.WithCancel(context.Background())
	s.proxy = &httputil.ReverseProxy{FlushInterval: -1, ErrorLog: log.New(io.Discard, "", 0),
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(s.target())
			r.Out.Host = r.In.Host
			r.SetXForwarded()
		},
		ModifyResponse: func(answer *http.Response) error {
			if way := s.Way(); way.Response != nil && way.strikes(answer.Request) {
				way.Response(answer)
			}
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }}
	listener, err := listenLow()
	if err != nil {
		return nil, err
	}
	s.addr = listener.Addr().String()
	s.serve(listener)
	names.Set(name, Found, netip.MustParseAddr("127.0.0.1"))
	return s, nil
}

// listenLow takes a port below those that the system gives to outgoing connections: a site that was closed must find its port free.
func listenLow() (net.Listener, error) {
	var last error
	for range 100 {
		l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(20000+rand.IntN(10000)))
		if err == nil {
			return l, nil
		}
		last = err
	}
	return nil, last
}

// URL is the site's address, without a slash at the end.
func (s *Site) URL() string {
	_, port, _ := net.SplitHostPort(s.addr)
	return "https://" + net.JoinHostPort(s.name, port)
}

// Name is the site's name.
func (s *Site) Name() string { return s.name }

// To says which program stands behind, by its base address.
func (s *Site) To(base string) error {
	u, err := url.Parse(base)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.to = u
	return nil
}

func (s *Site) target() *url.URL {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.to
}

// Way is the present one.
func (s *Site) Way() Way {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.way
}

// Behave changes the way, for the next request on.
func (s *Site) Behave(way Way) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.way = way
	switch {
	case way.Closed && s.server != nil:
		err := s.server.Close()
		s.server = nil
		return err
	case !way.Closed && s.server == nil:
		listener, err := net.Listen("tcp", s.addr)
		if err != nil {
			return err
		}
		s.serve(listener)
	}
	return nil
}

// Close ends the site.
func (s *Site) Close() error {
	s.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil {
		return nil
	}
	return s.server.Close()
}

func (s *Site) serve(l net.Listener) {
	// One protocol: what hangs must not hold up others on the same connection.
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	server := &http.Server{Handler: http.HandlerFunc(s.answer), ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(io.Discard, "", 0), Protocols: protocols,
		TLSConfig: &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return s.certificate() }}}
	// A connection for each request: no old one shows the certificate of before, or ends while somebody begins to use it.
	server.SetKeepAlivesEnabled(false)
	s.server = server
	go server.ServeTLS(l, "", "")
}

func (s *Site) certificate() (*tls.Certificate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kind := s.way.Certificate
	if s.shown[kind] == nil {
		made, err := s.makes.make(kind, s.name)
		if err != nil {
			return nil, err
		}
		s.shown[kind] = made
	}
	return s.shown[kind], nil
}

func (w Way) strikes(r *http.Request) bool { return w.Strikes == nil || w.Strikes(r) }

func (s *Site) answer(w http.ResponseWriter, r *http.Request) {
	way := s.Way()
	if !way.strikes(r) {
		s.proxy.ServeHTTP(w, r)
		return
	}
	// Only a server that has read the whole request notices that its caller has gone.
	body, err := io.ReadAll(r.Body)
	if err != nil || (way.Hangs || way.Delay > 0) && !s.wait(r.Context(), way) {
		panic(http.ErrAbortHandler) // the connection ends without an answer
	}
	if way.Request != nil {
		body = way.Request(r, body)
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	switch {
	case way.Answer != nil:
		way.Answer.write(w)
	case way.Serve != nil:
		way.Serve.ServeHTTP(w, r)
	default:
		s.proxy.ServeHTTP(w, r)
	}
}

func (a *Answer) write(w http.ResponseWriter) {
	kind := a.Type
	if kind == "" {
		kind = "text/html; charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	if a.Place != "" {
		w.Header().Set("Location", a.Place)
	}
	w.WriteHeader(a.Status)
	io.WriteString(w, a.Body)
}

// wait lets the delay pass; false when the caller, or the site, has gone.
func (s *Site) wait(ctx context.Context, way Way) bool {
	over := make(<-chan time.Time)
	if !way.Hangs {
		timer := time.NewTimer(way.Delay)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-over:
		return true
	case <-ctx.Done():
	case <-s.closed.Done():
	}
	return false
}
