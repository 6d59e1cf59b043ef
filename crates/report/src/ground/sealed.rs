//! What is sealed, and the picture that is drawn in its place.

use super::Look;
use super::pen::{At, Pen, put};
use super::texts::Texts;

/// What a source can be, as the pictures name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceClass {
    /// A heavy weapon being fired.
    Launch,
    /// A round coming down.
    Impact,
    /// Small arms.
    SmallArms,
    /// A round in flight faster than sound.
    SupersonicRound,
    /// A blast in a quarry.
    QuarryBlast,
    /// Thunder.
    Thunder,
    /// An aircraft faster than sound.
    SonicBoom,
    /// Fireworks.
    Fireworks,
    /// An earthquake.
    Earthquake,
}

impl SourceClass {
    /// True when the place of such a source is a place from which somebody fires.
    pub fn is_fire(self) -> bool {
        matches!(self, Self::Launch | Self::SmallArms | Self::SupersonicRound)
    }
}

/// True when the place of an event would tell a point of origin of fire: the most likely class is the firing of a
/// weapon, or such classes together are at least as likely as not. An empty list tells nothing.
///
/// ```
/// use truceline_report::ground::{SourceClass, tells_origin_of_fire};
/// assert!(tells_origin_of_fire(&[(SourceClass::Launch, 0.45), (SourceClass::Impact, 0.4), (SourceClass::Thunder, 0.15)]));
/// assert!(!tells_origin_of_fire(&[(SourceClass::Impact, 0.8), (SourceClass::Launch, 0.2)]));
/// ```
pub fn tells_origin_of_fire(classes: &[(SourceClass, f64)]) -> bool {
    let sum = |fire: bool| classes.iter().filter(|c| c.0.is_fire() == fire && c.1 > 0.0).map(|c| c.1).sum::<f64>();
    let most = |fire: bool| classes.iter().filter(|c| c.0.is_fire() == fire).map(|c| c.1).fold(0.0, f64::max);
    let unclear = classes.iter().any(|c| c.0.is_fire() && !c.1.is_finite());
    unclear || most(true) > most(false) || (sum(true) > 0.0 && sum(true) >= sum(false))
}

/// The statement that stands where a picture would be. It depends on the look alone, so no place can be in it.
pub(super) fn statement_svg(kind: &str, heading: &str, look: &Look) -> String {
    let texts = Texts::of(look.language);
    let width = look.width();
    let mut pen = Pen::new(width, kind, "");
    let left = if look.is_narrow() { 16.0 } else { 76.0 };
    let room = (width - left - 16.0).min(620.0);
    let title = format!("{heading}: {}", texts.sealed.to_lowercase());
    let top = 38.0 + pen.paragraph("h1", (left, 34.0), &title, (14.0, room));
    let high = pen.paragraph("h2", (left, top), texts.sealed_why, (11.5, room));
    if !look.is_narrow() {
        put!(pen, r#"<path class="lock" d="M{} 36v-8a9 9 0 0 1 18 0v8M{} 36h30v22h-30z"/>"#, At(31.0), At(25.0));
    }
    pen.finish((heading, texts.sealed), (top + high + 6.0).max(84.0), look.language.code())
}
