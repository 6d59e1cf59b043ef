//! The colours and lines of the pictures, as a style sheet inside each of them.
//!
//! Every colour is written twice: as itself for programs that know no variables, and as a variable that follows the
//! reader's light or dark screen, a page's own choice (`data-theme`) and paper.

use std::sync::LazyLock;
use truceline_domain::Wave;

/// Name, on light screens, on dark screens, on paper.
const COLOURS: [(&str, &str, &str, &str); 16] = [
    ("ink", "#1d2327", "#e9e7e0", "#000"),
    ("ink2", "#454e55", "#bcc2c5", "#222"),
    ("ink3", "#5d666d", "#98a1a6", "#444"),
    ("line", "#dedad0", "#2f383d", "#ccc"),
    ("line2", "#bfb9ab", "#566268", "#999"),
    ("paper", "#fdfcf9", "#191f23", "#fff"),
    ("land", "#f4f2ea", "#1d2326", "#fff"),
    ("hatch", "#b9b3a5", "#5a666c", "#999"),
    ("accent", "#1f566d", "#8fc1d4", "#000"),
    ("notice", "#6d4d00", "#e8c46d", "#000"),
    ("wp", "#1f566d", "#8fc1d4", "#123c4e"),
    ("ws", "#8a5a00", "#e6b85c", "#6a4500"),
    ("wr", "#55691a", "#b3c46a", "#3f4f10"),
    ("wa", "#8a3a6b", "#e39cc8", "#6d2a53"),
    ("wk", "#9a3324", "#f29d8a", "#7a2418"),
    ("wm", "#454e55", "#c9ced1", "#222"),
];

/// `$name` stands for a colour.
const RULES: &str = "\
.tg{font:400 11px/1.4 'Noto Sans',system-ui,-apple-system,'Segoe UI','Liberation Sans',sans-serif;font-variant-numeric:tabular-nums;max-width:100%;height:auto}\
.tg text{fill:$ink2}.tg .bg{fill:$paper}.tg .h1{font-size:14px;font-weight:600;fill:$ink}.tg .h2{font-size:11.5px}\
.tg .ax{fill:none;stroke:$line2;stroke-width:1}.tg .gr{fill:none;stroke:$line;stroke-width:1}.tg .tk{fill:$ink3}.tg .ti{fill:$ink2}\
.tg .e{text-anchor:end}.tg .m{text-anchor:middle}\
.tg .halo{paint-order:stroke;stroke:$paper;stroke-width:3px;stroke-linejoin:round}.tg .onland{paint-order:stroke;stroke:$land;stroke-width:3px;stroke-linejoin:round}\
.tg .tr{fill:none;stroke:$ink3;stroke-width:.7;opacity:.75}.tg .wv{fill:none;stroke:$ink2;stroke-width:1;stroke-linejoin:round}\
.tg .wf{fill:$ink2;stroke:$ink2;stroke-width:.6}\
.tg .th{fill:none;stroke:$ink2;stroke-width:1;stroke-dasharray:5 3}.tg .th2{fill:none;stroke:$ink3;stroke-width:1;stroke-dasharray:1.5 3}\
.tg .wp{fill:$wp;stroke:$wp}.tg .ws{fill:$ws;stroke:$ws}.tg .wr{fill:$wr;stroke:$wr}.tg .wa{fill:$wa;stroke:$wa}.tg .wk{fill:$wk;stroke:$wk}.tg .wm{fill:$wm;stroke:$wm}\
.tg text.wp{fill:$wp}.tg text.ws{fill:$ws}.tg text.wr{fill:$wr}.tg text.wa{fill:$wa}.tg text.wk{fill:$wk}.tg text.wm{fill:$wm}\
.tg text.wv-name{stroke:none;font-weight:600}.tg text.halo{stroke:$paper}\
.tg .cv{fill:none;stroke-width:1.5}.tg .ws .cv,.tg .cv.ws{stroke-dasharray:7 3}.tg .cv.wr{stroke-dasharray:9 3 2 3}.tg .cv.wa{stroke-dasharray:2 3}.tg .cv.wk{stroke-dasharray:5 2 1 2}.tg .cv.wm{stroke-dasharray:1 2}\
.tg .wh{stroke-width:1;fill:none}.tg .mk{stroke-width:1}.tg .ho{fill:$paper;stroke-width:1.4}.tg .wn{fill-opacity:.17;stroke:none}.tg .bd{fill-opacity:.2;stroke:none}.tg .pk{stroke-width:1.4;fill:none}\
.tg .dn{fill:none;stroke:$ink3;stroke-width:1.5}.tg .hx{stroke:$hatch;stroke-width:1.6;fill:none}.tg .pr{stroke:$line2;stroke-width:.8}\
.tg .land{fill:$land}.tg .ray{fill:none;stroke:$accent;stroke-opacity:.62;stroke-linecap:round}.tg .wedge{fill:$ws;fill-opacity:.1;stroke:none}.tg .beam{fill:none;stroke:$ws;stroke-width:.9;stroke-dasharray:4 3;stroke-opacity:.8}\
.tg .r5{fill:$wk;fill-opacity:.26;stroke:$wk;stroke-width:1.5}.tg .r9{fill:$wk;fill-opacity:.11;stroke:$wk;stroke-width:1.2;stroke-dasharray:6 3}.tg .rx{fill:$wk;fill-opacity:.05;stroke:$wk;stroke-width:1;stroke-dasharray:1.5 3}\
.tg .star{fill:$wk;stroke:$paper;stroke-width:1;paint-order:stroke}.tg .hd{fill:$ink;stroke:$paper;stroke-width:1.2;paint-order:stroke}.tg .si{fill:$paper;stroke:$ink;stroke-width:1.4}\
.tg .rv{fill:$paper;stroke:$wm;stroke-width:1.3;stroke-dasharray:2 1.5}.tg .sc{fill:none;stroke:$ink2;stroke-width:1.4}.tg .no{fill:$ink2}.tg .box{fill:$paper;stroke:$line2;stroke-width:1}.tg .lead{fill:none;stroke:$ink3;stroke-width:.8;stroke-dasharray:2 2}\
.tg .nm{font-size:10.5px;fill:$ink}.tg .pct{font-size:10.5px;font-weight:600;fill:$wk}.tg .lock{fill:none;stroke:$ink2;stroke-width:2;stroke-linejoin:round}\
";

