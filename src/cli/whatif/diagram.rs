//! Whether stated probabilities were true, as a drawing.

use std::fmt::Write as _;

use crate::simulation::reliability::{Bin, Reliability};

/// Side of a panel and the space around it, in pixels.
const SIDE: f64 = 360.0;
const MARGIN: f64 = 60.0;
/// Stated and kept should differ by less: what the band shows.
const BAND: f64 = 0.02;
/// The corner where promises are; below lies nearly nothing that is sold.
const CORNER: f64 = 0.9;
/// A point's radius in pixels: its area grows with the promises in it, from the least visible up.
const RADIUS_MIN: f64 = 2.5;
const RADIUS_MAX: f64 = 14.0;

/// A reliability diagram as SVG: the share of promises kept over the probability stated, a point per
/// bin, sized by its promises; the diagonal and two points around it. On the left all probabilities,
/// on the right the corner where promises are.
pub(crate) fn svg(reliability: &Reliability) -> String {
    let bins: Vec<&Bin> = reliability.bins().collect();
    let (width, height) = (2.0 * SIDE + 3.0 * MARGIN, SIDE + 2.0 * MARGIN);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"sans-serif\" font-size=\"12\" role=\"img\">\n\
         <title>Share of promises kept by the probability stated</title>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>\n"
    );
    for (number, from) in [(0.0, 0.0), (1.0, CORNER)] {
        let panel = Panel { left: MARGIN + number * (SIDE + MARGIN), from };
        panel.draw(&mut text, &bins, number > 0.0);
    }
    let sold: u32 = bins.iter().map(|bin| bin.sold).sum();
    line(
        &mut text,
        &format!(
            "<text x=\"{MARGIN}\" y=\"{}\">{sold} promises that came due; band ±2 points; larger \
             points hold more promises</text>\n</svg>",
            height - 8.0
        ),
    );
    text
}

/// One square of the drawing: probabilities from `from` to 1 along both axes.
#[derive(Clone, Copy)]
struct Panel {
    left: f64,
    from: f64,
}

impl Panel {
    fn x(self, stated: f64) -> f64 {
        self.left + SIDE * (stated - self.from) / (1.0 - self.from)
    }

    fn y(self, kept: f64) -> f64 {
        MARGIN + SIDE * (1.0 - kept) / (1.0 - self.from)
    }

    fn draw(self, text: &mut String, bins: &[&Bin], is_corner: bool) {
        let (left, right, bottom) = (self.left, self.left + SIDE, MARGIN + SIDE);
        let id = if is_corner { "corner" } else { "all" };
        line(
            text,
            &format!(
                "<clipPath id=\"{id}\"><rect x=\"{left}\" y=\"{MARGIN}\" width=\"{SIDE}\" \
                 height=\"{SIDE}\"/></clipPath>"
            ),
        );
        self.draw_band(text, id);
        for step in 0..=5 {
            let at = self.from + (1.0 - self.from) * f64::from(step) / 5.0;
            let (x, y) = (self.x(at), self.y(at));
            line(
                text,
                &format!(
                    "<path d=\"M{x:.1} {bottom}v4M{left} {y:.1}h-4\" stroke=\"#444\"/>\
                     <text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{at:.2}</text>\
                     <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{at:.2}</text>",
                    bottom + 17.0,
                    left - 7.0,
                    y + 4.0
                ),
            );
        }
        self.draw_points(text, bins);
        let middle = f64::midpoint(left, right);
        line(
            text,
            &format!(
                "<rect x=\"{left}\" y=\"{MARGIN}\" width=\"{SIDE}\" height=\"{SIDE}\" \
                 fill=\"none\" stroke=\"#444\"/>\
                 <text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">stated</text>\
                 <text x=\"{left}\" y=\"{}\" text-anchor=\"middle\">kept</text>",
                bottom + 34.0,
                MARGIN - 10.0
            ),
        );
    }

    /// The diagonal and what is close enough to it.
    fn draw_band(self, text: &mut String, clip: &str) {
        let corners = [(self.from, BAND), (1.0, BAND), (1.0, -BAND), (self.from, -BAND)];
        let point = |(at, off): (f64, f64)| format!("{:.1},{:.1}", self.x(at), self.y(at + off));
        let band: Vec<String> = corners.into_iter().map(point).collect();
        let diagonal = [point((self.from, 0.0)), point((1.0, 0.0))].join(" ");
        line(
            text,
            &format!(
                "<g clip-path=\"url(#{clip})\"><polygon points=\"{}\" fill=\"#cfe3f5\"/>\
                 <polyline points=\"{diagonal}\" stroke=\"#667\" stroke-dasharray=\"4 3\"/></g>",
                band.join(" ")
            ),
        );
    }

    /// A point per bin: its mean probability, and the share kept. What lies outside of the panel is
    /// left out.
    fn draw_points(self, text: &mut String, bins: &[&Bin]) {
        let most = bins.iter().map(|bin| bin.sold).max().unwrap_or(1);
        for bin in bins {
            let sold = f64::from(bin.sold);
            let (stated, kept) = (bin.expected / sold, f64::from(bin.kept) / sold);
            if stated < self.from || kept < self.from {
                continue;
            }
            let radius = RADIUS_MIN + (RADIUS_MAX - RADIUS_MIN) * (sold / f64::from(most)).sqrt();
            line(
                text,
                &format!(
                    "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius:.1}\" fill=\"#1f6fb2\" \
                     fill-opacity=\"0.7\"><title>stated {:.1} %, kept {:.1} % of {}</title></circle>",
                    self.x(stated),
                    self.y(kept),
                    100.0 * stated,
                    100.0 * kept,
                    bin.sold
                ),
            );
        }
    }
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("a text takes everything");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Circles of a diagram: where, how large, and what is told about them.
    fn circles(promises: &[(f64, u32, u32)]) -> Vec<String> {
        let mut reliability = Reliability::default();
        for &(stated, sold, kept) in promises {
            (0..sold).for_each(|number| reliability.count(stated, number < kept));
        }
        let text = svg(&reliability);
        assert!(text.starts_with("<svg ") && text.ends_with("</svg>\n"), "{text}");
        let circles = text.lines().filter(|line| line.starts_with("<circle"));
        circles.map(|line| line.replace(" fill=\"#1f6fb2\" fill-opacity=\"0.7\"", "")).collect()
    }

    #[test]
    fn a_point_stands_where_stated_and_kept_say_in_the_size_of_its_bin() {
        // The half stands in the middle of the left panel only; what is sold most is largest.
        insta::assert_snapshot!(
            circles(&[(0.5, 4, 2), (0.96, 100, 95)]).join("\n"),
            @r#"
        <circle cx="240.0" cy="240.0" r="4.8"><title>stated 50.0 %, kept 50.0 % of 4</title></circle>
        <circle cx="405.6" cy="78.0" r="14.0"><title>stated 96.0 %, kept 95.0 % of 100</title></circle>
        <circle cx="696.0" cy="240.0" r="14.0"><title>stated 96.0 %, kept 95.0 % of 100</title></circle>
        "#
        );
    }

    #[test]
    fn nothing_sold_is_no_point() {
        assert!(circles(&[]).is_empty());
    }
}
