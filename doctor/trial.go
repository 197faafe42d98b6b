package doctor

// Trial is what test messages need of the way out.
type Trial interface{}
