//! The kinds of reports.

use crate::Snapshot;

/// One file of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its name, without a folder.
    pub file_name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its bytes; the same snapshot gives the same bytes.
    pub bytes: Vec<u8>,
}

impl Document {
    pub(crate) fn text(file_name: &str, media_type: &'static str, text: String) -> Self {
        Self { file_name: file_name.to_owned(), media_type, bytes: text.into_bytes() }
    }
}

/// A kind of report.
pub trait ReportKind: Sync {
    /// The word that names it on the command line.
    fn name(&self) -> &'static str;
    /// What it is called, in English.
    fn title(&self) -> &'static str;
    /// Makes its documents. Never fails: what is missing is said in the text.
    fn compose(&self, snapshot: &Snapshot<'_>) -> Vec<Document>;
}

/// All kinds, in the order of their names on help pages.
pub static KINDS: &[&dyn ReportKind] =
    &[&crate::daily::Daily, &crate::coverage::Coverage, &crate::commitments::Commitments, &crate::sheet::IncidentSheet];

/// The kind of a name.
pub fn kind_named(name: &str) -> Option<&'static dyn ReportKind> {
    KINDS.iter().copied().find(|kind| kind.name() == name)
}