static SHEET: LazyLock<String> = LazyLock::new(|| {
    let column = |pick: fn(&(&str, &str, &str, &str)) -> String| COLOURS.iter().map(pick).collect::<String>();
    let light = column(|c| format!("--g-{}:{};", c.0, c.1));
    let dark = column(|c| format!("--g-{}:{};", c.0, c.2));
    let paper = column(|c| format!("--g-{}:{};", c.0, c.3));
    let mut sheet = format!(
        ".tg{{{light}}}@media screen and (prefers-color-scheme:dark){{.tg{{{dark}}}}}\
         @media screen{{[data-theme=light] .tg{{{light}}}[data-theme=dark] .tg{{{dark}}}}}\
         @media print{{.tg{{{paper}print-color-adjust:exact;-webkit-print-color-adjust:exact}}}}"
    );
    for declaration in RULES.split_inclusive([';', '}', '{']) {
        sheet.push_str(&declared(declaration));
    }
    sheet
});

/// A declaration with its colour written out, then by its variable.
fn declared(text: &str) -> String {
    let Some((before, after)) = text.split_once('$') else { return text.to_owned() };
    let length = after.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let (name, end) = after.split_at_checked(length).unwrap_or((after, ""));
    let plain = COLOURS.iter().find(|c| c.0 == name).map_or("currentColor", |c| c.1);
    format!("{before}{plain};{before}var(--g-{name}){end}")
}

/// The style sheet of every picture.
pub(super) fn sheet() -> &'static str {
    &SHEET
}

/// The class of a wave's colour.
pub(super) fn wave_style(wave: Wave) -> &'static str {
    match wave {
        Wave::P => "wp",
        Wave::S => "ws",
        Wave::Rg => "wr",
        Wave::Air => "wa",
        Wave::Shock => "wk",
        Wave::Muzzle => "wm",
    }
}

/// The outline of a wave's mark about the origin: the shape tells the wave where colours do not.
pub(super) fn wave_shape(wave: Wave) -> &'static str {
    match wave {
        Wave::P => "M-3.8 0a3.8 3.8 0 1 0 7.6 0a3.8 3.8 0 1 0-7.6 0z",
        Wave::S => "M-3.4-3.4H3.4V3.4H-3.4z",
        Wave::Rg => "M0-4.7L4.7 0 0 4.7-4.7 0z",
        Wave::Air => "M0-4.6L4.3 3.3H-4.3z",
        Wave::Shock => "M0 4.6L4.3-3.3H-4.3z",
        Wave::Muzzle => "M-1.5-4.4H1.5V-1.5H4.4V1.5H1.5V4.4H-1.5V1.5H-4.4V-1.5H-1.5z",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_is_known_and_has_both_forms() {
        assert!(!sheet().contains('$') && !sheet().contains("currentColor"), "{}", sheet());
        assert!(sheet().contains(".tg text{fill:#454e55;fill:var(--g-ink2)}"));
        assert_eq!(sheet().matches('{').count(), sheet().matches('}').count());
    }
}
