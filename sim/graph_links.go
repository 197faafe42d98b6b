package sim

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"rsc.io/qr"
)

// link is a message link with its QR code.
type link struct {
	code, text string
}

const (
	maxLinks    = 2000
	maxLinkText = 140
)

func (l *link) address() string { return "https://wa.me/message/" + l.code }

// serveLinks is message_qrdls: lists, makes, changes and deletes message links.
func (s *Sim) serveLinks(c *graphCall) (any, *graphError) {
	code := c.splitEdge()
	var one *link
	if i := c.number.linkAt(code); i >= 0 {
		one = c.number.links[i]
	}
	switch {
	case c.r.Method == http.MethodPost && code == "":
		return s.serveChangeLink(c)
	case c.r.Method == http.MethodGet && code == "":
		list := []map[string]any{}
		for _, l := range c.number.links {
			list = append(list, s.linkNode(c.number, l, ""))
		}
		return slicePage(c, list, s.self(c))
	case one == nil:
		return nil, c.missing()
	case c.r.Method == http.MethodGet:
		return page([]any{s.linkNode(c.number, one, "")}, nil), nil
	case c.r.Method == http.MethodDelete:
		c.number.links = slices.DeleteFunc(c.number.links, func(l *link) bool { return l == one })
		return success, nil
	}
	return nil, c.missing()
}

func (n *number) linkAt(code string) int {
	return slices.IndexFunc(n.links, func(l *link) bool { return l.code == code })
}

// serveChangeLink makes a link, or with a code changes its text.
func (s *Sim) serveChangeLink(c *graphCall) (any, *graphError) {
	text, format := c.params.Get("prefilled_message"), c.params.Get("generate_qr_image")
	switch {
	case text == "" || utf8.RuneCountInString(text) > maxLinkText:
		return nil, refuse(100, 0, "prefilled_message must be 1 to %d characters long.", maxLinkText)
	case format != "" && format != "PNG" && format != "SVG":
		return nil, refuse(100, 0, "generate_qr_image must be PNG or SVG.")
	}
	if code := c.params.Get("code"); code != "" {
		i := c.number.linkAt(code)
		if i < 0 {
			return nil, c.missing()
		}
		c.number.links[i].text = text
		return s.linkNode(c.number, c.number.links[i], format), nil
	}
	if len(c.number.links) >= maxLinks {
		return nil, refuse(100, 0, "The number has %d message links, which is the most it may have.", maxLinks)
	}
	made := &link{code: strings.ToUpper(rand.Text()[:14]), text: text}
	c.number.links = append(c.number.links, made)
	return s.linkNode(c.number, made, format), nil
}

// linkNode shows a link; the image only when it was asked for.
func (s *Sim) linkNode(n *number, l *link, format string) map[string]any {
	node := map[string]any{"code": l.code, "prefilled_message": l.text, "deep_link_url": l.address()}
	if format != "" {
		node["qr_image_url"] = fmt.Sprintf("%s/media/qr/%s/%s.%s", s.baseURL, n.id, l.code, strings.ToLower(format))
	}
	return node
}

// serveLinkImage draws the QR code of a message link as PNG or SVG.
func (s *Sim) serveLinkImage(w http.ResponseWriter, r *http.Request) {
	name, format, _ := strings.Cut(r.PathValue("name"), ".")
	s.mu.Lock()
	address := ""
	if n := s.numbers[r.PathValue("number")]; n != nil {
		if i := n.linkAt(name); i >= 0 {
			address = n.links[i].address()
		}
	}
	s.mu.Unlock()
	drawn, err := qr.Encode(address, qr.M)
	if address == "" || err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	switch format {
	case "png":
		w.Header().Set("Content-Type", "image/png")
		w.Write(drawn.PNG())
	case "svg":
		w.Header().Set("Content-Type", "image/svg+xml")
		w.Header().Set("Content-Security-Policy", "default-src 'none'")
		fmt.Fprint(w, drawSVG(drawn))
	default:
		http.NotFound(w, r)
	}
}

// drawSVG writes one square per dark module, with the quiet zone of four around.
func drawSVG(c *qr.Code) string {
	const quiet = 4
	var path strings.Builder
	for y := range c.Size {
		for x := range c.Size {
			if c.Black(x, y) {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	side := c.Size + 2*quiet
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="%s"/></svg>`, side, side, side, side, path.String())
}
