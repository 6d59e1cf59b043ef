//! Pages: templates with their fixed texts, rendered with every value escaped.

use crate::daily::marking;
use crate::format::Format;
use crate::labels::{Labels, fill};
use crate::shown::Shown;
use crate::{Document, Language};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{Environment, context};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The templates, read once; their names end in `.html`, so every value is escaped.
static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    let tidy = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(tidy.unwrap_or_default());
    for (name, text) in [
        ("base.html", include_str!("../templates/base.html")),
        ("parts.html", include_str!("../templates/parts.html")),
        ("daily.html", include_str!("../templates/daily.html")),
        ("coverage.html", include_str!("../templates/coverage.html")),
        ("commitments.html", include_str!("../templates/commitments.html")),
        ("sheet.html", include_str!("../templates/sheet.html")),
        ("style.css", include_str!("../templates/style.css")),
    ] {
        // The templates are part of the program and every one is rendered by a test.
        let _ = environment.add_template(name, text);
    }
    environment
});

/// One page that is being made.
pub(crate) struct Page<'p, 'a> {
    pub(crate) shown: &'p Shown<'a>,
    pub(crate) format: Format,
    pub(crate) labels: Labels,
}

impl<'p, 'a> Page<'p, 'a> {
    pub(crate) fn of(shown: &'p Shown<'a>) -> Self {
        let snapshot = shown.snapshot;
        let format = Format::new(snapshot.language, snapshot.mission.time_zone.clone(), snapshot.period);
        Self { shown, format, labels: Labels::of(snapshot.language) }
    }

    pub(crate) fn language(&self) -> Language {
        self.format.language
    }

    /// A fixed text with its values.
    pub(crate) fn say(&self, template: &str, values: &[(&str, &str)]) -> String {
        fill(self.language(), template, values)
    }

    pub(crate) fn whole(&self, n: impl TryInto<u64>) -> String {
        self.format.whole(n.try_into().unwrap_or(u64::MAX))
    }

    /// The page of a template; `body` holds what this template shows beside head and evidence.
    pub(crate) fn render(&self, template: &str, title: &str, body: Value) -> Document {
        let values = context! {
            t => self.labels.entries().into_iter().map(|(key, text)| (key, Value::from(text))).collect::<BTreeMap<_, _>>(),
            head => self.head(title),
            evidence => crate::annex::evidence(self),
            ..body
        };
        let rendered = TEMPLATES.get_template(template).and_then(|template| template.render(values));
        let text = rendered.unwrap_or_else(|error| failed_page(&error));
        Document::text("report.html", "text/html; charset=utf-8", text)
    }

    fn head(&self, title: &str) -> Value {
        let snapshot = self.shown.snapshot;
        let zone = ("zone", snapshot.mission.time_zone_name.as_str());
        let audience = match self.shown.grid {
            None => self.labels.audience_mission.to_owned(),
            Some(grid) => self.say(self.labels.audience_public, &[("km", &crate::grid::kilometres(grid.cell_m()))]),
        };
        context! {
            lang => self.language().code(),
            title => title,
            mission => snapshot.mission.name.as_str(),
            description => snapshot.mission.description.as_str(),
            fictional => snapshot.mission.fictional,
            marking => marking(self.shown),
            audience => audience,
            public => self.shown.is_public(),
            period => self.format.span(snapshot.period),
            period_utc => self.format.span_utc(snapshot.period),
            zone => self.say(self.labels.zone_local, &[zone]),
            from => snapshot.period.from.to_string(),
            until => snapshot.period.until.to_string(),
            agreement => snapshot.mission.agreement_version.as_str(),
            translated => self.language() != Language::En,
        }
    }
}

/// A page that says that the page could not be made, rather than none.
fn failed_page(error: &minijinja::Error) -> String {
    let mut text =
        String::from("<!doctype html><meta charset=\"utf-8\"><title>Report</title><p>The page could not be made: ");
    crate::format::escape(&mut text, &error.to_string());
    text.push_str("</p>\n");
    text
}
