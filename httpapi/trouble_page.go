package httpapi

import (
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"strings"
)

// troubleStyle is all that the page has: it must not need anything else that works.
const troubleStyle = `:root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}
body{margin:0;padding:2rem 1.25rem;max-inline-size:42rem;margin-inline:auto;overflow-wrap:anywhere;color:#1c2024;background:#fcfcfd}
h1{font-size:1.375rem;line-height:1.3;margin:0 0 .25rem}h2{font-size:1rem;margin:1.5rem 0 .25rem}p,ol,ul{margin:0}ol,ul{padding-inline-start:1.25rem}li{margin-block:.25rem}
code{font:inherit;font-family:ui-monospace,monospace;font-size:.9375em}span,.quiet{color:#60646c}.quiet{margin-block-start:2rem;font-size:.875rem}
@media (prefers-color-scheme:dark){body{color:#edeef0;background:#111113}span,.quiet{color:#b0b4ba}}`

var troubleStyleHash = func() string {
	sum := sha256.Sum256([]byte(troubleStyle))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}()

// troublePage says what, why and what to do, and loads itself again.
var troublePage = template.Must(template.New("trouble").Funcs(template.FuncMap{"plain": func(text string) string { return strings.ReplaceAll(text, "`", "") }}).Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{{.E.Title}} · Clearline</title>
<style>{{.Style}}</style>
<main><h1>{{.E.Title}}</h1>
<p>{{plain .E.What}}</p>
<h2>Why</h2>
<p>{{plain .E.Why}}</p>
{{with .E.Reasons}}<h2>Possible reasons</h2>
<ul>{{range .}}<li>{{plain .Text}}{{with .Tell}}<br><span>The sign: {{plain .}}</span>{{end}}</li>{{end}}</ul>
{{end}}<h2>What to do</h2>
<ol>{{range .E.Do}}<li>{{plain .Text}}</li>{{end}}</ol>
<p class="quiet">Since {{.Since}}. It is tried again every {{.Every.Seconds}} seconds, and this page with it.{{with .Cause}} Cause: <code>{{.}}</code>{{end}}</p></main></html>
`))
