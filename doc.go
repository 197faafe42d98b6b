// Package clearline holds the nouns of a shared inbox and the rules that two or more rooms share: who a
// message belongs to, which status follows which, when a reply may still be sent, and why something failed.
//
// It uses the standard library only and does no I/O. Storage lives in store, the platforms in channel,
// the way in and out in ingest and dispatch.
package clearline
