package playbook

// Action is something that the product can do for a step of a page. Where a page is shown, an action becomes a button
// if that place can do it, and stays words if not.
type Action struct{ Name, Does string }

// Actions is the fixed list that pages may use.
var Actions = []Action{
	{"retry", "send the same message again, as a new attempt"},
	{"edit", "put the message's content back into the composer"},
	{"template", "open the picker of approved templates for this conversation"},
	{"note", "keep the text as an internal note"},
	{"sync_templates", "read the templates from the platform anew"},
	{"copy_questions", "copy the questions to ask the person over another channel"},
	{"copy_report", "copy a report with codes, times and the platform's trace id, without secrets"},
	{"sign_in", "give the connection a new credential"},
	{"subscribe", "subscribe the account's messages to this server again"},
	{"point_here", "set the address that the platform calls to this server's"},
	{"register", "register the number with its six-digit PIN"},
	{"request_code", "ask the platform for a verification code by SMS or by call"},
	{"verify_code", "hand the verification code that came to the platform"},
	{"set_pin", "set a new six-digit PIN for a registered number; the old one is not needed"},
	{"check", "run the checks of the connection again"},
	{"test_message", "send a test message and watch each hop"},
	{"pause", "stop sending and alerts of the connection until a person resumes it"},
	{"replay", "apply a kept delivery again"},
	{"profile", "open the connection's settings"},
}

func knownAction(name string) bool {
	for _, a := range Actions {
		if a.Name == name {
			return true
		}
	}
	return false
}
