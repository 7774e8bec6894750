package simulate

import (
	"fmt"
	"math"
	"strings"
)

// The plot is three panels over one axis of epochs, in plain SVG: the same points
// give the same bytes.
const (
	plotWidth   = 900
	plotLeft    = 70
	plotRight   = 20
	panelHeight = 190
	panelGap    = 60
	plotTop     = 40
)

// panel is one of them.
type panel struct {
	title     string
	low, high float64
	ticks     []float64
	label     func(float64) string
	lines     []line
}

// line is one curve.
type line struct {
	name, colour, dash string
	at                 func(i int) float64
}

var plotColours = []string{"#1b6ca8", "#d1495b", "#2e933c", "#8d5a97", "#e08e45", "#3c6e71", "#b5838d", "#6a994e", "#7f5539", "#5c677d"}

// SVG is the report's plot: how difficulty follows the hashrate, how incomes come to
// the shares of work, and mined power under its cap.
func (r *Report) SVG() string {
	points := r.Story.Points
	want := float64(r.rules.Retarget.Want)
	panels := []panel{
		{
			title: "difficulty (hashes a ticket takes) follows the hashrate: 10 times at 100, again at 200, a hundredth at 300",
			low:   5.5, high: 9, ticks: []float64{6, 7, 8, 9}, label: func(v float64) string { return fmt.Sprintf("10^%g", v) },
			lines: []line{
				{"wanted: hashrate / tickets wanted", "#999999", "5 4", func(i int) float64 { return math.Log10(points[i].Hashes / want) }},
				{"difficulty", "#1b6ca8", "", func(i int) float64 { return math.Log10(float64(points[i].Work)) }},
			},
		},
		{
			title: "share of all income so far (full) and of all work (dashed), per miner",
			low:   0, high: 0.35, ticks: []float64{0, 0.1, 0.2, 0.3}, label: percent, lines: r.shares(),
		},
		{
			title: "mined share of all power: half of the miners' nodes are off line from 400 to 430, all from 500 to 515",
			low:   0, high: 0.35, ticks: []float64{0, 0.1, 0.2, 0.3}, label: percent,
			lines: []line{
				{"a third", "#d1495b", "2 3", func(int) float64 { return 1.0 / 3 }},
				{"cap", "#999999", "5 4", func(int) float64 { return float64(r.rules.Seats.CapBps) / 10_000 }},
				{"mined power", "#2e933c", "", func(i int) float64 {
					return float64(points[i].Mined) / float64(points[i].Mined+points[i].Anchors)
				}},
			},
		},
	}
	var b strings.Builder
	height := plotTop + len(panels)*(panelHeight+panelGap)
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">\n",
		plotWidth, height, plotWidth, height)
	fmt.Fprintf(&b, "<title>The lottery's rules over %d simulated epochs, seed %d</title>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n", len(points), r.Seed)
	for i, p := range panels {
		p.draw(&b, plotTop+i*(panelHeight+panelGap), len(points))
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func percent(v float64) string { return fmt.Sprintf("%.0f %%", 100*v) }

// shares are the curves of incomes.
func (r *Report) shares() []line {
	points := r.Story.Points
	var out []line
	for m, part := range r.parts {
		if part < 2 {
			continue // they would lie on each other
		}
		colour := plotColours[m%len(plotColours)]
		out = append(out,
			line{"", colour, "5 4", func(int) float64 { return part / 100 }},
			line{"", colour, "", func(i int) float64 {
				all := uint64(0)
				for _, coins := range points[i].Coins {
					all += coins
				}
				return float64(points[i].Coins[m]) / math.Max(float64(all), 1)
			}})
	}
	return out
}

// draw writes a panel whose upper edge is at y.
func (p panel) draw(b *strings.Builder, y, epochs int) {
	const width = plotWidth - plotLeft - plotRight
	down := func(v float64) float64 {
		v = math.Min(math.Max(v, p.low), p.high)
		return float64(y) + panelHeight*(p.high-v)/(p.high-p.low)
	}
	across := func(i int) float64 { return plotLeft + float64(i)*width/float64(max(epochs-1, 1)) }
	fmt.Fprintf(b, "<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s</text>\n", plotLeft, y-10, p.title)
	fmt.Fprintf(b, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#cccccc\"/>\n", plotLeft, y, width, panelHeight)
	for _, t := range p.ticks {
		fmt.Fprintf(b, "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#eeeeee\"/>\n", plotLeft, plotLeft+width, down(t), down(t))
		fmt.Fprintf(b, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n", plotLeft-8, down(t)+4, p.label(t))
	}
	for e := 0; e <= epochs; e += 100 {
		fmt.Fprintf(b, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#666666\">%d</text>\n", across(min(e, epochs-1)), y+panelHeight+16, e)
	}
	legend := plotLeft
	for _, l := range p.lines {
		dash := ""
		if l.dash != "" {
			dash = fmt.Sprintf(" stroke-dasharray=\"%s\"", l.dash)
		}
		fmt.Fprintf(b, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.3\"%s points=\"", l.colour, dash)
		for i := range epochs {
			if i > 0 {
				b.WriteByte(' ')
			}
			fmt.Fprintf(b, "%.1f,%.1f", across(i), down(l.at(i)))
		}
		b.WriteString("\"/>\n")
		if l.name == "" {
			continue
		}
		fmt.Fprintf(b, "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>\n", legend, y+panelHeight+34, l.colour, l.name)
		legend += 8*len(l.name) + 20
	}
}
