package sim

import (
	"fmt"
	"slices"
	"time"
)

// How far back history goes, by phase, and how much of it one chunk holds here.
// Source: reference webhooks.md, history.
var historyPhases = []time.Duration{24 * time.Hour, 90 * 24 * time.Hour, 180 * 24 * time.Hour}

const historyChunk = 100

type wireHistoryChunk struct {
	Metadata struct {
		Phase      int `json:"phase"`
		ChunkOrder int `json:"chunk_order"`
		Progress   int `json:"progress"`
	} `json:"metadata"`
	Threads []wireHistoryThread `json:"threads"`
}

type wireHistoryThread struct {
	ID       string               `json:"id"`
	Messages []wireHistoryMessage `json:"messages"`
}

// wireHistoryMessage is a message from before the number was onboarded. Files
// come as placeholders.
type wireHistoryMessage struct {
	From           string    `json:"from"`
	To             string    `json:"to,omitempty"` // of the business's own
	ID             string    `json:"id"`
	Timestamp      string    `json:"timestamp"`
	Type           string    `json:"type"`
	Text           *wireText `json:"text,omitempty"`
	HistoryContext struct {
		Status string `json:"status"`
	} `json:"history_context"`
}

// historyOf is what the Business app hands over: the threads of the number as
// they were when it was onboarded, phase by phase, in chunks. A phase without
// messages has one chunk without threads.
func (s *Sim) historyOf(n *number) (all []wireHistoryChunk) {
	until := n.onboarded
	for phase, back := range historyPhases {
		from, order := n.onboarded.Add(-back), 0
		chunk := wireHistoryChunk{Threads: []wireHistoryThread{}}
		held := 0
		add := func() {
			order++
			chunk.Metadata.Phase, chunk.Metadata.ChunkOrder, chunk.Metadata.Progress = phase, order, 100*(phase+1)/len(historyPhases)
			all = append(all, chunk)
			chunk, held = wireHistoryChunk{Threads: []wireHistoryThread{}}, 0
		}
		for _, p := range s.people {
			if p.account != n.id || p.waID == "" {
				continue
			}
			thread := wireHistoryThread{ID: p.waID}
			for _, m := range p.thread {
				if m.account != n.id || m.at.Before(from) || !m.at.Before(until) {
					continue
				}
				thread.Messages = append(thread.Messages, historyMessage(m, p.waID, n.display))
			}
			for part := range slices.Chunk(thread.Messages, historyChunk) {
				if held+len(part) > historyChunk {
					add()
				}
				chunk.Threads, held = append(chunk.Threads, wireHistoryThread{ID: p.waID, Messages: part}), held+len(part)
			}
		}
		if held > 0 || order == 0 {
			add()
		}
		until = from
	}
	return all
}

func historyMessage(m *message, person, own string) wireHistoryMessage {
	h := wireHistoryMessage{From: person, ID: m.id, Timestamp: fmt.Sprint(m.at.Unix()), Type: m.kind}
	h.HistoryContext.Status = "READ"
	if !m.fromPerson {
		h.From, h.To = own, person
		h.HistoryContext.Status = map[string]string{"sent": "SENT", "delivered": "DELIVERED"}[m.status]
		if h.HistoryContext.Status == "" {
			h.HistoryContext.Status = "READ"
		}
	}
	if h.Type == "text" {
		h.Text = &wireText{Body: m.text}
	} else {
		h.Type = "media_placeholder"
	}
	return h
}
