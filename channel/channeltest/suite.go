// Package channeltest is the one suite that every platform's leaf passes: what ingest and dispatch rely on,
// whatever the platform's dialect.
package channeltest

import (
	"net/http"
	"testing"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
)

// Platform is a leaf under test and what the suite needs to know about its dialect. Parts that a platform does
// not have stay nil and are not tested.
type Platform struct {
	// Webhook reads deliveries.
	Webhook channel.Webhook
	// Sign returns the headers of an authentic delivery.
	Sign func(secret string, body []byte) http.Header
	// Handshake is the platform's check of an address with the given token, and the challenge in it; nil when
	// the platform makes none.
	Handshake func(token string) (r *http.Request, challenge string)
	// Payloads are authentic bodies by name; there must be some with several elements.
	Payloads map[string][]byte

	// Sender returns a sender whose platform lives at base.
	Sender func(base string, client *http.Client) channel.Sender
	// Client is the HTTP client that the product would use, which may call base although it is on loopback.
	Client func(t testing.TB, base string) *http.Client
	// Account and Outgoing are what the suite sends with and sends.
	Account  channel.Account
	Outgoing channel.Outgoing
	// Accepted is the platform's answer of 200 to Outgoing, AcceptedID the message id in it.
	Accepted   string
	AcceptedID string
	// Kinds are good messages of the other kinds, one at least of each kind of file. Where files are handed over before
	// their messages, they have an id already.
	Kinds []channel.Outgoing
	// Uploaded is the platform's answer of 200 to an upload, UploadedID the file's id in it; for an Uploader.
	Uploaded   string
	UploadedID string
	// Refusals are answers of the platform and what must become of them. Every Fate but Again must occur.
	Refusals []Refusal

	// Examiner returns the checks' platform, which lives at base. Subject is an account to examine, Nodes good answers to
	// what the checks read.
	Examiner func(base string, client *http.Client) channel.Examiner
	Subject  channel.Subject
	Nodes    []string

	// Explainer knows the platform's error numbers.
	Explainer channel.Explainer
	// Figures are the fixed limits that the leaf uses.
	Figures []Figure
}

// Refusal is an answer to a send that was not accepted.
type Refusal struct {
	Name   string
	Status int
	Header http.Header
	Body   string
	Fate   clearline.Fate
	Cause  clearline.Cause
	// Code is the platform's number that must be kept, 0 when there is none to read.
	Code int
}

// Figure is a fixed limit with where and when (2026-09) it was read.
type Figure struct{ Name, Source, Read string }

// Run runs the suite.
func Run(t *testing.T, p Platform) {
	t.Helper()
	if p.Webhook != nil {
		t.Run("signature", func(t *testing.T) { t.Parallel(); signature(t, p) })
		t.Run("handshake", func(t *testing.T) { t.Parallel(); handshake(t, p) })
		t.Run("parse", func(t *testing.T) { t.Parallel(); parse(t, p) })
		t.Run("garbage", func(t *testing.T) { t.Parallel(); garbage(t, p) })
		t.Run("cut", func(t *testing.T) { t.Parallel(); cut(t, p) })
	}
	if p.Sender != nil {
		t.Run("send", func(t *testing.T) { t.Parallel(); send(t, p) })
		t.Run("check", func(t *testing.T) { t.Parallel(); check(t, p) })
		t.Run("kinds", func(t *testing.T) { t.Parallel(); kinds(t, p) })
		t.Run("files", func(t *testing.T) { t.Parallel(); files(t, p) })
		if _, ok := p.Sender("http://127.0.0.1:1", http.DefaultClient).(channel.Uploader); ok {
			t.Run("upload", func(t *testing.T) { t.Parallel(); upload(t, p) })
		}
	}
	if p.Examiner != nil {
		t.Run("examine", func(t *testing.T) { t.Parallel(); examine(t, p) })
	}
	if p.Explainer != nil {
		t.Run("causes", func(t *testing.T) { t.Parallel(); causes(t, p) })
	}
	t.Run("figures", func(t *testing.T) { t.Parallel(); figures(t, p) })
}
