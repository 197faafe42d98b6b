package sim

import (
	"fmt"
	"slices"
	"strings"
)

// crowded is how many messages a crowd writes in a moment: twice what the slowest number carries in a second, so that they
// are many in one second wherever that begins.
const crowded = 40

// crowd lets the people of a number write at once.
func (s *Sim) crowd(n *number) {
	s.mu.Lock()
	var people []string
	for id, p := range s.personByID {
		if p.account == n.id && !p.blocked {
			people = append(people, id)
		}
	}
	s.mu.Unlock()
	slices.SortFunc(people, strings.Compare)
	for i := range crowded {
		if len(people) == 0 {
			return
		}
		if _, err := s.Write(people[i%len(people)], PersonMessage{Text: fmt.Sprintf("Is anybody there? (%d)", i+1)}); err != nil {
			s.log.Warn("one of a crowd could not write", "err", err)
		}
	}
}
