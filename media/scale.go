package media

import (
	"image"
	"image/draw"
)

// fit is the size within most by most that keeps the proportions; a smaller picture keeps its size.
func fit(width, height, most int) (int, int) {
	if width <= most && height <= most {
		return width, height
	}
	if width >= height {
		return most, max(1, height*most/width)
	}
	return max(1, width*most/height), most
}

// span is one step of a row or column: the source from first on, with how much of each counts in it (sum 1<<20).
type span struct {
	first   int
	weights []uint32
}

// spans divide from source pixels among to smaller ones by the area that each covers.
func spans(from, to int) []span {
	out := make([]span, to)
	for i := range out {
		// The edges, in parts of a source pixel: i*from/to and (i+1)*from/to.
		a, b := int64(i)*int64(from), int64(i+1)*int64(from)
		first, last := int(a/int64(to)), int((b-1)/int64(to))
		s := span{first: first, weights: make([]uint32, last-first+1)}
		var sum uint32
		for p := first; p <= last; p++ {
			lo, hi := max(a, int64(p)*int64(to)), min(b, int64(p+1)*int64(to))
			s.weights[p-first] = uint32((hi - lo) << 20 / int64(from))
			sum += s.weights[p-first]
		}
		s.weights[0] += 1<<20 - sum
		out[i] = s
	}
	return out
}

// shrink makes a smaller copy by averaging, row by row: what it needs beyond the copy is two rows.
func shrink(src image.Image, width, height int) *image.RGBA {
	b := src.Bounds()
	dst := image.NewRGBA(image.Rect(0, 0, width, height))
	if b.Dx() == width && b.Dy() == height {
		draw.Draw(dst, dst.Bounds(), src, b.Min, draw.Src)
		return dst
	}
	across, down := spans(b.Dx(), width), spans(b.Dy(), height)
	row := image.NewRGBA(image.Rect(0, 0, b.Dx(), 1))
	sums := make([]uint64, 4*width)
	narrow := make([]uint32, 4*width)
	loaded := -1
	for y, s := range down {
		clear(sums)
		for i, weight := range s.weights {
			if at := s.first + i; at != loaded {
				draw.Draw(row, row.Bounds(), src, image.Pt(b.Min.X, b.Min.Y+at), draw.Src)
				average(row.Pix, across, narrow)
				loaded = at
			}
			for k, v := range narrow {
				sums[k] += uint64(v) * uint64(weight)
			}
		}
		line := dst.Pix[y*dst.Stride:]
		for k, v := range sums {
			line[k] = uint8(min((v+1<<27)>>28, 255))
		}
	}
	return dst
}

// average narrows a row to the spans, in 1/256 of a level.
func average(pix []uint8, across []span, narrow []uint32) {
	for x, s := range across {
		var r, g, b, a uint32
		at := 4 * s.first
		for _, weight := range s.weights {
			r += uint32(pix[at]) * weight
			g += uint32(pix[at+1]) * weight
			b += uint32(pix[at+2]) * weight
			a += uint32(pix[at+3]) * weight
			at += 4
		}
		narrow[4*x], narrow[4*x+1], narrow[4*x+2], narrow[4*x+3] = r>>12, g>>12, b>>12, a>>12
	}
}

// upright turns a picture as its EXIF orientation says.
func upright(src *image.RGBA, turn int) *image.RGBA {
	if turn <= 1 || turn > 8 {
		return src
	}
	w, h := src.Bounds().Dx(), src.Bounds().Dy()
	dw, dh := w, h
	if turn >= 5 {
		dw, dh = h, w
	}
	dst := image.NewRGBA(image.Rect(0, 0, dw, dh))
	for y := range h {
		for x := range w {
			dx, dy := x, y
			switch turn {
			case 2:
				dx = w - 1 - x
			case 3:
				dx, dy = w-1-x, h-1-y
			case 4:
				dy = h - 1 - y
			case 5:
				dx, dy = y, x
			case 6:
				dx, dy = h-1-y, x
			case 7:
				dx, dy = h-1-y, w-1-x
			case 8:
				dx, dy = y, w-1-x
			}
			copy(dst.Pix[dy*dst.Stride+4*dx:][:4], src.Pix[y*src.Stride+4*x:][:4])
		}
	}
	return dst
}

// onWhite lays a picture on white, in place, for formats that cannot be seen through.
func onWhite(p *image.RGBA) *image.RGBA {
	for i := 0; i+4 <= len(p.Pix); i += 4 {
		rest := 255 - p.Pix[i+3]
		p.Pix[i] += rest
		p.Pix[i+1] += rest
		p.Pix[i+2] += rest
		p.Pix[i+3] = 255
	}
	return p
}
