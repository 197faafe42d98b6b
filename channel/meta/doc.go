// Package meta is what Meta's platforms share: the signature and the check of a webhook's address, the Graph
// API with its error envelope, and a reader of JSON bodies that knows where each value lies, so that bodies
// can be cut into parts byte by byte.
package meta
