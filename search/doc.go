// Package search finds messages, people and ids of a company, the newest first. The index is no fact: a follower
// of the change log feeds it, and a search also looks through what the follower has not reached, so that nothing
// is missing and the way in pays later.
//
// The program makes the tokens (tokens.go): folded words, pairs of characters where a script has no spaces, runs
// of digits. The index (page.go, segment.go) holds which messages have which token, in segments that never change
// and are merged when there is time (follow.go, merge.go). What the index proposes is then held against the text
// itself (match.go): phrases, neighbouring pairs and parts of numbers need no positions in the index, and a text
// that was edited or deleted is never found by what it no longer says.
package search
