// Package bench loads a Clearline installation, kills it, and checks what is left.
//
// It knows the product only from the outside: signed webhooks in, the REST API and the twin's control interface for everything
// else, with wire types of its own, so that a field misread by the product cannot be misread here in the same way. The
// product and the twin run as child processes of the same executable (or, with Options.Target, somewhere else already).
//
// The parts, from the bottom up:
//
//	words, traffic        what the customers write: deterministic, so a message can be made again from its number
//	wire, load            signed POSTs over raw keep-alive connections; closed loop or at a fixed rate
//	bareserver            what the machine itself allows: the same POSTs, stored in the barest honest way
//	child, node, twin     the processes, and what they say in their first line
//	api, scan             reading everything back through the product's API
//	checker*              pure functions: what was handed in against what is there
//	goals, result         figures, bounds as data, one JSON object a line
//	doctor_world          product and twin on a net of their own, for the campaign of broken set-ups (package campaign)
//	run_*                 one file per benchmark
package bench
