// Package campaign breaks a set-up in every way that people have met, one at a time, and looks whether the product names
// the true cause, mends it or says how, and is whole again afterwards.
//
// It knows the product from the outside only: its API, its command line, its pages; the platform's twin by the twin's
// control interface and its Graph API; and the net between the two (package outside). Where product and twin run is
// somebody else's affair (World): as processes in `clearline bench doctor`, in one process with moved clocks in a test.
//
//	world      where it takes place
//	wire       what the product and the twin answer, as far as it is read here
//	stage      one case under way: breaking, asking, mending
//	run        the order of a case, what is measured, and what counts as green
//	line       a case's result, as JSON and as a row of a table
//	cases_*    the table
package campaign
