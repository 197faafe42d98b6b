package bench

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// answerTimeout ends a request that got no answer: far above any goal, far below the platform's patience.
const answerTimeout = 30 * time.Second

// hookConn posts signed webhooks over one keep-alive connection, as one of the platform's senders would. It writes
// HTTP/1.1 by hand: the generator shares the machine with the server, and net/http's client costs as much as the server.
// Not for concurrent use.
type hookConn struct {
	target  *url.URL
	conn    net.Conn
	reader  *bufio.Reader
	mac     hash.Hash
	head    []byte // request line and fixed headers
	request []byte // reused: head, length, signature, body
	body    []byte // reused by the caller through post's render
	digest  [sha256.Size]byte
}

func newHookConn(target, appSecret string) (*hookConn, error) {
	u, err := url.Parse(target)
	if err != nil {
		return nil, fmt.Errorf("webhook address: %w", err)
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("webhook address %q: want http or https", target)
	}
	head := fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: facebookexternalua\r\nAccept: */*\r\nContent-Type: application/json\r\n",
		u.RequestURI(), u.Host)
	return &hookConn{target: u, head: head, mac: hmac.New(sha256.New, []byte(appSecret))}, nil
}

// post sends what render appends to an empty buffer and gives the answer's status. An error means that no whole answer came: the
// message may or may not be stored. The next post dials anew.
func (c *hookConn) post(render func([]byte) []byte) (status int, err error) {
	c.body = render(c.body[:0])
	c.mac.Reset()
	c.mac.Write(c.body)
	sum := c.mac.Sum(c.digest[:0])

	r := append(c.request[:0], c.head...)
	r = append(r, "Content-Length: "...)
	r = appendUint(r, uint64(len(c.body)))
	r = append(r, "\r\nX-Hub-Signature-256: sha256="...)
	r = hex.AppendEncode(r, sum)
	r = append(r, "\r\n\r\n"...)
	r = append(r, c.body...)
	c.request = r

	if err := c.open(); err != nil {
		return 0, err
	}
	if err := c.conn.SetDeadline(time.Now().Add(answerTimeout)); err != nil {
		return 0, c.fail(err)
	}
	if _, err := c.conn.Write(r); err != nil {
		return 0, c.fail(err)
	}
	status, keep, err := readAnswer(c.reader)
	if err != nil {
		return 0, c.fail(err)
	}
	if !keep {
		c.close()
	}
	return status, nil
}

func (c *hookConn) open() error {
	if c.conn != nil {
		return nil
	}
	host := c.target.Host
	if c.target.Port() == "" {
		host = net.JoinHostPort(c.target.Hostname(), map[string]string{"http": "80", "https": "443"}[c.target.Scheme])
	}
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	var conn net.Conn
	var err error
	if c.target.Scheme == "https" {
		conn, err = tls.DialWithDialer(dialer, "tcp", host, nil)
	} else {
		conn, err = dialer.Dial("tcp", host)
	}
	if err != nil {
		return err
	}
	c.conn, c.reader = conn, bufio.NewReaderSize(conn, 4096)
	return nil
}

func (c *hookConn) fail(err error) error {
	c.close()
	return err
}

func (c *hookConn) close() {
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
}

// readAnswer reads one answer to its end. Answers with a Content-Length and no surprises are read without allocating;
// anything else goes through net/http.
func readAnswer(r *bufio.Reader) (status int, keep bool, err error) {
	if _, err := r.Peek(1); err != nil {
		return 0, false, err
	}
	block, _ := r.Peek(r.Buffered())
	end := bytes.Index(block, []byte("\r\n\r\n"))
	if end < 0 || bytes.Contains(block[:end], []byte("Transfer-Encoding:")) || bytes.Contains(block[:end], []byte("Connection: close")) {
		return readAnySlow(r)
	}
	length := headerValue(block[:end], "\r\nContent-Length: ")
	if len(block) < 12 || length == nil {
		return readAnySlow(r)
	}
	status, err = strconv.Atoi(string(block[9:12]))
	if err != nil {
		return 0, false, fmt.Errorf("status line %q", block[:12])
	}
	n, err := strconv.Atoi(string(length))
	if err != nil {
		return 0, false, fmt.Errorf("content length %q", length)
	}
	_, err = r.Discard(end + 4 + n)
	return status, true, err
}

func headerValue(block []byte, name string) []byte {
	_, rest, found := bytes.Cut(block, []byte(name))
	if !found {
		return nil
	}
	value, _, _ := bytes.Cut(rest, []byte("\r\n"))
	return value
}

func readAnySlow(r *bufio.Reader) (int, bool, error) {
	answer, err := http.ReadResponse(r, nil)
	if err != nil {
		return 0, false, err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return 0, false, err
	}
	return answer.StatusCode, !answer.Close, nil
}

// signature is the value of X-Hub-Signature-256 for a body.
func signature(secret, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
