package sim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// The shapes of a webhook's value (reference webhooks.md 3). Key order follows
// the platform's samples.

type wireValue struct {
	MessagingProduct string        `json:"messaging_product"`
	Metadata         wireMetadata  `json:"metadata"`
	Contacts         []wireContact `json:"contacts,omitempty"`
	Messages         []wireMessage `json:"messages,omitempty"`
	Statuses         []wireStatus  `json:"statuses,omitempty"`
}

type wireMetadata struct {
	DisplayPhoneNumber string `json:"display_phone_number"`
	PhoneNumberID      string `json:"phone_number_id"`
}

type wireContact struct {
	Profile wireProfile `json:"profile"`
	WaID    string      `json:"wa_id,omitempty"`
	UserID  string      `json:"user_id,omitempty"`
}

type wireProfile struct {
	Name     string `json:"name,omitempty"`
	Username string `json:"username,omitempty"`
}

type wireMessage struct {
	From       string          `json:"from,omitempty"`
	FromUserID string          `json:"from_user_id,omitempty"`
	ID         string          `json:"id"`
	Timestamp  string          `json:"timestamp"` // whole seconds
	Context    *wireContext    `json:"context,omitempty"`
	Referral   json.RawMessage `json:"referral,omitempty"`
	Type       string          `json:"type"`

	Text        *wireText       `json:"text,omitempty"`
	Image       *wireMedia      `json:"image,omitempty"`
	Video       *wireMedia      `json:"video,omitempty"`
	Audio       *wireMedia      `json:"audio,omitempty"`
	Document    *wireMedia      `json:"document,omitempty"`
	Sticker     *wireMedia      `json:"sticker,omitempty"`
	Location    *wireLocation   `json:"location,omitempty"`
	Contacts    json.RawMessage `json:"contacts,omitempty"`
	Reaction    *wireReaction   `json:"reaction,omitempty"`
	Button      *wireButton     `json:"button,omitempty"`
	Interactive *wireReply      `json:"interactive,omitempty"`
	Order       json.RawMessage `json:"order,omitempty"`
	System      *wireSystem     `json:"system,omitempty"`
	Edit        *wireEdit       `json:"edit,omitempty"`
	Revoke      *wireRevoke     `json:"revoke,omitempty"`
	Unsupported *wireOfType     `json:"unsupported,omitempty"`
	Errors      []wireError     `json:"errors,omitempty"`
}

type wireContext struct {
	From                string          `json:"from,omitempty"`
	ID                  string          `json:"id,omitempty"`
	Forwarded           bool            `json:"forwarded,omitempty"`
	FrequentlyForwarded bool            `json:"frequently_forwarded,omitempty"`
	ReferredProduct     json.RawMessage `json:"referred_product,omitempty"`
}

type wireText struct {
	Body string `json:"body"`
}

type wireMedia struct {
	Caption  string `json:"caption,omitempty"`
	Filename string `json:"filename,omitempty"`
	MimeType string `json:"mime_type"`
	SHA256   string `json:"sha256"` // base64 of the digest
	ID       string `json:"id"`
	URL      string `json:"url,omitempty"` // needs Bearer; 5 minutes
	Voice    *bool  `json:"voice,omitempty"`
	Animated *bool  `json:"animated,omitempty"`
}

type wireLocation struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Name      string  `json:"name,omitempty"`
	Address   string  `json:"address,omitempty"`
	URL       string  `json:"url,omitempty"`
}

type wireReaction struct {
	MessageID string `json:"message_id"`
	Emoji     string `json:"emoji"` // "" takes it back; a missing key is seen too (field)
}

type wireButton struct {
	Payload string `json:"payload"`
	Text    string `json:"text"`
}

type wireReply struct {
	Type        string       `json:"type"`
	ButtonReply *wireChosen  `json:"button_reply,omitempty"`
	ListReply   *wireChosen  `json:"list_reply,omitempty"`
	NFMReply    *wireNFMForm `json:"nfm_reply,omitempty"`
}

type wireChosen struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
}

type wireNFMForm struct {
	Name         string `json:"name"`
	Body         string `json:"body"`
	ResponseJSON string `json:"response_json"`
}

type wireSystem struct {
	Body   string `json:"body"`
	WaID   string `json:"wa_id,omitempty"` // the new one
	UserID string `json:"user_id,omitempty"`
	Type   string `json:"type"`
}

type wireEdit struct {
	OriginalMessageID string         `json:"original_message_id"`
	Message           wireEditedText `json:"message"`
}

type wireEditedText struct {
	Type string   `json:"type"`
	Text wireText `json:"text"`
}

type wireRevoke struct {
	OriginalMessageID string `json:"original_message_id"`
}

type wireOfType struct {
	Type string `json:"type"`
}

type wireStatus struct {
	ID              string      `json:"id"`
	Status          string      `json:"status"`
	Timestamp       string      `json:"timestamp"`
	RecipientID     string      `json:"recipient_id,omitempty"`
	RecipientUserID string      `json:"recipient_user_id,omitempty"`
	CallbackData    string      `json:"biz_opaque_callback_data,omitempty"`
	Pricing         *pricing    `json:"pricing,omitempty"`
	Errors          []wireError `json:"errors,omitempty"`
}

// pricing is the per-message form (since 1 Jul 2025). It comes with sent and
// with one of delivered and read. From v24 on no conversation object comes.
type pricing struct {
	Billable     bool   `json:"billable"`
	PricingModel string `json:"pricing_model"`
	Type         string `json:"type"`
	Category     string `json:"category"`
}

type wireError struct {
	Code      int            `json:"code"`
	Title     string         `json:"title"`
	Message   string         `json:"message"`
	ErrorData *wireErrorData `json:"error_data,omitempty"`
	Href      string         `json:"href,omitempty"`
}

type wireErrorData struct {
	Details string `json:"details"`
}

func (c code) wire(details string) wireError {
	return wireError{
		Code: c.number, Title: c.title, Message: c.title, ErrorData: &wireErrorData{details},
		Href: "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes",
	}
}

// asciiJSON encodes v the way the platform does: no HTML escapes, everything
// beyond ASCII as lower-case \uXXXX. The signature is over these very bytes.
func asciiJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return escapeNonASCII(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

func escapeNonASCII(in []byte) []byte {
	plain := true
	for _, c := range in {
		if c >= utf8.RuneSelf {
			plain = false
			break
		}
	}
	if plain {
		return in
	}
	out := make([]byte, 0, len(in)*2)
	for len(in) > 0 {
		if in[0] < utf8.RuneSelf {
			out = append(out, in[0])
			in = in[1:]
			continue
		}
		r, size := utf8.DecodeRune(in)
		in = in[size:]
		if high, low := utf16.EncodeRune(r); r > 0xffff {
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		} else {
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	return out
}
