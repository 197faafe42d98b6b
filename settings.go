package clearline

// Settings are how one person wants the inbox to be. What a person has never changed is as in DefaultSettings.
type Settings struct {
	// UndoSeconds is for how long a sent message is held so that it can be taken back: 0, 3, 5 or 10.
	UndoSeconds int `json:"undo_seconds" enum:"0,3,5,10" doc:"how long a message is held after sending, so that it can be taken back"`
	// SendWith is the key that sends: enter, or chord for Ctrl or Cmd with Enter.
	SendWith string `json:"send_with" enum:"enter,chord" doc:"enter, or chord: Ctrl or Cmd with Enter"`
	// SingleKeys switches shortcuts of a single letter on (WCAG 2.1.4).
	SingleKeys bool `json:"single_keys" doc:"shortcuts of a single letter"`
	// AssignOnReply assigns a conversation without an assignee to who answers first.
	AssignOnReply bool   `json:"assign_on_reply" doc:"a first reply in an unassigned conversation assigns it"`
	Density       string `json:"density" enum:"comfortable,compact"`
	Theme         string `json:"theme" enum:"system,light,dark"`
	// TextSize is in per cent, 90 to 150.
	TextSize int    `json:"text_size" minimum:"90" maximum:"150" doc:"per cent"`
	Notify   Notify `json:"notify"`
	Clock    string `json:"clock" enum:"auto,12,24"`
}

// Notify is how a person wants to hear of new messages.
type Notify struct {
	Desktop bool `json:"desktop" doc:"notices of the system"`
	Sound   bool `json:"sound"`
	Title   bool `json:"title" doc:"the number of unread messages in the page's title"`
}

// DefaultSettings are the settings of a person who has changed none.
func DefaultSettings() Settings {
	return Settings{UndoSeconds: 3, SendWith: "enter", SingleKeys: true, AssignOnReply: true, Density: "comfortable", Theme: "system", TextSize: 100,
		Notify: Notify{Sound: true, Title: true}, Clock: "auto"}
}
