package whatsapp

import (
	"errors"
	"net/http"
	"strings"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/channel"
	"github.com/clearline/clearline/channel/meta"
)

// operation is what was asked of the platform. Some numbers mean different things by it: 131031 is a wrong PIN while
// registering and a locked account on a send; 100 is a wrong field of a send, and a refusal without a reason anywhere else.
type operation int

const (
	opRead operation = iota
	opChange
	opRegister
	opLogin
	opRenew
)

// Codes with a meaning of their own for some operation.
const (
	codeUnknown     = 1
	codeParameter   = 100
	codeAppID       = 101
	codeRedirect    = 191
	codeLocked      = 131031
	codeSyncedTwice = 2593107
	// subOwnership comes with code 100 for two causes, which only the number's state tells apart.
	subOwnership = 2388001
	// subAbsent comes with code 100 for what is not there, or may not be seen.
	subAbsent = 33
)

// callError judges a call that is no send. A read without an answer may be repeated; a change without one is unknown. No
// answer is never the fault of a credential: its cause is the platform's trouble, or this server's network.
func callError(err error, op operation) *channel.SendError {
	e := sendError(err)
	if e.Fate == clearline.Unknown {
		e.Cause = clearline.CauseOutage
		if op == opRead || op == opLogin || op == opRenew {
			e.Fate = clearline.Again
		}
	}
	if e.Original != nil {
		e.Cause = causeDuring(op, e.Cause, e.Original, e.HTTP)
		if e.Cause != clearline.CauseOutage && e.Fate == clearline.Again {
			e.Fate = clearline.Stop
		}
	}
	return e
}

// causeDuring is a refusal's cause where the operation changes it. Source: Meta, WhatsApp, support/error-codes, and
// embedded-signup; read Sep 2026. That a wrong app secret is answered with 1 or 101 is seen in the field.
func causeDuring(op operation, cause clearline.Cause, refused *clearline.PlatformError, status int) clearline.Cause {
	code, sub := refused.Code, refused.Subcode
	plain := code == codeParameter && (sub == 0 || cause == clearline.CauseBadParam)
	switch {
	case (op == opLogin || op == opRenew) && code == codeAppID, op == opLogin && code == codeUnknown && status/100 == 4:
		return clearline.CauseAppSecret
	case op == opLogin && (code == codeParameter || code == codeRedirect):
		return clearline.CauseLogin
	case op == opRegister && code == codeLocked:
		return clearline.CausePIN
	case plain:
		return clearline.CauseInvalidParam
	}
	return cause
}

// wrongInput is a refusal of ours, before anything was asked of the platform.
func wrongInput(problem *clearline.Problem) *channel.SendError {
	return &channel.SendError{Cause: problem.Cause, Fate: clearline.Stop, NotSent: true, Err: problem}
}

// CheckPIN tells whether a text can be a PIN of two-step verification: six digits. Source: Meta, WhatsApp,
// business-phone-numbers/registration; read Dec 2025.
func CheckPIN(pin string) *clearline.Problem {
	if len(pin) == 6 && strings.Trim(pin, "0123456789") == "" {
		return nil
	}
	return &clearline.Problem{Cause: clearline.CauseInput, Title: "The PIN must be six digits.",
		Detail: "Nothing was sent to Meta, so no try was used. Enter the six digits of this number's PIN.",
		Fields: []clearline.FieldProblem{{Name: "pin", Reason: "is not six digits"}}}
}

// checkMethod tells whether a code can be asked for that way.
func checkMethod(method string) (string, *clearline.Problem) {
	switch strings.ToLower(method) {
	case "sms", "":
		return "SMS", nil
	case "voice":
		return "VOICE", nil
	}
	return "", &clearline.Problem{Cause: clearline.CauseInput, Title: "A code comes by SMS or by call.",
		Detail: "Nothing was sent to Meta. Choose sms, or voice for landlines and lines behind a menu.",
		Fields: []clearline.FieldProblem{{Name: "method", Reason: "is neither sms nor voice"}}}
}

// checkCode gives a verification code's digits; people copy it with a hyphen or a space in the middle.
func checkCode(code string) (string, *clearline.Problem) {
	plain := strings.NewReplacer("-", "", " ", "", "\u00a0", "").Replace(strings.TrimSpace(code))
	if len(plain) == 6 && strings.Trim(plain, "0123456789") == "" {
		return plain, nil
	}
	return "", &clearline.Problem{Cause: clearline.CauseInput, Title: "The code must be six digits.",
		Detail: "Nothing was sent to Meta. Enter the six digits of the SMS or of the call.",
		Fields: []clearline.FieldProblem{{Name: "code", Reason: "is not six digits"}}}
}

// refusedWith is the platform's refusal behind an error, nil when there is none.
func refusedWith(err error) *meta.GraphError {
	var refused *meta.GraphError
	if errors.As(err, &refused) {
		return refused
	}
	return nil
}

// made is the error of a call that must answer with success.
func made(success bool) error {
	if success {
		return nil
	}
	return &meta.NoAnswer{Sent: true, HTTP: http.StatusOK, Err: errors.New("the answer does not say that it was done")}
}
